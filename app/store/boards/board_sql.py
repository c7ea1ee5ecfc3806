"""Which boards the rows of the ledger count on, as SQL: made from `core.boards.definitions.KEPT`.

A statement has `part`, with the columns `day`, `season` and `week_shift`, `points`, and whose or
where they are; `day` is -infinity for what belongs to none. From it come `times`, the ends of the
names of boards, and from both what each kind of board is given.
"""

from collections.abc import Collection, Mapping
from typing import Final

from app.core.boards.definitions import CHANNEL, GIVERS, KEPT, SEASON, THINGS, USERS
from app.core.boards.periods import ALL, QUARTER, YEAR
from app.core.boards.retention import DAY, MONTH, WEEK

_THING: Final = "starts_with(target_id, 'thing:')"

_COUNTS: Final = {
    USERS: (f"'{USERS}'", "target_id", f"NOT {_THING}"),
    THINGS: (f"'{THINGS}'", "target_id", _THING),
    GIVERS: (f"'{GIVERS}'", "voter_id", "voter_id <> ''"),
    CHANNEL: (f"'{CHANNEL}/' || channel_id", "target_id", f"channel_id <> '' AND NOT {_THING}"),
}
"""The name of each kind of board, who stands on it, and which rows count there."""

OF_TARGETS: Final = tuple(kind for kind, (_, who, _) in _COUNTS.items() if who == "target_id")
"""The boards of those who got points, not of those who gave them."""

_ENDS: Final = {
    ALL: "''",
    SEASON: "'/S' || season",
    YEAR: "to_char(day::timestamp, '/YYYY')",
    QUARTER: "to_char(day::timestamp, '/YYYY\"-Q\"Q')",
    MONTH: "to_char(day::timestamp, '/YYYY-MM')",
    WEEK: "to_char((day + week_shift)::timestamp, '/IYYY\"-W\"IW')",
    DAY: "to_char(day::timestamp, '/YYYY-MM-DD')",
}

SEASONS: Final = "EXISTS (SELECT FROM seasons WHERE team_id = %(team)s)"
"""Whether a season was begun: only then seasons have boards."""

# The horizon of weeks is a Monday.
_KEPT_SINCE: Final = {
    ALL: "true",
    SEASON: SEASONS,
    YEAR: "isfinite(day) AND date_trunc('year', day::timestamp) >= %(month)s::date",
    QUARTER: "isfinite(day) AND date_trunc('quarter', day::timestamp) >= %(month)s::date",
    MONTH: "isfinite(day) AND day >= %(month)s::date",
    WEEK: "isfinite(day) AND day + week_shift >= %(week)s::date",
    DAY: "isfinite(day) AND day >= %(day)s::date",
}


def _list_times(since: Mapping[str, str]) -> str:
    rows = ", ".join(f"('{kind}', {end}, {since[kind]})" for kind, end in _ENDS.items())
    return f"""times AS (
    SELECT t.day, t.season, t.week_shift, p.period, p.name
    FROM (SELECT DISTINCT day, season, week_shift FROM part) AS t
    CROSS JOIN LATERAL (VALUES {rows}) AS p (period, name, kept)
    WHERE p.kept
)"""  # noqa: S608 (made of constants)


TIMES: Final = _list_times(_KEPT_SINCE)
"""What each time gives to names of boards, but of those that are no longer kept.

Parameters: the team, and the first `day`, `week` and `month` that are kept.
"""

_ANY_TIME: Final = dict.fromkeys((YEAR, QUARTER, MONTH, WEEK, DAY), "isfinite(day)")
EVERY_TIME: Final = _list_times(_ANY_TIME | dict.fromkeys((ALL, SEASON), "true"))
"""The same with those that are no longer kept."""


def select_shares(*kinds: str, periods: Mapping[str, Collection[str]] = KEPT) -> str:
    """Return the query for what boards of *kinds* are given: board, target_id and points.

    *periods* says for which periods there are such boards.
    """
    return " UNION ALL ".join(_select(kind, periods.get(kind, ())) for kind in kinds)


def _select(kind: str, periods: Collection[str]) -> str:
    name, who, where = _COUNTS[kind]
    kept = ", ".join(f"'{period}'" for period in periods)
    return f"""
    SELECT {name} || name AS board, {who} AS target_id, points
    FROM part JOIN times USING (day, season, week_shift)
    WHERE {where} AND period IN ({kept})"""  # noqa: S608 (made of constants)


OF_NO_PERIOD: Final = "board !~ '/([0-9][0-9][0-9][0-9](-|$)|S[0-9]+$)'"
"""Which boards are those of all time."""
MADE_ONLY: Final = "board ~ '^[a-z]+/[0-9][0-9][0-9][0-9](-Q[1-4])?$'"
"""Which boards are those of quarters and years, that no vote writes."""
OF_NO_SEASON: Final = "board !~ '/S[0-9]+$'"
"""Which boards are not those of seasons."""

_OF_FIRST_SEASON: Final = f"""
INSERT INTO leaderboard (team_id, board, target_id, score)
SELECT team_id, board || '/S1', target_id, score FROM leaderboard
WHERE team_id = %(team)s AND {OF_NO_PERIOD} AND split_part(board, '/', 1) IN ({
    ", ".join(f"'{kind}'" for kind, kept in KEPT.items() if SEASON in kept)
}) AND {{which}}
ORDER BY board COLLATE "C", target_id COLLATE "C"
ON CONFLICT (team_id, board, target_id) DO UPDATE SET score = EXCLUDED.score
"""  # noqa: S608 (made of constants)
COPY_FIRST_SEASON: Final = _OF_FIRST_SEASON.format(which="score <> 0")
"""Makes the boards of the first season: who stands on those of all time has the same there."""
# A vote that was under way when the transaction began has an earlier time, but not by so much.
FOLLOW_FIRST_SEASON: Final = _OF_FIRST_SEASON.format(
    which="updated_at >= now() - interval '10 minutes'"
)
"""Lets them follow what was counted since the transaction began that made them."""
