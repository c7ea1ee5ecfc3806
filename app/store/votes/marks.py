"""Finds the messages that should have the app's reaction, by which it answers votes without words.

The reaction belongs on the message that gives the points. For a vote that joins a thank-you by a
reply, that is the reply, and it may change; `outbox.posted_ts` records where the reaction is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.audience import Way
from app.core.message import build_key
from app.core.reactions import JOINED
from app.store.database import Conn, fetch_value
from app.store.outbox.outbox import ClaimedReply
from app.store.votes.joins import find_joining_message

# Several people may have votes on one message, each with its own outbox row; no other replies are
# reactions. For a joined vote, only posted_ts says which message has its reaction, and only once
# that was added.
_STANDS: Final = f"""
SELECT count(*) > 0 FROM (
    SELECT id, body FROM outbox
    WHERE (team_id, channel_id, message_ts) = (%(team)s, %(channel)s, %(ts)s)
      AND way = '{Way.REACTION}' AND slot !~ '{JOINED}$'
    UNION ALL
    SELECT id, body FROM outbox
    WHERE (team_id, channel_id, posted_ts) = (%(team)s, %(channel)s, %(ts)s)
      AND way = '{Way.REACTION}'
) AS answer CROSS JOIN LATERAL jsonb_array_elements(body) AS line
WHERE id <> %(own)s AND (line ->> 'points')::bigint <> 0
"""  # noqa: S608 (made of constants)


@dataclass(frozen=True, slots=True)
class Mark:
    """A message, and whether it should have the app's reaction."""

    ts: str
    present: bool


async def read_marks(conn: Conn, reply: ClaimedReply, accounts: Sequence[str]) -> list[Mark]:
    """Return the marks to set for *reply*; the last one is on the message that it answers now.

    *accounts* are all accounts of the voter, by any of which they may have joined a thank-you.
    """
    thanked = reply.team_id, reply.channel_id, reply.message_ts
    joined = is_joined(reply)
    place = await find_joining_message(conn, thanked, accounts) if joined else reply.message_ts
    counts = any(line["points"] for line in reply.body)
    places = dict.fromkeys(ts for ts in (reply.posted_ts, place) if ts)
    return [
        Mark(ts, (counts and ts == place) or await _has_others(conn, reply, ts)) for ts in places
    ]


def is_joined(reply: ClaimedReply) -> bool:
    """Return whether *reply* answers a vote that joins a thank-you."""
    return reply.slot.endswith(JOINED)


async def _has_others(conn: Conn, reply: ClaimedReply, ts: str) -> bool:
    """Return whether the message *ts* has votes that other replies answer by a reaction."""
    key = build_key(reply.team_id, reply.channel_id, ts)
    return bool(await fetch_value(conn, _STANDS, key | {"own": reply.id}))
