"""Writes backup files under temporary names, publishes complete ones, and removes old ones."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app import CommandError
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
    """A backup being written, and its final name."""

    path: Path
    target: Path

    def publish(self) -> Path:
        """Write the checksum, rename the backup to its final name, and return that path."""
        checksum = locate_checksum(self.target)
        sync(self.path)
        with open_whole(checksum, self.path.with_suffix(CHECKSUM)) as file:
            file.write(f"{hash_file(self.path)}  {self.target.name}\n".encode())
        self.path.replace(self.target)
        sync(self.target.parent)
        return self.target


@contextlib.contextmanager
def open_draft(folder: Path, at: datetime) -> Iterator[Draft]:
    """Yield the draft of a backup named after the time *at*, creating *folder* if needed.

    Removes the draft if it wasn't published, and drafts left by killed processes. Raises
    CommandError if nothing can be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for pattern in _UNFINISHED:
            locks.remove_abandoned(folder, pattern)
        draft, handle = _reserve(folder, f"pptbot-{at:{_STAMP}}")
    except FileExistsError:
        raise CommandError(f"{folder} is not a folder") from None
    except OSError as error:
        raise CommandError(f"{folder} cannot be written to: {describe_error(error)}") from error
    try:
        yield draft
    except OSError as error:
        raise CommandError(f"the backup could not be written: {describe_error(error)}") from error
    finally:
        draft.path.unlink(missing_ok=True)
        os.close(handle)


def select_older(names: Iterable[str], days: int, at: datetime) -> list[str]:
    """Return the *names* of backups older than *days* at the time *at*, except the newest one."""
    backups = [(name, match[1]) for name in sorted(names) if (match := _NAME.fullmatch(name))]
    limit = f"{at - timedelta(days=days):{_STAMP}}"
    return [name for name, stamp in backups[:-1] if stamp < limit]


def prune(folder: Path, days: int, at: datetime) -> list[str]:
    """Remove the backups in *folder* that are older than *days*; return their names.

    Raises CommandError if one can't be removed.
    """
    removed = select_older((path.name for path in folder.iterdir()), days, at)
    for name in removed:
        try:
            (folder / name).unlink(missing_ok=True)
            locate_checksum(folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise CommandError(
                f"{folder / name} could not be removed: {describe_error(error)}"
            ) from error
    return removed


def _reserve(folder: Path, stem: str) -> tuple[Draft, int]:
    """Lock the first free name *stem*, *stem*-2, …; return its draft and the open file handle."""
    number = 0
    while True:
        number += 1
        target = folder / f"{stem}{f'-{number}' if number > 1 else ''}.dump"
        draft = Draft(folder / f".{target.stem}.partial", target)
        try:
            handle = locks.create(draft.path)
        except FileExistsError:
            continue
        # Checked only under the lock: before that, another process could still publish it.
        if not target.exists():
            return draft, handle
        draft.path.unlink()
        os.close(handle)
