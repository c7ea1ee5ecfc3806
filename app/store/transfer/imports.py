"""Takes files of scores over into ledger and boards, all of a batch or nothing, and out again.

All is done on one connection, in one transaction that the caller has begun.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from app.core.boards.shares import name_main_board
from app.core.transfer.score_file import ScoreEntry

IMPORT: Final = "import"
ROLLBACK: Final = "rollback"


@dataclass(frozen=True, slots=True)
class Sum:
    """How many scores, and their points together."""

    entries: int = 0
    points: int = 0

    def __sub__(self, other: "Sum") -> "Sum":
        return Sum(self.entries - other.entries, self.points - other.points)


_SPACE: Final = """
CREATE TEMPORARY TABLE given (
    nr bigint, name text, target_id text COLLATE "C", board text COLLATE "C", spelling text,
    score bigint
) ON COMMIT DROP;
CREATE TEMPORARY TABLE held (
    target_id text COLLATE "C", score bigint, least bigint, most bigint
) ON COMMIT DROP;
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
"""


def prepare(conn: Connection[Any]) -> None:
    """Make room for what is given, until the transaction ends; nothing here is in a hurry."""
    conn.execute(_SPACE)


_GIVEN: Final = "COPY given (nr, name, target_id, board, spelling, score) FROM STDIN"


def copy_entries(conn: Connection[Any], entries: Iterable[ScoreEntry]) -> Sum:
    """Take *entries* to the database, one at a time; return what they come to."""
    count = points = 0
    with conn.cursor() as cursor, cursor.copy(_GIVEN) as copy:
        for of in entries:
            board = name_main_board(of.target)
            copy.write_row((of.number, of.name[:100], of.target, board, of.spelling, of.score))
            count, points = count + 1, points + of.score
    return Sum(count, points)


_AGAIN: Final = """
SELECT nr, name, first
FROM (SELECT nr, name, min(nr) OVER (PARTITION BY target_id) AS first FROM given) AS g
WHERE nr > first
"""


def list_duplicates(conn: Connection[Any]) -> Iterator[tuple[int, str, int]]:
    """Give each entry whose target an earlier one has: its number, its name and the other."""
    with conn.cursor("duplicates") as cursor:
        yield from cursor.execute(_AGAIN + "ORDER BY nr")


_DROP_AGAIN: Final = f"""
WITH dropped AS (
    DELETE FROM given USING ({_AGAIN}) AS again WHERE again.nr = given.nr RETURNING score
)
SELECT count(*), coalesce(sum(score), 0)::numeric FROM dropped
"""  # noqa: S608 (made of constants)


def drop_duplicates(conn: Connection[Any]) -> Sum:
    """Leave out all but the first entry of each target; return what went."""
    return _fetch_sum(conn, _DROP_AGAIN)


_DROP_EMPTY: Final = """
WITH dropped AS (DELETE FROM given WHERE score = 0 RETURNING score)
SELECT count(*), 0 FROM dropped
"""


def drop_zeros(conn: Connection[Any]) -> Sum:
    """Leave out entries without points, which are nobody's place; return what went."""
    return _fetch_sum(conn, _DROP_EMPTY)


# Scores of a file are older than any season: they count for the first. Each row is locked in key
# order, as votes do it, so that neither waits for the other in a circle; what the rows hold now is
# kept for the check.
_HOLD: Final = """
WITH locked AS (
    INSERT INTO leaderboard AS l (team_id, board, target_id, score)
    SELECT %(team)s, board || season, target_id, 0
    FROM given CROSS JOIN (VALUES (''), ('/S1')) AS s (season)
    ORDER BY (board || season) COLLATE "C", target_id
    ON CONFLICT (team_id, board, target_id) DO UPDATE SET score = l.score
    RETURNING board, target_id, score
)
INSERT INTO held
SELECT target_id, min(score) FILTER (WHERE board !~ '/'), min(score), max(score) FROM locked
GROUP BY target_id
"""


def lock_scores(conn: Connection[Any], team: str) -> None:
    """Lock the scores that will change, from here to the end of the transaction."""
    conn.execute("ANALYZE given")
    conn.execute(_HOLD, {"team": team})
    conn.execute("ANALYZE held")


