"""The time of `/leaderboard` in a workspace of 100,000 members who all have points."""

from random import Random
from typing import Final

from app.devtools.bench.environment import BenchEnvironment, RunningApp, run_app
from app.devtools.bench.rows import BenchError, BenchRow, BenchTarget, percentile
from app.devtools.bench.workload import make_board_requests, make_workspace

MEMBERS: Final = 100_000
REQUESTS: Final = 500

_WHAT: Final = f"`/leaderboard`, {MEMBERS:,} members, {REQUESTS} one by one:"


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Have random members ask for the board, one after the other."""
    draw, workspace = Random(2), make_workspace(MEMBERS)
    times: list[list[float]] = []
    async with run_app(environment, workspace, ["users"]) as running:
        await running.load.run_closed(make_board_requests(workspace, 100, draw), 1)  # warm up
        for number in range(1, rounds + 1):
            requests = list(make_board_requests(workspace, REQUESTS, draw))
            outcome = (await running.load.run_closed(requests, 1)).check()
            times.append(outcome.milliseconds)
            environment.tell(f"round {number}: p95 {percentile(times[-1], 95):.2f} ms")
        _check_silence(running)
    middle, late = ([percentile(t, percent) for t in times] for percent in (50, 95))
    return [
        BenchRow("leaderboard", f"{_WHAT} p50", middle, "ms"),
        BenchRow("leaderboard", f"{_WHAT} p95", late, "ms", BenchTarget.below(15, "ms")),
    ]


def _check_silence(running: RunningApp) -> None:
    """Raise BenchError if the app asked Slack for a name that it should have known."""
    if calls := running.slack.list_calls("users.info"):
        raise BenchError(f"the app asked Slack for {len(calls)} names")
