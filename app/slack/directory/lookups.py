"""What Slack is asked: each thing once at a time, many together, and so that no one asks all."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar
from typing import Any, Final, Generic, TypeVar

from cachetools import LRUCache

from app.slack.client import FAILURES, classify_failure

MOST_AT_ONCE: Final = 30
MOST_OF_ONE: Final = 60
"""Questions on one person's behalf, within a minute."""
_MINUTE: Final = 60.0
_MOST_PEOPLE: Final = 1000

_asker: ContextVar[str] = ContextVar("asker", default="")

Item = TypeVar("Item")
Result = TypeVar("Result")


class WaitingError(TimeoutError):
    """Slack is not asked now."""


class OverBudgetError(WaitingError):
    """Whoever asks has asked for too much lately."""


@contextlib.contextmanager
def ask_for(person: str) -> Iterator[None]:
    """Let what is asked of Slack while inside be on behalf of *person*."""
    token = _asker.set(person)
    try:
        yield
    finally:
        _asker.reset(token)


class Lookup:
    """Questions to one method of Slack's."""

    def __init__(
        self, most_of_one: int = MOST_OF_ONE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most_of_one = most_of_one
        self._clock = clock
        self._at_once = asyncio.Semaphore(MOST_AT_ONCE)
        self._running: dict[tuple[str, ...], asyncio.Task[Any]] = {}
        self._asked: LRUCache[str, deque[float]] = LRUCache(_MOST_PEOPLE)
        self._paused_until = float("-inf")

    async def ask(self, key: tuple[str, ...], call: Callable[[], Awaitable[Any]]) -> Any:
        """Return what *call* brings for *key*; who asks meanwhile gets the same answer.

        It goes on when whoever waits for it gives up. Raises what it raises, WaitingError where
        Slack has asked to wait, and OverBudgetError where it is this person who asks too much.
        """
        task = self._running.get(key)
        if task is None:
            self._check_budget()
            task = asyncio.create_task(self._run(call))
            self._running[key] = task
            task.add_done_callback(lambda done: self._finish(key, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Ask nothing more."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _check_budget(self) -> None:
        now, person = self._clock(), _asker.get()
        if now < self._paused_until:
            raise WaitingError("Slack has asked to wait")
        if not person:
            return
        asked = self._asked.setdefault(person, deque())
        while asked and asked[0] <= now - _MINUTE:
            asked.popleft()
        if len(asked) >= self._most_of_one:
            raise OverBudgetError("too much is asked for one person")
        asked.append(now)

    async def _run(self, call: Callable[[], Awaitable[Any]]) -> Any:
        async with self._at_once:
            if self._clock() < self._paused_until:  # since this one waits for its turn
                raise WaitingError("Slack has asked to wait")
            try:
                return await call()
            except FAILURES as error:
                wait = classify_failure(error).wait
                if wait is not None:
                    self._paused_until = max(self._paused_until, self._clock() + wait)
                raise

    def _finish(self, key: tuple[str, ...], task: asyncio.Task[Any]) -> None:
        self._running.pop(key, None)
        if not task.cancelled():
            task.exception()  # whoever still waits hears of it


class Batches(Generic[Item, Result]):
    """Calls *carry_out* with all that was added of a workspace since its last call began."""

    def __init__(self, carry_out: Callable[[str, list[Item]], Awaitable[Result]]) -> None:
        self._carry_out = carry_out
        self._waiting: dict[str, tuple[list[Item], asyncio.Task[Result]]] = {}
        self._under_way: dict[str, asyncio.Task[Result]] = {}

    async def add(self, team: str, item: Item) -> Result:
        """Return what came of the call that *item* was part of, or raise what it raised."""
        if team not in self._waiting:
            items: list[Item] = []
            task = asyncio.create_task(self._run(team, items, self._under_way.get(team)))
            self._waiting[team] = items, task
        items, task = self._waiting[team]
        items.append(item)
        # Whoever gives up takes nobody else's answer away.
        return await asyncio.shield(task)

    async def _run(
        self, team: str, items: list[Item], before: asyncio.Task[Result] | None
    ) -> Result:
        if before:
            await asyncio.wait({before})
        else:
            await asyncio.sleep(0)  # for what is asked in the same moment
        _, task = self._waiting.pop(team)
        self._under_way[team] = task
        try:
            return await self._carry_out(team, items)
        finally:
            if self._under_way.get(team) is task:
                del self._under_way[team]
