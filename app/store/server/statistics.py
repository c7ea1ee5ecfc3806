"""Lets PostgreSQL know what its tables hold before autovacuum runs, which may take a minute.

Until then it plans by guesses, by which one index is as good as another: a reply is then looked up
by reading all of its workspace, and that costs more than the vote. In a cluster each node's own
autovacuum is enough, since no vote cost less there after it; and no change is counted here.
"""

import contextlib
from typing import Final

from psycopg import ProgrammingError, sql

from app.store.database import Conn
from app.store.server.maintenance import list_tables

_STALE: Final = """
SELECT relname FROM pg_stat_user_tables
WHERE schemaname = current_schema() AND relname = ANY (%(tables)s)
    AND n_mod_since_analyze > greatest(50, n_live_tup / 2)
ORDER BY relname
"""
_ANALYZE: Final = sql.SQL("ANALYZE (SKIP_LOCKED) {}")


async def refresh(conn: Conn) -> list[str]:
    """Look anew at our tables of which more than half has changed; return those that still wait.

    That are tables that somebody holds, or that belong to another role.
    """
    for name in await _list_stale(conn):
        with contextlib.suppress(ProgrammingError):  # it was dropped, or is another role's
            await conn.execute(_ANALYZE.format(sql.Identifier(name)))
    return await _list_stale(conn)


async def _list_stale(conn: Conn) -> list[str]:
    rows = await (await conn.execute(_STALE, {"tables": list_tables()})).fetchall()
    return [name for (name,) in rows]
