"""Keeps whose votes do not count, and until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection

from app.store.workspace import audit
from app.store.workspace.audit import Act

_HELD: Final = """
SELECT until FROM bans WHERE (team_id, user_id) = (%(team)s, %(user)s) FOR UPDATE
"""

_BAN: Final = """
INSERT INTO bans (team_id, user_id, until, banned_by)
VALUES (%(team)s, %(user)s, %(until)s, %(by)s)
ON CONFLICT (team_id, user_id) DO UPDATE
SET until = EXCLUDED.until, banned_by = EXCLUDED.banned_by, banned_at = now()
"""

_LIFT: Final = "DELETE FROM bans WHERE (team_id, user_id) = (%(team)s, %(user)s)"


@dataclass(frozen=True, slots=True)
class Ban:
    """That the votes of *user* do not count."""

    team: str
    by: str
    user: str
    until: datetime | None = None
    """None: until it is lifted."""

    @property
    def parameters(self) -> dict[str, Any]:
        """Return these as a query takes them."""
        return {"team": self.team, "user": self.user, "until": self.until, "by": self.by}


async def ban(conn: AsyncConnection[Any], wanted: Ban) -> None:
    """Let *wanted* hold, in place of any ban before."""
    async with conn.transaction():
        before = await _held(conn, wanted)
        await conn.execute(_BAN, wanted.parameters)
        await audit.note(conn, _act("ban", wanted, before, _told(wanted.until)))


async def lift(conn: AsyncConnection[Any], wanted: Ban, now: datetime) -> bool:
    """Lift the ban of its user; tell whether there was one *now*."""
    async with conn.transaction():
        before = await _held(conn, wanted)
        if before is None:
            return False
        await conn.execute(_LIFT, wanted.parameters)
        ended = before["until"] and datetime.fromisoformat(before["until"]) <= now
        if not ended:
            await audit.note(conn, _act("unban", wanted, before))
        return not ended


def _act(act: str, of: Ban, before: object, after: object = None) -> Act:
    return Act(of.team, of.by, act, of.user, before, after)


async def _held(conn: AsyncConnection[Any], of: Ban) -> dict[str, str | None] | None:
    row = await (await conn.execute(_HELD, of.parameters)).fetchone()
    return _told(row[0]) if row else None


def _told(until: datetime | None) -> dict[str, str | None]:
    return {"until": until.isoformat() if until else None}
