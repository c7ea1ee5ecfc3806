"""The workspace that benchmarks use, and the votes that its members cast."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import Any, Final
from urllib.parse import urlencode

from app.devtools.fake_slack import events
from app.devtools.fake_slack.delivery import FORM, JSON
from app.devtools.fake_slack.values import Channel, Post, SlackMember
from app.devtools.fake_slack.workspace import Workspace

SIGNING_SECRET: Final = "both ends of a benchmark"  # noqa: S105 (used on this machine only)
CHANNELS: Final = 10

_THANKS: Final = "++ for looking into the failing build on a Friday evening"


@dataclass(frozen=True, slots=True)
class Request:
    """A signed request in wire format, valid for five minutes."""

    data: bytes
    target: str = ""
    """The member who gets a point."""
    message: tuple[str, str] = ("", "")
    """Channel and ts of a vote's message."""


def make_workspace(members: int, channels: int = CHANNELS) -> Workspace:
    """Return a workspace with that many members and channels."""
    people = (
        SlackMember(f"U{n:08d}", f"member{n}", f"Member {n}", f"Member Number {n}")
        for n in range(1, members + 1)
    )
    places = (Channel(f"C{n:08d}", f"channel{n}") for n in range(1, channels + 1))
    return Workspace(people, places)


def list_people(workspace: Workspace) -> list[str]:
    """Return the ids of all members but the app."""
    return [user for user in workspace.members if user != workspace.bot_user_id]


def make_votes(workspace: Workspace, count: int, draw: Random) -> list[Request]:
    """Return *count* votes by random members for others, in all channels in turn."""
    people, channels = list_people(workspace), cycle(workspace.channels)
    pairs = (draw.sample(people, 2) for _ in range(count))
    return [make_vote(workspace, giver, target, next(channels)) for giver, target in pairs]


def make_vote(workspace: Workspace, giver: str, target: str, channel: str) -> Request:
    """Return the message in which *giver* gives *target* a point."""
    ts = workspace.next_ts()
    payload = events.build_message_event(
        workspace,
        user=giver,
        channel=channel,
        text=f"<@{target}>{_THANKS}",
        ts=ts,
        blocks=_make_blocks(target),
    )
    data = _sign(json.dumps(payload).encode(), JSON)
    return Request(data, target, (channel, ts))


def _make_blocks(target: str) -> list[dict[str, Any]]:
    leaves = [{"type": "user", "user_id": target}, {"type": "text", "text": _THANKS}]
    section = {"type": "rich_text_section", "elements": leaves}
    return [{"type": "rich_text", "block_id": "vK7bQ", "elements": [section]}]


def make_posts(workspace: Workspace, count: int, draw: Random) -> list[Post]:
    """Return *count* votes as posts, all in the first channel."""
    people = list_people(workspace)
    channel = next(iter(workspace.channels))
    pairs = (draw.sample(people, 2) for _ in range(count))
    return [
        Post(channel, workspace.next_ts(), f"<@{target}>{_THANKS}", giver)
        for giver, target in pairs
    ]


def make_event(payload: dict[str, Any]) -> Request:
    """Return the request that delivers *payload*."""
    return Request(_sign(json.dumps(payload).encode(), JSON))


def make_board_requests(workspace: Workspace, count: int, draw: Random) -> Iterator[Request]:
    """Yield *count* `/leaderboard` requests, each by a random member."""
    people = list_people(workspace)
    channel = next(iter(workspace.channels))
    for user in draw.choices(people, k=count):
        yield make_command(workspace, user, channel, "/leaderboard")


def make_command(
    workspace: Workspace, user: str, channel: str, name: str, text: str = ""
) -> Request:
    """Return the request for *user* typing the command *name* and *text* in *channel*."""
    form = events.build_slash_command(
        workspace, user=user, channel=channel, command=name, text=text
    )
    return Request(_sign(urlencode(form).encode(), FORM))


def _sign(body: bytes, content_type: str) -> bytes:
    """Return the signed request that carries *body*."""
    fields = {"Host": "127.0.0.1", "Content-Type": content_type, "Content-Length": str(len(body))}
    fields |= events.sign_request(SIGNING_SECRET, body, time.time())
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST /slack/events HTTP/1.1\r\n{head}\r\n".encode() + body
