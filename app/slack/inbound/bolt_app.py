"""The Bolt app: its listeners, its error handler, and the single entry point for payloads.

It counts every response, and limits how many messages, and how many reactions, of one workspace it
processes at once, so that no workspace takes up the whole app.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final
from weakref import WeakValueDictionary

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from app.core.grammar import richtext
from app.core.timings import Timings
from app.slack.client import SlackClient
from app.slack.directory.lookups import ask_for
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
from app.slack.payloads.events import read_actor, read_workspace_id
from app.slack.payloads.former_channels import replace_former_channels
from app.slack.views.blocks import notice, section
from app.store.database import UnavailableError
from app.usecases.watch import begin_request
from app.words.catalog import say, use_language

_log = structlog.get_logger()

# Events first, from the most frequent: Bolt tries one listener after the other, at 0.02 ms each.
_LISTENERS: Final = (
    messages, reactions, workspace, help_pages, home, leaderboard, karma, self_service, admin,
    merging, seasons, settings, recaps, shortcuts, steps, offers,
)  # fmt: skip
# Raised by Bolt and our payload readers on a payload that only looks like Slack's.
_MISSHAPEN = (AttributeError, IndexError, KeyError, TypeError, ValueError)

_TYPES: Final = {"block_actions": "action", "view_submission": "view", "view_closed": "view"}
_EVENTS: Final = {"message": "message", "app_mention": "mention"}
# A reaction may wait for Slack, so messages don't queue behind reactions.
_QUEUES: Final = {
    "message": "message", "reaction_added": "reaction", "reaction_removed": "reaction",
}  # fmt: skip
MOST_AT_ONCE: Final = 16
"""Messages of one workspace processed at once: as many as one statement stores."""


def create_bolt_app(context: Context, client: SlackClient) -> AsyncApp:
    """Return the Bolt app, which responds only after its listeners have finished.

    Bolt's middleware for signatures and for the app's own events is off: `http.py` checks
    signatures before parsing anything, and readers and listeners ignore the app's own events.
    """
    app = WorkspaceApp(
        context,
        client.timings,
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


class WorkspaceApp(AsyncApp):
    """A Bolt app that applies the workspace's language and channel ids, and counts each response.

    Messages and reactions wait for others of their workspace at most as long as for the database.
    """

    def __init__(self, context: Context, timings: Timings, **options: Any) -> None:
        super().__init__(**options)
        self._context = context
        self._timings = timings
        self._admission = Admission()

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Dispatch *req* as Bolt does, and count the response."""
        began_at, status = begin_request(), "none"
        try:
            rules = self._context.rulebook.get_rules(read_workspace_id(req.body) or "")
            if rules.former_channels:
                req.body = replace_former_channels(req.body, rules.former_channels)
            language = rules.get_settings().language
            name, actor = self._context.identity.name, read_actor(req.body)
            with use_language(language, name), ask_for(actor):
                response = await self._dispatch_in_turn(req)
            status = str(response.status)
            return response
        finally:
            kind, seconds = classify_payload(req.body), time.perf_counter() - began_at
            self._context.watch.count_answer(kind, status, seconds)

    async def _dispatch_in_turn(self, req: AsyncBoltRequest) -> BoltResponse:
        """Dispatch *req*; answer 503 if it waits too long, for others or in all."""
        queue = _QUEUES.get(_read_event_type(req.body))
        if queue is None:
            return await super().async_dispatch(req)
        key = read_workspace_id(req.body) or "", queue
        try:
            async with (
                asyncio.timeout(self._timings.event),
                self._admission.enter(key, self._timings.database),
            ):
                return await super().async_dispatch(req)
        except UnavailableError as error:
            return await _answer_error(error, req)
        except TimeoutError:  # of several waits in sequence, each short enough
            return await _answer_error(UnavailableError("no answer in time"), req)


def classify_payload(payload: Any) -> str:
    """Return the kind under which *payload* is counted."""
    if payload.get("type") == "event_callback":
        event_type = _read_event_type(payload)
        return _EVENTS.get(event_type, "event") if event_type else "other"
    if "command" in payload:
        return "command"
    return _TYPES.get(str(payload.get("type")), "other")


def _read_event_type(payload: Any) -> str:
    """Return the type of the event in *payload*; empty if it has none."""
    event = payload.get("event") if payload.get("type") == "event_callback" else None
    found = event.get("type") if isinstance(event, dict) else None
    return found if isinstance(found, str) else ""


class Admission:
    """A queue per workspace and kind, so that a flood delays only its own kind there."""

    def __init__(self, limit: int = MOST_AT_ONCE) -> None:
        self._limit = limit
        self._slots: WeakValueDictionary[tuple[str, str], asyncio.Semaphore] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def enter(self, key: tuple[str, str], patience: float) -> AsyncIterator[None]:
        """Hold a slot of *key*, a workspace and a kind, while inside.

        Raises UnavailableError after *patience* seconds.
        """
        slots = self._slots.setdefault(key, asyncio.Semaphore(self._limit))
        try:
            async with asyncio.timeout(patience if slots.locked() else None):
                await slots.acquire()
        except TimeoutError:
            raise UnavailableError("too much at once") from None
        try:
            yield
        finally:
            slots.release()


async def _answer_error(error: Exception, request: AsyncBoltRequest) -> BoltResponse:
    """Answer 200 to what has no listener; else 503, so that Slack redelivers it."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body=_explain_unknown(request.body))
    event_id = request.body.get("event_id")
    if isinstance(error, UnavailableError):
        _log.warning("event.unavailable", event_id=event_id, reason=str(error))
    else:
        _log.error("event.failed", event_id=event_id, exc_info=error)
    return BoltResponse(status=503, body="")


def _explain_unknown(payload: dict[str, Any]) -> dict[str, Any] | str:
    """Return what to show instead of a form of another version, which Slack would just close."""
    if payload.get("type") != "view_submission":
        return ""
    view = notice(say("form-title"), [section(say("form-unreadable"))])
    return {"response_action": "update", "view": view}


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
            return isinstance(kind, str) and isinstance(payload.get("callback_id"), str | None)


def _is_event(event: object) -> bool:
    if not isinstance(event, dict) or not _has_text(event, "type"):
        return False
    return "function" not in event or _has_text(event["function"], "callback_id")


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
