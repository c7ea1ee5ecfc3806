"""Bulk loading of a database: rows by COPY, boards derived from them, then the indexes."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, datetime
from multiprocessing import get_context
from typing import Any, Final

import psycopg

from app.core.boards.definitions import CHANNEL, GIVERS, ROWS, THINGS, USERS
from app.core.boards.retention import DAY, MONTH, WEEK, compute_board_horizons, subtract_months
from app.devtools.bench.growth.ledger import COLUMNS, TOGETHER, generate_pieces
from app.devtools.bench.growth.sizes import CHANNELS, MONTHS_KEPT, PRIVATE, TEAM, Size, Tell
from app.store import migrations
from app.store.boards import pruning
from app.store.boards.board_sql import TIMES, select_shares

AT_ONCE: Final = 2
"""Number of connections that work in parallel."""
TABLES: Final = ("vote_history", "messages", "leaderboard", "members")

_COPY: Final = f"COPY vote_history ({', '.join(COLUMNS)}) FROM STDIN"
_SESSION_SETTINGS: Final = (
    "SET maintenance_work_mem = '2GB'", "SET work_mem = '512MB'", "SET synchronous_commit = off",
    "SET max_parallel_maintenance_workers = 1",
)  # fmt: skip

# Statements that drop each index or key, and recreate it; primary and unique keys come last.
_INDEXES: Final = """
SELECT format('DROP INDEX %%I', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid
WHERE i.indrelid = ANY(%(tables)s::regclass[]) AND c.oid IS NULL
UNION ALL
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
        pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype IN ('p', 'u')
"""

_MESSAGES: Final = """
INSERT INTO messages (team_id, channel_id, message_ts, heard_at)
SELECT team_id, channel_id, message_ts, voted_at FROM vote_history WHERE id %% 5 <> 0
"""
# Here each ledger row is a separate vote, and there are no seasons.
_BOARDS: Final = """
WITH part AS MATERIALIZED (
    SELECT target_id, voter_id, channel_id, day, season, week_shift, {points} AS points
    FROM vote_history WHERE team_id = %(team)s
), {times}, share AS ({shares})
INSERT INTO leaderboard (team_id, board, target_id, score)
SELECT %(team)s, board, target_id, sum(points) FROM share GROUP BY 2, 3
"""
_TARGET_BOARDS: Final = _BOARDS.format(
    points="delta", times=TIMES, shares=select_shares(USERS, THINGS, CHANNEL, periods=ROWS)
)
_GIVER_BOARDS: Final = _BOARDS.format(
    points="abs(delta)", times=TIMES, shares=select_shares(GIVERS, periods=ROWS)
)
_WORKSPACE: Final = "INSERT INTO workspaces (team_id) VALUES (%(team)s)"
_LONG_BOARDS: Final = """
INSERT INTO long_boards (team_id, settled)
SELECT %(team)s, max(id) FROM vote_history WHERE team_id = %(team)s
"""
_MEMBERS: Final = """
INSERT INTO members (team_id, user_id, name)
SELECT %(team)s, 'U' || lpad(n::text, 8, '0'), 'Member ' || n
FROM generate_series(0, %(members)s - 1) AS n
"""
_THINGS: Final = """
INSERT INTO things (team_id, target_id, spelling)
SELECT %(team)s, 'thing:project ' || n, 'Project ' || n
FROM generate_series(0, %(things)s - 1) AS n
"""
_HIDDEN: Final = """
INSERT INTO hidden_members (team_id, user_id, why)
SELECT %(team)s, 'U' || lpad(n::text, 8, '0'), 'deactivated'
FROM generate_series(50, %(members)s - 1, 100) AS n
"""
_CHANNELS: Final = """
INSERT INTO channels (team_id, channel_id, private)
SELECT %(team)s, 'C' || lpad(n::text, 8, '0'), n %% %(private)s = 0
FROM generate_series(0, %(channels)s - 1) AS n
"""
_RESET_SEQUENCE: Final = (
    "SELECT setval(pg_get_serial_sequence('vote_history', 'id'), max(id)) FROM vote_history"
)


def fill(url: str, size: Size, now: datetime, tell: Tell) -> float:
    """Fill the empty database at *url* as *size* describes; return the seconds it took."""
    started = time.perf_counter()
    migrations.apply(url)
    with _connect(url) as conn:
        indexes = conn.execute(_INDEXES, {"tables": list(TABLES)}).fetchall()
        for drop, _ in indexes:
            conn.execute(drop)
    steps: Sequence[tuple[str, Any]] = (
        ("ledger", lambda: _copy_ledger(url, size, now)),
        ("messages, boards and names", lambda: _derive_tables(url, size, now.date())),
        ("indexes", lambda: _run_side_by_side(url, [create for _, create in indexes])),
        ("statistics", lambda: _run_side_by_side(url, [f"VACUUM (ANALYZE) {t}" for t in TABLES])),
    )
    for name, step in steps:
        before = time.perf_counter()
        step()
        tell(f"{size.rows:,} rows: {name} took {time.perf_counter() - before:.1f} s")
    with _connect(url) as conn:
        conn.execute("VACUUM (ANALYZE) things, hidden_members, channels")
        conn.execute("CHECKPOINT")
    return time.perf_counter() - started


def _copy_ledger(url: str, size: Size, now: datetime) -> None:
    """Load the ledger; each process generates and copies a share of the rows."""
    part = -(-size.rows // AT_ONCE // TOGETHER) * TOGETHER
    firsts = range(1, size.rows + 1, part)
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn")) as pool:
        parts = [(first, min(first + part - 1, size.rows)) for first in firsts]
        for done in [pool.submit(_copy, url, size, now, *between) for between in parts]:
            done.result()
    with _connect(url) as conn:
        conn.execute(_RESET_SEQUENCE)


def _copy(url: str, size: Size, now: datetime, first: int, last: int) -> None:
    with _connect(url) as conn, conn.cursor() as cursor, cursor.copy(_COPY) as copying:
        for piece in generate_pieces(size, now, first, last):
            copying.write(piece)


def _derive_tables(url: str, size: Size, today: date) -> None:
    """Fill the other tables from the ledger and from *size*."""
    kept = compute_board_horizons(subtract_months(today, MONTHS_KEPT))
    with _connect(url) as conn:
        pruning.move_horizons(conn, TEAM, kept)
    numbers = {"members": size.members, "things": size.things, "channels": CHANNELS}
    parameters = (
        {"team": TEAM, "private": PRIVATE} | numbers | {k: kept[k] for k in (DAY, WEEK, MONTH)}
    )
    _run_side_by_side(
        url,
        (
            _TARGET_BOARDS, _GIVER_BOARDS, _MESSAGES, _WORKSPACE, _LONG_BOARDS, _MEMBERS, _THINGS,
            _HIDDEN, _CHANNELS,
        ),
        parameters,
    )  # fmt: skip


def _run_side_by_side(
    url: str, statements: Sequence[str], parameters: dict[str, Any] | None = None
) -> None:
    def run(statement: str) -> None:
        with _connect(url) as conn:
            conn.execute(statement, parameters)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(run, statement) for statement in statements]:
            done.result()


def _connect(url: str) -> psycopg.Connection[Any]:
    conn = psycopg.connect(url, autocommit=True)
    for setting in _SESSION_SETTINGS:
        conn.execute(setting)
    return conn
