"""The chat.* methods: post, update and delete the app's messages."""

from typing import Any, Final

from app.devtools.fake_slack.arguments import (
    Args,
    MethodError,
    find_channel,
    find_joined_channel,
    find_member,
    find_post,
    read_structure,
)
from app.devtools.fake_slack.blocks import MOST_BLOCK_TEXT, measure_text, read_content
from app.devtools.fake_slack.messages import build_message
from app.devtools.fake_slack.values import Channel, Post
from app.devtools.fake_slack.workspace import Workspace

MOST_UPDATED: Final = 4000
"""Maximum characters of text in chat.update; chat.postMessage accepts ten times as many."""


def post_message(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Post to a channel or a thread."""
    post = workspace.add(_make_post(workspace, args))
    message = build_message(workspace, post, metadata=True)
    return {"channel": post.channel, "ts": post.ts, "message": message}


def post_ephemeral(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Post a message that only one member sees."""
    find_channel(workspace, args)
    member = find_member(workspace, args)
    post = workspace.add(_make_post(workspace, args, ephemeral_to=member.id))
    return {"message_ts": post.ts}


def _make_post(workspace: Workspace, args: Args, *, ephemeral_to: str | None = None) -> Post:
    channel = _find_channel(workspace, args)
    text, blocks = read_content(workspace, args)
    if measure_text(blocks) > MOST_BLOCK_TEXT:
        raise MethodError("msg_blocks_too_long")
    return Post(
        channel=channel.id,
        ts=workspace.next_ts(),
        text=text,
        user=workspace.bot_user_id,
        blocks=blocks,
        thread_ts=args.get("thread_ts") or None,
        ephemeral_to=ephemeral_to,
        at=workspace.monotonic(),
        metadata=_read_metadata(args),
    )


def _read_metadata(args: Args) -> Any:
    """Parse a post's metadata; raise invalid_metadata_format for values Slack doesn't accept.

    It accepts strings, numbers, booleans, objects and lists of objects.
    """
    metadata = read_structure(args, "metadata")
    if metadata is None:
        return None
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    if not isinstance(payload, dict) or not isinstance(metadata.get("event_type"), str):
        raise MethodError("invalid_metadata_format")
    for value in payload.values():
        each = value if isinstance(value, list) else []
        if value is None or not all(isinstance(one, dict) for one in each):
            raise MethodError("invalid_metadata_format")
    return metadata


def _find_channel(workspace: Workspace, args: Args) -> Channel:
    """Return the channel to post in, which must include the app.

    A member's id stands for their direct conversation.
    """
    member = workspace.members.get(str(args.get("channel", "")))
    if member is None:
        return find_joined_channel(workspace, args)
    if member.id == workspace.bot_user_id:
        raise MethodError("cannot_dm_bot")
    return workspace.open_direct(member.id)


def update(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Replace the content of one of the app's posts."""
    post = _find_own_post(workspace, args, "cant_update_message")
    text, blocks = read_content(workspace, args, MOST_UPDATED)
    edited = workspace.amend(post, text, blocks)
    message = build_message(workspace, edited)
    return {"channel": post.channel, "ts": post.ts, "text": text, "message": message}


def delete(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Delete one of the app's posts."""
    post = _find_own_post(workspace, args, "cant_delete_message")
    workspace.remove(post)
    return {"channel": post.channel, "ts": post.ts}


def _find_own_post(workspace: Workspace, args: Args, refusal: str) -> Post:
    post = find_post(workspace, args)
    if post.user != workspace.bot_user_id:
        raise MethodError(refusal)
    return post


def get_permalink(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Return the permalink of a message."""
    post = find_post(workspace, args, "message_ts")
    host, number = f"{workspace.team_name}.slack.com", post.ts.replace(".", "")
    link = f"https://{host}/archives/{post.channel}/p{number}"
    thread = post.thread_ts if post.thread_ts not in {None, post.ts} else None
    query = f"?thread_ts={thread}&cid={post.channel}" if thread else ""
    return {"channel": post.channel, "permalink": f"{link}{query}"}
