"""SQL for the boards on which ledger rows count, built from `core.boards.definitions.KEPT`.

A statement provides `part`, with the columns `day` (-infinity for rows without one), `season`,
`week_shift`, `points`, and the target, voter or channel. `times` derives the endings of board names
from it, and `select_shares` joins both into the points for each board.
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
"""The name of each kind of board, the column ranked on it, and which rows count there."""

OF_TARGETS: Final = tuple(kind for kind, (_, who, _) in _COUNTS.items() if who == "target_id")
"""The kinds of boards that rank receivers, not givers."""

_ENDS: Final = {
    ALL: "''",
    SEASON: "'/S' || season",
    YEAR: "to_char(day::timestamp, '/YYYY')",
    QUARTER: "to_char(day::timestamp, '/YYYY\"-Q\"Q')",
    MONTH: "to_char(day::timestamp, '/YYYY-MM')",
    WEEK: "to_char((day + week_shift)::timestamp, '/IYYY\"-W\"IW')",
    DAY: "to_char(day::timestamp, '/YYYY-MM-DD')",
}

HORIZONS: Final = "SELECT what, first FROM horizons WHERE team_id = %(team)s"
"""Returns the first day kept, by kind; kinds that are kept from the start are missing."""
SEASONS: Final = "EXISTS (SELECT FROM seasons WHERE team_id = %(team)s)"
"""Whether a season was begun: until then, seasons have no boards."""

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
"""The endings of the names of boards on which each time in `part` counts, as far as they are kept.

Parameters: the team, and the first `day`, `week` and `month` kept.
"""

_ANY_TIME: Final = dict.fromkeys((YEAR, QUARTER, MONTH, WEEK, DAY), "isfinite(day)")
EVERY_TIME: Final = _list_times(_ANY_TIME | dict.fromkeys((ALL, SEASON), "true"))
"""The same, including boards that are no longer kept."""


def select_shares(*kinds: str, periods: Mapping[str, Collection[str]] = KEPT) -> str:
    """Return the query for the points on boards of *kinds*: board, target_id and points.

    *periods* are the kinds of periods for which each kind of board exists.
    """
    return " UNION ALL ".join(_select(kind, periods.get(kind, ())) for kind in kinds)


def _select(kind: str, periods: Collection[str]) -> str:
    name, who, where = _COUNTS[kind]
    kept = ", ".join(f"'{period}'" for period in periods)
    return f"""
    SELECT {name} || name AS board, {who} AS target_id, points
    FROM part JOIN times USING (day, season, week_shift)
    WHERE {where} AND period IN ({kept})"""  # noqa: S608 (made of constants)


def select_given(rows: str) -> str:
    """Return the query for the points that each of *rows* adds to its giver's score.

    That is how much the row changed the absolute points that its message gives its target, before
    any boost. *rows* is what follows FROM; it has all rows of a message or none.
    """
    return f"""
    SELECT *, abs(net) - abs(net - spoken) AS points FROM (
        SELECT *, sum(spoken) OVER (
            PARTITION BY voter_id, channel_id, message_ts, slot, target_id ORDER BY id) AS net
        FROM (SELECT *, coalesce(said, delta) AS spoken FROM {rows}) AS row
    ) AS step"""  # noqa: S608 (made of constants)


OF_NO_PERIOD: Final = "board !~ '/([0-9][0-9][0-9][0-9](-|$)|S[0-9]+$)'"
"""The condition for all-time boards."""
MADE_ONLY: Final = "board ~ '^[a-z]+/[0-9][0-9][0-9][0-9](-Q[1-4])?$'"
"""The condition for boards of quarters and years, which votes don't write."""
OF_NO_SEASON: Final = "board !~ '/S[0-9]+$'"
"""The condition for boards that aren't a season's."""

# Conditions of equal cost are tested in this order, and most rows don't fit the first.
_OF_FIRST_SEASON: Final = f"""
INSERT INTO leaderboard (team_id, board, target_id, score)
SELECT team_id, board || '/S1', target_id, score FROM leaderboard
WHERE {{which}} AND team_id = %(team)s AND {OF_NO_PERIOD} AND split_part(board, '/', 1) IN ({
    ", ".join(f"'{kind}'" for kind, kept in KEPT.items() if SEASON in kept)
})
ORDER BY board COLLATE "C", target_id COLLATE "C"
ON CONFLICT (team_id, board, target_id) DO UPDATE SET score = EXCLUDED.score
"""  # noqa: S608 (made of constants)
COPY_FIRST_SEASON: Final = _OF_FIRST_SEASON.format(which="score <> 0")
"""Creates the boards of the first season as copies of the all-time boards."""
FOLLOW_FIRST_SEASON: Final = _OF_FIRST_SEASON.format(which="updated_at >= %(since)s")
"""Updates these boards with votes counted since a time."""
