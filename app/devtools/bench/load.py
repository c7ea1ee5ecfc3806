"""A load generator: sends prepared requests over keep-alive connections and times each one."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Self, cast

from app.devtools.bench.rows import BenchError
from app.devtools.bench.workload import Request

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


class HttpConnection(asyncio.Protocol):
    """A keep-alive connection that carries one request at a time.

    It's minimal, because it shares its machine with the app under test: requests are prepared
    bytes, and only the status and length of a response are parsed. A general client takes longer
    per request than Bolt does to answer it, which leaves Bolt less of the CPU.
    """

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Buffer data until a response is complete, then resolve it."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= _read_length(head) and self._answer:
            self._received = b""
            if not self._answer.cancelled():
                self._answer.set_result(int(head[9:12]))
            self._answer = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the pending request, if any."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed by the server"))
        self._transport = None

    async def send(self, request: bytes) -> int:
        """Send *request*; return the response's status. Raises OSError."""
        if self._transport is None:
            raise ConnectionResetError("not connected")
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._transport.write(request)
        return await answer

    @property
    def is_open(self) -> bool:
        """Whether the connection is open; the server closes it after a long idle time."""
        return self._transport is not None

    def close(self) -> None:
        """Close the connection."""
        if self._transport:
            self._transport.close()


def _read_length(head: bytes) -> int:
    match = _LENGTH.search(head)
    return int(match[1]) if match else 0


class HttpConnections:
    """A pool of connections to a local port, grown to the number in use at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[HttpConnection] = []
        self._all: list[HttpConnection] = []

    async def send(self, request: bytes) -> int:
        """Send *request* on a free connection; return the response's status."""
        self._free = [connection for connection in self._free if connection.is_open]
        connection = self._free.pop() if self._free else await self._open_another()
        status = await connection.send(request)
        self._free.append(connection)
        return status

    def close(self) -> None:
        """Close all connections."""
        for connection in self._all:
            connection.close()

    async def _open_another(self) -> HttpConnection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(HttpConnection, "127.0.0.1", self._port)
        self._all.append(connection)
        return connection


@dataclass(slots=True)
class LoadResult:
    """The outcome of requests: each one's duration, and those not answered with 200."""

    durations: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    due_times: dict[tuple[str, str], float] = field(default_factory=dict)
    """When each vote's message was due, by ``time.perf_counter``."""
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Requests answered with 200, per second."""
        return (len(self.durations) - len(self.failures)) / self.seconds

    @property
    def milliseconds(self) -> list[float]:
        """The duration of each request."""
        return [1000 * seconds for seconds in self.durations]

    def check(self) -> Self:
        """Return this result; raise BenchError if any request wasn't answered with 200."""
        if self.failures:
            count, first = len(self.failures), self.failures[0]
            raise BenchError(
                f"{count} of {len(self.durations)} requests failed, the first with {first}"
            )
        return self


class Load:
    """A load generator for one server."""

    def __init__(self, connections: HttpConnections) -> None:
        self._connections = connections

    async def run_closed(self, requests: Iterable[Request], at_once: int) -> LoadResult:
        """Keep *at_once* requests in flight until all are answered."""
        outcome, waiting = LoadResult(), iter(requests)
        started = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(at_once):
                tasks.create_task(self._send_in_turn(waiting, outcome))
        outcome.seconds = time.perf_counter() - started
        return outcome

    async def _send_in_turn(self, waiting: Iterator[Request], outcome: LoadResult) -> None:
        for request in waiting:
            await self._send(request, time.perf_counter(), outcome)

    async def run_open(self, requests: Sequence[Request], rate: float) -> LoadResult:
        """Send *rate* requests a second regardless of responses, timing each from its due time."""
        outcome, started = LoadResult(), time.perf_counter() + 0.1
        async with asyncio.TaskGroup() as tasks:
            for number, request in enumerate(requests):
                due = started + number / rate
                tasks.create_task(self._send_at(due, request, outcome))
        outcome.seconds = time.perf_counter() - started
        return outcome

    async def _send_at(self, due: float, request: Request, outcome: LoadResult) -> None:
        await asyncio.sleep(due - time.perf_counter())
        await self._send(request, due, outcome)

    async def _send(self, request: Request, since: float, outcome: LoadResult) -> None:
        try:
            status = await self._connections.send(request.data)
        except OSError as error:  # the connection is dead and isn't reused
            outcome.failures.append(type(error).__name__)
        else:
            if status != 200:
                outcome.failures.append(f"HTTP {status}")
        outcome.durations.append(time.perf_counter() - since)
        outcome.due_times[request.message] = since


@contextlib.asynccontextmanager
async def open_load(port: int) -> AsyncIterator[Load]:
    """Yield a load generator for a local port; close its connections afterwards."""
    connections = HttpConnections(port)
    try:
        yield Load(connections)
    finally:
        connections.close()
