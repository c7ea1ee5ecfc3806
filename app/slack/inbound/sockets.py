"""Socket Mode: keeps the configured number of connections to Slack open, replacing each in time."""

import asyncio
import random
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp

from app.core.timings import SocketTimings
from app.slack.background_tasks import keep_running, log_failure
from app.slack.client import FAILURES, TOKEN_REFUSED, SlackClient, classify_failure
from app.slack.inbound.connection import Connection
from app.slack.inbound.redelivery import Redeliveries

_log = structlog.get_logger()

# Errors that only an operator can fix. Any other may be temporary: retrying once a minute costs
# less than an app that receives nothing until somebody notices.
_HOPELESS: Final = TOKEN_REFUSED | {
    "access_denied",
    "forbidden_team",
    "missing_scope",
    "no_permission",
}
_SWITCHED_OFF: Final = "link_disabled"
"""Socket Mode is off in the app's settings; switching it on again requires no restart."""
_ROUTINE: Final = frozenset({"refresh_requested", "warning"})


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Why a connection must be replaced, or couldn't be opened."""

    reason: str
    lasted: float = 0.0
    wait: float = 0.0
    """Seconds that Slack asks to wait before reconnecting."""


class Backoff:
    """The pauses before one slot reconnects, which grow until a connection proves stable."""

    def __init__(self, timing: SocketTimings) -> None:
        self._timing = timing
        self._tries = 0

    def choose_pause(self, disconnect: Disconnect) -> float:
        """Return the seconds to wait: 0 after a stable connection, or else a growing pause.

        Growing pauses are jittered, so that many slots don't reconnect at once, and last at least
        as long as Slack asks. The longest pause follows if Socket Mode is off. If Slack reports
        too many connections, even a stable one is followed by a pause.
        """
        was_stable = disconnect.lasted >= self._timing.stable_after
        if was_stable and disconnect.reason not in {"too_many_websockets", _SWITCHED_OFF}:
            self._tries = 0
            return 0.0
        if disconnect.reason == _SWITCHED_OFF:
            return self._timing.longest_pause
        pause = min(self._timing.first_pause * 2.0**self._tries, self._timing.longest_pause)
        self._tries = min(self._tries + 1, 16)
        return max(pause * random.uniform(0.5, 1.0), disconnect.wait)


class Sockets:
    """The app's connections to Slack, opened on the client's HTTP session."""

    def __init__(self, app: AsyncApp, client: SlackClient, token: str, wanted: int) -> None:
        self._app = app
        self._client = client
        self._token = token
        self._timing = client.timings.sockets
        self._slots: list[Connection | None] = [None] * wanted
        self._connections: set[Connection] = set()
        self._redeliveries = Redeliveries()
        self._leaving: set[asyncio.Task[None]] = set()
        self._next_attempt = 0.0
        self._stopping = asyncio.Event()

    def count_connections(self) -> dict[str, int]:
        """Return how many connections are wanted and how many are up."""
        up = sum(slot is not None and slot.is_up for slot in self._slots)
        return {"wanted": len(self._slots), "up": up}

    def stop(self) -> None:
        """Stop `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Keep the connections open until stopped, then drain in-flight envelopes and close."""
        loops = (partial(self._keep_connected, number) for number in range(len(self._slots)))
        keepers = [
            asyncio.create_task(keep_running(loop, self._stopping, "socket.failed"))
            for loop in loops
        ]
        try:
            await self._stopping.wait()
        finally:
            for task in keepers:
                task.cancel()
            await asyncio.wait(keepers)
            await asyncio.gather(
                *(connection.leave() for connection in self._connections), *self._leaving
            )

    async def _keep_connected(self, number: int) -> None:
        """Keep slot *number* connected until Slack refuses permanently."""
        backoff = Backoff(self._timing)
        while (disconnect := await self._hold_connection(number)).reason not in _HOPELESS:
            pause = backoff.choose_pause(disconnect)
            log = _log.info if disconnect.reason in _ROUTINE else _log.warning
            log(
                "socket.disconnected",
                socket=number,
                reason=disconnect.reason,
                pause=round(pause, 1),
            )
            if disconnect.reason == _SWITCHED_OFF:
                self._fill_slot(None, number)
            await asyncio.sleep(pause)
        self._fill_slot(None, number)
        _log.error("socket.refused", socket=number, reason=disconnect.reason)

    async def _hold_connection(self, number: int) -> Disconnect:
        """Open a connection for slot *number*, and return once it must be replaced.

        The slot's previous connection is retired when the new one is up.
        """
        try:
            connection = await self._open()
        except FAILURES as error:
            failure = classify_failure(error)
            return Disconnect(failure.reason, wait=failure.wait or 0.0)
        if connection.hello.done():
            self._fill_slot(connection, number)
            _log.info("socket.up", socket=number, connections=connection.hello.result())
        else:
            self._retire(connection, 0.0)
        reason = await connection.disconnect_reason
        return Disconnect(reason, asyncio.get_running_loop().time() - connection.opened_at)

    async def _open(self) -> Connection:
        """Open a connection; return it once Slack has greeted or dismissed it, or at a timeout."""
        await self._space_attempts()
        response = await self._client.apps_connections_open(app_token=self._token)
        websocket = await cast("aiohttp.ClientSession", self._client.session).ws_connect(
            str(response.get("url")),
            heartbeat=self._timing.heartbeat,
            timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
            proxy=self._client.proxy,
            ssl=True if self._client.ssl is None else self._client.ssl,
        )
        connection = Connection(self._app, self._client, websocket, self._redeliveries)
        self._connections.add(connection)
        signals: set[asyncio.Future[Any]] = {connection.hello, connection.disconnect_reason}
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait(signals, timeout=self._timing.hello, return_when=first)
        return connection

    async def _space_attempts(self) -> None:
        """Space out connection attempts, so that slots dropped together don't ask together."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_attempt)
        self._next_attempt = at + self._timing.apart * random.uniform(0.5, 1.0)
        await asyncio.sleep(at - now)

    def _fill_slot(self, connection: Connection | None, number: int) -> None:
        old, self._slots[number] = self._slots[number], connection
        if old:
            self._retire(old, self._timing.grace)

    def _retire(self, connection: Connection, grace: float) -> None:
        task = asyncio.create_task(connection.leave(grace))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
        task.add_done_callback(lambda _: self._connections.discard(connection))
        task.add_done_callback(partial(log_failure, event="socket.failed"))
