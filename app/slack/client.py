"""The Web API client: scopes, timeouts, paging, metrics, and what a failed call means.

A failure says whether it's permanent, how long to wait, and whether the call may have succeeded.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from functools import lru_cache
from typing import Any, Final, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from app.core.timings import PRODUCTION, Timings
from app.slack.background_tasks import end_tasks
from app.usecases.watch import Watch

T = TypeVar("T")

UNSURE: Final = frozenset({"fatal_error", "internal_error", ""})
"""Errors after which Slack may have done what was asked; an empty one gives no reason."""
# temporary errors; every other error stays the same on retry
_PASSING: Final = UNSURE | frozenset({
    "external_channel_migrating", "fetch_members_failed", "message_limit_exceeded",
    "org_login_required", "ratelimited", "rate_limited", "request_timeout", "service_unavailable",
    "team_added_to_org", "update_failed",
})  # fmt: skip

TOKEN_REFUSED: Final = frozenset({
    "account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "token_expired",
    "token_revoked",
})  # fmt: skip
"""Errors about the token, which say nothing of what was asked."""

FAILURES: Final = (SlackApiError, SlackRequestError, aiohttp.ClientError, TimeoutError, OSError)
"""What a Web API call may raise; SlackRequestError means that nothing was sent."""

SCOPES: Final = (
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands",
    "files:write", "groups:history", "groups:read", "im:write", "reactions:read",
    "reactions:write", "team:read", "usergroups:read", "users:read",
)  # fmt: skip
"""The scopes the app needs, as requested in the manifests."""


# Slack's errors that operators may want to see by name; any other is counted as "refused".
_ERRORS: Final = frozenset({
    "account_inactive", "channel_not_found", "fatal_error", "internal_error", "invalid_auth",
    "invalid_blocks", "is_archived", "message_not_found", "missing_scope", "msg_too_long",
    "no_permission", "not_allowed_token_type", "not_authed", "not_in_channel", "ratelimited",
    "restricted_action", "token_expired", "token_revoked", "user_not_found", "user_not_in_channel",
})  # fmt: skip
_SCOPES_HEADER: Final = "x-oauth-scopes"


class SlackClient(AsyncWebClient):
    """Slack's client, with the app's *timings*; *watch* counts the result of each call."""

    def __init__(
        self, timings: Timings = PRODUCTION, watch: Watch | None = None, **options: Any
    ) -> None:
        super().__init__(retry_handlers=[], **options)
        self.timings = timings
        self.watch = watch or Watch()
        self.granted_scopes = ""
        """The scopes named in Slack's latest response; empty before the first."""
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run *work*, which calls Slack, until it ends or `end_tasks` is called."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end_tasks(self) -> None:
        """Cancel what is running."""
        await end_tasks(self._tasks, 0)

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Call *api_method* as the client does, and count the result."""
        result = "ok"
        try:
            return await self._call(api_method, options)
        except (asyncio.CancelledError, TimeoutError):  # the caller gave up
            result = "timeout"
            raise
        except SlackApiError as error:
            result = _label_refusal(error)
            raise
        except (aiohttp.ClientError, OSError):
            result = "unreachable"
            raise
        finally:
            self.watch.count_call(_label_method(api_method), result)

    async def _call(self, api_method: str, options: dict[str, Any]) -> AsyncSlackResponse:
        """Call *api_method*; remember the scopes that Slack lists, and check our clock by its."""
        response = await super().api_call(api_method, **options)
        if date := parsedate_tz(response.headers.get("date", "")):
            with contextlib.suppress(ValueError, OverflowError):  # a proxy's may be no date
                self.watch.compare_clock("slack", mktime_tz(date))
        # Sockets and workflow steps use tokens of their own, whose scopes aren't the app's.
        if "token" not in (options.get("params") or ()):
            self.granted_scopes = response.headers.get(_SCOPES_HEADER, self.granted_scopes)
        return response

    async def _request(self, **call: Any) -> dict[str, Any]:
        """Return the response; one that didn't come from Slack has empty data.

        A proxy may respond instead, or cut the response short, which the SDK can't parse.
        """
        try:
            answer = await super()._request(**call)
        except SlackApiError as error:  # carries aiohttp's response, whose body isn't JSON
            status, headers = error.response.status, error.response.headers
            return {"data": {}, "headers": headers, "status_code": status}
        except RecursionError as error:
            raise aiohttp.ClientPayloadError from error
        return answer if isinstance(answer["data"], dict) else answer | {"data": {}}


class JsonResponse(aiohttp.ClientResponse):
    """A response that is read as JSON, however a stand-in or a proxy labels it."""

    @property
    def content_type(self) -> str:
        """JSON's, so that the SDK asks for `json`."""
        return "application/json"

    async def json(self, **_: Any) -> Any:
        """Return the parsed body, whatever its encoding; None if it's empty."""
        body = await self.text(errors="replace")  # a proxy's page may not be UTF-8
        return json.loads(body) if body.strip() else None


