"""Works through workspaces, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

from app.store.database import Database, Query, UnavailableError

_SHARE: Final = 4
"""One of this many connections may be used for it; the others are left to votes and answers."""


async def run_side_by_side(
    database: Database,
    teams: Iterable[str],
    work: Callable[[str], Awaitable[int]],
    check: Query[Any],
) -> tuple[int, Mapping[str, UnavailableError]]:
    """Await *work* for each of *teams*, so that a slow workspace doesn't keep others waiting.

    Returns the sum of the results, and the error of each workspace where *work* failed. If *check*
    then fails too, the database is away: no others are begun, and UnavailableError is raised once
    those in progress are done.
    """
    at_once = asyncio.Semaphore(max(1, database.limits.pool_max // _SHARE))
    failed: dict[str, UnavailableError] = {}
    away = list[UnavailableError]()

    async def run(team: str) -> int:
        async with at_once:
            if away:
                return 0
            try:
                return await work(team)
            except UnavailableError as error:
                failed[team] = error
            try:
                await database.run(check)
            except UnavailableError as error:
                away.append(error)
            return 0

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run(team)) for team in teams]
    except ExceptionGroup as errors:  # of a group, the log would show neither type nor traceback
        raise errors.exceptions[0] from errors
    if away:
        raise away[0]
    return sum(task.result() for task in tasks), failed
