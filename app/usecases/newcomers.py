"""What happens at somebody's first vote and first point: they're told how it works, once.

It runs in the background, in batches, so that no response waits for it. Most people aren't
newcomers, and people who were checked before cost no query.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from typing import Final

import structlog
from cachetools import LRUCache

from app.core.audience import is_quiet
from app.core.message import Message
from app.core.settings.definitions import Replies, Settings
from app.core.timings import PRODUCTION, GreetingTimings
from app.core.vote import is_thing
from app.store.database import Database, UnavailableError
from app.store.people import newcomers
from app.store.people.newcomers import PossibleNewcomer

_log = structlog.get_logger()

_MOST_KNOWN: Final = 100_000
_MOST_WAITING: Final = 10_000
"""Messages of a workspace kept while the database is away; later ones greet nobody."""


class Newcomers:
    """Greets people who give or get for the first time, and remembers all who were checked.

    *on_replies* is called with the workspace in which replies wait.
    """

    def __init__(
        self,
        database: Database,
        on_replies: Callable[[str], None],
        timings: GreetingTimings = PRODUCTION.greetings,
    ) -> None:
        self._database = database
        self._on_replies = on_replies
        self._timings = timings
        self._known: LRUCache[tuple[str, str, str], bool] = LRUCache(_MOST_KNOWN)
        self._waiting: dict[str, list[PossibleNewcomer]] = {}
        self._writers: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def greet(self, message: Message, targets: Iterable[str], settings: Settings) -> None:
        """Greet the author, and those of *targets* who got points, if it was their first time.

        Called after the votes of *message* were stored; none of them is lost if this fails.
        """
        if is_quiet(settings, message):
            return
        people = {target for target in targets if not is_thing(target)}
        gives = settings.replies is not Replies.SILENT and self._mark_checked(message, "gave")
        got = [u for u in people if settings.first_points and self._mark_checked(message, "got", u)]
        if gives or got:
            self._add(PossibleNewcomer(message, gives, got))

    async def wait_idle(self) -> None:
        """Return once nobody is left to check."""
        while self._writers:
            await asyncio.wait(self._writers)

    async def close(self) -> None:
        """Check those waiting now, without waiting for more; give up if the database is away."""
        self._closing.set()
        await self.wait_idle()

    def _mark_checked(self, message: Message, what: str, user: str = "") -> bool:
        """Return whether *user*, or else the author of *message*, wasn't checked before."""
        key = message.team, user or message.author, what
        is_new = key not in self._known
        self._known[key] = True
        return is_new

    def _add(self, candidate: PossibleNewcomer) -> None:
        team = candidate.message.team
        if team not in self._waiting:
            self._waiting[team] = []
            writer = asyncio.create_task(self._write(team))
            self._writers.add(writer)
            writer.add_done_callback(self._finish)
        if len(self._waiting[team]) < _MOST_WAITING:
            self._waiting[team].append(candidate)

    async def _write(self, team: str) -> None:
        """Check those waiting in *team* for newcomers, batch by batch, until none is left."""
        try:
            while waiting := self._waiting[team]:
                await self._gather()
                batch = waiting[: newcomers.MOST_AT_ONCE]
                try:
                    if await self._database.run(newcomers.write, team, batch, self._timings):
                        self._on_replies(team)
                except UnavailableError as error:
                    _log.info("greetings.wait", reason=str(error))
                    if self._closing.is_set():
                        break
                else:
                    del waiting[: len(batch)]
        finally:
            del self._waiting[team]  # whoever comes later gets a new writer

    def _finish(self, writer: asyncio.Task[None]) -> None:
        self._writers.discard(writer)
        if not writer.cancelled() and writer.exception():
            _log.error("greetings.failed", exc_info=writer.exception())

    async def _gather(self) -> None:
        """Wait for more to join the batch, unless the app is shutting down."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timings.gather):
                await self._closing.wait()
