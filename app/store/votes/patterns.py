"""Finds voting patterns in the newest rows of the ledger, in one bounded statement."""

from datetime import datetime
from typing import Final

from app.core import voting_patterns as core
from app.core.voting_patterns import LateChange, Pair, Repetition, Report
from app.store.database import Conn, fetch_row

# Leaves out givers and receivers who have opted out, left or been forgotten. Returns no channels,
# so that no private one can be named.
_PATTERNS: Final = """
WITH recent AS MATERIALIZED (
    SELECT * FROM (
        SELECT id, channel_id, message_ts, slot, voter_id, target_id, delta, kind, voted_at,
            created_at
        FROM vote_history WHERE team_id = %(team)s ORDER BY id DESC LIMIT %(rows)s
    ) AS h
    WHERE created_at >= %(since)s
), counted AS MATERIALIZED (
    SELECT * FROM recent
    WHERE kind IN ('vote', 'edit', 'deletion', 'undo') AND voter_id <> ''
      AND NOT EXISTS (SELECT FROM hidden_members AS m
          WHERE (m.team_id, m.user_id) = (%(team)s, recent.voter_id))
      AND NOT EXISTS (SELECT FROM hidden_members AS m
          WHERE (m.team_id, m.user_id) = (%(team)s, recent.target_id))
), standing AS MATERIALIZED (
    SELECT channel_id, message_ts, slot, voter_id, target_id, min(voted_at) AS at
    FROM counted GROUP BY channel_id, message_ts, slot, voter_id, target_id HAVING sum(delta) <> 0
), given AS (
    SELECT voter_id, target_id, count(*) AS votes,
        floor(100 * count(*) / sum(count(*)) OVER (PARTITION BY voter_id))::integer AS share
    FROM standing GROUP BY voter_id, target_id
), pair AS (
    SELECT one.voter_id AS one, one.target_id AS other, one.votes AS one_gave,
        other.votes AS other_gave, one.share AS one_share, other.share AS other_share
    FROM given AS one JOIN given AS other
    ON (other.voter_id, other.target_id) = (one.target_id, one.voter_id)
    WHERE one.voter_id < one.target_id AND least(one.votes, other.votes) >= %(pair_votes)s
      AND least(one.share, other.share) >= %(pair_share)s
    ORDER BY one.votes + other.votes DESC, one.voter_id, one.target_id LIMIT %(most)s
), burst AS (
    SELECT voter_id AS giver, target_id AS target, max(votes) AS times FROM (
        SELECT voter_id, target_id, count(*) OVER (
            PARTITION BY voter_id, target_id ORDER BY at
            RANGE BETWEEN '1 minute' PRECEDING AND CURRENT ROW) AS votes
        FROM standing
    ) AS w WHERE votes >= %(burst)s
    GROUP BY voter_id, target_id ORDER BY 3 DESC, 1, 2 LIMIT %(most)s
), history AS MATERIALIZED (
    SELECT voter_id, target_id, delta, kind, created_at, voted_at, row AS vote,
        sum(delta) OVER (vote ORDER BY id) AS points
    FROM (
        SELECT counted.*, (channel_id, message_ts, slot) AS row FROM counted
        WHERE (channel_id, message_ts, slot, voter_id, target_id) IN (
            SELECT channel_id, message_ts, slot, voter_id, target_id FROM counted
            WHERE kind <> 'vote')
    ) AS c
    WINDOW vote AS (PARTITION BY channel_id, message_ts, slot, voter_id, target_id)
), toggle AS (
    SELECT voter_id AS giver, target_id AS target, count(*) AS times
    FROM history WHERE points = 0 AND delta <> 0
    GROUP BY vote, voter_id, target_id HAVING count(*) >= %(toggles)s
    ORDER BY 3 DESC, 1, 2 LIMIT %(most)s
), late AS (
    SELECT voter_id AS giver,
        count(*) FILTER (WHERE delta <> 0) AS raised, count(*) FILTER (WHERE delta = 0) AS reworded
    FROM history
    WHERE kind = 'edit' AND created_at > voted_at + %(late)s
      AND (delta = 0 OR abs(points) > abs(points - delta) AND points <> delta)
    GROUP BY voter_id ORDER BY count(*) DESC, voter_id LIMIT %(most)s
)
SELECT (SELECT count(*) FROM recent),
    (SELECT coalesce(json_agg(pair
        ORDER BY one_gave + other_gave DESC, one, other), '[]') FROM pair),
    (SELECT coalesce(json_agg(burst ORDER BY times DESC, giver, target), '[]') FROM burst),
    (SELECT coalesce(json_agg(toggle ORDER BY times DESC, giver, target), '[]') FROM toggle),
    (SELECT coalesce(json_agg(late ORDER BY raised + reworded DESC, giver), '[]') FROM late)
"""


async def read_patterns(conn: Conn, team: str, since: datetime) -> Report:
    """Return the patterns in the newest rows of the ledger of *team*, none older than *since*."""
    bounds = {
        "team": team,
        "since": since,
        "rows": core.MOST_ROWS,
        "most": core.MOST_SHOWN,
        "pair_votes": core.PAIR_VOTES,
        "pair_share": core.PAIR_SHARE,
        "burst": core.BURST_VOTES,
        "toggles": core.TOGGLES,
        "late": core.LATE,
    }
    row = await fetch_row(conn, _PATTERNS, bounds)
    rows, pairs, bursts, toggles, late = row or (0, [], [], [], [])
    return Report(
        rows,
        [Pair(**pair) for pair in pairs],
        [Repetition(**burst) for burst in bursts],
        [Repetition(**toggle) for toggle in toggles],
        [LateChange(**change) for change in late],
    )
