"""Database statistics for monitoring: sizes, index scans, and the outbox backlog."""

from typing import Any, Final

from psycopg.rows import dict_row

from app.store.database import Conn, fetch_row

# Row counts are autovacuum's estimates: counting would read every row. After a crash the number of
# live rows is lost, and that of the last ANALYZE is used.
_TABLES: Final = """
SELECT s.relname AS name,
    CASE WHEN s.n_live_tup > 0 THEN s.n_live_tup ELSE greatest(c.reltuples, 0)::bigint END AS rows,
    s.n_dead_tup AS dead_rows,
    round(pg_total_relation_size(s.relid) / 1048576.0, 2)::float8 AS mb,
    round(pg_indexes_size(s.relid) / 1048576.0, 2)::float8 AS indexes_mb
FROM pg_stat_user_tables AS s JOIN pg_class AS c ON c.oid = s.relid
WHERE s.schemaname = current_schema() AND s.relname !~ '^_?yoyo_'
ORDER BY pg_total_relation_size(s.relid) DESC, s.relname
"""

_INDEXES: Final = """
SELECT indexrelname AS name, relname AS table, idx_scan AS scans, idx_scan > 0 AS used,
    round(pg_relation_size(indexrelid) / 1048576.0, 2)::float8 AS mb
FROM pg_stat_user_indexes
WHERE schemaname = current_schema() AND relname !~ '^_?yoyo_'
ORDER BY relname, indexrelname
"""

_SERVER: Final = """
SELECT current_setting('server_version') AS version,
    round(pg_database_size(current_database()) / 1048576.0, 2)::float8 AS mb,
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
    current_setting('max_connections')::integer AS max_connections
"""

# By created_at, which a change to a reply renews; due_at moves on with each failed try.
BACKLOG: Final = """
SELECT count(*) AS waiting,
    extract(epoch FROM now() - min(least(created_at, now())))::float8 AS oldest
FROM outbox WHERE done_at IS NULL
"""


async def read_tables(conn: Conn) -> list[dict[str, Any]]:
    """Return each table with its estimated rows and its size, largest first."""
    return await _fetch_rows(conn, _TABLES)


async def read_indexes(conn: Conn) -> list[dict[str, Any]]:
    """Return each index, and how often it was scanned since the statistics were reset."""
    return await _fetch_rows(conn, _INDEXES)


async def read_server(conn: Conn) -> dict[str, Any]:
    """Return the server's version and connections, and the size of the database."""
    return (await _fetch_rows(conn, _SERVER))[0]


async def read_outbox_backlog(conn: Conn) -> tuple[int, float | None]:
    """Return how many replies wait, and for how many seconds the oldest has; None without any."""
    waiting, oldest = await fetch_row(conn, BACKLOG)
    return waiting, oldest


async def _fetch_rows(conn: Conn, query: str) -> list[dict[str, Any]]:
    cursor = conn.cursor(row_factory=dict_row)
    # Not prepared: each runs now and then, and a plan for a catalog is of no use later.
    await cursor.execute(query, prepare=False)
    return await cursor.fetchall()
