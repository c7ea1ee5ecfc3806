"""Workflow steps: the event that starts a run, and the methods with which the app ends it."""

from typing import Any, Final

from app.devtools.fake_slack.arguments import Args, MethodError, read_structure
from app.devtools.fake_slack.events import Payload, wrap_event
from app.devtools.fake_slack.workspace import Workspace

TOKEN: Final = "xwfp-local"  # noqa: S105  only this fake accepts it
"""The token sent with a run, which may only complete or fail it."""
RUNNING: Final[dict[str, Any]] = {}
"""The outcome of a run that hasn't ended."""


def build_run_event(
    workspace: Workspace, callback_id: str, inputs: dict[str, Any], *, event_id: str | None = None
) -> Payload:
    """Return the event sent when a workflow reaches one of the app's steps."""
    number = workspace.next_number()
    execution = f"Fx{number:010d}"
    workspace.runs[execution] = RUNNING
    function = {"id": f"Fn{number:010d}", "callback_id": callback_id, "type": "app"}
    event: Payload = {"type": "function_executed", "function": function, "inputs": inputs}
    event |= {"function_execution_id": execution, "workflow_execution_id": f"Wx{number:010d}"}
    event |= {"event_ts": workspace.next_ts(), "bot_access_token": TOKEN}
    return wrap_event(workspace, event, event_id)


def complete(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Complete a run."""
    return _end(workspace, args, {"outputs": read_structure(args, "outputs") or {}})


def fail(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Fail a run, with an error shown to the workflow's author."""
    if not args.get("error"):
        raise MethodError("invalid_arguments", "missing required field: error")
    return _end(workspace, args, {"error": str(args["error"])})


def _end(workspace: Workspace, args: Args, outcome: dict[str, Any]) -> dict[str, Any]:
    execution = str(args.get("function_execution_id", ""))
    if execution not in workspace.runs:
        raise MethodError("function_execution_not_found")
    if workspace.runs[execution]:
        raise MethodError("execution_not_in_running_state")
    workspace.runs[execution] = outcome
    return {}
