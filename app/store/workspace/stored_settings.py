"""Stores a workspace's settings; each decision, about one or more of them, is one transaction."""

from collections.abc import Mapping
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.core.settings.setting import SettingChange
from app.store.database import Conn, fetch_all
from app.store.workspace import audit
from app.store.workspace.audit import Act
from app.store.workspace.rulebook import change_rules

_READ_VALUES: Final = """
SELECT name, value FROM settings WHERE (team_id, channel_id) = (%(team)s, %(channel)s)
"""
_SET: Final = """
INSERT INTO settings (team_id, channel_id, name, value, changed_by)
VALUES (%(team)s, %(channel)s, %(name)s, %(value)s, %(by)s)
ON CONFLICT (team_id, channel_id, name) DO UPDATE
SET value = EXCLUDED.value, changed_by = EXCLUDED.changed_by, changed_at = EXCLUDED.changed_at
"""
_UNSET: Final = """
DELETE FROM settings WHERE (team_id, channel_id, name) = (%(team)s, %(channel)s, %(name)s)
"""


async def decide(
    conn: Conn,
    where: tuple[str, str],
    by: str,
    values: Mapping[str, Any],
    defaults: Mapping[str, Any],
) -> list[SettingChange]:
    """Store *values*, as JSON by name, for *where* (team, channel); return the changes.

    *defaults* holds the values in effect while nothing is stored. In a channel, None removes the
    stored value. Each change is a row of the audit, in the same transaction.
    """
    team, channel = where
    changes: list[SettingChange] = []
    async with conn.transaction():
        await change_rules(conn, team)  # so each decision knows the values before it
        rows = await fetch_all(conn, _READ_VALUES, {"team": team, "channel": channel})
        current = dict(defaults) | dict(rows)
        for name, value in values.items():
            if value != current.get(name):
                changes.append(SettingChange(name, current.get(name), value))
                await _store(conn, where, by, name, value)
        for one in changes:
            about = f"{one.name}@{channel}" if channel else one.name
            await audit.record_act(conn, Act(team, by, "setting", about, one.before, one.after))
    return changes


async def _store(conn: Conn, where: tuple[str, str], by: str, name: str, value: Any) -> None:
    team, channel = where
    row = {"team": team, "channel": channel, "name": name, "by": by}
    if value is None and channel:
        await conn.execute(_UNSET, row)
    else:
        await conn.execute(_SET, row | {"value": Jsonb(value)})
