"""The table of commands in bin/: description, argument parser and starting function.

A starting function is named by its import path and imported on demand, so that no command loads
what only others need. It takes the parsed arguments and, if `database` is set, the database
URL; it returns the exit status.
"""

import gc
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LOCAL: Final = Path(__file__).parents[2] / ".local"
"""The checkout's folder for generated data: embedded databases, backups, archives."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command in bin/."""

    name: str
    about: str
    """The first sentence of --help."""
    reader: str
    """The function in `app/cli/usage.py` that parses its arguments."""
    starter: str
    """`module:function` that runs it."""
    database: str = ""
    """How `main` opens the database: `any`, `migrated` to migrate an embedded one; empty: not."""


_EVERY: Final = (
    Command(
        "server", "Runs the app; environment variables configure it (docs/operate/configure.md).",
        "read_server", "app.cli.serve:start",
    ),
    Command(
        "migrate", "Migrates the database in DATABASE_URL, or runs another migration command.",
        "read_migrate", "app.cli.migrate:start",
    ),
    Command(
        "playground", "Runs the real app in the terminal, without Slack, tokens or a database.",
        "read_playground", "app.devtools.playground.run:start",
    ),
    Command(
        "bench",
        "Measures the app on embedded PostgreSQL with default durability, driven over HTTP, and"
        " prints a table (docs/develop/benchmarks.md).",
        "read_bench", "app.devtools.bench.run:start",
    ),
    Command(
        "catch-up", "Counts the votes in messages that the app has missed.",
        "read_catch_up", "app.cli.catch_up:start",
    ),
    Command(
        "verify", "Compares the boards with the ledger.",
        "read_verify", "app.cli.verify:run", "migrated",
    ),
    Command(
        "maintenance", "Vacuums and analyzes the app's tables, then reports on the database.",
        "read_maintenance", "app.cli.maintenance.command:run", "migrated",
    ),
    Command(
        "import-json", "Imports the scores of a leaderboard.json, all of them or none.",
        "read_import", "app.cli.import_json:start",
    ),
    Command(
        "export", "Exports all data as one JSON document, which bin/import-json can import.",
        "read_export", "app.cli.export:start", "migrated",
    ),
    Command(
        "backup", "Backs up the database in DATABASE_URL to one file.",
        "read_backup", "app.cli.backup.take:run", "any",
    ),
    Command(
        "restore", "Restores a backup made by bin/backup into the database in DATABASE_URL.",
        "read_restore", "app.cli.backup.restore:run", "any",
    ),
)  # fmt: skip
COMMANDS: Final = {each.name: each for each in _EVERY}


def load_starter(command: Command) -> Callable[..., int]:
    """Import and return the function that runs *command*.

    What is imported lives as long as the process, so the garbage collector never looks at it.
    """
    module, _, function = command.starter.partition(":")
    gc.disable()
    try:
        starter: Callable[..., int] = getattr(importlib.import_module(module), function)
    finally:
        gc.enable()
    gc.freeze()
    return starter
