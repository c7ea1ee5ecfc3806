"""Where the tests' PostgreSQL servers keep their data, and how databases are copied."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
from pytest_postgresql.executors import NoopExecutor
from pytest_postgresql.janitor import DatabaseJanitor

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 (names there are unique)
_ROOM: Final = 4 << 30
"""Bytes: more than all servers of a run need."""


def _find_home() -> Path:
    """Return a RAM disk if it has enough room, else the disk; TMPDIR overrides both.

    Copying and dropping a database in memory takes a fifth of the time, with no I/O waits.
    """
    chosen = "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK)
    if chosen or shutil.disk_usage(_MEMORY).free < _ROOM:
        return Path(tempfile.gettempdir())
    return _MEMORY


HOME: Final = _find_home()


MIGRATED: Final = "migrated"
"""The database that others are copied from."""
COPY: Final = "STRATEGY FILE_COPY"
"""The copy strategy: by the kernel, which is faster than through the WAL."""


def url_of(*, host: str, port: int, user: str, dbname: str) -> str:
    return f"postgresql://{user}@/{dbname}?host={host}&port={port}"


@contextlib.contextmanager
def copied(at: NoopExecutor, name: str, like: str | None = None) -> Iterator[str]:
    """Yield the URL of a database *name* copied from *like*, by default the template."""
    where = {"host": at.host, "port": at.port, "user": at.user, "dbname": name}
    with DatabaseJanitor(template_dbname=like or at.template_dbname, **where):
        yield url_of(**where)


def read_rows(url: str, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as conn:
        return conn.execute(query, parameters or None).fetchall()
