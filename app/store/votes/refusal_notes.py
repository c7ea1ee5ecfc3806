"""Explains to voters why votes are refused, and counts each refused vote.

The same reason for the same targets of a message is given once an hour, whatever else happens to
the message. A voter gets five explanations a minute at most (`note_refusals`).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.core.audience import Audience
from app.core.refusals import Refusal, RefusedVote
from app.core.replies import RefusalNote, RefusalsReply
from app.core.reply_body import encode
from app.store.database import Conn, fetch_all, fetch_value
from app.store.votes.ballot import Ballot

_NOTE: Final = "SELECT note_refusals(%(team)s, %(refused)s)"

# Notes on an earlier version of the message that are still unsent are kept.
_WRITE_NOTES: Final = f"""
INSERT INTO outbox AS o (team_id, channel_id, message_ts, slot, kind, only_for, thread_ts, body,
    due_at, created_at)
VALUES (%(team)s, %(channel)s, %(ts)s, %(slot)s, '{RefusalsReply.kind}', %(voter)s, %(thread)s,
    %(notes)s, now(), now())
ON CONFLICT ON CONSTRAINT outbox_once DO UPDATE
SET body = CASE WHEN o.done_at IS NULL THEN o.body ELSE '[]' END || EXCLUDED.body,
    version = o.version + 1, done_at = NULL, dropped = NULL, due_at = EXCLUDED.due_at,
    created_at = CASE WHEN o.done_at IS NULL THEN o.created_at ELSE EXCLUDED.created_at END
"""  # noqa: S608 (made of constants)

_COUNT_SINCE: Final = """
SELECT reason, sum(votes)::bigint FROM refusals
WHERE team_id = %(team)s AND day >= %(day)s
GROUP BY reason ORDER BY 2 DESC, 1
"""


async def record_refusals(
    conn: Conn, ballot: Ballot, refused: Iterable[RefusedVote], limits: Mapping[Refusal, int | None]
) -> int:
    """Count *refused* votes by reason, and put notes that the voter hasn't had into the outbox.

    Returns the number of replies written. *limits* has the number that a reason's note names.
    """
    listed = list_refused(ballot, refused, limits)
    if not listed:
        return 0
    message = ballot.message
    shared = {
        "nr": 0, "channel": message.channel, "ts": message.ts, "voter": message.author,
        "day": ballot.when.day.isoformat(), "tells": ballot.answering.refusals is Audience.VOTER,
    }  # fmt: skip
    parameters = {"team": message.team, "refused": Jsonb([shared | one for one in listed])}
    notes = (await fetch_value(conn, _NOTE, parameters)).get("0")
    if not notes:
        return 0
    reply = {
        "voter": message.author,
        "thread": ballot.answering.choose_thread(message),
        "notes": Jsonb(notes),
    }
    return (await conn.execute(_WRITE_NOTES, message.key._asdict() | reply)).rowcount


def build_note(reason: Refusal, ballot: Ballot, limit: int | None = None) -> RefusalNote:
    """Return the note on one *reason*, with the values that its sentence names."""
    ban = ballot.ruling.ban
    if reason is Refusal.BANNED and ban and ban.until:
        return RefusalNote(reason, until=ban.until)
    return RefusalNote(reason, limit)


def list_refused(
    ballot: Ballot, refused: Iterable[RefusedVote], limits: Mapping[Refusal, int | None]
) -> list[dict[str, Any]]:
    """Return, for each reason, the number and targets of votes *refused* for it, and its note."""
    targets: dict[Refusal, list[str]] = {}
    for vote in refused:
        targets.setdefault(vote.reason, []).append(vote.target)
    return [
        {
            "reason": reason,
            "votes": len(ids),
            "targets": sorted(ids),
            "note": encode(build_note(reason, ballot, limits.get(reason))),
        }
        for reason, ids in targets.items()
    ]


async def count_since(conn: Conn, team: str, day: date) -> dict[str, int]:
    """Return how many votes were refused since *day*, by reason, most frequent first."""
    return dict(await fetch_all(conn, _COUNT_SINCE, {"team": team, "day": day}))
