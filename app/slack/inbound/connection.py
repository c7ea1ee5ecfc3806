"""One WebSocket to Slack: receives envelopes, acknowledges them after commit, drains on close."""

import asyncio
import json
from functools import partial
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from app.slack.background_tasks import end_tasks, log_failure
from app.slack.client import SlackClient
from app.slack.inbound.bolt_app import dispatch, has_shape
from app.slack.inbound.redelivery import Redeliveries
from app.slack.outbound.answers import send_page
from app.slack.payloads.requests import read_command
from app.slack.views.blocks import Page

_log = structlog.get_logger()

IN_FLIGHT: Final = 100
"""Maximum envelopes in flight on one connection; at the limit, it stops reading."""
MOST_BYTES: Final = 20_480
"""Maximum bytes of a frame to Slack, which closes the connection on a larger one (code 1009)."""
DRAIN: Final = 4.0
"""Seconds that in-flight envelopes get to finish when the connection closes."""

Envelope = dict[str, Any]


class Connection:
    """A connection that reads from the moment it's created.

    *hello* resolves to Slack's count of connections once Slack greets it, *disconnect_reason*
    once it must be replaced.
    """

    def __init__(
        self,
        app: AsyncApp,
        client: SlackClient,
        websocket: aiohttp.ClientWebSocketResponse,
        redeliveries: Redeliveries,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.opened_at = loop.time()
        self.hello: asyncio.Future[int] = loop.create_future()
        self.disconnect_reason: asyncio.Future[str] = loop.create_future()
        self._app = app
        self._client = client
        self._websocket = websocket
        self._redeliveries = redeliveries
        self._leaving = False
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading = asyncio.create_task(self._read())
        self._reading.add_done_callback(self._finish_reading)

    @property
    def is_up(self) -> bool:
        """Whether Slack can deliver on this connection."""
        return self.hello.done() and not self._reading.done()

    async def leave(self, grace: float = 0.0) -> None:
        """Read for *grace* more seconds or until Slack hangs up, drain what's in flight, close."""
        await asyncio.wait({self._reading}, timeout=grace)
        self._leaving = True
        await end_tasks(self._tasks, DRAIN)
        # Closing also ends the reader. Canceling the reader instead would drop the connection
        # before Slack has read the last acknowledgments.
        await self._websocket.close()

    async def _read(self) -> None:
        async for frame in self._websocket:
            if frame.type is aiohttp.WSMsgType.TEXT:
                await self._handle_message(_parse(frame.data))

    async def _handle_message(self, message: Envelope) -> None:
        match message.get("type"):
            case "hello" if not self.hello.done():
                count = message.get("num_connections")
                self.hello.set_result(count if isinstance(count, int) else 0)
            case "disconnect":
                self._announce_disconnect(str(message.get("reason"))[:40])
            case _ if isinstance(message.get("envelope_id"), str):
                await self._slots.acquire()
                self._start_task(message)

    def _start_task(self, envelope: Envelope) -> None:
        if self._leaving:  # unacknowledged, so Slack redelivers it on another connection
            self._slots.release()
            return
        task = asyncio.create_task(self._acknowledge(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._release_task)

    def _announce_disconnect(self, reason: str) -> None:
        if not self.disconnect_reason.done():
            self.disconnect_reason.set_result(reason)

    async def _acknowledge(self, envelope: Envelope) -> None:
        """Acknowledge *envelope* once its effects are committed; otherwise Slack redelivers it."""
        answer = await self._respond(envelope)
        if answer.status not in {200, 400}:  # redelivering a 400 would not help
            return
        ack = _build_ack(envelope, answer)
        aside = ack.pop("payload") if len(json.dumps(ack)) > MOST_BYTES else None
        try:
            await self._websocket.send_str(json.dumps(ack))
        except (aiohttp.ClientError, ConnectionError) as error:
            _log.info("envelope.unacknowledged", reason=type(error).__name__)
        else:
            if aside:
                await self._send_aside(envelope["payload"], aside)

    async def _send_aside(self, command: dict[str, Any], answer: dict[str, Any]) -> None:
        """Answer *command* through its response_url."""
        if request := read_command(command):
            page = Page(answer.get("text", ""), answer.get("blocks") or [])
            await send_page(self._client, request, page, "command")

    async def _respond(self, envelope: Envelope) -> BoltResponse:
        payload = envelope.get("payload")
        if not isinstance(payload, dict) or not has_shape(payload):
            _log.info("event.misshapen", envelope=str(envelope.get("type"))[:40])
            return BoltResponse(status=400, body="")
        process = partial(dispatch, self._app, payload, _format_retry_headers(envelope))
        return await self._redeliveries.respond(payload, process)

    def _release_task(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()
        log_failure(task, "envelope.failed")

    def _finish_reading(self, task: asyncio.Task[None]) -> None:
        log_failure(task, "socket.failed")
        self._announce_disconnect("lost")


def _format_retry_headers(envelope: Envelope) -> dict[str, str]:
    """Return the headers that mark the same retry over HTTP."""
    number, reason = envelope.get("retry_attempt"), envelope.get("retry_reason")
    if not number:
        return {}
    return {"x-slack-retry-num": str(number), "x-slack-retry-reason": str(reason or "")}


def _build_ack(envelope: Envelope, answer: BoltResponse) -> Envelope:
    ack = {"envelope_id": envelope["envelope_id"]}
    if answer.status != 200 or not answer.body:
        return ack
    kind = answer.first_headers_without_set_cookie().get("content-type", "")
    is_json = kind.startswith("application/json")
    return ack | {"payload": json.loads(answer.body) if is_json else {"text": answer.body}}


def _parse(text: str) -> Envelope:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
