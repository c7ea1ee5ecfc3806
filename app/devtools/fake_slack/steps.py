"""Steps of workflows: what Slack tells the app of a run, and how the app ends it."""

from typing import Any, Final

from app.devtools.fake_slack.arguments import Args, MethodError, read_structure
from app.devtools.fake_slack.events import Payload, wrap_event
from app.devtools.fake_slack.workspace import Workspace

TOKEN: Final = "xwfp-local"  # noqa: S105  opens nothing but this stand-in
"""The token that comes with a run; it is good for ending it."""
RUNNING: Final[dict[str, Any]] = {}
"""What a run has come to while it goes on."""


def build_run_event(
    workspace: Workspace, callback_id: str, inputs: dict[str, Any], *, event_id: str | None = None
) -> Payload:
    """Tell that a workflow has come to a step of the app."""
    number = workspace.next_number()
    execution = f"Fx{number:010d}"
    workspace.runs[execution] = RUNNING
    function = {"id": f"Fn{number:010d}", "callback_id": callback_id, "type": "app"}
    event: Payload = {"type": "function_executed", "function": function, "inputs": inputs}
    event |= {"function_execution_id": execution, "workflow_execution_id": f"Wx{number:010d}"}
    event |= {"event_ts": workspace.next_ts(), "bot_access_token": TOKEN}
    return wrap_event(workspace, event, event_id)


def complete(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Let a run end well."""
    return _end(workspace, args, {"outputs": read_structure(args, "outputs") or {}})


def fail(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Let a run fail, for a reason that whoever made the workflow reads."""
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
