"""What tests of backups stand on: a server of PostgreSQL with a database that is in use."""

import pytest

from tests.copies import home


@pytest.fixture
def place(template):
    """The server's databases, those of the test's own removed after it."""
    with home(template) as own:
        yield own


@pytest.fixture
def url(place):
    """The database in use, with a hundred messages of votes."""
    made = place.made("present")
    place.voted(made, 100)
    return made
