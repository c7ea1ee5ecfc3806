"""What happens at somebody's first vote and first point: they're told how it works, once.

It runs in the background, in batches, so that no response waits for it. Most people aren't
newcomers, and people who were checked before cost no query.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import structlog
from cachetools import LRUCache

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

    greets = True

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
        self._writing: dict[str, asyncio.Task[None]] = {}
        self._closing = asyncio.Event()

    def greet(self, message: Message, targets: Iterable[str], settings: Settings) -> None:
        """Greet the author, and those of *targets* who got points, if it was their first time.

        Called after the votes of *message* were stored; none of them is lost if this fails.
        """
        if message.quiet or not self.greets:
            return
        people = {target for target in targets if not is_thing(target)}
        gives = settings.replies is not Replies.SILENT and self._mark_checked(message, "gave")
        got = [u for u in people if settings.first_points and self._mark_checked(message, "got", u)]
        if gives or got:
            self._add(PossibleNewcomer(message, gives, got))

    async def wait_idle(self) -> None:
        """Return once nobody is left to check."""
        while self._writing:
            await asyncio.wait(set(self._writing.values()))

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
        waiting = self._waiting.setdefault(team, [])
        if len(waiting) < _MOST_WAITING:
            waiting.append(candidate)
        self._begin(team)

    def _begin(self, team: str) -> None:
        if team not in self._writing:
            self._writing[team] = asyncio.create_task(self._write(team))
            self._writing[team].add_done_callback(partial(self._finish, team))

    async def _write(self, team: str) -> None:
        """Check those waiting in *team* for newcomers, batch by batch, until none is left."""
        while self._waiting.get(team):
            await self._gather()
            batch = self._waiting[team][: newcomers.MOST_AT_ONCE]
            try:
                if await self._database.run(newcomers.write, team, batch, self._timings):
                    self._on_replies(team)
            except UnavailableError as error:
                _log.info("greetings.wait", reason=str(error))
                if self._closing.is_set():
                    break
            else:
                del self._waiting[team][: len(batch)]
        del self._waiting[team]

    def _finish(self, team: str, task: asyncio.Task[None]) -> None:
        del self._writing[team]
        if not task.cancelled() and task.exception():
            self._waiting.pop(team, None)  # the next ones may succeed
            _log.error("greetings.failed", exc_info=task.exception())
        elif self._waiting.get(team):  # they came after it had ended
            self._begin(team)

    async def _gather(self) -> None:
        """Wait for more to join the batch, unless the app is shutting down."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timings.gather):
                await self._closing.wait()
