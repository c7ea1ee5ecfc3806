"""Stores which channels are private, as Slack last reported it."""

from collections.abc import Mapping
from typing import Final

from app.store.database import Conn, fetch_all, fetch_value
from app.store.server.rights import require_writes
from app.store.workspace.workspaces import WORKSPACE_ADDED, list_teams

# In key order, so that two such statements don't deadlock.
_STORE_PRIVACY: Final = f"""
WITH {WORKSPACE_ADDED}
INSERT INTO channels AS c (team_id, channel_id, private)
SELECT %(team)s::text, p.*
FROM unnest(%(channels)s::text[], %(private)s::boolean[]) AS p (channel, private)
ORDER BY p.channel COLLATE "C"
ON CONFLICT (team_id, channel_id)
DO UPDATE SET private = EXCLUDED.private, updated_at = EXCLUDED.updated_at
WHERE c.private IS DISTINCT FROM EXCLUDED.private
"""  # noqa: S608 (made of constants)

_PRIVATE: Final = """
SELECT private FROM channels WHERE team_id = %(team)s AND channel_id = %(channel)s
"""

_ANY_PUBLIC: Final = """
SELECT EXISTS (
    SELECT FROM channels
    WHERE team_id = %(team)s AND channel_id = ANY(%(channels)s) AND NOT private
)
"""

# A public channel may be private by now; NULL counts as private.
_MARK_PRIVACY_UNKNOWN: Final = """
UPDATE channels SET private = NULL, updated_at = now()
WHERE team_id = %(team)s AND NOT private
"""

_LIST_POSSIBLY_PUBLIC: Final = """
SELECT channel_id FROM channels
WHERE team_id = %(team)s AND private IS NOT true AND starts_with(channel_id, 'C')
ORDER BY channel_id
"""


async def record_privacy(conn: Conn, team: str, private: Mapping[str, bool]) -> bool:
    """Store which channels of *team* are *private*; return whether any of that is new."""
    parameters = {"team": team, "channels": list(private), "private": list(private.values())}
    return bool((await conn.execute(_STORE_PRIVACY, parameters)).rowcount)


async def becomes_private(conn: Conn, team: str, private: Mapping[str, bool]) -> bool:
    """Return whether any channel of *team* that is *private* now is stored as public."""
    parameters = {"team": team, "channels": [channel for channel in private if private[channel]]}
    return bool(parameters["channels"] and await fetch_value(conn, _ANY_PUBLIC, parameters))


async def is_private(conn: Conn, team: str, channel: str) -> bool | None:
    """Return whether *channel* is private, as Slack last reported; None if it hasn't."""
    private: bool | None = await fetch_value(conn, _PRIVATE, {"team": team, "channel": channel})
    return private


async def mark_privacy_unknown(conn: Conn) -> None:
    """Mark the privacy of all public channels as unknown, until it's stored again.

    Raises what `require_writes` raises, even if no channel is stored: this is a start's first
    write.
    """
    await require_writes(conn)
    for team in await list_teams(conn):
        await conn.execute(_MARK_PRIVACY_UNKNOWN, {"team": team})


async def list_possibly_public(conn: Conn) -> list[tuple[str, str]]:
    """Return the team and id of each channel that may be public."""
    found: list[tuple[str, str]] = []
    for team in await list_teams(conn):
        rows = await fetch_all(conn, _LIST_POSSIBLY_PUBLIC, {"team": team})
        found += [(team, channel) for (channel,) in rows]
    return found
