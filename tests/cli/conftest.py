"""What tests of backups stand on: a server of PostgreSQL with a database that is in use."""

import pytest
from pytest_postgresql.janitor import DatabaseJanitor

from tests.copies import home


@pytest.fixture(scope="session")
def voted(template):
    """The name of a database with a hundred messages of votes, which is only copied."""
    where = {"host": template.host, "port": template.port, "user": template.user}
    with DatabaseJanitor(dbname="voted", template_dbname=template.template_dbname, **where):
        with home(template) as own:
            own.voted(own.url("voted"), 100)
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
