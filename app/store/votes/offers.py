"""Stores typed names that may mean a person, each with the vote pending the voter's answer.

A name that several people share is offered once for each of them; one answer settles them all.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Final

from app.core.message import AFTER, CLOSED, FIRST, Message, SlotKey
from app.core.reply_body import ReplyKind
from app.core.vote import THING, Vote
from app.store.database import Conn, fetch_all, fetch_as, fetch_column, fetch_value

PERSON: Final = "person"
AS_THING: Final = "thing"
"""The possible answers to an offer: its person, or a thing and so no person at all."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A pending vote for a typed name, and one person whom the name may mean."""

    id: int
    channel_id: str
    message_ts: str
    thread_ts: str | None
    voter_id: str
    handle: str
    user_id: str
    points: int
    reason: str | None
    because: str | None
    spelling: str
    answer: str | None
    offered_at: datetime

    def build_vote(self, answer: str) -> Vote:
        """Return the vote that counts after *answer*."""
        if answer == PERSON:
            return Vote(self.user_id, self.points, self.reason, self.because)
        return Vote(THING + self.handle, self.points, self.reason, self.because, self.spelling)


_OFFERS: Final = f"SELECT {', '.join(field.name for field in fields(Offer))} FROM offers"  # noqa: S608 (names of ours)

_READ_OFFERS: Final = f"""
{_OFFERS} WHERE (team_id, channel_id, message_ts) = (%(team)s, %(channel)s, %(ts)s)
ORDER BY id
"""

_READ_OFFER: Final = f"{_OFFERS} WHERE (team_id, id) = (%(team)s, %(id)s)"

# Votes already counted for a thing stay so, even if the name turns out to be a person's.
_AS_WRITTEN: Final = """
SELECT substr(target_id, 7) FROM vote_history
WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, '')
  AND target_id = ANY(%(things)s)
GROUP BY target_id HAVING sum(delta) <> 0
"""

# An edit replaces a vote that is still pending.
_OFFER: Final = """
INSERT INTO offers AS o (team_id, channel_id, message_ts, thread_ts, voter_id, handle, user_id,
    points, reason, because, spelling)
SELECT %(team)s::text, %(channel)s, %(ts)s, %(thread)s, %(voter)s, %(handle)s, u, %(points)s,
    %(reason)s, %(because)s, %(spelling)s
FROM unnest(%(users)s::text[]) AS u ORDER BY u COLLATE "C"
ON CONFLICT (team_id, channel_id, message_ts, handle, user_id) DO UPDATE SET
    points = EXCLUDED.points, reason = EXCLUDED.reason, because = EXCLUDED.because,
    spelling = EXCLUDED.spelling
WHERE o.answer IS NULL
RETURNING id, user_id, xmax = 0
"""

_CLOSE: Final = """
DELETE FROM offers
WHERE (team_id, channel_id, message_ts) = (%(team)s, %(channel)s, %(ts)s)
  AND answer IS NULL AND handle <> ALL(%(handles)s::text[])
"""

_LOCK: Final = f"{_READ_OFFERS} FOR UPDATE"

# The word before a reason (`because`) is read from the reply, the only place that stores it.
_READ_VOTES: Final = f"""
SELECT h.target_id, sum(coalesce(h.said, h.delta))::bigint,
    (array_agg(h.reason ORDER BY h.id DESC))[1], (
    SELECT line ->> 'because' FROM outbox AS o CROSS JOIN jsonb_array_elements(o.body) AS line
    WHERE (o.team_id, o.channel_id, o.message_ts, o.kind, o.slot)
        = (%(team)s, %(channel)s, %(ts)s, '{ReplyKind.VOTES}', '')
      AND line ->> 'target' = h.target_id LIMIT 1)
FROM vote_history AS h
WHERE (h.team_id, h.channel_id, h.message_ts, h.slot) = (%(team)s, %(channel)s, %(ts)s, '')
GROUP BY h.target_id HAVING sum(h.delta) <> 0 ORDER BY min(h.id)
"""  # noqa: S608 (made of constants)

_REVISION: Final = """
SELECT revision FROM messages
WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, '')
FOR UPDATE
"""

_HOLD_FIRST: Final = """
INSERT INTO messages AS m (team_id, channel_id, message_ts, slot)
VALUES (%(team)s, %(channel)s, %(ts)s, '')
ON CONFLICT (team_id, channel_id, message_ts, slot) DO UPDATE SET voted = m.voted
RETURNING revision
"""

