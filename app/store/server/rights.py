"""Whether votes can be stored: not on a replica, nor by a role that may only read."""

from typing import Final

from psycopg.errors import ReadOnlySqlTransaction

from app.store.database import Conn, UnavailableError

_WRITTEN: Final = ("messages", "vote_history", "leaderboard", "outbox")
"""The tables that each vote writes to."""

# Where a table is missing, migrations are: that is told elsewhere.
_RIGHTS: Final = """
SELECT current_setting('transaction_read_only')::boolean, ARRAY(
    SELECT name FROM unnest(%(tables)s::text[]) AS name
    WHERE NOT has_table_privilege(to_regclass(name), 'INSERT') ORDER BY name
)
"""


class RightsError(UnavailableError):
    """The role of DATABASE_URL may not write."""


async def require_writes(conn: Conn) -> None:
    """Raise ReadOnlySqlTransaction or RightsError where no vote could be stored."""
    cursor = await conn.execute(_RIGHTS, {"tables": list(_WRITTEN)})
    ((is_read_only, closed),) = await cursor.fetchall()
    if is_read_only:
        raise ReadOnlySqlTransaction
    if closed:
        raise RightsError(f"the role {conn.info.user} may not write to {', '.join(closed)}")
