"""How long the current request from Slack has taken, for the log."""

import time
from contextvars import ContextVar
from typing import Final

from app.core.timings import to_ms

_began_at: Final[ContextVar[float]] = ContextVar("began_at")


def begin_request() -> float:
    """Begin to measure a request in the current context; return the time by `perf_counter`."""
    began_at = time.perf_counter()
    _began_at.set(began_at)
    return began_at


def measure_ms() -> float:
    """Return the milliseconds since the current request began, also in tasks that it started."""
    return to_ms(time.perf_counter() - _began_at.get())
