"""Keeps who people are, so that a board names them without asking Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection

from app.core.person import Person, PersonKind


@dataclass(frozen=True, slots=True)
class Member:
    """A person, and when Slack last described them."""

    user_id: str
    updated_at: datetime
    person: Person


_NAMED: Final = """
SELECT user_id, updated_at, name, handle, time_zone, home_team, kind FROM members
WHERE team_id = %(team)s AND user_id = ANY(%(users)s)
"""

# In key order, so that two such statements do not wait for each other in a circle.
_REMEMBER: Final = """
INSERT INTO members AS m (team_id, user_id, name, handle, time_zone, home_team, kind)
SELECT %(team)s, u.* FROM unnest(
    %(users)s::text[], %(names)s::text[], %(handles)s::text[], %(zones)s::text[],
    %(homes)s::text[], %(kinds)s::text[]
) AS u (user_id, name, handle, time_zone, home_team, kind)
ORDER BY 2
ON CONFLICT (team_id, user_id) DO UPDATE SET
    name = EXCLUDED.name, handle = EXCLUDED.handle, time_zone = EXCLUDED.time_zone,
    home_team = EXCLUDED.home_team, kind = EXCLUDED.kind, updated_at = now()
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
    """Return those of *users* who are known."""
    cursor = await conn.execute(_NAMED, {"team": team, "users": list(users)})
    return [
        Member(user, at, Person(name, handle, zone, home, PersonKind(kind)))
        for user, at, name, handle, zone, home, kind in await cursor.fetchall()
    ]


async def remember(conn: AsyncConnection[Any], team: str, people: Mapping[str, Person]) -> None:
    """Store *people* as they are now, by user id."""
    said = list(people.values())
    columns = {
        "users": list(people),
        "names": [person.name for person in said],
        "handles": [person.handle for person in said],
        "zones": [person.time_zone for person in said],
        "homes": [person.home_team for person in said],
        "kinds": [str(person.kind) for person in said],
    }
    await conn.execute(_REMEMBER, {"team": team} | columns)


async def deactivated(conn: AsyncConnection[Any], team: str, user: str, *, gone: bool) -> None:
    """Show *user* on no board while *gone* from the workspace, and again once back."""
    await conn.execute(_GONE if gone else _BACK, {"team": team, "user": user})
