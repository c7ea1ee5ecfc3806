"""`bin/restore`: replaces the database with a backup, or leaves everything unchanged."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg

from app import CommandError
from app.cli.backup import programs
from app.cli.backup.archive import Archive, open_archive, reopen_archive
from app.cli.backup.scratch import (
    choose_name,
    create_scratch,
    fill,
    fill_in_place,
    remove_abandoned,
)
from app.cli.backup.server import PostgresServer, reach_server
from app.cli.session import print_error, print_lines
from app.store import migrations
from app.store.database import SyncConn
from app.store.server import databases
from app.store.server.signals import stop_orderly
from app.store.transfer import census


def run(options: argparse.Namespace, url: str) -> int:
    """Restore as *options* say into the database at *url*; return 0, or raise CommandError."""
    with stop_orderly():
        _restore(options, url)
    return 0


def _restore(options: argparse.Namespace, url: str) -> None:
    candidates = programs.find_programs("pg_restore", options.pg_bin)
    path = options.file.absolute()
    archive = open_archive(path, candidates[::-1])
    _require_known_version(archive)
    server = reach_server(url, "restore")
    _require_newer_server(server, archive)
    remove_abandoned(server)
    archive = reopen_archive(
        archive, programs.choose_fitting(candidates, server.major, encrypted=server.encrypted)
    )
    with server.connect() as conn:
        filled, tables = census.list_filled_tables(conn), census.list_tables(conn)
        rights = databases.read_rights(conn)
        _require_findable(conn, archive, server.database)
    _confirm(options, server.database, filled)
    row_counts = archive.count_rows()
    if rights.swap:
        _restore_and_swap(options, server, archive, row_counts, rights)
    elif filled or not all(archive.creates(schema, name) for schema, name, _ in tables):
        raise CommandError(_explain_no_right(rights, server.database, filled))
    else:
        _report_notes(fill_in_place(server, archive))
        print_lines(*_finish(server, server.database, archive, row_counts))


def _require_known_version(archive: Archive) -> None:
    """Raise CommandError if *archive* was made by a newer version of the app."""
    if unknown := sorted(archive.list_migrations() - set(migrations.list_available())):
        raise CommandError(
            f"{archive.path} was made by a newer version of pptbot (it has {', '.join(unknown)}):"
            " update pptbot first"
        )


def _require_newer_server(server: PostgresServer, archive: Archive) -> None:
    """Raise CommandError if *server* is older than the one backed up: it may not read the dump."""
    if archive.source > server.major:
        raise CommandError(
            f"{archive.path} was made on PostgreSQL {archive.source}, and this server has"
            f" {server.major}, which may not be able to restore it. To transfer the data, use"
            f" bin/export on PostgreSQL {archive.source} and bin/import-json here"
            " (see docs/operate/backup.md#into-an-older-server)"
        )


def _require_findable(conn: SyncConn, archive: Archive, database: str) -> None:
    """Raise CommandError if the app wouldn't find the tables of *archive* in *database*."""
    schemas = archive.list_schemas()
    if not any(census.is_in_search_path(conn, schema) for schema in schemas):
        raise CommandError(
            f"the backup's tables are in the schema \"{schemas[0]}\", which the app wouldn't find:"
            f' first ALTER DATABASE "{database}" SET search_path = "{schemas[0]}"'
        )


def _confirm(options: argparse.Namespace, database: str, filled: Sequence[str]) -> None:
    """Raise CommandError if *database* has data and replacing it isn't confirmed."""
    if not filled:
        return
    if not options.force:
        raise CommandError(
            f'the database "{database}" has data ({filled[0]}): --force replaces it with the backup'
        )
    if options.yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    sys.stderr.write(
        f'The backup will replace the database "{database}", which has data.\n'
        f"Type the name of the database to continue: "
    )
    sys.stderr.flush()
    if sys.stdin.readline().strip() != database:
        raise CommandError("that is not its name; nothing was changed")


