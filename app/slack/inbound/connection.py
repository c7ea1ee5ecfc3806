"""One WebSocket to Slack: hears envelopes, acknowledges what is committed, leaves in order."""

import asyncio
import json
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from app.slack.inbound.dispatch import dispatch, has_shape

_log = structlog.get_logger()

IN_FLIGHT: Final = 100
"""Envelopes under way on one connection; with more, Slack is left waiting."""
DRAIN: Final = 4.0
"""Seconds that envelopes under way may take when the connection is left."""

Envelope = dict[str, Any]


class Connection:
    """Hears from its making on.

    *greeted* is done with Slack's hello, *parted* with the reason for which it is to be replaced.
    """

    def __init__(self, app: AsyncApp, line: aiohttp.ClientWebSocketResponse) -> None:
        loop = asyncio.get_running_loop()
        self.began = loop.time()
        self.greeted: asyncio.Future[int] = loop.create_future()
        self.parted: asyncio.Future[str] = loop.create_future()
        self._app = app
        self._line = line
        self._leaving = False
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._under_way: set[asyncio.Task[None]] = set()
        self._reading = asyncio.create_task(self._read())
        self._reading.add_done_callback(self._ended)

    @property
    def up(self) -> bool:
        """Whether Slack may deliver here."""
        return self.greeted.done() and not self._reading.done()

    async def leave(self, grace: float = 0.0) -> None:
        """Hear for *grace* seconds more or until Slack hangs up, acknowledge the rest, close."""
        await asyncio.wait({self._reading}, timeout=grace)
        self._leaving = True
        if under_way := set(self._under_way):
            _, late = await asyncio.wait(under_way, timeout=DRAIN)
            for task in late:
                task.cancel()
        # The reading ends with the line: cancelled, it would end the line before Slack has read
        # the last acknowledgements.
        await self._line.close()

    async def _read(self) -> None:
        async for frame in self._line:
            if frame.type is aiohttp.WSMsgType.TEXT:
                await self._take(_parsed(frame.data))

    async def _take(self, message: Envelope) -> None:
        match message.get("type"):
            case "hello" if not self.greeted.done():
                self.greeted.set_result(_number(message.get("num_connections")))
            case "disconnect":
                self._part(str(message.get("reason"))[:40])
            case _ if isinstance(message.get("envelope_id"), str):
                await self._room.acquire()
                self._begin(message)

    def _begin(self, envelope: Envelope) -> None:
        if self._leaving:  # not acknowledged, it comes again on another connection
            self._room.release()
            return
        task = asyncio.create_task(self._settle(envelope))
        self._under_way.add(task)
        task.add_done_callback(self._settled)

    def _part(self, reason: str) -> None:
        if not self.parted.done():
            self.parted.set_result(reason)

    async def _settle(self, envelope: Envelope) -> None:
        """Acknowledge *envelope* once its effects are committed; without that, it comes again."""
        answer = await _answer(self._app, envelope)
        if answer.status not in {200, 400}:  # 400: would be just as odd the next time
            return
        try:
            await self._line.send_str(json.dumps(_ack(envelope, answer)))
        except (aiohttp.ClientError, ConnectionError) as error:
            _log.info("envelope.unacknowledged", reason=type(error).__name__)

    def _settled(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._room.release()
        _tell_failure(task, "envelope.failed")

    def _ended(self, task: asyncio.Task[None]) -> None:
        _tell_failure(task, "socket.failed")
        self._part("lost")


async def _answer(app: AsyncApp, envelope: Envelope) -> BoltResponse:
    payload = envelope.get("payload")
    if not isinstance(payload, dict) or not has_shape(payload):
        _log.info("event.misshapen", envelope=str(envelope.get("type"))[:40])
        return BoltResponse(status=400, body="")
    return await dispatch(app, payload, _told_again(envelope))


def _told_again(envelope: Envelope) -> dict[str, str]:
    """Return the headers with which Slack marks the same retry over HTTP."""
    number, reason = envelope.get("retry_attempt"), envelope.get("retry_reason")
    if not number:
        return {}
    return {"x-slack-retry-num": str(number), "x-slack-retry-reason": str(reason or "")}


def _ack(envelope: Envelope, answer: BoltResponse) -> Envelope:
    ack = {"envelope_id": envelope["envelope_id"]}
    if answer.status != 200 or not answer.body:
        return ack
    kind = answer.first_headers_without_set_cookie().get("content-type", "")
    is_json = kind.startswith("application/json")
    return ack | {"payload": json.loads(answer.body) if is_json else {"text": answer.body}}


def _parsed(text: str) -> Envelope:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _tell_failure(task: asyncio.Task[None], event: str) -> None:
    if not task.cancelled() and (error := task.exception()):
        _log.error(event, exc_info=error)
