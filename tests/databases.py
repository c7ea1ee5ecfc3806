"""Where the PostgreSQL servers of tests have their data, and how a database is copied."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pytest_postgresql.executors import NoopExecutor
from pytest_postgresql.janitor import DatabaseJanitor

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 (what is made there has a name of its own)
_ROOM: Final = 4 << 30
"""Bytes: more than all servers of a run take."""


def _find_home() -> Path:
    """Return memory where there is enough, or else the disk; TMPDIR names another place.

    To copy and to drop a database in memory takes a fifth of the time, and waits for nobody.
    """
    chosen = "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK)
    if chosen or shutil.disk_usage(_MEMORY).free < _ROOM:
        return Path(tempfile.gettempdir())
    return _MEMORY


HOME: Final = _find_home()


MIGRATED: Final = "migrated"
"""The database that others are copied from."""
COPY: Final = "STRATEGY FILE_COPY"
"""How a database is copied: by the kernel, which is quicker than through the WAL."""


def url_of(*, host: str, port: int, user: str, dbname: str) -> str:
    return f"postgresql://{user}@/{dbname}?host={host}&port={port}"


@contextlib.contextmanager
def copied(at: NoopExecutor, name: str, like: str | None = None) -> Iterator[str]:
    """Give the URL of a database *name*, which is a copy of *like*, by default of the template."""
    where = {"host": at.host, "port": at.port, "user": at.user, "dbname": name}
    with DatabaseJanitor(template_dbname=like or at.template_dbname, **where):
        yield url_of(**where)
