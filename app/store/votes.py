"""Stores the votes of messages: one statement, so that there is nothing to tear."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from app.core.boards import main_board, shares
from app.store.ballot import Ballot
from app.store.outcome import Outcome

# One row per message in `given`; everything else carries its number, nr. `heard` decides who
# counts, and each other part reads from it, so that a message already heard changes nothing.
# `spent` lacks those whose allowance does not suffice, and with them `gate`, on which ledger and
# boards depend. Rows are locked in key order (in the C collation, as Python sorts), so that no
# two such statements wait for each other in a circle.
_CAST: Final = """
WITH given AS (
    SELECT DISTINCT ON (team_id, channel_id, message_ts, slot) *
    FROM unnest(
        %(teams)s::text[], %(channels)s::text[], %(times)s::text[], %(voters)s::text[],
        %(slots)s::text[], %(threads)s::text[], %(ats)s::timestamptz[], %(days)s::date[],
        %(seasons)s::integer[], %(shifts)s::smallint[], %(giver_days)s::date[],
        %(points)s::bigint[], %(refusals)s::jsonb[], %(quiet)s::boolean[]
    ) WITH ORDINALITY AS g
        (team_id, channel_id, message_ts, voter_id, slot, thread_ts, at, day, season, week_shift,
         giver_day, points, refusals, quiet, nr)
    ORDER BY team_id, channel_id, message_ts, slot, nr
), heard AS (
    INSERT INTO messages (team_id, channel_id, message_ts, slot)
    SELECT team_id, channel_id, message_ts, slot FROM given
    ON CONFLICT DO NOTHING
    RETURNING team_id, channel_id, message_ts, slot
), message AS (
    SELECT given.*, coalesce(giver_day, day) AS spent_on
    FROM given JOIN heard USING (team_id, channel_id, message_ts, slot)
), spent AS (
    INSERT INTO allowances AS a (team_id, giver_id, day, spent)
    SELECT team_id, voter_id, spent_on, points FROM message
    WHERE points BETWEEN 1 AND %(allowance)s::bigint
    ORDER BY team_id COLLATE "C", voter_id COLLATE "C", spent_on
    ON CONFLICT (team_id, giver_id, day) DO UPDATE SET spent = a.spent + EXCLUDED.spent
    WHERE a.spent + EXCLUDED.spent <= %(allowance)s::bigint
    RETURNING team_id, giver_id, day
), gate AS (
    SELECT * FROM message WHERE %(allowance)s::bigint IS NULL
    UNION ALL
    SELECT message.* FROM message JOIN spent
    ON (spent.team_id, spent.giver_id, spent.day)
        = (message.team_id, message.voter_id, message.spent_on)
), vote AS (
    SELECT gate.*, v.target_id, v.delta, v.reason, v.because, v.spelling, v.board, v.place
    FROM gate JOIN unnest(
        %(of)s::bigint[], %(targets)s::text[], %(deltas)s::bigint[], %(reasons)s::text[],
        %(because)s::text[], %(spellings)s::text[], %(boards)s::text[]
    ) WITH ORDINALITY AS v (nr, target_id, delta, reason, because, spelling, board, place)
    USING (nr)
), ledger AS (
    INSERT INTO vote_history
        (team_id, channel_id, message_ts, slot, voter_id, target_id, delta, reason, voted_at, day,
         season, week_shift, giver_day)
    SELECT team_id, channel_id, message_ts, slot, voter_id, target_id, delta, reason, at, day,
        season, week_shift, giver_day
    FROM vote ORDER BY place
), scores AS (
    INSERT INTO leaderboard AS l (team_id, board, target_id, score)
    SELECT gate.team_id, s.board, s.target_id, sum(s.points)
    FROM gate JOIN unnest(
        %(share_of)s::bigint[], %(share_boards)s::text[], %(share_targets)s::text[],
        %(share_points)s::bigint[]
    ) AS s (nr, board, target_id, points) USING (nr)
    GROUP BY gate.team_id, s.board, s.target_id
    ORDER BY gate.team_id COLLATE "C", s.board COLLATE "C", s.target_id COLLATE "C"
    ON CONFLICT (team_id, board, target_id)
    DO UPDATE SET score = l.score + EXCLUDED.score, updated_at = now()
    RETURNING team_id, board, target_id, score
), spelled AS (
    INSERT INTO things AS t (team_id, target_id, spelling)
    SELECT DISTINCT ON (team_id, target_id) team_id, target_id, spelling
    FROM vote WHERE board = 'things'
    ORDER BY team_id, target_id, place DESC
    ON CONFLICT (team_id, target_id) DO UPDATE SET spelling = EXCLUDED.spelling
    WHERE t.spelling <> EXCLUDED.spelling
), told AS (
    -- Each message tells the score that it left, not that of those counted with it.
    SELECT nr, jsonb_agg(jsonb_build_object(
        'target', target_id, 'points', delta, 'score', score - later, 'reason', reason,
        'because', because) ORDER BY place) AS votes
    FROM (
        SELECT vote.*, coalesce(sum(delta) OVER (
            PARTITION BY team_id, target_id ORDER BY place
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 0)::bigint AS later
        FROM vote
    ) AS vote JOIN scores USING (team_id, board, target_id)
    GROUP BY nr
), replies (nr, kind, only_for, body) AS (
    SELECT nr, 'votes', '', votes FROM told
    UNION ALL
    SELECT nr, 'refusals', voter_id, refusals FROM message WHERE refusals IS NOT NULL
    UNION ALL
    SELECT nr, 'exhausted', voter_id, %(exhausted)s::jsonb FROM message
    WHERE points > 0 AND NOT EXISTS (SELECT FROM gate WHERE gate.nr = message.nr)
), waiting AS (
    INSERT INTO outbox (team_id, channel_id, message_ts, slot, kind, only_for, thread_ts, body)
    SELECT team_id, channel_id, message_ts, slot, kind, only_for, thread_ts, body
    FROM message JOIN replies USING (nr) WHERE NOT quiet ORDER BY nr
    ON CONFLICT DO NOTHING
    RETURNING team_id, channel_id, message_ts, slot
)
SELECT nr,
    (SELECT count(*) FROM vote WHERE vote.nr = message.nr),
    (SELECT count(*) FROM waiting
     WHERE (waiting.team_id, waiting.channel_id, waiting.message_ts, waiting.slot)
         = (message.team_id, message.channel_id, message.message_ts, message.slot))
FROM message
"""


async def cast(conn: AsyncConnection[Any], ballot: Ballot, allowance: int | None) -> Outcome | None:
    """Store *ballot* once; return None if its message was heard before.

    *allowance* is how many points the voter may give in a day, None for no limit; when it does
    not suffice, none of the votes count and the voter will be told.
    """
    return (await cast_all(conn, [ballot], allowance))[0]


async def cast_all(
    conn: AsyncConnection[Any], ballots: Sequence[Ballot], allowance: int | None
) -> list[Outcome | None]:
    """Store *ballots* as `cast` does, all or none of them.

    Where there is an allowance, no two of them may be of the same voter.
    """
    own = {"allowance": allowance, "exhausted": Jsonb({"allowance": allowance})}
    cursor = await conn.execute(
        _CAST, _messages(ballots) | _votes(ballots) | _shares(ballots) | own
    )
    outcomes = {nr: Outcome(counted, waiting) for nr, counted, waiting in await cursor.fetchall()}
    return [outcomes.get(nr) for nr in range(1, len(ballots) + 1)]


def _messages(ballots: Sequence[Ballot]) -> dict[str, list[Any]]:
    messages = [ballot.message for ballot in ballots]
    rulings = [ballot.ruling for ballot in ballots]
    return {
        "teams": [message.team for message in messages],
        "channels": [message.channel for message in messages],
        "times": [message.ts for message in messages],
        "voters": [message.author for message in messages],
        "slots": [message.slot for message in messages],
        "threads": [message.thread for message in messages],
        "ats": [message.at for message in messages],
        "days": [ballot.when.day for ballot in ballots],
        "seasons": [ballot.when.season for ballot in ballots],
        "shifts": [ballot.when.week_shift for ballot in ballots],
        "giver_days": [ballot.when.giver_day for ballot in ballots],
        "points": [ruling.spent for ruling in rulings],
        "refusals": [Jsonb(list(r.told)) if r.told else None for r in rulings],
        "quiet": [message.quiet for message in messages],
    }


def _votes(ballots: Sequence[Ballot]) -> dict[str, list[Any]]:
    votes = [(nr, vote) for nr, ballot in enumerate(ballots, 1) for vote in ballot.ruling.counted]
    return {
        "of": [nr for nr, _ in votes],
        "targets": [vote.target for _, vote in votes],
        "deltas": [vote.points for _, vote in votes],
        "reasons": [vote.reason for _, vote in votes],
        "because": [vote.because for _, vote in votes],
        "spellings": [vote.spelling for _, vote in votes],
        "boards": [main_board(vote.target) for _, vote in votes],
    }


def _shares(ballots: Sequence[Ballot]) -> dict[str, list[Any]]:
    added = [
        (nr, share)
        for nr, ballot in enumerate(ballots, 1)
        for share in _shares_of(ballot)
    ]  # fmt: skip
    return {
        "share_of": [nr for nr, _ in added],
        "share_boards": [share.board for _, share in added],
        "share_targets": [share.target for _, share in added],
        "share_points": [share.points for _, share in added],
    }


def _shares_of(ballot: Ballot) -> Any:
    message = ballot.message
    return shares(ballot.ruling.counted, message.author, message.channel, ballot.when)
