"""Files that are there as a whole, and for good, or not at all; and the checksums beside them."""

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
    """Give a file to write, called *part*, that gets the name *path* when it is on the disk.

    Only its owner can read it: private channels and reasons stand in it.
    """
    try:
        with os.fdopen(locks.create(part), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)  # while it is held, so that nobody takes it for abandoned
    finally:
        part.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Let what was written to the file or folder *path* survive a power failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def locate_checksum(path: Path) -> Path:
    """Return the file with the checksum of *path*, as sha256sum writes it."""
    return path.with_name(path.name + CHECKSUM)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of the file *path*, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def describe_error(error: OSError) -> str:
    """Return in a few words what the system says."""
    return (error.strerror or str(error)).lower()
