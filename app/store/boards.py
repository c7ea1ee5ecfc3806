"""Reads boards: each is the same indexed top-N, and a standing is a count on the same index."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.core.boards import Place, Standing

# A score of 0 is nobody's place: what was given has been taken back.
_TOP: Final = """
SELECT rank() OVER (ORDER BY score DESC) AS rank, target_id AS target, score
FROM (
    SELECT target_id, score FROM leaderboard
    WHERE team_id = %(team)s AND board = %(board)s AND score <> 0
    ORDER BY score DESC, target_id LIMIT %(count)s
) AS top
ORDER BY score DESC, target_id
"""

_STANDING: Final = """
WITH own AS (
    SELECT score FROM leaderboard
    WHERE team_id = %(team)s AND board = %(board)s AND target_id = %(target)s AND score <> 0
)
SELECT own.score,
    (SELECT count(*) + 1 FROM leaderboard
     WHERE team_id = %(team)s AND board = %(board)s AND score > own.score AND score <> 0) AS rank,
    ahead.target_id, ahead.score
FROM own LEFT JOIN LATERAL (
    SELECT target_id, score FROM leaderboard
    WHERE team_id = %(team)s AND board = %(board)s AND score > own.score AND score <> 0
    ORDER BY score, target_id DESC LIMIT 1
) AS ahead ON true
"""

_SCORES: Final = """
SELECT target_id, score FROM leaderboard
WHERE team_id = %(team)s AND board IN ('users', 'things') AND target_id = ANY(%(targets)s)
"""

_SPELLINGS: Final = """
SELECT target_id, spelling FROM things WHERE team_id = %(team)s AND target_id = ANY(%(things)s)
"""


async def top(conn: AsyncConnection[Any], team: str, board: str, count: int) -> list[Place]:
    """Return the first *count* places of *board*, those with equal scores by target id."""
    cursor = conn.cursor(row_factory=class_row(Place))
    await cursor.execute(_TOP, {"team": team, "board": board, "count": count})
    return await cursor.fetchall()


async def standing(
    conn: AsyncConnection[Any], team: str, board: str, target: str
) -> Standing | None:
    """Return where *target* stands on *board*, or None for who has no points."""
    cursor = await conn.execute(_STANDING, {"team": team, "board": board, "target": target})
    row = await cursor.fetchone()
    if row is None:
        return None
    score, rank, ahead, ahead_score = row
    return Standing(rank, score, Place(0, ahead, ahead_score) if ahead else None)


async def scores(conn: AsyncConnection[Any], team: str, targets: Sequence[str]) -> dict[str, int]:
    """Return the all-time scores of those of *targets* that were ever voted for."""
    cursor = await conn.execute(_SCORES, {"team": team, "targets": list(targets)})
    return dict(await cursor.fetchall())


async def spellings(conn: AsyncConnection[Any], team: str, things: Sequence[str]) -> dict[str, str]:
    """Return how each of *things* was last written."""
    cursor = await conn.execute(_SPELLINGS, {"team": team, "things": list(things)})
    return dict(await cursor.fetchall())