def _explain_no_right(rights: databases.Rights, database: str, filled: Sequence[str]) -> str:
    line = (
        f'the role "{rights.role}" may not create and rename databases (it needs CREATEDB, and must'
        f' own "{database}"), so it can only restore into an empty database'
    )
    if filled:
        return (
            f"{line}: create one, and set DATABASE_URL to it"
            " (see docs/operate/backup.md#without-the-right-to-create-databases)"
        )
    return f"{line}, but this one has other tables: bin/migrate rollback -r 0001 removes the app's"


def _restore_and_swap(
    options: argparse.Namespace,
    server: PostgresServer,
    archive: Archive,
    row_counts: Mapping[str, int],
    rights: databases.Rights,
) -> None:
    """Restore into a new database, then swap it with the current one by renaming both."""
    now = datetime.now(UTC)
    role = rights.owner if rights.owner != rights.role else None
    with (
        _hold_lock(server) as conn,
        create_scratch(
            server, choose_name(server.database, "restore", now), holder=conn
        ) as successor,
    ):
        notes = fill(server, archive, successor, role)
        notes += databases.copy_properties(conn, server.database, successor)
        _report_notes(notes)
        lines = _finish(server, successor, archive, row_counts, role)
        if not options.force:
            _require_empty(server)
        former = choose_name(server.database, "before", now)
        try:
            databases.swap(conn, server.database, aside=former, successor=successor)
        except psycopg.errors.InsufficientPrivilege as error:
            raise CommandError(
                f'others are connected to "{server.database}", and the role "{rights.role}" may not'
                " end their connections: stop them first"
            ) from error
        lines += _drop_former(server, conn, former, drop=options.drop_old)
    print_lines(*lines)


@contextmanager
def _hold_lock(server: PostgresServer) -> Iterator[SyncConn]:
    """Lock the database against other restores; yield the lock's connection, to another database.

    Raises CommandError if a restore is running.
    """
    with server.connect_beside() as conn:
        if not databases.try_lock(conn, server.database):
            raise CommandError(f'another bin/restore is running on "{server.database}"')
        yield conn


def _require_empty(server: PostgresServer) -> None:
    with server.connect() as conn:
        if filled := census.list_filled_tables(conn):
            raise CommandError(
                f'the database "{server.database}" has received data since ({filled[0]}):'
                " nothing was changed"
            )


def _drop_former(server: PostgresServer, conn: SyncConn, former: str, *, drop: bool) -> list[str]:
    """Drop the former database if *drop* is set or it is empty; return lines saying what happened.

    It is checked only now, when nobody can write to it any more.
    """
    with server.connect(former) as former_conn:
        non_empty = census.list_filled_tables(former_conn)
    if non_empty and not drop:
        return [f'the old database is kept as "{former}"']
    databases.drop(conn, former)
    return ["the old database was dropped"] if non_empty else []


def _finish(
    server: PostgresServer,
    database: str,
    archive: Archive,
    row_counts: Mapping[str, int],
    role: str | None = None,
) -> list[str]:
    """Check *row_counts*, migrate and vacuum *database*; return lines saying what was done.

    Raises CommandError if the row counts differ.
    """
    with server.connect(database) as conn:
        actual = census.count_rows(conn)
    if differing := sorted({name for name, _ in row_counts.items() ^ actual.items()}):
        raise CommandError(f"after restoring, the number of rows differs in {', '.join(differing)}")
    applied = migrations.apply(server.make_url(database, role))
    with server.connect(database) as conn:
        disagreeing = census.count_disagreements(conn)
        conn.execute("VACUUM (ANALYZE)")
    rows = f"{sum(row_counts.values()):,} rows of {len(row_counts)} tables"
    lines = [f"restored {rows} from {archive.path}", *(f"apply: {name}" for name in applied)]
    if disagreeing:
        lines.append(f"scores that differ from the ledger: {disagreeing:,}; run bin/verify")
    return lines


def _report_notes(notes: Sequence[str]) -> None:
    for note in notes:
        print_error("restore", f"not restored: {note}")
