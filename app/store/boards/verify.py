"""Compares every board with the ledger, in one snapshot, and fixes scores that aren't its sums.

Boards of quarters and years follow the votes within a minute; scores there that may not be up to
date yet are left out.

A vote changes the ledger and the boards alike, in one transaction, so votes don't change the error
of a score. The error found in a snapshot is therefore subtracted from the current score. Nothing is
locked for longer than one short statement, and no vote is lost or counted twice. Scores of quarters
and years, which votes don't change, are recomputed from those of their months.
"""

import contextlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import IsolationLevel

from app.core.boards.definitions import GIVERS, ROWS, find_kind, is_made
from app.core.boards.retention import DAY, MONTH, WEEK, find_period, lies_before
from app.store.boards import long_boards, pruning
from app.store.boards.board_sql import (
    MADE_ONLY,
    OF_NO_PERIOD,
    OF_TARGETS,
    SEASONS,
    TIMES,
    select_given,
    select_shares,
)
from app.store.database import SyncConn, gather_columns, read_value
from app.store.server import operating

_TOGETHER: Final = 1000
"""Differences yielded together."""

# Bounds the memory of each step; what exceeds it goes to temporary files. Compiling the statement
# would take longer than running it on the ledger of most workspaces.
_ROOM: Final = "SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"

_OF_GIVERS: Final = "(board = 'givers' OR starts_with(board, 'givers/'))"
# Archived shares always include seasons, even if seasons have no boards.
_SHARE_KEPT: Final = f"({SEASONS} OR {OF_NO_PERIOD})"

# The scores that targets should have on `users`, `things` and channels' boards.
_TARGETS: Final = f"""
WITH part AS MATERIALIZED (
    SELECT target_id, channel_id, coalesce(day, '-infinity') AS day, season, week_shift,
        sum(delta) AS points
    FROM vote_history WHERE team_id = %(team)s
    GROUP BY target_id, channel_id, day, season, week_shift
), {TIMES}, share AS (
    {select_shares(*OF_TARGETS, periods=ROWS)}
    UNION ALL
    SELECT board, target_id, points FROM archived_shares
    WHERE team_id = %(team)s AND NOT {_OF_GIVERS} AND {_SHARE_KEPT}
)
"""  # noqa: S608 (made of constants)

_GIVEN: Final = select_given("vote_history WHERE team_id = %(team)s AND voter_id <> ''")
# The scores that voters should have on `givers`.
_GIVERS: Final = f"""
WITH part AS MATERIALIZED (
    SELECT voter_id, day, season, week_shift, sum(points) AS points
    FROM ({_GIVEN}) AS given GROUP BY voter_id, day, season, week_shift
), {TIMES}, share AS (
    {select_shares(GIVERS, periods=ROWS)}
    UNION ALL
    SELECT board, target_id, points FROM archived_shares
    WHERE team_id = %(team)s AND {_OF_GIVERS} AND {_SHARE_KEPT}
)
"""  # noqa: S608 (the same)

# The id is checked first: matching the pattern for every score would take longer than all else.
_FOLLOWS: Final = f"target_id = ANY(%(waiting)s::text[]) AND {MADE_ONLY}"

_DIFFERENCES: Final = f""", should AS (
    SELECT board, target_id, sum(points) AS score FROM share
    WHERE NOT ({_FOLLOWS}) GROUP BY board, target_id
), has AS (
    SELECT board, target_id, score FROM leaderboard
    WHERE team_id = %(team)s AND board = ANY(%(boards)s::text[]) AND NOT ({_FOLLOWS})
)
SELECT board, target_id, has.score, coalesce(should.score, 0)
FROM should FULL JOIN has USING (board, target_id)
WHERE coalesce(should.score, 0) <> coalesce(has.score, 0)
ORDER BY board COLLATE "C", target_id COLLATE "C"
"""  # noqa: S608 (the same)

_COUNT_SCORES: Final = """
SELECT count(*) FROM leaderboard
WHERE team_id = %(team)s AND board = ANY(%(boards)s::text[]) AND score <> 0
"""
_COUNT_ROWS: Final = "SELECT count(*) FROM vote_history WHERE team_id = %(team)s"


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


@dataclass(frozen=True, slots=True)
class Difference:
    """A score that isn't the sum of its votes."""

    team: str
    board: str
    target: str
    has: int | None
    """The score on the board; None if there is no row."""
    should: int


@contextlib.contextmanager
def open_snapshot(conn: SyncConn) -> Iterator[None]:
    """Read from one snapshot of the database inside the block; votes go on, unseen."""
    conn.isolation_level, conn.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        with conn.transaction():
            operating.disable_timeouts(conn)
            conn.execute(_ROOM)
            yield
    finally:
        if not conn.closed:
            conn.isolation_level, conn.read_only = None, None


def count(conn: SyncConn, team: str) -> tuple[int, int, int]:
    """Return how many scores other than 0, boards, and rows of the ledger *team* has."""
    boards = _list_boards(conn, team)
    scores = read_value(conn, _COUNT_SCORES, {"team": team, "boards": boards})
    return scores, len(boards), read_value(conn, _COUNT_ROWS, {"team": team})


def find_differences(conn: SyncConn, team: str) -> Generator[list[Difference]]:
    """Yield the wrong scores of *team* in batches, in key order; must run in `open_snapshot`."""
    boards = _list_boards(conn, team)
    first = dict.fromkeys((DAY, WEEK, MONTH), "-infinity") | pruning.read_horizons(conn, team)
    targets, givers = long_boards.read_waiting(conn, team)
    for query, of_givers, waiting in ((_TARGETS, False, targets), (_GIVERS, True, givers)):
        kept = [board for board in boards if (find_kind(board) == GIVERS) is of_givers]
        parameters = first | {"team": team, "boards": kept, "waiting": waiting}
        yield from _compare(conn, query + _DIFFERENCES, parameters)


def _list_boards(conn: SyncConn, team: str) -> list[str]:
    horizons = pruning.read_horizons(conn, team)
    return [
        board for board in operating.list_boards(conn, team) if not lies_before(board, horizons)
    ]


def _compare(conn: SyncConn, query: str, parameters: dict[str, Any]) -> Generator[list[Difference]]:
    with conn.cursor("differences") as cursor:
        cursor.execute(query, parameters)
        while batch := cursor.fetchmany(_TOGETHER):
            # The sum is numeric in SQL, since it may exceed a score's 64 bits.
            yield [
                Difference(parameters["team"], board, target, has, int(should))
                for board, target, has, should in batch
            ]


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
    with contextlib.suppress(psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
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
