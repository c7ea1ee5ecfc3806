"""Reads data for recaps and admin reports about a period from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.boards.periods import Period
from app.core.recap import (
    LEADERS,
    MILESTONES,
    NEWCOMERS,
    QUOTES,
    Leader,
    Quote,
    Reached,
    choose_quotes,
)
from app.core.vote import find_milestone
from app.store.database import Conn, allow_seconds, fetch_all, fetch_as
from app.store.workspace.workspace_rules import WorkspaceRules

# Nobody waits for a recap, and a month of a large workspace takes longer to read than a board.
_PATIENCE: Final = 60.0
"""Statement timeout in seconds."""
_MOST_PEOPLE: Final = 500
"""How many people, those with the most points, are checked for milestones."""
_MOST_SAID: Final = 1000
"""Maximum reasons from which quotes are chosen."""

_CHANNELS: Final = """
SELECT DISTINCT channel_id FROM vote_history
WHERE team_id = %(team)s AND day BETWEEN %(first)s AND %(last)s AND channel_id <> ''
"""

# Votes as they stand after edits and withdrawals. Merged accounts count as one.
_VOTES: Final = """
alias AS MATERIALIZED (
    SELECT * FROM unnest(%(merged)s::text[], %(into)s::text[]) AS a (merged_id, into_id)
), vote AS MATERIALIZED (
    SELECT coalesce(t.into_id, v.target_id) AS target_id,
        coalesce(g.into_id, v.voter_id) AS voter_id, v.points, v.spoken, v.reason, v.id
    FROM (
        SELECT target_id, max(voter_id) AS voter_id, sum(delta)::bigint AS points,
            sum(coalesce(said, delta))::bigint AS spoken,
            (array_agg(reason ORDER BY id DESC))[1] AS reason, max(id) AS id
        FROM vote_history
        WHERE team_id = %(team)s AND day BETWEEN %(first)s AND %(last)s
          AND channel_id = ANY(%(channels)s) AND voter_id <> ''
        GROUP BY channel_id, message_ts, slot, target_id HAVING sum(delta) <> 0
    ) AS v
    LEFT JOIN alias AS t ON t.merged_id = v.target_id
    LEFT JOIN alias AS g ON g.merged_id = v.voter_id
), hidden AS MATERIALIZED (
    SELECT DISTINCT user_id FROM hidden_members WHERE team_id = %(team)s
), receiver AS MATERIALIZED (
    SELECT target_id AS user_id, sum(points)::bigint AS points FROM vote
    WHERE target_id NOT LIKE 'thing:%%' AND target_id NOT IN (SELECT user_id FROM hidden)
    GROUP BY target_id HAVING sum(points) > 0
), giver AS (
    SELECT voter_id AS user_id, sum(abs(spoken))::bigint AS points FROM vote
    WHERE voter_id NOT IN (SELECT user_id FROM hidden) GROUP BY voter_id
)
"""

_LEADERS: Final = f"""
WITH {_VOTES}
(SELECT true, user_id, points FROM receiver ORDER BY points DESC, user_id LIMIT {LEADERS})
UNION ALL
(SELECT false, user_id, points FROM giver ORDER BY points DESC, user_id LIMIT {LEADERS})
"""  # noqa: S608 (made of constants)

# QUOTES reasons per receiver, so that one is left if a giver has repeated those of others.
_QUOTES: Final = f"""
WITH {_VOTES}
SELECT target_id, voter_id, reason FROM (
    SELECT target_id, voter_id, reason, points, id,
        row_number() OVER (PARTITION BY target_id ORDER BY points DESC, id DESC) AS place
    FROM vote
    WHERE points > 0 AND reason <> '' AND voter_id NOT IN (SELECT user_id FROM hidden)
      AND target_id IN (SELECT user_id FROM receiver)
) AS said WHERE place <= {QUOTES} ORDER BY points DESC, id DESC LIMIT {_MOST_SAID}
"""  # noqa: S608 (the same)

_NEWCOMERS: Final = f"""
WITH {_VOTES}
SELECT user_id FROM receiver AS r WHERE NOT EXISTS (
    SELECT FROM vote_history AS v
    WHERE v.team_id = %(team)s AND v.target_id = r.user_id
      AND (v.day < %(first)s OR v.day IS NULL)
) AND user_id NOT IN (SELECT into_id FROM alias)
ORDER BY user_id LIMIT {NEWCOMERS + 1}
"""  # noqa: S608 (the same)

_SCORES: Final = f"""
WITH {_VOTES}
SELECT r.user_id, (l.score - coalesce(s.since, 0))::bigint, coalesce(s.within, 0)::bigint
FROM (SELECT * FROM receiver ORDER BY points DESC, user_id LIMIT {_MOST_PEOPLE}) AS r
JOIN leaderboard AS l ON (l.team_id, l.board, l.target_id) = (%(team)s, 'users', r.user_id)
CROSS JOIN LATERAL (
    SELECT sum(delta) FILTER (WHERE day > %(last)s) AS since,
        sum(delta) FILTER (WHERE day <= %(last)s) AS within
    FROM vote_history AS v
    WHERE v.team_id = %(team)s AND v.target_id = r.user_id AND v.day >= %(first)s
) AS s
ORDER BY 2 DESC, 1
"""  # noqa: S608 (the same)

# Adjustments and points moved by a merge have a receiver, but no giver.
_REPORT: Final = """
WITH vote AS MATERIALIZED (
    SELECT target_id, max(voter_id) AS voter_id, sum(delta)::bigint AS points,
        sum(coalesce(said, delta))::bigint AS spoken
    FROM vote_history
    WHERE team_id = %(team)s AND day BETWEEN %(first)s AND %(last)s
    GROUP BY channel_id, message_ts, slot, target_id HAVING sum(delta) <> 0
), part AS (
    SELECT target_id, points AS got, 1 AS times_got, 0 AS given, 0 AS times_given FROM vote
    UNION ALL
    SELECT voter_id, 0, 0, abs(spoken), 1 FROM vote WHERE voter_id <> ''
)
SELECT target_id AS target, sum(got)::bigint AS got, sum(times_got)::bigint AS times_got,
    sum(given)::bigint AS given, sum(times_given)::bigint AS times_given
