"""Whether the app is in any channel: where it is in none, nobody can vote."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

import structlog

from app.core.grammar import richtext
from app.slack.client import SlackClient
from app.slack.outbound.failures import FAILURES, classify_failure

_log = structlog.get_logger()

_MEMORY: Final = 300.0
_SOON: Final = 10.0
"""Seconds after which Slack is asked again whether somebody has invited the app by now."""


class Invitations:
    """Knows whether the app is in a channel, as Slack last said; where it has not, it is."""

    def __init__(self, client: SlackClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._until = float("-inf")
        self._invited = True
        self._asking = asyncio.Lock()

    async def is_invited(self) -> bool:
        """Tell whether the app is in a channel."""
        async with self._asking:
            if self._clock() >= self._until:
                self._invited = await self._ask_slack()
                self._until = self._clock() + (_MEMORY if self._invited else _SOON)
        return self._invited

    async def _ask_slack(self) -> bool:
        kinds = "public_channel,private_channel"
        try:
            async with asyncio.timeout(self._client.timings.lookup):
                answer = await self._client.users_conversations(
                    types=kinds, exclude_archived=True, limit=200
                )
        except FAILURES as error:
            _log.info("channels.unknown", reason=classify_failure(error).reason)
            return True
        channels = answer.get("channels")
        if not isinstance(channels, list):  # no answer to what was asked
            return True
        # A page may be empty and yet not the last.
        return bool(richtext.list_dicts(channels)) or _has_more(answer.get("response_metadata"))


def _has_more(paging: Any) -> bool:
    return isinstance(paging, dict) and bool(paging.get("next_cursor"))