_OVER: Final = """
SELECT given.nr FROM given JOIN held USING (target_id)
WHERE given.score::numeric + held.least < -9223372036854775807
    OR given.score::numeric + held.most > 9223372036854775807
"""
_OVERFLOWS: Final = f"""
SELECT nr, name, held.score FROM given JOIN held USING (target_id)
WHERE nr IN ({_OVER}) ORDER BY nr
"""  # noqa: S608 (made of constants)


def list_overflows(conn: Connection[Any]) -> Iterator[tuple[int, str, int]]:
    """Give each entry that would take its score over 64 bits: number, name, score so far."""
    with conn.cursor("overflows") as cursor:
        yield from cursor.execute(_OVERFLOWS)


_DROP_OVER: Final = f"""
WITH dropped AS (DELETE FROM given WHERE nr IN ({_OVER}) RETURNING target_id, score),
forgotten AS (DELETE FROM held USING dropped WHERE held.target_id = dropped.target_id)
SELECT count(*), coalesce(sum(score), 0)::numeric FROM dropped
"""  # noqa: S608 (made of constants)


def drop_overflows(conn: Connection[Any]) -> Sum:
    """Leave out what would take a score over 64 bits; return what went."""
    return _fetch_sum(conn, _DROP_OVER)


_APPEND: Final = """
INSERT INTO vote_history
    (team_id, channel_id, message_ts, voter_id, target_id, delta, kind, voted_at)
SELECT %(team)s, '', 'import/' || %(batch)s, '', target_id, score, %(kind)s, now()
FROM given ORDER BY nr
"""
_ADD: Final = """
UPDATE leaderboard AS l SET score = l.score + given.score, updated_at = now()
FROM given
WHERE l.team_id = %(team)s AND l.board IN (given.board, given.board || '/S1')
    AND l.target_id = given.target_id
"""
# What people wrote last stays: the file is older.
_SPELL: Final = """
INSERT INTO things (team_id, target_id, spelling)
SELECT %(team)s, target_id, spelling FROM given WHERE board = 'things' AND spelling <> ''
ORDER BY target_id
ON CONFLICT DO NOTHING
"""


def add(conn: Connection[Any], team: str, batch: str, kind: str = IMPORT) -> None:
    """Append what is given to the ledger, and add it to the boards."""
    of = {"team": team, "batch": batch, "kind": kind}
    for statement in (_APPEND, _ADD, _SPELL):
        conn.execute(statement, of)


_IN_LEDGER: Final = """
SELECT count(*), coalesce(sum(delta), 0)::numeric FROM vote_history
WHERE (team_id, channel_id, message_ts) = (%(team)s, '', 'import/' || %(batch)s)
    AND kind = %(kind)s
"""
_ON_BOARDS: Final = """
SELECT count(*), coalesce(sum(l.score::numeric - held.score), 0)::numeric
FROM held JOIN given USING (target_id) JOIN leaderboard AS l
ON (l.team_id, l.board, l.target_id) = (%(team)s, given.board, held.target_id)
"""


def sum_added(conn: Connection[Any], team: str, batch: str, kind: str = IMPORT) -> tuple[Sum, Sum]:
    """Return what the ledger holds of *batch*, and what the boards have more than before."""
    of = {"team": team, "batch": batch, "kind": kind}
    return _fetch_sum(conn, _IN_LEDGER, of), _fetch_sum(conn, _ON_BOARDS, of)


_BY_BOARD: Final = "SELECT board, count(*), sum(score)::numeric FROM given GROUP BY board"


def sum_by_board(conn: Connection[Any]) -> dict[str, Sum]:
    """Return what is given to `users` and to `things`."""
    rows = conn.execute(_BY_BOARD).fetchall()
    return {board: Sum(count, int(points)) for board, count, points in rows}


def _fetch_sum(conn: Connection[Any], query: Any, parameters: dict[str, str] | None = None) -> Sum:
    count, points = conn.execute(query, parameters).fetchone() or (0, 0)
    return Sum(count, int(points))
