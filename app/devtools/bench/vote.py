"""How long a vote takes at a steady pace: from the event's due time to 200, committed."""

from random import Random
from typing import Final

from app.devtools.bench.environment import Ground, app
from app.devtools.bench.load import Outcome
from app.devtools.bench.rows import Row, Target, percentile
from app.devtools.bench.workload import crowd, votes

RATE: Final = 50
SECONDS: Final = 10

_WHAT: Final = f"event to 200, committed, {RATE} votes/s for {SECONDS} s:"


async def measure(ground: Ground, rounds: int) -> list[Row]:
    """Cast votes in an open loop, so that a slow answer does not slow down what comes next."""
    draw, workspace, outcomes = Random(1), crowd(1000), list[Outcome]()
    async with app(ground, workspace) as running:
        await running.load.closed(votes(workspace, 200, draw), 4)  # warm up
        for number in range(1, rounds + 1):
            requests = votes(workspace, RATE * SECONDS, draw)
            outcome = await running.load.opened(requests, RATE)
            outcome.check()
            await running.check_ledger(200 + number * RATE * SECONDS)
            ground.tell(f"round {number}: p95 {percentile(outcome.milliseconds, 95):.2f} ms")
            outcomes.append(outcome)
    times = [outcome.milliseconds for outcome in outcomes]
    middle, late = ([percentile(t, percent) for t in times] for percent in (50, 95))
    return [
        Row("vote", f"{_WHAT} p50", middle, "ms"),
        Row("vote", f"{_WHAT} p95", late, "ms", Target.below(10, "ms")),
    ]
