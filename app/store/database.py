"""The way to PostgreSQL: a pool, patience that ends in time, and one error for "not now"."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import psycopg
from psycopg import AsyncConnection, Connection
from psycopg.errors import (
    IdleInTransactionSessionTimeout,
    NumericValueOutOfRange,
    ProgramLimitExceeded,
    ReadOnlySqlTransaction,
)
from psycopg.rows import class_row, dict_row, scalar_row
from psycopg.sql import Composed
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from app.core.timings import PRODUCTION
from app.core.vote import ScoreLimitError
from app.store.connections import (
    AbruptConnection,
    build_connection_options,
    build_cursor_class,
    hang_up,
)

T = TypeVar("T")
Conn = AsyncConnection[Any]
Query = Callable[[Conn], Awaitable[T]]
Statement: TypeAlias = str | Composed
Given: TypeAlias = Mapping[str, Any] | Sequence[Any] | None
"""The parameters of a statement."""

_FIRST_PAUSE: Final = 0.02
# Short enough to get past a pool full of connections that a restart has cut.
_LONGEST_PAUSE: Final = 0.2
# A connection that nobody used for this long is asked whether it is alive: a round trip that a
# busy app never makes.
_RESTED: Final = 10.0
# What does not answer by then is hung up, so that there is time left for a new connection.
_ALIVE_WITHIN: Final = 0.5

# A pooler answers with a process id of its own making: then nothing is set, and no row comes.
_OWN: Final = """
SELECT set_config('statement_timeout', %(statement)s, false),
    set_config('lock_timeout', %(lock)s, false),
    set_config('idle_in_transaction_session_timeout', %(transaction)s, false)
WHERE pg_backend_pid() = %(pid)s::integer
"""

_LOST: Final = (
    psycopg.OperationalError, psycopg.InterfaceError, IdleInTransactionSessionTimeout,
    ReadOnlySqlTransaction, PoolTimeout, PoolClosed,
)  # fmt: skip


# Of the transaction alone: behind a pooler the session is not ours. Old servers lack some.
UNLIMITED: Final = """
SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN
    ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')
"""
"""Lets a transaction take as long as it takes; how long it waits for a lock stays the role's."""

# Of a transaction that is about much: others wait for it, so that it waits for none of them long.
_LOCK_SECONDS: Final = 5


class UnavailableError(Exception):
    """The database did not store or answer in time; what was asked may be asked again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections are held, and how long is waited for what (seconds)."""

    pool_min: int = 2
    pool_max: int = 10
    idle: float = 30.0
    connect: float = 2.0
    statement: float = 5.0
    lifetime: float = 1800.0
    """After this, and a little chance, a connection is replaced: poolers and hosts change."""
    lock: float = 2.0
    """Less than the patience, so that who waits for a lock can still be told so."""
    transaction: float = 60.0
    """A transaction that does nothing for this long is ended, with the locks it holds."""
    patience: float = PRODUCTION.database
    """Whoever asks waits as long, unless told otherwise."""
    page: float = PRODUCTION.page
    """A page that tells how the database is waits as long."""
    slow: float = 0.5
    """A statement that takes longer is logged."""


class Database:
    """A pool of connections to one PostgreSQL database, each in autocommit."""

    def __init__(self, url: str, limits: Limits) -> None:
        self.url = url
        self.limits = limits
        self.pool = AsyncConnectionPool(
            url,
            connection_class=AbruptConnection,
            min_size=limits.pool_min,
            max_size=limits.pool_max,
            max_idle=limits.idle,
            max_lifetime=limits.lifetime,
            timeout=limits.connect,
            # Short, because the pool doubles its pauses: a client in need tries anew at once.
            reconnect_timeout=1.0,
            kwargs=build_connection_options(url, limits.connect),
            configure=self._configure,
            open=False,
        )
        self._cursors = build_cursor_class(limits.slow)
        self._used: WeakKeyDictionary[Conn, float] = WeakKeyDictionary()

    async def open(self) -> None:
        """Begin to connect; does not wait for the database."""
        await self.pool.open(wait=False)

    async def close(self) -> None:
        """Give all connections back."""
        await self.pool.close(timeout=1.5)

    async def run(self, query: Query[T], *, patience: float | None = None) -> T:
        """Return what *query* returns, trying again what may succeed a moment later.

        Raises UnavailableError after *patience* seconds, those of the limits if None. A query may
        then still take effect: each one is written so that a second time changes nothing. Raises
        ScoreLimitError where a number would be more than 64 bits hold.
        """
        patience = self.limits.patience if patience is None else patience
        try:
            async with asyncio.timeout(patience + 0.1) as limit:
                return await self._run_attempts(query, time.monotonic() + patience)
        except TimeoutError as error:
            if limit.expired():
                raise UnavailableError("no answer in time") from error
            raise

    def read_pool_state(self) -> Mapping[str, int]:
        """Return how many connections there are, and how often one was asked for in vain."""
        told = self.pool.get_stats()
        return {
            "total": told.get("pool_size", 0),
            "idle": told.get("pool_available", 0),
            "waiting": told.get("requests_waiting", 0),
            "max": self.limits.pool_max,
            "requests": told.get("requests_num", 0),
            "errors": told.get("requests_errors", 0),
            "connections_lost": told.get("connections_lost", 0),
        }

    async def describe_trouble(self) -> str:
        """Return in one line what keeps this process from connecting."""
        options = build_connection_options(self.url, self.limits.connect)
        try:
            async with await AsyncConnection.connect(self.url, **options):
                return "busy"
        except psycopg.Error as error:
            return str(error).partition("\n")[0] or type(error).__name__

    async def _run_attempts(self, query: Query[T], deadline: float) -> T:
        pause, task = _FIRST_PAUSE, asyncio.current_task()
        asked = task.cancelling() if task else 0
        while True:
            left = deadline - time.monotonic()
            try:
                async with self.pool.connection(timeout=min(self.limits.connect, left)) as conn:
                    # The pool's wait_for loses a cancellation that comes with the connection.
                    if task and task.cancelling() > asked:
                        raise asyncio.CancelledError
                    await self._check_alive(conn)
                    return await _run_query(query, conn)
            except ProgramLimitExceeded:
                raise  # too large today and tomorrow, though psycopg counts it with the lost ones
            except NumericValueOutOfRange as error:
                raise ScoreLimitError from error
            except _LOST as error:
                # The longest that chance makes the pause: after it there is no try any more.
                if isinstance(error, PoolClosed) or time.monotonic() + 1.5 * pause >= deadline:
                    raise UnavailableError(_name_error(error)) from error
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _check_alive(self, conn: Conn) -> None:
        """Raise OperationalError if *conn* has died while nobody used it."""
        now = time.monotonic()
        if now - self._used.get(conn, now) > _RESTED:
            late = asyncio.get_running_loop().call_later(_ALIVE_WITHIN, hang_up, conn)
            try:
                await conn.execute("")
            finally:
                late.cancel()
        self._used[conn] = now

    async def _configure(self, conn: Conn) -> None:
        """Make *conn* this process's own, or, behind a pooler, leave nothing on it.

        Between PgBouncer's like in transaction mode and us, each transaction may be on another
        connection of theirs: what we set or prepared there would be somebody else's.
        """
        of = self.limits
        limits = {"statement": of.statement, "lock": of.lock, "transaction": of.transaction}
        own = {name: str(round(seconds * 1000)) for name, seconds in limits.items()}
        own["pid"] = str(conn.info.backend_pid)
        if await fetch_row(conn, _OWN, own) is None:
            conn.prepare_threshold = None
        conn.cursor_factory = self._cursors


