"""Reads boards that have no rows: those of a channel's periods, givers of a day, and of spans.

Those of spans are made of the rows of their days, all others of the ledger. Quarters and years have
rows, which come some seconds after the votes: while they are small, they are added up from their
months instead, and are never late.

They are asked for rarely, and are small: what was given on some days, and where, is found by an
index. What was archived is not there one by one any more, so they have no places then.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final

from psycopg import AsyncConnection

from app.core.boards import periods
from app.core.boards.kinds import CHANNEL, GIVERS, is_kept, is_made
from app.core.boards.periods import QUARTER, SPAN, YEAR, Period
from app.core.boards.retention import LEDGER, WEEK

MOST_SHIFTED: Final = 2
"""By how many days a week can begin before Monday."""


class TooLargeError(Exception):
    """A board is made of more rows than can be read in time."""


Scores = dict[str, int]
"""The scores of a board by target, the highest first, those with equal ones by target."""

# By how much each row changed what its message gives its target, as in `verify`.
_GIVERS: Final = """
SELECT voter_id AS target_id, abs(net) - abs(net - spoken) AS points FROM (
    SELECT voter_id, spoken, day, week_shift, sum(spoken) OVER (
        PARTITION BY voter_id, channel_id, message_ts, slot, target_id ORDER BY id) AS net
    FROM vote_history CROSS JOIN LATERAL (SELECT coalesce(said, delta) AS spoken) AS s
    WHERE team_id = %(team)s AND day = ANY(%(days)s::date[]) AND voter_id <> ''
) AS step WHERE {within}
"""

_CHANNEL: Final = """
SELECT target_id, delta AS points FROM vote_history
WHERE team_id = %(team)s AND day = ANY(%(days)s::date[]) AND channel_id = %(channel)s
    AND NOT starts_with(target_id, 'thing:') AND {within}
"""

# Of so many rows, and not of more: beyond them it would take too long.
MOST_ROWS: Final = 250_000
_SUMS: Final = f"""
WITH row AS MATERIALIZED (
    SELECT target_id, score FROM leaderboard
    WHERE team_id = %(team)s AND board = ANY(%(boards)s) LIMIT {MOST_ROWS + 1}
)
SELECT r.target_id, sum(r.score)::bigint, (SELECT count(*) FROM row) > {MOST_ROWS} FROM row AS r
WHERE NOT EXISTS (
    SELECT FROM horizons WHERE team_id = %(team)s AND what = %(what)s AND first > %(since)s)
GROUP BY r.target_id
HAVING sum(r.score) <> 0 AND (
    SELECT 1 FROM hidden_members AS h
    WHERE h.team_id = %(team)s AND h.user_id = r.target_id LIMIT 1) IS NULL
ORDER BY 2 DESC, 1
"""  # noqa: S608 (made of a constant)

# Of few targets nothing is too much: each row is found by the key.
_SUMS_AMONG: Final = """
SELECT l.target_id, sum(l.score)::bigint, false FROM leaderboard AS l
WHERE l.team_id = %(team)s AND l.board = ANY(%(boards)s) AND l.target_id = ANY(%(members)s)
    AND NOT EXISTS (
        SELECT FROM horizons WHERE team_id = %(team)s AND what = %(what)s AND first > %(since)s)
GROUP BY l.target_id
HAVING sum(l.score) <> 0 AND (
    SELECT 1 FROM hidden_members AS h
    WHERE h.team_id = %(team)s AND h.user_id = l.target_id LIMIT 1) IS NULL
ORDER BY 2 DESC, 1
"""

FEW: Final = 500
"""Places of a quarter or a year that are still added up."""
_MANY: Final = f"""
SELECT (SELECT count(*) FROM (
    SELECT FROM leaderboard WHERE team_id = %(team)s AND board = %(board)s LIMIT {FEW + 1}
) AS place) > {FEW} AND NOT EXISTS (
    SELECT FROM horizons WHERE team_id = %(team)s AND what = 'month' AND first > %(since)s)
"""  # noqa: S608 (made of a constant)

_AMONG: Final = """
SELECT l.target_id, l.score FROM leaderboard AS l
WHERE l.team_id = %(team)s AND l.board = %(board)s AND l.target_id = ANY(%(members)s)
    AND l.score <> 0 AND (
    SELECT 1 FROM hidden_members AS h
    WHERE h.team_id = %(team)s AND h.user_id = l.target_id LIMIT 1) IS NULL
