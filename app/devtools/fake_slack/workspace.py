"""The state behind the fake Slack: the workspace's members, channels and messages."""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from app.devtools.fake_slack.values import (
    Change,
    Channel,
    File,
    Group,
    InstalledManifest,
    Post,
    SlackMember,
)

MEMBERS = (
    SlackMember("U0ANN00001", "ann", "ann", "Ann Lee", is_admin=True, is_owner=True),
    SlackMember("U0BOB00002", "bob", "bob", "Bob Martin"),
    SlackMember("U0CAROL003", "carol", "carol", "Carol Díaz", tz="America/New_York"),
    SlackMember("U0DAVE0004", "dave", "dave", "Dave Okafor", tz="Africa/Lagos"),
    SlackMember("U0EVE00005", "eve", "eve", "Eve Novák", tz="Europe/Prague"),
    SlackMember("U0FRANK006", "frank", "frankie", "Frank Meyer"),
    SlackMember("W0GRACE007", "grace", "Grace H", "Grace Hopkins", tz="America/New_York"),
    SlackMember("U0HEIDI008", "heidi", "heidi", "Heidi Suzuki", tz="Asia/Tokyo"),
    SlackMember("U0ROBOT009", "buildbot", "buildbot", "Build Robot", is_bot=True),
    SlackMember("U0OSCAR010", "oscar", "oscar", "Oscar Gone", deleted=True),
)
CHANNELS = (
    Channel("C0GENERAL1", "general"),
    Channel("C0RANDOM02", "random"),
    Channel("C0DEVDEV03", "dev"),
    Channel("C0SECRET04", "secret", is_private=True),
)
GROUPS = (Group("S0ENG00001", "eng", ("U0BOB00002", "U0CAROL003", "U0DAVE0004")),)

View = dict[str, Any]


