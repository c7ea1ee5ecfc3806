"""Opens and closes database connections; logs slow statements by their function's name alone."""

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

import psycopg
import structlog
from psycopg import AsyncConnection, AsyncCursor, conninfo
from psycopg.abc import Buffer
from psycopg.errors import FeatureNotSupported, ReadOnlySqlTransaction
from psycopg.types.datetime import TimestamptzLoader
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from app.core.timings import to_ms
from app.store.shared_tasks import SharedTasks

T = TypeVar("T")

_log = structlog.get_logger()

_STORE: Final = "app.store."
_SKIPPED_MODULES: Final = frozenset({"app.store.connections", "app.store.database"})

# Old servers lack some settings. (Asking pg_settings instead would read all of them.)
SET_OWN: Final = """
SELECT set_config(name, value, false)
FROM unnest(%(names)s::text[], %(values)s::text[]) AS own (name, value)
WHERE pg_backend_pid() = %(pid)s AND current_setting(name, true) IS NOT NULL
"""
"""Sets what `build_settings` returns; behind a pooler, which reports a process id of its own, sets
nothing and returns no row."""
_STALE: Final = "RevalidateCachedQuery"
"""The server's function that reports that a migration has changed a prepared statement's result."""
_EXPECTED: Final = {
    "DateStyle": "ISO, MDY",
    "TimeZone": "UTC",
    "array_nulls": "on",
    "default_transaction_isolation": "read committed",
    "transaction_timeout": "0",
}
"""What our statements rely on, whatever the role or the database has set."""


class UtcLoader(TimestamptzLoader):
    """Loads times in UTC, also behind a pooler, whose server may have another time zone.

    Python adds to a time by its zone's wall clock: across a change of the clock, an hour too much.
    """

    def load(self, data: Buffer) -> datetime:
        """Return the time that *data* encodes."""
        return super().load(data).astimezone(UTC)


psycopg.adapters.register_loader("timestamptz", UtcLoader)


class AbruptConnection(AsyncConnection[Any]):
    """A connection that closes its socket when a query is interrupted."""

    async def cancel_safe(self, *, timeout: float = 30.0) -> None:  # noqa: ARG002, ASYNC109 (psycopg's)
        """Close the socket instead of asking the server to cancel the query.

        A cancel request may hang. It would also end the wait of a commit for its synchronous
        standby: the redelivered vote would then be found stored and answered 200, and could still
        be lost with the primary.
        """
        hang_up(self)


