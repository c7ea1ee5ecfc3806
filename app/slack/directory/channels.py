"""Which channels are public: what others may be shown of a channel depends on it.

Every message says which kind of channel it was written in. Where none was heard lately, Slack is
asked; where neither tells, a channel counts as private.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from cachetools import TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from app.slack.directory.lookups import Lookup
from app.slack.outbound.failures import FAILURES, classify_failure
from app.store.database import Database, UnavailableError
from app.store.workspace import heard_channels

_log = structlog.get_logger()

PATIENCE: Final = 1.0
"""Seconds that an answer waits for Slack."""
_MEMORY: Final = 300.0
_MOST_REMEMBERED: Final = 50_000
_NOT_SEEN: Final = "channel_not_found"
_PERSONAL: Final = ("is_im", "is_mpim", "is_private")


class Channels:
    """The channels of a workspace, as far as what may be said of them elsewhere."""

    def __init__(
        self,
        database: Database,
        client: AsyncWebClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._client = client
        self._lookup = Lookup(clock=clock)
        self._private: TTLCache[tuple[str, str], bool] = TTLCache(
            _MOST_REMEMBERED, _MEMORY, timer=clock
        )
        self._unstored: dict[tuple[str, str], bool] = {}

    async def is_public(self, team: str, channel: str) -> bool:
        """Tell whether everybody in *team* may know what happens in *channel*."""
        if not channel.startswith("C"):  # a direct message, or a private channel of old
            return False
        private = self._private.get((team, channel))
        if private is None:
            private = await self._ask_slack(team, channel)
        return not private

    def note(self, team: str, channel: str, *, private: bool) -> None:
        """Remember what a message has told of *channel*; `flush` stores it."""
        before = self._private.get((team, channel))
        self._private[team, channel] = private
        if before is not private:
            self._unstored[team, channel] = private

    async def flush(self) -> None:
        """Store what is new; what cannot be stored now is kept for the next time."""
        if not self._unstored:
            return
        unstored, self._unstored = self._unstored, {}
        try:
            await self._database.run(lambda conn: heard_channels.record_privacy(conn, unstored))
        except UnavailableError:
            self._unstored = unstored | self._unstored
            raise

    async def _ask_slack(self, team: str, channel: str) -> bool:
        """Return whether *channel* is private, as Slack says now, or else said before."""
        try:
            async with asyncio.timeout(PATIENCE):
                call = partial(self._client.conversations_info, channel=channel)
                answer = await self._lookup.ask((team, channel), call)
        except FAILURES as error:
            return await self._fall_back(team, channel, classify_failure(error).reason)
        info = answer.get("channel")
        if not isinstance(info, dict):
            return await self._fall_back(team, channel, "no channel")
        private = any(info.get(kind) for kind in _PERSONAL)
        self.note(team, channel, private=private)
        return private

    async def _fall_back(self, team: str, channel: str, reason: str) -> bool:
        """Return whether *channel* is private, where Slack does not say so now."""
        _log.info("channel.unknown", channel=channel, reason=reason)
        # Slack knows no such channel, or the app may not see it: private by now.
        private = reason == _NOT_SEEN or await self._is_stored_private(team, channel)
        self._private[team, channel] = private
        return private

    async def _is_stored_private(self, team: str, channel: str) -> bool:
        private = await self._database.run(
            lambda conn: heard_channels.is_private(conn, team, channel)
        )
        return private is not False
