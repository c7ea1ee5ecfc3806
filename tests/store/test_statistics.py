"""What PostgreSQL knows of its tables before autovacuum comes by."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.store.database import Database, Limits
from app.store.server import statistics
from app.usecases.upkeep import keep_statistics

MANY = """
INSERT INTO turns (team_id, channel_id, free_at) SELECT 'T1', n::text, now()
FROM generate_series(1, 200) AS n
"""
KNOWN = "SELECT reltuples::integer FROM pg_class WHERE oid = 'turns'::regclass"


@pytest.fixture
async def young(own_database_url: str) -> AsyncIterator[Database]:
    """A database of which autovacuum has not seen what is in it."""
    database = Database(own_database_url, Limits())
    await database.open()
    await database.run(lambda conn: conn.execute("ALTER TABLE turns SET (autovacuum_enabled = no)"))
    await database.run(_grow)
    yield database
    await database.close()


async def _grow(conn):
    await conn.execute(MANY)
    await conn.execute("SELECT pg_stat_force_next_flush()")


async def _read(conn):
    return (await (await conn.execute(KNOWN)).fetchone())[0]


async def test_tables_that_have_grown_are_looked_at_once(young):
    found = []
    while "turns" not in found:
        await asyncio.sleep(0)  # until the server has counted
        found = await young.run(statistics.refresh)
    assert await young.run(_read) == 200
    assert "turns" not in await young.run(statistics.refresh)


async def test_they_are_looked_at_while_votes_are_few_no_more_once_they_are_many(young):
    counts = iter([0, 99, 100, 999, 1000, 9_999, 10_000])
    await keep_statistics(young, lambda: next(counts), every=0)
    assert await young.run(_read) == 200
    assert list(counts) == []
