"""Pools PostgreSQL connections, and retries queries until a deadline."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar, TypeVarTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg import AsyncConnection, Connection
from psycopg.errors import (
    IdleInTransactionSessionTimeout,
    ProgramLimitExceeded,
    ReadOnlySqlTransaction,
)
from psycopg.rows import class_row, dict_row, scalar_row
from psycopg.sql import Composed
from psycopg_pool import PoolClosed, PoolTimeout

from app.core.timings import PRODUCTION
from app.store.connections import (
    SET_OWN,
    AbruptConnection,
    ConnectionPool,
    build_connection_options,
    build_cursor_class,
    build_settings,
    hang_up,
    run_query,
)

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Conn = AsyncConnection[Any]
SyncConn = Connection[Any]
"""The connection of a command."""
Query = Callable[[Conn], Awaitable[T]]
Statement: TypeAlias = str | Composed
Parameters: TypeAlias = Mapping[str, Any] | Sequence[Any] | None

_FIRST_PAUSE: Final = 0.02
# Short enough to work through a pool whose connections were all cut by a restart.
_LONGEST_PAUSE: Final = 0.2
# A connection idle for this long is checked before use, as is each one that was last used before a
# query got no answer: whatever swallowed that may have cut them all. Otherwise, a busy app never
# pays for that round trip.
_RESTED: Final = 10.0
# Seconds for that check; then the connection is closed, while there's time for a new one.
_ALIVE_WITHIN: Final = 0.5


_LOST: Final = (
    psycopg.OperationalError, psycopg.InterfaceError, IdleInTransactionSessionTimeout,
    ReadOnlySqlTransaction, PoolTimeout, PoolClosed,
)  # fmt: skip


# For the transaction only: behind a pooler the session isn't ours. Old servers lack some.
UNLIMITED: Final = """
SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN
    ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')
"""
"""Lifts a transaction's timeouts, except the lock timeout, which stays the role's."""

# The lock timeout of a long transaction: others wait for it, so it mustn't wait long itself.
_LOCK_SECONDS: Final = 5


class UnavailableError(Exception):
    """The database didn't store or answer in time; the caller may retry."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Pool sizes, and timeouts in seconds."""

    pool_min: int = 2
    pool_max: int = 10
    idle: float = 30.0
    connect: float = 2.0
    statement: float = 5.0
    lifetime: float = 1800.0
    """Age at which a connection is replaced, with some jitter: poolers and hosts change."""
    lock: float = 2.0
    """Less than the patience, so that a caller blocked by a lock still gets an answer."""
    transaction: float = 60.0
    """A transaction idle for this long is ended, which releases its locks."""
    patience: float = PRODUCTION.database
    """How long `run` tries by default."""
    page: float = PRODUCTION.page
    """How long `run` tries for pages that report the database's state."""
    slow: float = 0.5
    """A statement that takes longer is logged."""


class Database:
    """A pool of autocommit connections to one PostgreSQL database."""

    def __init__(self, url: str, limits: Limits) -> None:
        self.url = url
        self.limits = limits
        self.pool = ConnectionPool(
            url,
            connection_class=AbruptConnection,
            min_size=limits.pool_min,
            max_size=limits.pool_max,
            max_idle=limits.idle,
            max_lifetime=limits.lifetime,
            timeout=limits.connect,
            # Short, because the pool doubles its pauses; the next caller retries at once.
            reconnect_timeout=1.0,
            kwargs=build_connection_options(url, limits.connect),
            configure=self._configure,
            open=False,
        )
        self._cursors = build_cursor_class(limits.slow)
        self._used: WeakKeyDictionary[Conn, float] = WeakKeyDictionary()
        self._unanswered_at = float("-inf")

    async def open(self) -> None:
        """Start connecting, without waiting for the database."""
        await self.pool.open(wait=False)

    async def close(self) -> None:
        """Close all connections."""
        await self.pool.close(timeout=1.5)

    async def run(
        self, query: Callable[[Conn, *Ts], Awaitable[T]], *args: *Ts, patience: float | None = None
    ) -> T:
        """Return the result of *query* with *args*, retrying after transient failures.

        Raises UnavailableError after *patience* seconds, by default those of the limits. The query
        may still take effect afterward, so every query is idempotent. Errors that retrying can't
        fix are raised as they are.
        """
        patience = self.limits.patience if patience is None else patience
        deadline = time.monotonic() + patience
        try:
            async with asyncio.timeout(patience + 0.1):
                return await self._run_attempts(lambda conn: query(conn, *args), deadline)
        except TimeoutError as error:
            self._unanswered_at = time.monotonic()
            raise UnavailableError("no answer in time") from error

    def read_pool_state(self) -> Mapping[str, int]:
        """Return connection counts, and how many requests for a connection came, wait or failed."""
        stats = self.pool.get_stats()
        return {
            "total": stats["pool_size"],
            "idle": stats["pool_available"],
            "waiting": stats["requests_waiting"] + self.pool.queued,
            "max": stats["pool_max"],
            "requests": stats.get("requests_num", 0),
            "errors": stats.get("requests_errors", 0),
            "connections_lost": stats.get("connections_lost", 0),
        }

    async def _run_attempts(self, query: Query[T], deadline: float) -> T:
        pause, task = _FIRST_PAUSE, asyncio.current_task()
        cancellations = task.cancelling() if task else 0
        while True:
            left = deadline - time.monotonic()
            try:
                async with self.pool.connection(timeout=min(self.limits.connect, left)) as conn:
                    # The pool's wait_for loses a cancellation that arrives with the connection.
                    if task and task.cancelling() > cancellations:
                        raise asyncio.CancelledError
                    await self._check_alive(conn)
                    return await run_query(query, conn)
            except ProgramLimitExceeded:
                raise  # permanent, although psycopg makes it an OperationalError
            except _LOST as error:
                # 1.5 is the longest jitter. If no try fits in after that pause, give up now.
                if isinstance(error, PoolClosed) or time.monotonic() + 1.5 * pause >= deadline:
                    raise UnavailableError(self._describe_error(error)) from error
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _describe_error(self, error: Exception) -> str:
        if isinstance(error, PoolTimeout):
            return self.pool.trouble or "no connection in time"
        state = getattr(error, "sqlstate", None)
        return f"{type(error).__name__} {state}" if state else type(error).__name__

    async def _check_alive(self, conn: Conn) -> None:
        """Raise OperationalError if *conn* may have died since it was used, and doesn't answer."""
        now = time.monotonic()
        used = self._used.get(conn, now)
        if now - used > _RESTED or used <= self._unanswered_at:
            late = asyncio.get_running_loop().call_later(_ALIVE_WITHIN, hang_up, conn)
            try:
                await conn.execute("")
            finally:
                late.cancel()
        self._used[conn] = now

    async def _configure(self, conn: Conn) -> None:
        """Set what *conn*'s session needs; behind a pooler, set and prepare nothing.

        A pooler in transaction mode may run each transaction on another server connection. What we
        set or prepared there would leak to other clients.
        """
        own = build_settings(
            conn.info.backend_pid,
            statement_timeout=self.limits.statement,
            lock_timeout=self.limits.lock,
            idle_in_transaction_session_timeout=self.limits.transaction,
        )
        if not await fetch_all(conn, SET_OWN, own):
            conn.prepare_threshold = None
        conn.cursor_factory = self._cursors
        self._used[conn] = time.monotonic()


