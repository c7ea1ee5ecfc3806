"""Signals to stop: code inside may decide to ignore further ones."""

import signal

import pytest

from app.store.server.signals import stop_orderly, unwind_on_signals


@pytest.fixture(autouse=True)
def as_before():
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("manage", [unwind_on_signals, stop_orderly])
def test_handlers_are_restored(manage):
    with manage():
        assert callable(signal.getsignal(signal.SIGTERM))
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.parametrize(
    ("manage", "error"), [(unwind_on_signals, SystemExit), (stop_orderly, KeyboardInterrupt)]
)
def test_a_signal_unwinds_the_context_and_the_handler_is_restored(manage, error):
    with pytest.raises(error), manage():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.parametrize("manage", [unwind_on_signals, stop_orderly])
def test_a_handler_set_inside_stays(manage):
    with manage():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as a server does once it has stopped
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
