"""Draws charts one at a time in a separate worker process.

The worker starts with the first chart, exits when idle, and is replaced if it dies. So the server
neither blocks while drawing nor keeps matplotlib in memory.
"""

import asyncio
import contextlib
import os
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Final, cast

import structlog
from cachetools import TTLCache

from app.core.boards.chart_series import Chart, encode_chart
from app.core.timings import PRODUCTION
from app.slack.charts.chart_worker import LENGTH

_log = structlog.get_logger()

WORKER: Final = (sys.executable, "-m", "app.slack.charts.chart_worker")
_ROOT: Final = Path(__file__).parents[3]
# no secrets: only the variables that Python and the font cache need
_PASSED_VARIABLES: Final = (
    "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "MPLCONFIGDIR", "PATH", "PYTHONPATH", "TMPDIR",
    "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
)  # fmt: skip
_CACHED: Final = 60.0
"""Seconds for which a picture is kept."""
_MOST_CACHED: Final = 8
_IDLE: Final = 300.0
"""Seconds without a chart after which the worker may exit."""
_ENDING: Final = 0.8
"""Seconds that the worker has to exit and clean up before it's killed."""


class DrawingError(Exception):
    """A chart could not be drawn."""


class ChartPool:
    """Draws charts, and keeps the last few for a minute, however many people ask for them."""

    def __init__(
        self,
        worker: tuple[str, ...] = WORKER,
        idle: float = _IDLE,
        patience: float = PRODUCTION.picture,
    ) -> None:
        self.drawn_charts = 0
        """The number of charts drawn so far."""
        self._worker = worker
        self._idle = idle
        self._patience = patience
        self._process: Process | None = None
        self._exit_timer: asyncio.TimerHandle | None = None
        self._one_at_a_time = asyncio.Lock()
        self._pictures: TTLCache[Chart, asyncio.Task[bytes]] = TTLCache(_MOST_CACHED, _CACHED)

    async def draw(self, chart: Chart) -> bytes:
        """Return *chart* as a PNG; raises DrawingError if it can't be drawn."""
        task = self._pictures.get(chart)
        if task is None or (task.done() and _has_failed(task)):
            task = self._pictures[chart] = asyncio.create_task(self._draw_in_turn(chart))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Cancel drawing and end the worker."""
        tasks = list(self._pictures.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        process, self._process = self._process, None
        self._cancel_exit()
        if process:
            await _end_process(process)

    async def _draw_in_turn(self, chart: Chart) -> bytes:
        content = encode_chart(chart)
        async with self._one_at_a_time:
            self._cancel_exit()
            try:
                try:
                    return await self._request_picture(content)
                except EOFError:  # the worker may have died unnoticed since the last chart
                    return await self._request_picture(content)
            except EOFError as error:
                raise DrawingError("the chart worker died") from error
            except TimeoutError as error:
                raise DrawingError("the chart worker took too long") from error
            except OSError as error:
                raise DrawingError(f"no chart worker: {error.strerror}") from error
            finally:
                if process := self._process:
                    loop = asyncio.get_running_loop()
                    self._exit_timer = loop.call_later(self._idle, self._end_input, process)

    async def _request_picture(self, content: bytes) -> bytes:
        """Return the worker's picture; raises EOFError if the worker dies."""
        process = self._process or await self._start_process()
        self._process = None
        try:
            async with asyncio.timeout(self._patience):
                picture = await _exchange(process, content)
            self._process = process
            self.drawn_charts += 1
            return picture
        finally:
            if self._process is None:  # late output must not be taken for the next picture
                await _end_process(process)

    async def _start_process(self) -> Process:
        environment = {name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *self._worker, stdin=PIPE, stdout=PIPE, cwd=_ROOT, env=environment,
            start_new_session=True,  # Ctrl-C is for the server, which ends the worker
        )  # fmt: skip
        _log.info("chart_worker.started", pid=process.pid)
        return process

    def _cancel_exit(self) -> None:
        if self._exit_timer:
            self._exit_timer.cancel()
            self._exit_timer = None

    def _end_input(self, process: Process) -> None:
        """Let *process* exit, which it does at the end of its input."""
        self._process = None
        _get_stdin(process).close()


def _get_stdin(process: Process) -> StreamWriter:
    return cast("StreamWriter", process.stdin)  # a pipe


def _has_failed(task: asyncio.Task[bytes]) -> bool:
    return task.cancelled() or task.exception() is not None


async def _exchange(process: Process, content: bytes) -> bytes:
    stdin, stdout = _get_stdin(process), cast("StreamReader", process.stdout)
    try:
        stdin.write(len(content).to_bytes(LENGTH, "big") + content)
        await stdin.drain()
        prefix = await stdout.readexactly(LENGTH)
        return await stdout.readexactly(int.from_bytes(prefix, "big"))
    except (ConnectionError, RuntimeError) as error:  # RuntimeError: uvloop's for a closed pipe
        raise EOFError from error


async def _end_process(process: Process) -> None:
    """End *process* and wait for it; it's killed if it doesn't exit by itself."""
    _get_stdin(process).close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_ENDING):
            await process.wait()
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    _log.info("chart_worker.ended", pid=process.pid, status=process.returncode)
