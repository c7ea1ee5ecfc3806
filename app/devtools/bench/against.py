"""Two checkouts measured in turn, so that a change shows as a ratio whatever else the machine does.

Each round of one side is followed by the same round of the other; who begins alternates.
"""

from collections.abc import Awaitable, Callable

from app.devtools.bench.environment import BenchEnvironment
from app.devtools.bench.rows import BenchRow

Measure = Callable[[BenchEnvironment, int], Awaitable[list[BenchRow]]]
"""Runs a benchmark for a number of rounds."""

Figures = dict[tuple[str, str, str], list[float]]
"""The figures of each round, by a row's name, what it measures, and its unit."""


async def compare(
    measure: Measure, here: BenchEnvironment, there: BenchEnvironment, rounds: int
) -> list[BenchRow]:
    """Return for each row of *measure* its figures here and there, and their ratios by round."""
    ours: Figures = {}
    theirs: Figures = {}
    sides = [(here, ours), (there, theirs)]
    for number in range(1, rounds + 1):
        for environment, figures in sides:
            here.tell(f"round {number} of {rounds}: {environment.root}")
            for row in await measure(environment, 1):
                figures.setdefault((row.name, row.what, row.unit), []).extend(row.figures)
        sides.reverse()
    return [row for key, figures in ours.items() for row in _pair(key, figures, theirs[key])]


def _pair(key: tuple[str, str, str], ours: list[float], theirs: list[float]) -> list[BenchRow]:
    name, what, unit = key
    ratios = [one / other for one, other in zip(ours, theirs, strict=True) if other]
    rows = [BenchRow(name, f"{what} | here", ours, unit), BenchRow(name, "| there", theirs, unit)]
    return [*rows, BenchRow(name, "| here / there", ratios, "")] if ratios else rows
