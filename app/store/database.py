"""The way to PostgreSQL: a pool, patience that ends in time, and one error for "not now"."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import psycopg
from psycopg import AsyncConnection, conninfo
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

T = TypeVar("T")
Conn = AsyncConnection[Any]
Query = Callable[[Conn], Awaitable[T]]

# Slack waits 3 s for an answer; what is not stored by then is answered 503 and sent again.
PATIENCE: Final = 2.5
_FIRST_PAUSE: Final = 0.02

_LOST: Final = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, PoolClosed)


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


class Database:
    """A pool of connections to one PostgreSQL database, each in autocommit."""

    def __init__(self, url: str, limits: Limits) -> None:
        self.url = url
        self.limits = limits
        self.pool = AsyncConnectionPool(
            url,
            min_size=limits.pool_min,
            max_size=limits.pool_max,
            max_idle=limits.idle,
            timeout=limits.connect,
            # Short, because the pool doubles its pauses: a client in need tries anew at once.
            reconnect_timeout=1.0,
            kwargs=connection_options(url, limits),
            open=False,
        )
        self._given_up: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Begin to connect; does not wait for the database."""
        await self.pool.open(wait=False)

    async def close(self) -> None:
        """Give all connections back."""
        await self.pool.close(timeout=2.0)

    async def run(self, query: Query[T], *, patience: float = PATIENCE) -> T:
        """Return what *query* returns, trying again what may succeed a moment later.

        Raises UnavailableError after *patience* seconds. A query may then still take effect:
        each one is written so that a second time changes nothing.
        """
        task = asyncio.ensure_future(self._attempts(query, time.monotonic() + patience))
        done, _ = await asyncio.wait({task}, timeout=patience + 0.1)
        if not done:  # a server that hangs also hangs the cancelling, so it is not waited for
            self._give_up(task)
            raise UnavailableError("no answer in time")
        return task.result()

    async def trouble(self) -> str:
        """Return in one line what keeps this process from connecting."""
        options = connection_options(self.url, self.limits)
        try:
            async with await AsyncConnection.connect(self.url, **options):
                return "busy"
        except psycopg.Error as error:
            return str(error).partition("\n")[0] or type(error).__name__

    async def _attempts(self, query: Query[T], deadline: float) -> T:
        pause = _FIRST_PAUSE
        while True:
            left = deadline - time.monotonic()
            try:
                async with self.pool.connection(timeout=min(self.limits.connect, left)) as conn:
                    return await query(conn)
            except _LOST as error:
                if isinstance(error, PoolClosed) or time.monotonic() + pause >= deadline:
                    raise UnavailableError(_kind(error)) from error
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause *= 2

    def _give_up(self, task: asyncio.Task[Any]) -> None:
        self._given_up.add(task)
        task.add_done_callback(self._forget)
        task.cancel()

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._given_up.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not complain of it


def connection_options(url: str, limits: Limits) -> dict[str, Any]:
    """Return what each connection is opened with, beside what *url* says."""
    given = conninfo.conninfo_to_dict(url)
    own = {
        "application_name": "pptbot",
        "connect_timeout": max(2, round(limits.connect)),
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    settings = f"-c statement_timeout={round(limits.statement * 1000)} -c timezone=UTC"
    options = {"options": f"{settings} {given.get('options') or ''}".strip()}
    return {"autocommit": True} | {k: v for k, v in own.items() if k not in given} | options


def _kind(error: Exception) -> str:
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__} {state}" if state else type(error).__name__
