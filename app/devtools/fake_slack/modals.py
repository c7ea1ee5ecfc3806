"""The views.* methods: each member's stack of modals, and their App Home."""

from typing import Any, Final

from app.devtools.fake_slack.arguments import Args, MethodError, find_member, read_structure
from app.devtools.fake_slack.blocks import check_view
from app.devtools.fake_slack.fields import add_block_ids
from app.devtools.fake_slack.triggers import spend
from app.devtools.fake_slack.workspace import View, Workspace

DEEPEST: Final = 3
"""Maximum depth of a member's stack of modals."""


def open_view(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Open a modal for the trigger_id's member, replacing any open ones."""
    view = _read_view(args, "modal")
    user = spend(workspace, str(args.get("trigger_id", "")))
    return {"view": show(workspace, user, view)}


def show(workspace: Workspace, user: str, view: View) -> View:
    """Make *view* the only modal of *user*."""
    workspace.modals[user] = [complete_view(workspace, view)]
    return workspace.modals[user][-1]


def push_view(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Push a modal onto the open one."""
    view = _read_view(args, "modal")
    user = spend(workspace, str(args.get("trigger_id", "")))
    return {"view": push(workspace, user, view)}


def push(workspace: Workspace, user: str, view: View) -> View:
    """Push *view* onto the modals of *user*; raise Slack's error if none is open or it's full."""
    stack = workspace.modals.get(user)
    if not stack:
        raise MethodError("not_found")
    if len(stack) >= DEEPEST:
        raise MethodError("push_limit_reached")
    stack.append(complete_view(workspace, view, above=stack[-1]))
    return stack[-1]


def update_view(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Replace an open modal, found by its view_id or its external_id."""
    stack, place = _find_view(workspace, args)
    _check_hash(stack[place], args)
    return {"view": replace(workspace, stack, place, _read_view(args, "modal"))}


def replace(workspace: Workspace, stack: list[View], place: int, view: View) -> View:
    """Replace the modal at index *place* of *stack*; it keeps its id but gets a new hash."""
    same = ("id", "root_view_id", "previous_view_id")
    stack[place] = complete_view(workspace, view) | {key: stack[place][key] for key in same}
    return stack[place]


def _find_view(workspace: Workspace, args: Args) -> tuple[list[View], int]:
    for name, key in (("view_id", "id"), ("external_id", "external_id")):
        for stack in workspace.modals.values():
            for place, view in enumerate(stack):
                if args.get(name) and view.get(key) == args[name]:
                    return stack, place
    raise MethodError("not_found")


def publish_view(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Publish a member's App Home."""
    member = find_member(workspace, {"user": args.get("user_id")})
    view, before = _read_view(args, "home"), workspace.homes.get(member.id, {})
    _check_hash(before, args)
    same = {"id": before["id"], "root_view_id": before["id"]} if before else {}
    workspace.homes[member.id] = complete_view(workspace, view) | same
    return {"view": workspace.homes[member.id]}


def _read_view(args: Args, kind: str) -> View:
    view = read_structure(args, "view")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise MethodError("invalid_arguments", f"view must be a {kind} [json-pointer:/view/type]")
    check_view(view)
    return view


def _check_hash(view: View, args: Args) -> None:
    if args.get("hash") and args["hash"] != view.get("hash"):
        raise MethodError("hash_conflict")


def complete_view(workspace: Workspace, view: View, above: View | None = None) -> View:
    """Return *view* as Slack stores it, with ids, a hash, defaults and a block_id per block."""
    number = workspace.next_number()
    ident = f"V{number:010d}"
    generated = {"id": ident, "team_id": workspace.team_id, "app_id": workspace.app_id}
    generated["app_installed_team_id"] = workspace.enterprise_id or workspace.team_id
    generated |= {"bot_id": workspace.bot_id, "hash": f"{workspace.next_ts()}.{number}"}
    generated |= {"root_view_id": above["root_view_id"] if above else ident}
    defaults: View = {"callback_id": "", "private_metadata": "", "external_id": "", "state": {}}
    defaults |= {"clear_on_close": False, "notify_on_close": False, "submit": None, "close": None}
    blocks = add_block_ids(view["blocks"])
    below = above["id"] if above else None
    return defaults | view | generated | {"blocks": blocks, "previous_view_id": below}


def apply_submission(workspace: Workspace, user: str, view: View, answer: dict[str, Any]) -> None:
    """Apply the app's *answer* to the submission of *view*; an empty one closes it.

    Raises MethodError if *answer* has a view or errors that Slack would reject.
    """
    stack, action = workspace.modals.get(user, []), answer.get("response_action")
    place = next((n for n, shown in enumerate(stack) if shown["id"] == view.get("id")), None)
    if action == "errors":
        _check_errors(view, answer.get("errors") or {})
    elif place is None:
        return
    elif action == "clear":
        stack.clear()
    elif action == "update":
        replace(workspace, stack, place, _read_view(answer, "modal"))
    elif action == "push":
        push(workspace, user, _read_view(answer, "modal"))
    else:
        del stack[place:]


def _check_errors(view: View, errors: dict[str, str]) -> None:
    """Raise an error unless each of *errors* is at a field of *view*; Slack would show none."""
    fields = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not errors or not errors.keys() <= fields or not all(errors.values()):
        raise MethodError("invalid_errors")


def close(workspace: Workspace, user: str) -> None:
    """Close the top modal of *user*, which reveals the one below it."""
    if stack := workspace.modals.get(user):
        stack.pop()
