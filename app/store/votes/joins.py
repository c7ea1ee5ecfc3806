"""Keeps in which ways people have joined a thank-you, so that the first that stands counts.

All ways of one person are one vote on the message that gave the points first. It has one row in
`messages`, in a slot of its own, and whoever changes anything of it holds that row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.types.json import Jsonb

from app.core.message import Message, build_key
from app.core.reactions import Reaction
from app.core.reply_body import ReplyKind
from app.store.database import Conn, fetch_row, fetch_value

REPLY: Final = ""
"""Stands where a reaction's name would for a way that is a reply."""

# What the app has answered to one message alone stands for that message.
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

# A change that is not later than the one stored was told of before, or late. A way that stands
# stays for whom it was given, whatever its message becomes.
_STORE: Final = """
INSERT INTO joins AS j (team_id, channel_id, way_ts, voter_id, emoji, message_ts, targets, points,
    reason, because, present, since, changed_ts)
VALUES (%(team)s, %(channel)s, %(way)s, %(voter)s, %(emoji)s, %(ts)s, %(targets)s, %(points)s,
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


@dataclass(frozen=True, slots=True)
class ThankYou:
    """A message that gave points."""

    ts: str
    targets: tuple[str, ...]
    """Those who got them, people and things."""


@dataclass(frozen=True, slots=True)
class JoinedVote:
    """What one way of joining gives."""

    way_ts: str
    """The message in which it stands, or on which: its time says on which boards it counts."""
    targets: tuple[str, ...]
    points: int
    reason: str | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class JoinChange:
    """One way of joining, as it is from now on."""

    team: str
    channel: str
    ts: str
    """The thank-you's."""
    voter: str
    emoji: str
    """The reaction, or REPLY."""
    vote: JoinedVote
    present: bool
    at: datetime
    changed: str
    """Of two changes the later one holds, as text."""


@dataclass(frozen=True, slots=True)
class StoredReaction:
    """What is known of a reaction: it may have joined, and been an ordinary one at other times."""

    joined: str | None = None
    """The thank-you's ts."""
    joined_changed: str | None = None
    """When it last joined that or left it; None where it never has."""
    changed: str | None = None
    """When it last changed as an ordinary one; None where it never was."""


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply that has joined a thank-you."""

    voter: str
    ts: str
    """The thank-you's."""
    present: bool


async def read_thank_you(conn: Conn, team: str, channel: str, ts: str) -> ThankYou | None:
    """Return the thank-you that the message *ts* is, or that it is the app's own answer to."""
    row = await fetch_row(conn, _THANKED, build_key(team, channel, ts))
    return ThankYou(row[0], tuple(row[1])) if row else None


async def read_reaction(conn: Conn, reaction: Reaction) -> StoredReaction:
    """Return what is known of *reaction* from before."""
    of = {"voter": reaction.voter, "emoji": reaction.emoji}
    key = build_key(reaction.team, reaction.channel, reaction.ts) | of
    join, changed = await fetch_row(conn, _REACTED, key) or (None, None)
    joined, joined_changed = join or (None, None)
    return StoredReaction(joined, joined_changed, changed)


async def read_reply(conn: Conn, message: Message) -> StoredReply | None:
    """Return what *message* has joined, in an earlier version."""
    key = build_key(message.team, message.channel, message.ts)
    row = await fetch_row(conn, _REPLIED, key)
    return StoredReply(*row) if row else None


async def hear_reply(conn: Conn, message: Message) -> bool:
    """Note that *message* was heard; tell whether it was not before, in whichever version."""
    key = build_key(message.team, message.channel, message.ts)
    return await fetch_row(conn, _HEAR, key) is not None


async def store(conn: Conn, change: JoinChange) -> bool:
    """Let the way be as *change* has it; tell whether that is new."""
    vote = change.vote
    given = {
        "way": vote.way_ts, "voter": change.voter, "emoji": change.emoji,
        "targets": Jsonb(vote.targets), "points": vote.points, "reason": vote.reason,
        "because": vote.because, "present": change.present, "at": change.at,
        "changed": change.changed,
    }  # fmt: skip
    key = build_key(change.team, change.channel, change.ts)
    return await fetch_row(conn, _STORE, key | given) is not None


async def read_standing(
    conn: Conn, change: JoinChange, accounts: Sequence[str]
) -> JoinedVote | None:
    """Return what the first way gives that stands, of all by which any of *accounts* has joined."""
    key = build_key(change.team, change.channel, change.ts)
    row = await fetch_row(conn, _READ_STANDING, key | {"voters": list(accounts)})
    return JoinedVote(row[0], tuple(row[1]), *row[2:]) if row else None


async def find_joining_message(
    conn: Conn, thanked: tuple[str, str, str], accounts: Sequence[str]
) -> str | None:
    """Return the message by which any of *accounts* has joined the one that is *thanked*.

    *thanked* is its team, channel and ts; it is that message itself where a reaction was the way,
    and None where no way stands.
    """
    key = build_key(*thanked) | {"voters": list(accounts)}
    place: str | None = await fetch_value(conn, _PLACE, key)
    return place
