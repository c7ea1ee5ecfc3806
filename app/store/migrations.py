"""Applies the migrations in migrations/ with yoyo, one process at a time."""

import contextlib
import hashlib
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import psycopg
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI

from app import CommandError
from app.store.database import UNLIMITED, Conn, fetch_column, fetch_value, list_timeouts

FOLDER: Final = Path(__file__).parents[2] / "migrations"
_TABLE: Final = "_yoyo_migration"
OLDEST: Final = 15
"""The oldest supported version of PostgreSQL."""
_CONVERT: Final = "SELECT convert(%s, 'UTF8', %s)"
_CONNECTION: Final[dict[str, Any]] = {"autocommit": True, "application_name": "pptbot migrate"}
# On a cluster, a migration may change tables and functions together only through one connection per
# node. PostgreSQL ignores settings of extensions that it doesn't have.
_SEQUENTIAL: Final = "SET LOCAL citus.multi_shard_modify_mode = 'sequential'"
_LOCK: Final = int.from_bytes(hashlib.sha256(b"pptbot migrations").digest()[:8], signed=True)
LACKING: Final = "the database lacks migrations: run bin/migrate first"


@dataclass(frozen=True, slots=True)
class State:
    """How many migrations are applied, and which are pending."""

    applied: int
    pending: tuple[str, ...]

    def require_current(self) -> None:
        """Raise CommandError if any of this version's migrations is pending."""
        if self.pending:
            raise CommandError(LACKING)


class Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """Yoyo's backend, connecting by any libpq URL (yoyo's own accepts a single host only)."""

    def connect(self, dburi: DatabaseURI) -> psycopg.Connection[Any]:
        """Open the connection that yoyo uses."""
        # A pooler may give each statement another connection, where nothing is prepared.
        return psycopg.connect(dburi.args["url"], prepare_threshold=None, **_CONNECTION)

    def begin(self) -> None:
        """Begin a transaction whose statements may take any time."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the first statement reports a lost connection
            super().begin()
        for statement in (UNLIMITED, *list_timeouts(0), _SEQUENTIAL):
            self.execute(statement)

    def apply_one(self, migration: Any, force: bool = False) -> None:  # noqa: FBT001, FBT002 (yoyo's)
        """Apply *migration* and record it in one transaction: a kill comes before or after both."""
        self.ensure_internal_schema_updated()
        with self.copy() as own, own.transaction():
            migration.process_steps(own, "apply", force=force)
            own.log_migration(migration, "apply")
            own.mark_one(migration, log=False)

    def rollback_one(self, migration: Any, force: bool = False) -> None:  # noqa: FBT001, FBT002 (the same)
        """Roll *migration* back and record that in one transaction."""
        self.ensure_internal_schema_updated()
        with self.copy() as own, own.transaction():
            migration.process_steps(own, "rollback", force=force)
            own.log_migration(migration, "rollback")
            own.unmark_one(migration, log=False)

    def get_log_data(self, migration: Any = None, operation: str = "apply") -> Any:
        """Return the log data of an operation, even if the process's user has no name."""
        with contextlib.suppress(KeyError, OSError):
            return super().get_log_data(migration, operation)
        os.environ["LOGNAME"] = str(os.getuid())  # as in a container run with a numeric user id
        return super().get_log_data(migration, operation)

    def apply_migrations(self, migrations: Any, force: bool = False) -> None:  # noqa: FBT001, FBT002 (yoyo's)
        """Apply *migrations*; raise CommandError if the server or its encoding is unsuitable."""
        version = self.connection.info.server_version // 10_000
        if migrations and version < OLDEST:
            raise CommandError(
                f"the database is PostgreSQL {version}: pptbot needs {OLDEST} or newer"
            )
        # Ask the server: a pooler may omit the encoding from what it reports on connecting.
        encoding = self.execute("SHOW server_encoding").fetchone()[0]
        if migrations and encoding != "UTF8":
            self._require_encoding(encoding, _list_rare_characters(migrations))
        super().apply_migrations(migrations, force=force)

    def _require_encoding(self, encoding: str, characters: str) -> None:
        """Raise CommandError if the encoding can't hold every name.

        A database in use has worked so far, so it's refused only if it can't hold *characters*.
        """
        is_used = bool(self.get_applied_migration_hashes())
        if is_used and self._can_hold(encoding, characters):
            return
        advice = "; pg_dump and pg_restore can copy its rows" * is_used
        raise CommandError(
            f"the database is in {encoding}, which cannot hold every name: create one in UTF-8"
            f" (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0){advice}"
        )

    def _can_hold(self, encoding: str, characters: str) -> bool:
        if encoding == "SQL_ASCII":  # takes any bytes
            return True
        try:
            with self.connection.transaction():
                self.connection.execute(_CONVERT, [characters.encode(), encoding])
        except psycopg.errors.UntranslatableCharacter:
            return False
        return True


