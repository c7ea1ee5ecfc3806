"""The cost of a vote in a small team of known people, where each vote gets its own reply.

A busy app batches its work; one that idles between votes wakes up for each step.
"""

import asyncio
import time
from random import Random
from typing import Final

from app.devtools.bench.cost import CpuCost, CpuMeter
from app.devtools.bench.environment import (
    BenchEnvironment,
    RunningApp,
    create_database,
    run_app_on,
)
from app.devtools.bench.load import LoadResult
from app.devtools.bench.rows import BenchRow, percentile
from app.devtools.bench.spoken import LATENCY, AwaitedReplies
from app.devtools.bench.workload import Request, make_votes, make_workspace
from app.devtools.fake_slack.workspace import Workspace

PEOPLE: Final = 20
CHANNELS: Final = 40
"""Each gets a vote every four seconds, so no reply has to wait for its turn."""
RATE: Final = 10
SECONDS: Final = 10

_GREETING_DELAY: Final = 3
"""Seconds after which the greetings of first-time voters are in the outbox."""
_WAITING: Final = "SELECT count(*)::int FROM outbox WHERE done_at IS NULL"

_LOAD: Final = f"{PEOPLE} people who are known, {RATE} votes/s:"


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Measure each round from a fresh start, after as many votes to warm up."""
    app, postgres, answers = list[float](), list[float](), list[float]()
    for number in range(1, rounds + 1):
        cost, outcome = await _run(environment, Random(number))
        app.append(cost.app)
        postgres.append(cost.postgres)
        answers.append(percentile(outcome.milliseconds, 95))
        environment.tell(f"round {number}: {cost.app:.1f} + {cost.postgres:.1f} ms of CPU a vote")
    return [
        BenchRow("small-team", f"{_LOAD} CPU of the app, a vote", app, "ms"),
        BenchRow("small-team", f"{_LOAD} CPU of PostgreSQL, a vote", postgres, "ms"),
        BenchRow("small-team", f"{_LOAD} answer p95", answers, "ms"),
    ]


async def _run(environment: BenchEnvironment, draw: Random) -> tuple[CpuCost, LoadResult]:
    workspace = make_workspace(PEOPLE, CHANNELS)
    workspace.monotonic = time.perf_counter
    url = create_database(environment.url, environment.root)
    async with run_app_on(url, environment.folder, workspace, environment.root) as running:
        running.slack.fail("*", delay=LATENCY, times=None)
        await _send(running, workspace, make_votes(workspace, RATE * SECONDS, draw))
        await _wait_for_greetings(running)
        meter = CpuMeter(running.server.pid, url)
        before = meter.read()
        outcome = await _send(running, workspace, make_votes(workspace, RATE * SECONDS, draw))
        return meter.read().divide(before, len(outcome.milliseconds)), outcome


async def _wait_for_greetings(running: RunningApp) -> None:
    """Wait until the first-time voters have been greeted."""
    await asyncio.sleep(_GREETING_DELAY)
    while (await running.read_rows(_WAITING))[0][0]:  # noqa: ASYNC110 (in the database)
        await asyncio.sleep(0.2)


async def _send(running: RunningApp, workspace: Workspace, votes: list[Request]) -> LoadResult:
    """Cast *votes* and wait until all have been answered in their channels."""
    replies = AwaitedReplies(workspace, len(votes))
    outcome = (await running.load.run_open(votes, RATE)).check()
    await replies.wait(running)
    return outcome
