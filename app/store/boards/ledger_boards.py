"""Reads boards that have no rows from the ledger: those of a channel's periods, givers of a day.

They are asked for rarely, and are small: what was given on some days, and where, is found by an
index. What was archived is not there one by one any more, so they have no places then.
"""

from datetime import timedelta
from typing import Any, Final

from psycopg import AsyncConnection

from app.core.boards import periods
from app.core.boards.kinds import GIVERS
from app.core.boards.periods import Period
from app.core.boards.retention import LEDGER, WEEK

MOST_SHIFTED: Final = 2
"""By how many days a week can begin before Monday."""

Scores = dict[str, int]
"""The scores of a board by target, the highest first, those with equal ones by target."""

# By how much each row changed what its message gives its target, as in `verify`.
_GIVERS: Final = """
SELECT voter_id AS target_id, abs(net) - abs(net - delta) AS points FROM (
    SELECT voter_id, delta, day, week_shift, sum(delta) OVER (
        PARTITION BY voter_id, channel_id, message_ts, slot, target_id ORDER BY id) AS net
    FROM vote_history
    WHERE team_id = %(team)s AND day = ANY(%(days)s::date[]) AND voter_id <> ''
) AS step WHERE {within}
"""

_CHANNEL: Final = """
SELECT target_id, delta AS points FROM vote_history
WHERE team_id = %(team)s AND day = ANY(%(days)s::date[]) AND channel_id = %(channel)s
    AND NOT starts_with(target_id, 'thing:') AND {within}
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


async def read_scores(conn: AsyncConnection[Any], team: str, board: str, period: Period) -> Scores:
    """Return who has a place on *board*, named without its *period*, with the scores."""
    kind, _, channel = board.partition("/")
    query = _OF_GIVERS if kind == GIVERS else _OF_CHANNEL
    of = {"team": team, "channel": channel, "ledger": LEDGER}
    return dict(await (await conn.execute(query, of | _find_days(period))).fetchall())


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
