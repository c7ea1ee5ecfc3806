"""Queries and vacuuming for bin/maintenance: the state of the tables and the server."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.errors import LockNotAvailable
from psycopg.rows import dict_row

from app.store.database import SyncConn, read_value
from app.store.migrations import list_created
from app.store.server.stats import BACKLOG

Rows = list[dict[str, Any]]

_DATABASE: Final = """
SELECT current_database() AS name, current_setting('server_version') AS server,
    pg_database_size(current_database()) AS bytes, age(datfrozenxid) AS xid_age,
    current_setting('autovacuum_freeze_max_age')::bigint AS xid_age_of_autovacuum,
    pg_is_in_recovery() AS standby, datcollversion IS NOT NULL
        AND datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid) AS resorted,
    (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()) AS counted_since
FROM pg_database WHERE datname = current_database()
"""

_TABLES: Final = """
SELECT c.relname AS table, greatest(c.reltuples, 0)::bigint AS rows,
    pg_relation_size(c.oid) AS heap_bytes, pg_indexes_size(c.oid) AS index_bytes,
    coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) AS toast_bytes,
    pg_total_relation_size(c.oid) AS bytes, s.n_dead_tup AS dead_rows,
    greatest(s.last_vacuum, s.last_autovacuum) AS vacuumed_at,
    greatest(s.last_analyze, s.last_autoanalyze) AS analyzed_at, age(c.relfrozenxid) AS xid_age
FROM pg_class AS c JOIN pg_stat_user_tables AS s ON s.relid = c.oid
WHERE c.oid = ANY(%(tables)s::regclass[]) ORDER BY bytes DESC, 1
"""

# The size that rows should have by their average widths: a header of 24 bytes and a pointer of 4
# each, rounded up to 8, in pages with 24 bytes of overhead and perhaps a fillfactor.
_BLOAT: Final = """
WITH width AS (
    SELECT starelid, sum((1 - stanullfrac) * stawidth) AS data
    FROM (SELECT c.oid AS starelid, s.null_frac AS stanullfrac, s.avg_width AS stawidth
          FROM pg_stats AS s JOIN pg_namespace AS n ON n.nspname = s.schemaname
          JOIN pg_class AS c ON (c.relname, c.relnamespace) = (s.tablename, n.oid)
          WHERE c.oid = ANY(%(tables)s::regclass[]) AND NOT s.inherited) AS s
    GROUP BY starelid
), page AS (
    SELECT c.oid, c.relname, c.relpages, current_setting('block_size')::numeric AS size,
        c.reltuples * (28 + ceil(w.data / 8) * 8) / ((current_setting('block_size')::numeric - 24)
            * coalesce((SELECT option_value::numeric FROM pg_options_to_table(c.reloptions)
                        WHERE option_name = 'fillfactor'), 100) / 100) AS needed
    FROM pg_class AS c JOIN width AS w ON w.starelid = c.oid
    WHERE c.relpages > 0 AND c.reltuples >= 0
)
SELECT relname AS table, (greatest(relpages - ceil(needed), 0) * size)::bigint AS waste_bytes
FROM page ORDER BY 2 DESC, 1
"""

_HAS: Final = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = %(name)s)"

_MEASURED_BLOAT: Final = """
SELECT c.relname AS table, (s).approx_free_space + (s).dead_tuple_len AS waste_bytes
FROM (SELECT oid, relname, pgstattuple_approx(oid) AS s FROM pg_class
      WHERE oid = ANY(%(tables)s::regclass[])) AS c
ORDER BY 2 DESC, 1
"""

_INDEXES: Final = """
SELECT s.relname AS table, s.indexrelname AS index, pg_relation_size(s.indexrelid) AS bytes,
    s.idx_scan AS scans, i.indisunique AS keeps_unique, i.indisvalid AS valid
