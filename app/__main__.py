"""The commands of bin/: reads what is wanted, then imports and starts what does it.

Whatever a command needs is imported inside it, so that none waits for what only others need.
"""
# ruff: noqa: PLC0415

import asyncio
import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app import CommandError
from app.cli import usage

if TYPE_CHECKING:
    from app.config import Config

LOCAL: Final = Path(__file__).parents[1] / ".local"


def serve(arguments: Sequence[str]) -> int:
    """Run the app against Slack."""
    usage.read_server(arguments)
    given = _read_config(slack=True)
    import uvloop

    from app import log, server

    log.configure(given.log_level, given.log_format)
    with _open_database(given, embedded=given.database_url is None, migrated=True) as url:
        uvloop.run(server.run(given, url))
    return 0


def migrate(arguments: Sequence[str]) -> int:
    """Apply, roll back, list or write migrations."""
    wanted = usage.read_migrate(arguments)
    from app.cli import migrate as command

    if wanted.command == "new":
        return command.create_migration(wanted.name)
    chosen = command.complete(wanted)
    given = _read_config()
    with _open_database(given, embedded=given.database_url is None) as url:
        return command.run(chosen, url)


def play(arguments: Sequence[str]) -> int:
    """Open the playground."""
    wanted = usage.read_playground(arguments)
    from app.devtools.playground import run
    from app.store.server.address import explain_errors

    _enter_calling_folder()
    with explain_errors():
        return run.main(wanted, LOCAL)


def measure(arguments: Sequence[str]) -> int:
    """Run the benchmarks."""
    wanted = usage.read_bench(arguments)
    from app.devtools.bench import run
    from app.store.server.address import explain_errors

    with explain_errors():
        return run.main(wanted, LOCAL)


def catch_up(arguments: Sequence[str]) -> int:
    """Hear what was written before the app was there."""
    wanted = usage.read_catch_up(arguments)
    import uvloop

    from app import log
    from app.cli import catch_up as command

    given = command.require_bot_token(_read_config())
    log.configure("error", given.log_format, sys.stderr)
    return _look_after(
        "catch-up",
        given,
        lambda url: uvloop.run(command.run(wanted, given, url)),
        embedded=wanted.embedded,
    )


def verify(arguments: Sequence[str]) -> int:
    """Compare the boards with the ledger."""
    wanted = usage.read_verify(arguments)
    from app.cli import verify as command

    return _look_after(
        "verify", _read_config(), lambda url: command.run(wanted, url), embedded=wanted.embedded
    )


def maintain(arguments: Sequence[str]) -> int:
    """Vacuum, prune, archive and report."""
    wanted = usage.read_maintenance(arguments, LOCAL / "archives")
    from app.cli import maintenance as command

    return _look_after(
        "maintenance",
        _read_config(),
        lambda url: command.run(wanted, url),
        embedded=wanted.embedded,
    )


def import_scores(arguments: Sequence[str]) -> int:
    """Take a file of scores over."""
    wanted = usage.read_import(arguments)
    from app.cli import import_json as command

    given = _read_config()
    return _look_after(
        "import-json", given, lambda url: command.run(wanted, given, url), embedded=wanted.embedded
    )


def export(arguments: Sequence[str]) -> int:
    """Write the data set into a file."""
    wanted = usage.read_export(arguments)
    import uvloop

    from app.cli import export as command

    return _look_after(
        "export",
        _read_config(),
        lambda url: uvloop.run(command.run(wanted, url)),
        embedded=wanted.embedded,
    )


def back_up(arguments: Sequence[str]) -> int:
    """Write the database into one file."""
    wanted = usage.read_backup(arguments, LOCAL / "backups")
    from app.cli.backup import take as command

    return _look_after(
        "backup",
        _read_config(),
        lambda url: command.run(wanted, url),
        embedded=wanted.embedded,
        migrated=False,
    )


def restore(arguments: Sequence[str]) -> int:
    """Put a backup in the place of the database."""
    wanted = usage.read_restore(arguments)
    from app.cli.backup import restore as command

    return _look_after(
        "restore",
        _read_config(),
        lambda url: command.run(wanted, url),
        embedded=wanted.embedded,
        migrated=False,
    )


COMMANDS: Final[dict[str, Callable[[Sequence[str]], int]]] = {
    "server": serve,
    "migrate": migrate,
    "playground": play,
    "bench": measure,
    "catch-up": catch_up,
    "verify": verify,
    "maintenance": maintain,
    "import-json": import_scores,
    "export": export,
    "backup": back_up,
    "restore": restore,
}


def main(words: Sequence[str]) -> int:
    """Run the command that *words* name; return its exit status."""
    if not words or words[0] not in COMMANDS:
        print(f"usage: python -m app {{{','.join(COMMANDS)}}} …", file=sys.stderr)
        return 2
    try:
        return _run_and_flush(COMMANDS[words[0]], words[1:])
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    except CommandError as error:
        problems = str(error).splitlines()
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.ENOSPC):
            raise
        problems = [f"cannot write the output: {os.strerror(error.errno).lower()}"]
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left of it has nowhere to go
    for problem in problems:
        print(f"bin/{words[0]}: {problem}", file=sys.stderr)
    return 1


def _read_config(*, slack: bool = False) -> "Config":
    """Read the configuration beside bin/, then go where the command was called from."""
    from app import config

    given = config.read(slack=slack)
    _enter_calling_folder()
    return given


def _enter_calling_folder() -> None:
    """Go to the folder that names of files are meant from, which bin/setup had to leave."""
    with contextlib.suppress(OSError):  # a folder that is gone names no files
        os.chdir(os.environ.pop("PPTBOT_CALLED_FROM", "."))


def _look_after(
    name: str,
    given: "Config",
    work: Callable[[str], int],
    *,
    embedded: bool,
    migrated: bool = True,
) -> int:
    """Let *name* work on the database that it looks after, and say which one that is.

    Without DATABASE_URL, the embedded one has to be asked for: an empty backup of it every night
    would be worse than none. On a terminal it is said first. Elsewhere it is said when all is
    done, so that a failure is one line.
    """
    folder = LOCAL / "postgres"
    if given.database_url is None and not embedded:
        raise CommandError(
            "DATABASE_URL is not set: set it in the environment or in .env, or add --embedded to"
            f" work on the embedded PostgreSQL in {folder}"
        )
    with _open_database(given, embedded=embedded, migrated=migrated) as url:
        from app.store.server.address import describe_database

        where = f"the embedded PostgreSQL in {folder}" if embedded else describe_database(url)
        note = f"bin/{name}: the database is {where}\n"
        first = sys.stderr.isatty()
        sys.stderr.write(note if first else "")
        status = work(url)
        sys.stdout.flush()  # what cannot be written is said instead
        sys.stderr.write("" if first or status else note)
        return status


@contextlib.contextmanager
def _open_database(given: "Config", *, embedded: bool, migrated: bool = False) -> Iterator[str]:
    """Give the libpq URL to work on; an embedded database is *migrated* if that is wanted."""
    from app.store.server.address import explain_errors

    if given.database_url and not embedded:
        from app.store.server.tls import protect_url

        with explain_errors():
            yield protect_url(given.database_url.get_secret_value())
        return
    from app.store import migrations
    from app.store.server.embedded import run_postgres

    with explain_errors(), run_postgres(LOCAL / "postgres") as url:
        if migrated:
            migrations.apply(url)
        yield url


def _run_and_flush(command: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """Run *command*; raise OSError if what it says cannot be written, were it only its help."""
    try:
        return command(arguments)
    finally:
        print(end="", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
