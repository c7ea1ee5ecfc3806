"""The app as a separate process, as an operator runs it."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.forks import Fork, start
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]


def environment(**variables: str) -> dict[str, str]:
    """Return an environment with none of the app's variables except *variables*."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "XDG_RUNTIME_DIR", "PYTHONPYCACHEPREFIX")
    plain = {name: os.environ[name] for name in kept if name in os.environ}
    return plain | {"PYTHONPATH": str(ROOT), "LOG_FORMAT": "json"} | variables


PERSISTENT: Any = {"patience": PATIENCE, "retries": (0.0,) * 20}
"""Retries and timeout for deliveries to a server that a busy machine may slow down."""


class Server:
    """A running `bin/server`, whose log is read continuously."""

    def __init__(self, process: Fork | asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self.port = 0
        self._read = asyncio.Condition()
        self._reading = asyncio.create_task(self._follow())

    @classmethod
    async def start(
        cls, folder: Path, timings: Mapping[str, Any] | None = None, **variables: str
    ) -> "Server":
        """Start the server and wait until it serves, by default on a port of its own."""
        server = await cls.begin(folder, timings, **variables)
        server.port = (await server.until("server.ready"))["port"]
        return server

    @classmethod
    async def begin(
        cls, folder: Path, timings: Mapping[str, Any] | None = None, **variables: str
    ) -> "Server":
        """Start the server without waiting until it serves."""
        own = {"PORT": "0"} | variables
        return cls(await begin("server", folder=folder, stderr=STDOUT, timings=timings, **own))

    async def until(self, event: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait for *event* in the log, and return its latest line."""
        async with asyncio.timeout(seconds), self._read:
            await self._read.wait_for(lambda: self.logged(event) or self._reading.done())
        assert self.logged(event), f"{event} was not logged, but: {self.lines[-5:]}"
        return self.logged(event)[-1]

    def logged(self, event: str) -> list[dict[str, Any]]:
        """Return the log lines of *event*."""
        return [line for line in self.lines if line["event"] == event]

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit status."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        status = await asyncio.wait_for(self.process.wait(), PATIENCE)
        await self._reading
        return status

    async def _follow(self) -> None:
        assert self.process.stdout
        while line := await self.process.stdout.readline():
            self.lines.append(_parsed(line))
            async with self._read:
                self._read.notify_all()
        async with self._read:
            self._read.notify_all()


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except ValueError:
        return {"event": line.decode()}


async def run(*words: str, folder: Path, stdin: str = "", **variables: str) -> tuple[int, str, str]:
    """Run a command of the app to its end; return its status, output and errors.

    The line that names the database is removed from the errors.
    """
    status, out, err = await run_whole(*words, folder=folder, stdin=stdin, **variables)
    return status, out, re.sub(r'bin/[\w-]+: the database is ("|the embedded).*\n\Z', "", err)


async def run_whole(
    *words: str, folder: Path, stdin: str = "", **variables: str
) -> tuple[int, str, str]:
    """Run a command of the app to its end; return its status, output and all of its errors."""
    process = await begin(*words, folder=folder, stdin=PIPE, **variables)
    out, err = await asyncio.wait_for(process.communicate(stdin.encode()), PATIENCE)
    assert process.returncode is not None
    return process.returncode, (out or b"").decode(), (err or b"").decode()


async def begin(
    *words: str,
    folder: Path,
    stdin: int = DEVNULL,
    stdout: int = PIPE,
    stderr: int = PIPE,
    timings: Mapping[str, Any] | None = None,
    **variables: str,
) -> Fork | asyncio.subprocess.Process:
    """Start a command of the app, with none of the app's environment variables but *variables*."""
    if "PYTHONPATH" in variables:  # the command must import other code than the forks have
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", *words, cwd=folder, env=environment(**variables),
            stdin=stdin, stdout=stdout, stderr=stderr,
        )  # fmt: skip
    return await start(
        *words, folder=folder, environment=environment(**variables),
        stdin=stdin, stdout=stdout, stderr=stderr, timings=timings,
    )  # fmt: skip
