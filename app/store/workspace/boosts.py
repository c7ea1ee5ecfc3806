"""Stores a workspace's boosts; none is removed, since old messages count as of their day.

Changes require an exclusive lock on the rules, as for everything that votes are judged by.
"""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

from app.core.boosts import Boost
from app.store.database import Conn, fetch_dicts, fetch_value
from app.store.workspace.rulebook import build_boost

_BOOSTS: Final = """
SELECT team_id, number, channel_id, factor, name, begins_at, ends_at, paused_at, pauses, told_in
FROM boosts WHERE team_id = %(team)s
"""
_OPEN: Final = f"{_BOOSTS} AND (paused_at IS NOT NULL OR ends_at > %(now)s) ORDER BY number"
_ONE: Final = f"{_BOOSTS} AND number = %(number)s"
_LAST: Final = f"{_BOOSTS} ORDER BY number DESC LIMIT %(count)s"

_NEXT: Final = "SELECT coalesce(max(number), 0) + 1 FROM boosts WHERE team_id = %(team)s"

_BEGIN: Final = """
INSERT INTO boosts
    (team_id, number, channel_id, factor, name, begins_at, ends_at, told_in, begun_by)
VALUES (%(team)s, %(number)s, %(channel)s, %(factor)s, %(name)s, %(begins_at)s, %(ends_at)s,
    %(told_in)s, %(by)s)
"""

_CHANGE: Final = """
UPDATE boosts SET ends_at = %(ends_at)s, paused_at = %(paused_at)s, pauses = %(pauses)s
WHERE (team_id, number) = (%(team)s, %(number)s)
"""


async def read_open(conn: Conn, team: str, now: datetime) -> list[Boost]:
    """Return the boosts of *team* that haven't ended at *now*, oldest first."""
    return await _read(conn, _OPEN, team, now=now)


async def read_last(conn: Conn, team: str, count: int) -> list[Boost]:
    """Return the last *count* boosts of *team*, newest first."""
    return await _read(conn, _LAST, team, count=count)


async def read_boost(conn: Conn, team: str, number: int) -> Boost | None:
    """Return the boost of *team* with that *number*, or None."""
    return next(iter(await _read(conn, _ONE, team, number=number)), None)


async def store_new(conn: Conn, team: str, by: str, boost: Boost) -> Boost:
    """Store *boost*, begun by *by*, as the next one of *team*; return it with its number."""
    boost = replace(boost, number=await fetch_value(conn, _NEXT, {"team": team}))
    await conn.execute(_BEGIN, _to_parameters(team, boost) | {"by": by})
    return boost


async def store_change(conn: Conn, team: str, boost: Boost) -> None:
    """Store the end and the pauses of *boost*, which has a number."""
    await conn.execute(_CHANGE, _to_parameters(team, boost))


async def _read(conn: Conn, query: str, team: str, **parameters: Any) -> list[Boost]:
    rows = await fetch_dicts(conn, query, {"team": team, **parameters})
    return [build_boost(row) for row in rows]


def _to_parameters(team: str, boost: Boost) -> dict[str, Any]:
    pauses = TimestamptzMultirange(TimestamptzRange(*pause) for pause in boost.pauses)
    return asdict(boost) | {"team": team, "pauses": pauses}
