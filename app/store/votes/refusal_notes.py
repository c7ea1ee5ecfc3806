"""Tells a voter why votes are refused, and counts each refused vote.

The same reason about the same message is told once an hour, whatever is done to that message.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from app.core.audience import Audience
from app.core.replies import RefusalNote, RefusalsReply
from app.core.rules import Refusal
from app.store.votes.ballot import Ballot

# A part of a statement that has `message` (numbered nr) and `refused` (nr, place, reason, votes,
# note). The rows that many share are locked last. Who has opted out is told in another way: see
# `privacy.tell`.
TOLD: Final = """
why AS (
    SELECT team_id, voter_id, nr, place, note,
        concat_ws('/', 'refusal', reason, channel_id, message_ts) AS about
    FROM refused JOIN message USING (nr) WHERE tells AND reason <> 'opted_out'
), telling AS (
    INSERT INTO told AS t (team_id, user_id, about)
    SELECT team_id, voter_id, about FROM why WHERE {after}
    ORDER BY team_id COLLATE "C", voter_id COLLATE "C", about COLLATE "C"
    ON CONFLICT (team_id, user_id, about) DO UPDATE SET told_at = EXCLUDED.told_at
    WHERE t.told_at <= EXCLUDED.told_at - interval '1 hour'
    RETURNING team_id, user_id, about
), tallied AS (
    INSERT INTO refusals AS r (team_id, day, reason, votes)
    SELECT team_id, day, reason, sum(votes) FROM refused JOIN message USING (nr)
    WHERE (SELECT count(*) FROM telling) >= 0
    GROUP BY team_id, day, reason ORDER BY team_id COLLATE "C", day, reason COLLATE "C"
    ON CONFLICT (team_id, day, reason) DO UPDATE SET votes = r.votes + EXCLUDED.votes
), notes (nr, body) AS (
    SELECT nr, jsonb_agg(note ORDER BY place) FROM why JOIN telling
    ON (telling.team_id, telling.user_id, telling.about)
        = (why.team_id, why.voter_id, why.about)
    GROUP BY nr
)
"""

# What an earlier version of the message was told may still wait.
_REFUSE: Final = f"""
WITH message AS (
    SELECT 1::bigint AS nr, %(team)s AS team_id, %(channel)s AS channel_id, %(ts)s AS message_ts,
        %(slot)s AS slot, %(voter)s AS voter_id, %(thread)s AS thread_ts, %(day)s::date AS day,
        %(tells)s::boolean AS tells
), refused AS (
    SELECT 1::bigint AS nr, r.*
    FROM unnest(%(reasons)s::text[], %(votes)s::bigint[], %(notes)s::jsonb[])
        WITH ORDINALITY AS r (reason, votes, note, place)
), {TOLD.format(after="true")}
INSERT INTO outbox AS o
    (team_id, channel_id, message_ts, slot, kind, only_for, thread_ts, body)
SELECT team_id, channel_id, message_ts, slot, '{RefusalsReply.kind}', voter_id, thread_ts, body
FROM message JOIN notes USING (nr)
ON CONFLICT ON CONSTRAINT outbox_once DO UPDATE
SET body = CASE WHEN o.done_at IS NULL THEN o.body ELSE '[]' END || EXCLUDED.body,
    version = o.version + 1, done_at = NULL, dropped = NULL, due_at = EXCLUDED.due_at,
    created_at = CASE WHEN o.done_at IS NULL THEN o.created_at ELSE EXCLUDED.created_at END
"""  # noqa: S608 (made of constants)

_SINCE: Final = """
SELECT reason, sum(votes)::bigint FROM refusals
WHERE team_id = %(team)s AND day >= %(day)s
GROUP BY reason ORDER BY 2 DESC, 1
"""


async def record_refusals(
    conn: AsyncConnection[Any],
    ballot: Ballot,
    refused: Mapping[Refusal, int],
    limits: Mapping[Refusal, int | None],
) -> int:
    """Count *refused* votes by reason and put what the voter has not been told into the outbox.

    Returns how many replies wait now. *limits* are named where they were the reason.
    """
    counted = {reason: votes for reason, votes in refused.items() if votes}
    if not counted:
        return 0
    message = ballot.message
    key = dict(zip(("team", "channel", "ts", "slot"), message.key, strict=True))
    said = {
        "voter": message.author,
        "thread": ballot.answering.choose_thread(message),
        "day": ballot.when.day,
        "tells": ballot.answering.refusals is Audience.VOTER,
        "reasons": list(counted),
        "votes": list(counted.values()),
        "notes": [
            Jsonb(build_note(reason, ballot, limits.get(reason)).to_json()) for reason in counted
        ],
    }
    return (await conn.execute(_REFUSE, key | said)).rowcount


def build_note(reason: Refusal, ballot: Ballot, limit: int | None = None) -> RefusalNote:
    """Return what the voter is told of one *reason*: with what its sentence has to name."""
    ban = ballot.ruling.ban
    if reason is Refusal.BANNED and ban and ban.until:
        return RefusalNote(reason, until=ban.until.isoformat())
    return RefusalNote(reason, limit)


def build_refusal_columns(ballots: Sequence[Ballot]) -> dict[str, Any]:
    """Return the votes that the rules refuse, by the number of their ballot and by reason."""
    refused = [
        (nr, reason, votes, Jsonb(build_note(reason, ballot).to_json()))
        for nr, ballot in enumerate(ballots, 1)
        for reason, votes in Counter(ballot.ruling.refusals).items()
    ]
    return {
        "refused_of": [nr for nr, *_ in refused],
        "refused_reasons": [reason for _, reason, *_ in refused],
        "refused_votes": [votes for _, _, votes, _ in refused],
        "refused_notes": [told for *_, told in refused],
    }


async def count_since(conn: AsyncConnection[Any], team: str, day: date) -> dict[str, int]:
    """Return how many votes were refused from *day* on, by reason, the most frequent first."""
    return dict(await (await conn.execute(_SINCE, {"team": team, "day": day})).fetchall())
