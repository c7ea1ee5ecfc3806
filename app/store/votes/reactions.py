"""Stores which reactions stand on a message, so that their sum can be computed at any time.

All that one person gives on a message by emoji or form is one vote: it has one row in `messages`,
whose slot is the person, and every change of it locks that row. Merged accounts are one person:
their changes go into the slot that has given points, or else into the acting account's own.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from app.core.message import CLOSED, DELETED, SlotKey
from app.core.reactions import FORM, Reaction
from app.store.database import Conn, fetch_all, fetch_row, fetch_value

_LOCK_SLOT: Final = """
INSERT INTO messages AS m (team_id, channel_id, message_ts, slot)
VALUES (%(team)s, %(channel)s, %(ts)s, %(slot)s)
ON CONFLICT (team_id, channel_id, message_ts, slot) DO UPDATE SET voted = m.voted
RETURNING revision
"""

# Serializes a person's accounts, since the limit applies to the sum of their points.
_LOCK_ACCOUNTS: Final = """
SELECT pg_advisory_xact_lock(hashtext('accounts'), hashtext(%(team)s || %(ts)s || %(accounts)s))
"""

_SLOTS: Final = """
SELECT slot, sum(coalesce(said, delta))::bigint FROM vote_history
WHERE (team_id, channel_id, message_ts) = (%(team)s, %(channel)s, %(ts)s)
    AND slot = ANY(%(slots)s::text[])
GROUP BY slot HAVING sum(delta) <> 0 ORDER BY slot
"""

_READ_STATE: Final = f"""
SELECT EXISTS (
        SELECT FROM messages
        WHERE (team_id, channel_id, message_ts, slot, revision)
            = (%(team)s, %(channel)s, %(ts)s, '', %(deleted)s::text)
    ) OR EXISTS (
        SELECT FROM messages
        WHERE (team_id, channel_id, message_ts) = (%(team)s, %(channel)s, %(ts)s)
            AND (slot = ANY(%(persons)s::text[])
                OR slot = ANY(%(slots)s::text[]) AND revision IN {CLOSED})
    ), (SELECT min(voted_at) FROM vote_history
        WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, %(slot)s))
"""  # noqa: S608 (made of a constant)

# A change that isn't later than the stored one is a repeat, or came too late. A form overwrites
# whatever is stored: nobody submits two at once. A removal whose target is unknown never replaces a
# vote, which may have been in flight until now.
_STORE_REACTION: Final = """
INSERT INTO reactions AS r
    (team_id, channel_id, message_ts, voter_id, emoji, target_id, points, present, changed_ts)
VALUES (%(team)s, %(channel)s, %(ts)s, %(voter)s, %(emoji)s, %(target)s, %(points)s, %(added)s,
    %(changed)s)
ON CONFLICT (team_id, channel_id, message_ts, voter_id, emoji) DO UPDATE
SET present = EXCLUDED.present, changed_ts = EXCLUDED.changed_ts, target_id = EXCLUDED.target_id,
    points = CASE WHEN EXCLUDED.present OR %(overwrites)s THEN EXCLUDED.points ELSE r.points END
WHERE (r.changed_ts < EXCLUDED.changed_ts OR %(overwrites)s)
    AND (EXCLUDED.target_id <> '' OR r.target_id = '')
RETURNING 1
"""

_READ_FORM_VOTE: Final = f"""
SELECT m.slot = ANY(%(persons)s::text[]) OR m.revision IN {CLOSED}, coalesce(r.points, 0), (
        SELECT reason FROM vote_history AS v
        WHERE (v.team_id, v.channel_id, v.message_ts, v.slot)
            = (m.team_id, m.channel_id, m.message_ts, m.slot)
        ORDER BY id DESC LIMIT 1
    )
FROM messages AS m LEFT JOIN reactions AS r
ON (r.team_id, r.channel_id, r.message_ts, r.voter_id, r.emoji)
    = (m.team_id, m.channel_id, m.message_ts, m.slot, %(form)s) AND r.present
WHERE (m.team_id, m.channel_id, m.message_ts) = (%(team)s, %(channel)s, %(ts)s)
    AND m.slot = ANY(%(slots)s::text[] || %(persons)s::text[])
ORDER BY 1 DESC, r.points <> 0 DESC NULLS LAST LIMIT 1
"""  # noqa: S608 (made of a constant)

_READ_TARGET: Final = """
SELECT target_id FROM reactions
WHERE (team_id, channel_id, message_ts, voter_id, emoji)
    = (%(team)s, %(channel)s, %(ts)s, %(voter)s, %(emoji)s)
