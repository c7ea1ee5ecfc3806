"""Argument parsers of all commands in bin/; importing them doesn't import the commands."""

import argparse
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from app import __version__
from app.cli import commands
from app.cli.argument_types import (
    parse_channel,
    parse_checkout,
    parse_date,
    parse_number,
    parse_team,
)
from app.cli.backup.s3 import parse_location

STDOUT: Final = Path("-")
LONG_BENCHMARKS: Final = ("growth", "plans")
"""Benchmarks that run only if named, because they fill databases of 10 GB and keep them."""

COMPARABLE_BENCHMARKS: Final = (
    "spoken", "small-team", "chatter", "fairness", "vote", "revision", "leaderboard", "home",
    "burst", "ratio", "recovery",
)  # fmt: skip
"""Benchmarks that drive a whole app from outside, and so work with any checkout."""

_BACKUP: Final = (
    "Writes pptbot-TIME.dump (pg_dump's custom format, compressed) and pptbot-TIME.dump.sha256."
    " The last line on standard output is the file's path. bin/restore restores it."
)
_RESTORE: Final = (
    "The backup is restored into a new database, checked, and given the name of the current one,"
    " which is kept under another name. Until then, the current one stays in use, unchanged."
)
_CATCH_UP: Final = (
    "Each vote counts once, on the boards of the time when it was written, so the command can be"
    " repeated, even while the server runs. Votes older than an hour get no reply in Slack."
)
_IMPORT: Final = (
    "FILE maps user ids (U123) and names of things to scores, as JSON, or as CSV if its name ends"
    " with .csv. They are added to the existing scores. A document of bin/export can only be"
    " imported into an empty database."
)
_MAINTENANCE: Final = (
    "Safe to run from cron and while the server runs: votes keep being counted, and a second run"
    " at the same time exits 1 at once. docs/operate/maintenance.md explains the report."
)
_MIGRATIONS: Final = ("apply", "rollback", "list", "mark", "unmark", "new")
_MIGRATE: Final = (
    "Other options are yoyo's: -a, -f, and --batch (never ask; the default without a terminal)."
    " rollback undoes the last migration."
)
_VERIFY: Final = (
    "Reads one snapshot of the database, so voting can go on. Exits 1 if a score isn't the sum of"
    " its votes; --rebuild fixes only such scores, and compares again."
)


