"""Lets a command that is told to stop clean up first."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import Final

_STOPS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

_received: Final = list[int]()
"""Signals to stop that this process has handled, in order."""


def find_exit_status() -> int:
    """Return the exit status of a command that was told to stop: 128 and the signal's number."""
    return 128 + (_received or [signal.SIGINT])[0]


def handle_signals(act: Callable[[], object]) -> None:
    """Make each signal to stop call *act* on the running loop, and do nothing else."""

    def handle(number: int) -> None:
        _received.append(number)
        act()

    loop = asyncio.get_running_loop()
    for number in _STOPS:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, handle, number)


def ignore_signals() -> None:
    """Ignore signals to stop: what is left takes a moment, and should exit with status 0."""
    loop = asyncio.get_running_loop()
    for number in _STOPS:
        loop.remove_signal_handler(number)  # or closing the loop would, and restore their default
        signal.signal(number, signal.SIG_IGN)


def unwind_on_signals() -> AbstractContextManager[None]:
    """Unwind the context when the terminal is closed or the process is told to stop.

    The first signal raises SystemExit; further ones are ignored.
    """
    main = threading.current_thread() is threading.main_thread()
    signals = (signal.SIGTERM, signal.SIGHUP) if main else ()
    handled = [each for each in signals if signal.getsignal(each) is signal.SIG_DFL]
    return _raise_on(handled, lambda number: SystemExit(128 + number))


def stop_orderly() -> AbstractContextManager[None]:
    """Raise KeyboardInterrupt inside for the first signal to stop; ignore further ones."""
    handled = [each for each in _STOPS if signal.getsignal(each) is not signal.SIG_IGN]
    return _raise_on(handled, lambda _: KeyboardInterrupt())


# A process started by nohup ignores SIGHUP, and that stays so.
@contextmanager
def _raise_on(
    handled: Sequence[signal.Signals], error_of: Callable[[int], BaseException]
) -> Iterator[None]:
    raised = False

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal raised
        raised = True
        _received.append(number)
        for each in handled:
            signal.signal(each, signal.SIG_IGN)
        raise error_of(number)

    before = {each: signal.signal(each, stop) for each in handled}
    try:
        yield
    finally:
        for each, handler in before.items():
            if raised or signal.getsignal(each) is stop:  # else it was replaced for good
                signal.signal(each, handler)
