"""Daily digests for people who got points, and the feed that posts points to a channel."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from app.core.boards.calendar import find_midnight
from app.core.settings.definitions import Notices, Settings
from app.core.timers import Schedule, Timer, TimerKind
from app.store.database import Conn
from app.store.outbox import feed as store
from app.store.outbox import notices
from app.store.outbox.feed import FeedSource
from app.store.outbox.notices import DigestDay
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.timers import JobResult

_log = structlog.get_logger()

_DIGEST_HOUR: Final = 9
_PACE: Final = timedelta(seconds=2)
_OLDEST: Final = timedelta(hours=1)
"""Anything given longer ago isn't posted: it was read late."""
_SINCE: Final = "since"
_MOST_STEPS: Final = 200
"""Each of 500 rows: an import may have added a million, of which nothing is posted."""


def plan_digests(settings: Settings, now: datetime) -> Timer | None:
    """Return the timer of the next digests; None if there are none."""
    if settings.notices is not Notices.DIGEST:
        return None
    return Schedule(settings.time_zone, _DIGEST_HOUR).plan(TimerKind.DIGEST, now)


async def write_digests(
    conn: Conn, rules: WorkspaceRules, timers: Sequence[Timer], _now: datetime
) -> JobResult:
    """Write the digests of the day before each of *timers*."""
    settings, waiting = rules.get_settings(), 0
    if settings.notices is not Notices.DIGEST:
        return JobResult()
    for timer in timers:
        day = settings.find_day(timer.planned_at) - timedelta(days=1)
        people = await notices.write_digests(conn, rules.team, find_digest_day(settings, day))
        if people:
            _log.info("digest.written", team=rules.team, day=day.isoformat(), people=people)
        waiting += people
    return JobResult(waiting)


def find_digest_day(settings: Settings, day: date) -> DigestDay:
    """Return *day* in the time zone of *settings*, with their quiet channels."""
    begins_at, ends_at = (
        find_midnight(one, settings.time_zone) for one in (day, day + timedelta(days=1))
    )
    return DigestDay(day, begins_at, ends_at, list(settings.quiet_channels))


def plan_feed(settings: Settings, now: datetime) -> Timer | None:
    """Return the timer of the feed's next step; None if there is no feed."""
    if settings.feed_channel is None:
        return None
    return Timer(TimerKind.FEED, now + _PACE, plan=settings.feed_channel)


async def follow_ledger(
    conn: Conn, rules: WorkspaceRules, timers: Sequence[Timer], now: datetime
) -> JobResult:
    """Write the feed's posts since the last step; the first step only finds where to begin."""
    settings, (timer, *_) = rules.get_settings(), timers
    if settings.feed_channel is None or settings.feed_channel != timer.plan:
        return JobResult()
    if _SINCE not in timer.body:
        return JobResult(body={_SINCE: await store.read_end(conn, rules.team)})
    source = FeedSource(
        rules.team, settings.feed_channel, settings.quiet_channels, timer.body[_SINCE],
        now - _OLDEST,
    )  # fmt: skip
    waiting = 0
    for _ in range(_MOST_STEPS):
        posts, since, has_more = await store.follow_ledger(conn, source)
        waiting, source = waiting + posts, replace(source, since=since)
        if not has_more:
            break
    return JobResult(waiting, {_SINCE: source.since})
