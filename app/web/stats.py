"""`GET /api/database-stats`: how database, pool and outbox are, for those who run the app."""

import time
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from app import __version__
from app.core.timings import to_ms
from app.store.database import Conn, Database, UnavailableError
from app.store.server import stats


def make_stats(database: Database) -> Handler:
    """Return what answers; who may ask is not decided here."""

    async def answer_stats(_: web.Request) -> web.Response:
        started = time.perf_counter()
        pool = dict(database.read_pool_state())
        try:
            found = await database.run(_read_stats, patience=database.limits.page)
        except UnavailableError as error:
            away = {"ok": False, "error": f"the database is away ({error})"}
            return web.json_response(away | {"version": __version__, "pool": pool}, status=503)
        ms = to_ms(time.perf_counter() - started)
        page = {"ok": True, "version": __version__} | found | {"pool": pool, "took_ms": ms}
        return web.json_response(page)

    return answer_stats


async def _read_stats(conn: Conn) -> dict[str, Any]:
    unsent = await stats.read_outbox_backlog(conn)
    oldest = None if unsent.oldest is None else round(unsent.oldest, 1)
    return {
        "database": await stats.read_server(conn),
        "tables": await stats.read_tables(conn),
        "indexes": await stats.read_indexes(conn),
        "outbox": {"waiting": unsent.waiting, "oldest_unsent_seconds": oldest},
    }
