"""The PostgreSQL server that is backed up or restored: one and the same for all who connect."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import conninfo

from app.cli.backup import BackupError
from app.store.server import databases

_PATIENCE: Final = 30
# Renaming a database takes a connection to another one.
_OTHERS: Final = ("postgres", "template1")


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """How to reach one server, which database there is meant, and the server's version."""

    options: dict[str, Any]
    """What libpq is told, but for the password."""
    password: str | None
    database: str
    major: int
    encrypted: bool

    def make_conninfo(self, database: str) -> str:
        """Return how programs are told to connect to *database*; holds no secret."""
        return conninfo.make_conninfo("", **(self.options | {"dbname": database}))

    def make_url(self, database: str, role: str | None = None) -> str:
        """Return how to connect to *database*, acting as *role*; holds the password."""
        given: dict[str, Any] = {"password": self.password}
        if role:
            escaped = re.sub(r"([ \\])", r"\\\1", role)
            given["options"] = f"{self.options.get('options', '')} -c role={escaped}".strip()
        return conninfo.make_conninfo(self.make_conninfo(database), **given)

    @contextmanager
    def connect(self, database: str = "", *, autocommit: bool = True) -> Iterator[Any]:
        """Give a connection to *database*, by default the one that is meant."""
        with self._connect(database or self.database) as conn:
            conn.autocommit = autocommit
            yield conn

    @contextmanager
    def connect_beside(self) -> Iterator[Any]:
        """Give a connection to another database of the server."""
        last: psycopg.Error | None = None
        for name in _OTHERS:
            if name == self.database:
                continue
            try:
                conn = self._connect(name)
            except psycopg.OperationalError as error:
                last = error
                continue
            with conn:
                yield conn
            return
        why = str(last).partition("\n")[0]
        raise BackupError(f"no other database of the server can be reached ({why})") from last

    def _connect(self, database: str) -> psycopg.Connection[Any]:
        """Connect to *database*, to do there what takes as long as it takes."""
        url = self.make_url(database)
        conn = psycopg.connect(url, autocommit=True, prepare_threshold=None)
        databases.lift_timeouts(conn)
        return conn


def reach_server(url: str, name: str) -> PostgresServer:
    """Connect to *url* once, as *name*, and return the server that answered.

    All who connect later meet the same one, also where *url* names several hosts.
    """
    given = conninfo.conninfo_to_dict(url)
    if given.get("sslpassword"):
        raise BackupError(
            "sslpassword in DATABASE_URL cannot be handed to pg_dump unseen: use a key without one"
        )
    own: dict[str, Any] = {"application_name": f"pptbot {name}", "connect_timeout": _PATIENCE}
    options = own | {key: value for key, value in given.items() if value is not None}
    password = options.pop("password", None)
    with psycopg.connect(url, **{k: v for k, v in own.items() if k not in given}) as conn:
        _refuse_pooler(conn)
        info = conn.info
        options |= {"host": info.host, "port": info.port, "user": info.user, "dbname": info.dbname}
        options.pop("hostaddr", None)
        with suppress(psycopg.NotSupportedError):  # of an old libpq
            if info.hostaddr and not info.host.startswith("/"):
                options["hostaddr"] = info.hostaddr
        encrypted = bool(conn.pgconn.ssl_in_use)
        return PostgresServer(
            options, password, info.dbname, info.server_version // 10_000, encrypted
        )


def _refuse_pooler(conn: psycopg.Connection[Any]) -> None:
    """Refuse a pooler: what pg_dump sets for its session would stay on others' connections."""
    row = conn.execute("SELECT pg_backend_pid()").fetchone()
    if row and row[0] != conn.info.backend_pid:
        raise BackupError(
            "DATABASE_URL leads to a connection pooler: give this command the address of"
            " PostgreSQL itself (see docs/operate/deploy.md#pgbouncer)"
        )
