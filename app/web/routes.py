"""Every path that the app serves; operators' pages require ADMIN_TOKEN, and exist only with it."""

import hmac
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from app.store.database import Database
from app.usecases.watch import Watch
from app.web.export import make_export
from app.web.health import answer_livez, answer_root, make_health, make_stats
from app.web.metrics import make_metrics

_log = structlog.get_logger()

PATHS: Final = ("/api/{rest:.*}", "/export/{rest:.*}", "/metrics")
"""Paths of operators' pages; unknown paths below them require the token too."""
SHORTEST: Final = 16
"""Minimum length of a token that can't be guessed; a shorter one causes a warning."""


def list_routes(
    answer_event: Handler,
    database: Database,
    watch: Watch,
    sockets: Callable[[], Mapping[str, int]] | None,
    admin_token: str | None,
) -> list[web.RouteDef]:
    """Return all routes; operators' pages require *admin_token*."""
    if admin_token is not None and len(admin_token) < SHORTEST:
        _log.warning("admin.token_short", characters=len(admin_token), at_least=SHORTEST)
    return [
        web.post("/slack/events", answer_event),
        web.get("/", answer_root),
        web.get("/health", make_health(database, sockets)),
        web.get("/livez", answer_livez),
        *_protect_routes(admin_token, [
            web.get("/export/database", make_export(database)),
            web.get("/api/database-stats", make_stats(database)),
            web.get("/metrics", make_metrics(watch, database, sockets)),
        ]),
    ]  # fmt: skip


def _protect_routes(token: str | None, pages: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    """Return *pages* and routes for other methods and paths in PATHS, all protected by *token*."""
    pages = list(pages)
    others = [web.route("*", page.path, _refuse_method) for page in pages]
    others += [web.route("*", path, _raise_not_found) for path in PATHS]
    return [
        web.RouteDef(page.method, page.path, _protect(token, page.handler), page.kwargs)
        for page in (*pages, *others)
    ]


def _protect(token: str | None, handler: Handler) -> Handler:
    """Return *handler* protected by *token*: 401 without the token, 404 if none is set."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if token is None:
            raise web.HTTPNotFound
        if not _has_token(token, request.headers.get("Authorization", "")):
            return web.Response(
                status=401,
                text="Send the header Authorization: Bearer followed by the ADMIN_TOKEN\n",
                headers={"WWW-Authenticate": 'Bearer realm="pptbot"'},
            )
        return await handler(request)

    return answer


def _has_token(token: str, header: str) -> bool:
    """Return whether *header* carries *token*, compared in constant time."""
    scheme, _, credentials = header.partition(" ")
    # Bytes that aren't UTF-8 arrive as surrogates; encode them back to the original bytes.
    matches = hmac.compare_digest(
        credentials.strip().encode("utf-8", "surrogateescape"), token.encode()
    )
    return matches and scheme.lower() == "bearer"


async def _refuse_method(request: web.Request) -> web.StreamResponse:
    raise web.HTTPMethodNotAllowed(request.method, ["GET", "HEAD"])


async def _raise_not_found(_: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound
