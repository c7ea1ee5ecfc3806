"""Claims waiting replies, so that one process at a time posts each, at Slack's pace.

Each statement concerns one workspace, and takes the time as a parameter. All lock in one order:
turns by channel, then outbox rows by id.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final, NamedTuple

from psycopg.types.json import Jsonb

from app.core.replies import JOINING
from app.core.reply_body import ReplyKind
from app.store.database import Conn, fetch_row, fetch_value
from app.store.outbox.outbox import ClaimedReply

LEASE: Final = 6.0
"""Seconds that a claim lasts unless it's extended; a dead process extends none."""

LONGEST_WAIT: Final = 600.0
"""The most seconds between two tries, as Slack asks."""

MOST_TOGETHER: Final = 20
"""Most replies combined into one post."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome of a claimed reply."""

    reply: ClaimedReply
    done: bool = False
    posted: str | None = None
    """The ts of the message that contains it."""
    dropped: str | None = None
    """Why it will never be posted."""
    wait: float = 0.0
    """Seconds from *ended_at* until it's tried again."""
    unsure: bool = False
    """Whether it may have been posted."""
    pause: float = 0.0
    """Seconds from *ended_at* until its channel is free again."""
    ended_at: datetime | None = None
    """When the attempt ended; None: now."""


class NextReply(NamedTuple):
    """Whether replies wait in a workspace, and in how many seconds one can be claimed.

    *due* is None if nothing waits, or only replies by held methods.
    """

    waiting: bool
    due: float | None


_CLAIM: Final = """
SELECT claim_replies(
    %(team)s, %(channels)s, %(now)s, %(until)s, %(held)s, %(joining)s, %(together)s)
"""

_SETTLE: Final = """
SELECT settle_replies(%(team)s, %(now)s, %(held)s, %(settled)s, %(free)s)
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

_LIMIT_TURNS: Final = """
WITH late AS MATERIALIZED (
    SELECT channel_id FROM turns WHERE team_id = %(team)s AND free_at > %(until)s
    ORDER BY channel_id COLLATE "C" FOR UPDATE
)
UPDATE turns AS t SET free_at = %(until)s FROM late
WHERE t.team_id = %(team)s AND t.channel_id = late.channel_id
"""
# Digests are due, and dated, minutes after they were written. No try is later than the longest wait
# that Slack asks for.
_LIMIT_REPLIES: Final = f"""
WITH late AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE team_id = %(team)s AND done_at IS NULL AND (claimed_until > %(until)s
        OR created_at > %(now)s AND kind <> '{ReplyKind.DIGEST}'
        OR due_at > %(longest)s AND attempts > 0)
    ORDER BY id FOR UPDATE
)
UPDATE outbox AS o SET due_at = least(o.due_at, %(until)s),
    created_at = least(o.created_at, %(now)s),
    claimed_until = CASE WHEN o.claimed_until > %(until)s THEN %(until)s ELSE o.claimed_until END
FROM late WHERE o.team_id = %(team)s AND o.id = late.id
"""  # noqa: S608 (made of a constant)

# The only query across workspaces: which of them have replies waiting.
_TEAMS: Final = """
SELECT clock_timestamp(), ARRAY(SELECT DISTINCT team_id FROM outbox WHERE done_at IS NULL)
"""


async def claim(
    conn: Conn, team: str, channels: int, now: datetime, held: Collection[str] = ()
) -> tuple[list[ClaimedReply], NextReply]:
    """Claim replies due *now* in at most *channels* channels of *team*, oldest first in each.

    Replies that need a method in *held* stay.
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
    found = await fetch_value(conn, _CLAIM, parameters)
    replies = [ClaimedReply(**claimed) for claimed in found["replies"]]
    return replies, NextReply(found["waiting"], found["due"])


async def settle(
    conn: Conn,
    team: str,
    settlements: Sequence[Settlement],
    now: datetime,
    held: Collection[str] = (),
) -> NextReply:
    """Record the outcomes of replies of *team*, and when their channels are free again.

    A turn that another process has taken since is not shortened.
    """
    parameters = {
        "team": team,
        "now": now,
        "held": list(held),
        "settled": Jsonb([_build_row(one, now) for one in settlements]),
        "free": Jsonb(_list_free(settlements, now)),
    }
    found = await fetch_value(conn, _SETTLE, parameters)
    return NextReply(found["waiting"], found["due"])


def _build_row(one: Settlement, now: datetime) -> dict[str, Any]:
    return {
        "reply": one.reply.id,
        "attempts": one.reply.attempts,
        "version": one.reply.version,
        "done": one.done,
        "posted": one.posted,
        "dropped": one.dropped,
        "due": ((one.ended_at or now) + timedelta(seconds=one.wait)).isoformat(),
        "unsure": one.unsure,
    }


def _list_free(settlements: Sequence[Settlement], now: datetime) -> list[dict[str, Any]]:
    """Return when each channel is free, with a reply whose claim tells if the turn was kept."""
    pauses = ((one, timedelta(seconds=one.pause)) for one in settlements)
    ends = [((one.ended_at or now) + pause, one.reply) for one, pause in pauses]
    last = {reply.channel_id: (at, reply) for at, reply in sorted(ends, key=itemgetter(0))}
    return [
        {"channel": name, "at": at.isoformat(), "reply": reply.id, "attempts": reply.attempts}
        for name, (at, reply) in last.items()
    ]


async def extend_claims(
    conn: Conn, team: str, replies: Sequence[ClaimedReply], now: datetime
) -> None:
    """Extend the claims on *replies*, which are still being posted, and their channels' turns."""
    parameters = {
        "team": team,
        "until": now + timedelta(seconds=LEASE),
        "channels": list({reply.channel_id for reply in replies}),
        "ids": [reply.id for reply in replies],
    }
    await conn.execute(_EXTEND, parameters)


async def limit_waits(conn: Conn, team: str, now: datetime) -> None:
    """Shorten waits of *team* that began before the database's clock was set back."""
    until, longest = now + timedelta(seconds=LEASE), now + timedelta(seconds=LONGEST_WAIT)
    parameters = {"team": team, "now": now, "until": until, "longest": longest}
    await conn.execute(_LIMIT_TURNS, parameters)
    await conn.execute(_LIMIT_REPLIES, parameters)


async def read_waiting_teams(conn: Conn) -> tuple[datetime, list[str]]:
    """Return the database's time, and the workspaces in which replies wait."""
    now, teams = await fetch_row(conn, _TEAMS)
    return now, teams
