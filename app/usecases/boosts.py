"""What happens with boosts: managers begin and change them, and they end by themselves.

Whether a vote is multiplied depends on its message's time alone. So the end of a boost only has to
be announced; that, and the warnings before it, are timers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import structlog
from psycopg import Rollback

from app.core.boosts import (
    EVERYWHERE,
    LONGEST,
    Boost,
    BoostEvent,
    BoostRefusal,
    BoostState,
    UnfitBoost,
    choose_boost,
)
from app.core.commands.boost import BeginBoost, BoostAction, ChangeBoost
from app.core.message import SlotKey
from app.core.own_posts import BoostReply
from app.core.timers import Timer, TimerKind
from app.store.database import Conn, Database
from app.store.outbox import outbox
from app.store.outbox.outbox import ReplyToWrite
from app.store.workspace import audit, timers
from app.store.workspace import boosts as store
from app.store.workspace.audit import Act
from app.store.workspace.rulebook import Rulebook, change_rules
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.timers import JobResult

_log = structlog.get_logger()

_LISTED: Final = 10
"""Boosts shown in a list, including ended ones."""
EVENTS: Final = {
    BoostAction.ADD: BoostEvent.EXTENDED,
    BoostAction.PAUSE: BoostEvent.PAUSED,
    BoostAction.RESUME: BoostEvent.RESUMED,
    BoostAction.END: BoostEvent.ENDED,
}


@dataclass(frozen=True, slots=True)
class BoostOrder:
    """A request to begin or change a boost."""

    team: str
    by: str
    channel: str
    key: str
    """Identifies the command, however often Slack delivers it."""
    told_in: str = ""
    """The channel in which a new boost is announced; empty for none."""
    at: datetime | None = None
    """None: now, by the database's clock."""


async def change(
    rulebook: Rulebook, order: BoostOrder, wanted: BeginBoost | ChangeBoost
) -> BoostState | BoostRefusal:
    """Begin a boost, or change the open one that *wanted* selects, once.

    Other processes learn of the result a second later.
    """
    quiet = rulebook.get_settings(order.team).quiet_channels
    event = EVENTS[wanted.action] if isinstance(wanted, ChangeBoost) else BoostEvent.BEGUN

    async def run(conn: Conn) -> BoostState | BoostRefusal:
        async with conn.transaction() as whole:
            done = await _change(conn, order, wanted, event, quiet)
            if isinstance(done, BoostRefusal):
                raise Rollback(whole)
        return done

    done = await rulebook.change(run)
    if isinstance(done, BoostState):
        _log.info("boost.changed", team=order.team, boost=done.boost.number, what=event)
    return done


async def read_boosts(
    database: Database, team: str, at: datetime | None = None
) -> tuple[list[Boost], datetime]:
    """Return the last boosts of *team* and all open ones, newest first, and the current time."""

    async def read(conn: Conn) -> tuple[list[Boost], datetime]:
        now = at or await timers.read_clock(conn)
        last = await store.read_last(conn, team, _LISTED)
        known = {one.number for one in last}
        older = [one for one in await store.read_open(conn, team, now) if one.number not in known]
        return last + older[::-1], now

    return await database.run(read)


async def _change(
    conn: Conn,
    order: BoostOrder,
    wanted: BeginBoost | ChangeBoost,
    event: BoostEvent,
    quiet: Collection[str],
) -> BoostState | BoostRefusal:
    """Carry out *order* with the rules locked, so that no vote is stored meanwhile."""
    await change_rules(conn, order.team)
    now = order.at or await timers.read_clock(conn)
    if not await audit.begin_once(conn, order.team, order.key):
        return BoostState(await _find_changed(conn, order), now)
    found = await store.read_open(conn, order.team, now)
    before, after = _decide(wanted, found, order, now)
    if isinstance(after, UnfitBoost):
        return BoostRefusal(after, BoostState(before, now) if before else None)
    done = _silence(await _store(conn, order, before, BoostState(after, now)), quiet)
    await _announce(conn, order.team, done, event, f"{now.timestamp():.6f}")
    return done


def _decide(
    wanted: BeginBoost | ChangeBoost, found: Sequence[Boost], order: BoostOrder, now: datetime
) -> tuple[Boost | None, Boost | UnfitBoost]:
    """Return the boost among *found*, all open ones, that is concerned, and what becomes of it."""
    if isinstance(wanted, ChangeBoost):
        before = choose_boost(found, order.channel, here=wanted.here)
        if isinstance(before, UnfitBoost):
            return None, before
        return before, _apply(wanted, before, now)
    channel = order.channel if wanted.here else EVERYWHERE
    if open_there := [one for one in found if one.channel == channel]:
        return open_there[0], UnfitBoost.OVERLAPS
    ends_at, told_in = now + wanted.span, order.told_in
    return None, Boost(0, channel, wanted.factor, wanted.name, now, ends_at, told_in=told_in)


