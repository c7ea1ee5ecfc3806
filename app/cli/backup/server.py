"""The PostgreSQL server to back up or restore: every connection reaches the same one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import conninfo

from app import CommandError
from app.store.database import SyncConn
from app.store.server import databases
from app.store.server.distribution import require_one_machine

_PATIENCE: Final = 30
# Renaming a database requires a connection to another one.
_OTHERS: Final = ("postgres", "template1")


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """How to reach one server, its version, and the database to back up or restore."""

    command: str
    options: dict[str, Any]
    """The libpq parameters, without the password."""
    password: str | None
    database: str
    major: int
    encrypted: bool

    def make_conninfo(self, database: str) -> str:
        """Return the connection string to *database* for programs, without the password."""
        return conninfo.make_conninfo("", **(self.options | {"dbname": database}))

    def make_url(self, database: str, role: str | None = None) -> str:
        """Return the connection string to *database*, acting as *role*, with the password."""
        parameters: dict[str, Any] = {"password": self.password}
        if role:
            escaped = re.sub(r"([ \\])", r"\\\1", role)
            parameters["options"] = f"{self.options.get('options', '')} -c role={escaped}".strip()
        return conninfo.make_conninfo(self.make_conninfo(database), **parameters)

    @contextmanager
    def connect(self, database: str = "", *, autocommit: bool = True) -> Iterator[SyncConn]:
        """Open a connection to *database*, by default the one to back up or restore."""
        with self._connect(database or self.database) as conn:
            conn.autocommit = autocommit
            yield conn

    @contextmanager
    def connect_beside(self) -> Iterator[SyncConn]:
        """Open a connection to another database of the server; raise CommandError if none works."""
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
        raise CommandError(f"cannot connect to another database on the server ({why})") from last

    def _connect(self, database: str) -> SyncConn:
        """Connect to *database* without statement timeouts."""
        url = self.make_url(database)
        conn = psycopg.connect(url, autocommit=True, prepare_threshold=None)
        databases.prepare_session(conn)
        return conn


def reach_server(url: str, command: str) -> PostgresServer:
    """Connect to *url* once, as *command*, and return the server that answered.

    Later connections reach the same one even if *url* names several hosts. Raises CommandError for
    a pooler, a cluster, or a password-protected key, which pg_dump couldn't get secretly.
    """
    parameters = conninfo.conninfo_to_dict(url)
    if parameters.get("sslpassword"):
        raise CommandError(
            "sslpassword in DATABASE_URL cannot be passed to pg_dump secretly: use a key without"
            " a password"
        )
    defaults: dict[str, Any] = {
        "application_name": f"pptbot {command}",
        "connect_timeout": _PATIENCE,
    }
    options = defaults | parameters
    with psycopg.connect(**options) as conn:
        password = options.pop("password", None)
        _refuse_pooler(conn)
        # A dump reads the nodes one after another, so concurrent votes would be only partly in it.
        require_one_machine(conn, f"a {command}")
        info = conn.info
        options |= {"host": info.host, "port": info.port, "user": info.user, "dbname": info.dbname}
        options.pop("hostaddr", None)
        with suppress(psycopg.NotSupportedError):  # by an old libpq
            if info.hostaddr and not info.host.startswith("/"):
                options["hostaddr"] = info.hostaddr
        encrypted = bool(conn.pgconn.ssl_in_use)
        major = info.server_version // 10_000
        return PostgresServer(command, options, password, info.dbname, major, encrypted)


def _refuse_pooler(conn: SyncConn) -> None:
    """Raise CommandError for a pooler: pg_dump's session settings would leak to other clients."""
    row = conn.execute("SELECT pg_backend_pid()").fetchone()
    if row and row[0] != conn.info.backend_pid:
        raise CommandError(
            "DATABASE_URL points to a connection pooler: give this command the address of"
            " PostgreSQL itself (see docs/operate/deploy.md#pgbouncer)"
        )
