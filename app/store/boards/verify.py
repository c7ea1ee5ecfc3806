"""Compares every board with the ledger, slice by slice, in one snapshot of the database.

The ledger is divided into ranges of targets (for givers' boards: of voters) of about SLICE rows
each. The scores that a range should have are hashed into one number, and so are those on its
boards. Only if the two numbers differ are scores compared one by one.

Boards of quarters and years follow the votes within a minute; scores there that may not be up to
date yet are left out.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import IsolationLevel

from app.core.boards.definitions import GIVERS, ROWS
from app.core.boards.retention import DAY, MONTH, WEEK, Horizons, lies_before
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
from app.store.server import operating

_TOGETHER: Final = 1000
"""Differences yielded together."""
SLICE: Final = 50_000
"""Ledger rows compared together; more only if a single target has more."""

# Keeps a slice in memory. Compiling its statement would take longer than running it.
_ROOM: Final = "SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"

# One pass over the index; no target is split between two slices.
_BORDERS: Final = """
WITH RECURSIVE border AS (
    SELECT min({key}) AS at FROM vote_history WHERE team_id = %(team)s
    UNION ALL
    SELECT (SELECT v.{key} FROM vote_history AS v
            WHERE v.team_id = %(team)s AND v.{key} > (
                SELECT w.{key} FROM vote_history AS w
                WHERE w.team_id = %(team)s AND w.{key} >= border.at
                ORDER BY w.{key} OFFSET %(slice)s LIMIT 1)
            ORDER BY v.{key} LIMIT 1)
    FROM border WHERE border.at IS NOT NULL
)
SELECT at FROM border WHERE at IS NOT NULL OFFSET 1
"""

_FOLDED: Final = "hashtextextended(board || chr(10) || target_id || chr(10) || score, 0)"
_OF_GIVERS: Final = "(board = 'givers' OR starts_with(board, 'givers/'))"
# Archived shares always include seasons, even if seasons have no boards.
_SHARE_KEPT: Final = f"({SEASONS} OR {OF_NO_PERIOD})"
# The id is checked first: matching the pattern for every score would take longer than all else.
_FOLLOWS: Final = f"target_id = ANY(%(waiting)s::text[]) AND {MADE_ONLY}"
_GIVER_FOLLOWS: Final = _FOLLOWS.replace("waiting", "waiting_givers")
_TARGET_FOLLOWS: Final = _FOLLOWS.replace("waiting", "waiting_targets")

_BOARDS: Final = f"""
SELECT {_OF_GIVERS}, width_bucket(target_id, CASE WHEN {_OF_GIVERS}
        THEN %(givers)s::text[] ELSE %(targets)s::text[] END),
    count(*), sum({_FOLDED})
FROM leaderboard
WHERE team_id = %(team)s AND score <> 0 AND board <> ALL(%(gone)s::text[])
    AND NOT CASE WHEN {_OF_GIVERS} THEN {_GIVER_FOLLOWS} ELSE {_TARGET_FOLLOWS} END
GROUP BY 1, 2
"""  # noqa: S608 (made of constants)

# The scores that a range of targets should have on `users`, `things` and channels' boards.
_TARGETS: Final = f"""
WITH part AS MATERIALIZED (
    SELECT target_id, channel_id, coalesce(day, '-infinity') AS day, season, week_shift,
        sum(delta) AS points, count(*) AS held
    FROM vote_history WHERE team_id = %(team)s {{within}}
    GROUP BY target_id, channel_id, day, season, week_shift
), {TIMES}, share AS (
    {select_shares(*OF_TARGETS, periods=ROWS)}
    UNION ALL
    SELECT board, target_id, points FROM archived_shares
    WHERE team_id = %(team)s AND NOT {_OF_GIVERS} AND {_SHARE_KEPT} {{within}}
)
"""  # noqa: S608 (made of constants)

_GIVEN: Final = select_given(
    "vote_history WHERE team_id = %(team)s AND day IS NOT NULL AND voter_id <> '' {within}"
)
# The scores that a range of voters should have on `givers`.
_GIVERS: Final = f"""
WITH part AS MATERIALIZED (
    SELECT voter_id, day, season, week_shift, sum(points) AS points, 0 AS held
    FROM ({_GIVEN}) AS given GROUP BY voter_id, day, season, week_shift
), {TIMES}, share AS (
    {select_shares(GIVERS, periods=ROWS)}
    UNION ALL
    SELECT board, voter_id, points FROM archived_shares AS s (team_id, board, voter_id, points)
    WHERE team_id = %(team)s AND {_OF_GIVERS} AND {_SHARE_KEPT} {{within}}
)
"""  # noqa: S608 (the same)

_SHOULD: Final = f""", should AS (
    SELECT board, target_id, sum(points) AS score FROM share
    WHERE NOT ({_FOLLOWS})
    GROUP BY board, target_id HAVING sum(points) <> 0
)"""  # noqa: S608 (the same)

_FOLD: Final = f"""
SELECT (SELECT coalesce(sum(held), 0)::bigint FROM part), count(*),
    coalesce(sum({_FOLDED}), 0)
FROM should
"""  # noqa: S608 (the same)

_DIFFERENCES: Final = f"""
SELECT %(team)s::text, coalesce(s.board, l.board), coalesce(s.target_id, l.target_id), l.score,
    coalesce(s.score, 0)
