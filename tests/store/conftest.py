"""Shared fixtures of the store's tests: a connection as commands open it."""

import contextlib

import pytest

from app.store.server import operating


@pytest.fixture
def conn(database_url):
    with contextlib.closing(operating.connect(database_url, "test")) as opened:
        yield opened
