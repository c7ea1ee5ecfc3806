"""Backup files in a folder: written under another name, published whole, removed when old."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.cli.backup import BackupError
from app.cli.whole_files import (
    CHECKSUM,
    describe_error,
    hash_file,
    locate_checksum,
    open_whole,
    sync,
)
from app.store.server import locks

_NAME: Final = re.compile(r"pptbot-([0-9]{8}T[0-9]{6}Z)(?:-[0-9]+)?\.dump")
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_UNFINISHED: Final = (".pptbot-*.partial", f".pptbot-*{CHECKSUM}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A backup that is being written, and the name that it will have."""

    path: Path
    target: Path

    def publish(self) -> Path:
        """Give the backup its name, with its checksum beside it; return where it stands."""
        checksum = locate_checksum(self.target)
        sync(self.path)
        try:
            with open_whole(checksum, self.path.with_suffix(CHECKSUM)) as file:
                file.write(f"{hash_file(self.path)}  {self.target.name}\n".encode())
            self.path.replace(self.target)
            sync(self.target.parent)
        finally:
            if not self.target.exists():
                checksum.unlink(missing_ok=True)
        return self.target


@contextlib.contextmanager
def open_draft(folder: Path, at: datetime) -> Iterator[Draft]:
    """Give the draft of a backup of the time *at* in *folder*, which is made if need be.

    What was not published at the end is removed, and so is what a killed process has left. Raises
    BackupError where nothing can be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for pattern in _UNFINISHED:
            locks.remove_abandoned(folder, pattern)
        own, handle = _reserve(folder, f"pptbot-{at:{_STAMP}}")
    except FileExistsError:
        raise BackupError(f"{folder} is not a folder") from None
    except OSError as error:
        raise BackupError(f"{folder} cannot be written to: {describe_error(error)}") from error
    try:
        yield own
    except OSError as error:
        raise BackupError(f"the backup could not be written: {describe_error(error)}") from error
    finally:
        own.path.unlink(missing_ok=True)
        os.close(handle)


def select_older(names: Iterable[str], days: int, at: datetime) -> list[str]:
    """Return those of *names* that are backups of ours from more than *days* before *at*.

    The newest of all is never among them.
    """
    ours = [(name, match[1]) for name in sorted(names) if (match := _NAME.fullmatch(name))]
    limit = f"{at - timedelta(days=days):{_STAMP}}"
    return [name for name, stamp in ours[:-1] if stamp < limit]


def prune(folder: Path, days: int, at: datetime) -> list[str]:
    """Remove the backups in *folder* that are older than *days*; return their names.

    Raises BackupError where one cannot be removed.
    """
    gone = select_older((path.name for path in folder.iterdir()), days, at)
    for name in gone:
        try:
            (folder / name).unlink(missing_ok=True)
            locate_checksum(folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise BackupError(
                f"{folder / name} could not be removed: {describe_error(error)}"
            ) from error
    return gone


def _reserve(folder: Path, stem: str) -> tuple[Draft, int]:
    """Take the first name that no backup has and nobody else is writing to."""
    for number in range(1, 100):
        target = folder / f"{stem}{f'-{number}' if number > 1 else ''}.dump"
        own = Draft(folder / f".{target.stem}.partial", target)
        try:
            handle = locks.create(own.path)
        except FileExistsError:
            continue
        # Looked at only now: until the name was taken, it could still be published by another.
        if not target.exists():
            return own, handle
        own.path.unlink()
        os.close(handle)
    raise BackupError(f"{folder} has a hundred backups of this second")
