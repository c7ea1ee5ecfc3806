"""Locks on folders and files, which go with the process that holds them, however it ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

SHARED = fcntl.LOCK_SH
ALONE = fcntl.LOCK_EX


@contextlib.contextmanager
def hold_alone(folder: Path) -> Iterator[None]:
    """Be the only process that holds *folder* while inside, waiting for those before."""
    with hold(folder, ALONE, wait=True):
        yield


@contextlib.contextmanager
def hold(folder: Path, how: int, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock on *folder* while inside, which goes with the process, however it ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how if wait else how | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def is_held(folder: Path) -> bool:
    """Tell whether any process, this one included, holds a lock on *folder*."""
    try:
        with hold(folder, ALONE):
            return False
    except BlockingIOError:
        return True


def create(path: Path) -> int:
    """Make the file *path*, for its owner alone, and hold it; return its handle, to be written to.

    Raises FileExistsError where it is there already.
    """
    while True:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with contextlib.suppress(OSError):  # of a file system without locks
            fcntl.flock(handle, ALONE)
        if os.fstat(handle).st_nlink:
            return handle
        os.close(handle)  # somebody took it for abandoned before it was held


def remove_abandoned(folder: Path, pattern: str) -> None:
    """Remove the files in *folder* that a process was writing when it was killed."""
    for path in folder.glob(pattern):
        with contextlib.suppress(OSError):
            if not is_held(path):
                path.unlink()
