"""Locks on folders and files that end with the process that holds them."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

SHARED = fcntl.LOCK_SH
ALONE = fcntl.LOCK_EX


@contextlib.contextmanager
def hold_alone(folder: Path) -> Iterator[None]:
    """Lock *folder* exclusively while inside, waiting for earlier holders."""
    with hold(folder, ALONE, wait=True):
        yield


@contextlib.contextmanager
def hold(folder: Path, how: int, *, wait: bool = False) -> Iterator[None]:
    """Lock *folder* while inside; raise BlockingIOError if it's taken, unless told to *wait*."""
    # Opening a pipe that somebody has put into a shared folder would wait for its writer for ever.
    handle = os.open(folder, os.O_RDONLY | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, how if wait else how | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def is_held(folder: Path) -> bool:
    """Return whether any process, this one included, holds a lock on *folder*."""
    try:
        with hold(folder, ALONE):
            return False
    except BlockingIOError:
        return True


def create(path: Path) -> int:
    """Create and lock the file *path*, for its owner alone; return its handle, open for writing.

    Raises FileExistsError if it exists already.
    """
    while True:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with contextlib.suppress(OSError):  # of a file system without locks
            fcntl.flock(handle, ALONE)
        if os.fstat(handle).st_nlink:
            return handle
        os.close(handle)  # it was removed as abandoned before it was locked


def remove_abandoned(folder: Path, pattern: str) -> None:
    """Remove files in *folder* whose writers were killed."""
    for path in folder.glob(pattern):
        with contextlib.suppress(OSError):
            if not is_held(path):
                path.unlink()
