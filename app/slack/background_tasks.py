"""Background work: tasks that people start (exports, being forgotten), and supervised loops."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from enum import StrEnum
from typing import Any, Final, TypeVar

import structlog

_log = structlog.get_logger()

T = TypeVar("T")

MOST_TASKS: Final = 4
"""Concurrent tasks of all people together; they aren't urgent, and each may read for a while."""
MOST_OF_ONE: Final = 2
"""Concurrent tasks of one person."""
MOST_OF_ADMINS: Final = 4
"""Concurrent tasks of all admins: a limit of their own, so that exports don't hold them up."""
PAUSES: Final = (1.0, 60.0)
"""First and longest pause, in seconds, before failed work is restarted."""


ADMINS: Final = ""
"""The owner of tasks that admins start."""


class StartResult(StrEnum):
    """Whether a task was started."""

    STARTED = "yes"
    ALREADY = "already"
    BUSY = "busy"


class BackgroundTasks:
    """Background tasks, at most one per key, with limits per owner."""

    def __init__(self) -> None:
        self._tasks: dict[tuple[str, ...], asyncio.Task[Any]] = {}
        self._owners: dict[tuple[str, ...], str] = {}

    def start(
        self, key: tuple[str, ...], work: Coroutine[Any, Any, Any], owner: str = ADMINS
    ) -> StartResult:
        """Run *work* in the background for its *owner*.

        Refuses if the same task is running, or if the owner or everyone together has too many.
        """
        if key in self._tasks or not self._has_room(owner):
            work.close()
            return StartResult.ALREADY if key in self._tasks else StartResult.BUSY
        task = asyncio.create_task(work)
        self._tasks[key], self._owners[key] = task, owner
        task.add_done_callback(lambda done: self._finish(key, done))
        return StartResult.STARTED

    def _has_room(self, owner: str) -> bool:
        owners = list(self._owners.values())
        if owner == ADMINS:
            return owners.count(ADMINS) < MOST_OF_ADMINS
        people = len(owners) - owners.count(ADMINS)
        return people < MOST_TASKS and owners.count(owner) < MOST_OF_ONE

    async def finish_soon(
        self,
        key: tuple[str, ...],
        work: Callable[[], Awaitable[T]],
        later: Callable[[T], Awaitable[None]],
        patience: float,
        owner: str = ADMINS,
    ) -> T | StartResult:
        """Run *work* for its *owner*; return its result, or whether it was started.

        A result that takes longer than *patience* seconds is passed to *later* instead. Raises what
        *work* raises before that; what it raises later is only logged.
        """
        outcome = list[T]()
        is_late = False

        async def do() -> None:
            outcome.append(await work())
            if is_late:
                await later(outcome[0])

        started = self.start(key, do(), owner)
        if started is StartResult.STARTED:
            task = self._tasks[key]
            await asyncio.wait({task}, timeout=patience)
            if task.done() and not task.cancelled():
                task.result()
        is_late = True
        return outcome[0] if outcome else started

    async def wait_idle(self) -> None:
        """Return once no task is running."""
        while self._tasks:
            await asyncio.wait(set(self._tasks.values()))

    async def close(self, patience: float = 2.0) -> None:
        """Wait up to *patience* seconds for running tasks, then cancel them."""
        await end_tasks(self._tasks.values(), patience)

    def _finish(self, key: tuple[str, ...], task: asyncio.Task[Any]) -> None:
        self._tasks.pop(key, None)
        self._owners.pop(key, None)
        log_failure(task)


async def end_tasks(tasks: Iterable[asyncio.Task[Any]], patience: float) -> None:
    """Wait up to *patience* seconds for *tasks*, then cancel them."""
    if running := set(tasks):
        _, late = await asyncio.wait(running, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def keep_running(
    work: Callable[[], Awaitable[None]],
    leaving: asyncio.Event,
    event: str = "background.failed",
    pauses: tuple[float, float] = PAUSES,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Run *work* until it returns; log each failure as *event*, and restart it.

    *pauses* are the first and the longest pause before a restart. The pause doubles each time, and
    starts over once a run has lasted longer than the longest. If the app is already *leaving*, one
    last run lets the work shut down in order.
    """
    pause, longest = pauses
    while True:
        is_last_run, started = leaving.is_set(), clock()
        try:
            await work()
        except Exception:  # noqa: BLE001 (nothing else would restart it)
            _log.exception(event)
        else:
            return
        if is_last_run:
            return
        pause = pauses[0] if clock() - started > longest else pause
        await wait_for_event(leaving, pause)
        pause = min(2 * pause, longest)


def log_failure(task: asyncio.Task[Any], event: str = "background.failed") -> None:
    """Log the exception of *task* as *event*, if it failed."""
    if not task.cancelled() and task.exception():
        _log.error(event, exc_info=task.exception())


async def wait_for_event(event: asyncio.Event, seconds: float) -> None:
    """Wait until *event* is set, at most *seconds*."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
