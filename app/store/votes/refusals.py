"""Reads how often votes were refused, and why."""

from datetime import date
from typing import Any, Final

from psycopg import AsyncConnection

_SINCE: Final = """
SELECT reason, sum(votes)::bigint FROM refusals
WHERE team_id = %(team)s AND day >= %(day)s
GROUP BY reason ORDER BY 2 DESC, 1
"""


async def count_since(conn: AsyncConnection[Any], team: str, day: date) -> dict[str, int]:
    """Return how many votes were refused from *day* on, by reason, the most frequent first."""
    return dict(await (await conn.execute(_SINCE, {"team": team, "day": day})).fetchall())
