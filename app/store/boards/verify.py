"""Compares every board with the ledger, slice by slice, in one snapshot of the database.

The ledger is taken in ranges of targets (for the boards of givers: of voters), each of about
SLICE rows. What a range should have on its boards is folded into one number on either side, and
only where the two numbers differ are its scores looked at one by one.

Boards of quarters and years follow the votes within a minute: whose scores may still have to, are
left out there.
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
    select_shares,
)
from app.store.server import operating

_TOGETHER: Final = 1000
"""Scores that are told together."""
SLICE: Final = 50_000
"""Rows of the ledger that are looked at together; more only where one target alone has more."""

# What a slice needs stays in memory; compiling its statement would take longer than running it.
_ROOM: Final = "SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"

# One pass over the index; the target in which the last row falls stays whole.
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
# Of what was archived, seasons are always told apart, whether or not they have boards.
_SHARE_KEPT: Final = f"({SEASONS} OR {OF_NO_PERIOD})"
# Looked up first: a pattern for each score there is would take longer than all else.
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

# What a range of targets should have on `users`, `things` and the boards of channels.
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

# What a range of voters should have on `givers`: by how much each row changed what its message
# gives its target, plus and minus alike, as it was said, whatever a boost made of it. What no voter
# gave is nobody's.
_GIVERS: Final = f"""
WITH step AS (
    SELECT voter_id, day, season, week_shift, spoken, sum(spoken) OVER (
        PARTITION BY voter_id, channel_id, message_ts, slot, target_id ORDER BY id) AS net
    FROM vote_history CROSS JOIN LATERAL (SELECT coalesce(said, delta) AS spoken) AS s
    WHERE team_id = %(team)s AND day IS NOT NULL AND voter_id <> '' {{within}}
), part AS MATERIALIZED (
    SELECT voter_id, day, season, week_shift, sum(abs(net) - abs(net - spoken)) AS points,
        0 AS held
    FROM step GROUP BY voter_id, day, season, week_shift
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
    """A score that is not the sum of its votes."""

    team: str
    board: str
    target: str
    has: int | None
    """The score on the board; None where there is no row."""
    should: int


@dataclass(frozen=True, slots=True)
class Slice:
    """A range of targets or, for the boards of givers, of voters; None is no bound."""

    givers: bool
    first: str | None
    until: str | None
    folded: tuple[int, int]
    """How many scores the boards have in it, and all of them folded into one number."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The boards of one workspace, and the slices in which they are compared."""

    team: str
    boards: list[str]
    horizons: Horizons
    slices: list[Slice]
    waiting: tuple[list[str], list[str]]
    """Targets, and givers, whose scores of quarters and years may still have to follow."""

    @property
    def scores(self) -> int:
        """How many scores there are, those of 0 apart."""
        return sum(part.folded[0] for part in self.slices)


@contextlib.contextmanager
def open_snapshot(conn: psycopg.Connection[Any]) -> Iterator[None]:
    """Read one state of the database while inside; votes go on meanwhile and are not seen."""
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
    """Return what is to be compared for *team*, in slices of about *size* rows."""
    kept = pruning.read_horizons(conn, team)
    named = operating.list_boards(conn, team)
    gone = [board for board in named if lies_before(board, kept)]
    borders = {key: _read_borders(conn, team, key, size) for key in ("voter_id", "target_id")}
    waiting = long_boards.read_waiting(conn, team)
    of = {"team": team, "gone": gone, "waiting_targets": waiting[0], "waiting_givers": waiting[1]}
    folded = _fold_boards(conn, borders, of)
    slices = [
        Slice(key == "voter_id", first, until, folded.get((key == "voter_id", number), (0, 0)))
        for key, within in borders.items()
        for number, (first, until) in enumerate(_pair_borders(within))
    ]
    boards = [board for board in named if not lies_before(board, kept)]
    return Survey(team, boards, kept, slices, waiting)


def _read_borders(conn: psycopg.Connection[Any], team: str, key: str, size: int) -> list[str]:
    asked = {"team": team, "slice": size}
    return [at for (at,) in conn.execute(_BORDERS.format(key=key), asked).fetchall()]


def _fold_boards(
    conn: psycopg.Connection[Any], borders: dict[str, list[str]], of: dict[str, Any]
) -> dict[tuple[bool, int], tuple[int, int]]:
    within = {"givers": borders["voter_id"], "targets": borders["target_id"]}
    rows = conn.execute(_BOARDS, of | within).fetchall()
    return {(givers, number): (scores, int(fold)) for givers, number, scores, fold in rows}


def _pair_borders(borders: list[str]) -> Iterator[tuple[str | None, str | None]]:
    return zip([None, *borders], [*borders, None], strict=True)


def compare_slice(conn: psycopg.Connection[Any], survey: Survey, part: Slice) -> tuple[int, bool]:
    """Return how many rows of the ledger *part* has, and whether its boards agree with them.

    Rows are counted with their targets, so that those of givers' slices do not count twice.
    """
    row = conn.execute(_build_query(part, _FOLD), _build_parameters(survey, part)).fetchone()
    rows, scores, fold = row or (0, 0, 0)
    return rows, (scores, int(fold)) == part.folded


def find_differences(
    conn: psycopg.Connection[Any], survey: Survey, part: Slice
) -> Iterator[list[Difference]]:
    """Yield the scores of *part* that are not what they should be, some at a time, in key order."""
    with conn.cursor("differences") as cursor:
        cursor.execute(_build_query(part, _DIFFERENCES), _build_parameters(survey, part))
        while some := cursor.fetchmany(_TOGETHER):
            # A sum is numeric there, since it may be more than a score can be.
            yield [
                Difference(team, board, target, has, int(should))
                for team, board, target, has, should in some
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