def read_server(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/server; like all parsers here, exit with 2 on wrong usage."""
    parser = _make_parser("server")
    parser.add_argument("--version", action="version", version=f"pptbot {__version__}")
    return parser.parse_args(arguments)


def read_migrate(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/migrate; `rest` holds what yoyo parses itself."""
    parser = _make_parser("migrate", _MIGRATE)
    parser.add_argument(
        "command", nargs="?", choices=_MIGRATIONS, default="apply", help="default: apply"
    )
    parser.add_argument(
        "--distribute", action="store_true",
        help="also distribute the tables over the Citus cluster, each workspace on one node",
    )  # fmt: skip
    parser.add_argument(
        "-r", "--revision",
        help="apply REVISION and what it depends on, or roll it back with what depends on it",
    )  # fmt: skip
    parser.add_argument(
        "-m", "--match", metavar="PATTERN", help="only migrations whose names match"
    )
    options, rest = parser.parse_known_args(arguments)
    values = {"--revision": options.revision, "--match": options.match}
    options.rest = [*rest, *(f"{name}={value}" for name, value in values.items() if value)]
    if options.distribute and options.command != "apply":
        parser.error("--distribute can only be used with apply")
    if options.command == "new":
        options.name = options.rest[0] if len(options.rest) == 1 else ""
        if not re.fullmatch(r"[a-z][a-z0-9-]*", options.name):
            parser.error("new takes one name of lower-case letters, digits and dashes")
    elif rest and not rest[0].startswith("-"):
        parser.error(f"unrecognized arguments: {rest[0]}")
    return options


def read_playground(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/playground."""
    parser = _make_parser("playground")
    parser.add_argument("--script", type=Path, help="send the lines of this file, then exit")
    parser.add_argument("--fresh", action="store_true", help="start over, without earlier points")
    parser.add_argument("--picture", type=Path, help="write the conversation to this SVG file")
    return parser.parse_args(arguments)


def read_bench(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/bench; names of benchmarks are checked later."""
    long = " and ".join(LONG_BENCHMARKS)
    parser = _make_parser("bench", f"Runs all but {long}, which must be named.")
    parser.add_argument(
        "--rounds", type=parse_number, default=5, help="rounds of each (default: 5)"
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="run only these")
    parser.add_argument(
        "--refill", action="store_true",
        help=f"create the databases of {long} again; otherwise, those in"
        " .local/bench-growth are reused for six days",
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help="list the benchmarks, run none")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    comparable = ", ".join(COMPARABLE_BENCHMARKS)
    parser.add_argument(
        "--against", type=parse_checkout, metavar="DIR",
        help="alternate with the app of another checkout, and print the ratios;"
        f" only for {comparable}",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    if options.against and not {*(options.only or ())} <= {*COMPARABLE_BENCHMARKS}:
        parser.error(f"--against: only {comparable} can be compared")
    return options


def read_verify(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/verify."""
    parser = _make_data_parser("verify", _VERIFY)
    parser.add_argument("--rebuild", action="store_true", help="fix wrong scores")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    return parser.parse_args(arguments)


def read_maintenance(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/maintenance."""
    parser = _make_data_parser("maintenance", _MAINTENANCE)
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.add_argument("--no-vacuum", action="store_true", help="skip the vacuum")
    parser.add_argument(
        "--prune-boards", type=parse_number, metavar="MONTHS",
        help="remove boards of days, weeks and months that ended over MONTHS months ago",
    )  # fmt: skip
    parser.add_argument(
        "--archive", type=parse_number, metavar="YEARS",
        help="move votes older than YEARS years from the ledger to a compressed file",
    )  # fmt: skip
    parser.add_argument("--dir", type=Path, default=commands.LOCAL / "archives", metavar="DIR",
                        help="where to write archives (default: .local/archives)")  # fmt: skip
    parser.add_argument(
        "--dry-run", action="store_true", help="only report what would be pruned and archived"
    )
    options = parser.parse_args(arguments)
    if options.dry_run and not (options.prune_boards or options.archive):
        parser.error("--dry-run requires --prune-boards or --archive")
    return options


def read_import(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/import-json."""
    parser = _make_data_parser("import-json", _IMPORT)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
    parser.add_argument(
        "--dry-run", action="store_true", help="do everything in temporary tables; write nothing"
    )
    parser.add_argument(
        "--skip-bad", action="store_true", help="skip bad entries and import the others"
    )
    parser.add_argument(
        "--rollback", metavar="BATCH", help="undo the import BATCH instead of reading a FILE"
    )
    parser.add_argument("--archive", action="store_true",
                        help="afterwards, rename FILE to FILE.imported-TIME")  # fmt: skip
    parser.add_argument("--team", type=parse_team, metavar="T…",
                        help="the workspace (default: the token's, or the only one)")  # fmt: skip
    options = parser.parse_args(arguments)
    if options.file is None and options.rollback is None:
        parser.error("name a FILE to import, or a batch to roll back: --rollback BATCH")
    if options.rollback is not None and (options.skip_bad or options.archive):
        parser.error("--skip-bad and --archive can't be used with --rollback")
    return options


def read_export(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/export."""
    parser = _make_data_parser("export")
    parser.add_argument("--output", type=Path, default=STDOUT, metavar="FILE",
                        help="where to write it (default: standard output)")  # fmt: skip
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--csv", type=Path, metavar="DIR", help="write a CSV file for each table to DIR"
    )
    form.add_argument("--leaderboard-json", action="store_true",
                      help='only the scores, as {"U123": 42, "postgres": 3}')  # fmt: skip
    parser.add_argument("--team", metavar="T…", help="the workspace, for --leaderboard-json")
    options = parser.parse_args(arguments)
    if options.csv is not None and options.output != STDOUT:
        parser.error("--csv writes to its own folder: leave out --output")
    if options.team is not None and not options.leaderboard_json:
        parser.error("--team requires --leaderboard-json; other formats contain all workspaces")
    return options


def read_backup(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/backup."""
    parser = _make_data_parser("backup", _BACKUP)
    parser.add_argument(
        "--dir", type=Path, default=commands.LOCAL / "backups",
        help="where to write it (default: .local/backups)",
    )  # fmt: skip
    parser.add_argument(
        "--keep-days", type=partial(parse_number, most=36_500), metavar="N",
        help="afterwards, remove backups older than N days",
    )  # fmt: skip
    parser.add_argument(
        "--verify", action="store_true",
        help="restore it into a scratch database and compare rows and boards",
    )  # fmt: skip
    parser.add_argument(
        "--s3", type=parse_location, metavar="s3://BUCKET/PREFIX", help="also copy it to S3"
    )
    parser.add_argument("--pg-bin", type=Path, metavar="DIR", help="the folder of pg_dump")
    return parser.parse_args(arguments)


def read_restore(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/restore."""
    parser = _make_data_parser("restore", _RESTORE)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--force", action="store_true", help="replace existing data")
    parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")
    parser.add_argument("--drop-old", action="store_true", help="don't keep the old database")
    parser.add_argument("--pg-bin", type=Path, metavar="DIR", help="the folder of pg_restore")
    return parser.parse_args(arguments)


def read_catch_up(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of bin/catch-up."""
    parser = _make_data_parser("catch-up", _CATCH_UP)
    begin = parser.add_mutually_exclusive_group(required=True)
    begin.add_argument(
        "--since", type=parse_date, metavar="DATE", help="2026-01-31, or 2026-01-31T09:30; UTC"
    )
    begin.add_argument("--resume", action="store_true", help="continue where the last run stopped")
    parser.add_argument(
        "--channel", type=parse_channel, action="append", metavar="C…", dest="channels",
        help="a channel's id; may be repeated (default: all that the app is in)",
    )  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="post nothing in Slack")
    return parser.parse_args(arguments)


def _make_parser(name: str, epilog: str = "") -> argparse.ArgumentParser:
    about = commands.COMMANDS[name].about
    return argparse.ArgumentParser(prog=f"bin/{name}", description=about, epilog=epilog)


def _make_data_parser(name: str, epilog: str = "") -> argparse.ArgumentParser:
    """Return a parser with --embedded, for a command that maintains data."""
    parser = _make_parser(name, epilog)
    parser.add_argument(
        "--embedded", action="store_true",
        help="use the embedded PostgreSQL in .local/ instead of DATABASE_URL",
    )  # fmt: skip
    return parser
