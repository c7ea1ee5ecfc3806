"""Shared fixtures of the use cases' tests: two processes on one database."""

import pytest

from app.store.database import Database
from tests.talk import PATIENT_LIMITS
from tests.usecases.acting import Process


@pytest.fixture
async def two(database, database_url):
    """Return a function that makes two processes on one database, with the same settings."""
    other = Database(database_url, PATIENT_LIMITS)
    await other.open()
    yield lambda **settings: (Process(database, **settings), Process(other, **settings))
    await other.close()
