"""What an operator sees of an import: progress, bad entries, and the summary."""

import time
from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli.import_scores import ImportSummary
from app.cli.json_file import Follow, JsonFile
from app.cli.session import pluralize, print_error
from app.core.boards.definitions import THINGS, USERS
from app.core.transfer.score_file import ScoreFault, format_value

_EVERY: Final = 5.0
"""Seconds between progress lines."""
_LARGE: Final = 1 << 20
"""Bytes from which a file gets progress lines."""


class ImportProgress:
    """Progress and bad entries on standard error: a bar on a terminal, lines elsewhere."""

    def __init__(self, every: float = _EVERY) -> None:
        self._console = Console(
            stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False
        )
        columns = (
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"),
            TimeElapsedColumn(),
        )  # fmt: skip
        self._quiet = not self._console.is_terminal
        self.bar = Progress(*columns, console=self._console, disable=self._quiet, transient=True)
        self._task = self.bar.add_task("reading", total=None)
        self._every = every
        self._large = False
        self._began = self._printed_at = time.monotonic()

    def begin(self, size: int) -> Follow:
        """Set the total to *size* bytes; return a callback that takes the bytes just read."""
        self.bar.update(self._task, total=size)
        self._large = size >= _LARGE
        return self._follow

    def step(self, what: str) -> None:
        """Show that the step *what* has begun."""
        self.bar.update(self._task, description=what)
        self._print_progress()

    def _follow(self, more: int) -> None:
        self.bar.advance(self._task, more)
        self._print_progress()

    def _print_progress(self) -> None:
        """Print a progress line every few seconds for a large file, if there is no terminal."""
        now = time.monotonic()
        if self._quiet and self._large and now - self._printed_at >= self._every:
            self._printed_at = now
            task = self.bar.tasks[self._task]
            percentage = f" ({task.percentage:.0f} %)" if task.description == "reading" else ""
            self._write_line(f"{task.description}{percentage}, {now - self._began:.0f} s")

    def print_fault(self, fault: ScoreFault) -> None:
        """Print a bad entry."""
        if self._console.is_terminal:
            self._console.print(f"bin/import-json: {fault}")
        else:
            self._write_line(str(fault))

    def _write_line(self, line: str) -> None:
        # A hundred times faster than rich's console, for files with many bad entries.
        print_error("import-json", line)


def describe_import(file: JsonFile, summary: ImportSummary) -> Iterator[str]:
    """Yield lines saying what was imported, left out and ignored."""
    entries = pluralize(summary.read, "entry", "entries")
    yield f"{entries} read, imported: {format_sums(summary)}"
    if summary.faults:
        yield f"skipped: {pluralize(summary.faults, 'bad entry', 'bad entries')}"
    if summary.zeros:
        yield f"skipped: {pluralize(summary.zeros, 'entry', 'entries')} with 0 points"
    if summary.ignored:
        keys = (f"{format_value(key)} ({count:,})" for key, count in summary.ignored.most_common())
        yield f"ignored keys: {', '.join(keys)}"
    if file.has_byte_order_mark:
        yield "ignored: a byte order mark at the start"


def format_sums(summary: ImportSummary) -> str:
    """Return how many people and things got how many points."""
    users, things = summary.get_sum(USERS), summary.get_sum(THINGS)
    people = pluralize(users.entries, "person", "people")
    return (
        f"{people} with {pluralize(users.points, 'point')},"
        f" {pluralize(things.entries, 'thing')} with {pluralize(things.points, 'point')}"
    )
