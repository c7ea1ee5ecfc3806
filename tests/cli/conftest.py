"""Fixtures for tests of backups: a PostgreSQL server with a database in use."""

import pytest

from tests.copies import home
from tests.databases import copied


@pytest.fixture(scope="session")
def voted(template):
    """The name of a database with votes from a hundred messages; tests only copy it."""
    with copied(template, "voted") as url:
        with home(template) as own:
            own.voted(url, 100)
        yield "voted"


@pytest.fixture
def place(template):
    """The server's databases; those a test creates are dropped after it."""
    with home(template) as own:
        yield own


@pytest.fixture
def url(place, voted):
    """The URL of the database in use, with votes from a hundred messages."""
    return place.made("present", like=voted)
