"""Lets a command that is told to stop clean up first."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import FrameType


def handle_signals(act: Callable[[], object]) -> None:
    """Let SIGTERM and SIGINT *act* on the running loop, and nothing else."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, act)


def ignore_signals() -> None:
    """Hear SIGTERM and SIGINT no more: what is left takes a moment, and is to end with status 0."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)  # or closing the loop would, and let them end all
        signal.signal(number, signal.SIG_IGN)


def unwind_on_signals() -> AbstractContextManager[None]:
    """End what is inside in order when the terminal is closed or the process is told to stop.

    The first signal raises SystemExit; more of them are not heard.
    """
    main = threading.current_thread() is threading.main_thread()
    signals = (signal.SIGTERM, signal.SIGHUP) if main else ()
    heard = [each for each in signals if signal.getsignal(each) is signal.SIG_DFL]
    return _raise_on(heard, lambda number: SystemExit(128 + number))


def stop_orderly() -> AbstractContextManager[None]:
    """Raise KeyboardInterrupt inside for the first signal to stop; more of them are not heard."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heard = [each for each in signals if signal.getsignal(each) is not signal.SIG_IGN]
    return _raise_on(heard, lambda _: KeyboardInterrupt())


# Whoever was started by nohup does not hear SIGHUP, and that stays so.
@contextmanager
def _raise_on(
    heard: Sequence[signal.Signals], error_of: Callable[[int], BaseException]
) -> Iterator[None]:
    raised = False

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal raised
        raised = True
        for each in heard:
            signal.signal(each, signal.SIG_IGN)
        raise error_of(number)

    before = {each: signal.signal(each, stop) for each in heard}
    try:
        yield
    finally:
        for each, handler in before.items():
            if raised or signal.getsignal(each) is stop:  # or something inside has decided for good
                signal.signal(each, handler)
