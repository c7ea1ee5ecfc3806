"""The way to PostgreSQL: what was lost is tried again, and the patience ends in time."""

import time

import psycopg
import pytest
from psycopg import errors

from app.store.database import Database, Limits, UnavailableError
from tests.store.casting import rows


class Cut:
    """A query whose connection is cut from outside while it runs, the first *times*."""

    def __init__(self, url, times):
        self.calls = 0
        self._url, self._times = url, times

    async def __call__(self, conn):
        self.calls += 1
        if self.calls <= self._times:
            async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as other:
                await other.execute("SELECT pg_terminate_backend(%s)", [conn.info.backend_pid])
        return await (await conn.execute("SELECT 42")).fetchone()


@pytest.mark.parametrize("times", [1, 2])
async def test_what_a_cut_connection_did_not_answer_is_asked_again(database, database_url, times):
    query = Cut(database_url, times)
    assert await database.run(query) == (42,)
    assert query.calls == times + 1


async def test_all_connections_cut_at_once_are_replaced(database, database_url):
    for _ in range(3):
        await rows(database, "SELECT 1")
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert await rows(database, "SELECT 42") == [(42,)]


async def test_patience_ends_when_every_try_is_cut(database, database_url):
    query = Cut(database_url, 1000)
    started = time.monotonic()
    with pytest.raises(UnavailableError, match=r"AdminShutdown|OperationalError|PoolTimeout"):
        await database.run(query, patience=0.5)
    assert query.calls > 1
    assert time.monotonic() - started < 1.5


async def test_patience_ends_when_the_database_does_not_answer(database):
    started = time.monotonic()
    with pytest.raises(UnavailableError):
        await database.run(lambda c: c.execute("SELECT pg_sleep(30)"), patience=0.3)
    assert time.monotonic() - started < 1.5
    assert await rows(database, "SELECT 42") == [(42,)]


async def test_patience_ends_when_every_connection_is_taken(database_url):
    database = Database(database_url, Limits(pool_min=1, pool_max=1, connect=0.2))
    await database.open()
    try:
        async with database.pool.connection(timeout=10):
            with pytest.raises(UnavailableError, match="PoolTimeout"):
                await database.run(lambda c: c.execute("SELECT 1"), patience=0.3)
        assert await rows(database, "SELECT 42") == [(42,)]
    finally:
        await database.close()


async def test_a_statement_may_not_run_for_ever(database_url):
    database = Database(database_url, Limits(pool_min=1, pool_max=1, statement=0.1))
    await database.open()
    try:
        with pytest.raises(UnavailableError, match="57014"):
            await database.run(lambda c: c.execute("SELECT pg_sleep(30)"), patience=1.0)
    finally:
        await database.close()


async def test_a_mistake_of_ours_is_not_tried_again(database):
    calls = []

    async def wrong(conn):
        calls.append(1)
        await conn.execute("SELECT FROM nowhere")

    with pytest.raises(errors.UndefinedTable):
        await database.run(wrong)
    assert len(calls) == 1


async def test_a_database_that_is_closed_says_so_at_once(database):
    await database.close()
    started = time.monotonic()
    with pytest.raises(UnavailableError, match="PoolClosed"):
        await database.run(lambda c: c.execute("SELECT 1"))
    assert time.monotonic() - started < 0.5


async def test_the_reason_names_no_address_and_no_password(database_url):
    url = psycopg.conninfo.make_conninfo(database_url, password="hunter2", port=1)
    database = Database(url, Limits(connect=0.2))
    await database.open()
    try:
        with pytest.raises(UnavailableError) as told:
            await database.run(lambda c: c.execute("SELECT 1"), patience=0.3)
        assert "hunter2" not in str(told.value)
        assert "hunter2" not in await database.trouble()
    finally:
        await database.close()
