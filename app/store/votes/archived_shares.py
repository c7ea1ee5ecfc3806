"""Moves what archived votes added to boards, of which the ledger holds only sums by target."""

from collections.abc import Mapping
from typing import Any, Final

from psycopg import AsyncConnection

from app.core.boards.kinds import GIVERS
from app.core.boards.shares import Share

_HELD: Final = """
SELECT board, points FROM archived_shares
WHERE (team_id, target_id) = (%(team)s, %(target)s)
    AND board <> %(givers)s AND NOT starts_with(board, %(givers)s || '/')
ORDER BY board FOR UPDATE
"""

_ADD: Final = """
INSERT INTO archived_shares AS a (team_id, board, target_id, points)
SELECT %(team)s::text, s.board, s.target_id, s.points
FROM unnest(%(boards)s::text[], %(targets)s::text[], %(points)s::numeric[])
    AS s (board, target_id, points)
ORDER BY s.board COLLATE "C", s.target_id COLLATE "C"
ON CONFLICT (team_id, board, target_id) DO UPDATE SET points = a.points + EXCLUDED.points
"""

_CLEAR: Final = """
DELETE FROM archived_shares
WHERE team_id = %(team)s AND board = ANY(%(boards)s) AND target_id = ANY(%(targets)s)
    AND points = 0
"""


async def lock_shares(conn: AsyncConnection[Any], team: str, target: str) -> dict[str, int]:
    """Return what archived votes for *target* added to each board, and lock it."""
    rows = await conn.execute(_HELD, {"team": team, "target": target, "givers": GIVERS})
    return {board: int(points) for board, points in await rows.fetchall()}


async def add_shares(conn: AsyncConnection[Any], team: str, shares: list[Share]) -> None:
    """Add *shares* to what archived votes added."""
    if shares:
        columns = {
            "boards": [share.board for share in shares],
            "targets": [share.target for share in shares],
            "points": [share.points for share in shares],
        }
        await conn.execute(_ADD, {"team": team} | columns)
        await conn.execute(_CLEAR, {"team": team} | columns)


def build_moved_shares(points: Mapping[str, int], source: str, into: str) -> list[Share]:
    """Return what takes *points*, by board, from *source* and gives them to *into*."""
    both = ((source, -1), (into, 1))
    return sorted(Share(b, t, sign * n) for b, n in points.items() for t, sign in both if n)
