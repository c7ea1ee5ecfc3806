"""Bolt's app and Slack's client, with every response counted.

The app also limits how many messages of one workspace it processes at once, so that no workspace
takes up the whole app.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any, Final
from weakref import WeakValueDictionary

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from app.core.timings import Timings
from app.slack.client import SlackClient, classify_failure
from app.slack.directory.identity import Identity
from app.slack.directory.lookups import ask_for
from app.slack.payloads.events import read_actor, read_workspace_id
from app.slack.payloads.former_channels import replace_former_channels
from app.store.database import UnavailableError
from app.store.workspace.rulebook import Rulebook
from app.usecases.watch import Watch
from app.words.catalog import use_language

_log = structlog.get_logger()

_TYPES: Final = {"block_actions": "action", "view_submission": "view", "view_closed": "view"}
_EVENTS: Final = {"message": "message", "app_mention": "mention"}
# Slack's errors that operators may want to see by name; any other is counted as "refused".
_ERRORS: Final = frozenset({
    "account_inactive", "channel_not_found", "fatal_error", "internal_error", "invalid_auth",
    "invalid_blocks", "is_archived", "message_not_found", "missing_scope", "msg_too_long",
    "no_permission", "not_allowed_token_type", "not_authed", "not_in_channel", "ratelimited",
    "restricted_action", "token_expired", "token_revoked", "user_not_found", "user_not_in_channel",
})  # fmt: skip


_SCOPES_HEADER: Final = "x-oauth-scopes"

MOST_AT_ONCE: Final = 16
"""Messages of one workspace processed at once: as many as one statement stores."""


class WatchedApp(AsyncApp):
    """A Bolt app whose responses *watch* counts, over HTTP and sockets alike.

    It responds in the workspace's language, according to *rulebook*, and uses the app's name from
    *identity*. A message waits at most *patience* seconds for others of its workspace.
    """

    def __init__(
        self, watch: Watch, rulebook: Rulebook, identity: Identity, patience: float, **options: Any
    ) -> None:
        super().__init__(**options)
        self._patience = patience
        self._admission = Admission()
        self._watch = watch
        self._rulebook = rulebook
        self._identity = identity

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Dispatch *req* as Bolt does, and count the response."""
        started, status = time.perf_counter(), "none"
        try:
            rules = self._rulebook.get_rules(read_workspace_id(req.body) or "")
            if rules.former_channels:
                req.body = replace_former_channels(req.body, rules.former_channels)
            language = rules.get_settings().language
            with use_language(language, self._identity.name), ask_for(read_actor(req.body)):
                response = await self._dispatch_in_turn(req)
            status = str(response.status)
            return response
        finally:
            self._watch.count_answer(
                classify_payload(req.body), status, time.perf_counter() - started
            )

    async def _dispatch_in_turn(self, req: AsyncBoltRequest) -> BoltResponse:
        """Dispatch *req*; answer 503 if a message waits too long for others of its workspace."""
        if classify_payload(req.body) != "message":
            return await super().async_dispatch(req)
        try:
            async with self._admission.enter(read_workspace_id(req.body) or "", self._patience):
                return await super().async_dispatch(req)
        except UnavailableError as error:
            _log.warning("event.unavailable", event_id=req.body.get("event_id"), reason=str(error))
            return BoltResponse(status=503, body="")


class WatchedClient(SlackClient):
    """A Slack Web API client; *watch* counts the result of each call."""

    def __init__(self, watch: Watch, timings: Timings, **options: Any) -> None:
        super().__init__(**options)
        self.watch = watch
        self.timings = timings

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
        """Call *api_method*, and remember the scopes that Slack lists in its response."""
        response = await super().api_call(api_method, **options)
        # Sockets and workflow steps use tokens of their own, whose scopes aren't the app's.
        if "token" not in (options.get("params") or ()):
            self.granted_scopes = response.headers.get(_SCOPES_HEADER, self.granted_scopes)
        return response


def classify_payload(payload: Any) -> str:
    """Return the kind under which *payload* is counted."""
    if payload.get("type") == "event_callback":
        event = payload.get("event")
        event_type = event.get("type") if isinstance(event, dict) else None
        return _EVENTS.get(event_type, "event") if isinstance(event_type, str) else "other"
    if "command" in payload:
        return "command"
    return _TYPES.get(str(payload.get("type")), "other")


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


class Admission:
    """A queue per workspace, so that a flood delays only the workspace it comes from."""

    def __init__(self, limit: int = MOST_AT_ONCE) -> None:
        self._limit = limit
        self._slots: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def enter(self, team: str, patience: float) -> AsyncIterator[None]:
        """Wait for one of the slots of *team*, and hold it while inside.

        Raises UnavailableError after *patience* seconds.
        """
        slots = self._slots.get(team)
        if slots is None:
            slots = self._slots[team] = asyncio.Semaphore(self._limit)
        try:
            async with asyncio.timeout(patience if slots.locked() else None):
                await slots.acquire()
        except TimeoutError:
            raise UnavailableError("too many messages at once") from None
        try:
            yield
        finally:
            slots.release()
