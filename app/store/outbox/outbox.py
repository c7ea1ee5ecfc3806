"""The outbox: what waits to be said, claimed by one process at a time, at Slack's pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from app.core.audience import Way
from app.core.replies import JOINING, ReplyBody, VotesReply, read_reply

LEASE: Final = 6.0
"""Seconds for which a claim holds unless it is kept; a process that died keeps none."""

MOST_TOGETHER: Final = 20
"""Replies put together into one post."""

EVERYONE: Final = ""
"""Who sees a reply that is not for one person alone."""


@dataclass(frozen=True, slots=True)
class ClaimedReply:
    """A reply in the outbox, claimed by this process."""

    id: int
    team_id: str
    channel_id: str
    message_ts: str
    slot: str
    """Which votes on the message it answers."""
    kind: str
    way: str
    """`post`, or `reaction`: the app reacts to the message instead."""
    only_for: str
    thread_ts: str | None
    body: Any
    attempts: int
    age: float
    """Seconds since it was written."""
    version: int
    posted_ts: str | None
    """The message in which it stands already, and which is to be updated."""
    unsure: bool
    """Whether an earlier try may have posted it without our hearing so."""

    @property
    def content(self) -> ReplyBody:
        """Return what it says; raises where that is not to be read."""
        return read_reply(self.kind, self.body)


# One kind of reply of each channel whose turn it is; taking the turn is what decides between
# two processes. The turn is held for as long as the claim, and given back by `_settle`.
_CLAIM: Final = f"""
WITH due AS (
    SELECT DISTINCT ON (o.team_id, o.channel_id)
        o.team_id, o.channel_id, o.kind, o.only_for, o.way
    FROM outbox AS o
    LEFT JOIN turns AS t ON (t.team_id, t.channel_id) = (o.team_id, o.channel_id)
    LEFT JOIN turns AS w ON (w.team_id, w.channel_id) = (o.team_id, '')
    WHERE o.done_at IS NULL AND o.due_at <= now() AND coalesce(o.claimed_until, now()) <= now()
      AND coalesce(t.free_at, now()) <= now() AND coalesce(w.free_at, now()) <= now()
    ORDER BY o.team_id, o.channel_id, o.id
), turn AS (
    INSERT INTO turns AS t (team_id, channel_id, free_at)
    SELECT team_id, channel_id, now() + make_interval(secs => %(lease)s)
    FROM due ORDER BY team_id, channel_id LIMIT %(channels)s
    ON CONFLICT (team_id, channel_id) DO UPDATE SET free_at = EXCLUDED.free_at
    WHERE t.free_at <= now()
    RETURNING team_id, channel_id
), picked AS (
    SELECT o.team_id, o.id, o.claimed_until IS NOT NULL AS unsure
    FROM turn JOIN due USING (team_id, channel_id)
    CROSS JOIN LATERAL (
        SELECT team_id, id, claimed_until FROM outbox
        WHERE (team_id, channel_id) = (turn.team_id, turn.channel_id)
          AND (kind, only_for, way) = (due.kind, due.only_for, due.way)
          AND done_at IS NULL AND due_at <= now() AND coalesce(claimed_until, now()) <= now()
        ORDER BY id LIMIT CASE
            WHEN due.kind = ANY(%(joining)s) AND due.way = '{Way.POST}' THEN %(together)s ELSE 1 END
    ) AS o
)
UPDATE outbox AS o
SET claimed_until = now() + make_interval(secs => %(lease)s), attempts = o.attempts + 1
FROM picked WHERE (o.team_id, o.id) = (picked.team_id, picked.id)
RETURNING o.id, o.team_id, o.channel_id, o.message_ts, o.slot, o.kind, o.way, o.only_for,
    o.thread_ts, o.body, o.attempts, o.version, o.posted_ts,
    extract(epoch FROM now() - o.created_at)::float8 AS age, picked.unsure
