"""Whether a flooding workspace slows down the others: 50 quiet ones, with and without it."""

import asyncio
import time
from random import Random
from typing import Final

from app.devtools.bench.environment import BenchEnvironment, create_database, run_app_on
from app.devtools.bench.load import Load
from app.devtools.bench.rows import BenchRow, BenchTarget, divide, percentile
from app.devtools.bench.spoken import LATENCY
from app.devtools.bench.workload import Request, make_votes, make_workspace

QUIET: Final = 50
"""Number of workspaces that vote once in two seconds."""
FLOOD: Final = 200
"""Votes per second in one further workspace."""
SECONDS: Final = 12
CHANNELS: Final = 200
MEMBERS: Final = 1000

_ALONE: Final = f"{QUIET} workspaces, {QUIET // 2} votes/s: answer"
_BESIDE: Final = f"the same beside one with {FLOOD} votes/s: answer"


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Measure the quiet workspaces without and with the flood, each time from a fresh start."""
    alone, beside, flood = list[list[float]](), list[list[float]](), list[list[float]]()
    for number in range(1, rounds + 1):
        alone.append((await _run(environment, number, flooded=False))[0])
        quiet, flooding = await _run(environment, number, flooded=True)
        beside.append(quiet)
        flood.append(flooding)
        late = [percentile(found[-1], 95) for found in (alone, beside)]
        environment.tell(f"round {number}: p95 {late[0]:.1f} ms alone, {late[1]:.1f} ms flooded")
    return _make_rows(alone, beside, flood)


async def _run(
    environment: BenchEnvironment, number: int, *, flooded: bool
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each response to the quiet workspaces, and to the flooding one."""
    draw, workspace = Random(number), make_workspace(MEMBERS, CHANNELS)
    workspace.monotonic = time.perf_counter
    url = create_database(environment.url, environment.root)
    async with run_app_on(url, environment.folder, workspace, environment.root) as running:
        running.slack.fail("*", delay=LATENCY, times=None)
        quiet = _make_quiet_votes(draw, QUIET * SECONDS // 2)
        flood = make_votes(workspace, FLOOD * SECONDS if flooded else 0, draw)
        warmed = await running.load.run_closed(_make_quiet_votes(draw, 8 * QUIET), 4)
        warmed.check()  # now these few people's names are cached, as in any quiet workspace
        return await _send(running.load, quiet, flood)


async def _send(
    load: Load, quiet: list[Request], flood: list[Request]
) -> tuple[list[float], list[float]]:
    outcomes = await asyncio.gather(load.run_open(quiet, QUIET / 2), load.run_open(flood, FLOOD))
    outcomes[0].check()  # the flood may be rejected, for Slack to retry
    return outcomes[0].milliseconds, outcomes[1].milliseconds


def _make_quiet_votes(draw: Random, count: int) -> list[Request]:
    """Return *count* votes, spread in turn over the quiet workspaces, which share one token."""
    workspaces = []
    for number in range(QUIET):
        one = make_workspace(4, 4)
        one.team_id = f"TQUIET{number:04d}"
        workspaces.append(one)
    return [make_votes(workspaces[n % QUIET], 1, draw)[0] for n in range(count)]


def _make_rows(
    alone: list[list[float]], beside: list[list[float]], flood: list[list[float]]
) -> list[BenchRow]:
    rows = []
    for percent in (50, 95):
        one, other = ([percentile(f, percent) for f in of] for of in (alone, beside))
        rows += [
            BenchRow("fairness", f"{_ALONE} p{percent}", one, "ms"),
            BenchRow("fairness", f"{_BESIDE} p{percent}", other, "ms"),
            BenchRow(
                "fairness", f"p{percent} beside / alone",
                divide(other, one), "",
                BenchTarget.at_most(1.5) if percent == 95 else None,
            ),
        ]  # fmt: skip
    late = [percentile(found, 95) for found in flood]
    return [*rows, BenchRow("fairness", "the one that floods: answer p95", late, "ms")]
