"""What PostgreSQL knows of its tables before autovacuum runs."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from app.store.database import Database
from app.store.server import upkeep
from app.usecases.upkeep import keep_statistics
from tests.talk import PATIENT_LIMITS

MANY = """
INSERT INTO turns (team_id, channel_id, free_at) SELECT 'T1', n::text, now()
FROM generate_series(1, 200) AS n
"""
OTHERS = "CREATE TABLE others_own AS SELECT generate_series(1, 5000) AS number"
COUNTED = "SELECT pg_stat_force_next_flush()"
UNSEEN = "ALTER TABLE turns SET (autovacuum_enabled = no)"
KNOWN = "SELECT reltuples::integer FROM pg_class WHERE oid = %s::regclass"
CHANGED = "SELECT n_mod_since_analyze FROM pg_stat_user_tables WHERE relname = 'turns'"


@pytest.fixture
async def young(own_database_url: str) -> AsyncIterator[Database]:
    """A database with rows that PostgreSQL has counted, but autovacuum hasn't analyzed."""
    database = Database(own_database_url, PATIENT_LIMITS)
    await database.open()
    for statement in (UNSEEN, MANY, OTHERS, COUNTED):
        await database.run(lambda conn, statement=statement: conn.execute(statement))
    while (await _read(database, CHANGED))[0] < 200:  # noqa: ASYNC110 (the server counts later)
        await asyncio.sleep(0)
    yield database
    await database.close()


async def _read(database, query, *parameters):
    async def read(conn):
        return await (await conn.execute(query, parameters)).fetchone()

    return await database.run(read)


async def test_only_our_grown_tables_are_analyzed(young):
    assert await young.run(upkeep.refresh_statistics) == []
    assert await _read(young, KNOWN, "turns") == (200,)
    assert await _read(young, KNOWN, "others_own") == (-1,)


async def test_a_locked_table_is_left_for_later(young, own_database_url):
    with psycopg.connect(own_database_url) as migrating:
        migrating.execute("LOCK TABLE turns IN ACCESS EXCLUSIVE MODE")
        assert await young.run(upkeep.refresh_statistics) == ["turns"]
    assert await young.run(upkeep.refresh_statistics) == []


async def test_tables_are_analyzed_only_while_votes_are_few(young):
    counts = iter([0, 99, 100, 999, 1000, 9_999, 10_000])
    await keep_statistics(young, lambda: next(counts), every=0)
    assert await _read(young, KNOWN, "turns") == (200,)
    assert list(counts) == []


async def test_tables_of_another_role_are_given_up_after_a_while(young, own_database_url):
    role = "CREATE ROLE statistics_guest LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public"
    await young.run(lambda conn: conn.execute(f"{role} TO statistics_guest"))
    guest = Database(
        psycopg.conninfo.make_conninfo(own_database_url, user="statistics_guest"), PATIENT_LIMITS
    )
    await guest.open()
    try:
        counts = iter([100, 1000, 10_000])
        await keep_statistics(guest, lambda: next(counts), every=0)
        assert await guest.run(upkeep.refresh_statistics) == ["turns"]
    finally:
        await guest.close()
        gone = "DROP OWNED BY statistics_guest; DROP ROLE statistics_guest"
        await young.run(lambda conn: conn.execute(gone))
