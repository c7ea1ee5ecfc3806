"""The tests of the store and of whole dialogues once more, with every table spread over a cluster.

They run where PPTBOT_TEST_CITUS holds the URL of a database of its coordinator that may be
emptied, and in one process: `bin/test -n 0 tests/citus`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.store import migrations
from app.store.server.distribution import distribute
from tests.store.conftest import *  # noqa: F403
from tests.usecases.conftest import *  # noqa: F403

COORDINATOR = os.environ.get("PPTBOT_TEST_CITUS", "")


class ModuleWithoutCluster(pytest.Module):
    """Is imported, so that what it names must be there, and skipped as one test."""

    def collect(self) -> Iterator[pytest.Item]:
        """Give one test in place of all that would run on a cluster."""
        assert self.obj
        yield NeedsCluster.from_parent(self, name="every_test")


class NeedsCluster(pytest.Item):
    """Stands for the tests of a module that there is no cluster for."""

    def runtest(self) -> None:
        """Say what is missing."""
        pytest.skip("PPTBOT_TEST_CITUS names no coordinator")


def pytest_pycollect_makemodule(module_path: Path, parent: Any) -> pytest.Module | None:
    """Collect the tests of a module only where there is a cluster to run them on."""
    if COORDINATOR:
        return None
    return ModuleWithoutCluster.from_parent(parent, path=module_path)


@pytest.fixture(scope="session")
def shared_url() -> str:
    """The URL of the database on the coordinator, with every table spread."""
    migrations.apply(COORDINATOR)
    with psycopg.connect(COORDINATOR, autocommit=True) as conn:
        distribute(conn)
    return COORDINATOR
