"""Writes files atomically and durably, with checksum files beside them."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from app.store.server import locks

CHECKSUM: Final = ".sha256"


@contextlib.contextmanager
def open_whole(path: Path, part: Path) -> Iterator[IO[bytes]]:
    """Open the file *part* for writing; sync and rename it to *path* on success, or remove it.

    Raises FileExistsError if *part* exists. Only the owner can read the file, because it holds
    votes from private channels.
    """
    handle = locks.create(part)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)  # while still locked, so that no process takes it for abandoned
    finally:
        part.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Flush the file or folder *path* to disk, so that it survives a power failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def locate_checksum(path: Path) -> Path:
    """Return the path of the checksum file beside *path*, in sha256sum's format."""
    return path.with_name(path.name + CHECKSUM)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of the file *path* in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def describe_error(error: OSError) -> str:
    """Return the operating system's reason in lower case."""
    return (error.strerror or str(error)).lower()
