"""The state behind the stand-in: who is in the workspace and what has been written there."""

import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from app.ops.local_slack import example
from app.ops.local_slack.values import Change, Channel, Group, Member, Post


class Workspace:
    """One Slack workspace with the app installed.

    *clock* gives Unix seconds for timestamps, *monotonic* seconds for how posts follow each other.
    """

    def __init__(
        self,
        members: Iterable[Member],
        channels: Iterable[Channel],
        groups: Iterable[Group] = (),
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.team_id = "T0PLAYGRND"
        self.team_name = "playground"
        self.app_id = "A0PPTBOT"
        self.bot_user_id = "U0PPTBOT"
        self.bot_id = "B0PPTBOT"
        self.url = "http://127.0.0.1/"
        bot = Member(self.bot_user_id, "pptbot", "pptbot", "pptbot", is_bot=True)
        self.members = {member.id: member for member in (*members, bot)}
        self.channels = {channel.id: channel for channel in channels}
        self.groups = {group.id: group for group in groups}
        self.monotonic = monotonic
        self.homes: dict[str, dict[str, Any]] = {}
        self.subscribers: list[Callable[[Change], None]] = []
        self._posts: dict[tuple[str, str], Post] = {}
        self._clock = clock
        self._last_tick = 0
        self._numbers = itertools.count(1)

    @classmethod
    def example(
        cls,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> "Workspace":
        """Give a small workspace of eight people, a robot, four channels and a group."""
        found = (example.MEMBERS, example.CHANNELS, example.GROUPS)
        return cls(*found, clock=clock, monotonic=monotonic)

    @property
    def posts(self) -> list[Post]:
        """Everything that stands in the workspace now, oldest first."""
        return list(self._posts.values())

    def next_ts(self) -> str:
        """Give a message timestamp that no message has had, later than all before."""
        self._last_tick = max(int(self._clock() * 10_000), self._last_tick + 1)
        return f"{self._last_tick // 10_000}.{self._last_tick % 10_000:04d}00"

    def next_number(self) -> int:
        """Give 1, 2, 3, …: for ids that must differ."""
        return next(self._numbers)

    def add(self, post: Post) -> Post:
        """Keep *post* and tell the subscribers."""
        self._posts[post.channel, post.ts] = post
        self._tell(Change("posted", post))
        return post

    def amend(self, post: Post, text: str, blocks: list[dict[str, Any]]) -> Post:
        """Replace what *post* says, mark it edited, and tell the subscribers."""
        edited = replace(post, text=text, blocks=blocks, edited=True, edited_ts=self.next_ts())
        self._posts[post.channel, post.ts] = edited
        self._tell(Change("edited", edited))
        return edited

    def remove(self, post: Post) -> None:
        """Forget *post* and tell the subscribers."""
        del self._posts[post.channel, post.ts]
        self._tell(Change("deleted", post))

    def react(self, post: Post, name: str) -> None:
        """Tell the subscribers that the app reacted to *post* with the emoji *name*."""
        self._tell(Change("reacted", post, name))

    def _tell(self, change: Change) -> None:
        for subscriber in tuple(self.subscribers):
            subscriber(change)

    def post(self, channel: str, ts: str) -> Post | None:
        """Find the post that stands in *channel* under *ts*."""
        return self._posts.get((channel, ts))

    def member_called(self, name: str) -> Member | None:
        """Find the member whose name, display name or id is *name*, in any case."""
        wanted = name.removeprefix("@").strip().casefold()
        return next((m for m in self.members.values() if wanted in names_of(m)), None)

    def channel_called(self, name: str) -> Channel | None:
        """Find the channel by id or name, with or without its #."""
        wanted = name.removeprefix("#").strip()
        by_name = (c for c in self.channels.values() if c.name == wanted.casefold())
        return self.channels.get(wanted) or next(by_name, None)


def names_of(member: Member) -> tuple[str, str, str]:
    """Give what *member* may be called by, casefolded."""
    return member.name.casefold(), member.display_name.casefold(), member.id.casefold()