"""

_SUM_STANDING: Final = """
SELECT coalesce(sum(points) FILTER (WHERE emoji <> %(form)s), 0)::bigint,
    coalesce(bool_or(emoji = %(form)s), false)
FROM reactions
WHERE (team_id, channel_id, message_ts) = (%(team)s, %(channel)s, %(ts)s)
    AND voter_id = ANY(%(slots)s::text[]) AND present
"""

NOBODY: Final = ""
"""The target of a reaction that was removed before the message's author was known."""


@dataclass(frozen=True, slots=True)
class Giver:
    """A person who gives on a message: the slots of all their accounts, and their keyed hashes."""

    slots: list[str]
    persons: list[str]


@dataclass(frozen=True, slots=True)
class LockedSlot:
    """One person's votes on a message, which nobody else changes until the transaction ends."""

    slot: str
    """The slot in which the person's votes count."""
    other_points: int
    """The points that the person's other slots give."""
    revision: str
    """The next revision of these votes."""
    first_at: datetime | None
    """When the first of these votes was given; None before that."""

    @property
    def is_first(self) -> bool:
        """Return whether these votes have no revision yet."""
        return int(self.revision) == 1


@dataclass(frozen=True, slots=True)
class FormVote:
    """What a form has given, as far as it stands."""

    points: int = 0
    reason: str | None = None
    closed: bool = False
    """Whether it can't change anymore: it was taken back or archived, or somebody was forgotten."""


async def read_target(conn: Conn, reaction: Reaction) -> str | None:
    """Return the stored target of *reaction*, or None; its emoji may no longer be a vote."""
    target: str | None = await fetch_value(conn, _READ_TARGET, asdict(reaction))
    return target


async def _find_slot(conn: Conn, key: SlotKey, giver: Giver) -> tuple[str, int]:
    own = key.slot
    if len(giver.slots) == 1:
        return own, 0
    parameters = key._asdict() | asdict(giver) | {"accounts": " ".join(giver.slots)}
    await conn.execute(_LOCK_ACCOUNTS, parameters)
    given: dict[str, int] = dict(await fetch_all(conn, _SLOTS, parameters))
    slot = own if own in given else next(iter(given), own)
    return slot, sum(given.values()) - given.get(slot, 0)


async def lock_slot(
    conn: Conn, key: SlotKey, giver: Giver, *, outlives_message: bool = False
) -> LockedSlot | None:
    """Lock the votes of *giver*, whose own slot is in *key*, until the transaction ends.

    Returns None if they can't change anymore: they were taken back or archived, the giver or the
    receiver was forgotten, or the message was deleted and *outlives_message* is false.
    """
    slot, other_points = await _find_slot(conn, key, giver)
    parameters = key._replace(slot=slot)._asdict()
    revision = await fetch_value(conn, _LOCK_SLOT, parameters, "")
    if revision in CLOSED:
        return None
    conditions = asdict(giver) | {"deleted": None if outlives_message else DELETED}
    row = await fetch_row(conn, _READ_STATE, parameters | conditions)
    closed, first_at = row or (False, None)
    if closed:
        return None
    return LockedSlot(slot, other_points, f"{int(revision or 0) + 1:012d}", first_at)


async def store_reaction(conn: Conn, reaction: Reaction, author: str, points: int) -> bool:
    """Store *reaction* for *author*, worth *points* if added; return whether it was the latest."""
    vote = {"target": author, "points": points, "overwrites": reaction.emoji == FORM}
    return await fetch_row(conn, _STORE_REACTION, asdict(reaction) | vote) is not None


async def store_form_vote(conn: Conn, key: SlotKey, target: str, points: int, at: datetime) -> None:
    """Store that a form gives *points* to *target* in place of all reactions; 0 withdraws it."""
    form = Reaction(*key, None, FORM, added=points != 0, changed=f"{at.timestamp():.6f}")
    await store_reaction(conn, form, target, points)


async def read_form_vote(conn: Conn, key: SlotKey, giver: Giver) -> FormVote:
    """Return what a form of *giver* has given on the message *key*, as far as it stands."""
    parameters = key._asdict() | asdict(giver) | {"form": FORM}
    row = await fetch_row(conn, _READ_FORM_VOTE, parameters)
    if row is None:
        return FormVote()
    closed, points, reason = row
    return FormVote(points, reason if points else None, closed)


async def sum_standing(conn: Conn, key: SlotKey, giver: Giver) -> tuple[int, bool]:
    """Return the sum of *giver*'s reactions, and whether a form's points replace it."""
    parameters = key._asdict() | asdict(giver) | {"form": FORM}
    row = await fetch_row(conn, _SUM_STANDING, parameters)
    return (row[0], row[1]) if row else (0, False)
