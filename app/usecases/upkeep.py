"""Background work, repeated forever: tidies tables, and updates statistics and long boards."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

import structlog

from app.store.boards import long_boards
from app.store.database import Database, Query, UnavailableError
from app.store.server import upkeep
from app.store.workspace import workspaces

_log = structlog.get_logger()

_EVERY: Final = 3600.0
"""Seconds between two rounds."""
_PATIENCE: Final = 300.0
"""Seconds for work on all that a workspace has."""
_PAUSE: Final = 30.0
"""Seconds until scores without a workspace are adopted, if the database was away."""
_GROWN: Final = (100, 1000, 10_000)
"""Messages stored at which statistics are refreshed."""
_ATTEMPTS: Final = 10
"""How often that is tried: tables may be locked."""
CHANGES: Final = 1.0
"""Seconds between two queries for rules that other processes have changed."""
_SHARE: Final = 4
"""One of this many connections may be used for it; the others are left to votes and answers."""


async def repeat(work: Callable[[], Awaitable[object]], every: float, waits: str) -> None:
    """Await *work* every *every* seconds, forever; log *waits* once while the database is away."""
    away = False
    while True:
        await asyncio.sleep(every)
        try:
            await work()
            away = False
        except UnavailableError as error:
            if not away:
                _log.info(waits, reason=str(error))
            away = True


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


async def keep_tidy(database: Database) -> None:
    """Tidy every hour, forever; if the database is away, skip a round."""
    while True:
        try:
            await _tidy(database)
        except UnavailableError as error:
            _log.info("upkeep.skipped", reason=str(error))
        await asyncio.sleep(_EVERY)


async def _tidy(database: Database) -> None:
    """Tidy every workspace; one that takes too long is left to the next round."""
    removed, failed = await run_side_by_side(
        database,
        await database.run(workspaces.list_teams, patience=_PATIENCE),
        lambda team: database.run(upkeep.tidy, team, patience=_PATIENCE),
        workspaces.list_teams,
    )
    for error in failed.values():
        _log.info("upkeep.skipped", reason=str(error))
    _log.debug("upkeep.done", removed=removed)


async def keep_statistics(database: Database, count: Callable[[], int], every: float) -> None:
    """Refresh PostgreSQL's statistics when *count*, the messages stored, has grown tenfold.

    Once there are many, its autovacuum does so.
    """
    for enough in _GROWN:
        while count() < enough:  # noqa: ASYNC110 (votes needn't signal)
            await asyncio.sleep(every)
        for _ in range(_ATTEMPTS):
            if await _refresh_statistics(database):
                break
            await asyncio.sleep(every)


async def _refresh_statistics(database: Database) -> bool:
    """Refresh the statistics; return whether no table is left that has grown."""
    try:
        waiting = await database.run(upkeep.refresh_statistics)
    except UnavailableError as error:
        _log.info("statistics.skipped", reason=str(error))
        return False
    _log.debug("statistics.done", waiting=len(waiting))
    return not waiting


async def follow_votes(database: Database, patience: float = long_boards.PATIENCE) -> int:
    """Update the boards of quarters and years of every workspace from its votes.

    Returns how many scores have changed. A workspace that another process is updating is left to
    it, and one that takes too long is left to the next round. Raises UnavailableError if the
    database is away.
    """
    changed, failed = await run_side_by_side(
        database,
        await database.run(long_boards.list_behind),
        partial(_follow_team, database, patience=patience),
        long_boards.list_behind,
    )
    for team, error in failed.items():
        _log.warning("long_boards.late", team=team, reason=str(error))
    _log.debug("long_boards.done", changed=changed)
    return changed


async def _follow_team(database: Database, team: str, *, patience: float) -> int:
    after, changed, more = 0, 0, True
    while more:
        step = await database.run(long_boards.follow, team, after, patience=patience)
        after, changed, more = step.last, changed + step.changed, step.more
    return changed


async def adopt(database: Database, team: str) -> None:
    """Give scores without a workspace to *team*; retries while the database is away."""
    while True:
        try:
            rows = await database.run(workspaces.adopt, team, patience=_PATIENCE)
        except UnavailableError:
            await asyncio.sleep(_PAUSE)
            continue
        if rows:
            _log.info("import.adopted", team=team, rows=rows)
        return
