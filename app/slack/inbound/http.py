"""`POST /slack/events`: checks signature, body and shape before Bolt sees a request."""

import asyncio
import contextlib
import hmac
import json
import re
from typing import Any, Final
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from app.slack.inbound.bolt_app import dispatch, has_shape
from app.usecases.watch import Watch

_log = structlog.get_logger()

_TIMESTAMP, _SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
_SIGNED: Final = (re.compile("[0-9]{1,12}"), re.compile("v0=[0-9a-f]{64}"))
"""The formats of the two headers."""
_LARGE: Final = 256 * 1024
_MOST_LARGE: Final = 8
"""How many bodies are read at once beyond _LARGE bytes. Anybody can send them, because a signature
can't be checked before the end; Slack's are rarely that large."""


class EventsEndpoint:
    """Handles Slack's HTTP requests; *patience* is how many seconds a body may take to arrive.

    *watch* counts those whose signature isn't accepted.
    """

    def __init__(self, app: AsyncApp, signing_secret: str, patience: float, watch: Watch) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._patience = patience
        self._watch = watch
        self._large = asyncio.Semaphore(_MOST_LARGE)

    async def answer(self, request: web.Request) -> web.Response:
        """Respond to *request*: 401 if unsigned, 400 if malformed, 408 if slow, 413 if large."""
        try:
            body = await self._read_body(request)
        except TimeoutError:
            return web.Response(status=408)
        except web.RequestPayloadError:  # invalid chunks
            return web.Response(status=400)
        if is_ssl_check(body):
            return web.Response()
        text = _decode(body)
        if text is not None and not self._is_signed(request, text):
            return web.Response(status=401)
        payload = parse_payload(text or "")
        if payload is None:
            return web.Response(status=400)
        headers = {k: v for k, v in request.headers.items() if k.lower().startswith("x-slack-")}
        return _build_response(await dispatch(self._app, payload, headers))

    async def _read_body(self, request: web.Request) -> bytes:
        """Return the body; reject one announced as too large without waiting for it."""
        length, limit = request.content_length or 0, request.client_max_size
        if length > limit:
            raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=length)
        body = bytearray()
        async with asyncio.timeout(self._patience), contextlib.AsyncExitStack() as place:
            async for chunk in request.content.iter_any():
                if len(body) <= _LARGE < len(body) + len(chunk):
                    await place.enter_async_context(self._large)
                body += chunk
                if len(body) > limit:
                    raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=len(body))
        return bytes(body)

    def _is_signed(self, request: web.Request, body: str) -> bool:
        timestamp, signature = (request.headers.get(name, "") for name in (_TIMESTAMP, _SIGNATURE))
        # The verifier raises on malformed headers.
        if not all(map(re.Pattern.fullmatch, _SIGNED, (timestamp, signature))):
            return False
        if self._verifier.is_valid(body, timestamp, signature):
            return True
        expected = self._verifier.generate_signature(timestamp=timestamp, body=body) or ""
        is_late = hmac.compare_digest(expected, signature)
        self._note_refusal("timestamp" if is_late else "signature", int(timestamp))
        return False

    def _note_refusal(self, reason: str, timestamp: int) -> None:
        """Count and log a refusal, and by how many seconds Slack's clock is ahead of ours."""
        self._watch.count_unsigned(reason)
        ahead = round(timestamp - self._verifier.clock.now())
        _log.warning("request.refused", reason=reason, ahead=ahead)


def is_ssl_check(body: bytes) -> bool:
    """Return whether *body* is Slack's occasional check of a command's TLS certificate."""
    return len(body) < 500 and b"ssl_check=1" in body.split(b"&")


def parse_payload(text: str) -> dict[str, Any] | None:
    """Return the payload of a JSON or form body, or None if it doesn't have Slack's shape."""
    try:
        payload = json.loads(text) if text.lstrip().startswith("{") else _parse_form(text)
    except (ValueError, RecursionError):
        return None
    return payload if has_shape(payload) else None


def _decode(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _parse_form(text: str) -> Any:
    fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
    return json.loads(fields["payload"]) if "payload" in fields else fields


def _build_response(answer: BoltResponse) -> web.Response:
    content_type = answer.first_headers_without_set_cookie().get("content-type", "text/plain")
    return web.Response(
        status=answer.status, text=answer.body, content_type=content_type.partition(";")[0]
    )
