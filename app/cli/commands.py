"""The commands of bin/, as one table: what each is for, who reads its arguments, what starts it.

What starts a command stands here by its place, and is imported when it is asked for: none waits
for what only others need. It takes what was read, and the URL of the database where it looks after
one, and returns the exit status.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LOCAL: Final = Path(__file__).parents[2] / ".local"
"""Where a checkout keeps what it makes: its embedded databases, backups, archives."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command of bin/, where all files are alike."""

    name: str
    about: str
    """What --help begins with."""
    reader: str
    """The function of `app/cli/usage.py` that reads its arguments."""
    starter: str
    """The module and function that does what was read."""
    looks_after: str = ""
    """What it needs of a database that it looks after: `any`, or `migrated` to this version."""


_EVERY: Final = (
    Command(
        "server", "Runs the app; the environment says where (docs/operate/configure.md).",
        "read_server", "app.cli.serve:start",
    ),
    Command(
        "migrate", "Brings the database of DATABASE_URL to this version, or runs another command.",
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
        "maintenance", "Vacuums and analyzes the app's tables, then reports how the database is.",
        "read_maintenance", "app.cli.maintenance.command:run", "migrated",
    ),
    Command(
        "import-json", "Imports the scores of a leaderboard.json, all of them or none.",
        "read_import", "app.cli.import_json:start",
    ),
    Command(
        "export", "Writes all data as one JSON document, which bin/import-json takes back.",
        "read_export", "app.cli.export:start", "migrated",
    ),
    Command(
        "backup", "Backs up the database of DATABASE_URL into one file.",
        "read_backup", "app.cli.backup.take:run", "any",
    ),
    Command(
        "restore", "Restores a file of bin/backup into DATABASE_URL.",
        "read_restore", "app.cli.backup.restore:run", "any",
    ),
)  # fmt: skip
COMMANDS: Final = {each.name: each for each in _EVERY}


def load_starter(command: Command) -> Callable[..., int]:
    """Import what starts *command*, and return it."""
    module, _, function = command.starter.partition(":")
    starter: Callable[..., int] = getattr(importlib.import_module(module), function)
    return starter
