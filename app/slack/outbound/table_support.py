"""Which kind of table Slack takes: newer blocks do not reach every workspace at the same time."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any, Final

import structlog

from app.slack.client import SlackClient
from app.slack.outbound.failures import FAILURES, classify_failure
from app.slack.views.tables import KINDS, render_sample

_log = structlog.get_logger()

REFUSALS: Final = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_attachments"})
"""What Slack answers to blocks that it does not take."""
_AGAIN: Final = 300.0


class Tables:
    """The best kind of table that Slack has not refused, of this process's experience.

    What answers a slash command directly cannot be refused so that we hear it. So Slack is asked
    first whether it would take such a block; where it does not say, the best kind is tried.
    """

    def __init__(self, client: SlackClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._level = 0
        self._ask_at = -_AGAIN
        self._asking = asyncio.Lock()

    async def choose_kind(self) -> str:
        """Return the kind to use now."""
        if self._clock() >= self._ask_at:
            async with self._asking:
                await self._ask()
        return KINDS[self._level]

    def note_refusal(self, kind: str, reason: str) -> bool:
        """Use something simpler than *kind* from now on, if *reason* is that Slack refused it.

        Tells whether there is something simpler.
        """
        if reason not in REFUSALS or kind not in KINDS[:-1]:
            return False
        level = KINDS.index(kind)
        if self._level <= level:
            self._level = level + 1
            _log.warning("table.refused", kind=kind, instead=KINDS[self._level], reason=reason)
        return True

    async def _ask(self) -> None:
        while self._clock() >= self._ask_at and (blocks := render_sample(KINDS[self._level])):
            reason = await self._validate(blocks)
            if reason not in REFUSALS:
                # Where Slack does not tell, the first refusal of a message will.
                self._ask_at = self._clock() + _AGAIN if reason else math.inf
            elif not self.note_refusal(KINDS[self._level], reason):
                return

    async def _validate(self, blocks: list[dict[str, Any]]) -> str:
        """Return why Slack would not take *blocks*, empty if it would."""
        try:
            async with asyncio.timeout(self._client.timings.lookup):
                await self._client.blocks_validate(blocks=blocks)
        except FAILURES as error:
            return classify_failure(error).reason
        return ""
