"""Updates the boards of quarters and years, which votes don't write themselves.

The ledger tells whose scores may have changed: whatever changes a month's board appends to it,
except forgetting a person, which renames these scores along with the others. Such a score is
recomputed from its months or quarters, which is idempotent. A ledger id may become visible after a
higher one, if its transaction took longer. So rows younger than a minute are processed again, but
not those from the future, which were written before the clock was set back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.boards.definitions import MADE
from app.core.boards.periods import QUARTER, YEAR
from app.core.boards.retention import DAY, MONTH, WEEK
from app.store.boards.board_sql import TIMES, select_shares
from app.store.database import (
    Conn,
    SyncConn,
    allow_seconds,
    fetch_column,
    fetch_row,
    fetch_value,
    split_columns,
)
from app.store.votes import RENAMES

TOGETHER: Final = 500
"""Ledger rows processed in one transaction."""
PATIENCE: Final = 60.0
"""Seconds for that; nobody waits."""

_BEHIND: Final = """
SELECT w.team_id FROM workspaces AS w LEFT JOIN long_boards AS b USING (team_id)
WHERE (SELECT max(v.id) FROM vote_history AS v WHERE v.team_id = w.team_id)
    > coalesce(b.settled, 0)
ORDER BY w.team_id COLLATE "C"
"""

# While a person is being forgotten, a score could be recreated under the id that is replaced.
_TRY_LOCK: Final = f"SELECT pg_try_advisory_xact_lock_shared{RENAMES}"
_REGISTER: Final = "INSERT INTO long_boards (team_id) VALUES (%(team)s) ON CONFLICT DO NOTHING"
_LOCK_SETTLED: Final = """
SELECT settled FROM long_boards WHERE team_id = %(team)s FOR UPDATE SKIP LOCKED
"""
_KEPT_SINCE: Final = """
SELECT first FROM horizons WHERE team_id = %(team)s AND what = 'month'
"""

# A quarter is summed from its months, a year from its quarters. Each score is looked up by its full
# primary key: with a join, the planner might scan all boards of a target. Only scores that differ
# are written, locked in key order as votes do.
_MAKE: Final = """
made AS MATERIALIZED (
    SELECT d.board, d.target_id, coalesce((
        SELECT sum((
            SELECT l.score FROM leaderboard AS l
            WHERE (l.team_id, l.board, l.target_id) = (%(team)s, d.before || part, d.target_id)))
        FROM unnest(CASE right(d.board, 3)
            WHEN '-Q1' THEN '{-01,-02,-03}'::text[] WHEN '-Q2' THEN '{-04,-05,-06}'
            WHEN '-Q3' THEN '{-07,-08,-09}' WHEN '-Q4' THEN '{-10,-11,-12}'
            ELSE '{-Q1,-Q2,-Q3,-Q4}' END) AS part
    ), 0)::bigint AS score, coalesce((
        SELECT l.score FROM leaderboard AS l
        WHERE (l.team_id, l.board, l.target_id) = (%(team)s, d.board, d.target_id)
    ), 0) AS had
    FROM (SELECT board, target_id, regexp_replace(board, '-Q.$', '') AS before FROM due) AS d
), changed AS (
    INSERT INTO leaderboard AS l (team_id, board, target_id, score)
    SELECT %(team)s::text, m.board, m.target_id, m.score FROM made AS m WHERE m.score <> m.had
    ORDER BY m.board COLLATE "C", m.target_id COLLATE "C"
    ON CONFLICT (team_id, board, target_id)
    DO UPDATE SET score = EXCLUDED.score, updated_at = EXCLUDED.updated_at
    RETURNING l.target_id
)
"""

_FOLLOW_TEMPLATE: Final = f"""
WITH entry AS MATERIALIZED (
    SELECT id, target_id, voter_id, coalesce(day, '-infinity') AS day, season, week_shift,
        created_at BETWEEN now() - interval '1 minute' AND now() + interval '1 minute' AS is_young
    FROM vote_history WHERE team_id = %(team)s AND id > %(after)s ORDER BY id LIMIT %(together)s
), part AS (
    SELECT target_id, voter_id, day, season, week_shift, 0 AS points FROM entry
), {TIMES}, due AS MATERIALIZED (
    SELECT DISTINCT board, target_id FROM ({{shares}}) AS share
), {_MAKE}
SELECT count(*), max(id), coalesce(min(id) FILTER (WHERE is_young) - 1, max(id)),
    (SELECT count(*) FROM changed)
