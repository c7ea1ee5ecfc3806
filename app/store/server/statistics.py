"""Lets PostgreSQL know what its tables hold before autovacuum comes by, which may take a minute.

Until then it plans by guesses, by which one index is as good as another: a reply is then looked up
by reading all of its workspace, and that costs more than the vote.
"""

from typing import Any, Final

from psycopg import AsyncConnection, sql

_STALE: Final = """
SELECT schemaname, relname FROM pg_stat_user_tables
WHERE schemaname = current_schema() AND n_mod_since_analyze > greatest(50, n_live_tup / 2)
ORDER BY relname
"""


async def refresh(conn: AsyncConnection[Any]) -> list[str]:
    """Look anew at the tables of which more than half has changed; return their names."""
    stale = await (await conn.execute(_STALE)).fetchall()
    if stale:
        tables = sql.SQL(", ").join(sql.Identifier(*names) for names in stale)
        await conn.execute(sql.SQL("ANALYZE (SKIP_LOCKED) {}").format(tables))
    return [name for _, name in stale]
