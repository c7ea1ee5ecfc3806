"""The fake's HTTP responses: results, errors, arranged failures and dropped connections."""

import hmac
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from app.devtools.fake_slack.arguments import MethodError
from app.devtools.fake_slack.faults import Fault


@dataclass(frozen=True, slots=True)
class ApiReply:
    """An HTTP response; status 0 drops the connection, and a body of None is sent as HTML.

    *raw* bytes are sent in place of the body, labeled as JSON whether they are JSON or not.
    """

    status: int
    body: dict[str, Any] | None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None

    @property
    def error(self) -> str:
        """The error's name, empty if there is none."""
        return str((self.body or {}).get("error", ""))

    def make_response(self, request: web.Request) -> web.Response:
        """Return the response to *request*, or drop its connection."""
        if self.status == 0 and request.transport is not None:
            request.transport.abort()
        if self.status == 0 or self.body is None:
            page = "<html>Server Error</html>"
            return web.Response(status=self.status or 500, text=page, content_type="text/html")
        if self.raw is not None:
            return web.Response(status=self.status, body=self.raw, content_type="application/json")
        return web.json_response(self.body, status=self.status, headers=self.headers)


CUT = ApiReply(0, None)


def build_refusal(refusal: MethodError) -> dict[str, Any]:
    """Return the response body for *refusal*."""
    body: dict[str, Any] = {"ok": False, "error": refusal.error}
    if refusal.messages:
        body["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in refusal.messages]}
    return body


def build_rate_limit(seconds: float) -> ApiReply:
    """Return Slack's response to a rate-limited caller."""
    body = {"ok": False, "error": "ratelimited"}
    return ApiReply(429, body, {"Retry-After": str(seconds)})


def build_fault_reply(fault: Fault) -> ApiReply:
    """Return the response that *fault* gives in Slack's place."""
    if fault.status == 429 or fault.retry_after is not None:
        return build_rate_limit(1 if fault.retry_after is None else fault.retry_after)
    if fault.error is None:
        return ApiReply(fault.status or 500, None)
    return ApiReply(fault.status or 200, {"ok": False, "error": fault.error})


def read_bearer(request: web.Request) -> str:
    """Return the token of the Authorization header, empty if there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def find_token_error(token: str, bot_token: str) -> str:
    """Return Slack's error for *token*, empty if it's valid."""
    if not token:
        return "not_authed"
    if token.startswith("xapp-"):
        return "not_allowed_token_type"
    return "" if hmac.compare_digest(token.encode(), bot_token.encode()) else "invalid_auth"
