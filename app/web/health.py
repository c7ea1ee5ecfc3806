"""`/health` and `/livez`: for those who watch the process."""

import time

from aiohttp import web

from app import __version__
from app.store import migrations
from app.store.database import Conn, Database, UnavailableError

PATIENCE = 2.0


def routes(database: Database) -> list[web.RouteDef]:
    """Return both paths; only `/health` touches the database."""

    async def health(_: web.Request) -> web.Response:
        return await _health(database)

    async def livez(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    return [web.get("/health", health), web.get("/livez", livez)]


async def _health(database: Database) -> web.Response:
    async def look(conn: Conn) -> tuple[migrations.State, float]:
        started = time.perf_counter()
        state = await migrations.state(conn)
        return state, round((time.perf_counter() - started) * 1000, 2)

    try:
        state, ms = await database.run(look, patience=PATIENCE)
    except UnavailableError:
        return web.json_response({
            "ok": False,
            "version": __version__,
            "database": {"available": False, "connection_time_ms": None},
            "migrations": {"applied": None, "pending": None},
        }, status=503)  # fmt: skip
    return web.json_response({
        "ok": True,
        "version": __version__,
        "database": {"available": True, "connection_time_ms": ms},
        "migrations": {"applied": state.applied, "pending": len(state.pending)},
    })  # fmt: skip
