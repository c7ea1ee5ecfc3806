"""Counts what a database holds, so that a copy can be compared with it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from psycopg import sql

from app.store.database import UNLIMITED, SyncConn, read_value

# Without tables of extensions: a dump holds the extension, not its rows.
_TABLES: Final = """
SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p'
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 3
"""

# A copy doesn't have the database's search_path yet.
_SET_SEARCH_PATH: Final = """
SELECT set_config('search_path', quote_ident(n.nspname), true)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relname = 'leaderboard' AND c.relkind = 'r'
ORDER BY pg_table_is_visible(c.oid) DESC LIMIT 1
"""

# Also finds schemas that don't exist yet, unlike current_schemas().
_IN_SEARCH_PATH: Final = """
SELECT %(schema)s IN (
    SELECT btrim(replace(name, '$user', current_user), ' "')
    FROM unnest(string_to_array(current_setting('search_path'), ',')) AS name
)
"""

_BOARDS: Final = """
SELECT team_id, board, count(*)::text, sum(score)::text FROM leaderboard
GROUP BY team_id, board ORDER BY team_id COLLATE "C", board COLLATE "C"
"""

_DISAGREEING: Final = """
SELECT count(*) FROM (
    SELECT team_id, target_id, sum(delta) AS points FROM vote_history GROUP BY team_id, target_id
) AS ledger FULL JOIN (
    SELECT team_id, target_id, score FROM leaderboard
    WHERE board = CASE WHEN starts_with(target_id, 'thing:') THEN 'things' ELSE 'users' END
) AS board USING (team_id, target_id)
WHERE coalesce(points, 0) <> coalesce(score, 0)
"""

_SNAPSHOT: Final = "SELECT pg_export_snapshot()"


@dataclass(frozen=True, slots=True)
class Census:
    """How many rows each table has, and a digest of all boards."""

    rows: Mapping[str, int]
    boards: int
    sums: str
    """A digest of every board's name, number of scores and their sum."""


def export_snapshot(conn: SyncConn) -> str:
    """Export the snapshot of *conn*'s transaction, for pg_dump to use; return its name.

    The transaction must have just begun; from now on no timeout ends it.
    """
    conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    conn.execute(UNLIMITED)
    return str(read_value(conn, _SNAPSHOT))


def list_tables(conn: SyncConn) -> list[tuple[str, str, str]]:
    """Return the schema, the name and the quoted full name of each permanent table."""
    return conn.execute(_TABLES).fetchall()


def is_in_search_path(conn: SyncConn, schema: str) -> bool:
    """Return whether the app would find tables in *schema*."""
    return bool(read_value(conn, _IN_SEARCH_PATH, {"schema": schema}))


def count_rows(conn: SyncConn) -> dict[str, int]:
    """Return the number of rows of each table."""
    counted = sql.SQL("SELECT count(*) FROM {}")
    return {
        name: read_value(conn, counted.format(sql.Identifier(schema, table)))
        for schema, table, name in list_tables(conn)
    }


def list_filled_tables(conn: SyncConn) -> list[str]:
    """Return the tables that have rows, except those of the migrations."""
    query = sql.SQL("SELECT EXISTS (SELECT FROM {})")
    return [
        name
        for schema, table, name in list_tables(conn)
        if not table.startswith(("_yoyo_", "yoyo_"))
        and read_value(conn, query.format(sql.Identifier(schema, table)))
    ]


def take_census(conn: SyncConn) -> Census:
    """Return the census of what *conn*'s transaction sees, in bounded memory."""
    digest, boards = hashlib.sha256(), 0
    conn.execute(_SET_SEARCH_PATH)
    with conn.cursor("boards") as cursor:
        cursor.itersize = 5000
        for board in cursor.execute(_BOARDS):
            digest.update("\0".join(board).encode() + b"\n")
            boards += 1
    return Census(count_rows(conn), boards, digest.hexdigest())


def count_disagreements(conn: SyncConn) -> int:
    """Return how many scores of people and things differ from the ledger's sums."""
    return int(read_value(conn, _DISAGREEING))
