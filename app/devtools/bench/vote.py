"""How long a vote takes at a steady pace: from the event's due time to 200, committed."""

from random import Random
from typing import Final

from app.devtools.bench.environment import BenchEnvironment, run_app
from app.devtools.bench.load import LoadResult
from app.devtools.bench.rows import BenchRow, BenchTarget, percentile
from app.devtools.bench.workload import make_votes, make_workspace

RATE: Final = 50
SECONDS: Final = 10

_WHAT: Final = f"event to 200, committed, {RATE} votes/s for {SECONDS} s:"


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Cast votes in an open loop, so that a slow answer does not slow down what comes next."""
    draw, workspace, outcomes = Random(1), make_workspace(1000), list[LoadResult]()
    async with run_app(environment, workspace) as running:
        await running.load.run_closed(make_votes(workspace, 200, draw), 4)  # warm up
        for number in range(1, rounds + 1):
            requests = make_votes(workspace, RATE * SECONDS, draw)
            outcome = (await running.load.run_open(requests, RATE)).check()
            await running.check_ledger(200 + number * RATE * SECONDS)
            environment.tell(f"round {number}: p95 {percentile(outcome.milliseconds, 95):.2f} ms")
            outcomes.append(outcome)
    times = [outcome.milliseconds for outcome in outcomes]
    middle, late = ([percentile(t, percent) for t in times] for percent in (50, 95))
    return [
        BenchRow("vote", f"{_WHAT} p50", middle, "ms"),
        BenchRow("vote", f"{_WHAT} p95", late, "ms", BenchTarget.below(10, "ms")),
    ]