FROM should AS s FULL JOIN (
    SELECT board, target_id, score FROM (
        SELECT board, target_id, score, target_id AS voter_id FROM leaderboard
        WHERE team_id = %(team)s AND board = ANY(%(boards)s::text[]) AND NOT ({_FOLLOWS})
    ) AS l WHERE true {{within}}
) AS l ON (l.board, l.target_id) = (s.board, s.target_id)
WHERE coalesce(s.score, 0) <> coalesce(l.score, 0)
ORDER BY coalesce(s.board, l.board) COLLATE "C", coalesce(s.target_id, l.target_id) COLLATE "C"
"""  # noqa: S608 (the same)


@dataclass(frozen=True, slots=True)
class Difference:
    """A score that isn't the sum of its votes."""

    team: str
    board: str
    target: str
    has: int | None
    """The score on the board; None if there is no row."""
    should: int


@dataclass(frozen=True, slots=True)
class Slice:
    """A range of targets or, for givers' boards, of voters; a bound of None is open."""

    givers: bool
    first: str | None
    until: str | None
    folded: tuple[int, int]
    """The number of scores on its boards, and the sum of their hashes."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The boards of one workspace, and the slices in which to compare them."""

    team: str
    boards: list[str]
    horizons: Horizons
    slices: list[Slice]
    waiting: tuple[list[str], list[str]]
    """Targets, and givers, whose scores of quarters and years may not be up to date yet."""

    @property
    def scores(self) -> int:
        """The number of scores, not counting those of 0."""
        return sum(part.folded[0] for part in self.slices)


@contextlib.contextmanager
def open_snapshot(conn: psycopg.Connection[Any]) -> Iterator[None]:
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


def survey_boards(conn: psycopg.Connection[Any], team: str, size: int = SLICE) -> Survey:
    """Return what to compare for *team*, in slices of about *size* rows."""
    horizons = pruning.read_horizons(conn, team)
    all_boards = operating.list_boards(conn, team)
    pruned = [board for board in all_boards if lies_before(board, horizons)]
    borders = {key: _read_borders(conn, team, key, size) for key in ("voter_id", "target_id")}
    waiting = long_boards.read_waiting(conn, team)
    parameters = {
        "team": team,
        "gone": pruned,
        "waiting_targets": waiting[0],
        "waiting_givers": waiting[1],
    }
    folded = _fold_boards(conn, borders, parameters)
    slices = [
        Slice(key == "voter_id", first, until, folded.get((key == "voter_id", number), (0, 0)))
        for key, within in borders.items()
        for number, (first, until) in enumerate(_pair_borders(within))
    ]
    boards = [board for board in all_boards if not lies_before(board, horizons)]
    return Survey(team, boards, horizons, slices, waiting)


def _read_borders(conn: psycopg.Connection[Any], team: str, key: str, size: int) -> list[str]:
    parameters = {"team": team, "slice": size}
    return [at for (at,) in conn.execute(_BORDERS.format(key=key), parameters).fetchall()]


def _fold_boards(
    conn: psycopg.Connection[Any], borders: dict[str, list[str]], parameters: dict[str, Any]
) -> dict[tuple[bool, int], tuple[int, int]]:
    within = {"givers": borders["voter_id"], "targets": borders["target_id"]}
    rows = conn.execute(_BOARDS, parameters | within).fetchall()
    return {(givers, number): (scores, int(fold)) for givers, number, scores, fold in rows}


def _pair_borders(borders: list[str]) -> Iterator[tuple[str | None, str | None]]:
    return zip([None, *borders], [*borders, None], strict=True)


def compare_slice(conn: psycopg.Connection[Any], survey: Survey, part: Slice) -> tuple[int, bool]:
    """Return the number of ledger rows in *part*, and whether its boards agree with them.

    Givers' slices count no rows, since those of targets have counted them all.
    """
    row = conn.execute(_build_query(part, _FOLD), _build_parameters(survey, part)).fetchone()
    rows, scores, fold = row or (0, 0, 0)
    return rows, (scores, int(fold)) == part.folded


def find_differences(
    conn: psycopg.Connection[Any], survey: Survey, part: Slice
) -> Iterator[list[Difference]]:
    """Yield the wrong scores of *part* in batches, in key order."""
    with conn.cursor("differences") as cursor:
        cursor.execute(_build_query(part, _DIFFERENCES), _build_parameters(survey, part))
        while batch := cursor.fetchmany(_TOGETHER):
            # The sum is numeric in SQL, since it may exceed a score's 64 bits.
            yield [
                Difference(team, board, target, has, int(should))
                for team, board, target, has, should in batch
            ]


def _build_query(part: Slice, end: str) -> str:
    key = "voter_id" if part.givers else "target_id"
    since = f"AND {key} >= %(first)s" if part.first is not None else ""
    until = f"AND {key} < %(until)s" if part.until is not None else ""
    query = (_GIVERS if part.givers else _TARGETS) + _SHOULD + end
    return query.format(within=f"{since} {until}")


def _build_parameters(survey: Survey, part: Slice) -> dict[str, Any]:
    first = dict.fromkeys((DAY, WEEK, MONTH), "-infinity") | dict(survey.horizons)
    boards = [board for board in survey.boards if _is_of_givers(board) == part.givers]
    bounds = {"team": survey.team, "first": part.first, "until": part.until, "boards": boards}
    targets, givers = survey.waiting
    return first | bounds | {"waiting": givers if part.givers else targets}


def _is_of_givers(board: str) -> bool:
    return board.partition("/")[0] == GIVERS
