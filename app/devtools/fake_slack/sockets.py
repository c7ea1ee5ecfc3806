"""Slack's side of Socket Mode: tickets, connections, and envelopes resent until acknowledged."""

import asyncio
import hmac
import itertools
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from app.devtools.fake_slack.delivery import PATIENCE
from app.devtools.fake_slack.workspace import Workspace

APP_TOKEN = "xapp-local"  # noqa: S105  only this fake accepts it

MOST_BYTES = 20_480
"""Of a frame from the app; a larger one ends the connection, as Slack does with code 1009."""

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ack:
    """An envelope's acknowledgment: its payload, the connection used and the number of tries."""

    payload: Payload | None
    connection: int
    tries: int


class SocketConnection:
    """One WebSocket connection of the app; *number* counts up from 1 as they open."""

    def __init__(self, number: int, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.number = number
        self._socket = socket
        self._request = request
        self._waiting: dict[str, asyncio.Future[Payload | None]] = {}

    async def deliver(self, envelope: Payload) -> Payload | None:
        """Send *envelope* and return the payload of its acknowledgment.

        Raises ConnectionError if the connection ends first.
        """
        ack = self._waiting[envelope["envelope_id"]] = asyncio.Future()
        try:
            await self.send(envelope)
            return await ack
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    async def send(self, message: Payload) -> None:
        """Send *message* without waiting for an acknowledgment."""
        await self._socket.send_json(message)

    async def receive(self) -> None:
        """Receive acknowledgments until the connection ends."""
        async for frame in self._socket:
            ack = json.loads(frame.data)
            waiting = self._waiting.get(ack["envelope_id"])
            if waiting and not waiting.done():
                waiting.set_result(ack.get("payload"))

    def end(self) -> None:
        """Fail every delivery still waiting for an acknowledgment."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionResetError("the connection ended"))

    def cut(self, *, silently: bool = False) -> None:
        """Drop the connection without a close frame; *silently* leaves it open but dead."""
        if self._request.transport is None:
            return
        if silently:  # stops reading, so pings go unanswered too
            self._request.transport.pause_reading()
        else:
            self._request.transport.abort()

    async def close(self) -> None:
        """Close the connection cleanly."""
        await self._socket.close()


class FakeSockets:
    """The app's connections, which receive envelopes in turn.

    *notify* is called after every change. *limit* is how many connections are accepted at once.
    """

    def __init__(self, workspace: Workspace, notify: Callable[[], Awaitable[None]]) -> None:
        self.connections: list[SocketConnection] = []
        self.limit = 10
        self._workspace = workspace
        self._notify = notify
        self._tickets: set[str] = set()
        self._numbers, self._turns = itertools.count(1), itertools.count()
        self._any = asyncio.Event()

    def open(self, token: str) -> Payload:
        """Answer apps.connections.open with a single-use URL, or with an error."""
        if not token.startswith("xapp-"):
            error = "not_allowed_token_type" if token else "not_authed"
            return {"ok": False, "error": error}
        if not hmac.compare_digest(token.encode(), APP_TOKEN.encode()):
            return {"ok": False, "error": "invalid_auth"}
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        address = self._workspace.url.replace("http://", "ws://", 1)
        return {"ok": True, "url": f"{address}link/?ticket={ticket}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection, which needs a valid ticket, until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(timeout=0.3, max_msg_size=MOST_BYTES)
        await socket.prepare(request)
        if len(self.connections) < self.limit:
            await self._serve_connection(SocketConnection(next(self._numbers), socket, request))
        else:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
        return socket

    async def _serve_connection(self, connection: SocketConnection) -> None:
        self.connections.append(connection)
        try:
            await connection.send(_hello(len(self.connections), self._workspace.app_id))
            self._any.set()
            await self._notify()
            await connection.receive()
        finally:
            connection.end()
            self.connections.remove(connection)
            if not self.connections:
                self._any.clear()
            await self._notify()

    async def send(
        self,
        payload: Payload,
        *,
        type: str = "events_api",  # noqa: A002  Slack's word for it
        retry_attempt: int = 0,
        retries: tuple[float, ...] = (),
        patience: float = PATIENCE,
    ) -> Ack | None:
        """Deliver an envelope, retrying after each of *retries* (s).

        Returns its acknowledgment, or None if every try failed.
        """
        envelope = {"envelope_id": str(uuid.uuid4()), "type": type, "payload": payload}
        envelope["accepts_response_payload"] = type != "events_api"  # type: ignore[assignment]
        for tries, delay in enumerate((0.0, *retries)):
            await asyncio.sleep(delay)
            retry = {
                "retry_attempt": retry_attempt + tries,
                "retry_reason": "timeout" * bool(tries),
            }
            if ack := await self._try(envelope | retry, patience, tries + 1):
                return ack
        return None

    async def _try(self, envelope: Payload, patience: float, tries: int) -> Ack | None:
        try:
            async with asyncio.timeout(patience):
                await self._any.wait()
                connection = self.connections[next(self._turns) % len(self.connections)]
                return Ack(await connection.deliver(envelope), connection.number, tries)
        except (TimeoutError, ConnectionError):
            return None

    async def disconnect(
        self, reason: str, connection: SocketConnection | None = None
    ) -> SocketConnection:
        """Ask the app to leave *connection*, by default the oldest; return that connection."""
        connection = connection or self.connections[0]
        await connection.send(_disconnect(reason))
        return connection

    async def close(self, _application: web.Application) -> None:
        """Close every connection."""
        await asyncio.gather(*(connection.close() for connection in tuple(self.connections)))


def _hello(connections: int, app_id: str) -> Payload:
    return {
        "type": "hello",
        "num_connections": connections,
        "debug_info": {"host": "local", "build_number": 1, "approximate_connection_time": 3600},
        "connection_info": {"app_id": app_id},
    }


def _disconnect(reason: str) -> Payload:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}
