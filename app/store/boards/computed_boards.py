"""Computes boards that have no rows: periods of a channel's board, givers of a day, and spans.

Spans are summed from the boards of their months and days, the others from the ledger. Quarters and
years do have rows, but these lag behind the votes by some seconds. While such a board is small, it
is summed from its months instead, so it's never late.

These boards are rarely requested, and small: the votes of some days, and of a channel, are found by
an index. Archived votes are no longer in the ledger one by one, so a board that would need them has
no places.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from app.core.boards import periods
from app.core.boards.definitions import CHANNEL, GIVERS, is_kept, is_made
from app.core.boards.periods import QUARTER, SPAN, YEAR, Period
from app.core.boards.retention import DAY, LEDGER, MONTH, WEEK
from app.core.boards.shares import RankedScore, Standing
from app.store.boards.board_sql import select_given
from app.store.database import Conn, fetch_all, fetch_value

MOST_SHIFTED: Final = 2
"""The most days before Monday on which a week can begin."""
MOST_ROWS: Final = 15_000
"""Maximum rows from which a board is computed: more would take longer than anyone waits."""
MOST_GIVEN: Final = 8_000
"""Maximum votes from which a board of givers is computed: each is compared with earlier ones."""
FEW: Final = 500
"""Maximum places of a quarter's or year's board that is summed from its months."""


class TooLargeError(Exception):
    """A board would be computed from more rows than can be read in time."""


# A vote counts for the week of its day, by the first weekday that was set at the time.
_WITHIN: Final = (
    "(NOT %(by_week)s::boolean OR day + week_shift BETWEEN %(since)s::date AND %(until)s::date)"
)
_GIVEN: Final = select_given(
    "vote_history WHERE team_id = %(team)s AND day = ANY(%(days)s::date[]) AND voter_id <> ''"
)
_OF_GIVERS: Final = f"""
SELECT voter_id AS target_id, points FROM ({_GIVEN}) AS given WHERE {_WITHIN}
"""  # noqa: S608 (made of constants)

_OF_CHANNEL: Final = f"""
SELECT target_id, delta AS points FROM vote_history
WHERE team_id = %(team)s AND day = ANY(%(days)s::date[]) AND channel_id = %(channel)s
    AND NOT starts_with(target_id, 'thing:') AND {_WITHIN}
"""  # noqa: S608 (the same)

# Boards of shorter periods, added or subtracted.
_PARTS: Final = """
SELECT l.target_id, part.sign * l.score AS points
FROM unnest(%(boards)s::text[], %(signs)s::integer[]) AS part (board, sign)
JOIN leaderboard AS l ON l.team_id = %(team)s AND l.board = part.board
"""

_COUNT_PARTS: Final = f"""
SELECT count(*) FROM (
    SELECT FROM leaderboard
    WHERE team_id = %(team)s AND board = ANY(%(boards)s::text[]) LIMIT {MOST_ROWS + 1}
) AS part
"""  # noqa: S608 (made of a constant)
_COUNT_VOTES: Final = f"""
SELECT count(*) FROM (
    SELECT FROM vote_history WHERE team_id = %(team)s AND day = ANY(%(days)s::date[])
        AND (%(channel)s = '' OR channel_id = %(channel)s) LIMIT {MOST_ROWS + 1}
) AS vote
"""  # noqa: S608 (the same)

_MANY: Final = f"""
SELECT (SELECT count(*) FROM (
    SELECT FROM leaderboard WHERE team_id = %(team)s AND board = %(board)s LIMIT {FEW + 1}
) AS place) > {FEW} AND NOT EXISTS (
    SELECT FROM horizons WHERE team_id = %(team)s AND what = 'month' AND first > %(since)s)
"""  # noqa: S608 (the same)

# Ranks everyone, but returns only what will be shown: the first or last places, the *targets*, and
# who is next above the reader. `place` is unique, `rank` is shared by equal scores. The size is a
# scalar subquery, since a join would count it again for each row.
_RANKED: Final = """
WITH score AS (
    SELECT part.target_id, sum(part.points)::bigint AS score FROM ({parts}) AS part
    WHERE {among} AND NOT EXISTS (
        SELECT FROM horizons WHERE team_id = %(team)s AND first > CASE what
            WHEN 'month' THEN %(month)s::date WHEN 'day' THEN %(day)s::date
            WHEN 'ledger' THEN %(ledger)s::date END)
    GROUP BY part.target_id HAVING sum(part.points) <> 0
), ranked AS MATERIALIZED (
    SELECT target_id, score, rank() OVER (ORDER BY score DESC) AS rank,
        row_number() OVER (ORDER BY score DESC, target_id) AS place
    FROM score WHERE (
        SELECT 1 FROM hidden_members AS h
        WHERE h.team_id = %(team)s AND h.user_id = score.target_id LIMIT 1) IS NULL
), size AS MATERIALIZED (SELECT count(*) AS places FROM ranked)
SELECT target_id, score, rank, place, (SELECT places FROM size) FROM ranked
WHERE place <= %(first)s OR place > (SELECT places FROM size) - %(last)s
    OR target_id = ANY(%(targets)s::text[])
    OR place = (SELECT rank - 1 FROM ranked WHERE target_id = %(reader)s)