FROM pg_stat_user_indexes AS s JOIN pg_index AS i USING (indexrelid)
WHERE s.relid = ANY(%(tables)s::regclass[]) ORDER BY bytes DESC, 2
"""

_READ_WHOLE: Final = """
SELECT relname AS table, seq_scan AS scans, seq_tup_read / seq_scan AS rows_each
FROM pg_stat_user_tables
WHERE relid = ANY(%(tables)s::regclass[]) AND seq_scan > 0 AND seq_tup_read / seq_scan >= %(many)s
ORDER BY seq_tup_read DESC, relname
"""

MANY: Final = 10_000
"""Rows read per scan from which full scans of a table are worth reporting."""

LOCK: Final = "maintenance lock"
"""The name of the connection that locks out other commands, which is open all the time."""

# Only the first word: a statement may contain values.
_RUNNING: Final = f"""
SELECT pid, application_name AS application, usename AS role, state,
    extract(epoch FROM clock_timestamp() - xact_start)::bigint AS seconds,
    wait_event_type || ': ' || wait_event AS waits_for,
    upper(substring(query FROM '^[[:space:]]*([[:alpha:]]+)')) AS statement
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND xact_start < clock_timestamp() - interval '5 minutes'
    AND application_name <> 'pptbot {LOCK}'
ORDER BY xact_start, pid
"""  # noqa: S608 (made of a constant)

# Reading a table's size waits for whoever locks out all readers.
_LOCKERS: Final = """
SELECT DISTINCT l.relation::regclass::text AS table, l.pid, a.application_name AS application
FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND a.pid <> pg_backend_pid()
    AND l.database = a.datid AND l.relation = ANY(%(tables)s::regclass[])
ORDER BY 1, 2
"""

_CONNECTIONS: Final = """
SELECT coalesce(state, 'hidden from this role') AS state, application_name AS application,
    count(*) AS connections
FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""

_ROOM: Final = """
SELECT current_setting('max_connections')::int AS most,
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken
"""

_LISTS: Final = {
    "tables": _TABLES, "indexes": _INDEXES, "read_whole": _READ_WHOLE, "running": _RUNNING,
    "connections": _CONNECTIONS,
}  # fmt: skip

# Only kinds of statements whose constants PostgreSQL always replaces.
_SLOWEST: Final = """
SELECT regexp_replace(query, '[[:space:]]+', ' ', 'g') AS statement, calls,
    total_exec_time AS total_ms, mean_exec_time AS mean_ms, max_exec_time AS max_ms, rows
FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND query ~* '^[[:space:]]*(select|insert|update|delete|merge|with)[[:space:]]'
ORDER BY total_exec_time DESC, queryid LIMIT 10
"""

_STANDBYS: Final = """
SELECT application_name AS application, state, sync_state,
    pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint AS behind_bytes
FROM pg_stat_replication ORDER BY 1
"""

_LAG: Final = """
SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::bigint AS seconds
"""

_SLOTS: Final = """
SELECT slot_name AS slot, active, wal_status FROM pg_replication_slots ORDER BY 1
"""

# A pooler reports a process id of its own: its sessions aren't ours to configure.
_NO_TIMEOUT: Final = """
SELECT set_config('statement_timeout', '0', false) WHERE pg_backend_pid() = %(pid)s
"""
_BRIEF_LOCKS: Final = """
SELECT set_config('lock_timeout', '2s', false) WHERE pg_backend_pid() = %(pid)s
"""
# Flushes this connection's statistics, or rows it deleted would count as dead after the vacuum.
_FLUSH_STATISTICS: Final = "SELECT pg_stat_force_next_flush()"
_VACUUM: Final = "VACUUM (ANALYZE, SKIP_LOCKED) {}"
_READ_ONLY: Final = "SELECT pg_is_in_recovery()"

IN_USE: Final = "in use"
"""Why a table is skipped that is locked, or being vacuumed by somebody else."""


def read_figures(conn: SyncConn, tables: Sequence[str]) -> dict[str, Any]:
    """Return the figures of the report on *tables*, with the keys of its JSON form.

    Raises LockNotAvailable if somebody locks one of them for long (see `find_lockers`).
    """
    conn.execute(_BRIEF_LOCKS, {"pid": conn.info.backend_pid})
    parameters = {"tables": list(tables), "many": MANY}
    (database,), (room,) = (_fetch_rows(conn, query, parameters) for query in (_DATABASE, _ROOM))
    lists = {name: _fetch_rows(conn, query, parameters) for name, query in _LISTS.items()}
    measured, bloat = _estimate_bloat(conn, parameters)
    waste = {row["table"]: row["waste_bytes"] for row in bloat}
    for row in lists["tables"]:
        row["waste_bytes"] = waste.get(row["table"])
    unknown, slowest = _read_slowest_statements(conn)
    return {
        "database": database,
        **lists,
        "room": room,
        "waste_is": "measured" if measured else "estimated",
        "slowest": slowest,
        "slowest_unknown": unknown or None,
        "outbox": _read_outbox_backlog(conn),
        "replication": _read_replication(conn, standby=database["standby"]),
    }


