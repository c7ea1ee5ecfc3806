"""Applies the migrations in migrations/ with yoyo, one process at a time."""

import contextlib
import hashlib
import os
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
_OLDEST: Final = 140_000
_CONVERT: Final = "SELECT convert(%s, 'UTF8', %s)"
_CONNECTION: Final[dict[str, Any]] = {"autocommit": True, "application_name": "pptbot migrate"}
_LOCK: Final = int.from_bytes(hashlib.sha256(b"pptbot migrations").digest()[:8], signed=True)


LACKING: Final = "the database lacks migrations: run bin/migrate first"


class PendingError(CommandError):
    """The database lacks migrations that a command needs."""


@dataclass(frozen=True, slots=True)
class State:
    """How many migrations the database has, and which it lacks."""

    applied: int
    pending: tuple[str, ...]

    def require_current(self) -> None:
        """Raise PendingError if the database lacks migrations of this version."""
        if self.pending:
            raise PendingError(LACKING)


class Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """Yoyo's backend, connecting by any libpq URL (yoyo's own reads a single host only)."""

    def connect(self, dburi: DatabaseURI) -> psycopg.Connection[Any]:
        """Open the connection that yoyo works on."""
        # A pooler may give each statement another connection, which knows of none prepared.
        return psycopg.connect(dburi.args["url"], prepare_threshold=None, **_CONNECTION)

    def begin(self) -> None:
        """Begin a transaction that may take as long as it takes."""
        super().begin()
        for statement in (UNLIMITED, *list_timeouts(0)):
            self.execute(statement)

    def apply_one(self, migration: Any, force: bool = False, mark: bool = True) -> None:  # noqa: FBT001, FBT002 (yoyo's)
        """Apply *migration* and note that in one transaction: a kill comes before or after both."""
        self.ensure_internal_schema_updated()
        with self.copy() as own, own.transaction():
            migration.process_steps(own, "apply", force=force)
            own.log_migration(migration, "apply")
            if mark:
                own.mark_one(migration, log=False)

    def rollback_one(self, migration: Any, force: bool = False) -> None:  # noqa: FBT001, FBT002 (the same)
        """Take *migration* back and note that in one transaction."""
        self.ensure_internal_schema_updated()
        with self.copy() as own, own.transaction():
            migration.process_steps(own, "rollback", force=force)
            own.log_migration(migration, "rollback")
            own.unmark_one(migration, log=False)

    def get_log_data(self, migration: Any = None, operation: str = "apply") -> Any:
        """Return what is noted of an operation, whether or not the user who does it has a name."""
        with contextlib.suppress(KeyError, OSError):
            return super().get_log_data(migration, operation)
        os.environ["LOGNAME"] = str(os.getuid())  # as in a container that was given a number
        return super().get_log_data(migration, operation)

    def apply_migrations(self, migrations: Any, force: bool = False) -> None:  # noqa: FBT001, FBT002 (yoyo's)
        """Apply *migrations*, the first ones only to a database that can hold every name."""
        version = self.connection.info.server_version
        if migrations and version < _OLDEST:  # which lacks types that the tables have
            raise CommandError(
                f"the database is PostgreSQL {version // 10_000}: pptbot needs 15 or newer"
            )
        # Not by what the connection was told at its begin: a pooler may leave it out.
        encoding = self.execute("SHOW server_encoding").fetchone()[0]
        if migrations and encoding != "UTF8":
            self._require_encoding(encoding, _list_rare_characters(migrations))
        super().apply_migrations(migrations, force=force)

    def _require_encoding(self, encoding: str, characters: str) -> None:
        """Raise CommandError where a new database cannot hold every name.

        One that is in use has worked so far, and is refused only what it cannot hold of
        *characters*.
        """
        is_used = bool(self.get_applied_migration_hashes())
        if is_used and self._can_hold(encoding, characters):
            return
        advice = "; pg_dump and pg_restore bring this one's rows" * is_used
        raise CommandError(
            f"the database is in {encoding}, which cannot hold every name: make one in UTF-8"
            f" (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0){advice}"
        )

    def _can_hold(self, encoding: str, characters: str) -> bool:
        if encoding == "SQL_ASCII":  # bytes are bytes there
            return True
        try:
            with self.connection.transaction():
                self.connection.execute(_CONVERT, [characters.encode(), encoding])
        except psycopg.errors.UntranslatableCharacter:
            return False
        return True


def _list_rare_characters(migrations: Any) -> str:
    """Return the characters in *migrations* that some encodings lack, comments apart."""
    texts = (Path(migration.path).read_text(encoding="utf-8") for migration in migrations)
    lines = (line for text in texts for line in text.splitlines() if not line.startswith("--"))
    return "".join(sorted({char for line in lines for char in line if not char.isascii()}))


@contextmanager
def open_backend(url: str) -> Iterator[Backend]:
    """Give yoyo's backend on *url* to one process at a time; the others wait.

    Yoyo's own lock is a row that a killed process leaves behind; since nobody else can be here,
    such a row is nobody's and is removed.
    """
    with psycopg.connect(url, **_CONNECTION) as conn, conn.transaction():
        # Of the transaction, not the session, which behind a pooler is not ours.
        for statement in (UNLIMITED, *list_timeouts(0, 0)):
            conn.execute(statement)
        conn.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        uri = DatabaseURI("postgresql+psycopg", None, None, None, None, "", {"url": url})
        yoyo = Backend(uri, _TABLE)
        try:
            yoyo.init_database()
            yoyo.break_lock()
            yield yoyo
        finally:
            yoyo.connection.close()


def apply(url: str) -> list[str]:
    """Apply what is pending; return the names of those migrations."""
    with open_backend(url) as yoyo, yoyo.lock():
        pending = yoyo.to_apply(load_all())
        yoyo.apply_migrations(pending)
        return [migration.id for migration in pending]


@cache
def load_all() -> Any:
    """Return the migrations of this version of the app, as yoyo reads them, which it does once."""
    return read_migrations(str(FOLDER))


def list_available() -> list[str]:
    """Return the names of the migrations that this version of the app has."""
    files = (path.name for path in FOLDER.glob("*.sql"))
    return sorted(n.removesuffix(".sql") for n in files if not n.endswith(".rollback.sql"))


async def read_state(conn: Conn) -> State:
    """Return what the database has and lacks; an empty database lacks everything."""
    is_begun = await fetch_value(conn, "SELECT to_regclass(%s) IS NOT NULL", [_TABLE])
    names = await fetch_column(conn, "SELECT migration_id FROM _yoyo_migration") if is_begun else []
    applied = set(names)
    return State(len(applied), tuple(n for n in list_available() if n not in applied))
