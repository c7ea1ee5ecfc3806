"""Health of the process and the database: `/`, `/health`, `/livez`, and statistics."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from app import __version__
from app.core.timings import to_ms
from app.store import migrations
from app.store.database import Conn, Database, UnavailableError
from app.store.server import stats
from app.store.server.rights import RightsError, require_writes
from app.store.shared_tasks import SharedTasks

_log = structlog.get_logger()

_Health = tuple[int, dict[str, Any], str]
"""The HTTP status, the body, and what the database role lacks the rights for, if any."""


def make_health(
    database: Database, sockets: Callable[[], Mapping[str, int]] | None = None
) -> Handler:
    """Return the handler for `/health`, the only health check that uses the database.

    Requests at the same time share one check, because anybody can send them and votes need the
    connections. The response includes the counts from *sockets*, if given.
    """
    last_reason = ""
    checks: SharedTasks[str, _Health] = SharedTasks()

    async def answer_health(_: web.Request) -> web.Response:
        nonlocal last_reason
        status, body, reason = await checks.share("health", partial(_check_health, database))
        if reason and reason != last_reason:
            _log.error("database.forbidden", reason=reason)
        last_reason = reason
        return web.json_response(body | ({"sockets": sockets()} if sockets else {}), status=status)

    return answer_health


async def answer_livez(_: web.Request) -> web.Response:
    """Confirm that the process responds."""
    return web.json_response({"ok": True})


async def answer_root(_: web.Request) -> web.Response:
    """Name the app and its version, and point to `/health`."""
    return web.Response(text=f"pptbot {__version__} is running; see /health for its status\n")


async def _check_health(database: Database) -> _Health:
    """Return the health of *database*."""

    async def check(conn: Conn) -> tuple[migrations.State, float]:
        started = time.perf_counter()
        await require_writes(conn)
        state = await migrations.read_state(conn)
        return state, to_ms(time.perf_counter() - started, 2)

    try:
        state, ms = await database.run(check, patience=database.limits.page)
    except UnavailableError as error:
        body = {
            "ok": False,
            "version": __version__,
            "database": {"available": False, "connection_time_ms": None},
            "migrations": {"applied": None, "pending": None},
        }
        return 503, body, str(error) if isinstance(error, RightsError) else ""
    body = {
        "ok": True,
        "version": __version__,
        "database": {"available": True, "connection_time_ms": ms},
        "migrations": {"applied": state.applied, "pending": len(state.pending)},
    }
    return 200, body, ""


def make_stats(database: Database) -> Handler:
    """Return the handler for database statistics; `routes.py` protects it."""

    async def answer_stats(_: web.Request) -> web.Response:
        started = time.perf_counter()
        pool = dict(database.read_pool_state())
        try:
            statistics = await database.run(_read_stats, patience=database.limits.page)
        except UnavailableError as error:
            body = {"ok": False, "error": f"the database is away ({error})"}
            return web.json_response(body | {"version": __version__, "pool": pool}, status=503)
        ms = to_ms(time.perf_counter() - started)
        page = {"ok": True, "version": __version__} | statistics | {"pool": pool, "took_ms": ms}
        return web.json_response(page)

    return answer_stats


async def _read_stats(conn: Conn) -> dict[str, Any]:
    waiting, oldest = await stats.read_outbox_backlog(conn)
    oldest = None if oldest is None else round(oldest, 1)
    return {
        "database": await stats.read_server(conn),
        "tables": await stats.read_tables(conn),
        "indexes": await stats.read_indexes(conn),
        "outbox": {"waiting": waiting, "oldest_unsent_seconds": oldest},
    }
