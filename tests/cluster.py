"""A PostgreSQL server that a test may stop, crash, freeze and restart."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg

from app.store import migrations
from app.store.server import account
from app.store.server.embedded import EmbeddedServer
from tests.databases import COPY, MIGRATED


def make_prototype(folder: Path) -> None:
    """Create a server's data folder with the database `migrated`, and shut the server down."""
    server = EmbeddedServer(folder, keep=False)
    try:
        server.open()
        with psycopg.connect(server.url, autocommit=True) as conn:
            conn.execute("ALTER SYSTEM SET fsync = off")  # the machine itself never crashes
            conn.execute("ALTER SYSTEM SET deadlock_timeout = '50ms'")  # the pause before a check
            conn.execute("SELECT pg_reload_conf()")
            conn.execute(f"CREATE DATABASE {MIGRATED} {COPY}")
        migrations.apply(_choose_migrated(server.url))
        server.keep = True
    finally:
        server.close()


def _choose_migrated(url: str) -> str:
    return url.replace("/postgres?", f"/{MIGRATED}?")


class Cluster:
    """A separate server in *folder*, on a copy of the data folder *like* of a stopped server."""

    def __init__(self, folder: Path, like: Path) -> None:
        folder.parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-a", like, folder], check=True)
        self._server = EmbeddedServer(folder)
        self._server.open()
        self._server.keep = False
        self.url: str = _choose_migrated(self._server.url)
        self._postmaster = self._server.pid

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._server.folder

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; *mode* is pg_ctl's: fast, or immediate, which amounts to a crash."""
        self._pg_ctl("-m", mode, "-w", "stop")

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        self._server.start()
        self._postmaster = self._server.pid

    def freeze(self) -> None:
        """Suspend every process of the server."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume every process of the server."""
        self._signal(signal.SIGCONT)

    def set(self, name: str, value: str) -> None:
        """Change a server-wide setting, for current and new connections."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            conn.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            conn.execute("SELECT pg_reload_conf()")
        self._await_setting(name, value)

    def _await_setting(self, name: str, value: str) -> None:
        """Wait until new sessions have *value*; existing ones have been signaled by then."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with psycopg.connect(self.url) as conn:
                if conn.execute("SELECT current_setting(%s)", [name]).fetchone() == (value,):
                    return
        raise TimeoutError(f"{name} is not {value}")

    def close(self) -> None:
        """Crash the server and remove its data."""
        self._server.stop(signal.SIGQUIT)
        self._server.close()

    def standby(self, folder: Path) -> "Standby":
        """Start a synchronous standby in *folder*; from now on each commit waits for it."""
        folder.mkdir(mode=0o700)
        if who := account.choose_account(self._server.folder):
            os.chown(folder, who.pw_uid, who.pw_gid)
        source = psycopg.conninfo.make_conninfo(self.url, dbname="")
        self._server.run("pg_basebackup", "-D", str(folder), "-R", "-N", "-c", "fast", "-d", source)
        (folder / ".s.PGSQL.5432.lock").unlink()  # the primary's socket is in its folder
        standby = Standby(self, folder)
        self.set("synchronous_standby_names", "*")
        return standby

    def _signal(self, number: int) -> None:
        signal_all(self._postmaster, number)

    def _pg_ctl(self, *arguments: str, folder: Path | None = None) -> None:
        self._server.run("pg_ctl", "-D", str(folder or self._server.folder), *arguments)


class Standby:
    """A streaming replica of a cluster, which can be promoted."""

    def __init__(self, primary: Cluster, folder: Path) -> None:
        self._primary = primary
        self._folder = folder
        options = f'-h "" -k "{folder}"'
        self._pg_ctl("-w", "-o", options, "-l", str(folder / "log"), "start")

    @property
    def host(self) -> str:
        """The folder of its socket, for a libpq URL."""
        return str(self._folder)

    @property
    def url(self) -> str:
        """Its own libpq URL."""
        return f"postgresql://postgres@/{MIGRATED}?host={self.host}&port=5432"

    def promote(self) -> None:
        """Promote it to primary, and wait until it is."""
        self._pg_ctl("-w", "promote")

    def never_wait(self) -> None:
        """Cut off, from now on, queries that read rows which the primary's vacuum has removed."""
        with (self._folder / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
            settings.write("max_standby_streaming_delay = 0\n")
        self._pg_ctl("reload")

    def freeze(self) -> None:
        """Suspend every process of the standby."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume every process of the standby."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """Crash it; its folder remains."""
        self._pg_ctl("-m", "immediate", "-w", "stop")

    def _signal(self, number: int) -> None:
        signal_all(int((self._folder / "postmaster.pid").read_text().split()[0]), number)

    def _pg_ctl(self, *arguments: str) -> None:
        self._primary._pg_ctl(*arguments, folder=self._folder)


def signal_all(postmaster: int, number: int) -> None:
    """Send a signal to every process of a PostgreSQL server, if it's running."""
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        parent = psutil.Process(postmaster)
        for process in [parent, *parent.children()]:
            os.kill(process.pid, number)
