"""The tests of the store and of whole dialogues once more, with every table spread over a cluster.

They run where PPTBOT_TEST_CITUS holds the URL of a database of its coordinator that may be
emptied, and in one process: `bin/test -n 0 tests/citus`.
"""

import os

import psycopg
import pytest

from app.store import migrations
from app.store.server.distribution import distribute
from tests.store.conftest import *  # noqa: F403
from tests.usecases.conftest import *  # noqa: F403

COORDINATOR = os.environ.get("PPTBOT_TEST_CITUS", "")


@pytest.fixture(autouse=True)
def needs_cluster() -> None:
    """Skip what there is no cluster for."""
    if not COORDINATOR:
        pytest.skip("PPTBOT_TEST_CITUS names no coordinator")


@pytest.fixture(scope="session")
def shared_url() -> str:
    """The URL of the database on the coordinator, with every table spread."""
    if not COORDINATOR:
        pytest.skip("PPTBOT_TEST_CITUS names no coordinator")
    migrations.apply(COORDINATOR)
    with psycopg.connect(COORDINATOR, autocommit=True) as conn:
        distribute(conn)
    return COORDINATOR
