"""The databases that growth is measured on: filled once, then reused between runs."""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from app.devtools.bench.growth.fill import fill
from app.devtools.bench.growth.sizes import SIZES, Size, Tell
from app.store import migrations
from app.store.server.embedded import run_postgres

FOLDER: Final = "bench-growth"
_VERSION: Final = 1
"""Version of the data that a database is filled with."""
_GOOD_FOR: Final = timedelta(days=6)
"""How long a filled database is reused.

After a week, names would be fetched from Slack again, and the weekly boards would be over.
"""
_DROP: Final = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
# Sorts like the server's default C.UTF-8, but builds text indexes in half the time.
_CREATE: Final = sql.SQL("""
CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'
""")
# Keeps checkpoints and autovacuum from interrupting a fill.
_ROOM: Final = {"max_wal_size": "8GB", "checkpoint_timeout": "30min", "autovacuum": "off"}


@contextlib.contextmanager
def open_datasets(
    folder: Path, tell: Tell, sizes: Sequence[Size] = SIZES, *, refill: bool = False
) -> Iterator[str]:
    """Run the server in *folder*, with a filled database for each of *sizes*; yield its URL."""
    with run_postgres(folder / "postgres") as url:
        for size in sizes:
            ensure(url, size, locate_stamp(folder, size), tell, refill=refill)
        yield url


def locate_stamp(folder: Path, size: Size) -> Path:
    """Return the file that records what the database of *size* was filled with, and when."""
    return folder / f"{size.database}.json"


def make_database_url(url: str, size: Size) -> str:
    """Return the URL of the database of *size* on the server at *url*."""
    return urlsplit(url)._replace(path=f"/{size.database}").geturl()


def read_last_day(stamp: Path) -> date:
    """Return the last day of the ledger described by *stamp*."""
    return datetime.fromisoformat(json.loads(stamp.read_text())["until"]).date()


def ensure(url: str, size: Size, stamp: Path, tell: Tell, *, refill: bool = False) -> None:
    """Fill the database of *size*, unless it holds current data and *refill* is false."""
    now = datetime.now(UTC)
    wanted = _describe_contents(size)
    if not refill and _is_good(url, size, stamp, wanted, now):
        return
    stamp.unlink(missing_ok=True)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(_DROP.format(sql.Identifier(size.database)))
        conn.execute(_CREATE.format(sql.Identifier(size.database)))
        with _make_room(conn):
            took = fill(make_database_url(url, size), size, now, tell)
    tell(f"{size.rows:,} rows: filled in {took:.1f} s")
    stamp.write_text(json.dumps(wanted | {"until": now.isoformat(), "seconds": round(took, 1)}))


def _describe_contents(size: Size) -> dict[str, Any]:
    digest = hashlib.sha256()
    for name in migrations.list_available():
        digest.update((migrations.FOLDER / f"{name}.sql").read_bytes())
    return {
        "version": _VERSION, "members": size.members, "rows": size.rows,
        "migrations": digest.hexdigest(),
    }  # fmt: skip


def _is_good(url: str, size: Size, stamp: Path, contents: dict[str, Any], now: datetime) -> bool:
    try:
        found = json.loads(stamp.read_text())
        young = now - datetime.fromisoformat(found["until"]) < _GOOD_FOR
    except (OSError, ValueError, KeyError, TypeError):
        return False
    with psycopg.connect(url) as conn:
        names = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)"
        there = conn.execute(names, [size.database]).fetchone() == (True,)
    return there and young and contents.items() <= found.items()


@contextlib.contextmanager
def _make_room(conn: psycopg.Connection[Any]) -> Iterator[None]:
    """Reconfigure the server for bulk writes inside the context."""
    for setting, value in _ROOM.items():
        conn.execute(f"ALTER SYSTEM SET {setting} = '{value}'")
    conn.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        for setting in _ROOM:
            conn.execute(f"ALTER SYSTEM RESET {setting}")
        conn.execute("SELECT pg_reload_conf()")
