"""The tests' event loop: whatever a failed test leaves ends with it."""

import contextlib
import warnings
from asyncio import SubprocessTransport
from typing import Any

import uvloop


class EndingLoop(uvloop.Loop):
    """A loop that closes what is still open, and kills its processes."""

    def __init__(self) -> None:
        super().__init__()
        self._started: list[SubprocessTransport] = []

    async def subprocess_exec(self, *arguments: Any, **options: Any) -> Any:
        transport, protocol = await super().subprocess_exec(*arguments, **options)
        self._started = [*filter(_is_running, self._started), transport]
        return transport, protocol

    def close(self) -> None:
        """Close without warnings: as an error, one leaves its handle open, and uvloop waits."""
        for transport in filter(_is_running, self._started):
            with contextlib.suppress(ProcessLookupError):
                transport.kill()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            super().close()


class EndingLoops(uvloop.EventLoopPolicy):
    """Makes such loops."""

    def _loop_factory(self) -> EndingLoop:
        return EndingLoop()


def _is_running(transport: SubprocessTransport) -> bool:
    return transport.get_returncode() is None
