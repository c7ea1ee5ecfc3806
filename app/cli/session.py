"""What commands share: reading the configuration, opening the database, printing."""

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator

from app import config as configuration
from app import make_printable
from app.cli import commands
from app.config import Config, ConfigError
from app.store.server.address import describe_database, explain_errors, protect_url


def read_config(*, slack: bool = False) -> Config:
    """Read the environment and the checkout's `.env`, then enter the caller's folder."""
    config = configuration.read(slack=slack)
    enter_calling_folder()
    return config


def enter_calling_folder() -> None:
    """Change to the caller's folder, which bin/setup left; file arguments are relative to it."""
    with contextlib.suppress(OSError):  # no file can be named relative to a deleted folder
        os.chdir(os.environ.pop("PPTBOT_CALLED_FROM", "."))


def run_on_database(
    name: str,
    options: argparse.Namespace,
    config: Config,
    work: Callable[[str], int],
    *,
    migrated: bool = True,
) -> int:
    """Call *work* with the URL of the database, and print on standard error which one it is.

    The embedded database requires --embedded, because a forgotten DATABASE_URL would mean empty
    backups every night. On a terminal the note comes first; elsewhere it comes after success, so
    that a failure is a single line.
    """
    folder = commands.LOCAL / "postgres"
    embedded = options.embedded
    require_database(options, config)
    with open_database(config, embedded=embedded, migrated=migrated) as url:
        where = f"the embedded PostgreSQL in {folder}" if embedded else describe_database(url)
        note = f"bin/{name}: the database is {where}\n"
        first = sys.stderr.isatty()
        sys.stderr.write(note if first else "")
        status = work(url)
        sys.stdout.flush()  # raises before the note if it can't be written
        sys.stderr.write("" if first or status else note)
        return status


def require_database(options: argparse.Namespace, config: Config, *problems: str) -> None:
    """Raise ConfigError with all of *problems*, and one more line if no database is named."""
    lines = list(problems)
    if config.database_url is None and not options.embedded:
        lines.append(
            "DATABASE_URL is not set: set it in the environment or in .env, or add --embedded to"
            f" use the embedded PostgreSQL in {commands.LOCAL / 'postgres'}"
        )
    if lines:
        raise ConfigError(lines)


@contextlib.contextmanager
def open_database(config: Config, *, embedded: bool, migrated: bool = False) -> Iterator[str]:
    """Yield the libpq URL, starting the embedded PostgreSQL if needed and migrating it if asked."""
    # Its warnings about further errors of a lost connection would be more lines than the failure's.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    if config.database_url and not embedded:
        with explain_errors():
            yield protect_url(config.database_url.get_secret_value())
        return
    from app.store import migrations  # noqa: PLC0415 (only if the embedded one is used)
    from app.store.server.embedded import run_postgres  # noqa: PLC0415 (the same)

    with explain_errors(), run_postgres(commands.LOCAL / "postgres") as url:
        if migrated:
            migrations.apply(url)
        yield url


def pluralize(number: int, noun: str, nouns: str = "") -> str:
    """Return *number* followed by *noun*, or by *nouns* (default: *noun* with s) unless it's 1."""
    return f"{number:,} {noun if abs(number) == 1 else nouns or noun + 's'}"


def print_error(command: str, line: str) -> None:
    """Write *line* to standard error at once, after the name of *command*."""
    print(f"bin/{command}: {make_printable(line)}", file=sys.stderr, flush=True)


def print_lines(*lines: str) -> None:
    """Write *lines* to standard output."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
