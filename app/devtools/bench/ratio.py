"""The cost of pptbot on top of Bolt: votes per second, against a Bolt app that does nothing."""

import contextlib
from collections.abc import AsyncIterator
from random import Random
from typing import Final

from app.devtools.bench.environment import BenchEnvironment, ServerProcess, run_app, run_server
from app.devtools.bench.load import Load, open_load
from app.devtools.bench.rows import BenchRow, BenchTarget, divide
from app.devtools.bench.workload import SIGNING_SECRET, make_votes, make_workspace

REQUESTS: Final = 3000
WARM_UP: Final = 300
AT_ONCE: Final = 16

_WHAT: Final = f"{REQUESTS:,} votes, {AT_ONCE} in flight:"


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Measure both in turn, each alone on the machine; which goes first alternates."""
    ours: list[float] = []
    empty: list[float] = []
    sides = [(_measure_ours, ours), (_measure_empty, empty)]
    for number in range(1, rounds + 1):
        for side, rates in sides:
            rates.append(await side(environment))
        sides.reverse()
        environment.tell(f"round {number}: {ours[-1]:.0f}/s, empty {empty[-1]:.0f}/s")
    shares = divide(ours, empty)
    return [
        BenchRow("ratio", f"{_WHAT} pptbot", ours, "votes/s"),
        BenchRow("ratio", f"{_WHAT} Bolt, empty listener, no database", empty, "events/s"),
        BenchRow("ratio", f"{_WHAT} pptbot / empty Bolt", shares, "", BenchTarget.at_least(0.5)),
    ]


async def _measure_ours(environment: BenchEnvironment) -> float:
    """Return the app's votes per second, on a fresh database."""
    async with run_app(environment, make_workspace(1000)) as running:
        rate = await _measure_rate(running.load)
        await running.check_ledger(WARM_UP + REQUESTS)
        return rate


async def _measure_empty(environment: BenchEnvironment) -> float:
    """Return the events per second of Bolt alone."""
    async with run_empty(environment) as process, open_load(process.port) as load:
        return await _measure_rate(load)


@contextlib.asynccontextmanager
async def run_empty(environment: BenchEnvironment) -> AsyncIterator[ServerProcess]:
    """Run a Bolt app that receives messages and does nothing, always from this checkout."""
    variables, module = {"SLACK_SIGNING_SECRET": SIGNING_SECRET}, ["app.devtools.bench.empty"]
    async with run_server(module, variables, environment.folder) as process:
        yield process


async def _measure_rate(load: Load) -> float:
    workspace, draw = make_workspace(1000), Random(5)
    await load.run_closed(make_votes(workspace, WARM_UP, draw), AT_ONCE)
    outcome = (await load.run_closed(make_votes(workspace, REQUESTS, draw), AT_ONCE)).check()
    return outcome.rate
