"""The one way into Bolt, for what Slack posts and what comes through a socket alike."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from app.core.grammar import richtext

_log = structlog.get_logger()

# What Bolt and our readers raise on a payload that only looks like Slack's.
_MISSHAPEN = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def has_shape(payload: Any) -> bool:
    """Tell whether Bolt can read *payload*."""
    if not isinstance(payload, dict) or not _fits_authorizations(payload.get("authorizations")):
        return False
    match payload.get("type", payload.get("command")):
        case "event_callback":
            return _is_event(payload.get("event"))
        case "block_actions":
            actions = payload.get("actions")
            named = isinstance(actions, list) and all(_has_text(a, "action_id") for a in actions)
            return named and bool(actions)
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
    """Return what *app* answers to *payload*, 400 if that has not Slack's shape after all."""
    given: dict[str, str | Sequence[str]] = dict(headers)
    try:
        # Mode "socket_mode": the body is parsed and the signature checked already.
        request = AsyncBoltRequest(body=payload, headers=given, mode="socket_mode")
        return await app.async_dispatch(request)
    except _MISSHAPEN as error:
        _log.info("event.misshapen", event_id=payload.get("event_id"), error=type(error).__name__)
        return BoltResponse(status=400, body="")
