"""Sends prepared requests over connections that stay open, and takes the time of each."""

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
    """One connection that stays open; carries one request at a time.

    It costs next to nothing, because it shares its machine with what it measures: requests are
    bytes made ahead, and of an answer only status and length are read. With a general client, a
    request costs more time than Bolt takes to answer it, and less of that is left for Bolt.
    """

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the way to the server."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Read until an answer is whole."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= _read_length(head) and self._answer:
            self._received = b""
            self._answer.set_result(int(head[9:12]))
            self._answer = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits for an answer that none will come."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed by the server"))
        self._transport = None

    async def send(self, request: bytes) -> int:
        """Send *request*; return the status of the answer. Raises OSError, TimeoutError."""
        if self._transport is None:
            raise ConnectionResetError("not connected")
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._transport.write(request)
        return await answer

    @property
    def is_open(self) -> bool:
        """Tell whether the server has not hung up, as it does where nothing is asked for long."""
        return self._transport is not None

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()


def _read_length(head: bytes) -> int:
    match = _LENGTH.search(head)
    return int(match[1]) if match else 0


class HttpConnections:
    """As many connections to a port of this machine as are in use at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[HttpConnection] = []
        self._all: list[HttpConnection] = []

    async def send(self, request: bytes) -> int:
        """Send *request* on a line that is free; return the status of the answer."""
        self._free = [line for line in self._free if line.is_open]
        line = self._free.pop() if self._free else await self._open_another()
        status = await line.send(request)
        self._free.append(line)
        return status

    def close(self) -> None:
        """Hang up everywhere."""
        for line in self._all:
            line.close()

    async def _open_another(self) -> HttpConnection:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(HttpConnection, "127.0.0.1", self._port)
        self._all.append(line)
        return line


@dataclass(slots=True)
class LoadResult:
    """What became of requests: how long each took, and what was not answered 200."""

    durations: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    begun: dict[tuple[str, str], float] = field(default_factory=dict)
    """When the message of each vote was due, by the performance counter."""
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Requests answered 200, per second."""
        return (len(self.durations) - len(self.failures)) / self.seconds

    @property
    def milliseconds(self) -> list[float]:
        """How long each request took."""
        return [1000 * seconds for seconds in self.durations]

    def check(self) -> Self:
        """Return this; raises BenchError if anything was not answered 200."""
        if self.failures:
            count, first = len(self.failures), self.failures[0]
            raise BenchError(
                f"{count} of {len(self.durations)} requests failed, the first by {first}"
            )
        return self


class Load:
    """The pressure on one server."""

    def __init__(self, connections: HttpConnections) -> None:
        self._connections = connections

    async def run_closed(self, requests: Iterable[Request], at_once: int) -> LoadResult:
        """Keep *at_once* requests under way until all are answered."""
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
        """Send *rate* requests a second, whatever the answers; each counts from when it was due."""
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
        except OSError as error:  # the line is dead and is not used again
            outcome.failures.append(type(error).__name__)
        else:
            if status != 200:
                outcome.failures.append(f"HTTP {status}")
        outcome.durations.append(time.perf_counter() - since)
        outcome.begun[request.message] = since


@contextlib.asynccontextmanager
async def open_load(port: int) -> AsyncIterator[Load]:
    """Give connections to *port* of this machine, as many as are needed, kept alive."""
    lines = HttpConnections(port)
    try:
        yield Load(lines)
    finally:
        lines.close()
