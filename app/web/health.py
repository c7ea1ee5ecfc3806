"""`/`, `/health` and `/livez`: for those who watch the process."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from app import __version__
from app.core.timings import to_ms
from app.store import migrations
from app.store.database import Conn, Database, UnavailableError


def make_health(
    database: Database, sockets: Callable[[], Mapping[str, int]] | None = None
) -> Handler:
    """Return what answers `/health`, which alone touches the database; it tells of *sockets*."""

    async def answer_health(_: web.Request) -> web.Response:
        status, told = await _check_health(database)
        return web.json_response(told | ({"sockets": sockets()} if sockets else {}), status=status)

    return answer_health


async def answer_livez(_: web.Request) -> web.Response:
    """Say that the process answers."""
    return web.json_response({"ok": True})


async def answer_root(_: web.Request) -> web.Response:
    """Say who answers here, and where to look."""
    return web.Response(text=f"pptbot {__version__} runs; /health says how it is\n")


async def _check_health(database: Database) -> tuple[int, dict[str, Any]]:
    async def look(conn: Conn) -> tuple[migrations.State, float]:
        started = time.perf_counter()
        state = await migrations.read_state(conn)
        return state, to_ms(time.perf_counter() - started, 2)

    try:
        state, ms = await database.run(look, patience=database.limits.page)
    except UnavailableError:
        return 503, {
            "ok": False,
            "version": __version__,
            "database": {"available": False, "connection_time_ms": None},
            "migrations": {"applied": None, "pending": None},
        }
    return 200, {
        "ok": True,
        "version": __version__,
        "database": {"available": True, "connection_time_ms": ms},
        "migrations": {"applied": state.applied, "pending": len(state.pending)},
    }
