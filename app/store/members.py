"""Keeps what people are called, so that a board names them without asking Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class Member:
    """A person, and when Slack last told us the name."""

    user_id: str
    name: str
    updated_at: datetime


_NAMED: Final = """
SELECT user_id, name, updated_at FROM members
WHERE team_id = %(team)s AND user_id = ANY(%(users)s)
"""

# In key order, so that two such statements do not wait for each other in a circle.
_REMEMBER: Final = """
INSERT INTO members AS m (team_id, user_id, name)
SELECT %(team)s, u.* FROM unnest(%(users)s::text[], %(names)s::text[]) AS u (user_id, name)
ORDER BY 2
ON CONFLICT (team_id, user_id) DO UPDATE SET name = EXCLUDED.name, updated_at = now()
"""


_GONE: Final = """
INSERT INTO hidden_members (team_id, user_id, why) VALUES (%(team)s, %(user)s, 'deactivated')
ON CONFLICT DO NOTHING
"""

_BACK: Final = """
DELETE FROM hidden_members
WHERE team_id = %(team)s AND user_id = %(user)s AND why = 'deactivated'
"""


async def named(conn: AsyncConnection[Any], team: str, users: Sequence[str]) -> list[Member]:
    """Return those of *users* whose names are known."""
    cursor = conn.cursor(row_factory=class_row(Member))
    await cursor.execute(_NAMED, {"team": team, "users": list(users)})
    return await cursor.fetchall()


async def remember(conn: AsyncConnection[Any], team: str, names: Mapping[str, str]) -> None:
    """Store the current *names*, by user id."""
    users, said = list(names), list(names.values())
    await conn.execute(_REMEMBER, {"team": team, "users": users, "names": said})


async def deactivated(conn: AsyncConnection[Any], team: str, user: str, *, gone: bool) -> None:
    """Show *user* on no board while *gone* from the workspace, and again once back."""
    await conn.execute(_GONE if gone else _BACK, {"team": team, "user": user})