def read_value(conn: Connection[Any], query: Statement, given: Given = None) -> Any:
    """Return, to a command, the first column of the first row of *query*; None for no row."""
    return conn.cursor(row_factory=scalar_row).execute(query, given).fetchone()


async def fetch_value(
    conn: Conn, query: Statement, given: Given = None, default: Any = None
) -> Any:
    """Return the first column of the first row of *query*; *default* where there is no row."""
    row = await fetch_row(conn, query, given)
    return row[0] if row else default


async def fetch_column(conn: Conn, query: Statement, given: Given = None) -> list[Any]:
    """Return the first column of *query*, which has no other."""
    return [value for (value,) in await fetch_all(conn, query, given)]


async def fetch_row(conn: Conn, query: Statement, given: Given = None) -> Any:
    """Return the first row of *query*; None where there is none."""
    return await (await conn.execute(query, given)).fetchone()


async def fetch_all(conn: Conn, query: Statement, given: Given = None) -> list[Any]:
    """Return the rows of *query*."""
    return await (await conn.execute(query, given)).fetchall()


async def fetch_dicts(conn: Conn, query: Statement, given: Given) -> list[dict[str, Any]]:
    """Return the rows of *query*, each by the names of its columns."""
    cursor = conn.cursor(row_factory=dict_row)
    return await (await cursor.execute(query, given)).fetchall()


async def fetch_as(conn: Conn, kind: type[T], query: Statement, given: Given) -> list[T]:
    """Return the rows of *query*, each as one of *kind*, by the names of its columns."""
    cursor = conn.cursor(row_factory=class_row(kind))
    return await (await cursor.execute(query, given)).fetchall()


async def allow_seconds(conn: Conn, seconds: float) -> None:
    """Let each statement of the transaction take so many *seconds*, 5 of them for a lock."""
    for statement in list_timeouts(seconds, _LOCK_SECONDS):
        await conn.execute(statement)


def list_timeouts(statement: float, lock: float | None = None) -> list[str]:
    """Return what lets a transaction's statements take so many seconds, and wait so for a lock.

    0 is for ever, None as the role has it. A cluster hands each on to its nodes, because of the
    first one, if it is sent by itself.
    """
    seconds = {"statement_timeout": statement, "lock_timeout": lock}
    return [
        "SET LOCAL citus.propagate_set_commands = 'local'",
        *(f"SET LOCAL {k} = {round(v * 1000)}" for k, v in seconds.items() if v is not None),
    ]


def gather_columns(rows: Iterable[object], **fields: str) -> dict[str, list[Any]]:
    """Return *rows* as `unnest` takes them: by the name of each array, the field that it holds."""
    listed = list(rows)
    return {name: [getattr(row, field) for row in listed] for name, field in fields.items()}


def split_columns(rows: Iterable[Sequence[Any]], *names: str) -> dict[str, list[Any]]:
    """Return *rows* as `unnest` takes them: by the *names* of the arrays, in their order."""
    listed = list(rows)
    return {name: [row[place] for row in listed] for place, name in enumerate(names)}


async def _run_query(query: Query[T], conn: Conn) -> T:
    try:
        return await query(conn)
    except ReadOnlySqlTransaction:
        # Somebody else is the primary now, or soon this one again: a new connection will tell.
        await conn.close()
        raise


def _name_error(error: Exception) -> str:
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__} {state}" if state else type(error).__name__