def find_lockers(conn: SyncConn, tables: Sequence[str]) -> Rows:
    """Return who lets nobody else read one of *tables*: table, process id, and application."""
    return _fetch_rows(conn, _LOCKERS, {"tables": list(tables)})


def _estimate_bloat(conn: SyncConn, parameters: dict[str, Any]) -> tuple[bool, Rows]:
    """Return whether bloat was measured, and the wasted bytes of each table.

    pgstattuple measures it, if this role may use it and finds it. Otherwise it's estimated
    from the average widths of the columns, to within a tenth or two.
    """
    if _has_extension(conn, "pgstattuple"):
        try:
            return True, _fetch_rows(conn, _MEASURED_BLOAT, parameters)
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFunction):
            pass  # the role may not use it, or it's in a schema that isn't searched
    return False, _fetch_rows(conn, _BLOAT, parameters)


def _has_extension(conn: SyncConn, name: str) -> bool:
    return bool(read_value(conn, _HAS, {"name": name}))


def _fetch_rows(conn: SyncConn, query: str, parameters: dict[str, Any] | None = None) -> Rows:
    return conn.cursor(row_factory=dict_row).execute(query, parameters).fetchall()


def _read_slowest_statements(conn: SyncConn) -> tuple[str, Rows]:
    """Return why nothing is known, or "", and the statements that took the most time."""
    if not _has_extension(conn, "pg_stat_statements"):
        return "pg_stat_statements is not installed", []
    try:
        return "", _fetch_rows(conn, _SLOWEST)
    except (psycopg.errors.ObjectNotInPrerequisiteState, psycopg.ProgrammingError) as error:
        return str(error).partition("\n")[0], []


def _read_outbox_backlog(conn: SyncConn) -> dict[str, Any]:
    """Return how many replies wait, and for how many seconds the oldest has."""
    (row,) = _fetch_rows(conn, BACKLOG)
    oldest = None if row["oldest"] is None else round(row["oldest"])
    return {"waiting": row["waiting"], "oldest_seconds": oldest}


def _read_replication(conn: SyncConn, *, standby: bool) -> dict[str, Any]:
    """Return this server's standbys and slots, or, on a standby, how far it's behind."""
    if standby:
        return {"behind_seconds": _fetch_rows(conn, _LAG)[0]["seconds"]}
    return {"standbys": _fetch_rows(conn, _STANDBYS), "slots": _fetch_rows(conn, _SLOTS)}


def is_standby(conn: SyncConn) -> bool:
    """Return whether this server is a standby, which takes no writes."""
    return bool(read_value(conn, _READ_ONLY))


def vacuum(conn: SyncConn) -> Iterator[tuple[str, str]]:
    """Vacuum and analyze each table; yield its name and why that was skipped, or "".

    A table in use isn't waited for: the reason is IN_USE.
    """
    conn.execute(_NO_TIMEOUT, {"pid": conn.info.backend_pid})
    conn.execute(_FLUSH_STATISTICS)
    warnings: list[str] = []

    def note(diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING":  # a role may be set to receive much more
            in_use = diagnostic.sqlstate == LockNotAvailable.sqlstate
            warnings.append(IN_USE if in_use else diagnostic.message_primary or "")

    conn.add_notice_handler(note)
    for table in list_created("TABLE"):
        warnings.clear()
        yield table, _vacuum_table(conn, table) or (warnings[0] if warnings else "")


def _vacuum_table(conn: SyncConn, table: str) -> str:
    try:
        conn.execute(sql.SQL(_VACUUM).format(sql.Identifier(table)))
    except psycopg.errors.QueryCanceled as error:
        return str(error).partition("\n")[0]
    return ""
