"""A server as a process of its own, from the line that says its port to its orderly end."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.devtools.bench.rows import BenchError

START_PATIENCE: Final = 40.0
STOP_PATIENCE: Final = 15.0
ROOT: Final = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A process that listens on *port* of 127.0.0.1."""

    pid: int
    port: int


@contextlib.asynccontextmanager
async def run_server(
    module: Sequence[str], environment: Mapping[str, str], folder: Path, root: Path = ROOT
) -> AsyncIterator[ServerProcess]:
    """Run ``python -m`` *module* in *folder* while inside, with nothing of our environment.

    *root* is the checkout whose code that is. Raises BenchError when it does not say
    `server.ready` in time.
    """
    out, errors = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
    env = {"PYTHONPATH": str(root), "LOG_FORMAT": "json", **environment}
    child = await asyncio.create_subprocess_exec(
        find_python(root), "-m", *module, env=env, cwd=folder, stdout=out, stderr=errors
    )
    stdout = child.stdout or asyncio.StreamReader()
    draining: asyncio.Task[None] | None = None
    try:
        port = await _read_port(stdout)
        draining = asyncio.create_task(_drain(stdout))
        yield ServerProcess(child.pid, port)
    finally:
        await _stop(child)
        if draining:
            await draining


def find_python(root: Path) -> str:
    """Return the interpreter of the checkout *root*: that of its own environment, or else ours."""
    own = root / ".venv" / "bin" / "python"
    return str(own) if root != ROOT and own.exists() else sys.executable


async def _read_port(stdout: asyncio.StreamReader) -> int:
    last = "nothing was said"
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_PATIENCE):
            async for line in stdout:
                last = line.decode().strip() or last
                if b'"server.ready"' in line:
                    return int(json.loads(line)["port"])
    raise BenchError(f"the server did not start: {last}")


async def _drain(stdout: asyncio.StreamReader) -> None:
    """Read what is logged, so that a full pipe stops nobody."""
    while await stdout.read(65536):
        pass


async def _stop(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), STOP_PATIENCE)
    except TimeoutError:
        child.kill()
        await child.wait()
