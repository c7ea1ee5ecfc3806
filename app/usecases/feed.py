"""The feed: every few seconds, one channel is told what was given in the public ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app.core.settings.definitions import Settings
from app.core.timers import Timer, TimerKind
from app.store.database import Conn
from app.store.outbox import feed as store
from app.store.outbox.feed import FeedSource
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.timers import Job, JobResult

_PACE: Final = timedelta(seconds=2)
_OLDEST: Final = timedelta(hours=1)
"""What was given longer ago is not told: it was read late."""
_SINCE: Final = "since"


def plan_feed(settings: Settings, now: datetime) -> Timer | None:
    """Return when the feed goes on."""
    if settings.feed_channel is None:
        return None
    return Timer(TimerKind.FEED, now + _PACE, plan=settings.feed_channel)


async def follow_ledger(
    conn: Conn, rules: WorkspaceRules, timers: Sequence[Timer], now: datetime
) -> JobResult:
    """Let the feed tell what is new since the last time; the first time, from where to begin."""
    settings, (timer, *_) = rules.get_settings(), timers
    if settings.feed_channel is None or settings.feed_channel != timer.plan:
        return JobResult()
    if _SINCE not in timer.body:
        return JobResult(body={_SINCE: await store.read_end(conn, rules.team)})
    source = FeedSource(
        rules.team, settings.feed_channel, settings.quiet_channels, timer.body[_SINCE],
        now - _OLDEST,
    )  # fmt: skip
    waiting, since = await store.follow_ledger(conn, source)
    return JobResult(waiting, {_SINCE: since})


FEED: Final = Job(follow_ledger, plan_feed)