def hang_up(conn: AsyncConnection[Any]) -> None:
    """Shut down the socket of *conn*, so that code waiting for the server fails at once."""
    lost = contextlib.suppress(OSError, psycopg.Error)
    with lost, socket.socket(fileno=os.dup(conn.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


class ConnectionPool(AsyncConnectionPool[AsyncConnection[Any]]):
    """A pool that knows why it can't connect, and whose queue has no requests that gave up.

    psycopg_pool keeps them, each with its traceback's frames, until it has a connection to give:
    in an outage, they'd fill the memory, and count as waiting. *queued* requests wait for a
    connection that is in use.
    """

    trouble = ""
    """One line on why the latest attempt to connect failed; empty if it succeeded."""

    def __init__(self, conninfo: str, **options: Any) -> None:
        super().__init__(conninfo, **options)
        self.queued = 0
        self._room = asyncio.Semaphore(self.max_size)
        self._returning: SharedTasks[AsyncConnection[Any], None] = SharedTasks()

    async def getconn(
        self,
        timeout: float | None = None,  # noqa: ASYNC109 (psycopg's)
    ) -> AsyncConnection[Any]:
        """Return a connection as psycopg_pool does; leave the queue if that fails.

        Requests queue here while all connections are in use: psycopg_pool takes several turns of
        the event loop to hand one on, in which a busy app doesn't use it.
        """
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        await self._wait_for_room(deadline)
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self._give_up)
            conn = await super().getconn(deadline - time.monotonic())
            on_failure.pop_all()
        return conn

    def _give_up(self) -> None:
        """Leave room to others, and psycopg_pool's queue."""
        self._room.release()
        for request in [one for one in self._waiting if one.error]:
            self._waiting.remove(request)

    async def _wait_for_room(self, deadline: float) -> None:
        if not self._room.locked():
            await self._room.acquire()  # at once
            return
        self.queued += 1
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                await self._room.acquire()
        except TimeoutError:
            self._stats[self._REQUESTS_NUM] += 1
            self._stats[self._REQUESTS_ERRORS] += 1
            raise PoolTimeout("no connection in time") from None
        finally:
            self.queued -= 1

    async def putconn(self, conn: AsyncConnection[Any]) -> None:
        """Return *conn* as psycopg_pool does, even if the caller is canceled meanwhile.

        psycopg_pool would lose it for good: a few overloaded seconds, in which queries run out of
        time, would use up all connections. When it's interrupted, nobody has *conn* yet.
        """
        try:
            await super().putconn(conn)
        except asyncio.CancelledError:
            conn._pool = self  # noqa: SLF001 (as it was before)
            self._returning.start(conn, partial(super().putconn, conn))
            raise
        finally:
            self._room.release()

    async def _connect(
        self,
        timeout: float | None = None,  # noqa: ASYNC109 (psycopg's)
    ) -> AsyncConnection[Any]:
        """Connect as psycopg_pool does, and remember the failure, which it only logs."""
        try:
            conn = await super()._connect(timeout)
        except psycopg.Error as error:
            self.trouble = str(error).partition("\n")[0] or type(error).__name__
            raise
        self.trouble = ""
        return conn


async def run_query(
    query: Callable[[AsyncConnection[Any]], Awaitable[T]], conn: AsyncConnection[Any]
) -> T:
    """Return the result of *query*; close *conn* on an error that a new connection won't have."""
    try:
        return await query(conn)
    except ReadOnlySqlTransaction:
        # Another server is the primary now, or soon this one again; a new connection finds out.
        await conn.close()
        raise
    except FeatureNotSupported as error:
        if error.diag.source_function != _STALE:
            raise
        await conn.close()
        raise psycopg.OperationalError("a prepared statement is stale") from error


def build_connection_options(url: str, seconds: float) -> dict[str, Any]:
    """Return options, beyond those in *url*, for connecting within *seconds* (at least 2)."""
    given = conninfo.conninfo_to_dict(url)
    # No `options`: poolers refuse it.
    own = {
        "application_name": "pptbot",
        "connect_timeout": max(2, round(seconds)),
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        # Detects a vanished host while sent data is unacknowledged and keepalives don't run.
        "tcp_user_timeout": 10_000,
    }
    return {"autocommit": True} | {k: v for k, v in own.items() if k not in given}


def build_settings(pid: int, **timeouts: float) -> dict[str, Any]:
    """Return parameters for SET_OWN: what every session needs, and *timeouts* in seconds.

    *pid* is the process id that the connection reports.
    """
    own = _EXPECTED | {name: str(round(seconds * 1000)) for name, seconds in timeouts.items()}
    return {"names": list(own), "values": list(own.values()), "pid": pid}


def build_cursor_class(longest: float) -> type[AsyncCursor[Any]]:
    """Return a cursor class that logs statements taking more than *longest* seconds.

    COPY and streamed rows aren't timed, since they take as long as their data.
    """

    class TimedCursor(AsyncCursor[Any]):
        async def execute(self, *arguments: Any, **options: Any) -> Any:
            with _log_if_slow(longest):
                return await super().execute(*arguments, **options)

        async def executemany(self, *arguments: Any, **options: Any) -> None:
            with _log_if_slow(longest):
                await super().executemany(*arguments, **options)

    return TimedCursor


@contextlib.contextmanager
def _log_if_slow(longest: float) -> Iterator[None]:
    started, done = time.perf_counter(), False
    try:
        yield
        done = True
    finally:
        took = time.perf_counter() - started
        if took > longest:
            failed = {} if done else {"error": type(sys.exc_info()[1]).__name__}
            ms = to_ms(took)
            _log.warning("database.slow", statement=_find_caller(), ms=ms, **failed)


def _find_caller() -> str:
    """Return the innermost public store function on the stack, as module.function.

    Falls back to a private one, then to "other". The stack is searched only after a slow statement,
    so a fast one costs nothing.
    """
    frame, private = sys._getframe(1), "other"  # noqa: SLF001 (the one way to the caller)
    while frame := frame.f_back:  # type: ignore[assignment]
        module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        if module.startswith(_STORE) and module not in _SKIPPED_MODULES and name.isidentifier():
            full = f"{module.removeprefix(_STORE)}.{name}"
            if not name.startswith("_"):
                return full
            private = full if private == "other" else private
    return private
