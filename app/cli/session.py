"""Where a command works: configuration, the folder it was called from, database and output."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator

from app import config
from app.cli import commands
from app.config import Config, ConfigError
from app.store.server.address import describe_database, explain_errors, protect_url


def read_config(*, slack: bool = False) -> Config:
    """Read the configuration beside bin/, then go where the command was called from."""
    given = config.read(slack=slack)
    enter_calling_folder()
    return given


def enter_calling_folder() -> None:
    """Go to the folder that names of files are meant from, which bin/setup had to leave."""
    with contextlib.suppress(OSError):  # a folder that is gone names no files
        os.chdir(os.environ.pop("PPTBOT_CALLED_FROM", "."))


def look_after(
    name: str,
    options: argparse.Namespace,
    given: Config,
    work: Callable[[str], int],
    *,
    migrated: bool = True,
) -> int:
    """Let *name* work on the database that it looks after, and say which one that is.

    Without DATABASE_URL, the embedded one has to be asked for: an empty backup of it every night
    would be worse than none. On a terminal it is said first. Elsewhere it is said when all is
    done, so that a failure is one line.
    """
    folder = commands.LOCAL / "postgres"
    embedded = options.embedded
    require_database(options, given)
    with open_database(given, embedded=embedded, migrated=migrated) as url:
        where = f"the embedded PostgreSQL in {folder}" if embedded else describe_database(url)
        note = f"bin/{name}: the database is {where}\n"
        first = sys.stderr.isatty()
        sys.stderr.write(note if first else "")
        status = work(url)
        sys.stdout.flush()  # what cannot be written is said instead
        sys.stderr.write("" if first or status else note)
        return status


def require_database(options: argparse.Namespace, given: Config, *lacking: str) -> None:
    """Raise ConfigError if no database is named, or something else is *lacking*: all in one."""
    problems = list(lacking)
    if given.database_url is None and not options.embedded:
        problems.append(
            "DATABASE_URL is not set: set it in the environment or in .env, or add --embedded to"
            f" work on the embedded PostgreSQL in {commands.LOCAL / 'postgres'}"
        )
    if problems:
        raise ConfigError(problems)


@contextlib.contextmanager
def open_database(given: Config, *, embedded: bool, migrated: bool = False) -> Iterator[str]:
    """Give the libpq URL to work on; an embedded database is *migrated* if that is wanted."""
    if given.database_url and not embedded:
        with explain_errors():
            yield protect_url(given.database_url.get_secret_value())
        return
    from app.store import migrations  # noqa: PLC0415 (only where it is asked for)
    from app.store.server.embedded import run_postgres  # noqa: PLC0415 (the same)

    with explain_errors(), run_postgres(commands.LOCAL / "postgres") as url:
        if migrated:
            migrations.apply(url)
        yield url


def pluralize(number: int, noun: str, nouns: str = "") -> str:
    """Return *number* with what it counts."""
    return f"{number:,} {noun if abs(number) == 1 else nouns or noun + 's'}"


def print_lines(*lines: str) -> None:
    """Write *lines* to standard output."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
