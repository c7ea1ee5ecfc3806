"""Cursors that log slow statements: by name and time, never by what is in them."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
from psycopg import AsyncCursor

from app.core.timings import to_ms

_log = structlog.get_logger()

_STORE: Final = "app.store."
_SKIPPED_MODULES: Final = frozenset({"app.store.slow", "app.store.database"})


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


@contextmanager
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
