"""Puts hints into the outbox: each kind once a day for each person."""

from typing import Any, Final

from psycopg import AsyncConnection

from app.core.message import Message
from app.core.replies import HintReply
from app.store.outbox import outbox

_TELL: Final = """
INSERT INTO told AS t (team_id, user_id, about) VALUES (%(team)s, %(user)s, %(about)s)
ON CONFLICT (team_id, user_id, about) DO UPDATE SET told_at = EXCLUDED.told_at
WHERE EXCLUDED.told_at - t.told_at >= interval '1 day'
RETURNING 1
"""


async def write_hint(conn: AsyncConnection[Any], message: Message, hint: HintReply) -> int:
    """Let whoever wrote *message* alone be told *hint*; return how many replies wait now."""
    about = {"team": message.team, "user": message.author, "about": f"hint/{hint.hint}"}
    async with conn.transaction():
        if await (await conn.execute(_TELL, about)).fetchone() is None:
            return 0
        await outbox.write(conn, message.key, message.thread_ts, hint, message.author)
    return 1
