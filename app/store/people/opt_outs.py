"""Who wants to be neither counted nor shown: kept in the database, known in every process."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import AsyncConnection

from app.core.replies import OptOutsReply
from app.store.database import Database
from app.store.outbox import outbox

_OUT: Final = "SELECT team_id, user_id FROM hidden_members WHERE why = 'opted_out'"

_OPT_OUT: Final = """
INSERT INTO hidden_members (team_id, user_id, why) VALUES (%(team)s, %(user)s, 'opted_out')
ON CONFLICT DO NOTHING
"""

# Who opts out again later is told of again.
_OPT_IN: Final = """
WITH told AS (
    DELETE FROM told WHERE (team_id, about) = (%(team)s, %(about)s)
)
DELETE FROM hidden_members
WHERE (team_id, user_id, why) = (%(team)s, %(user)s, 'opted_out')
"""

# In key order, so that two such statements do not wait for each other in a circle.
_TELL: Final = """
INSERT INTO told (team_id, user_id, about)
SELECT %(team)s, %(voter)s, a FROM unnest(%(about)s::text[]) AS a ORDER BY a
ON CONFLICT DO NOTHING
RETURNING about
"""

_ABOUT: Final = "opted_out/"


class OptOuts:
    """Who has opted out, by team: known without asking the database, at most 2 s late.

    What this process changes, it knows at once; what others change it learns every second
    (`following.follow`).
    """

    def __init__(self) -> None:
        self._teams: dict[str, frozenset[str]] = {}
        self._changes = 0

    def get_users(self, team: str) -> frozenset[str]:
        """Return who has opted out of *team*."""
        return self._teams.get(team, frozenset())

    def add(self, team: str, user: str) -> None:
        """Note that *user* has opted out."""
        self._changes += 1
        self._teams[team] = self.get_users(team) | {user}

    def remove(self, team: str, user: str) -> None:
        """Note that *user* has opted in again."""
        self._changes += 1
        self._teams[team] = self.get_users(team) - {user}

    async def learn(self, database: Database) -> None:
        """Read who is out now; raises UnavailableError, and then knows what it knew."""
        changes = self._changes
        rows = await database.run(read_opted_out)
        if changes != self._changes:
            return  # what was read is older than what happened here meanwhile
        teams: dict[str, set[str]] = {}
        for team, user in rows:
            teams.setdefault(team, set()).add(user)
        self._teams = {team: frozenset(users) for team, users in teams.items()}


async def read_opted_out(conn: AsyncConnection[Any]) -> list[tuple[str, str]]:
    """Return everybody who has opted out, as team and user."""
    return await (await conn.execute(_OUT)).fetchall()


async def opt_out(conn: AsyncConnection[Any], team: str, user: str) -> bool:
    """Let *user* be counted and shown no more; return whether that is new."""
    cursor = await conn.execute(_OPT_OUT, {"team": team, "user": user})
    return cursor.rowcount > 0


async def opt_in(conn: AsyncConnection[Any], team: str, user: str) -> bool:
    """Let *user* be counted and shown again; return whether that is new."""
    about = f"{_ABOUT}{user}"
    cursor = await conn.execute(_OPT_IN, {"team": team, "user": user, "about": about})
    return cursor.rowcount > 0


async def write_opt_out_reply(
    conn: AsyncConnection[Any],
    message: tuple[str, str, str, str],
    thread: str | None,
    voter: str,
    users: Sequence[str],
) -> int:
    """Put into the outbox, for *voter* alone, that *users* have opted out: once for each of them.

    *message* is the key of the message that named them. Returns how many replies wait now.
    """
    about = [f"{_ABOUT}{user}" for user in users]
    async with conn.transaction():
        asked = {"team": message[0], "voter": voter, "about": about}
        rows = await (await conn.execute(_TELL, asked)).fetchall()
        news = sorted(word.removeprefix(_ABOUT) for (word,) in rows)
        if news:
            await outbox.write(conn, message, thread, OptOutsReply(tuple(news)), voter)
    return int(bool(news))
