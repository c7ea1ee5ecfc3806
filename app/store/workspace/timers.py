"""Stores timers, which say when scheduled jobs are due.

A timer is deleted in the transaction that does its work. So no other process can do it too, and if
it fails, the row is back. Each statement names one workspace, except the query for those with
anything due.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.core.timers import Timer, TimerKind
from app.store.database import Conn, fetch_all, fetch_value, split_columns

MOST_AT_ONCE: Final = 1000
"""Timers of a workspace taken in one transaction."""

_CLOCK: Final = "SELECT clock_timestamp()"
_DUE: Final = "SELECT DISTINCT team_id FROM timers WHERE due_at <= %(now)s"

_TAKE: Final = """
WITH due AS MATERIALIZED (
    SELECT kind, about FROM timers
    WHERE team_id = %(team)s AND due_at <= %(now)s
    ORDER BY due_at, kind, about LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
)
DELETE FROM timers AS t USING due
WHERE t.team_id = %(team)s AND (t.kind, t.about) = (due.kind, due.about)
RETURNING t.kind, t.due_at, t.about, t.plan, t.body
"""

SET: Final = """
INSERT INTO timers AS t (team_id, kind, about, due_at, plan, body)
SELECT %(team)s::text, n.* FROM unnest(
    %(kinds)s::text[], %(abouts)s::text[], %(dues)s::timestamptz[], %(plans)s::text[],
    %(bodies)s::jsonb[]
) AS n (kind, about, due_at, plan, body) ORDER BY n.kind COLLATE "C", n.about COLLATE "C"
ON CONFLICT (team_id, kind, about) DO UPDATE
SET due_at = EXCLUDED.due_at, plan = EXCLUDED.plan, body = EXCLUDED.body
"""

# An unchanged plan keeps its time; only a clock that was set back moves it earlier.
_PLAN: Final = f"""
{SET.replace("EXCLUDED.body", "CASE t.plan WHEN EXCLUDED.plan THEN t.body ELSE EXCLUDED.body END")}
WHERE t.plan <> EXCLUDED.plan OR t.due_at > EXCLUDED.due_at
"""

_DROP_PLANS: Final = """
DELETE FROM timers WHERE team_id = %(team)s AND plan <> ''
  AND (kind, about) NOT IN (SELECT * FROM unnest(%(kinds)s::text[], %(abouts)s::text[]))
"""

_CANCEL: Final = """
DELETE FROM timers WHERE team_id = %(team)s AND kind = %(kind)s AND starts_with(about, %(about)s)
"""


async def read_due_teams(conn: Conn, now: datetime | None = None) -> tuple[datetime, list[str]]:
    """Return a time, and the workspaces in which anything is due by then.

    The time is *now*, or else the database's own, which all processes share.
    """
    now = now or await read_clock(conn)
    rows = await fetch_all(conn, _DUE, {"now": now})
    return now, [team for (team,) in rows]


async def read_clock(conn: Conn) -> datetime:
    """Return the database's time, which all processes share."""
    now: datetime = await fetch_value(conn, _CLOCK)
    return now


async def take_due(conn: Conn, team: str, now: datetime) -> list[Timer]:
    """Delete and return the due timers of *team*, longest due first; skip locked ones."""
    parameters = {"team": team, "now": now, "most": MOST_AT_ONCE}
    rows = await fetch_all(conn, _TAKE, parameters)
    taken = [Timer(TimerKind(kind), *rest) for kind, *rest in rows]
    return sorted(taken, key=lambda timer: (timer.due_at, timer.kind, timer.about))


async def store_timers(conn: Conn, team: str, timers: Sequence[Timer]) -> None:
    """Store *timers* of *team*, replacing those of the same kind and name."""
    if timers:
        await conn.execute(SET, {"team": team} | build_columns(timers))


async def store_plans(conn: Conn, team: str, timers: Sequence[Timer]) -> None:
    """Make *timers* the only planned timers of *team*.

    A timer whose plan is unchanged keeps its time.
    """
    columns = {"team": team} | build_columns(timers)
    async with conn.transaction():
        await conn.execute(_DROP_PLANS, columns)
        await conn.execute(_PLAN, columns)


async def cancel(conn: Conn, team: str, kind: TimerKind, about: str) -> int:
    """Delete timers of *team* and *kind* whose name begins with *about*; return how many."""
    parameters = {"team": team, "kind": kind, "about": about}
    return (await conn.execute(_CANCEL, parameters)).rowcount


def build_columns(timers: Iterable[Timer]) -> dict[str, list[Any]]:
    """Return *timers* as parameters of `SET`."""
    rows = ((one.kind, one.about, one.due_at, one.plan, Jsonb(one.body)) for one in timers)
    return split_columns(rows, "kinds", "abouts", "dues", "plans", "bodies")
