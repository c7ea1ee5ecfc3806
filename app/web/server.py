"""The HTTP server: one aiohttp application for Slack's events, health and pages.

Its routes are listed in `routes.py` beside it.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

import structlog
from aiohttp import web, web_response
from aiohttp.typedefs import Handler

_log = structlog.get_logger()

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes of a request's body. Slack's longest is the edit of a forward of 40,000 characters with as
long a comment: it has both as text and as blocks, as they are and as they were, escaped."""
LINGER: Final = 2.0
"""Seconds for which the rest of a refused body is read, so that the refusal can be heard."""
DRAIN: Final = 4.0
"""Seconds that requests under way may take when the server stops. The library waits that long
twice, before and after it asks them to end; within 10 seconds the process is to be gone."""


def make_application(routes: Iterable[web.RouteDef]) -> web.Application:
    """Return the application that serves *routes*."""
    # The library names itself and Python, with their versions, in each answer, and in those to
    # what isn't a request, which no application sees.
    vars(web_response)["SERVER_SOFTWARE"] = "pptbot"
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_answer_errors])
    app.add_routes(list(routes))
    app.on_response_prepare.append(_add_headers)
    return app


@asynccontextmanager
async def listen(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve *app* while inside; give the port. On leaving, what is under way is answered."""
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=DRAIN, keepalive_timeout=75, lingering_time=LINGER
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers["X-Content-Type-Options"] = "nosniff"


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except ConnectionError:  # the other end has gone: nobody to answer
        raise
    except Exception:  # noqa: BLE001 (the door: one answer, one line in the log)
        _log.exception("http.failed", path=request.path)
        return web.Response(status=500)