# The reason isn't kept once the offer is answered.
_ANSWER: Final = """
UPDATE offers SET answer = %(answer)s, reason = NULL, because = NULL
WHERE (team_id, id) = (%(team)s, %(id)s)
"""

_MEANINGS: Final = """
SELECT handle, user_id FROM meanings
WHERE (team_id, voter_id) = (%(team)s, %(voter)s) AND handle = ANY(%(handles)s)
"""

_REMEMBER: Final = """
INSERT INTO meanings (team_id, voter_id, handle, user_id)
VALUES (%(team)s, %(voter)s, %(handle)s, %(user)s)
ON CONFLICT (team_id, voter_id, handle)
DO UPDATE SET user_id = EXCLUDED.user_id, decided_at = EXCLUDED.decided_at
"""


async def read_offers(conn: Conn, key: SlotKey) -> list[Offer]:
    """Return the offers of the message *key*."""
    return await fetch_as(conn, Offer, _READ_OFFERS, key._asdict())


async def read_offer(conn: Conn, team: str, row: int) -> Offer | None:
    """Return the offer with the id *row*; None if there is none."""
    return next(iter(await fetch_as(conn, Offer, _READ_OFFER, {"team": team, "id": row})), None)


async def find_counted_handles(
    conn: Conn, key: SlotKey, handles: Collection[str]
) -> Collection[str]:
    """Return those of *handles* to which, as things, the message *key* gives points."""
    things = [THING + handle for handle in handles]
    return set(await fetch_column(conn, _AS_WRITTEN, key._asdict() | {"things": things}))


async def store_offers(
    conn: Conn, message: Message, vote: Vote, users: Sequence[str]
) -> tuple[list[tuple[int, str]], bool]:
    """Store *vote* of *message* as pending, with an offer for each of the *users* it may mean.

    Returns the ids and users of the offers, sorted, and whether any is new. Answered offers stay
    as they are and aren't returned.
    """
    asker = {"voter": message.author, "thread": message.thread_ts, "users": list(users)}
    columns = message.key._asdict() | asdict(vote) | asker
    rows = await fetch_all(conn, _OFFER, columns)
    return sorted((row, user) for row, user, _ in rows), any(new for *_, new in rows)


async def close_offers(conn: Conn, key: SlotKey, handles: Collection[str]) -> None:
    """Delete the unanswered offers of the message *key*, except those for *handles*."""
    await conn.execute(_CLOSE, key._asdict() | {"handles": list(handles)})


async def lock_offers(conn: Conn, key: SlotKey) -> list[Offer]:
    """Lock the offers of the message *key* until the transaction ends; return them."""
    return await fetch_as(conn, Offer, _LOCK, key._asdict())


async def hold_first_version(conn: Conn, key: SlotKey) -> bool:
    """Record the message *key* as heard and lock it; return whether no later version was heard."""
    return bool(await fetch_value(conn, _HOLD_FIRST, key._asdict()) == FIRST)


async def lock_next_revision(conn: Conn, key: SlotKey) -> str | None:
    """Lock the message *key*; return the revision of an answer's change, or None if it's closed.

    The revision sorts after the current version and before any later edit.
    """
    before = str(await fetch_value(conn, _REVISION, key._asdict(), FIRST))
    return None if before in CLOSED else before + AFTER


async def read_written_votes(conn: Conn, key: SlotKey) -> list[Vote]:
    """Return the votes that the text of the message *key* gives now."""
    return [Vote(*row) for row in await fetch_all(conn, _READ_VOTES, key._asdict())]


async def record_answer(conn: Conn, team: str, offer: Offer, answer: str) -> None:
    """Store the voter's *answer* to *offer*, and remember what they mean by the name."""
    await conn.execute(_ANSWER, {"team": team, "id": offer.id, "answer": answer})
    meaning = {
        "team": team, "voter": offer.voter_id, "handle": offer.handle,
        "user": offer.user_id if answer == PERSON else "",
    }  # fmt: skip
    await conn.execute(_REMEMBER, meaning)


async def read_meanings(
    conn: Conn, team: str, voter: str, handles: Collection[str]
) -> dict[str, str]:
    """Return what *voter* means by *handles*, as far as known: a user id, or "" for a thing."""
    parameters = {"team": team, "voter": voter, "handles": list(handles)}
    return dict(await fetch_all(conn, _MEANINGS, parameters))
