"""Exports the whole data set from one snapshot, in pieces of bounded size."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql

from app.core.transfer.spreadsheet import GUARD, UNGUARDED
from app.store.database import UNLIMITED, Conn, fetch_all, fetch_column, fetch_row, fetch_value
from app.store.transfer.tables import COLUMNS, COUNT_ROWS, SUM_POINTS, TABLES

PAGE: Final = 2000
"""Rows read per query."""


# An export may take any time; times are in UTC, whatever the server's zone. On a cluster, a single
# connection to each node sees one snapshot; elsewhere that setting has no effect.
_SNAPSHOT: Final = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO';
SET LOCAL citus.max_adaptive_executor_pool_size = 1;
"""


@asynccontextmanager
async def open_snapshot(conn: Conn) -> AsyncIterator[None]:
    """Read from one snapshot of the database while inside."""
    async with conn.transaction():
        for statement in (*_SNAPSHOT.strip().split("\n"), UNLIMITED):
            await conn.execute(statement)
        yield


@dataclass(frozen=True, slots=True)
class TableShape:
    """The columns of a table, and those of its primary key with their types."""

    table: str
    columns: tuple[tuple[str, bool], ...]
    """The name of each, and whether it's JSON, whose values are exported as text."""
    key: tuple[tuple[str, str], ...]

    @property
    def select_list(self) -> sql.Composed:
        """The columns as a query selects them."""
        names = ((sql.Identifier(name), whether) for name, whether in self.columns)
        texts = (sql.SQL("{0}::text AS {0}").format(n) if is_json else n for n, is_json in names)
        return sql.SQL(", ").join(texts)


_KEY: Final = """
SELECT attname, format_type(atttypid, atttypmod)
FROM pg_index CROSS JOIN unnest(indkey) WITH ORDINALITY AS k (attnum, place)
JOIN pg_attribute AS a ON attrelid = indrelid AND a.attnum = k.attnum
WHERE indrelid = %(table)s::regclass AND indisprimary
ORDER BY place
"""


async def read_shape(conn: Conn, table: str) -> TableShape:
    """Return the columns and the key of *table*."""
    parameters = {"table": table}
    columns = await fetch_all(conn, COLUMNS, parameters)
    key = await fetch_all(conn, _KEY, parameters)
    return TableShape(table, tuple(columns), tuple(key))


async def count_totals(conn: Conn) -> dict[str, int]:
    """Return the number of rows of each table, and the ledger's sum as `points`."""
    found: dict[str, int] = {}
    for table in TABLES:
        query = COUNT_ROWS.format(table=sql.Identifier(table))
        found[table] = await fetch_value(conn, query)
    found["points"] = int(await fetch_value(conn, SUM_POINTS))
    return found


_NOW: Final = """SELECT to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


async def stream_document(conn: Conn, version: str) -> AsyncGenerator[bytes, None]:
    """Yield the data set as one JSON document, a row per line; must run inside `open_snapshot`."""
    now = await fetch_value(conn, _NOW)
    head = {"exported_at": now, "version": version, "totals": await count_totals(conn)}
    yield json.dumps(head, indent=1)[:-2].encode() + b',\n "data": {'
    for number, table in enumerate(TABLES):
        yield f"{',' if number else ''}\n{json.dumps(table)}: [".encode()
        between = "\n"
        async for page in stream_pages(conn, table):
            yield f"{between}{page}".encode()
            between = ",\n"
        yield b"\n]"
    yield b"\n}}\n"


_PAGE: Final = sql.SQL("""
SELECT string_agg(row_to_json(page)::text, E',\\n' ORDER BY {key}), count(*)
FROM (SELECT {columns} FROM {table} {after} ORDER BY {key} LIMIT {limit}) AS page
""")
_AFTER: Final = sql.SQL("WHERE ({key}) > ({last})")


async def stream_pages(conn: Conn, table: str, limit: int = PAGE) -> AsyncIterator[str]:
    """Yield the rows of *table* in key order, up to *limit* in a piece.

    Each piece is read from the last key on, through the primary key's index. Each row is one line
    of JSON, which ends with a comma unless it's the last of its piece.
    """
    shape = await read_shape(conn, table)
    last: Sequence[Any] = ()
    while True:
        query = _build_page_query(shape, limit, begun=bool(last))
        rows, count = await fetch_row(conn, query, list(last))
        if rows:
            yield rows
        if count < limit:
            return
        row = json.loads(rows.rpartition(",\n")[2])
        last = [row[name] for name, _ in shape.key]


def _build_page_query(shape: TableShape, limit: int, *, begun: bool) -> sql.Composed:
    key = sql.SQL(", ").join(sql.Identifier(name) for name, _ in shape.key)
    last = sql.SQL(", ").join(sql.SQL("%s::") + sql.SQL(kind) for _, kind in shape.key)
    return _PAGE.format(
        key=key,
        columns=shape.select_list,
        table=sql.Identifier(shape.table),
        after=_AFTER.format(key=key, last=last) if begun else sql.SQL(""),
        limit=limit,
    )


_TEXTS: Final = """
SELECT attname FROM pg_attribute
WHERE attrelid = %(table)s::regclass AND attnum > 0 AND atttypid = 'text'::regtype
"""
_CELL: Final = sql.SQL("regexp_replace({0}, {1}, {2}, 'g') AS {0}")
_CSV: Final = sql.SQL("""
COPY (SELECT {columns} FROM {table} ORDER BY {key}) TO STDOUT WITH (FORMAT csv, HEADER true)
""")


async def stream_csv(conn: Conn, table: str) -> AsyncGenerator[bytes, None]:
    """Yield *table* as CSV with a header, in pieces; must run inside `open_snapshot`.

    Texts are escaped so that no spreadsheet takes one for a formula: `core.transfer.spreadsheet`.
    """
    shape = await read_shape(conn, table)
    texts = set(await fetch_column(conn, _TEXTS, {"table": table}))
    query = _CSV.format(
        columns=sql.SQL(", ").join(_render_cell(*column, texts) for column in shape.columns),
        table=sql.Identifier(table),
        key=sql.SQL(", ").join(sql.Identifier(name) for name, _ in shape.key),
    )
    async with conn.cursor() as cursor, cursor.copy(query) as copy:
        async for piece in copy:
            yield bytes(piece)


def _render_cell(name: str, is_json: bool, texts: Collection[str]) -> sql.Composed:  # noqa: FBT001 (a column's)
    if name in texts:
        return _CELL.format(sql.Identifier(name), sql.Literal(UNGUARDED), sql.Literal(GUARD))
    return sql.SQL("{0}::text AS {0}" if is_json else "{0}").format(sql.Identifier(name))


_SCORES: Final = """
SELECT target_id, coalesce(spelling, ''), score FROM leaderboard LEFT JOIN things
USING (team_id, target_id)
WHERE team_id = %(team)s AND board = %(board)s AND score <> 0
ORDER BY score DESC, target_id
"""


async def stream_scores(conn: Conn, team: str, board: str) -> AsyncIterator[tuple[str, str, int]]:
    """Yield *board*'s targets, spellings and scores, highest first; must run in `open_snapshot`."""
    async with conn.cursor("scores") as cursor:
        cursor.itersize = PAGE
        await cursor.execute(_SCORES, {"team": team, "board": board})
        async for row in cursor:
            yield row
