"""Claims of what waits to be said: one process at a time says a reply, at Slack's pace.

Each statement is about one workspace, and takes its time as a parameter. All lock in one order: the
turns of channels by their names, then rows by their numbers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from psycopg import AsyncConnection

from app.core.replies import JOINING
from app.store.outbox.outbox import ClaimedReply

LEASE: Final = 6.0
"""Seconds for which a claim holds unless it is kept; a process that died keeps none."""

MOST_TOGETHER: Final = 20
"""Replies put together into one post."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claimed reply; *wait* and *pause* are seconds from then."""

    reply: ClaimedReply
    done: bool = False
    posted: str | None = None
    """The message in which it stands."""
    dropped: str | None = None
    """Why it will never be said."""
    wait: float = 0.0
    """After which it is tried again."""
    unsure: bool = False
    """Whether it may have been posted."""
    pause: float = 0.0
    """After which its channel may be spoken to again."""
    ended_at: datetime | None = None
    """When that was; None: now."""


_CLAIM: Final = """
SELECT claim_replies(
    %(team)s, %(channels)s, %(now)s, %(until)s, %(held)s, %(joining)s, %(together)s)
"""

# How many wait is as it was before; the epoch says that a try may have posted.
_SETTLE: Final = """
WITH said AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(versions)s::integer[], %(done)s::boolean[], %(posted)s::text[],
        %(dropped)s::text[], %(due)s::timestamptz[], %(unsure)s::boolean[]
    ) AS s (id, claimed, done, posted, dropped, due, unsure)
), free AS (
    SELECT * FROM unnest(%(channels)s::text[], %(free)s::timestamptz[]) AS f (channel_id, free_at)
), held AS MATERIALIZED (
    SELECT t.channel_id, free.free_at FROM turns AS t JOIN free USING (channel_id)
    WHERE t.team_id = %(team)s ORDER BY t.channel_id COLLATE "C" FOR UPDATE OF t
), turn AS (
    UPDATE turns AS t SET free_at = held.free_at FROM held
    WHERE t.team_id = %(team)s AND t.channel_id = held.channel_id
    RETURNING 1
), locked AS MATERIALIZED (
    SELECT o.id FROM outbox AS o JOIN said USING (id)
    WHERE o.team_id = %(team)s AND (SELECT count(*) FROM turn) >= 0
    ORDER BY o.id FOR UPDATE OF o
), settled AS (
    UPDATE outbox AS o SET
        done_at = CASE WHEN said.done AND o.version = said.claimed THEN %(now)s END,
        posted_ts = coalesce(said.posted, o.posted_ts), dropped = said.dropped, due_at = said.due,
        claimed_until = CASE WHEN said.unsure THEN 'epoch'::timestamptz END
    FROM locked JOIN said USING (id) WHERE o.team_id = %(team)s AND o.id = locked.id
    RETURNING o.done_at
)
SELECT (SELECT count(*) FROM outbox WHERE team_id = %(team)s AND done_at IS NULL)
    - (SELECT count(*) FROM settled WHERE done_at IS NOT NULL)
"""

_EXTEND: Final = """
WITH held AS MATERIALIZED (
    SELECT channel_id FROM turns
    WHERE team_id = %(team)s AND channel_id = ANY(%(channels)s)
    ORDER BY channel_id COLLATE "C" FOR UPDATE
), turn AS (
    UPDATE turns AS t SET free_at = %(until)s FROM held
    WHERE t.team_id = %(team)s AND t.channel_id = held.channel_id
    RETURNING 1
), locked AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE team_id = %(team)s AND id = ANY(%(ids)s) AND done_at IS NULL
      AND claimed_until IS NOT NULL AND (SELECT count(*) FROM turn) >= 0
    ORDER BY id FOR UPDATE
)
UPDATE outbox AS o SET claimed_until = %(until)s FROM locked
WHERE o.team_id = %(team)s AND o.id = locked.id
"""

_NEXT: Final = """
SELECT count(*)::int, extract(epoch FROM min(greatest(
    o.due_at, o.claimed_until, t.free_at)) FILTER (WHERE o.method <> ALL(%(held)s))
    - %(now)s)::float8
FROM waiting_replies AS o
LEFT JOIN turns AS t ON t.team_id = %(team)s AND t.channel_id = o.channel_id
WHERE o.team_id = %(team)s
"""

# The one question about all workspaces: in which of them anything waits.
_TEAMS: Final = """
SELECT clock_timestamp(), ARRAY(SELECT DISTINCT team_id FROM outbox WHERE done_at IS NULL)
"""


async def claim(
    conn: AsyncConnection[Any],
    team: str,
    channels: int,
    now: datetime,
    held: Collection[str] = (),
) -> list[ClaimedReply]:
    """Claim what at most *channels* channels of *team* may be told *now*, oldest first in each.

    What would be said by a method that is *held* stays.
    """
    parameters = {
        "team": team,
        "channels": channels,
        "now": now,
        "until": now + timedelta(seconds=LEASE),
        "held": list(held),
        "together": MOST_TOGETHER,
        "joining": list(JOINING),
    }
    row = await (await conn.execute(_CLAIM, parameters)).fetchone()
    return [ClaimedReply(**claimed) for claimed in row[0]] if row else []


async def settle(
    conn: AsyncConnection[Any], team: str, settlements: Sequence[Settlement], now: datetime
) -> int:
    """Note what became of replies of *team*, and when their channels may be spoken to again.

    Returns how many wait there now.
    """
    free: dict[str, datetime] = {}
    for one in settlements:
        channel, at = one.reply.channel_id, _add(one.ended_at or now, one.pause)
        free[channel] = max(at, free.get(channel, at))
    parameters = {
        "team": team,
        "now": now,
        "ids": [one.reply.id for one in settlements],
        "versions": [one.reply.version for one in settlements],
        "done": [one.done for one in settlements],
        "posted": [one.posted for one in settlements],
        "dropped": [one.dropped for one in settlements],
        "due": [_add(one.ended_at or now, one.wait) for one in settlements],
        "unsure": [one.unsure for one in settlements],
        "channels": list(free),
        "free": list(free.values()),
    }
    row = await (await conn.execute(_SETTLE, parameters)).fetchone()
    return row[0] if row else 0


def _add(at: datetime, seconds: float) -> datetime:
    return at + timedelta(seconds=seconds)


async def extend_claims(
    conn: AsyncConnection[Any], team: str, replies: Sequence[ClaimedReply], now: datetime
) -> None:
    """Hold on to *replies*, which are still being posted, and to their channels' turns."""
    parameters = {
        "team": team,
        "until": now + timedelta(seconds=LEASE),
        "channels": list({reply.channel_id for reply in replies}),
        "ids": [reply.id for reply in replies],
    }
    await conn.execute(_EXTEND, parameters)


async def read_next_due(
    conn: AsyncConnection[Any], team: str, now: datetime, held: Collection[str] = ()
) -> tuple[int, float | None]:
    """Return how much waits in *team*, and in how many seconds something can be claimed.

    None where nothing waits but what is said by methods that are *held*.
    """
    cursor = await conn.execute(_NEXT, {"team": team, "now": now, "held": list(held)})
    waiting, due = await cursor.fetchone() or (0, None)
    return waiting, due


async def read_waiting_teams(conn: AsyncConnection[Any]) -> tuple[datetime, list[str]]:
    """Return the database's time, and the workspaces in which anything waits to be said."""
    row = await (await conn.execute(_TEAMS)).fetchone()
    now, teams = row or (datetime.now(UTC), [])
    return now, teams
