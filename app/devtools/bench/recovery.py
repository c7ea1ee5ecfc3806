"""The time until votes are accepted again after a restart of PostgreSQL."""

import time
from dataclasses import replace
from random import Random
from typing import Final

from app.devtools.bench.environment import BenchEnvironment, RunningApp, run_app
from app.devtools.bench.rows import BenchError, BenchRow, BenchTarget
from app.devtools.bench.workload import make_votes, make_workspace
from app.store.server.embedded import EmbeddedServer

_PATIENCE: Final = 30.0


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Stop the database, cast votes that fail, start it, and vote until one is accepted."""
    server = EmbeddedServer(environment.folder / "restarted", keep=False)
    try:
        server.open()
        times = await _measure_rounds(replace(environment, url=server.url), server, rounds)
    finally:
        server.close()
    what = "first vote accepted after PostgreSQL is up again"
    return [BenchRow("recovery", what, times, "s", BenchTarget.below(2, "s"))]


async def _measure_rounds(
    environment: BenchEnvironment, server: EmbeddedServer, rounds: int
) -> list[float]:
    workspace, draw, times = make_workspace(1000), Random(4), list[float]()
    async with run_app(environment, workspace) as running:
        for number in range(1, rounds + 1):
            (await running.load.run_closed(make_votes(workspace, 50, draw), 10)).check()
            server.stop()
            await running.load.run_closed(make_votes(workspace, 10, draw), 10)
            server.start()
            times.append(await _wait_until_accepted(running, draw))
            environment.tell(f"round {number}: {times[-1]:.2f} s")
    return times


async def _wait_until_accepted(running: RunningApp, draw: Random) -> float:
    started = time.perf_counter()
    while time.perf_counter() - started < _PATIENCE:
        outcome = await running.load.run_closed(make_votes(running.slack.workspace, 1, draw), 1)
        if not outcome.failures:
            return time.perf_counter() - started
    raise BenchError(f"no vote was accepted within {_PATIENCE:.0f} s")
