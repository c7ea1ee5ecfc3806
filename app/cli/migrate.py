"""`bin/migrate`: yoyo on our migrations, safe when two run at once."""

import argparse
import contextlib
import io
import sys
import warnings
from typing import Any

import tabulate
from yoyo.scripts import main as yoyo
from yoyo.scripts.migrate import get_migrations

from app import CommandError
from app.cli import session
from app.cli.whole_files import describe_error
from app.store import migrations
from app.store.migrations import FOLDER, Backend
from app.store.server import operating
from app.store.server.distribution import distribute, is_distributed, require_cluster


def start(options: argparse.Namespace) -> int:
    """Apply, roll back, mark, list or create migrations as *options* say; return the status."""
    if options.command == "new":
        return create_migration(options.name)
    parsed = complete(options)
    config = session.read_config()
    with session.open_database(config, embedded=config.database_url is None) as url:
        return run(parsed, url)


def complete(options: argparse.Namespace) -> argparse.Namespace:
    """Return *options* as parsed by yoyo's own parser; exit with status 2 if it rejects them."""
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    arguments = ["--database", "DATABASE_URL", str(FOLDER)]
    words = [options.command, "--no-config-file", *([] if interactive else ["--batch"]), *arguments]
    # Yoyo warns that a rollback without options takes one step, which is what we document.
    warnings.filterwarnings("ignore", message="Only rolling back a single migration")
    parsed = _parse([*words, *options.rest])
    parsed.command, parsed.distribute = options.command, options.distribute
    return parsed  # type: ignore[no-any-return]


def _parse(words: list[str]) -> Any:
    """Return *words* as parsed by yoyo; report its usage errors as bin/migrate's."""
    errors = io.StringIO()
    try:
        with contextlib.redirect_stderr(errors):
            return yoyo.parse_args(words)[2]
    except SystemExit as error:
        reason = errors.getvalue().rpartition("error: ")[2].strip()
        sys.stderr.write(f"bin/migrate: error: {reason}; see bin/migrate --help\n")
        raise SystemExit(error.code) from None


def run(options: argparse.Namespace, url: str) -> int:
    """Run yoyo's command on the database at *url* and print each migration; return 0.

    Raises CommandError if --revision matches no migration, or several.
    """
    if options.distribute:  # refuse before any migration is applied
        with operating.connect(url, "migrate") as conn:
            require_cluster(conn)
    with migrations.open_backend(url) as backend, backend.lock():
        if options.command == "list":
            print(_list_migrations(backend))
            return 0
        try:
            selected = get_migrations(options, backend)
        except yoyo.InvalidArgument as error:
            raise CommandError(str(error)) from None
        getattr(backend, f"{options.command}_migrations")(selected)
    done = [f"{options.command}: {migration.id}" for migration in selected]
    session.print_lines(*done)  # before anything can fail: a second rollback takes one more back
    with operating.connect(url, "migrate") as conn:
        wanted = options.distribute or is_distributed(conn)
        distributed = [f"distribute: {table}" for table in distribute(conn)] if wanted else []
    session.print_lines(*(distributed if done or distributed else ["nothing to do"]))
    return 0


def create_migration(name: str) -> int:
    """Create empty files for the next migration and its rollback, and print their paths.

    Raises CommandError if they can't be written.
    """
    last = migrations.list_available()[-1]
    stem = f"{int(last[:4]) + 1:04}.{name}"
    for path, verb in ((f"{stem}.sql", "does"), (f"{stem}.rollback.sql", "undoes")):
        head = f"-- depends: {last}\n" if verb == "does" else ""
        try:
            (FOLDER / path).write_text(f"-- What it {verb}.\n{head}\n", encoding="utf-8")
        except OSError as error:
            reason = describe_error(error)
            raise CommandError(f"migrations/{path} cannot be written: {reason}") from error
        print(f"migrations/{path}")
    return 0


def _list_migrations(backend: Backend) -> str:
    every = migrations.load_all()
    applied = {migration.id for migration in backend.to_rollback(every)}
    rows = [("A" if m.id in applied else "U", m.id) for m in every]
    return str(tabulate.tabulate(rows, headers=("STATUS", "ID")))
