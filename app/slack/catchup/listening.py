"""Records when each channel last sent an event, so that later gaps can be filled from history."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any, Final

import structlog

from app.slack.background_tasks import wait_for_event
from app.slack.directory.channels import Channels
from app.slack.payloads import events
from app.store.database import Database, UnavailableError
from app.store.workspace import stored_channels

_log = structlog.get_logger()

_EVERY: Final = 5.0
"""Seconds between two flushes."""
OVERLAP: Final = 600
"""Seconds before the last recorded event that are read again: more than a crash can lose."""
LONG_AWAY: Final = 300.0
"""Seconds without a database after which Slack may have stopped redelivering an event."""


class Listening:
    """When each channel last sent an event, kept in memory and stored every few seconds.

    Calls *catch_up*, if given, whenever events may have been lost: at startup, and when the
    database returns after a long outage.
    """

    def __init__(
        self,
        database: Database,
        catch_up: Callable[[], None] | None = None,
        known_channels: Channels | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._catch_up = catch_up
        self._known_channels = known_channels
        self._clock = clock
        self._newest: dict[tuple[str, str], str] = {}
        self._missed = catch_up is not None
        self._away_since: float | None = None
        self._stopping = asyncio.Event()

    def note(self, body: dict[str, Any]) -> None:
        """Note the time of the event in *body* and its channel's kind, if it has a channel."""
        if origin := events.read_origin(body):
            team, channel, ts = origin
            if ts > self._newest.get((team, channel), ""):
                self._newest[team, channel] = ts
            private = events.is_private(body)
            if self._known_channels and private is not None:
                self._known_channels.note(team, channel, private=private, at=float(ts))

    async def run(self) -> None:
        """Flush every few seconds until stopped, and once more then."""
        while not self._stopping.is_set():
            await self.flush()
            await wait_for_event(self._stopping, _EVERY)
        await self.flush()

    def stop(self) -> None:
        """Stop `run` after a last flush."""
        self._stopping.set()

    async def flush(self) -> None:
        """Store what has been noted; if that fails, keep it for the next flush."""
        if not (self._newest or self._missed):
            return
        newest, self._newest = self._newest, {}
        with contextlib.suppress(UnavailableError), contextlib.ExitStack() as failed:
            failed.callback(self._restore, newest)
            await self._store(newest)
            if self._known_channels:
                await self._known_channels.flush()
            failed.pop_all()
            self._away_since = None

    async def _store(self, newest: dict[tuple[str, str], str]) -> None:
        # Mark the gaps first: storing newer times would hide where they begin.
        if self._missed or (self._catch_up and self._was_long_away()):
            self._missed = True
            await self._database.run(stored_channels.mark_missed, OVERLAP)
        if newest:
            await self._database.run(stored_channels.record_heard, newest)
        if self._missed and self._catch_up:
            self._missed = False
            self._catch_up()

    def _was_long_away(self) -> bool:
        return self._away_since is not None and self._clock() - self._away_since > LONG_AWAY

    def _restore(self, newest: dict[tuple[str, str], str]) -> None:
        if self._away_since is None:
            self._away_since = self._clock()
            _log.warning("listening.waits", channels=len(newest))
        for key, ts in newest.items():
            self._newest[key] = max(ts, self._newest.get(key, ""))
