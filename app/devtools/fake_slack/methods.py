"""Every Web API method that the fake supports, by Slack's name for it."""

from collections.abc import Callable
from typing import Any, Final

from app.devtools.fake_slack import chat, conversations, files, modals, steps, users
from app.devtools.fake_slack.arguments import Args, MethodError, find_post
from app.devtools.fake_slack.messages import build_message
from app.devtools.fake_slack.replies import build_refusal
from app.devtools.fake_slack.workspace import Workspace

OF_ONE_WORKSPACE: Final = frozenset({
    "bots.info", "usergroups.list", "usergroups.users.list", "users.conversations", "users.list",
})  # fmt: skip
"""Methods that need a team_id when called with an organization's token."""


def answer(workspace: Workspace, method: str, args: Args) -> dict[str, Any]:
    """Call *method* and return Slack's response body, which holds an error if it was refused."""
    if workspace.enterprise_id and method in OF_ONE_WORKSPACE and not args.get("team_id"):
        return build_refusal(MethodError("missing_argument"))
    try:
        return {"ok": True} | METHODS.get(method, refuse_unknown)(workspace, args)
    except MethodError as refusal:
        return build_refusal(refusal)


def auth_test(workspace: Workspace, _args: Args) -> dict[str, Any]:
    """Return the identity that the token belongs to."""
    return {
        "url": workspace.url,
        "team": workspace.team_name,
        "user": workspace.members[workspace.bot_user_id].name,
        "team_id": workspace.enterprise_id or workspace.team_id,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": bool(workspace.enterprise_id),
    } | ({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {})


def add_reaction(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Add the app's emoji reaction to a message."""
    if not workspace.react(find_post(workspace, args, "timestamp"), _read_emoji(args)):
        raise MethodError("already_reacted")
    return {}


def remove_reaction(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Remove the app's own reaction from a message."""
    if not workspace.unreact(find_post(workspace, args, "timestamp"), _read_emoji(args)):
        raise MethodError("no_reaction")
    return {}


def get_reactions(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Return a message with its reactions."""
    post = find_post(workspace, args, "timestamp")
    return {"type": "message", "channel": post.channel, "message": build_message(workspace, post)}


def _read_emoji(args: Args) -> str:
    if not args.get("name"):
        raise MethodError("invalid_name")
    return str(args["name"])


def refuse_unknown(_workspace: Workspace, _args: Args) -> dict[str, Any]:
    """Reject a method that the fake doesn't support."""
    raise MethodError("unknown_method")


METHODS: dict[str, Callable[[Workspace, Args], dict[str, Any]]] = {
    "auth.teams.list": users.list_teams,
    "auth.test": auth_test,
    "bots.info": users.describe_bot,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.list_history,
    "conversations.info": conversations.describe_channel,
    "conversations.members": conversations.list_members,
    "conversations.open": conversations.open_direct,
    "conversations.replies": conversations.list_replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.getUploadURLExternal": files.make_upload_url,
    "functions.completeError": steps.fail,
    "functions.completeSuccess": steps.complete,
    "reactions.add": add_reaction,
    "reactions.get": get_reactions,
    "reactions.remove": remove_reaction,
    "team.info": users.describe_team,
    "usergroups.list": users.list_groups,
    "usergroups.users.list": users.list_group_members,
    "users.conversations": conversations.list_own_channels,
    "users.info": users.describe_member,
    "users.list": users.list_members,
    "views.open": modals.open_view,
    "views.publish": modals.publish_view,
    "views.push": modals.push_view,
    "views.update": modals.update_view,
}
