"""Temporary embedded PostgreSQL: a server, or just a folder for its data, removed afterwards."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

from app.store.server.embedded import EmbeddedServer, run_postgres
from app.store.server.locks import SHARED, hold, hold_alone, is_held

_SCRATCH: Final = "pptbot-postgres-"


@contextlib.contextmanager
def run_temporary() -> Iterator[str]:
    """Run PostgreSQL on an empty, temporary database; yield its libpq URL.

    Removes what killed processes left behind first.
    """
    home = Path(tempfile.gettempdir())
    with make_scratch(home) as folder, run_postgres(folder, keep=False) as url:
        yield url


@contextlib.contextmanager
def make_scratch(home: Path) -> Iterator[Path]:
    """Yield a temporary path below *home* for a server's data.

    Removes what killed processes left behind there first.
    """
    with contextlib.ExitStack() as stack:
        with hold_alone(home):
            for abandoned in home.glob(f"{_SCRATCH}*"):
                _remove_abandoned(abandoned)
            made = tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=home)
            folder = Path(stack.enter_context(made))
            stack.enter_context(hold(folder, SHARED))
        yield folder / "local" / "postgres"


def _remove_abandoned(folder: Path) -> None:
    """Remove *folder* with its server, left behind by a killed process."""
    try:
        if folder.lstat().st_uid != os.geteuid() or not folder.is_dir() or is_held(folder):
            return
    except FileNotFoundError:  # its own process has just removed it
        return
    left = EmbeddedServer(folder / "local" / "postgres", keep=False)
    with contextlib.suppress(OSError, psutil.Error):
        left.stop(signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)
