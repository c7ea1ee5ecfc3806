"""The list of benchmarks, the order in which they run, and their result table."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import uvloop

from app.cli import commands
from app.cli.usage import COMPARABLE_BENCHMARKS, LONG_BENCHMARKS
from app.devtools.bench import (
    catching,
    chatter,
    compare,
    fairness,
    home,
    leaderboard,
    memory,
    parser,
    plans,
    ratio,
    recovery,
    settings_cost,
    small_team,
    spoken,
    table,
    vote,
)
from app.devtools.bench.environment import BenchEnvironment
from app.devtools.bench.growth import measure as growth
from app.devtools.bench.rows import BenchError, BenchRow, divide
from app.store.server.address import explain_errors
from app.store.server.embedded import run_postgres

Measure = Callable[[BenchEnvironment, int], Awaitable[list[BenchRow]]]
"""A function that runs a benchmark for a number of rounds."""

Figures = dict[tuple[str, str, str], list[float]]
"""The figures of each round, keyed by a row's name, its quantity and its unit."""

BENCHMARKS: Final[dict[str, tuple[Measure, str]]] = {
    "spoken": (spoken.measure, "what users experience: 200 channels, unknown names, until replies"),
    "small-team": (small_team.measure, "a small team: the cost of a vote in a mostly idle app"),
    "chatter": (chatter.measure, "events without a vote, as nearly all are"),
    "fairness": (fairness.measure, "50 quiet workspaces, with and without one that floods"),
    "vote": (vote.measure, "latency of a committed vote at a steady pace"),
    "settings": (settings_cost.measure, "a vote with every setting on, against one with none"),
    "revision": (vote.measure_revisions, "latency of an edit and a deletion at a steady pace"),
    "leaderboard": (leaderboard.measure, "latency of /leaderboard with 100,000 members"),
    "home": (home.measure, "an App Home: from opening, or from a vote, to published"),
    "burst": (vote.measure_burst, "exact totals after 1,000 votes at once"),
    "ratio": (ratio.measure, "throughput against an empty Bolt app"),
    "memory": (memory.measure, "memory after 100,000 votes"),
    "recovery": (recovery.measure, "first vote after PostgreSQL was restarted"),
    "catch-up": (catching.measure, "counting a long history"),
    "parser": (parser.measure, "the parser on hostile messages"),
    "compare": (compare.measure, "one function, against a plain transaction and pgbench"),
    "growth": (growth.measure, "everything with 10 thousand to 10 million rows (minutes)"),
    "plans": (plans.measure, "PostgreSQL's plans with 10 million rows (minutes on first use)"),
}


def start(options: argparse.Namespace) -> int:
    """Run the benchmarks that *options* ask for; return the exit status."""
    with explain_errors():
        return main(options, commands.LOCAL)


def main(options: argparse.Namespace, local: Path) -> int:
    """Run benchmarks and print a table; the database lives below *local* and is removed at the end.

    Return 1 if one of them couldn't be run; the table has the others. A missed target is a result,
    not a failure.
    """
    if options.list:
        sys.stdout.writelines(f"{name:12} {about}\n" for name, (_, about) in BENCHMARKS.items())
        return 0
    only = choose_names(options)
    if unknown := [name for name in only if name not in BENCHMARKS]:
        _report("bin/bench", f"there is no benchmark {unknown[0]}; bin/bench --list shows all")
        return 2
    folder = local / "bench"
    with run_postgres(folder / "postgres", keep=False) as url:
        head = table.describe_machine(url)
        rows, failures = uvloop.run(_measure_all(options, only, url, folder))
    if rows:
        table.show(head, rows, markdown=options.markdown)
    for name, error in failures:
        _report("bin/bench", f"{name}: {error}")
    return 1 if failures else 0


def choose_names(options: argparse.Namespace) -> Sequence[str]:
    """Return the names of the benchmarks to run; long ones run only if named."""
    short = [name for name in BENCHMARKS if name not in LONG_BENCHMARKS]
    return options.only or (COMPARABLE_BENCHMARKS if options.against else short)


async def _measure_all(
    options: argparse.Namespace, only: Sequence[str], url: str, folder: Path
) -> tuple[list[BenchRow], list[tuple[str, BenchError]]]:
    """Return all rows, and the benchmarks that failed."""
    rows: list[BenchRow] = []
    failures: list[tuple[str, BenchError]] = []
    for name, (measure, _) in BENCHMARKS.items():
        if name in only:
            here = BenchEnvironment(url, folder, partial(_report, name), options.refill)
            try:
                rows += await _measure(measure, here, options)
            except BenchError as error:
                failures.append((name, error))
    return rows, failures


async def _measure(
    measure: Measure, here: BenchEnvironment, options: argparse.Namespace
) -> list[BenchRow]:
    if options.against is None:
        return await measure(here, options.rounds)
    there = replace(here, root=options.against)
    return await compare_checkouts(measure, here, there, options.rounds)


def _report(who: str, what: str) -> None:
    """Write progress to standard error; standard output is for the table."""
    sys.stderr.write(f"{who}: {what}\n")


async def compare_checkouts(
    measure: Measure, here: BenchEnvironment, there: BenchEnvironment, rounds: int
) -> list[BenchRow]:
    """Return the figures of each row of *measure* here and there, and their ratios by round.

    Ratios show the effect of a change whatever else the machine does: each round of one side is
    followed by the same round of the other, and which goes first alternates.
    """
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
    ratios = divide(ours, theirs)
    rows = [BenchRow(name, f"{what} | here", ours, unit), BenchRow(name, "| there", theirs, unit)]
    return [*rows, BenchRow(name, "| here / there", ratios, "")] if ratios else rows
