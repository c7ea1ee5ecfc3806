"""Gives or takes points by hand: a row of the ledger, its boards, and the act, or nothing."""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.errors import NumericValueOutOfRange

from app.core.boards.adjustments import Part, carried
from app.core.boards.calendar import When
from app.core.commands.admin import Unfit
from app.core.vote import is_thing
from app.store.boards import standings
from app.store.votes import ledger_entries
from app.store.workspace import audit
from app.store.workspace.audit import Act

# What decides whether this was done before, as for messages.
_ONCE: Final = """
INSERT INTO messages (team_id, channel_id, message_ts) VALUES (%(team)s, '', %(ts)s)
ON CONFLICT DO NOTHING RETURNING 1
"""

_SPELL: Final = """
INSERT INTO things (team_id, target_id, spelling) VALUES (%(team)s, %(target)s, %(spelling)s)
ON CONFLICT DO NOTHING
"""

_OUT: Final = """
SELECT 1 FROM hidden_members
WHERE team_id = %(team)s AND user_id = ANY(%(users)s) AND why = 'opted_out' LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points to be given or taken by an admin."""

    team: str
    by: str
    ts: str
    """`adjust/` and an id: the same one counts once."""
    target: str
    spelling: str
    points: int
    reason: str | None
    when: When


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A score before and after."""

    before: int
    after: int


async def adjust(conn: AsyncConnection[Any], wanted: Adjustment) -> Adjusted | Unfit:
    """Give or take the points, once.

    A second time nothing changes, and the answer is the same but for votes that came in between.
    """
    try:
        async with conn.transaction():
            if await opted_out(conn, wanted.team, wanted.target):
                return Unfit.OPTED_OUT
            once = {"team": wanted.team, "ts": wanted.ts}
            if await (await conn.execute(_ONCE, once)).fetchone() is None:
                return await _done(conn, wanted)
            await _append(conn, wanted)
            done = await _done(conn, wanted)
            changed = (wanted.target, done.before, done.after, wanted.reason)
            await audit.note(conn, Act(wanted.team, wanted.by, "adjust", *changed))
            return done
    except NumericValueOutOfRange:
        return Unfit.TOO_MUCH


async def opted_out(conn: AsyncConnection[Any], team: str, *users: str) -> bool:
    """Tell whether one of *users* has opted out."""
    row = await conn.execute(_OUT, {"team": team, "users": list(users)})
    return await row.fetchone() is not None


async def spell(conn: AsyncConnection[Any], team: str, target: str, spelling: str) -> None:
    """Keep how *target* is written, if it is a thing that was never written before."""
    if is_thing(target) and spelling:
        given = {"team": team, "target": target, "spelling": spelling}
        await conn.execute(_SPELL, given)


async def _done(conn: AsyncConnection[Any], wanted: Adjustment) -> Adjusted:
    after = (await standings.scores(conn, wanted.team, [wanted.target])).get(wanted.target, 0)
    return Adjusted(after - wanted.points, after)


async def _append(conn: AsyncConnection[Any], wanted: Adjustment) -> None:
    when = wanted.when
    part = Part(wanted.target, wanted.points, "", when.day, when.season, when.week_shift)
    entry = ledger_entries.Entry(wanted.team, wanted.ts, "adjust", wanted.reason)
    await ledger_entries.append(conn, entry, [part], carried([part], {}))
    await spell(conn, wanted.team, wanted.target, wanted.spelling)