def read_value(conn: SyncConn, query: Statement, parameters: Parameters = None) -> Any:
    """Return the first column of the first row of *query*, or None; for synchronous commands."""
    return conn.cursor(row_factory=scalar_row).execute(query, parameters).fetchone()


async def fetch_value(
    conn: Conn, query: Statement, parameters: Parameters = None, default: Any = None
) -> Any:
    """Return the first column of the first row of *query*, or *default* if there is no row."""
    row = await fetch_row(conn, query, parameters)
    return row[0] if row else default


async def fetch_column(conn: Conn, query: Statement, parameters: Parameters = None) -> list[Any]:
    """Return the values of *query*, which selects one column."""
    return [value for (value,) in await fetch_all(conn, query, parameters)]


async def fetch_row(conn: Conn, query: Statement, parameters: Parameters = None) -> Any:
    """Return the first row of *query*, or None."""
    return await (await conn.execute(query, parameters)).fetchone()


async def fetch_all(conn: Conn, query: Statement, parameters: Parameters = None) -> list[Any]:
    """Return the rows of *query*."""
    return await (await conn.execute(query, parameters)).fetchall()


async def fetch_dicts(conn: Conn, query: Statement, parameters: Parameters) -> list[dict[str, Any]]:
    """Return the rows of *query* as dicts by column name."""
    cursor = conn.cursor(row_factory=dict_row)
    return await (await cursor.execute(query, parameters)).fetchall()


async def fetch_as(conn: Conn, kind: type[T], query: Statement, parameters: Parameters) -> list[T]:
    """Return the rows of *query* as instances of *kind*, by column name."""
    cursor = conn.cursor(row_factory=class_row(kind))
    return await (await cursor.execute(query, parameters)).fetchall()


async def allow_seconds(conn: Conn, seconds: float) -> None:
    """Allow each statement of the transaction *seconds*, and 5 seconds of waiting for a lock."""
    for statement in list_timeouts(seconds, _LOCK_SECONDS):
        await conn.execute(statement)


def list_timeouts(statement: float, lock: float | None = None) -> list[str]:
    """Return statements that set a transaction's statement and lock timeouts, in seconds.

    0 means no limit; None keeps the role's setting. The first one makes a cluster pass the others
    on to its nodes, provided each is sent by itself.
    """
    seconds = {"statement_timeout": statement, "lock_timeout": lock}
    return [
        "SET LOCAL citus.propagate_set_commands = 'local'",
        *(f"SET LOCAL {k} = {round(v * 1000)}" for k, v in seconds.items() if v is not None),
    ]


def gather_columns(rows: Iterable[object], **fields: str) -> dict[str, list[Any]]:
    """Return *rows* as arrays for `unnest`; *fields* maps each array's name to an attribute."""
    listed = list(rows)
    return {name: [getattr(row, field) for row in listed] for name, field in fields.items()}


def split_columns(rows: Iterable[Sequence[Any]], *names: str) -> dict[str, list[Any]]:
    """Return *rows* as arrays for `unnest`, called *names* in column order."""
    listed = list(rows)
    return {name: [row[place] for row in listed] for place, name in enumerate(names)}
