"""The table of a run, for a terminal or for a page of the documentation."""

import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from app.devtools.bench.rows import BenchRow

_WIDE = 400
"""Columns of output that isn't a terminal: no line is broken."""


def show(head: Sequence[tuple[str, str]], rows: Sequence[BenchRow], *, markdown: bool) -> None:
    """Print what was measured, and on what, to standard output."""
    width = None if sys.stdout.isatty() and not markdown else _WIDE
    console = Console(width=width, highlight=False, markup=False)
    bullet = "- " if markdown else ""
    for name, value in head:
        console.print(f"{bullet}{name}: {value}" if markdown else f"{name:12} {value}")
    console.print()
    for line in _render_lines(console, _make_table(rows, markdown=markdown)):
        console.print(line)


def _make_table(rows: Sequence[BenchRow], *, markdown: bool) -> Table:
    table = Table(box=box.MARKDOWN if markdown else box.SIMPLE_HEAD, show_edge=markdown)
    table.add_column("benchmark")
    table.add_column("measured")
    for title in ("target", "median", "spread"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("verdict")
    for row in rows:
        wanted = row.target.words if row.target else "-"
        table.add_row(row.name, row.what, wanted, row.median, row.spread, row.verdict)
    return table


def _render_lines(console: Console, table: Table) -> list[str]:
    with console.capture() as captured:
        console.print(table)
    return [line.rstrip() for line in captured.get().splitlines() if line.strip()]
