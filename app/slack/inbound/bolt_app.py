"""The Bolt app: its listeners, its error handler, and the single entry point for payloads."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from app.core.grammar import richtext
from app.slack.client import SlackClient
from app.slack.inbound.watched import WatchedApp
from app.slack.listeners import (
    admin,
    help_pages,
    home,
    karma,
    leaderboard,
    merging,
    messages,
    offers,
    reactions,
    recaps,
    seasons,
    self_service,
    settings,
    shortcuts,
    steps,
    workspace,
)
from app.slack.listeners.context import Context
from app.store.database import UnavailableError

_log = structlog.get_logger()

# Messages first: most events are messages.
_LISTENERS: Final = (
    messages, leaderboard, karma, self_service, workspace, home, help_pages, admin, merging,
    seasons, settings, recaps, reactions, shortcuts, steps, offers,
)  # fmt: skip
# Raised by Bolt and our payload readers on a payload that only looks like Slack's.
_MISSHAPEN = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def create_bolt_app(context: Context, client: SlackClient) -> AsyncApp:
    """Return the Bolt app, which responds only after its listeners have finished.

    Bolt's middleware for signatures and for the app's own events is off: `http.py` checks
    signatures before parsing anything, and readers and listeners ignore the app's own events.
    """
    app = WatchedApp(
        context.watch,
        context.rulebook,
        context.identity,
        client.timings.database,
        client=AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=[]),
        name="pptbot",
        signing_secret="",
        authorize=context.identity.create_authorizer(),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    for listener in _LISTENERS:
        listener.register(app, context)
    app.error(_answer_error)
    return app


async def _answer_error(error: Exception, request: AsyncBoltRequest) -> BoltResponse:
    """Answer 200 to an event without a listener; else 503, so that Slack redelivers it."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")
    event_id = request.body.get("event_id")
    if isinstance(error, UnavailableError):
        _log.warning("event.unavailable", event_id=event_id, reason=str(error))
    else:
        _log.error("event.failed", event_id=event_id, exc_info=error)
    return BoltResponse(status=503, body="")


def has_shape(payload: Any) -> bool:
    """Return whether Bolt can read *payload*."""
    if not isinstance(payload, dict) or not _fits_authorizations(payload.get("authorizations")):
        return False
    match payload.get("type", payload.get("command")):
        case "event_callback":
            return _is_event(payload.get("event"))
        case "block_actions":
            actions = payload.get("actions")
            have_ids = isinstance(actions, list) and all(_has_text(a, "action_id") for a in actions)
            return have_ids and bool(actions)
        case "view_submission" | "view_closed":
            return _has_text(payload.get("view"), "callback_id")
        case kind:
            return isinstance(kind, str)


def _is_event(event: object) -> bool:
    if not isinstance(event, dict) or event.get("type") != "function_executed":
        return _has_text(event, "type")
    return _has_text(event.get("function"), "callback_id")


def _has_text(part: object, key: str) -> bool:
    return isinstance(part, dict) and isinstance(part.get(key), str)


def _fits_authorizations(authorizations: object) -> bool:
    if not isinstance(authorizations, list):
        return authorizations is None
    return len(richtext.list_dicts(authorizations)) == len(authorizations)


async def dispatch(
    app: AsyncApp, payload: dict[str, Any], headers: Mapping[str, str]
) -> BoltResponse:
    """Return the response of *app* to *payload*, or 400 if *payload* turns out malformed."""
    request_headers: dict[str, str | Sequence[str]] = dict(headers)
    try:
        # Mode "socket_mode": the body is already parsed and its signature checked.
        request = AsyncBoltRequest(body=payload, headers=request_headers, mode="socket_mode")
        return await app.async_dispatch(request)
    except _MISSHAPEN as error:
        _log.info("event.misshapen", event_id=payload.get("event_id"), error=type(error).__name__)
        return BoltResponse(status=400, body="")
