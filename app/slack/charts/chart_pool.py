"""Has charts drawn, one at a time, in a process of its own.

The process is started for the first chart, ends when none was asked for in a while, and is
replaced when it dies: so the server neither waits for a picture nor holds what draws it in memory.
"""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict
from pathlib import Path
from typing import Final

import structlog

from app.core.boards.chart_series import Chart, encoded

_log = structlog.get_logger()

PAINTER: Final = (sys.executable, "-m", "app.slack.charts.delivery.chart_worker")
_ROOT: Final = Path(__file__).parents[3]
# No secrets: the painter is given only what Python and the font cache need.
_PASSED: Final = (
    "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "MPLCONFIGDIR", "PATH", "PYTHONPATH", "TMPDIR",
    "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
)  # fmt: skip
_LENGTH: Final = 4
_PATIENCE: Final = 30.0
"""Seconds that a picture may take; the first one on a machine looks at every font there is."""
_KEPT: Final = 60.0
_MOST_KEPT: Final = 8
_IDLE: Final = 300.0
_ENDING: Final = 0.8
"""Seconds that the painter has to go, and to tidy up, before it is killed."""


class DrawingError(Exception):
    """A chart could not be drawn."""


class Studio:
    """Draws charts; the same chart is drawn once a minute, however many ask for it."""

    def __init__(self, painter: tuple[str, ...] = PAINTER, idle: float = _IDLE) -> None:
        self.drawn = 0
        """How many charts were drawn so far."""
        self._painter = painter
        self._idle = idle
        self._process: Process | None = None
        self._leaving: asyncio.TimerHandle | None = None
        self._one_at_a_time = asyncio.Lock()
        self._kept: OrderedDict[Chart, asyncio.Task[bytes]] = OrderedDict()

    async def picture(self, chart: Chart) -> bytes:
        """Return *chart* as a PNG; raises DrawingError when it cannot be drawn."""
        task = self._kept.get(chart)
        if task is None:
            task = asyncio.create_task(self._drawn(chart))
            task.add_done_callback(lambda done: self._keep(chart, done))
            self._kept[chart] = task
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Draw no more, and end the process."""
        for task in list(self._kept.values()):
            task.cancel()
        await asyncio.gather(*self._kept.values(), return_exceptions=True)
        self._kept.clear()
        process, self._process = self._process, None
        self._stay()
        if process:
            await _ended(process)

    def _keep(self, chart: Chart, task: asyncio.Task[bytes]) -> None:
        """Keep what was drawn for a minute; what failed is tried again when asked for."""
        if task.cancelled() or task.exception():
            self._forget(chart, task)
            return
        asyncio.get_running_loop().call_later(_KEPT, self._forget, chart, task)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    def _forget(self, chart: Chart, task: asyncio.Task[bytes]) -> None:
        if self._kept.get(chart) is task:
            del self._kept[chart]

    async def _drawn(self, chart: Chart) -> bytes:
        content = encoded(chart)
        async with self._one_at_a_time:
            self._stay()
            try:
                try:
                    return await self._asked(content)
                except EOFError:  # it may have died long before, unnoticed
                    return await self._asked(content)
            except EOFError as error:
                raise DrawingError("the painter died") from error
            except TimeoutError as error:
                raise DrawingError("the painter took too long") from error
            except OSError as error:
                raise DrawingError(f"no painter: {error.strerror}") from error
            finally:
                self._leave_later()

    async def _asked(self, content: bytes) -> bytes:
        """Return what the painter draws; raises EOFError if it dies."""
        process = self._process or await self._started()
        self._process = None
        try:
            async with asyncio.timeout(_PATIENCE):
                picture = await _exchanged(process, content)
            self._process = process
            self.drawn += 1
            return picture
        finally:
            if self._process is None:  # what it would say next belongs to this question
                await _ended(process)

    async def _started(self) -> Process:
        surroundings = {name: os.environ[name] for name in _PASSED if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *self._painter, stdin=PIPE, stdout=PIPE, cwd=_ROOT, env=surroundings,
            start_new_session=True,  # Ctrl-C is for the server, which ends it
        )  # fmt: skip
        _log.info("painter.started", pid=process.pid)
        return process

    def _stay(self) -> None:
        if self._leaving:
            self._leaving.cancel()
            self._leaving = None

    def _leave_later(self) -> None:
        self._leaving = asyncio.get_running_loop().call_later(self._idle, self._leave)

    def _leave(self) -> None:
        process, self._process = self._process, None
        if process and process.stdin:
            process.stdin.close()  # at its end the painter goes by itself


async def _exchanged(process: Process, content: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    try:
        process.stdin.write(len(content).to_bytes(_LENGTH, "big") + content)
        await process.stdin.drain()
        head = await process.stdout.readexactly(_LENGTH)
        return await process.stdout.readexactly(int.from_bytes(head, "big"))
    except ConnectionError as error:
        raise EOFError from error


async def _ended(process: Process) -> None:
    """End *process*, by force if it does not go by itself, and wait until it is gone."""
    if process.stdin:
        process.stdin.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_ENDING):
            await process.wait()
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    _log.info("painter.ended", pid=process.pid, status=process.returncode)
