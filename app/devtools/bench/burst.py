"""Whether a burst of votes is counted to the point, and how fast."""

from collections import Counter
from random import Random
from typing import Final

from app.devtools.bench.environment import Ground, Running, app
from app.devtools.bench.rows import Row, Target
from app.devtools.bench.workload import crowd, votes

VOTES: Final = 1000
AT_ONCE: Final = 64

_WHAT: Final = f"{VOTES:,} votes, {AT_ONCE} at a time:"
_LEDGER: Final = "SELECT target_id, sum(delta)::int FROM vote_history GROUP BY 1"
_BOARD: Final = "SELECT target_id, score FROM leaderboard WHERE board = 'users'"
_GIVERS: Final = "SELECT sum(score)::int FROM leaderboard WHERE board = 'givers'"


async def measure(ground: Ground, rounds: int) -> list[Row]:
    """Cast the votes, then hold ledger and boards against what was sent."""
    draw, workspace = Random(4), crowd(1000)
    expected: Counter[str] = Counter()
    right: list[float] = []
    rates: list[float] = []
    async with app(ground, workspace) as running:
        for number in range(1, rounds + 1):
            before = sum(expected.values())
            requests = votes(workspace, VOTES, draw)
            outcome = await running.load.closed(requests, AT_ONCE)
            expected.update(request.target for request in requests)
            exact = not outcome.failures and await _agree(running, expected)
            right.append(sum(expected.values()) - before if exact else 0)
            rates.append(outcome.rate)
            ground.tell(f"round {number}: {'exact' if exact else 'WRONG'}, {rates[-1]:.0f}/s")
    total = Target.exactly(VOTES, "votes")
    return [
        Row("burst", f"{_WHAT} counted, where all totals agree", right, "votes", total),
        Row("burst", f"{_WHAT} rate", rates, "votes/s"),
    ]


async def _agree(running: Running, expected: Counter[str]) -> bool:
    """Tell whether ledger, people's and givers' boards hold what was sent, and nothing else."""
    given = (await running.rows(_GIVERS))[0][0]
    ledger, board = dict(await running.rows(_LEDGER)), dict(await running.rows(_BOARD))
    return bool(ledger == board == expected and given == sum(expected.values()))
