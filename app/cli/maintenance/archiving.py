"""Writes an archive's file so that it is either there as a whole, for good, or not at all."""

import contextlib
import gzip
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from app.store.server import locks
from app.store.server.operating import OperatingError


def name_archive(team: str, cutoff: str, stamp: str) -> str:
    """Return what the archive of *team* is called."""
    who = re.sub(r"[^A-Za-z0-9]", "_", team) or "none"
    return f"pptbot-ledger-{who}-before-{cutoff}-{stamp}.csv.gz"


def write(path: Path, blocks: Iterable[bytes]) -> None:
    """Write *blocks*, compressed, to *path* and their checksum beside it.

    When it returns, both survive a power failure. Raises OperatingError, and leaves nothing.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        locks.remove_abandoned(path.parent, "pptbot-ledger-*.part")
        with (
            _open_atomically(path) as file,
            gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
        ):
            for block in blocks:
                packed.write(block)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        with _open_atomically(locate_checksum(path)) as file:
            file.write(f"{digest}  {path.name}\n".encode())
    except OSError as error:
        discard(path)
        raise OperatingError(f"{path}: {error.strerror or error}; nothing was archived") from error


@contextlib.contextmanager
def _open_atomically(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that gets the name *path* when it is complete and on the disk."""
    part = path.with_name(path.name + ".part")
    try:
        # What people wrote as reasons is nobody else's.
        with os.fdopen(locks.create(part), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)  # while it is held, so that nobody takes it for abandoned
        _sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def locate_checksum(path: Path) -> Path:
    """Return the file with the checksum of *path*, as sha256sum writes it."""
    return path.with_name(path.name + ".sha256")


def discard(path: Path) -> None:
    """Remove an archive whose votes are still in the ledger."""
    for file in (path, locate_checksum(path)):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
