"""Tasks that are shared by all who ask for the same thing at the same time."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
T = TypeVar("T")


class SharedTasks(Generic[Key, T]):
    """Running tasks, at most one for each key, as *begin* starts them.

    *on_failure* is called with the key and the error of each that fails, whoever awaits it.
    """

    def __init__(
        self,
        begin: Callable[[Coroutine[Any, Any, T]], asyncio.Task[T]] = asyncio.create_task,
        on_failure: Callable[[Key, BaseException], None] = lambda _key, _error: None,
    ) -> None:
        self.tasks: dict[Key, asyncio.Task[T]] = {}
        self._begin = begin
        self._on_failure = on_failure

    def start(self, key: Key, work: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """Return the task of *key*; unless one is running, start *work*."""
        task = self.tasks.get(key)
        if task is None:
            task = self.tasks[key] = self._begin(work())
            task.add_done_callback(partial(self._finish, key))
        return task

    async def share(self, key: Key, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return the result of the task of *key*, which goes on if the caller is canceled."""
        return await asyncio.shield(self.start(key, work))

    async def close(self) -> None:
        """Cancel all tasks."""
        tasks = list(self.tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _finish(self, key: Key, task: asyncio.Task[T]) -> None:
        del self.tasks[key]
        # this marks the error as retrieved; those who await the task still get it
        if not task.cancelled() and (error := task.exception()):
            self._on_failure(key, error)
