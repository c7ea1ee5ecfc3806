"""Lets a command that is told to stop clean up first."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def handle_signals(act: Callable[[], object]) -> None:
    """Let SIGTERM and SIGINT *act* on the running loop, and nothing else."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, act)


@contextlib.contextmanager
def unwind_on_signals() -> Iterator[None]:
    """End what is inside in order when the terminal is closed or the process is told to stop.

    The first signal raises SystemExit; more of them are not heard.
    """

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (signal's shape)
        for each in heard:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    heard: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        found = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)}
        # Whoever was started by nohup does not hear SIGHUP, and that stays so.
        heard |= {each: how for each, how in found.items() if how is signal.SIG_DFL}
    for each in heard:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each, how in heard.items():
            signal.signal(each, how)


@contextmanager
def stop_orderly() -> Iterator[None]:
    """Raise KeyboardInterrupt inside for the first signal to stop; more of them are not heard."""

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (signal's shape)
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    # Whoever was started by nohup does not hear SIGHUP, and that stays so.
    heard = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, stop) for each in heard}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
