"""Stores who has opted out, always together with a change of the rules, of which it's a part."""

from collections.abc import Sequence
from typing import Final

from app.core.message import Message
from app.core.replies import OptOutsReply
from app.store.database import Conn, fetch_all
from app.store.outbox import outbox
from app.store.outbox.outbox import ReplyToWrite

ABOUT: Final = "opted_out/"
"""What precedes a person's id where `told` records that a voter knows of their opt-out."""
TOLD: Final = f"about = %(about)s AND starts_with(about, '{ABOUT}')"
"""The condition of those records about one person, as their index needs it."""

_OPT_OUT: Final = """
INSERT INTO hidden_members (team_id, user_id, why) VALUES (%(team)s, %(user)s, 'opted_out')
ON CONFLICT DO NOTHING
"""

# If the person opts out again later, voters are told again.
_OPT_IN: Final = f"""
WITH told AS (
    DELETE FROM told
    WHERE team_id = %(team)s AND {TOLD}
)
DELETE FROM hidden_members
WHERE (team_id, user_id, why) = (%(team)s, %(user)s, 'opted_out')
"""  # noqa: S608 (made of a constant)

# In key order, so that two such statements don't deadlock.
_TELL: Final = """
INSERT INTO told (team_id, user_id, about)
SELECT %(team)s::text, %(voter)s, a FROM unnest(%(about)s::text[]) AS a ORDER BY a COLLATE "C"
ON CONFLICT DO NOTHING
RETURNING about
"""


async def opt_out(conn: Conn, team: str, user: str) -> bool:
    """Opt *user* out of being counted and shown; return False if they already were."""
    return (await conn.execute(_OPT_OUT, {"team": team, "user": user})).rowcount > 0


async def opt_in(conn: Conn, team: str, user: str) -> bool:
    """Opt *user* back in; return False if they weren't opted out."""
    parameters = {"team": team, "user": user, "about": f"{ABOUT}{user}"}
    return (await conn.execute(_OPT_IN, parameters)).rowcount > 0


async def write_opt_out_reply(conn: Conn, message: Message, users: Sequence[str]) -> int:
    """Write a reply that tells the author of *message* alone that *users* have opted out.

    It's said once about each of them. Returns how many replies were written.
    """
    about = [f"{ABOUT}{user}" for user in users]
    async with conn.transaction():
        parameters = {"team": message.team, "voter": message.author, "about": about}
        rows = await fetch_all(conn, _TELL, parameters)
        news = sorted(word.removeprefix(ABOUT) for (word,) in rows)
        if news:
            reply = OptOutsReply(tuple(news))
            await outbox.write(
                conn, ReplyToWrite(message.key, reply, message.author, message.thread)
            )
    return int(bool(news))
