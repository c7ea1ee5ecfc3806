"""The conversations.* methods: channels, their members and their messages."""

from collections.abc import Iterable
from typing import Any

from app.devtools.fake_slack.arguments import (
    Args,
    MethodError,
    find_channel,
    find_joined_channel,
    find_member,
    find_post,
    paginate,
    read_flag,
)
from app.devtools.fake_slack.messages import build_message
from app.devtools.fake_slack.values import Channel, Post
from app.devtools.fake_slack.workspace import Workspace


def describe_channel(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Describe one channel."""
    return {"channel": _build_channel(find_channel(workspace, args))}


def list_own_channels(workspace: Workspace, args: Args) -> dict[str, Any]:
    """List the channels that the app is in, of the kinds that *types* asks for."""
    wanted = str(args.get("types") or "public_channel").split(",")
    channels = [c for c in workspace.channels.values() if c.is_member and name_kind(c) in wanted]
    shown, paging = paginate(channels, args, key=lambda channel: channel.id, default=100)
    return {"channels": [_build_channel(channel) for channel in shown]} | paging


def open_direct(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Open the direct conversation with a member."""
    users = [user for user in str(args.get("users") or "").split(",") if user]
    if len(users) != 1:
        raise MethodError("not_enough_users" if not users else "method_not_supported")
    member = find_member(workspace, {"user": users[0]})
    before = f"D{member.id[1:]}" in workspace.channels
    channel = workspace.open_direct(member.id)
    return {"channel": {"id": channel.id}} | ({"already_open": True} if before else {})


def name_kind(channel: Channel) -> str:
    """Return the name that Slack's *types* parameter uses for *channel*'s kind."""
    if channel.user:
        return "im"
    if channel.is_mpim:
        return "mpim"
    return "private_channel" if channel.is_private else "public_channel"


def _build_channel(channel: Channel) -> dict[str, Any]:
    if channel.user:
        return {"id": channel.id, "is_im": True, "user": channel.user, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": channel.is_mpim,
        "is_private": channel.is_private,
        "is_archived": False,
        "is_general": channel.name == "general",
        "is_member": channel.is_member,
        "is_shared": False,
        "is_ext_shared": False,
    }


def list_members(workspace: Workspace, args: Args) -> dict[str, Any]:
    """List a channel's members, without those who left it or the workspace."""
    channel, bot = find_channel(workspace, args), workspace.bot_user_id
    members = [member.id for member in workspace.members.values() if not member.deleted]
    present = [user for user in members if user not in channel.away]
    if channel.user:
        present = [bot, channel.user]
    elif not channel.is_member:
        present.remove(bot)
    shown, paging = paginate(present, args, key=lambda member: member, default=100)
    return {"members": shown} | paging


def list_history(workspace: Workspace, args: Args) -> dict[str, Any]:
    """List a channel's messages, newest first, without thread replies."""
    seen = _list_seen(workspace, find_joined_channel(workspace, args))
    posts = [post for post in seen if post.thread_ts in {None, post.ts}]
    body = _build_page(workspace, args, list(reversed(_select_between(posts, args))), default=100)
    threads = _describe_threads(seen)
    for message in body["messages"]:
        message.update(threads.get(message["ts"], {}))
    return body


def _describe_threads(seen: Iterable[Post]) -> dict[str, dict[str, Any]]:
    """Return the thread fields of each message that started a thread, by its timestamp."""
    replies: dict[str, list[Post]] = {}
    for post in seen:
        if post.thread_ts and post.thread_ts != post.ts:
            replies.setdefault(post.thread_ts, []).append(post)
    return {
        ts: {
            "thread_ts": ts,
            "reply_count": len(found),
            "reply_users": (authors := list(dict.fromkeys(post.user for post in found))),
            "reply_users_count": len(authors),
            "latest_reply": found[-1].ts,
        }
        for ts, found in replies.items()
    }


def list_replies(workspace: Workspace, args: Args) -> dict[str, Any]:
    """List a thread: its parent, then the replies, oldest first."""
    channel = find_joined_channel(workspace, args)
    try:
        parent = find_post(workspace, args)
    except MethodError:
        raise MethodError("thread_not_found") from None
    posts = [post for post in _list_seen(workspace, channel) if post.thread_ts == parent.ts]
    thread = [parent, *(post for post in _select_between(posts, args) if post.ts != parent.ts)]
    return _build_page(workspace, args, thread, default=1000)


def _list_seen(workspace: Workspace, channel: Channel) -> list[Post]:
    seen = (p for p in workspace.posts if p.channel == channel.id and not p.ephemeral_to)
    return sorted(seen, key=lambda post: post.ts)


def _select_between(posts: Iterable[Post], args: Args) -> list[Post]:
    oldest, latest = str(args.get("oldest") or ""), str(args.get("latest") or "~")
    ends = {oldest, latest} if read_flag(args, "inclusive") else set()
    return [post for post in posts if oldest < post.ts < latest or post.ts in ends]


def _build_page(
    workspace: Workspace, args: Args, posts: list[Post], *, default: int
) -> dict[str, Any]:
    shown, paging = paginate(posts, args, key=lambda post: post.ts, default=default)
    metadata = read_flag(args, "include_all_metadata")
    messages = [build_message(workspace, post, metadata=metadata) for post in shown]
    return {"messages": messages} | paging
