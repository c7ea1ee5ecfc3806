"""The benchmarks: which there are, in which order they run, and the table that they fill."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import uvloop

from app.devtools.bench import (
    against,
    burst,
    catching,
    compare,
    home,
    leaderboard,
    machine,
    memory,
    parser,
    plans,
    ratio,
    recovery,
    revision,
    settings_cost,
    spoken,
    table,
    vote,
)
from app.devtools.bench.against import Measure
from app.devtools.bench.environment import BenchEnvironment
from app.devtools.bench.growth import measure as growth
from app.devtools.bench.rows import BenchError, BenchRow
from app.store.server.embedded import run_postgres

BENCHMARKS: Final[dict[str, tuple[Measure, str]]] = {
    "spoken": (spoken.measure, "what users meet: 200 channels, unknown names, replies waited for"),
    "vote": (vote.measure, "latency of a committed vote at a steady pace"),
    "settings": (settings_cost.measure, "a vote with every setting on against one with none"),
    "revision": (revision.measure, "latency of an edit and a deletion at a steady pace"),
    "leaderboard": (leaderboard.measure, "latency of /leaderboard with 100,000 members"),
    "home": (home.measure, "an App Home: opened to published, and following a vote"),
    "burst": (burst.measure, "exact totals after 1,000 votes at once"),
    "ratio": (ratio.measure, "throughput against an empty Bolt app"),
    "memory": (memory.measure, "memory after 100,000 votes"),
    "recovery": (recovery.measure, "first vote after PostgreSQL was restarted"),
    "catch-up": (catching.measure, "counting a long history"),
    "parser": (parser.measure, "the parser on hostile messages"),
    "compare": (compare.measure, "one statement against a plain transaction, and pgbench"),
    "growth": (growth.measure, "everything with 10 thousand to 10 million rows (minutes)"),
    "plans": (plans.measure, "how PostgreSQL reads with 10 million rows (minutes at first)"),
}
LONG: Final = ("growth", "plans")
"""Those that are run only where they are named: they fill databases of 10 GB, and keep them."""
COMPARABLE: Final = (
    "spoken",
    "vote",
    "revision",
    "leaderboard",
    "home",
    "burst",
    "ratio",
    "recovery",
)
"""Those that drive a whole app from outside, whichever checkout it is of."""


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What the command line asks for."""

    rounds: int
    names: Sequence[str]
    list_only: bool
    markdown: bool
    refill: bool
    against: Path | None
    """Another checkout to be measured in turn with this one."""


def main(arguments: Sequence[str], local: Path) -> int:
    """Measure and print a table; the database is made below *local* and removed again.

    A missed target is a result, not a failure: the exit status is 0.
    """
    wanted = _read_options(arguments)
    if wanted.list_only:
        sys.stdout.writelines(f"{name:12} {about}\n" for name, (_, about) in BENCHMARKS.items())
        return 0
    folder = local / "bench"
    try:
        with run_postgres(folder / "postgres", keep=False) as url:
            head = machine.describe_machine(url)
            rows = uvloop.run(_measure_all(wanted, url, folder))
    except BenchError as error:
        _report("bin/bench", str(error))
        return 1
    table.show(head, rows, markdown=wanted.markdown)
    return 0


def _read_options(arguments: Sequence[str]) -> BenchOptions:
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="Measures the app on embedded PostgreSQL with default durability, driven"
        " over HTTP, and prints a table (docs/develop/benchmarks.md).",
        epilog=f"All but {' and '.join(LONG)}, unless they are named.",
    )
    parser.add_argument("--rounds", type=_parse_positive, default=5, help="rounds of each (5)")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, metavar="NAME", help="these only")
    parser.add_argument(
        "--refill", action="store_true",
        help=f"make the databases of {' and '.join(LONG)} anew, which are kept in"
        " .local/bench-growth for a week otherwise",
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help="name the benchmarks, run none")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument(
        "--against", type=_parse_checkout, metavar="DIR",
        help="measure the app of another checkout in turn with this one, and give the ratios;"
        f" of {', '.join(COMPARABLE)}",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    fit = COMPARABLE if given.against else [name for name in BENCHMARKS if name not in LONG]
    only = given.only or fit
    if given.against and not {*only} <= {*COMPARABLE}:
        parser.error(f"--against: only {', '.join(COMPARABLE)} can be compared")
    return BenchOptions(given.rounds, only, given.list, given.markdown, given.refill, given.against)


def _parse_checkout(word: str) -> Path:
    root = Path(word).resolve()
    if not (root / "app" / "__main__.py").is_file():
        raise argparse.ArgumentTypeError(f"{word} holds no checkout of the app")
    return root


def _parse_positive(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word} is not 1 or more")
    return int(word)


async def _measure_all(options: BenchOptions, url: str, folder: Path) -> list[BenchRow]:
    rows: list[BenchRow] = []
    for name, (measure, _) in BENCHMARKS.items():
        if name in options.names:
            here = BenchEnvironment(url, folder, partial(_report, name), options.refill)
            if options.against:
                there = replace(here, root=options.against)
                rows += await against.compare(measure, here, there, options.rounds)
            else:
                rows += await measure(here, options.rounds)
    return rows


def _report(who: str, what: str) -> None:
    """Tell of progress on standard error; standard output is for the table."""
    sys.stderr.write(f"{who}: {what}\n")
