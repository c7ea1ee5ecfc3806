"""Reads boards from their rows, each by the same index, without hidden people."""

from collections.abc import Iterable, Sequence
from typing import Final

from app.core.boards import periods
from app.core.boards.periods import Period
from app.core.boards.retention import DAY, MADE_OF, WEEK
from app.core.boards.shares import RankedScore, Standing
from app.store.database import Conn, fetch_all, fetch_row, fetch_value

# Hidden people are looked up row by row, never by reading them all: even if 100,000 people have
# left, ten places cost ten lookups. (EXISTS could become a hash of the whole table.)
SHOWN: Final = """
    l.team_id = %(team)s AND l.board = %(board)s AND l.score <> 0
    AND (SELECT 1 FROM hidden_members AS h
         WHERE h.team_id = %(team)s AND h.user_id = l.target_id LIMIT 1) IS NULL
"""
"""The condition for rows of `leaderboard AS l` that are places: a score of 0 isn't one."""

_TOP: Final = f"""
SELECT l.target_id, l.score FROM leaderboard AS l WHERE {SHOWN}
ORDER BY l.score DESC, l.target_id LIMIT %(count)s
"""  # noqa: S608 (put together from constants)

_BOTTOM: Final = f"""
SELECT l.target_id, l.score FROM leaderboard AS l WHERE {SHOWN}
ORDER BY l.score, l.target_id DESC LIMIT %(count)s
"""  # noqa: S608 (the same)

_OWN: Final = f"""
SELECT own.score, ahead.target_id, ahead.score FROM (
    SELECT l.score FROM leaderboard AS l WHERE {SHOWN} AND l.target_id = %(target)s
) AS own LEFT JOIN LATERAL (
    SELECT l.target_id, l.score FROM leaderboard AS l WHERE {SHOWN} AND l.score > own.score
    ORDER BY l.score, l.target_id DESC LIMIT 1
) AS ahead ON true
"""  # noqa: S608 (the same)

_HEAD: Final = f"""
SELECT score, count(*) FROM (
    SELECT l.score FROM leaderboard AS l WHERE {SHOWN} ORDER BY l.score DESC LIMIT %(most)s
) AS head GROUP BY score ORDER BY score DESC
"""  # noqa: S608 (the same)

_AMONG: Final = f"""
SELECT l.target_id, l.score FROM leaderboard AS l
WHERE {SHOWN} AND l.target_id = ANY(%(targets)s)
"""  # noqa: S608 (the same)

_ON_EACH: Final = """
SELECT board, target_id, score FROM leaderboard
WHERE team_id = %(team)s AND board = ANY(%(boards)s) AND target_id = ANY(%(targets)s)
"""

_ANY: Final = """
SELECT EXISTS (
    SELECT FROM leaderboard WHERE team_id = %(team)s AND board = %(board)s AND score <> 0
)
"""

_MADE_OF: Final = {**MADE_OF, periods.SPAN: DAY}

_PRUNED: Final = """
SELECT EXISTS (
    SELECT FROM horizons
    WHERE team_id = %(team)s AND what = %(kind)s AND first > %(first)s
)
"""

_SCORES: Final = """
SELECT target_id, score FROM leaderboard
WHERE team_id = %(team)s AND board IN ('users', 'things') AND target_id = ANY(%(targets)s)
"""

_SPELLINGS: Final = """
SELECT target_id, spelling FROM things WHERE team_id = %(team)s AND target_id = ANY(%(things)s)
"""


async def read_top(conn: Conn, team: str, board: str, count: int) -> list[RankedScore]:
    """Return the first *count* places of *board*; equal scores are ordered by target id."""
    return assign_ranks(await fetch_all(conn, _TOP, {"team": team, "board": board, "count": count}))


async def read_bottom(conn: Conn, team: str, board: str, count: int) -> list[tuple[str, int]]:
    """Return the targets and scores of the last *count* places of *board*, last place first."""
    return await fetch_all(conn, _BOTTOM, {"team": team, "board": board, "count": count})


async def read_own_score(conn: Conn, team: str, board: str, target: str) -> Standing | None:
    """Return the standing of *target* on *board*, without ranks; None if it has no place there."""
    row = await fetch_row(conn, _OWN, {"team": team, "board": board, "target": target})
    if row is None:
        return None
    score, ahead, ahead_score = row
    return Standing(0, score, RankedScore(0, ahead, ahead_score) if ahead else None)


async def count_top_scores(conn: Conn, team: str, board: str, most: int) -> list[tuple[int, int]]:
    """Return the scores of the first *most* places, each with the number of places that have it."""
    return await fetch_all(conn, _HEAD, {"team": team, "board": board, "most": most})


async def read_board_scores(
    conn: Conn, team: str, board: str, targets: Iterable[str]
) -> dict[str, int]:
    """Return the scores of those *targets* that have a place on *board*."""
    parameters = {"team": team, "board": board, "targets": list(targets)}
    return dict(await fetch_all(conn, _AMONG, parameters))


async def read_scores_on_boards(
    conn: Conn, team: str, names: Sequence[str], targets: Sequence[str]
) -> dict[tuple[str, str], int]:
    """Return the scores of *targets* on the boards *names*, hidden people included."""
    parameters = {"team": team, "boards": list(names), "targets": list(targets)}
    rows = await fetch_all(conn, _ON_EACH, parameters)
    return {(board, target): score for board, target, score in rows}


async def has_places(conn: Conn, team: str, board: str) -> bool:
    """Return whether anyone, even if hidden, has a score on *board* other than 0."""
    return bool(await fetch_value(conn, _ANY, {"team": team, "board": board}))


async def may_be_pruned(conn: Conn, team: str, period: Period) -> bool:
    """Return whether the boards of *period* may have been pruned."""
    first = periods.find_week(period.middle).first if period.kind == WEEK else period.first
    kind = _MADE_OF.get(period.kind, period.kind)
    key = {"team": team, "kind": kind, "first": first}
    return bool(await fetch_value(conn, _PRUNED, key))


async def read_scores(conn: Conn, team: str, targets: Sequence[str]) -> dict[str, int]:
    """Return the all-time scores of those *targets* that have ever got a vote."""
    return dict(await fetch_all(conn, _SCORES, {"team": team, "targets": list(targets)}))


async def read_spellings(conn: Conn, team: str, things: Sequence[str]) -> dict[str, str]:
    """Return the last spelling of each of *things*."""
    return dict(await fetch_all(conn, _SPELLINGS, {"team": team, "things": list(things)}))


def assign_ranks(rows: Sequence[tuple[str, int]]) -> list[RankedScore]:
    """Return the first rows of a board with their ranks; equal scores share one (1, 1, 3)."""
    places: list[RankedScore] = []
    for number, (target, score) in enumerate(rows, 1):
        tied = places and places[-1].score == score
        places.append(RankedScore(places[-1].rank if tied else number, target, score))
    return places
