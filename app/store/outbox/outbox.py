"""The outbox: replies that wait to be posted, each once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.core.audience import Way
from app.core.message import TIMESTAMP, Message, SlotKey
from app.core.replies import HintReply, read_reply
from app.core.reply_body import ReplyBody, ReplyKind
from app.store.database import Conn, fetch_all, fetch_row

EVERYONE: Final = ""
"""The `only_for` of a reply that everyone sees."""

POST: Final = "chat.postMessage"
POST_ASIDE: Final = "chat.postEphemeral"
UPDATE: Final = "chat.update"
REACT: Final = "reactions"
"""Slack's methods that deliver replies; REACT stands for both adding and removing a reaction."""

_TELL: Final = """
INSERT INTO told AS t (team_id, user_id, about) VALUES (%(team)s, %(user)s, %(about)s)
ON CONFLICT (team_id, user_id, about) DO UPDATE SET told_at = EXCLUDED.told_at
WHERE EXCLUDED.told_at - t.told_at >= interval '1 day'
RETURNING 1
"""


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
    """`post`, or `reaction` if the app reacts to the message instead."""
    only_for: str
    thread_ts: str | None
    body: Any
    attempts: int
    age: float
    """Seconds since it was written."""
    version: int
    posted_ts: str | None
    """The ts of the message that already contains it and is to be updated; of a joined vote, the
    message that has the app's reaction.
    """
    unsure: bool
    """Whether an earlier attempt may have posted it without our knowing."""
    orphaned: bool
    """Whether a claim on it has expired: the process that held it may have died while posting."""
    method: str
    """The method that delivers it: POST, POST_ASIDE, UPDATE or REACT."""

    @property
    def own_thread(self) -> str | None:
        """The thread of the message that it answers, wherever it's posted; None without one.

        The feed answers none: its messages are in other channels.
        """
        if self.kind == ReplyKind.FEED:
            return None
        return self.thread_ts or (self.message_ts if TIMESTAMP.fullmatch(self.message_ts) else None)

    @property
    def content(self) -> ReplyBody:
        """Return the parsed body; raises ValueError if it's malformed."""
        return read_reply(self.kind, self.body)


_SHARING: Final = """
SELECT message_ts, body FROM outbox
WHERE (team_id, channel_id, posted_ts) = (%(team)s, %(channel)s, %(ts)s) AND kind = %(kind)s
ORDER BY id
"""

_WRITE: Final = """
INSERT INTO outbox (team_id, channel_id, message_ts, slot, kind, only_for, way, thread_ts, body,
    due_at)
SELECT %(team)s::text, r.channel, r.ts, r.slot, r.kind, r.only_for, r.way, r.thread, r.body,
    coalesce(r.due, now())
FROM jsonb_to_recordset(%(rows)s) AS r (place integer, channel text, ts text, slot text,
    kind text, only_for text, way text, thread text, body jsonb, due timestamptz)
ORDER BY place
ON CONFLICT DO NOTHING
"""


async def read_replies_in_post(conn: Conn, reply: ClaimedReply) -> list[tuple[str, ReplyBody]]:
    """Return all replies in the same message as *reply*, in order.

    Each comes with the ts of the message that it answers.
    """
    key = SlotKey(reply.team_id, reply.channel_id, str(reply.posted_ts))._asdict()
    rows = await fetch_all(conn, _SHARING, key | {"kind": reply.kind})
    return [(ts, read_reply(reply.kind, body)) for ts, body in rows]


@dataclass(frozen=True, slots=True)
class ReplyToWrite:
    """A reply to a message's votes, to be put into the outbox."""

    key: SlotKey
    reply: ReplyBody
    only_for: str = EVERYONE
    thread: str | None = None
    way: Way = Way.POST
    due: datetime | None = None
    """When it's due; None: at once."""


async def write(conn: Conn, *replies: ReplyToWrite) -> None:
    """Put *replies*, all of one team, into the outbox, once per message, kind and reader."""
    rows = [
        {
            "place": place, "channel": one.key.channel, "ts": one.key.ts, "slot": one.key.slot,
            "kind": one.reply.kind, "only_for": one.only_for, "way": one.way, "thread": one.thread,
            "body": one.reply.to_json(), "due": one.due and one.due.isoformat(),
        }
        for place, one in enumerate(replies)
    ]  # fmt: skip
    await conn.execute(_WRITE, {"team": replies[0].key.team, "rows": Jsonb(rows)})


async def write_hint(conn: Conn, message: Message, hint: HintReply) -> int:
    """Write *hint* for *message*'s author alone, at most once a day per kind; return how many."""
    about = {"team": message.team, "user": message.author, "about": f"hint/{hint.hint}"}
    async with conn.transaction():
        if await fetch_row(conn, _TELL, about) is None:
            return 0
        await write(conn, ReplyToWrite(message.key, hint, message.author, message.thread_ts))
    return 1
