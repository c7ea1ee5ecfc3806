"""Begins seasons: each number once, however many processes try at the same time.

Until a second season begins, the first is all time, and has no boards of its own; they're then
copied from the all-time boards. Most of that is done while votes go on. They wait only while the
votes counted since then are added.
"""

from typing import Final

from app.core.boards.seasons import FIRST
from app.store.boards.board_sql import COPY_FIRST_SEASON, FOLLOW_FIRST_SEASON
from app.store.database import Conn, fetch_value
from app.store.outbox import homes
from app.store.people.merging import lock_renames
from app.store.workspace import audit
from app.store.workspace.audit import Act
from app.store.workspace.rulebook import change_rules

PATIENCE: Final = 180.0
"""Seconds that beginning a season may take; the first boards of 100,000 people take a few."""

_IS_NEXT: Final = """
SELECT %(number)s = coalesce(max(number), 1) + 1 FROM seasons WHERE team_id = %(team)s
"""

# Votes in flight when the transaction began have an earlier time, but by less than this.
_SINCE: Final = "SELECT now() - interval '10 minutes'"
_BEGIN: Final = """
INSERT INTO seasons (team_id, number, name, begun_by, begins_at)
VALUES (%(team)s, %(number)s, %(name)s, %(by)s, clock_timestamp())
"""


async def begin(conn: Conn, team: str, by: str, number: int, name: str, before: str) -> bool:
    """Begin season *number* after the one called *before*; return False if it isn't next."""
    parameters = {"team": team, "by": by, "number": number, "name": name}
    async with conn.transaction():
        # Also keeps out imports, which write to boards without holding the rules.
        await lock_renames(conn, team, PATIENCE)
        if not await fetch_value(conn, _IS_NEXT, parameters):
            return False
        makes_first = number == FIRST.number + 1
        if makes_first:  # nobody else writes these yet, so this may precede the lock
            await conn.execute(COPY_FIRST_SEASON, parameters)
        await change_rules(conn, team)
        await conn.execute(_BEGIN, parameters)
        if makes_first:
            since = await fetch_value(conn, _SINCE)
            await conn.execute(FOLLOW_FIRST_SEASON, parameters | {"since": since})
            await homes.show_seasons(conn, team)
        was, now = {"season": number - 1, "name": before}, {"season": number, "name": name}
        await audit.record_act(conn, Act(team, by, "season", str(number), was, now))
        return True
