"""Ends another process of this machine, and tells whether it is gone."""

import contextlib
import time
from typing import Final

import psutil

_PAUSE: Final = 0.02


def end_process(process: psutil.Process, number: int, patience: float) -> None:
    """Send *process* the signal, and wait until it is gone.

    Raises psutil.TimeoutExpired where that takes longer than *patience* seconds.
    """
    process.send_signal(number)
    deadline = time.monotonic() + patience
    while not is_gone(process):
        if time.monotonic() > deadline:
            raise psutil.TimeoutExpired(patience, process.pid)
        time.sleep(_PAUSE)


def is_gone(process: psutil.Process) -> bool:
    """Tell whether *process* has ended, also where whoever started it takes no note of that."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    return True
