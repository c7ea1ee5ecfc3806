"""Vacuums the app's own tables, and no others that may stand beside them."""

import re
from collections.abc import Iterator
from typing import Any, Final

import psycopg
from psycopg import sql

from app.store.migrations import FOLDER

# A pooler answers with a process id of its own making: its sessions are not ours to set.
_PATIENT: Final = """
SELECT set_config('statement_timeout', '0', false) WHERE pg_backend_pid() = %(pid)s
"""
# What this connection has deleted is told first, or it would be counted as dead afterwards.
_TELL: Final = "SELECT pg_stat_force_next_flush()"
_TELLS: Final = 150_000
"""The first version of PostgreSQL that can be asked to."""
_VACUUM: Final = "VACUUM (ANALYZE, SKIP_LOCKED) {}"
_READ_ONLY: Final = "SELECT pg_is_in_recovery()"
_MADE: Final = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)


def list_tables() -> list[str]:
    """Return the names of the tables that the migrations make."""
    files = sorted(p for p in FOLDER.glob("*.sql") if not p.name.endswith(".rollback.sql"))
    return [name for path in files for name in _MADE.findall(path.read_text(encoding="utf-8"))]


def is_standby(conn: psycopg.Connection[Any]) -> bool:
    """Tell whether this server follows another one, and takes no writes."""
    return conn.execute(_READ_ONLY).fetchone() == (True,)


def vacuum(conn: psycopg.Connection[Any]) -> Iterator[tuple[str, str]]:
    """Vacuum and analyse each table; yield its name and why it was not done, or an empty word.

    A table that somebody else is vacuuming, or has locked, is not waited for.
    """
    conn.execute(_PATIENT, {"pid": conn.info.backend_pid})
    if conn.info.server_version >= _TELLS:
        conn.execute(_TELL)
    told: list[str] = []
    conn.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
    for table in list_tables():
        told.clear()
        yield table, _vacuum_table(conn, table) or (told[0] if told else "")


def _vacuum_table(conn: psycopg.Connection[Any], table: str) -> str:
    try:
        conn.execute(sql.SQL(_VACUUM).format(sql.Identifier(table)))
    except psycopg.errors.QueryCanceled as error:
        return str(error).partition("\n")[0]
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable) as error:
        return str(error).partition("\n")[0]
    return ""
