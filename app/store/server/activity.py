"""Asks the server what goes on: connections, what runs long, what is slow, what waits."""

from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from app.store.server.maintenance import Rows, has_extension

# The first word only: a statement may carry values.
_RUNNING: Final = """
SELECT pid, application_name AS application, usename AS role, state,
    extract(epoch FROM clock_timestamp() - xact_start)::bigint AS seconds,
    wait_event_type || ': ' || wait_event AS waits_for,
    upper(substring(query FROM '^[[:space:]]*([[:alpha:]]+)')) AS statement
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND xact_start < clock_timestamp() - interval '5 minutes'
    AND application_name NOT IN ('pptbot maintenance lock')
ORDER BY xact_start
"""

_CONNECTIONS: Final = """
SELECT coalesce(state, 'hidden from this role') AS state, application_name AS application,
    count(*) AS connections
FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""

_MOST: Final = """
SELECT current_setting('max_connections')::int AS most,
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken
"""

# Only kinds of statement whose constants PostgreSQL always replaces.
_SLOWEST: Final = """
SELECT regexp_replace(query, '[[:space:]]+', ' ', 'g') AS statement, calls,
    total_exec_time AS total_ms, mean_exec_time AS mean_ms, max_exec_time AS max_ms, rows
FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND query ~* '^[[:space:]]*(select|insert|update|delete|merge|with)[[:space:]]'
ORDER BY total_exec_time DESC LIMIT 10
"""

_OUTBOX: Final = """
SELECT count(*) AS waiting, extract(epoch FROM now() - min(created_at))::bigint AS oldest_seconds
FROM outbox WHERE done_at IS NULL
"""

_STANDBYS: Final = """
SELECT application_name AS application, state, sync_state,
    pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint AS behind_bytes
FROM pg_stat_replication ORDER BY 1
"""

_BEHIND: Final = """
SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::bigint AS seconds
"""

_SLOTS: Final = """
SELECT slot_name AS slot, active, wal_status FROM pg_replication_slots ORDER BY 1
"""


def read_long_transactions(conn: psycopg.Connection[Any]) -> Rows:
    """Return transactions that have been open for more than five minutes."""
    return _fetch_rows(conn, _RUNNING)


def count_connections(conn: psycopg.Connection[Any]) -> Rows:
    """Return how many connections this database has, by state and application."""
    return _fetch_rows(conn, _CONNECTIONS)


def read_connection_limits(conn: psycopg.Connection[Any]) -> dict[str, Any]:
    """Return how many connections the server takes, and how many are taken."""
    return _fetch_rows(conn, _MOST)[0]


def read_slowest_statements(conn: psycopg.Connection[Any]) -> tuple[str, Rows]:
    """Return why nothing is known, or an empty word, and the statements that took most time."""
    if not has_extension(conn, "pg_stat_statements"):
        return "pg_stat_statements is not installed", []
    try:
        return "", _fetch_rows(conn, _SLOWEST)
    except (
        psycopg.errors.ObjectNotInPrerequisiteState,
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.UndefinedTable,
        psycopg.errors.UndefinedColumn,
    ) as error:
        return str(error).partition("\n")[0], []


def read_outbox_backlog(conn: psycopg.Connection[Any]) -> dict[str, Any]:
    """Return how many replies wait, and for how many seconds the oldest has."""
    return _fetch_rows(conn, _OUTBOX)[0]


def read_replication(conn: psycopg.Connection[Any], *, standby: bool) -> dict[str, Any]:
    """Return which servers follow this one, or how far this one is behind."""
    if standby:
        return {"behind_seconds": _fetch_rows(conn, _BEHIND)[0]["seconds"]}
    return {"standbys": _fetch_rows(conn, _STANDBYS), "slots": _fetch_rows(conn, _SLOTS)}


def _fetch_rows(conn: psycopg.Connection[Any], query: str) -> Rows:
    return conn.cursor(row_factory=dict_row).execute(query).fetchall()
