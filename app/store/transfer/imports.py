"""Imports score files into ledger and boards, a batch as a whole or not at all, and undoes that.

Everything runs on one connection, in one transaction that the caller has begun.
"""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from psycopg.errors import UniqueViolation

from app.core.boards.shares import name_main_board
from app.core.transfer.score_file import ScoreEntry
from app.core.vote import MOST_SCORE
from app.store.boards.board_sql import SEASONS
from app.store.database import SyncConn, read_value
from app.store.server import operating
from app.store.transfer.merged_names import CHAINS, follow_merges, lock_merges, write_pseudonyms

IMPORT: Final = "import"
ROLLBACK: Final = "rollback"


@dataclass(frozen=True, slots=True)
class Sum:
    """A number of scores, and the sum of their points."""

    entries: int = 0
    points: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.entries + other.entries, self.points + other.points)

    def __sub__(self, other: "Sum") -> "Sum":
        return Sum(self.entries - other.entries, self.points - other.points)


_SPACE: Final = """
CREATE TEMPORARY TABLE entry (
    nr bigint, name text, target_id text COLLATE "C", board text COLLATE "C", spelling text,
    score bigint, counts_for text COLLATE "C"
) ON COMMIT DROP;
CREATE TEMPORARY TABLE share (
    target_id text COLLATE "C", board text COLLATE "C", points numeric
) ON COMMIT DROP;
CREATE TEMPORARY TABLE held (board text COLLATE "C", target_id text COLLATE "C", score bigint)
ON COMMIT DROP;
SET LOCAL work_mem = '64MB';
SET LOCAL jit = off;
"""


def prepare(conn: SyncConn) -> None:
    """Create the temporary tables for the entries, and lift the transaction's timeouts."""
    conn.execute(_SPACE)
    operating.disable_timeouts(conn)


_COPY_ENTRIES: Final = "COPY entry (nr, name, target_id, board, spelling, score) FROM STDIN"


def copy_entries(conn: SyncConn, entries: Iterable[ScoreEntry]) -> Sum:
    """Stream *entries* into the database; return their number and sum."""
    count = points = 0
    with conn.cursor() as cursor, cursor.copy(_COPY_ENTRIES) as copy:
        for entry in entries:
            board = name_main_board(entry.target)
            copy.write_row(
                (entry.number, entry.name[:100], entry.target, board, entry.spelling, entry.score)
            )
            count, points = count + 1, points + entry.score
    return Sum(count, points)


_AGAIN: Final = """
SELECT nr, name, first
FROM (SELECT nr, name, min(nr) OVER (PARTITION BY target_id) AS first FROM entry) AS g
WHERE nr > first
"""


def list_duplicates(conn: SyncConn) -> Iterator[tuple[int, str, int]]:
    """Yield entries whose target has an earlier one: their number, name and the earlier number."""
    with conn.cursor("duplicates") as cursor:
        yield from cursor.execute(_AGAIN + "ORDER BY nr")


_DROP_AGAIN: Final = f"""
WITH dropped AS (
    DELETE FROM entry USING ({_AGAIN}) AS again WHERE again.nr = entry.nr RETURNING score
)
SELECT count(*), coalesce(sum(score), 0)::numeric FROM dropped
"""  # noqa: S608 (made of constants)


def drop_duplicates(conn: SyncConn) -> Sum:
    """Drop all but the first entry of each target; return what was dropped."""
    return _fetch_sum(conn, _DROP_AGAIN)


_DROP_EMPTY: Final = """
WITH dropped AS (DELETE FROM entry WHERE score = 0 RETURNING 1) SELECT count(*), 0 FROM dropped
"""


def drop_zeros(conn: SyncConn) -> Sum:
    """Drop entries without points, which have no rank; return what was dropped."""
    return _fetch_sum(conn, _DROP_EMPTY)