FROM entry
"""  # noqa: S608 (made of constants)
FOLLOW: Final = [
    _FOLLOW_TEMPLATE.replace("{shares}", select_shares(*MADE, periods=dict.fromkeys(MADE, (kind,))))
    for kind in (QUARTER, YEAR)
]
"""Recompute the changed scores of quarters, then those of the years that contain them."""

_SETTLE: Final = """
UPDATE long_boards SET settled = %(settled)s WHERE team_id = %(team)s AND settled < %(settled)s
"""

_REMAKE: Final = f"""
WITH due AS (
    SELECT * FROM unnest(%(boards)s::text[], %(targets)s::text[]) AS d (board, target_id)
), {_MAKE}
SELECT count(*) FROM changed
"""  # noqa: S608 (the same)

WAITING: Final = """
SELECT coalesce(array_agg(DISTINCT target_id), '{}'), coalesce(array_agg(DISTINCT voter_id), '{}')
FROM vote_history
WHERE team_id = %(team)s AND id > coalesce(
    (SELECT settled FROM long_boards WHERE team_id = %(team)s), 0)
"""


@dataclass(frozen=True, slots=True)
class FollowResult:
    """The result of one transaction of `follow`."""

    last: int
    """The id of the last ledger row processed."""
    changed: int = 0
    more: bool = False
    """Whether the ledger may have more rows to process."""


async def list_behind(conn: Conn) -> list[str]:
    """Return the workspaces whose ledger has rows that may not have been processed yet."""
    return await fetch_column(conn, _BEHIND)


async def follow(conn: Conn, team: str, after: int = 0, together: int = TOGETHER) -> FollowResult:
    """Update the boards of *team* from its next ledger rows, skipping those up to the id *after*.

    Does nothing while another process does this, or during a merge, a forgetting or another change
    that `merging.lock_renames` protects.
    """
    parameters: dict[str, Any] = {"team": team, "together": together}
    async with conn.transaction():
        if not await fetch_value(conn, _TRY_LOCK, parameters):
            return FollowResult(after)
        await allow_seconds(conn, PATIENCE)
        await conn.execute(_REGISTER, parameters)
        locked = await fetch_row(conn, _LOCK_SETTLED, parameters)
        if locked is None:
            return FollowResult(after)
        since = await fetch_value(conn, _KEPT_SINCE, parameters, "-infinity")
        parameters |= {"after": max(locked[0], after)} | dict.fromkeys((DAY, WEEK, MONTH), since)
        changed = 0
        for statement in FOLLOW:
            row = await fetch_row(conn, statement, parameters)
            count, last, settled, written = row or (0, None, None, 0)
            changed += written
        if locked[0] >= after:  # else skipped rows may still be young
            await conn.execute(_SETTLE, parameters | {"settled": settled})
    return FollowResult(last or after, changed, more=count == together)


def remake_scores(conn: SyncConn, team: str, scores: Sequence[tuple[str, str]]) -> None:
    """Recompute *scores*, each a quarter's or year's board and a target, quarters first."""
    for is_quarter in (True, False):
        batch = [score for score in scores if (score[0][-2] == "Q") is is_quarter]
        conn.execute(_REMAKE, {"team": team} | split_columns(batch, "boards", "targets"))


def read_waiting(conn: SyncConn, team: str) -> tuple[list[str], list[str]]:
    """Return the targets, and the givers, of *team* whose scores may not be up to date yet."""
    row = conn.execute(WAITING, {"team": team}).fetchone()
    return row or ([], [])
