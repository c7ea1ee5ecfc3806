"""Sends prepared requests over connections that stay open, and takes the time of each."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from app.devtools.bench.http_client import HttpConnections
from app.devtools.bench.process import ServerProcess
from app.devtools.bench.rows import BenchError
from app.devtools.bench.workload import Request


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
async def open_load(server: ServerProcess) -> AsyncIterator[Load]:
    """Give connections to *server*, as many as are needed, kept alive."""
    lines = HttpConnections(server.port)
    try:
        yield Load(lines)
    finally:
        lines.close()
