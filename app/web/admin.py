"""Who may see the pages for operators: those who send ADMIN_TOKEN; without one there are none."""

import hmac
from collections.abc import Iterable
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

PATHS: Final = ("/api/{rest:.*}", "/export/{rest:.*}", "/metrics")
"""Where those pages are; what else is asked there needs the token too."""
SHORTEST: Final = 16
"""Characters of a token that cannot be guessed."""


def protect_routes(token: str | None, pages: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    """Return *pages*, and all that could be beside them, for those who send *token*."""
    others = [web.route("*", place, _raise_not_found) for place in PATHS]
    return [
        web.RouteDef(page.method, page.path, protect(token, page.handler), page.kwargs)
        for page in (*pages, *others)
    ]


def protect(token: str | None, handler: Handler) -> Handler:
    """Return *handler* for those who send *token*: 401 for others, 404 where there is none."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if token is None:
            raise web.HTTPNotFound
        if not _has_token(token, request.headers.get("Authorization", "")):
            return web.Response(
                status=401,
                text="Authorization: Bearer and the ADMIN_TOKEN are needed\n",
                headers={"WWW-Authenticate": 'Bearer realm="pptbot"'},
            )
        return await handler(request)

    return answer


def _has_token(token: str, header: str) -> bool:
    """Tell in constant time whether *header* brings *token*."""
    scheme, _, given = header.partition(" ")
    # Bytes that are no UTF-8 arrive as surrogates, and go back to what they were.
    same = hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), token.encode())
    return same and scheme.lower() == "bearer"


async def _raise_not_found(_: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound
