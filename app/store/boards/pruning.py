"""Removes boards of periods that ended long ago, and records the first day still kept in full.

The ledger and the all-time boards stay.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.core.boards.retention import Horizons, compute_board_horizons, lies_before
from app.store.boards.board_sql import HORIZONS
from app.store.database import SyncConn, read_value, split_columns
from app.store.server import operating

TOGETHER: Final = 5_000
"""Rows removed in one transaction."""

_COUNT: Final = """
SELECT count(*) FROM leaderboard WHERE team_id = %(team)s AND board = ANY(%(boards)s)
"""

# In index order, each batch from where the last one ended, so that dead rows aren't scanned again.
# A score that a vote is changing is left for the next pruning, so that no vote waits.
_NEXT: Final = """
SELECT board, target_id FROM leaderboard
WHERE team_id = %(team)s AND board = ANY(%(boards)s::text[])
    AND (board, target_id) > (%(board)s, %(target)s)
ORDER BY board, target_id LIMIT %(together)s FOR UPDATE SKIP LOCKED
"""

# The planner, which sees only one batch, would read and sort the whole table for each.
_BY_INDEX: Final = """
SELECT set_config(name, 'off', true)
FROM unnest(ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_sort']) AS name
"""

_REMOVE: Final = """
DELETE FROM leaderboard AS l
USING unnest(%(gone_boards)s::text[], %(gone_targets)s::text[]) AS gone (board, target_id)
WHERE l.team_id = %(team)s AND (l.board, l.target_id) = (gone.board, gone.target_id)
"""

# A horizon only moves forward: removed boards don't come back.
_MOVE: Final = """
INSERT INTO horizons AS h (team_id, what, first)
SELECT %(team)s::text, w.* FROM unnest(%(whats)s::text[], %(firsts)s::date[]) AS w (what, first)
ORDER BY w.what COLLATE "C"
ON CONFLICT (team_id, what) DO UPDATE SET first = EXCLUDED.first WHERE h.first < EXCLUDED.first
"""


@dataclass(frozen=True, slots=True)
class PruneResult:
    """How much of one workspace was removed, or would be."""

    team: str
    boards: int
    scores: int


def prune(conn: SyncConn, team: str, cutoff: date, together: int = TOGETHER) -> PruneResult:
    """Remove the boards whose period ended before *cutoff*, *together* rows at a time.

    The horizons move first, so that nobody relies on a board that is half removed.
    """
    old = _list_old_boards(conn, team, cutoff)
    if old:
        move_horizons(conn, team, compute_board_horizons(cutoff))
    removed, last = 0, ("", "")
    while rows := _remove(conn, {"team": team, "boards": old, "together": together}, last):
        removed, last = removed + len(rows), rows[-1]
    return PruneResult(team, len(old), removed)


def _remove(
    conn: SyncConn, parameters: dict[str, Any], last: tuple[str, str]
) -> list[tuple[str, str]]:
    """Remove the next batch of rows after *last*; return their boards and targets."""
    board, target = last
    with conn.transaction():
        operating.disable_timeouts(conn)
        conn.execute(_BY_INDEX)
        rows = conn.execute(_NEXT, parameters | {"board": board, "target": target}).fetchall()
        conn.execute(_REMOVE, parameters | split_columns(rows, "gone_boards", "gone_targets"))
    return rows


def count_prunable(conn: SyncConn, team: str, cutoff: date) -> PruneResult:
    """Return what `prune` would remove."""
    old = _list_old_boards(conn, team, cutoff)
    scores = read_value(conn, _COUNT, {"team": team, "boards": old})
    return PruneResult(team, len(old), scores)


def _list_old_boards(conn: SyncConn, team: str, cutoff: date) -> list[str]:
    kept = compute_board_horizons(cutoff)
    return [board for board in operating.list_boards(conn, team) if lies_before(board, kept)]


def read_horizons(conn: SyncConn, team: str) -> dict[str, date]:
    """Return the first day kept, by kind; kinds that are kept from the start are missing."""
    return dict(conn.execute(HORIZONS, {"team": team}).fetchall())


def move_horizons(conn: SyncConn, team: str, horizons: Horizons) -> None:
    """Store *horizons* where they are later than the stored ones."""
    conn.execute(_MOVE, {"team": team} | split_columns(horizons.items(), "whats", "firsts"))
