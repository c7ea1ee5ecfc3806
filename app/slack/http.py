"""`POST /slack/events`: signature, body and shape are checked before Bolt sees a request."""

import asyncio
import json
from collections.abc import Sequence  # noqa: TC003 (of a local annotation)
from typing import Any, Final
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from app.core import richtext

_log = structlog.get_logger()

PATIENCE: Final = 5.0
"""Seconds that a request's body may take to arrive."""

# What Bolt and our readers raise on a payload that only looks like Slack's.
_MISSHAPEN = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class Door:
    """Answers what Slack posts."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer 401 to what Slack did not sign, 400 to what it cannot have sent."""
        try:
            async with asyncio.timeout(PATIENCE):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        if is_ssl_check(body):
            return web.Response()
        text = _text(body)
        if text is not None and not self._signed(request, text):
            return web.Response(status=401)
        payload = parsed(text or "")
        if payload is None:
            return web.Response(status=400)
        return await self._dispatched(payload, request)

    def _signed(self, request: web.Request, body: str) -> bool:
        try:
            return self._verifier.is_valid_request(body, request.headers)
        except (ValueError, TypeError):  # a timestamp that is no number
            return False

    async def _dispatched(self, payload: dict[str, Any], request: web.Request) -> web.Response:
        headers: dict[str, str | Sequence[str]] = {
            k: v for k, v in request.headers.items() if k.lower().startswith("x-slack-")
        }
        try:
            # Mode "socket_mode": the body is parsed and the signature checked already.
            bolt_request = AsyncBoltRequest(body=payload, headers=headers, mode="socket_mode")
            answer = await self._app.async_dispatch(bolt_request)
        except _MISSHAPEN as error:
            _log.info(
                "event.misshapen", event_id=payload.get("event_id"), error=type(error).__name__
            )
            return web.Response(status=400)
        return _response(answer)


def is_ssl_check(body: bytes) -> bool:
    """Tell the empty call with which Slack now and then tries a command's certificate."""
    return len(body) < 500 and b"ssl_check=1" in body.split(b"&")


def parsed(text: str) -> dict[str, Any] | None:
    """Return the payload in a body, JSON or a form, or None if it has not Slack's shape."""
    try:
        payload = json.loads(text) if text.lstrip().startswith("{") else _form(text)
    except (ValueError, RecursionError):
        return None
    return payload if _has_shape(payload) else None


def _text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _form(text: str) -> Any:
    fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
    return json.loads(fields["payload"]) if "payload" in fields else fields


def _has_shape(payload: Any) -> bool:
    if not isinstance(payload, dict) or not _grants(payload.get("authorizations")):
        return False
    if payload.get("type") == "event_callback":
        event = payload.get("event")
        return isinstance(event, dict) and isinstance(event.get("type"), str)
    return isinstance(payload.get("type", payload.get("command")), str)


def _grants(authorizations: object) -> bool:
    if not isinstance(authorizations, list):
        return authorizations is None
    return len(richtext.dicts(authorizations)) == len(authorizations)


def _response(answer: BoltResponse) -> web.Response:
    content_type = answer.first_headers_without_set_cookie().get("content-type", "text/plain")
    return web.Response(
        status=answer.status, text=answer.body, content_type=content_type.partition(";")[0]
    )
