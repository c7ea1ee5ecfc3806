"""Loads an exported document into an empty database as it was, with ids and times."""

from collections.abc import Iterator
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, Final

from psycopg import sql
from psycopg.rows import dict_row

from app.core.transfer.score_file import FileError
from app.store.database import UNLIMITED, SyncConn, list_timeouts, read_value
from app.store.transfer import tables
from app.store.transfer.tables import COLUMNS, COUNT_ROWS, NUMBERED, SUM_POINTS, TABLES
from app.store.workspace import timers
from app.store.workspace.rulebook import build_boost

TableRow = dict[str, Any]


# Keeps others from writing between the check and the last row: votes wait, or are redelivered. The
# audit can't be locked on a cluster, where that right is revoked; it's only written together with
# another table.
_LOCK_SECONDS: Final = 10
_LOCK_TABLES: Final = sql.SQL("LOCK TABLE {tables} IN EXCLUSIVE MODE").format(
    tables=sql.SQL(", ").join(sql.Identifier(table) for table in TABLES if table != "audit")
)


def load(
    conn: SyncConn, rows: Iterator[tuple[str, TableRow]], *, rehearse: bool = False
) -> dict[str, int]:
    """Fill the tables with *rows* of (table, row); return how many rows each has then.

    Must run inside a transaction, which the caller rolls back after FileError, or to *rehearse*.
    """
    for statement in (UNLIMITED, *list_timeouts(0, _LOCK_SECONDS)):
        conn.execute(statement)
    conn.execute(_LOCK_TABLES)
    _check_empty(conn)
    if rehearse:
        tables.replace_tables(conn, (*TABLES, "timers"))
    for table, some in groupby(rows, key=itemgetter(0)):
        if table not in TABLES:
            raise FileError(f"has a table that this version does not know: {table[:60]!r}")
        _copy(conn, table, (row for _, row in some))
    for table in NUMBERED:
        conn.execute(_SET_LAST_ID.format(table=sql.Identifier(table), name=table))
    _set_timers(conn)
    conn.execute("ANALYZE vote_history, leaderboard")
    _check_scores(conn)
    return _count_rows(conn)


# Selects 1, because a cluster can't pass on rows without a column.
_HAS_ROWS: Final = sql.SQL("SELECT EXISTS (SELECT 1 FROM {table})")


def _check_empty(conn: SyncConn) -> None:
    for table in TABLES:
        if read_value(conn, _HAS_ROWS.format(table=sql.Identifier(table))):
            raise FileError(
                "is a document of bin/export, which can only be imported into an empty database:"
                f" {table} has rows"
            )


_COPY: Final = sql.SQL("COPY {table} ({columns}) FROM STDIN")


def _copy(conn: SyncConn, table: str, rows: Iterator[TableRow]) -> None:
    first = next(rows)
    names = _check_columns(conn, table, first)
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    query = _COPY.format(table=sql.Identifier(table), columns=columns)
    with conn.cursor() as cursor, cursor.copy(query) as copy:
        for number, row in enumerate(chain([first], rows), 1):
            if row.keys() != first.keys():
                raise FileError(f"has other columns in row {number} of {table} than in the first")
            copy.write_row([row[name] for name in names])


def _check_columns(conn: SyncConn, table: str, row: TableRow) -> list[str]:
    """Return the columns that *row* has; raise FileError if *table* lacks any of them."""
    known = [name for name, _ in conn.execute(COLUMNS, {"table": table}).fetchall()]
    if unknown := [name for name in row if name not in known]:
        raise FileError(f"has a column that this version does not know: {table}.{unknown[0][:60]}")
    return [name for name in known if name in row]


# Continues the numbering after the loaded rows.
_SET_LAST_ID: Final = sql.SQL(
    "SELECT setval(pg_get_serial_sequence({name}, 'id'), max(id)) FROM {table}"
)

_READ_OPEN_BOOSTS: Final = """
SELECT *, now() FROM boosts WHERE paused_at IS NULL AND ends_at > now() ORDER BY team_id, number
"""


def _set_timers(conn: SyncConn) -> None:
    """Set the timers that announce and end running boosts: a document holds none.

    All other timers are planned from the settings.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(_READ_OPEN_BOOSTS).fetchall():
            due = timers.build_columns(build_boost(row).list_timers(row["now"]))
            conn.execute(timers.SET, {"team": row["team_id"]} | due)


_MOST_HELD: Final = 1 << 62
"""Largest score in a document: votes may exceed MOST_SCORE, and more still fit on top of this."""
_FIND_BEYOND: Final = (
    """SELECT target_id, score FROM leaderboard WHERE abs(score::numeric) > %(most)s
    ORDER BY team_id, target_id, board LIMIT 1""",
    """SELECT target_id, delta FROM vote_history WHERE abs(delta::numeric) > %(most)s
    ORDER BY team_id, id LIMIT 1""",
)


def _check_scores(conn: SyncConn) -> None:
    """Raise FileError if a score, or a ledger row, leaves no room for votes."""
    for query in _FIND_BEYOND:
        if found := conn.execute(query, {"most": _MOST_HELD}).fetchone():
            target, points = found
            raise FileError(f"has {points} points for {target[:60]}, over {_MOST_HELD:,}")


def _count_rows(conn: SyncConn) -> dict[str, int]:
    found = {
        table: read_value(conn, COUNT_ROWS.format(table=sql.Identifier(table))) for table in TABLES
    }
    return found | {"points": int(read_value(conn, SUM_POINTS))}
