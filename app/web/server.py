"""The HTTP server: one aiohttp application for Slack's events, health and operators' pages."""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

import structlog
from aiohttp import web, web_response
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestHandler

_log = structlog.get_logger()

MAX_BODY: Final = 4 * 1024 * 1024
"""Maximum bytes of a request's body. Slack's longest is the edit of a 40,000-character comment on
a forwarded message of the same length: it has both as text and as blocks, before and after the
edit, escaped."""
READ_AHEAD: Final = 64 * 1024
"""Bytes of a connection that are read before anybody waits for them; up to twice as many."""
MOST_CONNECTIONS: Final = 500
"""Connections kept open without a request, or half of the open files that the process may have, if
that's less. One that sends nothing, or half a header, costs its sender nothing, but without files
nothing works."""
_BACKLOG: Final = 1024
"""New connections that may wait while the app is busy, as far as the system allows. uvloop accepts
one per turn of its loop; whoever finds the queue full tries again after 1, 3 and 7 seconds."""
_CHECKED_EVERY: Final = 0.2
"""Seconds between two counts of the connections."""
LINGER: Final = 2.0
"""Seconds for which the rest of a rejected body is read, so that the client gets the response."""
DRAIN: Final = 4.0
"""Seconds that in-flight requests get at shutdown. aiohttp waits that long twice, before and after
it asks them to end, and the process must be gone within 10 seconds."""


def make_application(routes: Iterable[web.RouteDef]) -> web.Application:
    """Return the application that serves *routes*."""
    # By default, aiohttp puts its own version and Python's into each response, also into those to
    # malformed requests, which no application sees.
    vars(web_response)["SERVER_SOFTWARE"] = "pptbot"
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_answer_errors])
    app.add_routes(list(routes))
    app.on_response_prepare.append(_add_headers)
    return app


@asynccontextmanager
async def listen(
    app: web.Application,
    host: str,
    port: int,
    linger: float = LINGER,
    most: int = MOST_CONNECTIONS,
) -> AsyncIterator[int]:
    """Serve *app* while inside, and yield its port; finish in-flight requests on exit.

    Of more than *most* connections without a request, those unused for longest are closed.
    """
    # Idle connections stay open for aiohttp's default, over an hour: a proxy that keeps them longer
    # than we do may send a request just when we close one, and responds 502 by itself.
    # Slack compresses nothing, and signs what it sends; a megabyte can be a gigabyte compressed.
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=DRAIN,
        lingering_time=linger,
        auto_decompress=False,
        read_bufsize=READ_AHEAD,
    )
    await runner.setup()
    closing = asyncio.create_task(_close_idle(runner, most))
    try:
        await web.TCPSite(runner, host, port, backlog=_BACKLOG).start()
        yield runner.addresses[0][1]
    finally:
        closing.cancel()
        await runner.cleanup()


async def _close_idle(runner: web.AppRunner, most: int) -> None:
    """Keep closing connections without a request while there are more than *most* of them.

    Those go first that haven't been used for the longest time: a client that sends again just then
    gets no response.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(most, files // 2) if files > 0 else most  # -1 is no limit
    opened: dict[RequestHandler, float] = {}
    looked_at = 0.0
    while runner.server:
        # A new one was opened after the last look, at the earliest.
        opened = {one: opened.get(one, looked_at) for one in runner.server.connections}
        looked_at = asyncio.get_running_loop().time()
        idle = [one for one in opened if _is_idle(one)]
        idle.sort(key=lambda one: _read_last_use(one) or opened[one])
        for connection in idle[:-most]:
            connection.force_close()
        await asyncio.sleep(_CHECKED_EVERY)


# Only private attributes of aiohttp's connections tell.
def _is_idle(connection: RequestHandler) -> bool:
    return not (connection._request_in_progress or connection._messages)  # noqa: SLF001


def _read_last_use(connection: RequestHandler) -> float | None:
    """Return when the last request was answered, by the loop's clock; None if none was."""
    ends_at = connection._next_keepalive_close_time  # noqa: SLF001
    return ends_at - connection.keepalive_timeout if ends_at else None


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers["X-Content-Type-Options"] = "nosniff"


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except ConnectionError:  # the client is gone
        raise
    except Exception:  # noqa: BLE001 (the outermost handler: one response, one log line)
        _log.exception("http.failed", path=request.path)
        return web.Response(status=500)
