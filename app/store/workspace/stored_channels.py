"""Stores whether a channel is private, when it was last heard, and what is yet to be read there."""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

import psycopg
from psycopg import AsyncConnection

from app.core.channel_ids import group_by_team
from app.store.connections import build_connection_options
from app.store.database import (
    UNLIMITED,
    Conn,
    Database,
    UnavailableError,
    fetch_all,
    fetch_column,
    fetch_row,
    fetch_value,
)
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

# In key order, as above.
_STORE_HEARD_TIMES: Final = f"""
WITH {WORKSPACE_ADDED}
INSERT INTO channels AS c (team_id, channel_id, heard_ts)
SELECT %(team)s::text, h.* FROM unnest(%(channels)s::text[], %(times)s::text[]) AS h (channel, ts)
ORDER BY h.channel COLLATE "C"
ON CONFLICT (team_id, channel_id) DO UPDATE
SET heard_ts = greatest(c.heard_ts, EXCLUDED.heard_ts), updated_at = EXCLUDED.updated_at
WHERE c.heard_ts IS NULL OR c.heard_ts < EXCLUDED.heard_ts
"""  # noqa: S608 (made of constants)

# A channel left unread by an earlier catch-up keeps its earlier start.
_MARK_MISSED: Final = """
UPDATE channels
SET read_ts = greatest(heard_ts::numeric - %(overlap)s::int, 0.0)::text, updated_at = now()
WHERE team_id = %(team)s AND read_ts IS NULL AND heard_ts IS NOT NULL
"""

_MARK_UNREAD: Final = """
INSERT INTO channels AS c (team_id, channel_id, read_ts)
SELECT %(team)s::text, w, %(since)s FROM unnest(%(channels)s::text[]) AS w
ORDER BY w COLLATE "C"
ON CONFLICT (team_id, channel_id) DO UPDATE
SET read_ts = least(c.read_ts, EXCLUDED.read_ts), updated_at = EXCLUDED.updated_at
"""

_LIST_UNREAD: Final = """
SELECT channel_id, read_ts::float8 FROM channels
WHERE team_id = %(team)s AND read_ts IS NOT NULL ORDER BY channel_id
"""

_LIST_HEARD: Final = """
SELECT channel_id FROM channels WHERE team_id = %(team)s AND heard_ts IS NOT NULL
"""

_MARK_READ: Final = """
UPDATE channels SET read_ts = %(until)s, updated_at = now()
WHERE (team_id, channel_id) = (%(team)s, %(channel)s)
"""


_ANY: Final = "SELECT FROM channels LIMIT 1"


async def has_no_channels(conn: Conn) -> bool:
    """Return whether no channel is stored: the app is new."""
    return await fetch_row(conn, _ANY) is None


async def record_heard(conn: Conn, newest: Mapping[tuple[str, str], str]) -> None:
    """Store the newest event's time in *newest*, by team and channel; never an earlier one."""
    for team, times in group_by_team(newest).items():
        parameters = {"team": team, "channels": list(times), "times": list(times.values())}
        await conn.execute(_STORE_HEARD_TIMES, parameters)


async def mark_missed(conn: Conn, overlap: int) -> None:
    """Mark every channel as unread from *overlap* seconds before it was last heard."""
    for team in await list_teams(conn):
        await conn.execute(_MARK_MISSED, {"team": team, "overlap": overlap})


async def mark_unread(conn: Conn, team: str, channels: Sequence[str], since: float) -> None:
    """Mark *channels* as unread from *since* (Unix seconds)."""
    parameters = {"team": team, "channels": list(channels), "since": _format_ts(since)}
    await conn.execute(_MARK_UNREAD, parameters)


async def list_unread(conn: Conn, team: str) -> list[tuple[str, float]]:
    """Return the channels of *team* still to be read, and from when (Unix seconds)."""
    return await fetch_all(conn, _LIST_UNREAD, {"team": team})


async def list_heard(conn: Conn, team: str) -> list[str]:
    """Return the channels of *team* in which an event was received."""
    return await fetch_column(conn, _LIST_HEARD, {"team": team})


async def mark_read(conn: Conn, team: str, channel: str, until: float | None = None) -> None:
    """Record that *channel* was read up to *until* (Unix seconds), or to its end if None."""
    at = None if until is None else _format_ts(until)
    await conn.execute(_MARK_READ, {"team": team, "channel": channel, "until": at})


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


async def list_possibly_public(conn: Conn, team: str) -> list[str]:
    """Return the channels of *team* that may be public."""
    return await fetch_column(conn, _LIST_POSSIBLY_PUBLIC, {"team": team})


@contextlib.asynccontextmanager
async def try_catch_up_lock(database: Database, team: str) -> AsyncIterator[bool]:
    """Try to take the catch-up lock of *team*; yield whether this process holds it.

    The lock belongs to a transaction on a connection of its own: PgBouncer keeps a transaction on
    one server connection in each of its modes, and the lock ends with the transaction. If the
    connection is lost, two processes may read the same history, which is harmless. Raises
    UnavailableError.
    """
    options = build_connection_options(database.url, database.limits.connect)
    async with contextlib.AsyncExitStack() as stack:
        try:
            conn = await AsyncConnection.connect(database.url, **options)
            stack.push_async_callback(conn.close)  # this ends the transaction too
            is_held = await _try_lock(conn, team)
        except psycopg.OperationalError as error:
            raise UnavailableError(type(error).__name__) from error
        yield is_held


async def _try_lock(conn: Conn, team: str) -> bool:
    key = int.from_bytes(hashlib.sha256(f"pptbot catch-up {team}".encode()).digest()[:8])
    await conn.execute("BEGIN")
    await conn.execute(UNLIMITED)
    is_held = await fetch_value(conn, "SELECT pg_try_advisory_xact_lock(%s)", [key - (1 << 63)])
    # A statement with parameters keeps its snapshot until the next one: during the whole catch-up,
    # VACUUM could remove nothing.
    await conn.execute("SELECT")
    return bool(is_held)


def _format_ts(at: float) -> str:
    return f"{max(at, 0.0):.6f}"
