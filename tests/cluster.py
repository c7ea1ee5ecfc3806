"""A PostgreSQL server that a test may stop, crash, freeze and start again."""

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
    """Make the data of a server with the database `migrated`, and let it be at rest."""
    server = EmbeddedServer(folder, keep=False)
    try:
        server.open()
        with psycopg.connect(server.url, autocommit=True) as conn:
            conn.execute("ALTER SYSTEM SET fsync = off")  # the machine itself does not crash
            conn.execute("SELECT pg_reload_conf()")
            conn.execute(f"CREATE DATABASE {MIGRATED} {COPY}")
        migrations.apply(_choose_migrated(server.url))
        server.keep = True
    finally:
        server.close()


def _choose_migrated(url: str) -> str:
    return url.replace("/postgres?", f"/{MIGRATED}?")


class Cluster:
    """A server of its own in *folder*, with a copy of the data of *like*, which must be at rest."""

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
        """The folder of its data."""
        return self._server.folder

    def stop(self, mode: str = "fast") -> None:
        """Stop at once; *mode* is pg_ctl's: fast, or immediate, which is a crash."""
        self._pg_ctl("-m", mode, "-w", "stop")

    def start(self) -> None:
        """Start and wait until connections are taken."""
        self._server.start()
        self._postmaster = self._server.pid

    def freeze(self) -> None:
        """Keep every process of the server from running."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the server go on."""
        self._signal(signal.SIGCONT)

    def set(self, name: str, value: str) -> None:
        """Change a setting of the whole server, now and for every connection."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            conn.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            conn.execute("SELECT pg_reload_conf()")
        self._await_setting(name, value)

    def _await_setting(self, name: str, value: str) -> None:
        """Return when a new session has it: by then the server has told the old ones too."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with psycopg.connect(self.url) as conn:
                if conn.execute("SELECT current_setting(%s)", [name]).fetchone() == (value,):
                    return
        raise TimeoutError(f"{name} is not {value}")

    def close(self) -> None:
        """End the server, as a crash does, and remove its data."""
        self._server.stop(signal.SIGQUIT)
        self._server.close()

    def standby(self, folder: Path) -> "Standby":
        """Start a synchronous standby on *folder*; from now on each commit waits for it."""
        folder.mkdir(mode=0o700)
        if who := account.choose_account(self._server.folder):
            os.chown(folder, who.pw_uid, who.pw_gid)
        source = psycopg.conninfo.make_conninfo(self.url, dbname="")
        self._server.run("pg_basebackup", "-D", str(folder), "-R", "-N", "-c", "fast", "-d", source)
        (folder / ".s.PGSQL.5432.lock").unlink()  # the primary's: its socket is in its folder
        standby = Standby(self, folder)
        self.set("synchronous_standby_names", "*")
        return standby

    def _signal(self, number: int) -> None:
        signal_all(self._postmaster, number)

    def _pg_ctl(self, *arguments: str, folder: Path | None = None) -> None:
        self._server.run("pg_ctl", "-D", str(folder or self._server.folder), *arguments)


class Standby:
    """A copy of a cluster that follows it, and may take its place."""

    def __init__(self, primary: Cluster, folder: Path) -> None:
        self._primary = primary
        self._folder = folder
        options = f'-h "" -k {folder}'
        self._pg_ctl("-w", "-o", options, "-l", str(folder / "log"), "start")

    @property
    def host(self) -> str:
        """The folder of its socket, for a libpq URL."""
        return str(self._folder)

    @property
    def url(self) -> str:
        """The libpq URL of it alone."""
        return f"postgresql://postgres@/{MIGRATED}?host={self.host}&port=5432"

    def promote(self) -> None:
        """Let it become the primary; wait until it is."""
        self._pg_ctl("-w", "promote")

    def freeze(self) -> None:
        """Keep every process of it from running."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop it; its folder stays."""
        self._pg_ctl("-m", "immediate", "-w", "stop")

    def _signal(self, number: int) -> None:
        signal_all(int((self._folder / "postmaster.pid").read_text().split()[0]), number)

    def _pg_ctl(self, *arguments: str) -> None:
        self._primary._pg_ctl(*arguments, folder=self._folder)


def signal_all(postmaster: int, number: int) -> None:
    """Send a signal to every process of a PostgreSQL server, if it runs."""
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        parent = psutil.Process(postmaster)
        for process in [parent, *parent.children()]:
            os.kill(process.pid, number)