FROM part
WHERE target_id NOT IN (
    SELECT user_id FROM hidden_members
    WHERE team_id = %(team)s AND why IN ('opted_out', 'forgotten'))
GROUP BY target_id ORDER BY 2 DESC, 4 DESC, target_id COLLATE "C"
"""


@dataclass(frozen=True, slots=True)
class RecapScope:
    """The days and channels that a recap covers."""

    rules: WorkspaceRules
    period: Period
    channels: Sequence[str] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        """Return these as query parameters."""
        merged = list(self.rules.aliases)
        return {
            "team": self.rules.team,
            "first": self.period.first,
            "last": self.period.last,
            "channels": list(self.channels),
            "merged": merged,
            "into": [self.rules.resolve_alias(one) for one in merged],
        }


async def read_channels(conn: Conn, scope: RecapScope) -> list[str]:
    """Return the channels in which points were given in the period."""
    return [channel for (channel,) in await _fetch(conn, _CHANNELS, scope)]


async def read_leaders(conn: Conn, scope: RecapScope) -> tuple[list[Leader], list[Leader]]:
    """Return who got the most points, and who gave the most."""
    rows = await _fetch(conn, _LEADERS, scope)
    found = [(got, Leader(user, points)) for got, user, points in rows]
    return [one for got, one in found if got], [one for got, one in found if not got]


async def read_quotes(conn: Conn, scope: RecapScope) -> tuple[Quote, ...]:
    """Return the reasons of the votes with the most points, one per receiver."""
    return choose_quotes([Quote(*row) for row in await _fetch(conn, _QUOTES, scope)])


async def read_newcomers(conn: Conn, scope: RecapScope) -> tuple[str, ...]:
    """Return who got points for the first time, at most one more than a recap names."""
    return tuple(user for (user,) in await _fetch(conn, _NEWCOMERS, scope))


async def read_milestones(conn: Conn, scope: RecapScope) -> tuple[Reached, ...]:
    """Return the milestones that scores have reached in the period, highest score first."""
    found = [
        Reached(user, milestone)
        for user, score, gained in await _fetch(conn, _SCORES, scope)
        if (milestone := find_milestone(score - gained, score))
    ]
    return tuple(found[:MILESTONES])


async def _fetch(conn: Conn, query: str, scope: RecapScope) -> list[Any]:
    async with conn.transaction():
        await allow_seconds(conn, _PATIENCE)
        return await fetch_all(conn, query, scope.parameters)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What a person or thing got and gave."""

    target: str
    got: int
    times_got: int
    given: int
    times_given: int


async def read_report(conn: Conn, team: str, period: Period) -> list[ReportRow]:
    """Return what each target got and gave in *period*, those who got the most first."""
    parameters = {"team": team, "first": period.first, "last": period.last}
    async with conn.transaction():
        await allow_seconds(conn, _PATIENCE)
        return await fetch_as(conn, ReportRow, _REPORT, parameters)
