"""`bin/backup`: dumps the database into one file and checks that it can be read back."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app import CommandError
from app.cli.backup import files, programs, s3
from app.cli.backup.archive import open_archive
from app.cli.backup.files import Draft
from app.cli.backup.scratch import choose_name, create_scratch, fill, remove_abandoned
from app.cli.backup.server import PostgresServer, reach_server
from app.cli.session import pluralize, print_lines
from app.store.database import SyncConn
from app.store.server import databases
from app.store.server.signals import stop_orderly
from app.store.transfer import census
from app.store.transfer.census import Census

LOCKED: Final = 600
"""Seconds to wait for who locks a table: a migration may take minutes, but a transaction left open
would keep all nightly backups waiting, and nobody would hear of it."""


def run(options: argparse.Namespace, url: str) -> int:
    """Back up the database at *url* as *options* say; return 0, or raise CommandError."""
    done: list[Path] = []
    try:
        with stop_orderly():
            _back_up(options, url, done)
    finally:
        print_lines(*map(str, done))
    return 0


def _back_up(options: argparse.Namespace, url: str, done: list[Path]) -> None:
    store = s3.Store(options.s3) if options.s3 else None
    at = datetime.now(UTC)
    server = reach_server(url, "backup")
    remove_abandoned(server)
    folder = options.dir.absolute()
    with files.open_draft(folder, at) as draft:
        note = _write_dump(server, draft, options)
        done.append(draft.publish())
    print_lines(note)
    if store:
        print_lines(f"copied to {store.put(done[0])}")
    if options.keep_days:
        days = options.keep_days
        _report_removed(files.prune(folder, days, at), f"in {folder}", days)
        if store:
            _report_removed(store.prune(days, at), f"in {store.location.make_url('')}", days)


def _write_dump(server: PostgresServer, draft: Draft, options: argparse.Namespace) -> str:
    """Write the dump and read it back, with --verify by a trial restore; return a summary line."""
    dump, *_ = _find_fitting(server, "pg_dump", options.pg_bin)
    readers = _find_fitting(server, "pg_restore", options.pg_bin)
    with server.connect(autocommit=False) as conn:
        snapshot = census.export_snapshot(conn)
        tables = _list_own_tables(conn)
        rights = databases.read_rights(conn)
        if options.verify and not rights.create:
            raise CommandError("--verify needs a role that may create databases (CREATEDB)")
        dump.run(
            f"--dbname={server.make_conninfo(server.database)}",
            "--no-password",
            "--format=custom",
            f"--snapshot={snapshot}",
            f"--lock-wait-timeout={LOCKED * 1000:.0f}",
            f"--file={draft.path}",
            password=server.password,
        )
        original = census.take_census(conn) if options.verify else None
    archive = open_archive(draft.path, readers)
    if missing := archive.list_missing(tables):
        raise CommandError(f"the dump lacks the rows of {', '.join(missing)}; it was removed")
    if original is None:
        return f"{len(tables)} tables in {_format_size(draft.path)}"
    name = choose_name(server.database, "verify", datetime.now(UTC))
    # Our own role owns the scratch copy, whoever owns the original.
    with create_scratch(server, name, rights.role) as copy:
        fill(server, archive, copy, None)
        with server.connect(copy, autocommit=False) as conn:
            _compare(original, census.take_census(conn))
    rows = sum(original.rows.values())
    return (
        f"{len(tables)} tables in {_format_size(draft.path)}; verified by a trial restore:"
        f" {rows:,} rows and the sums of {original.boards:,} boards match"
    )


def _find_fitting(server: PostgresServer, name: str, folder: Path | None) -> list[programs.Program]:
    candidates = programs.find_programs(name, folder)
    return programs.choose_fitting(candidates, server.major, encrypted=server.encrypted)


def _list_own_tables(conn: SyncConn) -> list[tuple[str, str]]:
    """Return the tables (schema, name) to dump; raise CommandError if pptbot's are missing."""
    tables = [(schema, name) for schema, name, _ in census.list_tables(conn)]
    if not {"vote_history", "leaderboard"} <= {name for _, name in tables}:
        raise CommandError("the database has no pptbot tables: nothing to back up")
    return tables


def _compare(original: Census, copy: Census) -> None:
    if differing := sorted({name for name, _ in original.rows.items() ^ copy.rows.items()}):
        raise CommandError(f"a trial restore of the backup differs in {', '.join(differing)}")
    if original.sums != copy.sums:
        raise CommandError("a trial restore of the backup differs in the sums of the boards")


def _report_removed(names: Sequence[str], where: str, days: int) -> None:
    if names:
        removed, age = pluralize(len(names), "backup"), pluralize(days, "day")
        print_lines(f"removed {removed} older than {age} {where}")


def _format_size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"
