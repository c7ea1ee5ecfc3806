"""Once a day, at nine in the morning of each workspace: digests for those who got points."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from app.core.settings.definitions import Notices, Settings
from app.core.timers import Schedule, Timer, TimerKind
from app.store.database import Conn
from app.store.outbox import notices
from app.store.outbox.notices import DigestDay
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.timers import Job, JobResult

_log = structlog.get_logger()

NINE: Final = 9


def plan_digests(settings: Settings, now: datetime) -> Timer | None:
    """Return when the next digests are due."""
    if settings.notices is not Notices.DIGEST:
        return None
    return Schedule(settings.time_zone, NINE).plan(TimerKind.DIGEST, now)


async def write_digests(
    conn: Conn, rules: WorkspaceRules, timers: Sequence[Timer], _now: datetime
) -> JobResult:
    """Write the digests of the day before each of *timers*."""
    settings, waiting = rules.get_settings(), 0
    if settings.notices is not Notices.DIGEST:
        return JobResult()
    for timer in timers:
        day = settings.find_day(timer.due_at) - timedelta(days=1)
        people = await notices.write_digests(conn, rules.team, find_digest_day(settings, day))
        if people:
            _log.info("digest.written", team=rules.team, day=day.isoformat(), people=people)
        waiting += people
    return JobResult(waiting)


def find_digest_day(settings: Settings, day: date) -> DigestDay:
    """Return *day* as a workspace with these *settings* has it."""
    return DigestDay(day, settings.zone_name, settings.quiet_channels)


DIGESTS: Final = Job(write_digests, plan_digests)
