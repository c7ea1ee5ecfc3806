"""Stores joins: people join a thank-you by replies and reactions, and each person's first counts.

All joins of one person are one vote on the message that gave the points first. That vote has its
own row in `messages`, in its own slot, and every change of it locks that row.

The app's reaction, by which it answers without words, belongs on the message that gives the points.
For a vote that joins by a reply, that is the reply, and it may change; `outbox.posted_ts` records
where the reaction is.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from psycopg.types.json import Jsonb

from app.core.audience import Way
from app.core.message import Message, SlotKey
from app.core.reactions import JOINED, Reaction
from app.core.reply_body import ReplyKind
from app.store.database import Conn, fetch_row, fetch_value
from app.store.outbox.outbox import ClaimedReply
from app.store.votes.ballot import Outcome

REPLY: Final = ""
"""Replaces the reaction's name in a join by a reply."""

# A post by which the app has answered a single message counts as that message.
_THANKED: Final = f"""
SELECT first.ts, array_agg(given.target_id ORDER BY given.id) FROM (
    SELECT %(ts)s AS ts
    UNION ALL
    SELECT min(message_ts) FROM outbox
    WHERE (team_id, channel_id, posted_ts) = (%(team)s, %(channel)s, %(ts)s)
    HAVING count(*) = 1 AND bool_and(kind = '{ReplyKind.VOTES}' AND slot = '')
) AS first CROSS JOIN LATERAL (
    SELECT target_id, min(id) AS id FROM vote_history
    WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, first.ts, '')
    GROUP BY target_id HAVING sum(delta) > 0
) AS given
GROUP BY first.ts
"""  # noqa: S608 (made of a constant)

_REACTED: Final = """
SELECT (SELECT ARRAY[message_ts, changed_ts] FROM joins
        WHERE (team_id, channel_id, way_ts, voter_id, emoji)
            = (%(team)s, %(channel)s, %(ts)s, %(voter)s, %(emoji)s)),
    (SELECT changed_ts FROM reactions
        WHERE (team_id, channel_id, message_ts, voter_id, emoji)
            = (%(team)s, %(channel)s, %(ts)s, %(voter)s, %(emoji)s))
"""

_REPLIED: Final = """
SELECT voter_id, message_ts, present FROM joins
WHERE (team_id, channel_id, way_ts, emoji) = (%(team)s, %(channel)s, %(ts)s, '')
"""

_HEAR: Final = """
INSERT INTO messages (team_id, channel_id, message_ts, slot)
VALUES (%(team)s, %(channel)s, %(ts)s, '')
ON CONFLICT DO NOTHING RETURNING 1
"""

# A change that isn't later than the stored one is a repeat, or came too late. A join that stands
# keeps its targets, whatever happens to the thank-you.
_STORE: Final = """
INSERT INTO joins AS j (team_id, channel_id, way_ts, voter_id, emoji, message_ts, targets, points,
    reason, because, present, since, changed_ts)
VALUES (%(team)s, %(channel)s, %(way_ts)s, %(voter)s, %(emoji)s, %(ts)s, %(targets)s, %(points)s,
    %(reason)s, %(because)s, %(present)s, %(at)s, %(changed)s)
ON CONFLICT (team_id, channel_id, way_ts, voter_id, emoji) DO UPDATE SET
    targets = CASE WHEN j.present THEN j.targets ELSE EXCLUDED.targets END,
    since = CASE WHEN j.present THEN j.since ELSE EXCLUDED.since END,
    points = EXCLUDED.points, reason = EXCLUDED.reason, because = EXCLUDED.because,
    present = EXCLUDED.present, changed_ts = EXCLUDED.changed_ts
WHERE j.changed_ts < EXCLUDED.changed_ts
RETURNING 1
"""

_FIRST: Final = """
FROM joins
WHERE (team_id, channel_id, message_ts) = (%(team)s, %(channel)s, %(ts)s)
    AND voter_id = ANY(%(voters)s::text[]) AND present
ORDER BY since, way_ts COLLATE "C", emoji COLLATE "C" LIMIT 1
"""

_READ_STANDING: Final = f"SELECT way_ts, targets, points, reason, because {_FIRST}"

