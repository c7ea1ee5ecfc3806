"""Stores the votes of a message: one statement, so that there is nothing to tear."""

from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from app.core.boards import main_board, shares
from app.core.message import Message
from app.core.rules import Ruling
from app.core.vote import is_thing
from app.store.outcome import Outcome

# The first CTE decides who counts; each other reads from it, so that a message already heard
# changes nothing. `spent` is empty where the allowance does not suffice, and without it `gate`
# is, on which ledger and boards depend. The boards come in key order: no two such statements
# wait for each other in a circle.
_CAST: Final = """
WITH heard AS (
    INSERT INTO messages (team_id, channel_id, message_ts)
    VALUES (%(team)s, %(channel)s, %(ts)s)
    ON CONFLICT DO NOTHING
    RETURNING team_id
), spent AS (
    INSERT INTO allowances AS a (team_id, giver_id, day, spent)
    SELECT team_id, %(voter)s, %(day)s, %(points)s FROM heard
    WHERE %(points)s BETWEEN 1 AND %(allowance)s::bigint
    ON CONFLICT (team_id, giver_id, day) DO UPDATE SET spent = a.spent + EXCLUDED.spent
    WHERE a.spent + EXCLUDED.spent <= %(allowance)s::bigint
    RETURNING team_id
), gate AS (
    SELECT team_id FROM heard WHERE %(allowance)s::bigint IS NULL
    UNION ALL SELECT team_id FROM spent
), vote AS (
    SELECT gate.team_id, v.* FROM gate, unnest(
        %(targets)s::text[], %(deltas)s::bigint[], %(reasons)s::text[], %(because)s::text[],
        %(boards)s::text[]
    ) WITH ORDINALITY AS v (target_id, delta, reason, because, board, nr)
), ledger AS (
    INSERT INTO vote_history
        (team_id, channel_id, message_ts, voter_id, target_id, delta, reason, voted_at)
    SELECT team_id, %(channel)s, %(ts)s, %(voter)s, target_id, delta, reason, %(at)s
    FROM vote ORDER BY nr
    RETURNING id
), scores AS (
    INSERT INTO leaderboard AS l (team_id, board, target_id, score)
    SELECT gate.team_id, s.board, s.target_id, s.points FROM gate, unnest(
        %(share_boards)s::text[], %(share_targets)s::text[], %(share_points)s::bigint[]
    ) WITH ORDINALITY AS s (board, target_id, points, nr)
    ORDER BY s.nr
    ON CONFLICT (team_id, board, target_id)
    DO UPDATE SET score = l.score + EXCLUDED.score, updated_at = now()
    RETURNING board, target_id, score
), spelled AS (
    INSERT INTO things AS t (team_id, target_id, spelling)
    SELECT gate.team_id, s.target_id, s.spelling
    FROM gate, unnest(%(things)s::text[], %(spellings)s::text[]) AS s (target_id, spelling)
    ON CONFLICT (team_id, target_id) DO UPDATE SET spelling = EXCLUDED.spelling
    WHERE t.spelling <> EXCLUDED.spelling
), told AS (
    SELECT jsonb_agg(jsonb_build_object(
        'target', target_id, 'points', delta, 'score', score, 'reason', reason,
        'because', because) ORDER BY nr) AS votes
    FROM vote JOIN scores USING (board, target_id)
), replies (kind, only_for, body) AS (
    SELECT 'votes', '', votes FROM told WHERE votes IS NOT NULL
    UNION ALL
    SELECT 'refusals', %(voter)s, %(refusals)s::jsonb FROM heard
    WHERE %(refusals)s::jsonb IS NOT NULL
    UNION ALL
    SELECT 'exhausted', %(voter)s, %(exhausted)s::jsonb FROM heard
    WHERE %(points)s > 0 AND NOT EXISTS (SELECT FROM gate)
), waiting AS (
    INSERT INTO outbox (team_id, channel_id, message_ts, kind, only_for, thread_ts, body)
    SELECT team_id, %(channel)s, %(ts)s, kind, only_for, %(thread)s, body FROM heard, replies
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM ledger) AS counted, (SELECT count(*) FROM waiting) AS waiting
FROM heard
"""


async def cast(
    conn: AsyncConnection[Any], message: Message, ruling: Ruling, allowance: int | None
) -> Outcome | None:
    """Store what *ruling* says of *message*, once; return None if it was heard before.

    *allowance* is how many points the voter may give in a day, None for no limit; when it does
    not suffice, none of the votes count and the voter will be told.
    """
    cursor = conn.cursor(row_factory=class_row(Outcome))
    await cursor.execute(_CAST, _message(message) | _votes(message, ruling, allowance))
    return await cursor.fetchone()


def _message(message: Message) -> dict[str, Any]:
    return {
        "team": message.team,
        "channel": message.channel,
        "ts": message.ts,
        "voter": message.author,
        "thread": message.thread,
        "at": message.at,
        "day": message.at.date(),
    }


def _votes(message: Message, ruling: Ruling, allowance: int | None) -> dict[str, Any]:
    votes = ruling.counted
    added = shares(votes, message.author, message.channel, message.at)
    things = sorted((v.target, v.spelling) for v in votes if is_thing(v.target))
    return {
        "targets": [v.target for v in votes],
        "deltas": [v.points for v in votes],
        "reasons": [v.reason for v in votes],
        "because": [v.because for v in votes],
        "boards": [main_board(v.target) for v in votes],
        "share_boards": [s.board for s in added],
        "share_targets": [s.target for s in added],
        "share_points": [s.points for s in added],
        "things": [target for target, _ in things],
        "spellings": [spelling for _, spelling in things],
        "points": ruling.spent,
        "allowance": allowance,
        "refusals": Jsonb(list(ruling.refusals)) if ruling.refusals else None,
        "exhausted": Jsonb({"allowance": allowance}),
    }
