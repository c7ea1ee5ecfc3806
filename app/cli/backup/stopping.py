"""Lets a command that is told to stop clean up first."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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
