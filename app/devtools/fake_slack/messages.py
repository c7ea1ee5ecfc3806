"""A post as Slack's Web API and events show it."""

from typing import Any

from app.devtools.fake_slack.values import File, Post
from app.devtools.fake_slack.workspace import Workspace


def message_of(workspace: Workspace, post: Post, *, metadata: bool = False) -> dict[str, Any]:
    """Give the message object of *post*, with its metadata when that is asked for."""
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
        message["files"] = [file_object(file) for file in post.files]
    if reactions := _reactions(workspace, post):
        message["reactions"] = reactions
    return message | _author(workspace, post) | _thread(workspace, post)


def _reactions(workspace: Workspace, post: Post) -> list[dict[str, Any]]:
    found = workspace.reactions(post).items()
    return [{"name": n, "users": list(who), "count": len(who)} for n, who in found if who]


def file_object(file: File) -> dict[str, Any]:
    """Give *file* as messages and files.* show it."""
    told = {"id": file.id, "name": file.name, "title": file.title, "size": len(file.content)}
    return told | ({"alt_txt": file.alt_text} if file.alt_text else {})


def _author(workspace: Workspace, post: Post) -> dict[str, Any]:
    if post.user == workspace.bot_user_id:
        return {"bot_id": workspace.bot_id, "app_id": workspace.app_id}
    member = workspace.members.get(post.user)
    return {"bot_id": f"B{post.user[1:]}"} if member and member.is_bot else {}


def _thread(workspace: Workspace, post: Post) -> dict[str, Any]:
    if post.thread_ts is None:
        return {}
    parent = workspace.post(post.channel, post.thread_ts)
    if parent is None or parent.ts == post.ts:
        return {"thread_ts": post.thread_ts}
    return {"thread_ts": post.thread_ts, "parent_user_id": parent.user}