"""  # noqa: S608 (made of constants)

_SETTLE: Final = """
WITH turn AS (
    UPDATE turns SET free_at = now() + make_interval(secs => %(pause)s)
    WHERE team_id = %(team)s AND channel_id = %(channel)s
)
UPDATE outbox SET
    done_at = CASE WHEN %(done)s AND version = said.claimed THEN now() END,
    posted_ts = coalesce(%(posted)s, posted_ts),
    dropped = %(dropped)s,
    due_at = now() + make_interval(secs => %(wait)s),
    claimed_until = CASE WHEN %(unsure)s THEN now() END
FROM unnest(%(ids)s::bigint[], %(versions)s::integer[]) AS said (reply, claimed)
WHERE team_id = %(team)s AND id = said.reply
"""

_SHARING: Final = f"""
SELECT message_ts, body FROM outbox
WHERE (team_id, channel_id, posted_ts) = (%(team)s, %(channel)s, %(ts)s)
  AND kind = '{VotesReply.kind}'
ORDER BY id
"""  # noqa: S608 (the same)

# Several people's votes may stand on one message, each with a reply of its own.
_STANDS: Final = f"""
SELECT count(*) > 0 FROM outbox CROSS JOIN LATERAL jsonb_array_elements(body) AS line
WHERE (team_id, channel_id, message_ts) = (%(team)s, %(channel)s, %(ts)s)
  AND kind = '{VotesReply.kind}' AND way = '{Way.REACTION}' AND (line ->> 'points')::bigint <> 0
"""  # noqa: S608 (the same)

_KEEP: Final = """
WITH turn AS (
    UPDATE turns SET free_at = now() + make_interval(secs => %(lease)s)
    WHERE (team_id, channel_id) IN (SELECT * FROM unnest(%(teams)s::text[], %(channels)s::text[]))
)
UPDATE outbox SET claimed_until = now() + make_interval(secs => %(lease)s)
WHERE done_at IS NULL AND claimed_until IS NOT NULL
  AND (team_id, id) IN (SELECT * FROM unnest(%(teams)s::text[], %(ids)s::bigint[]))
"""

_HOLD: Final = """
INSERT INTO turns AS t (team_id, channel_id, free_at)
VALUES (%(team)s, '', now() + make_interval(secs => %(pause)s))
ON CONFLICT (team_id, channel_id) DO UPDATE SET free_at = greatest(t.free_at, EXCLUDED.free_at)
"""

_NEXT: Final = """
SELECT extract(epoch FROM min(greatest(
    o.due_at, coalesce(o.claimed_until, o.due_at), coalesce(t.free_at, o.due_at),
    coalesce(w.free_at, o.due_at))) - now())::float8
FROM outbox AS o
LEFT JOIN turns AS t ON (t.team_id, t.channel_id) = (o.team_id, o.channel_id)
LEFT JOIN turns AS w ON (w.team_id, w.channel_id) = (o.team_id, '')
WHERE o.done_at IS NULL
"""

_WRITE: Final = """
INSERT INTO outbox (team_id, channel_id, message_ts, slot, kind, only_for, way, thread_ts, body)
VALUES (%(team)s, %(channel)s, %(ts)s, %(slot)s, %(kind)s, %(only_for)s, %(way)s, %(thread)s,
    %(body)s)
ON CONFLICT DO NOTHING
"""


async def claim(conn: AsyncConnection[Any], channels: int) -> list[ClaimedReply]:
    """Claim what at most *channels* channels may be told now, oldest first within each."""
    cursor = conn.cursor(row_factory=class_row(ClaimedReply))
    parameters = {
        "lease": LEASE,
        "channels": channels,
        "together": MOST_TOGETHER,
        "joining": list(JOINING),
    }
    await cursor.execute(_CLAIM, parameters)
    return sorted(await cursor.fetchall(), key=lambda reply: reply.id)


async def mark_posted(
    conn: AsyncConnection[Any], replies: Sequence[ClaimedReply], ts: str | None, pause: float
) -> None:
    """Note that *replies* stand in the message *ts*; the channel's next turn is in *pause* s."""
    await _settle(conn, replies, done=True, posted=ts, pause=pause)


