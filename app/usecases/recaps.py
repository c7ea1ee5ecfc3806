"""The recap: planned from the settings, one reply, read from the ledger when it's posted."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from app.core.boards.periods import Period
from app.core.message import SlotKey
from app.core.own_posts import RecapReply
from app.core.recap import Recap, find_recap_period, name_others_first
from app.core.settings.definitions import BoardAccess, RecapPace, Settings
from app.core.timers import Schedule, Timer, TimerKind
from app.store.boards import recaps as store
from app.store.boards.recaps import RecapScope
from app.store.database import Conn, Database
from app.store.outbox import outbox
from app.store.outbox.outbox import ReplyToWrite
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.timers import JobResult

_log = structlog.get_logger()

PATIENCE: Final = 90.0
"""Seconds for reading a scheduled recap; nobody waits for it."""

IsPublic = Callable[[str, str], Awaitable[bool]]
"""Returns whether everybody in a team may know of a channel."""


def plan_recaps(settings: Settings, now: datetime) -> Timer | None:
    """Return the timer of the next recap; None if there is none."""
    if settings.recap is RecapPace.OFF or settings.recap_channel is None:
        return None
    monthly = settings.recap is RecapPace.MONTHLY
    schedule = Schedule(
        settings.time_zone, settings.recap_hour, settings.recap_day.number, is_monthly=monthly
    )
    return schedule.plan(TimerKind.RECAP, now)


async def write_recap(
    conn: Conn, rules: WorkspaceRules, timers: Sequence[Timer], _now: datetime
) -> JobResult:
    """Write the recap for the last of *timers* into the outbox, once."""
    settings = rules.get_settings()
    if settings.recap is RecapPace.OFF or settings.recap_channel is None:
        return JobResult()
    period = find_recap_period(settings, settings.find_day(timers[-1].planned_at))
    key = SlotKey(rules.team, settings.recap_channel, f"recap/{period.name}")
    reply = RecapReply(period.name, period.first, period.last)
    await outbox.write(conn, ReplyToWrite(key, reply))
    _log.info("recap.written", team=key.team, channel=key.channel, period=period.name)
    return JobResult(1)


async def read_recap(
    database: Database,
    rules: WorkspaceRules,
    period: Period,
    is_public: IsPublic,
    patience: float,
) -> Recap:
    """Return the recap of *period*, limited to what is public; each read has *patience* seconds."""
    run, settings = partial(database.run, patience=patience), rules.get_settings()
    before = period.find_previous() or period
    both = RecapScope(rules, Period(period.name, before.first, period.last))
    active = set(await run(store.read_channels, both))
    candidates = sorted(active - set(settings.quiet_channels))
    # Concurrently, because each may wait for Slack.
    public = await asyncio.gather(*(is_public(rules.team, channel) for channel in candidates))
    channels = [channel for channel, is_shown in zip(candidates, public, strict=True) if is_shown]
    scope, earlier = RecapScope(rules, period, channels), RecapScope(rules, before, channels)

    async def read(conn: Conn) -> Recap:
        leaders, others = [await store.read_leaders(conn, of) for of in (scope, earlier)]
        receivers, givers = map(name_others_first, leaders, others)
        return Recap(
            period, receivers, givers, await store.read_quotes(conn, scope),
            await store.read_newcomers(conn, scope), await store.read_milestones(conn, scope),
        )  # fmt: skip

    recap = await run(read)
    return recap if settings.boards is BoardAccess.EVERYONE else recap.without_standings()
