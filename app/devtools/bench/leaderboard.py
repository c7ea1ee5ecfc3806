"""How long `/leaderboard` takes in a workspace of 100,000 members who all have points."""

from random import Random
from typing import Any, Final

import psycopg

from app.devtools.bench.environment import BenchEnvironment, RunningApp, copy, run_app
from app.devtools.bench.rows import BenchError, BenchRow, BenchTarget, percentile
from app.devtools.bench.workload import make_board_requests, make_workspace
from app.devtools.fake_slack.workspace import Workspace

MEMBERS: Final = 100_000
REQUESTS: Final = 500

_WHAT: Final = f"`/leaderboard`, {MEMBERS:,} members, {REQUESTS} one by one:"
_SCORES: Final = "COPY leaderboard (team_id, board, target_id, score) FROM STDIN"


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Let random members ask for the board, one after the other."""
    draw, workspace = Random(2), make_workspace(MEMBERS)
    times: list[list[float]] = []
    async with run_app(environment, workspace, lambda conn: _fill(conn, workspace)) as running:
        await running.load.run_closed(make_board_requests(workspace, 100, draw), 1)  # warm up
        for number in range(1, rounds + 1):
            requests = list(make_board_requests(workspace, REQUESTS, draw))
            outcome = await running.load.run_closed(requests, 1)
            outcome.check()
            times.append(outcome.milliseconds)
            environment.tell(f"round {number}: p95 {percentile(times[-1], 95):.2f} ms")
        _check_silence(running)
    middle, late = ([percentile(t, percent) for t in times] for percent in (50, 95))
    return [
        BenchRow("leaderboard", f"{_WHAT} p50", middle, "ms"),
        BenchRow("leaderboard", f"{_WHAT} p95", late, "ms", BenchTarget.below(15, "ms")),
    ]


def _fill(conn: psycopg.Connection[Any], workspace: Workspace) -> None:
    draw = Random(3)
    scores = [
        (workspace.team_id, "users", user, 1 + int(draw.paretovariate(0.7)) % 10_000)
        for user in workspace.members
    ]
    copy(conn, _SCORES, scores)


def _check_silence(running: RunningApp) -> None:
    """Raise BenchError if the app asked Slack for a name that it should have known."""
    if calls := running.slack.list_calls("users.info"):
        raise BenchError(f"the app asked Slack for {len(calls)} names")