_SHARE: Final = """
INSERT INTO share
SELECT coalesce(counts_for, target_id), min(board), sum(score) FROM entry GROUP BY 1
"""
_SCORED_TARGETS: Final = """
SELECT target_id FROM leaderboard
WHERE team_id = %(team)s AND board IN ('users', 'users/S1', 'things', 'things/S1')
"""
# Selects 1, because a cluster can't pass on rows without a column.
_ANY_SCORED: Final = (
    f"SELECT EXISTS (SELECT 1 FROM share JOIN ({_SCORED_TARGETS}) AS k USING (target_id))"  # noqa: S608 (made of constants)
)
# Scores of a file are older than any season, so they count for the first. Rows are locked in key
# order, as votes lock theirs, so that neither deadlocks. Targets without a score get it here
# (settled); the others' scores are kept in `held` as they are now, for `add` and for the check.
_HOLD: Final = """
WITH locked AS (
    INSERT INTO leaderboard AS l (team_id, board, target_id, score)
    SELECT %(team)s::text, board || season, target_id,
        CASE WHEN abs(points) > %(most)s OR target_id IN ({known}) THEN 0 ELSE points END
    FROM share CROSS JOIN (VALUES ('', true), ('/S1', {seasons})) AS s (season, begun)
    WHERE begun
    ORDER BY (board || season) COLLATE "C", target_id COLLATE "C"
    {conflict}
    RETURNING board, target_id, score, xmax = 0 AND score <> 0 AS settled
), kept AS (
    INSERT INTO held SELECT board, target_id, score FROM locked WHERE NOT settled
)
SELECT count(*), coalesce(sum(score), 0)::numeric FROM locked
WHERE settled AND board IN ('users', 'things')
"""
_HOLD_SCORED: Final = _HOLD.format(
    known=_SCORED_TARGETS,
    seasons=SEASONS,
    conflict="ON CONFLICT (team_id, board, target_id) DO UPDATE SET score = l.score",
)
# A third faster: nothing is looked up before it's written.
_HOLD_NEW: Final = _HOLD.format(known="NULL", seasons=SEASONS, conflict="")


def lock_scores(conn: SyncConn, team: str, secret: str | None = None) -> Sum:
    """Resolve which target each entry counts for, and lock the scores until the transaction ends.

    Targets without a score get it here: returns how many there are, and their points.
    """
    parameters = {"team": team, "most": MOST_SCORE}
    conn.execute("ANALYZE entry")
    lock_merges(conn, team)
    write_pseudonyms(conn, team, secret)
    follow_merges(conn, team)
    for statement in (_SHARE, "ANALYZE share"):
        conn.execute(statement)
    settled = _hold(conn, parameters)
    conn.execute("ANALYZE held")
    return settled


def _hold(conn: SyncConn, parameters: dict[str, Any]) -> Sum:
    if not read_value(conn, _ANY_SCORED, parameters):
        # If somebody got a first score meanwhile, fall back to looking all of them up.
        with contextlib.suppress(UniqueViolation), conn.transaction():
            return _fetch_sum(conn, _HOLD_NEW, parameters)
    return _fetch_sum(conn, _HOLD_SCORED, parameters)


# A change toward 0 is always allowed, whatever the score.
_OVER: Final = f"""
SELECT target_id FROM share JOIN held USING (target_id)
WHERE abs(points + held.score) > greatest({MOST_SCORE}, abs(held.score::numeric))
"""  # noqa: S608 (made of constants)
_OVERFLOWS: Final = f"""
SELECT nr, name, held.score FROM entry JOIN held
ON (held.target_id, held.board) = (coalesce(counts_for, entry.target_id), entry.board)
WHERE held.target_id IN ({_OVER}) ORDER BY nr
"""  # noqa: S608 (made of constants)


def list_overflows(conn: SyncConn) -> Iterator[tuple[int, str, int]]:
    """Yield entries that would take a score beyond MOST_SCORE: number, name and current score."""
    with conn.cursor("overflows") as cursor:
        yield from cursor.execute(_OVERFLOWS)


_DROP_OVER: Final = f"""
WITH over AS MATERIALIZED (SELECT DISTINCT target_id FROM ({_OVER}) AS o),
dropped AS (
    DELETE FROM entry USING over WHERE coalesce(counts_for, entry.target_id) = over.target_id
    RETURNING score
), unshared AS (
    DELETE FROM share USING over WHERE share.target_id = over.target_id
), unheld AS (
    DELETE FROM held USING over WHERE held.target_id = over.target_id
)
SELECT count(*), coalesce(sum(score), 0)::numeric FROM dropped
"""  # noqa: S608 (made of constants)