def _list_rare_characters(migrations: Any) -> str:
    """Return the non-ASCII characters in *migrations*, outside comments."""
    texts = (Path(migration.path).read_text(encoding="utf-8") for migration in migrations)
    lines = (line for text in texts for line in text.splitlines() if not line.startswith("--"))
    return "".join(sorted({char for line in lines for char in line if not char.isascii()}))


@contextmanager
def open_backend(url: str) -> Iterator[Backend]:
    """Open yoyo's backend on *url* for one process at a time; the others wait.

    Yoyo's own lock is a row that a killed process leaves behind. No other process can be here, so
    such a row is stale and is removed.
    """
    with psycopg.connect(url, **_CONNECTION) as conn, conn.transaction():
        # For the transaction, not the session, which behind a pooler isn't ours.
        for statement in (UNLIMITED, *list_timeouts(0, 0)):
            conn.execute(statement)
        conn.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        _require_schema(conn)
        uri = DatabaseURI("postgresql+psycopg", None, None, None, None, "", {"url": url})
        yoyo = Backend(uri, _TABLE)
        try:
            yoyo.init_database()
            yoyo.break_lock()
            yield yoyo
        finally:
            yoyo.connection.close()


def _require_schema(conn: psycopg.Connection[Any]) -> None:
    """Raise CommandError if there is no schema to create tables in."""
    if conn.execute("SELECT current_schema()").fetchone() == (None,):
        role = conn.info.user
        raise CommandError(f"the role {role} lacks USAGE on a schema of its search_path")


def apply(url: str) -> list[str]:
    """Apply the pending migrations and return their names."""
    with open_backend(url) as yoyo, yoyo.lock():
        pending = yoyo.to_apply(load_all())
        yoyo.apply_migrations(pending)
        return [migration.id for migration in pending]


@cache
def load_all() -> Any:
    """Return this version's migrations as yoyo reads them, cached."""
    return read_migrations(str(FOLDER))


def list_available() -> list[str]:
    """Return the names of this version's migrations."""
    files = (path.name for path in FOLDER.glob("*.sql"))
    return sorted(n.removesuffix(".sql") for n in files if not n.endswith(".rollback.sql"))


@cache
def list_created(kind: str) -> tuple[str, ...]:
    """Return the names of what the migrations create: each TABLE or FUNCTION."""
    created = re.compile(rf"^CREATE (?:OR REPLACE )?{kind} (\w+)", re.MULTILINE)
    texts = ((FOLDER / f"{n}.sql").read_text(encoding="utf-8") for n in list_available())
    return tuple(dict.fromkeys(name for text in texts for name in created.findall(text)))


async def read_state(conn: Conn) -> State:
    """Return which migrations are applied and pending; in an empty database all are pending."""
    is_begun = await fetch_value(conn, "SELECT to_regclass(%s) IS NOT NULL", [_TABLE])
    names = await fetch_column(conn, "SELECT migration_id FROM _yoyo_migration") if is_begun else []
    applied = set(names)
    return State(len(applied), tuple(n for n in list_available() if n not in applied))