ORDER BY place
"""
_AMONG: Final = "part.target_id = ANY(%(members)s::text[])"


@dataclass(frozen=True, slots=True)
class BoardOf:
    """A board to compute: its name without a period, its period, and whose it is."""

    team: str
    name: str
    period: Period
    members: Collection[str] | None = None
    """The people who may be ranked on it; None for everybody."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a board to read."""

    first: int = 0
    """How many of the first places."""
    last: int = 0
    """How many of the last places."""
    reader: str = ""
    targets: Collection[str] = ()
    """Whose places to include, wherever they are."""


@dataclass(frozen=True, slots=True)
class FoundPlaces:
    """The places read from a board."""

    shown: Sequence[RankedScore]
    """The first places, or the last ones in reverse order; empty for an empty board."""
    own: Standing | None
    """The reader's standing; None if the reader has no place."""
    ranks: Mapping[str, int]
    """The ranks of all targets read, by target."""


async def has_rows(conn: Conn, team: str, board: str, period: Period) -> bool:
    """Return whether *board*, named without its *period*, is to be read from its own rows."""
    if not is_made(board, period):
        return is_kept(board, period)
    parameters = {"team": team, "board": period.name_board(board), "since": period.first}
    return bool(await fetch_value(conn, _MANY, parameters))


async def read_places(conn: Conn, board: BoardOf, wanted: Excerpt) -> FoundPlaces:
    """Return the places *wanted* of *board*; raise TooLargeError if that would take too long."""
    source, among, parameters = _choose_source(board)
    if not (source == _PARTS and board.members is not None):  # members are found by primary key
        await _check_size(conn, source, parameters)
    places = asdict(wanted) | {"targets": [*wanted.targets, wanted.reader]}
    query = _RANKED.format(parts=source, among=among)
    return _pick_places(await fetch_all(conn, query, parameters | places), wanted)


async def _check_size(conn: Conn, source: str, parameters: Mapping[str, Any]) -> None:
    """Raise TooLargeError if *source* has more rows than can be read in time."""
    query = _COUNT_PARTS if source == _PARTS else _COUNT_VOTES
    if await fetch_value(conn, query, parameters) > (
        MOST_GIVEN if source == _OF_GIVERS else MOST_ROWS
    ):
        raise TooLargeError


async def read_scores(conn: Conn, board: BoardOf) -> dict[str, int]:
    """Return the scores of everybody who has a place on *board*, highest first.

    Raises TooLargeError, as `read_places` does.
    """
    found = await read_places(conn, board, Excerpt(first=MOST_ROWS))
    return {place.target: place.score for place in found.shown}


def _choose_source(board: BoardOf) -> tuple[str, str, dict[str, Any]]:
    """Return the query for the points of *board*, the condition for members, and parameters."""
    kind, _, channel = board.name.partition("/")
    parameters: dict[str, Any] = {
        "team": board.team, "channel": channel, "members": list(board.members or ()),
        "month": None, "day": None, "ledger": None,
    }  # fmt: skip
    among = "true" if board.members is None else _AMONG
    if parts := _list_parts(kind, board.period):
        names = {"boards": [part.name_board(board.name) for part, _ in parts]}
        firsts = _find_firsts([part for part, _ in parts]) if board.period.kind in _MADE else {}
        return _PARTS, among, parameters | names | {"signs": [sign for _, sign in parts]} | firsts
    query = _OF_GIVERS if kind == GIVERS else _OF_CHANNEL
    return query, among, parameters | _find_days(board.period)


_MADE: Final = (QUARTER, YEAR, SPAN)


def _list_parts(kind: str, period: Period) -> Sequence[tuple[Period, int]]:
    """Return the periods whose boards sum to that of *period*: 1 to add, -1 to subtract.

    Empty if a board of that *kind* must be computed from the ledger.
    """
    if is_kept(kind, period):
        return [(period, 1)]
    if kind == CHANNEL:
        return ()
    if period.kind in {QUARTER, YEAR}:
        return [(month, 1) for month in periods.list_months(period)]
    return periods.split_span(period) if period.kind == SPAN and kind != GIVERS else ()


def _find_firsts(parts: Sequence[Period]) -> dict[str, Any]:
    """Return the first month and the first day among *parts*, or None for either without any."""
    return {
        kind: min((part.first for part in parts if part.kind == kind), default=None)
        for kind in (MONTH, DAY)
    }


def _find_days(period: Period) -> dict[str, Any]:
    """Return, as parameters, the days on which votes of *period* can have been given."""
    first, last, shift = period.first, period.last, 0
    if period.kind == WEEK:  # named like an ISO week, but may begin up to two days earlier
        first = periods.find_week(period.middle).first
        last, shift = first + timedelta(days=6), MOST_SHIFTED
    days = (last - first).days + 1 + shift
    return {
        "since": first, "until": last, LEDGER: period.first, "by_week": period.kind == WEEK,
        "days": [first + timedelta(days=n - shift) for n in range(days)],
    }  # fmt: skip


def _pick_places(rows: Sequence[tuple[str, int, int, int, int]], wanted: Excerpt) -> FoundPlaces:
    found = [(RankedScore(rank, target, score), place) for target, score, rank, place, _ in rows]
    places = rows[0][-1] if rows else 0
    shown = [one for one, place in found if place <= wanted.first]
    if wanted.last:
        shown = [one for one, place in reversed(found) if place > places - wanted.last]
    mine = next((one for one, _ in found if one.target == wanted.reader), None)
    above = [one for one, _ in found if mine and one.score > mine.score]
    own = Standing(mine.rank, mine.score, above[-1] if above else None) if mine else None
    return FoundPlaces(shown, own, {one.target: one.rank for one, _ in found})
