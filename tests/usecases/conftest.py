"""Shared fixtures of the use cases' tests: two processes on one database."""

import itertools

import pytest

from app.store.database import Database
from tests.talk import PATIENT_LIMITS
from tests.usecases.acting import Process


@pytest.fixture
async def two(database, database_url):
    """Return a function that makes two processes on one database, with the same settings.

    No two of their messages have the same ts.
    """
    other = Database(database_url, PATIENT_LIMITS)
    await other.open()
    numbers = itertools.count(1)
    yield lambda **settings: tuple(Process(each, numbers, **settings) for each in (database, other))
    await other.close()