ORDER BY 2 DESC, 1
"""

_SCORES: Final = """
SELECT l.target_id, sum(l.points)::bigint FROM ({votes}) AS l
WHERE NOT EXISTS (
    SELECT FROM horizons WHERE team_id = %(team)s AND what = %(ledger)s AND first > %(since)s)
GROUP BY l.target_id
HAVING sum(l.points) <> 0 AND (
    SELECT 1 FROM hidden_members AS h
    WHERE h.team_id = %(team)s AND h.user_id = l.target_id LIMIT 1) IS NULL
ORDER BY 2 DESC, 1
"""

# A vote counts for the week of its day by the day with which weeks began then.
_WITHIN: Final = (
    "(NOT %(by_week)s::boolean OR day + week_shift BETWEEN %(first)s::date AND %(last)s::date)"
)
_OF_GIVERS: Final = _SCORES.format(votes=_GIVERS.format(within=_WITHIN))
_OF_CHANNEL: Final = _SCORES.format(votes=_CHANNEL.format(within=_WITHIN))


async def has_rows(conn: AsyncConnection[Any], team: str, board: str, period: Period) -> bool:
    """Tell whether *board*, named without its *period*, is read from rows of its own."""
    if not is_made(board, period):
        return is_kept(board, period)
    asked = {"team": team, "board": period.name_board(board), "since": period.first}
    return await (await conn.execute(_MANY, asked)).fetchone() == (True,)


async def read_scores(
    conn: AsyncConnection[Any],
    team: str,
    board: str,
    period: Period,
    members: Collection[str] | None = None,
) -> Scores:
    """Return who has a place on *board*, named without its *period*, maybe of *members* alone.

    Raises TooLargeError where that would take too long.
    """
    kind, _, channel = board.partition("/")
    if parts := _list_parts(kind, period):
        return await _sum_scores(conn, team, board, parts, members)
    query = _OF_GIVERS if kind == GIVERS else _OF_CHANNEL
    of = {"team": team, "channel": channel, "ledger": LEDGER}
    scores = await (await conn.execute(query, of | _find_days(period))).fetchall()
    return {who: score for who, score in scores if members is None or who in members}


async def read_scores_among(
    conn: AsyncConnection[Any], team: str, board: str, members: Collection[str]
) -> Scores:
    """Return which of *members* have a place on *board*, named with its period, and the scores."""
    asked = {"team": team, "board": board, "members": list(members)}
    return dict(await (await conn.execute(_AMONG, asked)).fetchall())


def _list_parts(kind: str, period: Period) -> Sequence[Period]:
    """Return the periods whose boards of that *kind* make the one of *period*, if there are any."""
    if kind == CHANNEL:
        return ()
    if period.kind in {QUARTER, YEAR}:
        return periods.list_months(period)
    return periods.list_days(period) if period.kind == SPAN and kind != GIVERS else ()


async def _sum_scores(
    conn: AsyncConnection[Any],
    team: str,
    board: str,
    parts: Sequence[Period],
    members: Collection[str] | None,
) -> Scores:
    asked = {
        "members": list(members or ()),
        "team": team,
        "boards": [part.name_board(board) for part in parts],
        "what": parts[0].kind,
        "since": parts[0].first,
    }
    query = _SUMS if members is None else _SUMS_AMONG
    rows = await (await conn.execute(query, asked)).fetchall()
    if rows and rows[0][2]:
        raise TooLargeError
    return {target: score for target, score, _ in rows}


def _find_days(period: Period) -> dict[str, Any]:
    """Return the days on which votes of *period* can have been given, as parameters."""
    first, last, shift = period.first, period.last, 0
    if period.kind == WEEK:  # it is called as an ISO week; others began up to two days before
        first = periods.find_week(period.middle).first
        last, shift = first + timedelta(days=6), MOST_SHIFTED
    days = (last - first).days + 1 + shift
    return {
        "first": first, "last": last, "since": period.first, "by_week": period.kind == WEEK,
        "days": [first + timedelta(days=n - shift) for n in range(days)],
    }  # fmt: skip
