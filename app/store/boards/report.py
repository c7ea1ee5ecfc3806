"""Reads what everybody and everything got and gave in some days, for the report to admins."""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.core.boards.periods import Period

_PATIENTLY: Final = "SET LOCAL statement_timeout = '60s'"

# Points by hand, and those that moved with a merge, were given by nobody, but got.
_REPORT: Final = """
WITH vote AS MATERIALIZED (
    SELECT target_id, max(voter_id) AS voter_id, sum(delta)::bigint AS points,
        sum(coalesce(said, delta))::bigint AS spoken
    FROM vote_history
    WHERE team_id = %(team)s AND day BETWEEN %(first)s AND %(last)s
    GROUP BY channel_id, message_ts, slot, target_id HAVING sum(delta) <> 0
), part AS (
    SELECT target_id, points AS got, 1 AS times_got, 0 AS given, 0 AS times_given FROM vote
    UNION ALL
    SELECT voter_id, 0, 0, abs(spoken), 1 FROM vote WHERE voter_id <> ''
)
SELECT target_id AS target, sum(got)::bigint AS got, sum(times_got)::bigint AS times_got,
    sum(given)::bigint AS given, sum(times_given)::bigint AS times_given
FROM part
WHERE target_id NOT IN (
    SELECT user_id FROM hidden_members
    WHERE team_id = %(team)s AND why IN ('opted_out', 'forgotten'))
GROUP BY target_id ORDER BY 2 DESC, 4 DESC, 1
"""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What one got and gave."""

    target: str
    got: int
    times_got: int
    given: int
    times_given: int


async def read_report(conn: AsyncConnection[Any], team: str, period: Period) -> list[ReportRow]:
    """Return what each got and gave in the days of *period*, who got most first."""
    asked = {"team": team, "first": period.first, "last": period.last}
    async with conn.transaction():
        await conn.execute(_PATIENTLY)
        cursor = conn.cursor(row_factory=class_row(ReportRow))
        await cursor.execute(_REPORT, asked)
        return await cursor.fetchall()
