"""Finds whose first vote or first point a message was, and notes that they are told so: once."""

from collections.abc import Collection
from typing import Any, Final

from psycopg import AsyncConnection

from app.core.message import Message, build_key
from app.core.replies import FirstPointReply, HintReply, NoticeReply
from app.store.outbox import outbox

FIRST_VOTE: Final = "first_vote"
FIRST_POINT: Final = "first_point"

_TELL_VOTER: Final = """
INSERT INTO told (team_id, user_id, about)
SELECT %(team)s, %(voter)s, %(about)s WHERE NOT EXISTS (
    SELECT FROM vote_history WHERE (team_id, voter_id) = (%(team)s, %(voter)s)
      AND (channel_id, message_ts, slot) <> (%(channel)s, %(ts)s, %(slot)s))
ON CONFLICT DO NOTHING RETURNING 1
"""

# Whoever had points before, also by an import, needs no welcome.
_TELL_RECEIVERS: Final = """
WITH given AS (
    SELECT target_id, sum(delta)::bigint AS points,
        (array_agg(reason ORDER BY id DESC))[1] AS reason
    FROM vote_history
    WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, %(slot)s)
      AND target_id = ANY(%(receivers)s::text[])
    GROUP BY target_id HAVING sum(delta) > 0
), news AS (
    INSERT INTO told (team_id, user_id, about)
    SELECT %(team)s, target_id, %(about)s FROM given WHERE NOT EXISTS (
        SELECT FROM vote_history AS h
        WHERE (h.team_id, h.target_id) = (%(team)s, given.target_id)
          AND (h.channel_id, h.message_ts, h.slot) <> (%(channel)s, %(ts)s, %(slot)s))
    ORDER BY target_id COLLATE "C"
    ON CONFLICT DO NOTHING RETURNING user_id
)
SELECT target_id, points, reason FROM given JOIN news ON user_id = target_id ORDER BY target_id
"""


async def write_first_vote(conn: AsyncConnection[Any], message: Message, hint: HintReply) -> int:
    """Let whoever wrote *message* be told *hint*, if they gave by it for the first time.

    Returns how many replies wait now.
    """
    key = build_key(*message.key) | {"voter": message.author, "about": FIRST_VOTE}
    async with conn.transaction():
        if await (await conn.execute(_TELL_VOTER, key)).fetchone() is None:
            return 0
        await outbox.write(conn, message.key, message.thread_ts, hint, message.author)
    return 1


async def write_first_points(
    conn: AsyncConnection[Any], message: Message, receivers: Collection[str]
) -> int:
    """Let those of *receivers* be told who got points by *message* for the first time."""
    asked = build_key(*message.key) | {"receivers": list(receivers), "about": FIRST_POINT}
    async with conn.transaction():
        rows = await (await conn.execute(_TELL_RECEIVERS, asked)).fetchall()
        for user, points, reason in rows:
            gift = NoticeReply(
                message.author, message.channel, points, reason, by_workflow=message.by_workflow
            )
            # In their own conversation; two messages in two channels may have the same time.
            key = (message.team, user, message.ts, f"{message.channel}/{message.slot}")
            await outbox.write(conn, key, None, FirstPointReply(gift))
    return len(rows)
