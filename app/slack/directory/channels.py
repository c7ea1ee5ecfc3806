"""Which channels are public, which decides what may be shown of them elsewhere.

Every message event names its channel's type. Without a recent one, Slack is asked, and if that
fails, the database. An unknown channel counts as private. A channel may be made private while the
app is down, so after startup none counts as public until Slack has confirmed it. An event that
arrives late describes the past: it never makes a channel public.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from functools import partial
from typing import Final
from weakref import WeakValueDictionary

import structlog
from cachetools import LRUCache, TTLCache
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from app.core.channel_ids import NOT_SEEN
from app.slack.client import FAILURES, Failure, SlackClient, classify_failure, read_pages, try_call
from app.slack.directory.lookups import Lookup
from app.store.database import Conn, Database, UnavailableError
from app.store.outbox import homes
from app.store.workspace import stored_channels, workspaces

_log = structlog.get_logger()

_MEMORY: Final = 300.0
"""Seconds for which a channel's type is known without asking."""
_MOST_REMEMBERED: Final = 50_000
_RECHECKED_EVERY: Final = 3600.0
"""Seconds between two rounds."""
_RETRIED_AFTER: Final = 60.0
"""Seconds after a round that failed."""
_TOLD_FOR: Final = 24 * 3600.0
"""Seconds for which a refused post is remembered, unless one succeeds."""
_MOST_PAGES: Final = 20
"""Pages of the app's own channels, 1,000 on each; Slack is asked about others one by one."""
_PERSONAL: Final = ("is_im", "is_mpim", "is_private")


