"""Lets the reply to a message follow its latest version, whether or not it was posted yet."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from app.core.message import Message
from app.store import outbox

Line = dict[str, Any]
"""One vote as the reply tells it; one that was withdrawn has no points, but `was`."""

_REPLY: Final = """
SELECT id, body, posted_ts IS NULL AND claimed_until IS NULL AS unsaid, dropped
FROM outbox
WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, %(slot)s)
  AND kind = 'votes' AND only_for = ''
FOR UPDATE
"""

_FORGET: Final = "DELETE FROM outbox WHERE (team_id, id) = (%(team)s, %(id)s)"

# What was posted is posted again as an update; what is being posted now is, once it is there.
_CHANGE: Final = """
UPDATE outbox SET body = %(body)s, version = version + 1, done_at = NULL, due_at = now()
WHERE (team_id, id) = (%(team)s, %(id)s)
"""


async def amend(
    conn: AsyncConnection[Any], message: Message, said: Sequence[Line], *, changed: bool
) -> bool:
    """Let the reply to *message* say what is *said*; return whether there is something to say.

    Where there is none, one is written only if votes have *changed*: the first may have been
    removed with time, or the votes counted without a word.
    """
    team, channel, ts, slot = message.key
    key = {"team": team, "channel": channel, "ts": ts, "slot": slot}
    row = await (await conn.execute(_REPLY, key)).fetchone()
    standing = [line for line in said if line["points"]]
    if row is None:
        return changed and await _write(conn, message, standing)
    reply, before, unsaid, dropped = row
    if dropped or _standing(before) == _standing(said):
        return False
    if unsaid and not standing:
        await conn.execute(_FORGET, {"team": message.team, "id": reply})
        return False
    body = standing if unsaid else list(said)
    await conn.execute(_CHANGE, {"team": message.team, "id": reply, "body": Jsonb(body)})
    return True


async def _write(conn: AsyncConnection[Any], message: Message, standing: Sequence[Line]) -> bool:
    if message.quiet or not standing:
        return False
    await outbox.write(conn, message.key, message.thread, "votes", list(standing))
    return True


def _standing(lines: Sequence[Line]) -> list[tuple[Any, ...]]:
    return [(li["target"], li["points"], li.get("reason")) for li in lines if li["points"]]
