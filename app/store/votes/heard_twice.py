"""Finds what was heard under both the former and the new id of a channel, and drops one of the two.

Slack uses a new id at once, but reports the change in a separate event. Messages, edits and
reactions in between arrive under an id that the app doesn't know. Callers hold the rules
exclusively (`app.store.votes`), and have renamed everything that was heard only once.

The few rows left under the former id are looked up under the new one row by row (OFFSET 0): right
after the rename the planner underestimates the channel's rows, and would choose the slowest join.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from app.core.channel_ids import ChannelIdChange
from app.store.database import Conn, fetch_all, gather_columns

# The later version is kept; of equal versions, the one under the former id.
_HEARD_TWICE: Final = """
WITH o AS MATERIALIZED (
    SELECT message_ts, slot, revision FROM messages
    WHERE team_id = %(team)s AND channel_id = %(former)s
)
SELECT o.message_ts, o.slot, n.revision > o.revision, (
        SELECT min(voted_at) FROM vote_history AS v
        WHERE (v.team_id, v.message_ts, v.slot) = (%(team)s, o.message_ts, o.slot)
            AND v.channel_id
                = CASE WHEN n.revision > o.revision THEN %(former)s ELSE %(channel)s END
    )
FROM o CROSS JOIN LATERAL (
    SELECT revision FROM messages AS m
    WHERE (m.team_id, m.channel_id, m.message_ts, m.slot)
        = (%(team)s, %(channel)s, o.message_ts, o.slot) OFFSET 0
) AS n
ORDER BY o.message_ts COLLATE "C", o.slot COLLATE "C"
"""

# Only where the kept version has a reply too, since a message gets one reply.
_DROP_REPLIES: Final = """
DELETE FROM outbox AS o USING outbox AS kept,
    unnest(%(times)s::text[], %(slots)s::text[]) AS n (message_ts, slot)
WHERE o.team_id = %(team)s AND kept.team_id = %(team)s
  AND o.channel_id = %(dropped)s AND kept.channel_id = %(kept)s
  AND (o.message_ts, o.slot) = (n.message_ts, n.slot)
  AND (kept.message_ts, kept.slot, kept.kind) = (o.message_ts, o.slot, o.kind)
"""

# Without `paid`, the day that has paid is taken from the first ledger row, which may be the dropped
# version's once both have the same channel.
_KEEP_PAYMENTS: Final = """
UPDATE messages AS m SET paid = (
    SELECT coalesce(jsonb_object_agg(day, points) FILTER (WHERE points > 0), '{}') FROM (
        SELECT day, sum(points)::bigint AS points FROM (
            SELECT min(giver_day) AS day, abs(sum(coalesce(said, delta))) AS points
            FROM vote_history AS v
            WHERE (v.team_id, v.channel_id, v.message_ts, v.slot)
                = (m.team_id, m.channel_id, m.message_ts, m.slot)
            GROUP BY target_id
        ) AS vote WHERE day IS NOT NULL GROUP BY day
    ) AS payment)
FROM unnest(%(times)s::text[], %(slots)s::text[]) AS n (message_ts, slot)
WHERE (m.team_id, m.channel_id) = (%(team)s, %(kept)s)
  AND (m.message_ts, m.slot) = (n.message_ts, n.slot) AND m.paid IS NULL
"""

# A vote's last row has its reason. Once both versions have the same channel, that is a row by which
# the dropped one was withdrawn.
_KEEP_REASONS: Final = """
UPDATE vote_history AS v SET reason = (
    SELECT reason FROM vote_history AS k
    WHERE (k.team_id, k.channel_id, k.message_ts, k.slot, k.target_id)
        = (%(team)s, %(kept)s, v.message_ts, v.slot, v.target_id)
    ORDER BY k.id DESC LIMIT 1)
FROM unnest(%(times)s::text[], %(slots)s::text[]) AS n (message_ts, slot)
WHERE (v.team_id, v.channel_id) = (%(team)s, %(dropped)s)
  AND (v.message_ts, v.slot, v.kind) = (n.message_ts, n.slot, 'deletion')
"""

_DROP_MESSAGES: Final = """
DELETE FROM messages AS m USING unnest(%(times)s::text[], %(slots)s::text[]) AS n (message_ts, slot)
WHERE m.team_id = %(team)s AND m.channel_id = %(dropped)s
  AND (m.message_ts, m.slot) = (n.message_ts, n.slot)
