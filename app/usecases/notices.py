"""Once a day, at nine in the morning of each workspace: digests for those who got points."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Final

import structlog

from app.core.settings.definitions import Notices, Settings
from app.store.database import Database, UnavailableError
from app.store.outbox import notices
from app.store.workspace.rulebook import Rulebook

_log = structlog.get_logger()

EVERY: Final = 30.0
"""Seconds between two looks at the clock."""
NINE: Final = time(9)


async def run_digests(
    database: Database, rulebook: Rulebook, on_digests: Callable[[], None], every: float = EVERY
) -> None:
    """Write digests when they are due, for ever; call *on_digests* when some wait to be said."""
    while True:
        try:
            for team in rulebook.list_teams():
                if await write_due_digests(database, rulebook, team, datetime.now(UTC)):
                    on_digests()
        except UnavailableError:
            _log.info("digest.waits", reason="database away")
        await asyncio.sleep(every)


async def write_due_digests(
    database: Database, rulebook: Rulebook, team: str, now: datetime
) -> int:
    """Write the digests that are due in *team*, once; return how many.

    Of the day before alone: what a process that was away has missed is not made up for.
    """
    settings = rulebook.get_settings(team)
    due = _compute_due_time(settings, now)
    if settings.notices is not Notices.DIGEST or now < due:
        return 0
    day = due.date() - timedelta(days=1)
    people = await database.run(lambda conn: notices.write_digests(conn, team, day, due))
    if people:
        _log.info("digest.written", team=team, day=day.isoformat(), people=people)
    return people


def _compute_due_time(settings: Settings, now: datetime) -> datetime:
    """Return when the digests of this day are due."""
    today = now.astimezone(settings.time_zone).date()
    return datetime.combine(today, NINE, settings.time_zone)
