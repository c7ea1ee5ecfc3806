"""Asks the catalogue how the app's tables and indexes are: their size, their waste, their use."""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

Rows = list[dict[str, Any]]

_DATABASE: Final = """
SELECT current_database() AS name, current_setting('server_version') AS server,
    pg_database_size(current_database()) AS bytes, age(datfrozenxid) AS xid_age,
    current_setting('autovacuum_freeze_max_age')::bigint AS xid_age_of_autovacuum,
    pg_is_in_recovery() AS standby,
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

# What the rows should take by their average widths: a header of 24 bytes and a pointer of 4 each,
# ends rounded up to 8, in pages of which 24 bytes are taken and a fillfactor may leave some free.
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
ORDER BY seq_tup_read DESC
"""

MANY: Final = 10_000
"""Rows from which reading all of a table is worth a word."""


def read_database(conn: psycopg.Connection[Any]) -> dict[str, Any]:
    """Return which database this is, its size, and how near its transaction ids are to the end."""
    return _fetch_rows(conn, _DATABASE)[0]


def read_tables(conn: psycopg.Connection[Any], names: Sequence[str]) -> Rows:
    """Return size, dead rows and last vacuum of each table, the largest first."""
    return _fetch_rows(conn, _TABLES, tables=names)


def estimate_bloat(conn: psycopg.Connection[Any], names: Sequence[str]) -> tuple[bool, Rows]:
    """Return whether it was measured, and the bytes of each table that hold nothing.

    pgstattuple measures, where it is installed and this role may use it; otherwise it is reckoned
    from the average widths of the columns, and right within a tenth or two.
    """
    if has_extension(conn, "pgstattuple"):
        try:
            return True, _fetch_rows(conn, _MEASURED_BLOAT, tables=names)
        except psycopg.errors.InsufficientPrivilege:
            pass
    return False, _fetch_rows(conn, _BLOAT, tables=names)


def has_extension(conn: psycopg.Connection[Any], name: str) -> bool:
    """Tell whether this database has the extension *name*."""
    return conn.execute(_HAS, {"name": name}).fetchone() == (True,)


def read_indexes(conn: psycopg.Connection[Any], names: Sequence[str]) -> Rows:
    """Return how large each index is, and how often it was read."""
    return _fetch_rows(conn, _INDEXES, tables=names)


def read_full_scans(conn: psycopg.Connection[Any], names: Sequence[str]) -> Rows:
    """Return the tables of which all rows were read at once, and how many: an index may lack."""
    return _fetch_rows(conn, _READ_WHOLE, tables=names, many=MANY)


def _fetch_rows(conn: psycopg.Connection[Any], query: str, **given: Any) -> Rows:
    return conn.cursor(row_factory=dict_row).execute(query, given or None).fetchall()
