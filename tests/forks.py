"""The app's commands as separate processes, forked instead of started anew.

For each pytest worker one process imports every command, and forks for each command to run. The
fork has its own pid, environment, working directory, streams, file size limit and signals.
"""

import array
import asyncio
import atexit
import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_NUMBER = 8


class Fork:
    """The process of a command, with the interface of asyncio's Process."""

    def __init__(self, status: asyncio.StreamReader, line: asyncio.BaseTransport, pid: int) -> None:
        self.pid = pid
        self.stdin: asyncio.StreamWriter | None = None
        self.stdout: asyncio.StreamReader | None = None
        self.stderr: asyncio.StreamReader | None = None
        self._status = status
        self._line = line
        self._ending = asyncio.create_task(self._await_end())

    @property
    def returncode(self) -> int | None:
        """The exit status once the process has ended, else None; negative for a signal."""
        return self._ending.result() if self._ending.done() else None

    async def wait(self) -> int:
        """Wait for the exit status and return it."""
        return await asyncio.shield(self._ending)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if not self._ending.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def communicate(self, text: bytes = b"") -> tuple[bytes | None, bytes | None]:
        """Write *text*, and return the output and errors once the process has ended."""
        if self.stdin:
            # uvloop raises RuntimeError if the process has already ended.
            with contextlib.suppress(ConnectionError, RuntimeError):
                if text:
                    self.stdin.write(text)
                    await self.stdin.drain()
            self.stdin.close()
        out, err = await asyncio.gather(_read(self.stdout), _read(self.stderr))
        await self.wait()
        return out, err

    async def _await_end(self) -> int:
        try:
            return int(await self._status.readexactly(_NUMBER))
        finally:
            self._line.close()


async def _read(stream: asyncio.StreamReader | None) -> bytes | None:
    return await stream.read() if stream else None


async def start(
    *words: str,
    folder: Path,
    environment: dict[str, str],
    stdin: int = DEVNULL,
    stdout: int = PIPE,
    stderr: int = PIPE,
    timings: Mapping[str, Any] | None = None,
) -> Fork:
    """Start the command *words*; the streams are what asyncio's subprocesses accept.

    A server takes the given *timings*, and production's others.
    """
    streams = [_open(stdin, os.O_RDONLY), _open(stdout, os.O_WRONLY)]
    streams.append(streams[1] if stderr == STDOUT else _open(stderr, os.O_WRONLY))
    ours, theirs = os.pipe()
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    request = json.dumps([words, str(folder), environment, room, timings or {}]).encode()
    given = array.array("i", [*(theirs_of for theirs_of, _ in streams), theirs])
    _server()[0].sendmsg([request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, given)])
    for end, own in {*streams, (theirs, None)}:
        if own is not None or end == theirs:
            os.close(end)
    status, line = await _reader(ours)
    fork = Fork(status, line, int(await status.readexactly(_NUMBER)))
    if stdin == PIPE:
        fork.stdin = await _writer(streams[0][1])
    if stdout == PIPE:
        fork.stdout = (await _reader(streams[1][1]))[0]
    if stderr == PIPE:
        fork.stderr = (await _reader(streams[2][1]))[0]
    return fork


def _open(wanted: int, mode: int) -> tuple[int, Any]:
    """Return the process's end of a stream and ours; ours is None if the caller owns the former."""
    if wanted == PIPE:
        reading, writing = os.pipe()
        return (reading, writing) if mode == os.O_RDONLY else (writing, reading)
    if wanted == DEVNULL:
        return os.open(os.devnull, mode), -1
    return wanted, None


async def _reader(end: int) -> tuple[asyncio.StreamReader, asyncio.BaseTransport]:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: _ReaderProtocol(reader), os.fdopen(end, "rb", 0)
    )
    return reader, transport


class _ReaderProtocol(asyncio.StreamReaderProtocol):
    """Reads to the end of the stream, then closes it."""

    def eof_received(self) -> bool:
        super().eof_received()
        return False


async def _writer(end: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.streams.FlowControlMixin(loop), os.fdopen(end, "wb", 0)
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)


@cache
def _server() -> tuple[socket.socket, Any]:
    """Return the socket to the forking process, and the process; both end with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forks", str(theirs.fileno())], cwd=ROOT,
        pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
    )  # fmt: skip
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours, process


# The rest runs in the forking process.


def _serve(line: socket.socket) -> None:
    """Fork for each request; returns only in the forks."""
    copies: dict[int, int] = {}
    waking, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken)
    from selectors import EVENT_READ, DefaultSelector  # noqa: PLC0415

    with DefaultSelector() as selector:
        selector.register(line, EVENT_READ)
        selector.register(waking, EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj == waking:
                    os.read(waking, 4096)
                    _report_ended(copies)
                    continue
                request, ends, _, _ = socket.recv_fds(line, 1 << 20, 4)
                if not request:
                    for pid in copies:
                        os.kill(pid, signal.SIGKILL)
                    os._exit(0)
                pid = os.fork()
                if pid == 0:
                    signal.set_wakeup_fd(-1)
                    for end in (waking, woken, line.fileno(), selector.fileno(), *copies.values()):
                        os.close(end)
                    line.detach()
                    _become(json.loads(request), ends)
                    return
                for end in ends[:3]:
                    os.close(end)
                copies[pid] = ends[3]
                _report(ends[3], pid)


def _report_ended(copies: dict[int, int]) -> None:
    while copies:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        end = copies.pop(pid)
        _report(end, os.waitstatus_to_exitcode(status))
        os.close(end)


def _report(end: int, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(end, f"{number:{_NUMBER}}".encode())


def _become(request: list[Any], ends: list[int]) -> None:
    """Give this fork the state of a process that has just started."""
    from app import server  # noqa: PLC0415

    words, folder, environment, room, timings = request
    server.PRODUCTION = replace(server.PRODUCTION, **timings)
    os.close(ends[3])
    for number, end in enumerate(ends[:3]):
        os.dup2(end, number)
    for end in set(ends[:3]) - {0, 1, 2}:
        os.close(end)
    resource.setrlimit(resource.RLIMIT_FSIZE, room)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv[1:] = words
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(  # noqa: SIM115
        2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
    )


def _import_commands() -> None:
    import gc  # noqa: PLC0415
    import importlib  # noqa: PLC0415
    import pkgutil  # noqa: PLC0415

    import app.cli  # noqa: PLC0415

    found = [each.name for each in pkgutil.walk_packages(app.cli.__path__, "app.cli.")]
    for name in (*found, "app.__main__", "app.server", "app.devtools.playground.run", "uvloop"):
        importlib.import_module(name)
    from app.store.migrations import load_all  # noqa: PLC0415

    for migration in load_all():
        migration.load()
    gc.freeze()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import_commands()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    from app.__main__ import main

    try:
        status: Any = main(sys.argv[1:])
    except SystemExit as end:
        status = end.code or 0
    sys.stdout.flush()
    atexit._run_exitfuncs()
    # Tearing down all the imported modules would take longer than most commands.
    os._exit(status)
