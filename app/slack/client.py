"""The client of Slack's Web API: what it needs, how long it waits, what a failed call means.

Of a failed call: whether that is permanent, how long to wait, whether it may have been done.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from app.core.timings import PRODUCTION, Timings

T = TypeVar("T")

_UNSURE: Final = frozenset({"fatal_error", "internal_error", ""})
"""Where Slack may have done what was asked, as it says of the two words, or said nothing at all."""
# Slack's own words for "not now"; every other error stays the same however often one asks.
_PASSING: Final = _UNSURE | frozenset({
    "ratelimited", "rate_limited", "request_timeout", "service_unavailable", "team_added_to_org",
})  # fmt: skip

FAILURES: Final = (SlackApiError, SlackRequestError, aiohttp.ClientError, TimeoutError, OSError)
"""What a Web API call raises; the second where it lacks something, and nothing was sent."""

SCOPES: Final = (
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands",
    "files:write", "groups:history", "groups:read", "im:write", "reactions:read",
    "reactions:write", "team:read", "usergroups:read", "users:read",
)  # fmt: skip
"""What the app needs in Slack: what the manifests ask for."""


class SlackClient(AsyncWebClient):
    """Slack's own client, with the *timings* of those who use it."""

    timings: Timings = PRODUCTION
    granted_scopes: str = ""
    """Those that Slack's last answer has named; empty before one did."""

    async def _request(self, **call: Any) -> dict[str, Any]:
        """Return what is answered; what isn't one of Slack's answers holds nothing.

        Something between may have answered, or cut it short, over which the client trips.
        """
        try:
            answer = await super()._request(**call)
        except SlackApiError as error:  # with aiohttp's answer, which isn't JSON to its end
            status, headers = error.response.status, error.response.headers
            return {"data": {}, "headers": headers, "status_code": status}
        except UnicodeDecodeError as error:
            raise aiohttp.ClientPayloadError from error
        return answer if isinstance(answer["data"], dict) else answer | {"data": {}}


async def read_pages(
    call: Callable[..., Awaitable[AsyncSlackResponse]], most: int = sys.maxsize
) -> AsyncIterator[AsyncSlackResponse]:
    """Give what *call* answers, page by page, *most* at most; raises what it raises."""
    cursor = ""
    for _ in range(most):
        answer = await call(cursor=cursor or None)
        yield answer
        cursor = read_cursor(answer)
        if not cursor:
            return


def read_cursor(answer: AsyncSlackResponse) -> str:
    """Return where the next page of *answer* begins; empty after the last."""
    paging = answer.get("response_metadata")
    cursor = paging.get("next_cursor") if isinstance(paging, dict) else None
    return cursor if isinstance(cursor, str) else ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A Web API call that did not succeed."""

    reason: str
    permanent: bool = False
    wait: float | None = None
    """Seconds that Slack asks to wait before the method is called again."""
    unsure: bool = False
    """Whether Slack may have done what was asked without our hearing so."""


def classify_failure(error: Exception) -> Failure:
    """Return what *error*, one of FAILURES, means."""
    if isinstance(error, SlackApiError):
        return _classify_refusal(error)
    if isinstance(error, SlackRequestError):
        return Failure("incomplete", permanent=True)
    never_sent = isinstance(error, aiohttp.ClientConnectorError)
    return Failure(type(error).__name__, unsure=not never_sent)


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
        unsure=status == 200 and reason in _UNSURE,
    )


def _read_retry_after(error: SlackApiError) -> float:
    headers = {str(k).lower(): v for k, v in error.response.headers.items()}
    try:
        return min(max(float(headers.get("retry-after", 1)), 0.0), 600.0)
    except ValueError:
        return 1.0


async def try_call(call: Awaitable[T], patience: float) -> T | Failure:
    """Return what *call* brings within *patience* seconds, or what it means that it does not."""
    try:
        async with asyncio.timeout(patience):
            return await call
    except FAILURES as error:
        return classify_failure(error)


def find_missing_scopes(granted: str) -> Sequence[str]:
    """Return which scopes are not among those *granted*, as Slack lists them in each answer."""
    had = {scope.strip() for scope in granted.split(",")}
    return [scope for scope in SCOPES if scope not in had] if granted else ()