class Workspace:
    """One Slack workspace with the app installed.

    *clock* returns Unix seconds for message timestamps, *monotonic* seconds for pacing and expiry.
    *homes* and *modals* hold the views open for each member id, the top modal last. *triggers* maps
    each trigger_id to its member, empty once used, and its time; *originals* each response_url to
    the timestamp of the post that it may replace; *runs* each run of a workflow step to its
    outcome. *organizations* names the workspaces of external members, *sibling_teams* the other
    workspaces of the organization *enterprise_id*, all of which have the app.

    A new file is rejected as a picture the first *failing_file_checks* times; *file_checks* counts
    the tries.
    """

    def __init__(
        self,
        members: Iterable[SlackMember],
        channels: Iterable[Channel],
        groups: Iterable[Group] = (),
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.manifest = InstalledManifest()
        self.failing_file_checks = 0
        self.team_id = "T0PLAYGRND"
        self.team_name = "playground"
        self.app_id = "A0PPTBOT"
        self.bot_user_id = "U0PPTBOT"
        self.bot_id = "B0PPTBOT"
        self.url = "http://127.0.0.1/"
        bot = SlackMember(self.bot_user_id, "pptbot", "pptbot", "pptbot", is_bot=True)
        self.members = {member.id: member for member in (*members, bot)}
        self.channels = {channel.id: channel for channel in channels}
        self.groups = {group.id: group for group in groups}
        self.monotonic = monotonic
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        self.files: dict[str, File] = {}
        self.triggers: dict[str, tuple[str, float]] = {}
        self.originals: dict[str, str] = {}
        self.runs: dict[str, dict[str, Any]] = {}
        self.organizations: dict[str, str] = {}
        self.enterprise_id = ""
        self.sibling_teams: dict[str, str] = {}
        self.takes_data_tables = True
        self.file_checks = Counter[str]()
        self.subscribers: list[Callable[[Change], None]] = []
        self._posts: dict[tuple[str, str], Post] = {}
        self._reactions: dict[tuple[str, str], dict[str, list[str]]] = {}
        self.clock = clock
        self._last_tick = 0
        self._numbers = itertools.count(1)

    @classmethod
    def create_example(
        cls,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> "Workspace":
        """Return a small workspace: nine people, one deactivated; a bot, four channels, a group."""
        found = (MEMBERS, CHANNELS, GROUPS)
        return cls(*found, clock=clock, monotonic=monotonic)

    @property
    def posts(self) -> list[Post]:
        """All posts in the workspace, oldest first."""
        return list(self._posts.values())

    def next_ts(self) -> str:
        """Return a new message timestamp, later than all before it."""
        self._last_tick = max(int(self.clock() * 10_000), self._last_tick + 1)
        return f"{self._last_tick // 10_000}.{self._last_tick % 10_000:04d}00"

    def next_number(self) -> int:
        """Return 1, 2, 3, …, for unique ids."""
        return next(self._numbers)

    def add(self, post: Post) -> Post:
        """Store *post* and notify the subscribers."""
        self._posts[post.channel, post.ts] = post
        self._notify(Change("posted", post))
        return post

    def amend(self, post: Post, text: str, blocks: list[dict[str, Any]]) -> Post:
        """Replace the content of *post*, mark it as edited and notify the subscribers."""
        edited = replace(post, text=text, blocks=blocks, edited=True, edited_ts=self.next_ts())
        self._posts[post.channel, post.ts] = edited
        self._notify(Change("edited", edited))
        return edited

    def remove(self, post: Post) -> None:
        """Delete *post* and notify the subscribers."""
        del self._posts[post.channel, post.ts]
        self._notify(Change("deleted", post))

    def change_channel_id(self, former: str, new: str) -> None:
        """Give a channel a new id, as Slack does when it's shared; its messages keep their ts."""
        self.channels[new] = replace(self.channels.pop(former), id=new)
        self._posts = {
            (new if place == former else place, ts): (
                replace(post, channel=new) if place == former else post
            )
            for (place, ts), post in self._posts.items()
        }
        self._reactions = {
            (new if place == former else place, ts): found
            for (place, ts), found in self._reactions.items()
        }

    def react(self, post: Post, name: str, by: str = "") -> bool:
        """Add a reaction by a member, or by the app; return whether it was new."""
        who, found = by or self.bot_user_id, self._reactions.setdefault((post.channel, post.ts), {})
        if who in found.setdefault(name, []):
            return False
        found[name].append(who)
        self._notify(Change("reacted", post, name, who))
        return True

    def unreact(self, post: Post, name: str, by: str = "") -> bool:
        """Remove a reaction; return whether it was there."""
        who, found = by or self.bot_user_id, self.list_reactions(post)
        if who not in found.get(name, []):
            return False
        found[name].remove(who)
        self._notify(Change("unreacted", post, name, who))
        return True

    def list_reactions(self, post: Post) -> dict[str, list[str]]:
        """Return the ids of those who reacted to *post*, by emoji name."""
        return self._reactions.get((post.channel, post.ts), {})

    def _notify(self, change: Change) -> None:
        for subscriber in tuple(self.subscribers):
            subscriber(change)

    def find_post(self, channel: str, ts: str) -> Post | None:
        """Return the post with *ts* in *channel*, or None."""
        return self._posts.get((channel, ts))

    def find_member(self, name: str) -> SlackMember | None:
        """Return the member whose handle, display name or id is *name*, ignoring case."""
        wanted = name.removeprefix("@").strip().casefold()
        return next((m for m in self.members.values() if wanted in list_names(m)), None)

    def open_direct(self, member: str) -> Channel:
        """Return the app's direct conversation with a member, created if there was none."""
        direct = Channel(f"D{member[1:]}", "directmessage", is_private=True, user=member)
        return self.channels.setdefault(direct.id, direct)

    def find_channel(self, name: str) -> Channel | None:
        """Return the channel with this id or name, with or without its #."""
        wanted = name.removeprefix("#").strip()
        named = wanted.casefold()
        by_name = (c for c in self.channels.values() if c.name == named and not c.user)
        return self.channels.get(wanted) or next(by_name, None)


def list_names(member: SlackMember) -> tuple[str, str, str]:
    """Return the names that identify *member*, casefolded."""
    return member.name.casefold(), member.display_name.casefold(), member.id.casefold()
