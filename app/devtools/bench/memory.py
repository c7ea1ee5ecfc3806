"""The app's memory after 100,000 votes, and its growth along the way."""

from random import Random
from typing import Final

import psutil

from app.devtools.bench.environment import BenchEnvironment, run_app
from app.devtools.bench.rows import BenchRow, BenchTarget
from app.devtools.bench.workload import make_votes, make_workspace

MARKS: Final = (20_000, 60_000, 100_000)
PIECE: Final = 2000
"""Votes prepared at once; few enough that their signatures don't expire."""
AT_ONCE: Final = 16


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Cast the votes of 1,000 members in 10 channels; once, regardless of *rounds*."""
    del rounds
    sizes: list[float] = []
    seconds, cast, draw, workspace = 0.0, 0, Random(6), make_workspace(1000)
    async with run_app(environment, workspace) as running:
        while cast < MARKS[-1]:
            requests = make_votes(workspace, PIECE, draw)
            outcome = (await running.load.run_closed(requests, AT_ONCE)).check()
            seconds, cast = seconds + outcome.seconds, cast + PIECE
            if cast in MARKS:
                sizes.append(psutil.Process(running.server.pid).memory_info().rss / 1024**2)
                environment.tell(f"{cast:,} votes: {sizes[-1]:.1f} MB, {cast / seconds:.0f}/s")
        await running.check_ledger(cast)
    return _make_rows(sizes, cast / seconds)


def _make_rows(sizes: list[float], rate: float) -> list[BenchRow]:
    growth = 100 * (sizes[-1] / sizes[0] - 1)
    grown = f"growth of memory from {MARKS[0]:,} to {MARKS[-1]:,} votes"
    return [
        *(BenchRow("memory", f"resident after {mark:,} votes", [size], "MB", _make_target(mark))
          for mark, size in zip(MARKS, sizes, strict=True)),
        BenchRow("memory", grown, [growth], "%", BenchTarget.below(10, "%")),
        BenchRow("memory", f"rate of these votes, {AT_ONCE} in flight", [rate], "votes/s"),
    ]  # fmt: skip


def _make_target(mark: int) -> BenchTarget | None:
    return BenchTarget.below(150, "MB") if mark == MARKS[-1] else None
