"""Begins seasons: the next number, once, whoever else begins one at the same time."""

from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection

from app.store.workspace import audit
from app.store.workspace.audit import Act
from app.store.workspace.rulebook import change_rules

_BEGIN: Final = """
INSERT INTO seasons (team_id, number, name, begun_by)
SELECT %(team)s, %(number)s, %(name)s, %(by)s
WHERE %(number)s = (SELECT coalesce(max(number), 1) + 1 FROM seasons WHERE team_id = %(team)s)
ON CONFLICT DO NOTHING
RETURNING begins_at
"""


async def begin(
    conn: AsyncConnection[Any], team: str, by: str, number: int, name: str, before: str
) -> datetime | None:
    """Begin the season of that *number*, after the one called *before*, and write that down.

    Returns since when it is; None where it has begun already, or is not the next one.
    """
    given = {"team": team, "by": by, "number": number, "name": name}
    async with conn.transaction():
        await change_rules(conn, team)
        row = await (await conn.execute(_BEGIN, given)).fetchone()
        if row is None:
            return None
        was, now = {"season": number - 1, "name": before}, {"season": number, "name": name}
        await audit.record_act(conn, Act(team, by, "season", str(number), was, now))
        return row[0]  # type: ignore[no-any-return]
