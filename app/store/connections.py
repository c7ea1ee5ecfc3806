"""How connections are opened and hung up, and statements timed.

The log has slow ones by name and time, never by what is in them.
"""

import contextlib
import os
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import structlog
from psycopg import AsyncConnection, AsyncCursor, conninfo

from app.core.timings import to_ms

_log = structlog.get_logger()

_STORE: Final = "app.store."
_SKIPPED_MODULES: Final = frozenset({"app.store.connections", "app.store.database"})


class AbruptConnection(AsyncConnection[Any]):
    """A connection that is hung up where its query is cut short."""

    async def cancel_safe(self, *, timeout: float = 30.0) -> None:  # noqa: ARG002, ASYNC109 (psycopg's)
        """Hang up; the server is not asked to cancel.

        It may hang, and a commit that only waits for its synchronous standby would be let through:
        the vote, sent again, would then be found stored and answered 200, and could still be lost
        with the primary.
        """
        hang_up(self)


def hang_up(conn: AsyncConnection[Any]) -> None:
    """Let whoever waits for the server hear at once that the connection is lost."""
    lost = contextlib.suppress(OSError, psycopg.Error)
    with lost, socket.socket(fileno=os.dup(conn.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def build_connection_options(url: str, seconds: float) -> dict[str, Any]:
    """Return what each connection is opened with in so many *seconds*, beside what *url* says."""
    given = conninfo.conninfo_to_dict(url)
    # No `options`: poolers refuse them.
    own = {
        "application_name": "pptbot",
        "connect_timeout": max(2, round(seconds)),
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        # A host that vanished is noticed, although what was sent to it waits for its receipt.
        "tcp_user_timeout": 10_000,
    }
    return {"autocommit": True} | {k: v for k, v in own.items() if k not in given}


def build_cursor_class(longest: float) -> type[AsyncCursor[Any]]:
    """Return a class of cursors that log statements of more than *longest* seconds.

    COPY, and rows that are fetched bit by bit, are not timed: they take as long as their data.
    """

    class TimedCursor(AsyncCursor[Any]):
        async def execute(self, *given: Any, **options: Any) -> Any:
            with _log_if_slow(longest):
                return await super().execute(*given, **options)

        async def executemany(self, *given: Any, **options: Any) -> None:
            with _log_if_slow(longest):
                await super().executemany(*given, **options)

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
    """Return which of the store's functions awaits the cursor, as module.function.

    Looked up in the frames, and only when a statement was slow: a quick one costs nothing.
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