def drop_overflows(conn: SyncConn) -> Sum:
    """Drop entries that would take a score beyond MOST_SCORE; return what was dropped."""
    return _fetch_sum(conn, _DROP_OVER)


_APPEND: Final = """
INSERT INTO vote_history
    (team_id, channel_id, message_ts, voter_id, target_id, delta, kind, voted_at)
SELECT %(team)s::text, '', 'import/' || %(batch)s, '', target_id, score, %(kind)s, now()
FROM entry ORDER BY target_id, nr
"""
# As `merge_transfer` moves late points of a merged target, so that undoing a merge finds them.
_CARRY: Final = f"""
{CHAINS}
INSERT INTO vote_history
    (team_id, channel_id, message_ts, voter_id, target_id, delta, kind, voted_at)
SELECT %(team)s::text, '', chain.merge, '', part.target_id, part.points, 'merge', now()
FROM chain JOIN entry USING (nr)
CROSS JOIN LATERAL (VALUES (chain.target_id, -score), (into_id, score)) AS part (target_id, points)
ORDER BY nr, step
"""  # noqa: S608 (made of constants)
_ADD: Final = """
UPDATE leaderboard AS l SET score = l.score + share.points, updated_at = now()
FROM share JOIN held USING (target_id)
WHERE (l.team_id, l.board, l.target_id) = (%(team)s, held.board, held.target_id)
"""
# The spelling that people wrote last stays: the file is older.
_SPELL: Final = """
INSERT INTO things (team_id, target_id, spelling)
SELECT %(team)s::text, target_id, spelling FROM entry WHERE board = 'things' AND spelling <> ''
ORDER BY target_id COLLATE "C"
ON CONFLICT DO NOTHING
"""


def add(conn: SyncConn, team: str, batch: str, kind: str = IMPORT) -> None:
    """Append the entries to the ledger, and add them to the boards."""
    parameters = {"team": team, "batch": batch, "kind": kind}
    for statement in (_APPEND, _CARRY, _ADD, _SPELL):
        conn.execute(statement, parameters)


_IN_LEDGER: Final = """
SELECT count(*), coalesce(sum(delta), 0)::numeric FROM vote_history
WHERE (team_id, channel_id, message_ts, kind) = (%(team)s, '', 'import/' || %(batch)s, %(kind)s)
"""
_ON_BOARDS: Final = """
SELECT count(*), coalesce(sum(l.score::numeric - held.score), 0)
FROM held JOIN leaderboard AS l
ON (l.team_id, l.board, l.target_id) = (%(team)s, held.board, held.target_id)
WHERE held.board IN ('users', 'things')
"""


def sum_added(conn: SyncConn, team: str, batch: str, kind: str = IMPORT) -> tuple[Sum, Sum]:
    """Return the ledger's sum of *batch*, and what `add` added to scores that existed before."""
    parameters = {"team": team, "batch": batch, "kind": kind}
    return _fetch_sum(conn, _IN_LEDGER, parameters), _fetch_sum(conn, _ON_BOARDS, parameters)


def count_targets(conn: SyncConn) -> int:
    """Return how many people and things the entries count for."""
    return int(read_value(conn, "SELECT count(*) FROM share"))


_BY_BOARD: Final = "SELECT board, count(*), sum(score)::numeric FROM entry GROUP BY board"


def sum_by_board(conn: SyncConn) -> dict[str, Sum]:
    """Return the sums of the entries for `users` and for `things`."""
    rows = conn.execute(_BY_BOARD).fetchall()
    return {board: Sum(count, int(points)) for board, count, points in rows}


def _fetch_sum(conn: SyncConn, query: Any, parameters: dict[str, Any] | None = None) -> Sum:
    [(count, points)] = conn.execute(query, parameters).fetchall()
    return Sum(count, int(points))
