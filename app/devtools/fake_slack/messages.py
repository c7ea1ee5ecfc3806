"""Posts and files as Slack's Web API and events represent them."""

from typing import Any

from app.devtools.fake_slack.values import File, Post
from app.devtools.fake_slack.workspace import Workspace


def build_message(workspace: Workspace, post: Post, *, metadata: bool = False) -> dict[str, Any]:
    """Return the message object for *post*, with its metadata if *metadata* is set."""
    message: dict[str, Any] = {
        "type": "message",
        "user": post.user,
        "text": post.text,
        "ts": post.ts,
        "team": workspace.team_id,
    }
    if post.blocks:
        message["blocks"] = post.blocks
    if post.edited:
        message["edited"] = {"user": post.user, "ts": post.edited_ts or post.ts}
    if metadata and post.metadata:
        message["metadata"] = post.metadata
    if post.files:
        message["files"] = [build_file(file) for file in post.files]
    if reactions := _list_reactions(workspace, post):
        message["reactions"] = reactions
    message |= _find_home(workspace, post)
    return message | _describe_author(workspace, post) | _describe_thread(workspace, post)


def _find_home(workspace: Workspace, post: Post) -> dict[str, Any]:
    """Return the home workspace of *post*'s author if they're an external member."""
    member = workspace.members.get(post.user)
    home = member.team_id if member else ""
    return dict.fromkeys(("user_team", "source_team", "team"), home) if home else {}


def _list_reactions(workspace: Workspace, post: Post) -> list[dict[str, Any]]:
    found = workspace.list_reactions(post).items()
    return [{"name": n, "users": list(who), "count": len(who)} for n, who in found if who]


def build_file(file: File) -> dict[str, Any]:
    """Return *file* as messages and the files.* methods represent it."""
    described = {"id": file.id, "name": file.name, "title": file.title, "size": len(file.content)}
    return described | ({"alt_txt": file.alt_text} if file.alt_text else {})


def _describe_author(workspace: Workspace, post: Post) -> dict[str, Any]:
    if post.user == workspace.bot_user_id:
        return {"bot_id": workspace.bot_id, "app_id": workspace.app_id}
    member = workspace.members.get(post.user)
    return {"bot_id": f"B{post.user[1:]}"} if member and member.is_bot else {}


def _describe_thread(workspace: Workspace, post: Post) -> dict[str, Any]:
    if post.thread_ts is None:
        return {}
    parent = workspace.find_post(post.channel, post.thread_ts)
    if parent is None or parent.ts == post.ts:
        return {"thread_ts": post.thread_ts}
    return {"thread_ts": post.thread_ts, "parent_user_id": parent.user}
