"""Restores a backup into a scratch database, or in place into an empty one."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import Final

import psycopg

from app import CommandError
from app.cli.backup.archive import Archive, select_entries
from app.cli.backup.server import PostgresServer
from app.cli.session import print_error, print_lines
from app.store.database import SyncConn
from app.store.server import databases

# PostgreSQL truncates longer names (bytes).
_LONGEST: Final = 63
_JOBS: Final = 4
_PURPOSES: Final = ("restore", "verify")
_TIME: Final = len("20261231_235959_999999")


def choose_name(database: str, purpose: str, at: datetime) -> str:
    """Return a unique name for a database, made of *database*, *purpose* and the time *at*."""
    return _cut_name(database, purpose) + f"_{purpose}_{at:%Y%m%d_%H%M%S_%f}"


def _cut_name(database: str, purpose: str) -> str:
    """Truncate the name *database* so that a purpose and a time fit after it."""
    room = _LONGEST - len(f"_{purpose}_") - _TIME
    return database.encode()[:room].decode(errors="ignore")


@contextmanager
def create_scratch(
    server: PostgresServer,
    name: str,
    owner: str | None = None,
    holder: SyncConn | None = None,
) -> Iterator[str]:
    """Create the empty database *name*, like *server*'s; drop it at the end unless renamed.

    *owner* defaults to the owner of *server*'s database. A lock held by *holder*, or by a
    connection of its own, marks the database as in use, so that later runs can recognize
    databases left by killed processes.
    """
    try:
        with ExitStack() as stack:
            databases.hold(holder or stack.enter_context(server.connect()), name)
            with server.connect() as conn:
                databases.create(conn, name, server.database, owner)
            yield name
    finally:
        _drop(server, name)


def remove_abandoned(server: PostgresServer) -> None:
    """Drop scratch databases left by killed processes, and print a line for each."""
    with server.connect() as conn:
        for purpose in _PURPOSES:
            end = rf"_{purpose}_[0-9]{{8}}_[0-9]{{6}}_[0-9]{{6}}$"
            for name in databases.list_abandoned(conn, _cut_name(server.database, purpose), end):
                with suppress(psycopg.Error):
                    databases.drop(conn, name)
                    print_lines(f'removed the database "{name}", left by an unfinished run')


def fill(server: PostgresServer, archive: Archive, database: str, role: str | None) -> list[str]:
    """Restore *archive* into the new *database*; tables are owned by *role*, or by the user.

    Returns a line for each privilege or extension that couldn't be restored. Raises CommandError
    if anything else can't be.
    """
    jobs = f"--jobs={min(_JOBS, os.cpu_count() or 1)}"
    as_role = [f"--role={role}"] if role else []
    notes = _try(server, archive, database, archive.list_prerequisites())
    _run(server, archive, database, archive.list_data(), "--exit-on-error", jobs, *as_role)
    return notes + _try(server, archive, database, archive.list_privileges(), *as_role)


def fill_in_place(server: PostgresServer, archive: Archive) -> list[str]:
    """Restore *archive* into *server*'s database in one transaction, replacing its empty tables.

    Returns and raises as `fill` does.
    """
    flags = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error")
    notes = _try(server, archive, server.database, archive.list_prerequisites())
    _run(server, archive, server.database, archive.list_data(), *flags)
    return notes + _try(server, archive, server.database, archive.list_privileges())


def _try(
    server: PostgresServer, archive: Archive, database: str, entries: tuple[str, ...], *flags: str
) -> list[str]:
    """Restore *entries* one by one; return the errors."""
    notes = []
    for entry in entries:
        try:
            _run(server, archive, database, (entry,), *flags)
        except CommandError as error:
            notes.append(str(error))
    return notes


def _run(
    server: PostgresServer, archive: Archive, database: str, entries: tuple[str, ...], *flags: str
) -> None:
    with select_entries(entries) as list_file:
        archive.program.run(
            f"--dbname={server.make_conninfo(database)}",
            "--no-password",
            "--no-owner",
            f"--use-list={list_file}",
            *flags,
            str(archive.path),
            password=server.password,
        )


def _drop(server: PostgresServer, name: str) -> None:
    try:
        with server.connect() as conn:
            databases.drop(conn, name)
    except psycopg.errors.ReadOnlySqlTransaction:
        pass  # a standby: nothing was made there either
    except psycopg.Error as error:
        why = str(error).partition("\n")[0]
        line = f'the scratch database "{name}" could not be dropped ({why})'
        print_error(server.command, line)
