"""The result table, for a terminal or as Markdown, and a description of the machine."""

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg
from rich import box
from rich.console import Console
from rich.table import Table

from app.devtools.bench.rows import BenchRow

_SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")

_WIDE = 400
"""Columns of output that isn't a terminal, so that no line wraps."""


def show(head: Sequence[tuple[str, str]], rows: Sequence[BenchRow], *, markdown: bool) -> None:
    """Print the description of the machine and the results to standard output."""
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


def describe_machine(url: str) -> list[tuple[str, str]]:
    """Return named facts that results depend on; *url* is that of the PostgreSQL server."""
    memory = psutil.virtual_memory().total / 1024**3
    return [
        ("date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("machine", f"{_read_processor()}, {os.cpu_count()} cores, {memory:.0f} GB memory"),
        ("load before", " ".join(f"{load:.2f}" for load in os.getloadavg())),
        ("system", f"{_read_system()}, kernel {platform.release()}"),
        ("Python", platform.python_version()),
        ("PostgreSQL", _read_postgresql(url)),
        *((name, version(name)) for name in ("slack-bolt", "psycopg", "aiohttp", "uvloop")),
    ]


def _read_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _read_system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):  # not Linux
        return f"{platform.system()} {platform.release()}"


def _read_postgresql(url: str) -> str:
    with psycopg.connect(url) as conn:
        found = [conn.execute("SELECT current_setting(%s)", [s]).fetchone() for s in _SETTINGS]
    number, *settings = [row[0] if row else "?" for row in found]
    described = ", ".join(f"{n} {s}" for n, s in zip(_SETTINGS[1:], settings, strict=True))
    return f"{number.partition(' ')[0]}, embedded, {described}"
