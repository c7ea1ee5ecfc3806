"""Runs `bin/maintenance`: prune, archive, vacuum, report, in this order."""

import argparse
import contextlib
import gzip
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

import psycopg

from app import CommandError
from app.cli.maintenance import report, words
from app.cli.session import print_error
from app.cli.whole_files import hash_file, locate_checksum, open_whole, sync
from app.core.boards.retention import subtract_months
from app.store.boards import pruning
from app.store.database import SyncConn
from app.store.server import locks, maintenance, operating
from app.store.server.signals import stop_orderly
from app.store.transfer import vote_archive
from app.store.transfer.vote_archive import ArchiveSummary


def run(options: argparse.Namespace, url: str) -> int:
    """Run the tasks in *options* and print the report; return 1 if a table wasn't vacuumed.

    A table in use is skipped and doesn't count as a failure.
    """
    now = datetime.now(UTC)
    with (
        stop_orderly(),  # so that no archive stays whose votes are still in the ledger
        operating.hold_operator_lock(url, maintenance.LOCK),
        contextlib.closing(operating.connect(url, "maintenance")) as conn,
    ):
        operating.check_migrated(conn)
        done = dict(_prune_and_archive(conn, options, now)) | _vacuum(conn, options)
        output = done if options.dry_run else done | report.gather(conn)
    sys.stdout.write(words.format_json(output) if options.json else words.format_text(output))
    refused = [
        f"{row['table']}: {row['skipped']}" for row in done.get("vacuum", ()) if row["refused"]
    ]
    for line in refused:
        print_error("maintenance", f"not vacuumed, {line}")
    return 1 if refused else 0


def _prune_and_archive(
    conn: SyncConn, options: argparse.Namespace, now: datetime
) -> Iterator[tuple[str, Any]]:
    """Prune and archive as *options* say; yield the report's keys and values.

    Raises CommandError if anything must be written but the server is a standby.
    """
    writes = (options.prune_boards or options.archive) and not options.dry_run
    if writes and maintenance.is_standby(conn):
        raise CommandError("this server is a standby, which is read-only")
    if options.dry_run:
        yield "dry_run", True
    if options.prune_boards:
        yield "pruned", _prune(conn, options, now.date())
    if options.archive:
        yield "archived", _archive(conn, options, now)


def _vacuum(conn: SyncConn, options: argparse.Namespace) -> dict[str, Any]:
    if options.no_vacuum or options.dry_run or maintenance.is_standby(conn):
        return {}
    return {"vacuum": [_describe_vacuum(*one) for one in maintenance.vacuum(conn)]}


def _describe_vacuum(table: str, why: str) -> dict[str, Any]:
    return {"table": table, "skipped": why, "refused": why not in {"", maintenance.IN_USE}}


def _prune(conn: SyncConn, options: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    cutoff = subtract_months(today, options.prune_boards)
    prune = pruning.count_prunable if options.dry_run else pruning.prune
    every = [prune(conn, team, cutoff) for team in operating.list_teams(conn)]
    return [{"team": one.team, "before": cutoff} | asdict(one) for one in every]


def _archive(conn: SyncConn, options: argparse.Namespace, now: datetime) -> list[dict[str, Any]]:
    cutoff = subtract_months(now.date(), 12 * options.archive)
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    archived = []
    for team in operating.list_teams(conn):
        path = options.dir / _name_archive(team, cutoff.isoformat(), stamp)
        if options.dry_run:
            summary = vote_archive.count_archivable(conn, team, cutoff)
        else:
            summary = _archive_team(conn, team, cutoff, stamp, path)
        file = str(path) if summary.rows and not options.dry_run else None
        archived.append({"team": team, "before": cutoff} | asdict(summary) | {"file": file})
    return archived


def _archive_team(
    conn: SyncConn, team: str, cutoff: date, stamp: str, path: Path
) -> ArchiveSummary:
    """Archive *team*'s votes; remove the file again unless they have left the ledger.

    Raises CommandError if the connection is lost during the commit: the file stays then.
    """
    committing = False
    try:
        with vote_archive.archive_votes(
            conn, team, cutoff, stamp, partial(_write_archive, path)
        ) as summary:
            committing = True
    except psycopg.OperationalError as error:
        if not committing:
            raise
        raise CommandError(
            f"the connection was lost while committing the archive {path}; if another run of"
            " bin/maintenance --archive archives the same votes again, remove this file"
        ) from error
    finally:
        if not committing:
            _discard(path)
    return summary


def _name_archive(team: str, cutoff: str, stamp: str) -> str:
    who = re.sub(r"[^A-Za-z0-9]", "_", team) or "none"
    return f"pptbot-ledger-{who}-before-{cutoff}-{stamp}.csv.gz"


def _write_archive(path: Path, blocks: Iterable[bytes]) -> None:
    """Write *blocks*, compressed, to *path*, with a checksum file beside it.

    On return, both survive a power failure. On failure, removes both and raises CommandError.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        locks.remove_abandoned(path.parent, "pptbot-ledger-*.part")
        with _open_file(path) as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            for block in blocks:
                packed.write(block)
        sync(path.parent)
        with _open_file(locate_checksum(path)) as file:
            file.write(f"{hash_file(path)}  {path.name}\n".encode())
        sync(path.parent)
    except OSError as error:
        _discard(path)
        raise CommandError(f"{path}: {error.strerror or error}; nothing was archived") from error


def _open_file(path: Path) -> contextlib.AbstractContextManager[IO[bytes]]:
    return open_whole(path, path.with_name(path.name + ".part"))


def _discard(path: Path) -> None:
    """Remove an archive file and its checksum, because its votes are still in the ledger."""
    for file in (path, locate_checksum(path)):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
