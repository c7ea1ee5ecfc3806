"""`GET /export/database`: streams all data as one JSON document."""

import asyncio
from typing import Final

import psycopg
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from psycopg import AsyncConnection

from app import __version__
from app.store.connections import build_connection_options
from app.store.database import Conn, Database
from app.store.transfer import dump

_log = structlog.get_logger()

_HEADERS: Final = {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Disposition": 'attachment; filename="pptbot.json"',
    "Cache-Control": "no-store",
}
STALLED: Final = 60.0
"""Seconds before a client that stops reading is dropped: an open snapshot burdens PostgreSQL."""


def make_export(database: Database) -> Handler:
    """Return the handler that streams the export; `routes.py` protects it."""

    async def export(request: web.Request) -> web.StreamResponse:
        if request.method == "HEAD":
            return web.Response(headers=_HEADERS)
        # Use a separate connection, because the pool is for votes.
        options = build_connection_options(database.url, database.limits.connect)
        overrides = {"application_name": "pptbot export", "prepare_threshold": None}
        try:
            conn = await AsyncConnection.connect(database.url, **options | overrides)
        except psycopg.Error:
            return web.json_response({"ok": False, "error": "database_unavailable"}, status=503)
        async with conn:
            return await _stream(request, conn)

    return export


async def _stream(request: web.Request, conn: Conn) -> web.StreamResponse:
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    try:
        async with dump.open_snapshot(conn):
            async for piece in dump.stream_document(conn, __version__):
                async with asyncio.timeout(STALLED):
                    await response.write(piece)
        async with asyncio.timeout(STALLED):
            await response.write_eof()
    except (psycopg.Error, TimeoutError) as error:
        _log.warning("export.failed", reason=type(error).__name__)
        # Abort the connection, so that a partial document can't pass for a complete one.
        if request.transport:
            request.transport.abort()
        raise ConnectionAbortedError from error
    return response
