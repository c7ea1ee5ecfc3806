"""Arguments of a method, parsed alike from query, form, multipart or JSON."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aiohttp import web

from app.devtools.fake_slack.values import Channel, Post, SlackMember
from app.devtools.fake_slack.workspace import Workspace

Args = Mapping[str, Any]
Item = TypeVar("Item")


class MethodError(Exception):
    """An error response of a method, by Slack's name for it; *messages* give details."""

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages


async def read_arguments(request: web.Request) -> dict[str, Any]:
    """Return the request's arguments; those in its body override those in its query."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except json.JSONDecodeError:
            raise MethodError("invalid_json") from None
        return args | body if isinstance(body, dict) else args
    return args | dict(await request.post())


def read_flag(args: Args, name: str) -> bool:
    """Parse a boolean, which forms and queries carry as a word."""
    return str(args.get(name, "")).lower() in {"1", "true"}


def read_structure(args: Args, name: str) -> Any:
    """Parse a list or an object, which forms and queries carry as JSON text."""
    value = args.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        raise MethodError(f"invalid_{name}") from None


def find_channel(workspace: Workspace, args: Args) -> Channel:
    """Return the channel that *args* name; raise channel_not_found.

    That includes a private channel that the app isn't in.
    """
    channel = workspace.find_channel(str(args.get("channel", "")))
    if channel is None or (channel.is_private and not channel.is_member):
        raise MethodError("channel_not_found")
    return channel


def find_joined_channel(workspace: Workspace, args: Args) -> Channel:
    """Return the channel that *args* name; raise not_in_channel if the app isn't in it."""
    channel = find_channel(workspace, args)
    if not channel.is_member:
        raise MethodError("not_in_channel")
    return channel


def find_member(workspace: Workspace, args: Args) -> SlackMember:
    """Return the member whose id *args* name; raise user_not_found."""
    member = workspace.members.get(str(args.get("user", "")))
    if member is None:
        raise MethodError("user_not_found")
    return member


def find_post(workspace: Workspace, args: Args, ts: str = "ts") -> Post:
    """Return the post that *args* name; raise message_not_found, also if it's ephemeral."""
    post = workspace.find_post(find_channel(workspace, args).id, str(args.get(ts, "")))
    if post is None or post.ephemeral_to:
        raise MethodError("message_not_found")
    return post


def paginate(
    items: list[Item], args: Args, *, key: Callable[[Item], str], default: int
) -> tuple[list[Item], dict[str, Any]]:
    """Return the page of *items* that *args* ask for, and the response's paging fields."""
    limit = _read_limit(args, default)
    start = _find_start(items, str(args.get("cursor") or ""), key)
    shown = items[start : start + limit]
    more = start + limit < len(items)
    cursor = _make_cursor(key(shown[-1])) if more else ""
    return shown, {"has_more": more, "response_metadata": {"next_cursor": cursor}}


def _read_limit(args: Args, default: int) -> int:
    limit = str(args.get("limit") or default)
    if not limit.isdecimal() or not 0 < int(limit) <= 1000:
        raise MethodError("invalid_limit")
    return int(limit)


def _find_start(items: list[Item], cursor: str, key: Callable[[Item], str]) -> int:
    if not cursor:
        return 0
    for index, item in enumerate(items):
        if _make_cursor(key(item)) == cursor:
            return index + 1
    raise MethodError("invalid_cursor")


def _make_cursor(key: str) -> str:
    return base64.b64encode(f"after:{key}".encode()).decode()