async def mark_dropped(
    conn: AsyncConnection[Any], replies: Sequence[ClaimedReply], reason: str, pause: float
) -> None:
    """Note that *replies* will never be posted."""
    await _settle(conn, replies, done=True, dropped=reason, pause=pause)


async def postpone(
    conn: AsyncConnection[Any],
    replies: Sequence[ClaimedReply],
    wait: float,
    *,
    unsure: bool = False,
) -> None:
    """Let *replies* wait for *wait* seconds; *unsure* when they may have been posted."""
    await _settle(conn, replies, wait=wait, pause=wait, unsure=unsure)


async def extend_claims(conn: AsyncConnection[Any], replies: Sequence[ClaimedReply]) -> None:
    """Hold on to *replies*, which are still being posted, and to their channels' turns."""
    teams, channels = [r.team_id for r in replies], [r.channel_id for r in replies]
    ids = [reply.id for reply in replies]
    parameters = {"lease": LEASE, "teams": teams, "channels": channels, "ids": ids}
    await conn.execute(_KEEP, parameters)


async def read_votes_in_post(
    conn: AsyncConnection[Any], reply: ClaimedReply
) -> list[tuple[str, VotesReply]]:
    """Return all replies that stand in the same message as *reply*, in order.

    Each with the ts of the message that it answers.
    """
    key = {"team": reply.team_id, "channel": reply.channel_id, "ts": reply.posted_ts}
    rows = await (await conn.execute(_SHARING, key)).fetchall()
    return [(ts, VotesReply.from_json(body)) for ts, body in rows]


async def has_standing_votes(conn: AsyncConnection[Any], reply: ClaimedReply) -> bool:
    """Tell whether any vote stands that a reaction to the message of *reply* answers."""
    key = {"team": reply.team_id, "channel": reply.channel_id, "ts": reply.message_ts}
    row = await (await conn.execute(_STANDS, key)).fetchone()
    return bool(row and row[0])


async def pause_workspace(conn: AsyncConnection[Any], team: str, seconds: float) -> None:
    """Let the whole workspace wait, as Slack asks when it answers 429."""
    await conn.execute(_HOLD, {"team": team, "pause": seconds})


async def read_next_due(conn: AsyncConnection[Any]) -> float | None:
    """Return in how many seconds something can be posted, or None when nothing waits."""
    cursor = await conn.execute(_NEXT)
    row = await cursor.fetchone()
    return row[0] if row else None


async def write(
    conn: AsyncConnection[Any],
    message: tuple[str, str, str, str],
    thread: str | None,
    reply: ReplyBody,
    only_for: str = EVERYONE,
) -> None:
    """Put a reply to *message* (team, channel, ts, slot) into the outbox, once per kind."""
    how = {"only_for": only_for, "way": Way.POST, "thread": thread}
    await _insert(conn, message, reply, how)


async def react(
    conn: AsyncConnection[Any], message: tuple[str, str, str, str], votes: VotesReply
) -> None:
    """Let the app react to *message* instead of telling what its votes came to."""
    how = {"only_for": EVERYONE, "way": Way.REACTION, "thread": None}
    await _insert(conn, message, votes, how)


async def _insert(
    conn: AsyncConnection[Any],
    message: tuple[str, str, str, str],
    reply: ReplyBody,
    how: dict[str, Any],
) -> None:
    team, channel, ts, slot = message
    key = {"team": team, "channel": channel, "ts": ts, "slot": slot}
    said = {"kind": reply.kind, "body": Jsonb(reply.to_json())}
    await conn.execute(_WRITE, key | how | said)


async def _settle(
    conn: AsyncConnection[Any],
    replies: Sequence[ClaimedReply],
    **outcome: Any,
) -> None:
    first = replies[0]
    defaults = {"done": False, "posted": None, "dropped": None, "wait": 0.0, "unsure": False}
    which = {"ids": [r.id for r in replies], "versions": [r.version for r in replies]}
    keys = {"team": first.team_id, "channel": first.channel_id}
    await conn.execute(_SETTLE, defaults | outcome | which | keys)
