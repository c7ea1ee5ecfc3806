"""Logging: one canonical line per event on standard output; never message text, never a token."""

import contextlib
import fcntl
import logging
import os
import stat
import sys
import time
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any, Final

import structlog
from cachetools import LRUCache

# These libraries log payloads, headers and failed attempts; our own events cover those.
_QUIET = ("slack_bolt", "slack_sdk", "psycopg", "psycopg.pool", "aiohttp", "asyncio", "yoyo")

_MOST_A_MINUTE: Final = dict.fromkeys((
    "answer.failed", "channel.unchecked", "channel.unknown", "channels.unknown",
    "event.unavailable", "form.not_opened", "form.not_updated", "group.unknown", "member.unchecked",
    "name.not_stored", "name.unknown", "organization.unknown", "reply.again", "reply.waits",
    "role.unknown", "thread.unknown",
), 10) | {"request.refused": 1}  # fmt: skip
"""The most lines a minute of events that an outage, or anybody, could repeat with every request."""
_MOST_REASONS: Final = 1000


def configure(level: str, fmt: str | None, stream: Any = None) -> None:
    """Log at *level* and above; *fmt* None means console on a terminal, otherwise JSON."""
    stream = stream or _open_output()
    unfailing: Any = _Unfailing(stream)
    console = fmt == "console" or (fmt is None and stream.isatty())
    console_renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            *([] if level == "debug" else [Repetitions()]),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _format_exception,
            console_renderer if console else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(unfailing),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.ERROR, stream=unfailing, format="%(name)s: %(message)s")
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class Repetitions:
    """Passes only some lines a minute of what would be repeated, for each event and reason.

    The next line after that minute says how many were omitted.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: LRUCache[tuple[str, str], tuple[float, int]] = LRUCache(_MOST_REASONS)

    def __call__(
        self, _: Any, __: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Return *event*, or raise DropEvent."""
        most = _MOST_A_MINUTE.get(event["event"])
        if most is None:
            return event
        key = event["event"], str(event.get("reason"))
        now, (begun_at, count) = self._clock(), self._begun.get(key, (float("-inf"), 0))
        if now - begun_at < 60:
            self._begun[key] = begun_at, count + 1
            if count >= most:
                raise structlog.DropEvent
            return event
        self._begun[key] = now, 1
        if count > most:
            event["omitted"] = count - most
        return event


def _open_output() -> Any:
    """Return standard output, or what writes to it without waiting if it's a pipe or a socket."""
    number = sys.stdout.fileno()
    mode = os.fstat(number).st_mode
    return _Pipe(number) if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else sys.stdout


class _Pipe:
    """Writes to a pipe or socket, and drops what its reader leaves no room for.

    A reader may stall, such as the log driver of a container; waiting for it would stop the app.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._is_cut = False
        os.set_blocking(number, False)
        with contextlib.suppress(AttributeError, OSError):  # only Linux's pipes have a size
            fcntl.fcntl(number, fcntl.F_SETPIPE_SZ, 1 << 20)

    def write(self, text: str) -> None:
        """Write *text*, or the start of it; raise BlockingIOError if there's no room at all."""
        # a line that was cut has no end of its own
        line = "\n" * self._is_cut + text
        data = line.encode(errors="replace")
        self._is_cut = os.write(self._number, data) < len(data)

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""

    def isatty(self) -> bool:
        """Return that this is no terminal."""
        return False


class _Unfailing:
    """Writes to *stream*, and drops what can't be written: votes count on a full disk too."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write *text* if possible."""
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream if possible."""
        with contextlib.suppress(OSError):
            self._stream.flush()


def _format_exception(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace exc_info with the traceback and the first line of the message.

    Omits local variables and PostgreSQL's DETAIL, which may contain what people wrote.
    """
    exc_info = event.pop("exc_info", None)
    error = exc_info if isinstance(exc_info, BaseException) else exc_info and sys.exc_info()[1]
    if error:
        frames = "".join(traceback.format_tb(error.__traceback__))
        first = str(error).partition("\n")[0]
        event["exception"] = f"{frames}{type(error).__name__}: {first}"
    return event
