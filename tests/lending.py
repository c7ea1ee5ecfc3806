"""Database connections that one test's app leaves to the next.

For each connection PostgreSQL starts a process, which reads the catalog and plans every statement
anew; that took longer than most tests.
"""

from typing import Any, ClassVar, Self

import psycopg
from psycopg import AsyncCursor
from psycopg.pq import TransactionStatus

from app.store.connections import AbruptConnection, ConnectionPool

_AS_NEW = "RESET ALL; SELECT pg_advisory_unlock_all()"


class LentConnection(AbruptConnection):
    """A connection that stays open for the next pool when its own is closed."""

    url: ClassVar[str | None] = None
    """The database whose connections are kept; others don't outlive their test."""
    closing: ClassVar[int] = 0
    """Number of pools being closed."""
    spare: ClassVar[list["LentConnection"]] = []

    opened_with: str | None = None

    @classmethod
    async def connect(cls, conninfo: str = "", **options: Any) -> Self:
        """Return a spare connection, reset except for PostgreSQL's caches, or a new one."""
        while conninfo == cls.url and cls.spare:
            conn = cls.spare.pop()
            if await conn._renew():
                return conn
        conn = await super().connect(conninfo, **options)
        conn.opened_with = conninfo
        return conn

    async def close(self) -> None:
        """Keep the connection for the next pool if it's idle and its pool is closing."""
        idle = self.pgconn.transaction_status == TransactionStatus.IDLE
        if self.closing and idle and self.opened_with == self.url:
            self.spare.append(self)
        else:
            await super().close()

    async def _renew(self) -> bool:
        self.prepare_threshold, self.cursor_factory = 5, AsyncCursor
        try:
            await self.execute(_AS_NEW, prepare=False)
        except psycopg.Error:  # a test cut the connection
            await super().close()
            return False
        return True


class LendingPool(ConnectionPool):
    """A pool that reuses other pools' connections, and leaves its own to them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "connection_class": LentConnection})

    async def close(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Close the pool, and leave its idle connections to the next."""
        LentConnection.closing += 1
        try:
            await super().close(timeout)
        finally:
            LentConnection.closing -= 1
