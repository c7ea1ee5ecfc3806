"""Signals to stop: code inside may decide to ignore further ones."""

import asyncio
import signal

import pytest

from app.store.server.signals import (
    handle_signals,
    ignore_signals,
    stop_orderly,
    unwind_on_signals,
)


@pytest.fixture(autouse=True)
def as_before():
    stops = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = [signal.signal(each, signal.SIG_DFL) for each in stops]
    yield
    for each, handler in zip(stops, before, strict=True):
        signal.signal(each, handler)


async def test_a_closed_terminal_stops_a_server_in_order_except_under_nohup():
    told = asyncio.Event()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    handle_signals(told.set)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    handle_signals(told.set)
    assert signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL
    signal.raise_signal(signal.SIGHUP)
    await told.wait()
    ignore_signals()
    signal.raise_signal(signal.SIGHUP)


@pytest.mark.parametrize("manage", [unwind_on_signals, stop_orderly])
def test_handlers_are_restored(manage):
    with manage():
        assert callable(signal.getsignal(signal.SIGTERM))
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.parametrize(
    ("manage", "error"), [(unwind_on_signals, SystemExit), (stop_orderly, KeyboardInterrupt)]
)
def test_the_first_signal_unwinds_the_context_and_further_ones_are_ignored(manage, error):
    cleaned = []

    def work():
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGHUP)
            cleaned.append(True)

    with pytest.raises(error) as unwound, manage():
        work()
    assert cleaned
    assert unwound.value.args in ((), (128 + signal.SIGTERM,))
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.parametrize("manage", [unwind_on_signals, stop_orderly])
def test_a_signal_that_is_ignored_stays_so_as_under_nohup(manage):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with manage():
        signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize("manage", [unwind_on_signals, stop_orderly])
def test_a_handler_set_inside_stays(manage):
    with manage():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as a server does once it has stopped
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
