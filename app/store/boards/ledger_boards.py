"""Reads boards that have no rows: those of a channel's periods, givers of a day, and of spans.

Those of spans are made of the rows of their months and days, all others of the ledger. Quarters and
years have rows, which come some seconds after the votes: while they are small, they are added up
from their months instead, and are never late.

They are asked for rarely, and are small: what was given on some days, and where, is found by an
index. What was archived is not there one by one any more, so they have no places then.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from app.core.boards import periods
from app.core.boards.definitions import CHANNEL, GIVERS, is_kept, is_made
from app.core.boards.periods import QUARTER, SPAN, YEAR, Period
from app.core.boards.retention import DAY, LEDGER, MONTH, WEEK
from app.core.boards.shares import RankedScore, Standing
from app.store.database import Conn, fetch_all, fetch_value

MOST_SHIFTED: Final = 2
"""By how many days a week can begin before Monday."""
MOST_ROWS: Final = 15_000
"""Rows that a board may be made of: more would take longer than anybody waits for it."""
MOST_GIVEN: Final = 8_000
"""Votes that a board of givers may be made of, each of which is compared with those before."""
FEW: Final = 500
"""Places of a quarter or a year that are still added up."""


class TooLargeError(Exception):
    """A board is made of more rows than can be read in time."""


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

# Boards of shorter times, added or taken away.
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

# All are ranked, and only those told that somebody will see: the first or the last ones, the
# *targets*, and who is next above the reader. `place` numbers them, `rank` is the same for equals.
# How many there are is asked for by itself: joined, it was counted anew for each of them.
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

# A vote counts for the week of its day by the day with which weeks began then.
_WITHIN: Final = (
    "(NOT %(by_week)s::boolean OR day + week_shift BETWEEN %(since)s::date AND %(until)s::date)"
)
_OF_GIVERS: Final = _GIVERS.format(within=_WITHIN)
_OF_CHANNEL: Final = _CHANNEL.format(within=_WITHIN)


@dataclass(frozen=True, slots=True)
class BoardOf:
    """A board without rows of its own: its name without a period, its period, of whom it is."""

    team: str
    name: str
    period: Period
    members: Collection[str] | None = None
    """Those who may stand on it; None for everybody."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is to be seen of a board."""

    first: int = 0
    """So many of the first places."""
    last: int = 0
    """So many of the last ones."""
    reader: str = ""
    targets: Collection[str] = ()
    """Whose places are wanted wherever they are."""


@dataclass(frozen=True, slots=True)
class FoundPlaces:
    """What is to be seen of it, or nothing of an empty one."""

    shown: Sequence[RankedScore]
    """The first places, or the last ones, the last first."""
    own: Standing | None
    """Where the reader stands."""
    ranks: Mapping[str, int]
    """Of all that were found."""


async def has_rows(conn: Conn, team: str, board: str, period: Period) -> bool:
    """Tell whether *board*, named without its *period*, is read from rows of its own."""
    if not is_made(board, period):
        return is_kept(board, period)
    asked = {"team": team, "board": period.name_board(board), "since": period.first}
    return bool(await fetch_value(conn, _MANY, asked))


async def read_places(conn: Conn, board: BoardOf, wanted: Excerpt) -> FoundPlaces:
    """Return what is *wanted* of *board*.

    Raises TooLargeError where that would take too long.
    """
    source, among, of = _choose_source(board)
    if not (source == _PARTS and board.members is not None):  # which are found by the key
        await _check_size(conn, source, of)
    asked = {
        "first": wanted.first, "last": wanted.last, "reader": wanted.reader,
        "targets": [*wanted.targets, wanted.reader],
    }  # fmt: skip
    query = _RANKED.format(parts=source, among=among)
    return _pick_places(await fetch_all(conn, query, of | asked), wanted)


async def _check_size(conn: Conn, source: str, of: Mapping[str, Any]) -> None:
    """Raise TooLargeError where *source* has more rows than can be read in time."""
    query = _COUNT_PARTS if source == _PARTS else _COUNT_VOTES
    if await fetch_value(conn, query, of) > (MOST_GIVEN if source == _OF_GIVERS else MOST_ROWS):
        raise TooLargeError


async def read_scores(conn: Conn, board: BoardOf) -> dict[str, int]:
    """Return everybody who has a place on *board* with the score, the highest first.

    Raises TooLargeError as `read_places` does.
    """
    found = await read_places(conn, board, Excerpt(first=MOST_ROWS))
    return {place.target: place.score for place in found.shown}


def _choose_source(board: BoardOf) -> tuple[str, str, dict[str, Any]]:
    """Return the query for the points of *board*, who of them counts, and the parameters."""
    kind, _, channel = board.name.partition("/")
    of: dict[str, Any] = {
        "team": board.team, "channel": channel, "members": list(board.members or ()),
        "month": None, "day": None, "ledger": None,
    }  # fmt: skip
    among = "true" if board.members is None else _AMONG
    if parts := _list_parts(kind, board.period):
        names = {"boards": [part.name_board(board.name) for part, _ in parts]}
        firsts = _find_firsts([part for part, _ in parts]) if board.period.kind in _MADE else {}
        return _PARTS, among, of | names | {"signs": [sign for _, sign in parts]} | firsts
    query = _OF_GIVERS if kind == GIVERS else _OF_CHANNEL
    return query, among, of | _find_days(board.period)


_MADE: Final = (QUARTER, YEAR, SPAN)


def _list_parts(kind: str, period: Period) -> Sequence[tuple[Period, int]]:
    """Return what boards of that *kind* make the one of *period*, 1 if added, -1 if taken away."""
    if is_kept(kind, period):
        return [(period, 1)]
    if kind == CHANNEL:
        return ()
    if period.kind in {QUARTER, YEAR}:
        return [(month, 1) for month in periods.list_months(period)]
    return periods.split_span(period) if period.kind == SPAN and kind != GIVERS else ()


def _find_firsts(parts: Sequence[Period]) -> dict[str, Any]:
    """Return the first month and the first day that are needed, None where none is."""
    return {
        kind: min((part.first for part in parts if part.kind == kind), default=None)
        for kind in (MONTH, DAY)
    }


def _find_days(period: Period) -> dict[str, Any]:
    """Return the days on which votes of *period* can have been given, as parameters."""
    first, last, shift = period.first, period.last, 0
    if period.kind == WEEK:  # it is called as an ISO week; others began up to two days before
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
