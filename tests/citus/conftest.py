"""The store's and dialogues' tests repeated with all tables distributed over a cluster.

They run if PPTBOT_TEST_CITUS holds the URL of a database on its coordinator, which is emptied, and
in one process: `bin/test -n 0 tests/citus`.
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
    """A test module that is imported, to check its imports, and then skipped as one test."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one test in place of all that would run on a cluster."""
        assert self.obj
        yield NeedsCluster.from_parent(self, name="every_test")


class NeedsCluster(pytest.Item):
    """A placeholder for a module's tests if there is no cluster."""

    def runtest(self) -> None:
        """Skip the test, naming the missing variable."""
        pytest.skip("PPTBOT_TEST_CITUS names no coordinator")


def pytest_pycollect_makemodule(module_path: Path, parent: Any) -> pytest.Module | None:
    """Collect a module's tests only if there is a cluster to run them on."""
    if COORDINATOR:
        return None
    return ModuleWithoutCluster.from_parent(parent, path=module_path)


@pytest.fixture(scope="session")
def shared_url() -> str:
    """The URL of the coordinator's database, with all tables distributed."""
    migrations.apply(COORDINATOR)
    with psycopg.connect(COORDINATOR, autocommit=True) as conn:
        distribute(conn)
    return COORDINATOR
