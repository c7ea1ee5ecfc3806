"""Fixes scores that aren't the sum of their votes, while voting goes on.

A vote changes the ledger and the boards alike, in one transaction, so votes don't change the error
of a score. The error found in a snapshot is therefore subtracted from the current score. Nothing is
locked for longer than one short statement, and no vote is lost or counted twice. Scores of quarters
and years, which votes don't change, are recomputed from those of their months.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import psycopg

from app.core.boards.definitions import is_made
from app.core.boards.retention import find_period
from app.store.boards import long_boards
from app.store.boards.verify import Difference
from app.store.database import SyncConn, gather_columns

# In the order in which votes lock scores, to avoid deadlocks with them.
_ADD: Final = """
INSERT INTO leaderboard AS l (team_id, board, target_id, score)
SELECT %(team)s::text, w.board, w.target_id, w.points
FROM unnest(%(boards)s::text[], %(targets)s::text[], %(points)s::bigint[])
    AS w (board, target_id, points)
ORDER BY w.board COLLATE "C", w.target_id COLLATE "C"
ON CONFLICT (team_id, board, target_id)
DO UPDATE SET score = l.score + EXCLUDED.score, updated_at = EXCLUDED.updated_at
"""

_CLEAR: Final = """
DELETE FROM leaderboard AS l
USING unnest(%(boards)s::text[], %(targets)s::text[]) AS w (board, target_id)
WHERE l.team_id = %(team)s AND (l.board, l.target_id) = (w.board, w.target_id) AND l.score = 0
"""


def fix_scores(conn: SyncConn, team: str, differences: Sequence[Difference]) -> int:
    """Correct the scores of *differences* in *team*; return how many were fixed.

    After a deadlock or a serialization failure, some or all are still wrong, and can be found
    again. Only one process may do this at a time.
    """
    made = [one for one in differences if _is_made(one.board)]
    counted = [one for one in differences if not _is_made(one.board)]
    keys = {"team": team} | gather_columns(counted, boards="board", targets="target")
    points = [one.should - (one.has or 0) for one in counted]
    fixed = 0
    with suppress(psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
        with conn.transaction():
            conn.execute(_ADD, keys | {"points": points})
            conn.execute(_CLEAR, keys)
        fixed += len(counted)
        with conn.transaction():
            long_boards.remake_scores(conn, team, [(one.board, one.target) for one in made])
        fixed += len(made)
    return fixed


def _is_made(board: str) -> bool:
    period = find_period(board)
    return period is not None and is_made(board, period)
