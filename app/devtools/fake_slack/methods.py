"""Every Web API method that the stand-in knows, by Slack's name for it."""

from collections.abc import Callable
from typing import Any

from app.devtools.fake_slack import chat, conversations, files, modals, steps, users
from app.devtools.fake_slack.arguments import Args, MethodError, post_in
from app.devtools.fake_slack.blocks import content_in
from app.devtools.fake_slack.messages import message_of
from app.devtools.fake_slack.replies import refused
from app.devtools.fake_slack.workspace import Workspace


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
    if not workspace.react(post_in(workspace, args, "timestamp"), _emoji_in(args)):
        raise MethodError("already_reacted")
    return {}


def remove_reaction(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Take the app's own reaction to a message away."""
    if not workspace.unreact(post_in(workspace, args, "timestamp"), _emoji_in(args)):
        raise MethodError("no_reaction")
    return {}


def reactions_to(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Give a message with the reactions to it."""
    post = post_in(workspace, args, "timestamp")
    return {"type": "message", "channel": post.channel, "message": message_of(workspace, post)}


def _emoji_in(args: Args) -> str:
    if not args.get("name"):
        raise MethodError("invalid_name")
    return str(args["name"])


def validate_blocks(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Say whether a message could hold the blocks."""
    content_in(workspace, {"text": "-", "blocks": args.get("blocks")})
    return {}


def unknown(_workspace: Workspace, _args: Args) -> dict[str, Any]:
    """Refuse a method that the stand-in does not play."""
    raise MethodError("unknown_method")


METHODS: dict[str, Callable[[Workspace, Args], dict[str, Any]]] = {
    "auth.test": auth_test,
    "blocks.validate": validate_blocks,
    "bots.info": users.bot,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.members": conversations.members,
    "conversations.open": conversations.opened,
    "conversations.replies": conversations.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.getUploadURLExternal": files.upload_url,
    "functions.completeError": steps.fail,
    "functions.completeSuccess": steps.complete,
    "reactions.add": add_reaction,
    "reactions.get": reactions_to,
    "reactions.remove": remove_reaction,
    "team.info": users.team,
    "usergroups.list": users.groups,
    "usergroups.users.list": users.group_members,
    "users.conversations": conversations.of_the_app,
    "users.info": users.info,
    "users.list": users.everybody,
    "views.open": modals.open_view,
    "views.publish": modals.publish_view,
    "views.push": modals.push_view,
    "views.update": modals.update_view,
}