_PLACE: Final = f"SELECT CASE emoji WHEN '{REPLY}' THEN way_ts ELSE message_ts END {_FIRST}"


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
class ThankYou:
    """A message that gave points."""

    ts: str
    targets: tuple[str, ...]
    """The people and things that got them."""


@dataclass(frozen=True, slots=True)
class JoinedVote:
    """The vote that a join gives."""

    way_ts: str
    """The reply, or the message reacted to: its time decides on which boards the vote counts."""
    targets: tuple[str, ...]
    points: int
    reason: str | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class JoinChange:
    """The new state of a join."""

    team: str
    channel: str
    ts: str
    """The thank-you's ts."""
    voter: str
    emoji: str
    """The reaction's name, or REPLY."""
    vote: JoinedVote
    present: bool
    at: datetime
    changed: str
    """The order of changes: the greatest, as text, wins."""


@dataclass(frozen=True, slots=True)
class StoredReaction:
    """The stored states of a reaction, which may be a join and, at other times, an ordinary one."""

    joined: str | None = None
    """The ts of the thank-you that it joined; None if it never did."""
    joined_changed: str | None = None
    """When it last joined or left the thank-you; None if it never joined."""
    changed: str | None = None
    """When it last changed as an ordinary reaction; None if it never was one."""


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply that has joined a thank-you."""

    voter: str
    ts: str
    """The thank-you's ts."""
    present: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A message, and whether it should have the app's reaction."""

    ts: str
    present: bool


async def read_thank_you(conn: Conn, team: str, channel: str, ts: str) -> ThankYou | None:
    """Return the thank-you that the message *ts* is or, if the app wrote it, answers; or None."""
    row = await fetch_row(conn, _THANKED, SlotKey(team, channel, ts)._asdict())
    return ThankYou(row[0], tuple(row[1])) if row else None


async def read_reaction(conn: Conn, reaction: Reaction) -> StoredReaction:
    """Return the stored states of *reaction*."""
    join, changed = await fetch_row(conn, _REACTED, asdict(reaction)) or (None, None)
    joined, joined_changed = join or (None, None)
    return StoredReaction(joined, joined_changed, changed)


async def read_reply(conn: Conn, message: Message) -> StoredReply | None:
    """Return how an earlier version of *message* joined a thank-you; None if none did."""
    key = message.key._asdict()
    row = await fetch_row(conn, _REPLIED, key)
    return StoredReply(*row) if row else None


async def hear_reply(conn: Conn, message: Message) -> Outcome | None:
    """Record *message* as heard, without votes; None if any version was heard before."""
    key = message.key._asdict()
    return Outcome() if await fetch_row(conn, _HEAR, key) else None


async def store(conn: Conn, change: JoinChange) -> bool:
    """Store *change*, unless a later state is stored; return whether it was stored."""
    columns = asdict(change) | asdict(change.vote) | {"targets": Jsonb(change.vote.targets)}
    return await fetch_row(conn, _STORE, columns) is not None


async def read_standing(
    conn: Conn, change: JoinChange, accounts: Sequence[str]
) -> JoinedVote | None:
    """Return the vote of the earliest standing join of any of *accounts*, or None."""
    row = await fetch_row(conn, _READ_STANDING, asdict(change) | {"voters": list(accounts)})
    return JoinedVote(row[0], tuple(row[1]), *row[2:]) if row else None


async def find_joining_message(conn: Conn, thanked: SlotKey, accounts: Sequence[str]) -> str | None:
    """Return the ts of the message by which any of *accounts* has joined the thank-you *thanked*.

    That's the thank-you's own ts if a reaction joined it, and None if no join stands.
    """
    key = thanked._asdict() | {"voters": list(accounts)}
    ts: str | None = await fetch_value(conn, _PLACE, key)
    return ts


async def read_marks(conn: Conn, reply: ClaimedReply, accounts: Sequence[str]) -> list[Mark]:
    """Return the marks to set for *reply*; the last one is on the message that it answers now.

    *accounts* are all accounts of the voter, by any of which they may have joined a thank-you.
    """
    thanked = SlotKey(reply.team_id, reply.channel_id, reply.message_ts)
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
    key = SlotKey(reply.team_id, reply.channel_id, ts)._asdict()
    return bool(await fetch_value(conn, _STANDS, key | {"own": reply.id}))
