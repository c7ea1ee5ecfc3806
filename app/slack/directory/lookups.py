"""Slack lookups: deduplicated, limited per workspace and per person, and batched."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar
from functools import partial
from typing import Any, Final, Generic, TypeVar
from weakref import WeakValueDictionary

from cachetools import LRUCache

from app.slack.client import FAILURES, Failure, SlackClient, classify_failure
from app.store.shared_tasks import SharedTasks

MOST_AT_ONCE: Final = 30
"""Concurrent lookups of one workspace with one method."""
MOST_OF_ONE: Final = 60
"""Lookups on one person's behalf per minute."""
_MINUTE: Final = 60.0
_MOST_PEOPLE: Final = 1000
_MOST_PAUSED: Final = 1000
_TOLERATED: Final = 2
"""Failures in a row after which a method isn't paused."""
_LONGEST_PAUSE: Final = 10.0
"""Seconds; after an outage, names and groups should soon be known again."""

_asker: ContextVar[str] = ContextVar("asker", default="")

Item = TypeVar("Item")
Result = TypeVar("Result")


class WaitingError(TimeoutError):
    """Slack mustn't be called now."""


class OverBudgetError(WaitingError):
    """The current person has used up their lookups for now."""


@contextlib.contextmanager
def ask_for(person: str) -> Iterator[None]:
    """Count lookups made inside the context against the budget of *person*."""
    token = _asker.set(person)
    try:
        yield
    finally:
        _asker.reset(token)


class Lookup:
    """Lookups with one Slack method; Slack limits its rate per workspace."""

    def __init__(
        self,
        client: SlackClient,
        most_of_one: int = MOST_OF_ONE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_of_one = most_of_one
        self._clock = clock
        self._slots: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._running: SharedTasks[tuple[str, ...], Any] = SharedTasks(client.start)
        self._calls: LRUCache[str, deque[float]] = LRUCache(_MOST_PEOPLE)
        self._paused_until: LRUCache[str, float] = LRUCache(_MOST_PAUSED)
        self._failures: LRUCache[str, int] = LRUCache(_MOST_PAUSED)

    async def ask(self, key: tuple[str, ...], call: Callable[[], Awaitable[Any]]) -> Any:
        """Return the result of *call* for *key*; concurrent callers share one call.

        *key* begins with the workspace. The call goes on if a caller gives up. Raises what *call*
        raises, WaitingError while Slack has asked to wait with this workspace or its lookups keep
        failing, and OverBudgetError if the current person has used up their lookups.
        """
        if key not in self._running.tasks:
            self._check_budget(key[0])
        return await self._running.share(key, partial(self._run, key[0], call))

    def _check_budget(self, team: str) -> None:
        self._check_pause(team)
        now, person = self._clock(), _asker.get()
        if not person:
            return
        calls = self._calls.setdefault(person, deque())
        while calls and calls[0] <= now - _MINUTE:
            calls.popleft()
        if len(calls) >= self._most_of_one:
            raise OverBudgetError("too much is asked for one person")
        calls.append(now)

    def _check_pause(self, team: str) -> None:
        if self._is_paused(team):
            raise WaitingError("Slack has asked to wait, or doesn't answer")

    def _is_paused(self, team: str) -> bool:
        return self._clock() < self._paused_until.get(team, float("-inf"))

    async def _run(self, team: str, call: Callable[[], Awaitable[Any]]) -> Any:
        async with self._slots.setdefault(team, asyncio.Semaphore(MOST_AT_ONCE)):
            self._check_pause(team)  # Slack may have asked while this call was queued
            try:
                found = await call()
            except FAILURES as error:
                self._note_failure(team, classify_failure(error))
                raise
            self.note_success(team)
            return found

    def note_success(self, team: str) -> None:
        """Record that Slack answers for *team*, if only with a page of a list too long to read."""
        self._failures.pop(team, None)

    def _note_failure(self, team: str, failed: Failure) -> None:
        """Pause lookups of *team* as long as Slack asks, or ever longer while none succeeds."""
        if failed.final or (failed.wait is None and self._is_paused(team)):
            return
        count = self._failures[team] = min(self._failures.get(team, 0) + 1, 10)
        pause = min(2.0 ** (count - _TOLERATED - 1), _LONGEST_PAUSE) if count > _TOLERATED else 0.0
        until = self._clock() + (pause if failed.wait is None else failed.wait)
        self._paused_until[team] = max(until, self._paused_until.get(team, until))


class Batches(Generic[Item, Result]):
    """Calls *carry_out* for each workspace with all items added since its previous call began."""

    def __init__(self, carry_out: Callable[[str, list[Item]], Awaitable[Result]]) -> None:
        self._carry_out = carry_out
        self._waiting: dict[str, tuple[list[Item], asyncio.Task[Result]]] = {}
        self._running: dict[str, asyncio.Task[Result]] = {}

    async def add(self, team: str, item: Item) -> Result:
        """Return the result of the call that included *item*, or raise what it raised."""
        if team not in self._waiting:
            items: list[Item] = []
            task = asyncio.create_task(self._run(team, items, self._running.get(team)))
            self._waiting[team] = items, task
        items, task = self._waiting[team]
        items.append(item)
        # a canceled waiter must not cancel the shared call
        return await asyncio.shield(task)

    async def _run(
        self, team: str, items: list[Item], previous: asyncio.Task[Result] | None
    ) -> Result:
        if previous:
            await asyncio.wait({previous})
        else:
            await asyncio.sleep(0)  # let calls made in the same loop iteration join this batch
        _, task = self._waiting.pop(team)
        self._running[team] = task
        try:
            return await self._carry_out(team, items)
        finally:
            if self._running.get(team) is task:
                del self._running[team]