"""

_REACTED_TWICE: Final = """
WITH left_over AS MATERIALIZED (
    SELECT DISTINCT message_ts, voter_id FROM reactions
    WHERE team_id = %(team)s AND channel_id = %(former)s
)
SELECT message_ts, voter_id, (
    SELECT max(target_id) FROM reactions AS r
    WHERE r.team_id = %(team)s AND r.channel_id IN (%(former)s, %(channel)s)
        AND (r.message_ts, r.voter_id) = (left_over.message_ts, left_over.voter_id)
) FROM left_over ORDER BY message_ts, voter_id
"""


def _drop_earlier(table: str, ts: str) -> str:
    """Return the statement that deletes the earlier of two states of each reaction or join.

    *ts* is the message's column in the key of *table*.
    """
    return f"""
WITH o AS MATERIALIZED (
    SELECT {ts}, voter_id, emoji, changed_ts FROM {table}
    WHERE team_id = %(team)s AND channel_id = %(former)s
), earlier AS MATERIALIZED (
    SELECT CASE WHEN n.changed_ts > o.changed_ts THEN %(former)s ELSE %(channel)s END AS channel_id,
        o.{ts}, o.voter_id, o.emoji
    FROM o CROSS JOIN LATERAL (
        SELECT changed_ts FROM {table} AS t
        WHERE (t.team_id, t.channel_id, t.{ts}, t.voter_id, t.emoji)
            = (%(team)s, %(channel)s, o.{ts}, o.voter_id, o.emoji) OFFSET 0
    ) AS n
)
DELETE FROM {table} AS t USING earlier AS e
WHERE t.team_id = %(team)s AND (t.channel_id, t.{ts}, t.voter_id, t.emoji)
    = (e.channel_id, e.{ts}, e.voter_id, e.emoji)
"""  # noqa: S608 (names of ours)


_DROP_SUPERSEDED: Final = (
    """
DELETE FROM offers AS o USING offers AS kept
WHERE o.team_id = %(team)s AND kept.team_id = %(team)s
  AND o.channel_id = %(channel)s AND kept.channel_id = %(former)s
  AND (o.message_ts, o.handle, o.user_id) = (kept.message_ts, kept.handle, kept.user_id)
""",
    _drop_earlier("reactions", "message_ts"),
    _drop_earlier("joins", "way_ts"),
)


@dataclass(frozen=True, slots=True)
class HeardTwice:
    """A message's votes, in one slot, that were heard under both ids of the channel."""

    ts: str
    slot: str
    is_newer: bool
    """Whether the version heard under the new id is the later one."""
    at: datetime | None
    """When the first vote of the dropped version was given; None if it never had one."""


@dataclass(frozen=True, slots=True)
class ReactedTwice:
    """One person's reactions to a message that were heard under both ids of its channel."""

    ts: str
    voter: str
    author: str
    """Who wrote the message; empty if unknown."""


async def list_heard_twice(conn: Conn, change: ChannelIdChange) -> list[HeardTwice]:
    """Return the votes heard under both ids, by message and slot."""
    return [HeardTwice(*row) for row in await fetch_all(conn, _HEARD_TWICE, asdict(change))]


async def list_reacted_twice(conn: Conn, change: ChannelIdChange) -> list[ReactedTwice]:
    """Return the reactions heard under both ids, by message and person."""
    return [ReactedTwice(*row) for row in await fetch_all(conn, _REACTED_TWICE, asdict(change))]


async def prepare_drop(
    conn: Conn, change: ChannelIdChange, found: Sequence[HeardTwice], dropped: str
) -> None:
    """Record which days have paid for the kept versions of *found*, and delete second replies."""
    parameters = _build_parameters(change, found, dropped)
    await conn.execute(_KEEP_PAYMENTS, parameters)
    await conn.execute(_DROP_REPLIES, parameters)


async def finish_drop(
    conn: Conn, change: ChannelIdChange, found: Sequence[HeardTwice], dropped: str
) -> None:
    """Once the votes of *found* under the id *dropped* are withdrawn, delete its `messages` rows.

    The kept versions keep their reasons.
    """
    parameters = _build_parameters(change, found, dropped)
    await conn.execute(_KEEP_REASONS, parameters)
    await conn.execute(_DROP_MESSAGES, parameters)


def _build_parameters(
    change: ChannelIdChange, found: Sequence[HeardTwice], dropped: str
) -> dict[str, Any]:
    kept = change.channel if dropped == change.former else change.former
    which = gather_columns(found, times="ts", slots="slot")
    return {"team": change.team, "dropped": dropped, "kept": kept} | which


async def drop_superseded(conn: Conn, change: ChannelIdChange) -> None:
    """Delete the earlier states of reactions and joins, and one of two offers."""
    for statement in _DROP_SUPERSEDED:
        await conn.execute(statement, asdict(change))
