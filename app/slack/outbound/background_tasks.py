"""What goes on beside the answers: a file that is sent, a person who is forgotten, a loop."""

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
"""People's tasks under way at once; none of them is urgent, and each may read for a while."""
MOST_OF_ONE: Final = 2
"""Those of one person; admins' are beside them, so that they never wait behind exports."""
MOST_OF_ADMINS: Final = 4
PAUSES: Final = (1.0, 60.0)
"""Seconds before what has failed is begun again, at first and at last."""


ADMINS: Final = ""
"""The owner of what those do who look after the workspace."""


class StartResult(StrEnum):
    """Whether a task could be begun."""

    STARTED = "yes"
    ALREADY = "already"
    BUSY = "busy"


class BackgroundTasks:
    """Tasks for people, one of a kind at a time for each of them."""

    def __init__(self) -> None:
        self._tasks: dict[tuple[str, ...], asyncio.Task[Any]] = {}
        self._owners: dict[tuple[str, ...], str] = {}

    def start(
        self, key: tuple[str, ...], work: Coroutine[Any, Any, Any], owner: str = ADMINS
    ) -> StartResult:
        """Do *work* for its *owner* beside the answer.

        Unless the same is under way, or there is too much: of the owner's, or of everybody's.
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
        """Do *work* for its *owner*; return what it comes to, or whether it was begun.

        What takes longer than *patience* seconds is told *later*.
        """
        outcome = list[T]()
        is_late = False

        async def do() -> None:
            outcome.append(await work())
            if is_late:
                await later(outcome[0])

        started = self.start(key, do(), owner)
        if started is StartResult.STARTED:
            await asyncio.wait({self._tasks[key]}, timeout=patience)
        is_late = True
        return outcome[0] if outcome else started

    async def wait_idle(self) -> None:
        """Return once no task is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks.values()))

    async def close(self, patience: float = 2.0) -> None:
        """Let what is under way end, for a moment; then cancel it."""
        await end_tasks(self._tasks.values(), patience)

    def _finish(self, key: tuple[str, ...], task: asyncio.Task[Any]) -> None:
        self._tasks.pop(key, None)
        self._owners.pop(key, None)
        log_failure(task)


async def end_tasks(tasks: Iterable[asyncio.Task[Any]], patience: float) -> None:
    """Let *tasks* end, for *patience* seconds; then cancel them."""
    if under_way := set(tasks):
        _, late = await asyncio.wait(under_way, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def keep_running(
    begin: Callable[[], Awaitable[None]],
    leaving: asyncio.Event,
    event: str = "background.failed",
    pauses: tuple[float, float] = PAUSES,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Do the work that *begin* begins to its end; what fails is logged as *event*, and begun again.

    The first of *pauses* comes before that, each time twice as long up to the last, until it has
    gone well for as long as that. Where the app is *leaving*, it is begun once more only to end in
    order.
    """
    pause, longest = pauses
    while True:
        ends, begun = leaving.is_set(), clock()
        try:
            await begin()
        except Exception:  # noqa: BLE001 (nothing else would begin it again)
            _log.exception(event)
        else:
            return
        if ends:
            return
        pause = pauses[0] if clock() - begun > longest else pause
        await wait_for_event(leaving, pause)
        pause = min(2 * pause, longest)


def log_failure(task: asyncio.Task[Any], event: str = "background.failed") -> None:
    """Write down, as *event*, why *task* has failed, if it has."""
    if not task.cancelled() and task.exception():
        _log.error(event, exc_info=task.exception())


async def wait_for_event(event: asyncio.Event, seconds: float) -> None:
    """Wait until *event* is set, for so many *seconds* at most."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
