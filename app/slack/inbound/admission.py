"""Lets no workspace take all there is: of each, so many messages at most are heard at once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final
from weakref import WeakValueDictionary

from app.store.database import UnavailableError

MOST_AT_ONCE: Final = 16
"""Messages of one workspace: as many as one statement stores."""


class Admission:
    """A line for each workspace: who floods waits in their own."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._most = most
        self._lines: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def enter(self, team: str, patience: float) -> AsyncIterator[None]:
        """Wait until it is the turn of a message of *team*, and take its place while inside.

        Raises UnavailableError after *patience* seconds.
        """
        line = self._lines.get(team)
        if line is None:
            line = self._lines[team] = asyncio.Semaphore(self._most)
        try:
            async with asyncio.timeout(patience if line.locked() else None):
                await line.acquire()
        except TimeoutError:
            raise UnavailableError("too much at once") from None
        try:
            yield
        finally:
            line.release()
