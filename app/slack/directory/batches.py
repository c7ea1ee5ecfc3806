"""Does for many what they ask for together: while a call is under way, what comes is collected."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


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
