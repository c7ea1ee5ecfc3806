"""Stores bans: whose votes don't count, and until when."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from app.store.database import Conn, fetch_row
from app.store.workspace import audit
from app.store.workspace.audit import Act
from app.store.workspace.rulebook import change_rules

_LOCK_BAN: Final = """
SELECT until FROM bans WHERE (team_id, user_id) = (%(team)s, %(user)s) FOR UPDATE
"""

_BAN: Final = """
INSERT INTO bans (team_id, user_id, until, banned_by)
VALUES (%(team)s, %(user)s, %(until)s, %(by)s)
ON CONFLICT (team_id, user_id) DO UPDATE
SET until = EXCLUDED.until, banned_by = EXCLUDED.banned_by, banned_at = EXCLUDED.banned_at
"""

_LIFT: Final = "DELETE FROM bans WHERE (team_id, user_id) = (%(team)s, %(user)s)"


@dataclass(frozen=True, slots=True)
class Ban:
    """A ban: the votes of *user* don't count."""

    team: str
    by: str
    user: str
    until: datetime | None = None
    """None: until it's lifted."""


async def store_ban(conn: Conn, ban: Ban) -> None:
    """Store *ban*, replacing any earlier ban of its user."""
    async with conn.transaction():
        await change_rules(conn, ban.team)
        before = await _lock_ban(conn, ban)
        await conn.execute(_BAN, asdict(ban))
        await audit.record_act(
            conn, Act(ban.team, ban.by, "ban", ban.user, before, _serialize_until(ban.until))
        )


async def lift_ban(conn: Conn, ban: Ban, now: datetime) -> bool:
    """Lift the user's ban; return whether one was in force at *now*."""
    async with conn.transaction():
        await change_rules(conn, ban.team)
        before = await _lock_ban(conn, ban)
        if before is None:
            return False
        await conn.execute(_LIFT, asdict(ban))
        ended = before["until"] and datetime.fromisoformat(before["until"]) <= now
        if not ended:
            await audit.record_act(conn, Act(ban.team, ban.by, "unban", ban.user, before))
        return not ended


async def _lock_ban(conn: Conn, ban: Ban) -> dict[str, str | None] | None:
    row = await fetch_row(conn, _LOCK_BAN, asdict(ban))
    return _serialize_until(row[0]) if row else None


def _serialize_until(until: datetime | None) -> dict[str, str | None]:
    return {"until": until.isoformat() if until else None}
