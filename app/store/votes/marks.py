"""Finds on which messages the app's reaction is to stand, which answers votes in place of words.

It stands on the message that gives the points. For a vote that joins a thank-you that is the reply
that joins, and which one may change: where it stands is noted in `outbox.posted_ts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.audience import Way
from app.core.message import build_key
from app.core.reactions import JOINED
from app.core.replies import VotesReply
from app.store.database import Conn, fetch_value
from app.store.outbox.outbox import ClaimedReply
from app.store.votes.joins import find_joining_message

# Several people's votes may stand on one message, each with a reply of its own. Where that of a
# joined vote stands, its own row says only afterwards.
_STANDS: Final = f"""
SELECT count(*) > 0 FROM (
    SELECT id, body FROM outbox
    WHERE (team_id, channel_id, message_ts) = (%(team)s, %(channel)s, %(ts)s)
      AND kind = '{VotesReply.kind}' AND way = '{Way.REACTION}' AND slot !~ '{JOINED}$'
    UNION ALL
    SELECT id, body FROM outbox
    WHERE (team_id, channel_id, posted_ts) = (%(team)s, %(channel)s, %(ts)s)
      AND kind = '{VotesReply.kind}' AND way = '{Way.REACTION}'
) AS answer CROSS JOIN LATERAL jsonb_array_elements(body) AS line
WHERE id <> %(own)s AND (line ->> 'points')::bigint <> 0
"""  # noqa: S608 (made of constants)


@dataclass(frozen=True, slots=True)
class Mark:
    """A message, and whether the app's reaction is to stand there."""

    ts: str
    stands: bool


async def read_marks(conn: Conn, reply: ClaimedReply, accounts: Sequence[str]) -> list[Mark]:
    """Return the marks that *reply* asks for, the one last that answers it.

    *accounts* are those of whoever has joined a thank-you.
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
    """Tell whether *reply* answers a vote that joins a thank-you."""
    return reply.slot.endswith(JOINED)


async def _has_others(conn: Conn, reply: ClaimedReply, ts: str) -> bool:
    """Tell whether votes stand on the message *ts* that other replies answer."""
    key = build_key(reply.team_id, reply.channel_id, ts)
    return bool(await fetch_value(conn, _STANDS, key | {"own": reply.id}))
