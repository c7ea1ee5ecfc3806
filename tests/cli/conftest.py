"""What tests of backups stand on: a server of PostgreSQL with a database that is in use."""

import pytest

from tests.copies import home
from tests.databases import copied


@pytest.fixture(scope="session")
def voted(template):
    """The name of a database with a hundred messages of votes, which is only copied."""
    with copied(template, "voted") as url:
        with home(template) as own:
            own.voted(url, 100)
        yield "voted"


@pytest.fixture
def place(template):
    """The server's databases, those of the test's own removed after it."""
    with home(template) as own:
        yield own


@pytest.fixture
def url(place, voted):
    """The database in use, with a hundred messages of votes."""
    return place.made("present", like=voted)
