"""Logging: one canonical line per event on standard output; never message text, never a token."""

import logging
import sys
from typing import Any

import structlog

# These speak of payloads, headers and failed attempts in their own words; ours are enough.
_QUIET = ("slack_bolt", "slack_sdk", "psycopg", "psycopg.pool", "aiohttp", "asyncio", "yoyo")


def configure(level: str, fmt: str | None, stream: Any = None) -> None:
    """Log from *level* on, as `console` or `json` (by default, console on a terminal)."""
    stream = stream or sys.stdout
    console = fmt == "console" or (fmt is None and stream.isatty())
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=stream.isatty())]
        if console
        else [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.ERROR, stream=stream, format="%(name)s: %(message)s")
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
