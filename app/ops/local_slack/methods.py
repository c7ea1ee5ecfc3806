"""Every Web API method that the stand-in knows, by Slack's name for it."""

from collections.abc import Callable
from typing import Any

from app.ops.local_slack import chat, conversations, users
from app.ops.local_slack.arguments import Args, MethodError, member_in, post_in, structure
from app.ops.local_slack.blocks import check_blocks
from app.ops.local_slack.replies import refused
from app.ops.local_slack.workspace import Workspace


def answer(workspace: Workspace, method: str, args: Args) -> dict[str, Any]:
    """Carry *method* out and give Slack's answer to it, a refusal with its error's name."""
    try:
        return {"ok": True} | METHODS.get(method, unknown)(workspace, args)
    except MethodError as refusal:
        return refused(refusal)


def auth_test(workspace: Workspace, _args: Args) -> dict[str, Any]:
    """Say whom the token belongs to."""
    return {
        "url": workspace.url,
        "team": workspace.team_name,
        "user": workspace.members[workspace.bot_user_id].name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def add_reaction(workspace: Workspace, args: Args) -> dict[str, Any]:
    """React to a message with an emoji."""
    if not args.get("name"):
        raise MethodError("invalid_name")
    workspace.react(post_in(workspace, args, "timestamp"), str(args["name"]))
    return {}


def publish_view(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Show a member their App Home."""
    member = member_in(workspace, {"user": args.get("user_id")})
    view = structure(args, "view")
    if not isinstance(view, dict):
        raise MethodError("invalid_arguments")
    check_blocks(view.get("blocks", []), most=100)
    workspace.homes[member.id] = view
    return {"view": view | {"id": f"V{workspace.next_number():010d}"}}


def unknown(_workspace: Workspace, _args: Args) -> dict[str, Any]:
    """Refuse a method that the stand-in does not play."""
    raise MethodError("unknown_method")


METHODS: dict[str, Callable[[Workspace, Args], dict[str, Any]]] = {
    "auth.test": auth_test,
    "chat.delete": chat.delete,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.members": conversations.members,
    "conversations.replies": conversations.replies,
    "reactions.add": add_reaction,
    "usergroups.list": users.groups,
    "usergroups.users.list": users.group_members,
    "users.conversations": conversations.of_the_app,
    "users.info": users.info,
    "users.list": users.everybody,
    "views.publish": publish_view,
}
