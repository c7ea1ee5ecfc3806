"""What tests of the store share: a connection as commands have it."""

import contextlib

import pytest

from app.store.server import operating


@pytest.fixture
def conn(database_url):
    with contextlib.closing(operating.connect(database_url, "test")) as opened:
        yield opened
