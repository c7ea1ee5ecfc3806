"""How soon votes are accepted again after PostgreSQL was restarted under the app."""

import time
from dataclasses import replace
from random import Random
from typing import Final

from app.devtools.bench.environment import Ground, Running, app
from app.devtools.bench.rows import BenchError, Row, Target
from app.devtools.bench.workload import crowd, votes
from app.store.server import embedded

_PATIENCE: Final = 30.0


async def measure(ground: Ground, rounds: int) -> list[Row]:
    """Stop the database, let votes be refused, start it, and vote until one is taken."""
    server = embedded.start(ground.folder / "restarted", "delete")
    try:
        times = await _rounds(replace(ground, url=server.get_uri()), server, rounds)
    finally:
        server.cleanup()
    what = "first vote accepted after PostgreSQL is up again"
    return [Row("recovery", what, times, "s", Target.below(2, "s"))]


async def _rounds(ground: Ground, server: embedded.Server, rounds: int) -> list[float]:
    workspace, draw, times = crowd(1000), Random(4), list[float]()
    async with app(ground, workspace) as running:
        for number in range(1, rounds + 1):
            (await running.load.closed(votes(workspace, 50, draw), 10)).check()
            embedded.stop(server)
            await running.load.closed(votes(workspace, 10, draw), 10)
            server.ensure_postgres_running()
            times.append(await _until_taken(running, draw))
            ground.tell(f"round {number}: {times[-1]:.2f} s")
    return times


async def _until_taken(running: Running, draw: Random) -> float:
    started = time.perf_counter()
    while time.perf_counter() - started < _PATIENCE:
        outcome = await running.load.closed(votes(running.slack.workspace, 1, draw), 1)
        if not outcome.failures:
            return time.perf_counter() - started
    raise BenchError(f"no vote was accepted within {_PATIENCE:.0f} s")
