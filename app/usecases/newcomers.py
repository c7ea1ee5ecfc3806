"""What happens at somebody's first vote and first point: they are told how it goes on, once.

Nobody's answer waits for that: whose first it may be is looked for beside it, for many at once.
Most people aren't newcomers: whoever is known not to be one costs no query.
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
"""Messages of a workspace that are held while the database is away; later ones greet nobody."""


class Newcomers:
    """Greets those who give or get for the first time; the others it remembers.

    *on_replies* is told the workspace in which replies wait.
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
        """Let whoever gave, and those of *targets* who got points, be told if it was their first.

        It comes after the votes of *message* were stored, and nothing of them is lost where it
        fails.
        """
        if message.quiet or not self.greets:
            return
        people = {target for target in targets if not is_thing(target)}
        gives = settings.replies is not Replies.SILENT and self._note(message, "gave")
        got = [u for u in people if settings.first_points and self._note(message, "got", u)]
        if gives or got:
            self._add(PossibleNewcomer(message, gives, got))

    async def wait_idle(self) -> None:
        """Return once everybody who is to be greeted is known."""
        while self._writing:
            await asyncio.wait(set(self._writing.values()))

    async def close(self) -> None:
        """Look for those who wait now, and for nobody any more."""
        self._closing.set()
        await self.wait_idle()

    def _note(self, message: Message, what: str, user: str = "") -> bool:
        """Tell whether *user*, or the author of *message*, was not looked for before."""
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
        """Look for newcomers among those who wait in *team*, until nobody does."""
        while self._waiting.get(team):
            await self._gather()
            batch = self._waiting[team][: newcomers.MOST_AT_ONCE]
            write = partial(newcomers.write, team=team, among=batch, pace=self._timings)
            try:
                if await self._database.run(write):
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
        elif self._waiting.get(team):  # they came when it had ended
            self._begin(team)

    async def _gather(self) -> None:
        """Let more come, unless the app is about to end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timings.gather):
                await self._closing.wait()