def _apply(wanted: ChangeBoost, boost: Boost, now: datetime) -> Boost | UnfitBoost:
    match wanted.action:
        case BoostAction.ADD:
            longer = boost.extend(wanted.span)
            return longer if longer.compute_left(now) <= LONGEST else UnfitBoost.TOO_LONG
        case BoostAction.PAUSE:
            return UnfitBoost.PAUSED if boost.paused_at else boost.pause(now)
        case BoostAction.RESUME:
            return boost.resume(now) if boost.paused_at else UnfitBoost.NOT_PAUSED
        case BoostAction.END:
            return boost.end(now)


async def _find_changed(conn: Conn, order: BoostOrder) -> Boost:
    """Return the boost that *order* began or changed before, taken from the audit.

    Inexact if the same person changed another boost between two deliveries of the command.
    """
    acts = await audit.read_last_acts(conn, order.team, _LISTED, about=order.by)
    numbers = [int(act.about) for act in acts if (act.act, act.by) == ("boost", order.by)]
    found = await store.read_boost(conn, order.team, numbers[0]) if numbers else None
    return found or (await store.read_last(conn, order.team, 1))[0]


async def _store(
    conn: Conn, order: BoostOrder, before: Boost | None, after: BoostState
) -> BoostState:
    """Store the boost *after* in place of *before*, with its timers and the audit's row."""
    boost, now = after.boost, after.now
    if before is None:
        boost = await store.store_new(conn, order.team, order.by, boost)
    else:
        await store.store_change(conn, order.team, boost)
    for kind in (TimerKind.BOOST_WARNING, TimerKind.BOOST_END):
        await timers.cancel(conn, order.team, kind, f"{boost.number}/")
    await timers.store_timers(conn, order.team, boost.list_timers(now))
    done = BoostState(boost, now)
    earlier = _describe(BoostState(before, now)) if before else None
    act = Act(order.team, order.by, "boost", str(boost.number), earlier, _describe(done))
    await audit.record_act(conn, act)
    return done


def _describe(state: BoostState) -> dict[str, Any]:
    """Return what the audit records of a boost."""
    boost, is_open = state.boost, state.boost.is_open(state.now)
    left = boost.compute_left(state.now).total_seconds() if boost.paused_at else None
    return {
        "factor": boost.factor, "name": boost.name, "channel": boost.channel,
        "ends_at": boost.ends_at.isoformat() if is_open and not boost.paused_at else None,
        "left": left,
    }  # fmt: skip


def _silence(state: BoostState, quiet: Collection[str]) -> BoostState:
    """Return *state* without a channel to announce it in, if that channel is *quiet* by now."""
    if state.boost.told_in not in quiet:
        return state
    return replace(state, boost=replace(state.boost, told_in=""))


async def _announce(conn: Conn, team: str, state: BoostState, event: BoostEvent, which: str) -> int:
    """Announce *event* in the boost's channel, once per *which*; return the number of replies."""
    boost = state.boost
    if not boost.told_in:
        return 0
    key = SlotKey(team, boost.told_in, f"boost/{boost.number}/{event}/{which}")
    reply = BoostReply.create(event, boost, state.now)
    await outbox.write(conn, ReplyToWrite(key, reply))
    return 1


async def announce_due(
    conn: Conn, rules: WorkspaceRules, due: Sequence[Timer], now: datetime
) -> JobResult:
    """Announce that each boost still running will end soon, or that it has ended."""
    waiting = 0
    for timer in due:
        number, _, minutes = timer.about.partition("/")
        boost = await store.read_boost(conn, rules.team, int(number))
        warns = timer.kind is TimerKind.BOOST_WARNING
        if boost is None or boost.is_open(now) is not warns or (warns and boost.paused_at):
            continue
        event = BoostEvent.ENDING if warns else BoostEvent.ENDED
        if not warns:
            _log.info("boost.changed", team=rules.team, boost=boost.number, what=event)
        which = f"{minutes}/{boost.ends_at.timestamp():.0f}"
        state = _silence(BoostState(boost, now), rules.get_settings().quiet_channels)
        waiting += await _announce(conn, rules.team, state, event, which)
    return JobResult(waiting)