@lru_cache(maxsize=200)
def _label_method(name: str) -> str:
    """Return *name* if the client knows that method, else `other`."""
    return name if hasattr(AsyncWebClient, name.replace(".", "_")) else "other"


def _label_refusal(error: SlackApiError) -> str:
    reason = classify_failure(error).reason
    if reason == "ratelimited":
        return "rate_limited"
    if reason.startswith("http "):
        return "server_error"
    return reason if reason in _ERRORS else "refused"


async def read_pages(
    call: Callable[..., Awaitable[AsyncSlackResponse]], most: int = sys.maxsize
) -> AsyncIterator[AsyncSlackResponse]:
    """Yield the responses of *call*, page by page, at most *most*; raises what *call* raises."""
    cursor = ""
    for _ in range(most):
        answer = await call(cursor=cursor or None)
        yield answer
        cursor = read_cursor(answer)
        if not cursor:
            return


def read_cursor(answer: AsyncSlackResponse) -> str:
    """Return the cursor of the page after *answer*; empty on the last page."""
    paging = answer.get("response_metadata")
    cursor = paging.get("next_cursor") if isinstance(paging, dict) else None
    return cursor if isinstance(cursor, str) else ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A Web API call that failed."""

    reason: str
    permanent: bool = False
    wait: float | None = None
    """Seconds that Slack asks to wait before calling the method again."""
    unsure: bool = False
    """Whether Slack may have done what was asked although the response was lost."""

    @property
    def final(self) -> bool:
        """Whether it's permanent whatever the token: a refused one may be replaced."""
        return self.permanent and self.reason not in TOKEN_REFUSED


def classify_failure(error: Exception) -> Failure:
    """Return what *error*, one of FAILURES, means."""
    if isinstance(error, SlackApiError):
        return _classify_refusal(error)
    if isinstance(error, SlackRequestError):
        return Failure("incomplete", permanent=True)
    # The URL is malformed, unless the certificate is refused, or the response isn't text.
    other = (OSError, UnicodeDecodeError, aiohttp.RedirectClientError)
    malformed = isinstance(error, ValueError) and not isinstance(error, other)
    unconnected = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError)
    never_sent = malformed or isinstance(error, unconnected)
    return Failure(type(error).__name__, permanent=malformed, unsure=not never_sent)


def _classify_refusal(error: SlackApiError) -> Failure:
    status = getattr(error.response, "status_code", 0)
    if status == 429:
        return Failure("ratelimited", wait=_read_retry_after(error))
    if status >= 500:
        return Failure(f"http {status}", unsure=True)
    data = error.response.data
    word = data.get("error") if isinstance(data, dict) else None
    reason = word if isinstance(word, str) else ""
    return Failure(
        reason or f"http {status}",
        permanent=reason not in _PASSING,
        unsure=200 <= status < 300 and reason in UNSURE,
    )


def _read_retry_after(error: SlackApiError) -> float:
    headers = {str(k).lower(): v for k, v in error.response.headers.items()}
    try:
        seconds = float(headers.get("retry-after", 1))
    except ValueError:
        return 1.0
    return min(seconds, 600.0) if seconds > 0 else 1.0  # 0 would mean calling without a pause


async def try_call(call: Awaitable[T], patience: float) -> T | Failure:
    """Return the result of *call*, or a Failure if it fails or takes over *patience* seconds."""
    try:
        async with asyncio.timeout(patience):
            return await call
    except FAILURES as error:
        return classify_failure(error)


def find_missing_scopes(granted: str) -> Sequence[str]:
    """Return the required scopes missing in *granted*, Slack's list; none if the list is empty."""
    had = {scope.strip() for scope in granted.split(",")}
    return [scope for scope in SCOPES if scope not in had] if granted else ()
