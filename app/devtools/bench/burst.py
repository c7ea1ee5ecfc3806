"""Whether a burst of votes is counted to the point, and how fast."""

from collections import Counter
from random import Random
from typing import Final

from app.devtools.bench.environment import BenchEnvironment, RunningApp, run_app
from app.devtools.bench.rows import BenchRow, BenchTarget
from app.devtools.bench.workload import make_votes, make_workspace

VOTES: Final = 1000
AT_ONCE: Final = 64

_WHAT: Final = f"{VOTES:,} votes, {AT_ONCE} at a time:"
_LEDGER: Final = "SELECT target_id, sum(delta)::int FROM vote_history GROUP BY 1"
_BOARD: Final = "SELECT target_id, score FROM leaderboard WHERE board = 'users'"
_GIVERS: Final = "SELECT sum(score)::int FROM leaderboard WHERE board = 'givers'"


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Cast the votes, then hold ledger and boards against what was sent."""
    draw, workspace = Random(4), make_workspace(1000)
    expected: Counter[str] = Counter()
    right: list[float] = []
    rates: list[float] = []
    async with run_app(environment, workspace) as running:
        for number in range(1, rounds + 1):
            before = sum(expected.values())
            requests = make_votes(workspace, VOTES, draw)
            outcome = await running.load.run_closed(requests, AT_ONCE)
            expected.update(request.target for request in requests)
            exact = not outcome.failures and await _agrees(running, expected)
            right.append(sum(expected.values()) - before if exact else 0)
            rates.append(outcome.rate)
            environment.tell(f"round {number}: {'exact' if exact else 'WRONG'}, {rates[-1]:.0f}/s")
    total = BenchTarget.exactly(VOTES, "votes")
    return [
        BenchRow("burst", f"{_WHAT} counted, where all totals agree", right, "votes", total),
        BenchRow("burst", f"{_WHAT} rate", rates, "votes/s"),
    ]


async def _agrees(running: RunningApp, expected: Counter[str]) -> bool:
    """Tell whether ledger, people's and givers' boards hold what was sent, and nothing else."""
    given = (await running.read_rows(_GIVERS))[0][0]
    ledger, board = dict(await running.read_rows(_LEDGER)), dict(await running.read_rows(_BOARD))
    return bool(ledger == board == expected and given == sum(expected.values()))