class Channels:
    """Which channels of each workspace are public, and which refuse the app's posts."""

    def __init__(self, database: Database, client: SlackClient) -> None:
        self._database = database
        self._client = client
        self._lookup = Lookup(client)
        self._private: TTLCache[tuple[str, str], bool] = TTLCache(_MOST_REMEMBERED, _MEMORY)
        self._unstored: defaultdict[str, dict[str, bool]] = defaultdict(dict)
        self._latest: LRUCache[tuple[str, str], float] = LRUCache(_MOST_REMEMBERED)
        self._started_at = time.time()
        self._stored: LRUCache[tuple[str, str], bool] = LRUCache(_MOST_REMEMBERED)
        self._storing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._refusals: TTLCache[tuple[str, str], str] = TTLCache(_MOST_REMEMBERED, _TOLD_FOR)

    def note_post(self, team: str, channel: str, refusal: str = "") -> None:
        """Record that the app posted in *channel*, or by which *refusal* of Slack's it can't."""
        if refusal:
            self._refusals[team, channel] = refusal
        else:
            self._refusals.pop((team, channel), None)

    def list_refusals(self, team: str) -> list[tuple[str, str]]:
        """Return the channels of *team* that refuse this process's posts, and Slack's reasons."""
        found = self._refusals.items()
        return [(channel, why) for (where, channel), why in found if where == team]

    async def is_public(self, team: str, channel: str) -> bool:
        """Return whether everyone in *team* may know what happens in *channel*.

        Raises UnavailableError if neither Slack nor the database answers.
        """
        if not channel.startswith("C"):  # a direct message, or an old private channel
            return False
        private = self._private.get((team, channel))
        if private is None:
            private = await self._ask_slack(team, channel)
        return not private

    def note(self, team: str, channel: str, *, private: bool, at: float | None = None) -> bool:
        """Record whether *channel* was private *at* a Unix time (default: now); `flush` stores it.

        Return False if that was ignored: outdated news doesn't make a channel public.
        """
        key, latest = (team, channel), self._latest.get((team, channel), self._started_at)
        at = self.read_clock(team, channel) if at is None else at
        if at < latest and not private:
            return False
        before = self._private.get(key)
        self._private[key], self._latest[key] = private, max(at, latest)
        if before is not private:
            self._unstored[team][channel] = private
        return True

    def read_clock(self, team: str, channel: str) -> float:
        """Return the current time, but never one before the latest news of *channel*."""
        return max(time.time(), self._latest.get((team, channel), self._started_at))

    async def flush(self, team: str | None = None, *, rechecked: bool = False) -> None:
        """Store new channel types of *team*, or of all workspaces; if that fails, keep them.

        If a channel has turned private, or all were *rechecked*, open App Homes are refreshed.
        Raises UnavailableError once all were tried.
        """
        failed: UnavailableError | None = None
        for one in [team] if team else list(self._unstored):
            try:
                async with self._lock_storing(one):
                    await self._store_types(one, rechecked=rechecked)
            except UnavailableError as error:
                failed = error
        if failed:
            raise failed

    async def _store_types(self, team: str, *, rechecked: bool) -> None:
        """Store the new channel types of *team*; the caller holds its lock."""
        if not (unstored := self._unstored.pop(team, None)):
            return

        async def store(conn: Conn) -> None:
            if not (rechecked or await stored_channels.becomes_private(conn, team, unstored)):
                await stored_channels.record_privacy(conn, team, unstored)
                return
            async with conn.transaction():  # atomic, or a retry would find nothing new
                if await stored_channels.record_privacy(conn, team, unstored):
                    await homes.outdate_all(conn, team)

        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self._restore, team, unstored)
            await self._database.run(store)
            on_failure.pop_all()
        self._stored.update({(team, one): private for one, private in unstored.items()})

    def _restore(self, team: str, unstored: dict[str, bool]) -> None:
        self._unstored[team] = unstored | self._unstored.get(team, {})

    async def store_new(self, team: str, channel: str) -> None:
        """Store the type of *channel* now, unless this process has stored it before.

        Otherwise boards of other processes would lack the channel's first vote.
        """
        if self._is_new(team, channel):
            async with self._lock_storing(team):
                # Whoever held the lock before has stored all types known then. Storing for others
                # here would have each of many new channels wait for all those before it.
                if self._is_new(team, channel):
                    await self._store_types(team, rechecked=False)

    def _is_new(self, team: str, channel: str) -> bool:
        known = self._private.get((team, channel))
        return known is not None and self._stored.get((team, channel)) is not known

    def _lock_storing(self, team: str) -> asyncio.Lock:
        return self._storing.setdefault(team, asyncio.Lock())

    async def mark_privacy_unknown(self) -> None:
        """Count no channel as public until Slack confirms it; raises UnavailableError."""
        await self._database.run(stored_channels.mark_privacy_unknown)

    async def recheck_forever(self) -> None:
        """Ask Slack after startup, then hourly, which channels are public."""
        await asyncio.sleep(self._client.timings.channels)
        while True:
            try:
                await self.recheck()
                await asyncio.sleep(_RECHECKED_EVERY)
            except (UnavailableError, *FAILURES) as error:
                _log.info("channels.unchecked", reason=type(error).__name__)
                await asyncio.sleep(_RETRIED_AFTER)

    async def recheck(self) -> None:
        """Ask Slack which doubted channels are public, and store the answers.

        Refreshes App Homes published before. A channel that the app isn't in, and that Slack
        doesn't describe, keeps its type until the next time. Once all others are done, raises one
        of FAILURES if Slack couldn't list the app's channels in a workspace, or UnavailableError.
        """
        failed: Exception | None = None
        for team in await self._database.run(workspaces.list_teams):
            try:
                await self._recheck_team(team)
            except UnavailableError as error:  # other workspaces may be on another node
                failed = error
            except FAILURES as error:  # other workspaces may still have the app
                failure = classify_failure(error)
                if failure.permanent:
                    _log.info("channels.unchecked", reason=failure.reason)
                else:
                    failed = error
        if failed:
            raise failed

    async def _recheck_team(self, team: str) -> None:
        doubted = await self._database.run(stored_channels.list_possibly_public, team)
        if not doubted:
            return
        times = {channel: self.read_clock(team, channel) for channel in doubted}
        public = await self._list_own_public(team)
        for channel, at in times.items():
            if channel in public and self.note(team, channel, private=False, at=at):
                self._unstored[team][channel] = False  # clears the database's doubt
        await self.flush(team, rechecked=True)
        for channel in doubted:
            if channel not in public:
                self._private.pop((team, channel), None)
                await self._ask_slack(team, channel)
        await self.flush(team, rechecked=True)

    async def _list_own_public(self, team: str) -> frozenset[str]:
        """Return the public channels of *team* that the app is a member of."""
        found: set[str] = set()
        kind = "public_channel"
        ask = partial(self._client.users_conversations, types=kind, team_id=team, limit=1000)
        async for answer in read_pages(ask, _MOST_PAGES):
            listed = answer.get("channels") or ()
            found |= {one["id"] for one in listed if not any(map(one.get, _PERSONAL))}
        return frozenset(found)

    async def _ask_slack(self, team: str, channel: str) -> bool:
        """Return whether *channel* is private according to Slack, or else to the database."""

        async def call() -> tuple[float, AsyncSlackResponse]:
            # concurrent callers share the call, so its start is the time of the answer
            at = self.read_clock(team, channel)
            return at, await self._client.conversations_info(channel=channel)

        lookup = self._lookup.ask((team, channel), call)
        found = await try_call(lookup, self._client.timings.lookup)
        if isinstance(found, Failure):
            return await self._fall_back(team, channel, found.reason)
        at, answer = found
        info = answer.get("channel")
        if not isinstance(info, dict):
            return await self._fall_back(team, channel, "no channel")
        private = any(info.get(kind) for kind in _PERSONAL)
        self.note(team, channel, private=private, at=at)
        return self._private.get((team, channel), True)

    async def _fall_back(self, team: str, channel: str, reason: str) -> bool:
        """Return whether *channel* is private, after Slack has given no type; *reason* says why."""
        _log.info("channel.unknown", channel=channel, reason=reason)
        # no such channel, or none that the app may see: private by now
        if reason == NOT_SEEN:
            self.note(team, channel, private=True)
            return True
        stored = await self._database.run(stored_channels.is_private, team, channel)
        # a message may have brought newer news meanwhile
        return self._private.setdefault((team, channel), stored is not False)
