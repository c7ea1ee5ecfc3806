"""What pptbot adds to Bolt: votes a second, against a Bolt app that does nothing."""

from random import Random
from typing import Final

from app.devtools.bench.environment import Ground, app
from app.devtools.bench.load import Load, load_on
from app.devtools.bench.process import server
from app.devtools.bench.rows import Row, Target
from app.devtools.bench.workload import SIGNING_SECRET, crowd, votes

REQUESTS: Final = 3000
WARMING: Final = 300
AT_ONCE: Final = 16

_WHAT: Final = f"{REQUESTS:,} votes, {AT_ONCE} in flight:"


async def measure(ground: Ground, rounds: int) -> list[Row]:
    """Measure both in turn, each alone on the machine; who goes first alternates."""
    ours: list[float] = []
    empty: list[float] = []
    sides = [(_ours, ours), (_empty, empty)]
    for number in range(1, rounds + 1):
        for side, rates in sides:
            rates.append(await side(ground))
        sides.reverse()
        ground.tell(f"round {number}: {ours[-1]:.0f}/s, empty {empty[-1]:.0f}/s")
    shares = [mine / theirs for mine, theirs in zip(ours, empty, strict=True)]
    return [
        Row("ratio", f"{_WHAT} pptbot", ours, "votes/s"),
        Row("ratio", f"{_WHAT} Bolt, empty listener, no database", empty, "events/s"),
        Row("ratio", f"{_WHAT} pptbot / empty Bolt", shares, "", Target.at_least(0.5)),
    ]


async def _ours(ground: Ground) -> float:
    """Return votes a second of the app, on a fresh database."""
    async with app(ground, crowd(1000)) as running:
        rate = await _rate(running.load)
        await running.check_ledger(WARMING + REQUESTS)
        return rate


async def _empty(ground: Ground) -> float:
    """Return events a second of Bolt alone."""
    environment = {"SLACK_SIGNING_SECRET": SIGNING_SECRET}
    module = ["app.devtools.bench.empty"]
    async with server(module, environment, ground.folder) as process, load_on(process) as load:
        return await _rate(load)


async def _rate(load: Load) -> float:
    workspace, draw = crowd(1000), Random(5)
    await load.closed(votes(workspace, WARMING, draw), AT_ONCE)
    outcome = await load.closed(votes(workspace, REQUESTS, draw), AT_ONCE)
    outcome.check()
    return outcome.rate
