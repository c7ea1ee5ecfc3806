"""The commands of bin/: reads the environment, builds what a command needs, and starts it."""

import argparse
import asyncio
import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import psycopg
import uvloop

from app import __version__, config, log, server
from app.cli import migrate
from app.cli.migrate import UsageError
from app.config import Config, ConfigError
from app.server import StartError
from app.store import migrations
from app.store.server.embedded import EmbeddedError, run_postgres
from app.store.server.operating import OperatingError
from app.store.server.tls import protect_url

LOCAL: Final = Path(__file__).parents[1] / ".local"


@contextlib.contextmanager
def open_database(configuration: Config) -> Iterator[tuple[str, bool]]:
    """Give the libpq URL to work on, and whether it is the embedded server's."""
    if configuration.database_url:
        yield protect_url(configuration.database_url.get_secret_value()), False
        return
    with run_postgres(LOCAL / "postgres") as url:
        yield url, True


def serve(arguments: Sequence[str]) -> int:
    """Run the app against Slack."""
    _make_parser(
        "server", "Runs the app; the environment says where (docs/operate/configure.md)."
    ).parse_args(arguments)
    given = _read_config(slack=True)
    log.configure(given.log_level, given.log_format)
    with open_database(given) as (url, embedded):
        if embedded:
            migrations.apply(url)
        uvloop.run(server.run(given, url))
    return 0


def _read_config(*, slack: bool = False) -> Config:
    """Read the configuration beside bin/, then go where the command was called from."""
    given = config.read(slack=slack)
    _enter_calling_folder()
    return given


def _enter_calling_folder() -> None:
    """Go to the folder that names of files are meant from, which bin/setup had to leave."""
    with contextlib.suppress(OSError):  # a folder that is gone names no files
        os.chdir(os.environ.pop("PPTBOT_CALLED_FROM", "."))


def migrate_(arguments: Sequence[str]) -> int:
    """Apply, roll back, list or write migrations."""
    wanted = migrate.read(arguments)
    if wanted.command == "new":
        return migrate.create_migration(wanted.name)
    with open_database(_read_config()) as (url, _):
        return migrate.run(wanted, url)


def play(arguments: Sequence[str]) -> int:
    """Open the playground."""
    from app.devtools.playground import run  # noqa: PLC0415 (its terminal libraries are of no use elsewhere)

    _enter_calling_folder()
    return run.main(arguments, LOCAL)


def measure(arguments: Sequence[str]) -> int:
    """Run the benchmarks."""
    from app.devtools.bench import run as bench  # noqa: PLC0415 (as above)

    return bench.main(arguments, LOCAL)


def catch_up_(arguments: Sequence[str]) -> int:
    """Hear what was written before the app was there."""
    from app.cli import catch_up  # noqa: PLC0415 (its terminal library is of no use elsewhere)

    wanted = catch_up.read(arguments)
    given = catch_up.require_bot_token(_read_config())
    log.configure("error", given.log_format, sys.stderr)
    with open_database(given) as (url, embedded):
        if embedded:
            migrations.apply(url)
        return uvloop.run(catch_up.run(wanted, given, url))


def verify_(arguments: Sequence[str]) -> int:
    """Compare the boards with the ledger."""
    from app.cli import verify  # noqa: PLC0415 (as above)

    wanted = verify.read(arguments)
    with open_database(_read_config()) as (url, embedded):
        if embedded:
            migrations.apply(url)
        return verify.run(wanted, url)


def maintain(arguments: Sequence[str]) -> int:
    """Vacuum, prune, archive and report."""
    from app.cli import maintenance  # noqa: PLC0415 (as above)

    wanted = maintenance.read(arguments, LOCAL)
    with open_database(_read_config()) as (url, embedded):
        if embedded:
            migrations.apply(url)
        return maintenance.run(wanted, url)


def import_(arguments: Sequence[str]) -> int:
    """Take a file of scores over."""
    from app.cli import import_json  # noqa: PLC0415 (as above)

    wanted = import_json.read(arguments)
    given = _read_config()
    with open_database(given) as (url, embedded):
        if embedded:
            migrations.apply(url)
        return import_json.run(wanted, given, url)


def export_(arguments: Sequence[str]) -> int:
    """Write the data set into a file."""
    from app.cli import export  # noqa: PLC0415 (as above)

    wanted = export.read(arguments)
    with open_database(_read_config()) as (url, embedded):
        if embedded:
            migrations.apply(url)
        return uvloop.run(export.run(wanted, url))


def back_up(arguments: Sequence[str]) -> int:
    """Write the database into one file."""
    from app.cli.backup import take  # noqa: PLC0415 (no other command needs it)

    wanted = take.read(arguments, LOCAL / "backups")
    with open_database(_read_config()) as (url, _):
        return take.run(wanted, url)


def restore_(arguments: Sequence[str]) -> int:
    """Put a backup in the place of the database."""
    from app.cli.backup import restore  # noqa: PLC0415 (as above)

    wanted = restore.read(arguments)
    with open_database(_read_config()) as (url, _):
        return restore.run(wanted, url)


COMMANDS: Final[dict[str, Callable[[Sequence[str]], int]]] = {
    "server": serve,
    "migrate": migrate_,
    "playground": play,
    "bench": measure,
    "catch-up": catch_up_,
    "verify": verify_,
    "maintenance": maintain,
    "import-json": import_,
    "export": export_,
    "backup": back_up,
    "restore": restore_,
}


def main(words: Sequence[str]) -> int:
    """Run the command that *words* name; return its exit status."""
    if not words or words[0] not in COMMANDS:
        print(f"usage: python -m app {{{','.join(COMMANDS)}}} …", file=sys.stderr)
        return 2
    try:
        return _run_and_flush(COMMANDS[words[0]], words[1:])
    except ConfigError as error:
        problems = error.problems
    except (StartError, EmbeddedError, UsageError, OperatingError) as error:
        problems = [str(error)]
    except psycopg.Error as error:
        problems = [_describe_error(error)]
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.ENOSPC):
            raise
        problems = [f"cannot write the output: {os.strerror(error.errno).lower()}"]
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left of it has nowhere to go
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    for problem in problems:
        print(f"bin/{words[0]}: {problem}", file=sys.stderr)
    return 1


def _run_and_flush(command: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """Run *command*; raise OSError if what it says cannot be written, were it only its help."""
    try:
        return command(arguments)
    finally:
        print(end="", flush=True)


def _describe_error(error: psycopg.Error) -> str:
    """Return in one line what the database said, and where to read on."""
    line = f"the database: {str(error).partition(chr(10))[0]}"
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return f"{line} (see docs/operate/operate.md#a-replica-for-reading)"
    if isinstance(error, psycopg.OperationalError):
        return f"{line} (see docs/operate/operate.md#database-away)"
    return line


def _make_parser(name: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"bin/{name}", description=description)
    parser.add_argument("--version", action="version", version=f"pptbot {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
