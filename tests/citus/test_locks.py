"""Lock waits on a cluster's node time out as on one machine, unless disabled."""

import asyncio

import psycopg
import pytest

from app.store.database import Database, Limits, allow_seconds
from app.store.server import operating
from tests.patience import PATIENCE
from tests.store.casting import rows

_HOLD = "SELECT FROM workspaces WHERE team_id = 'T1' FOR UPDATE"
# Evaluated on the node that has the row.
_LIMIT = "SELECT current_setting('lock_timeout') FROM workspaces WHERE team_id = 'T1'"
_NODES = "SELECT DISTINCT result FROM run_command_on_workers('SHOW lock_timeout')"
_WAITING = """
SELECT result FROM run_command_on_workers($$
    SELECT count(*) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query LIKE '%%FOR UPDATE%%'
$$) WHERE result <> '0'
"""


@pytest.fixture
async def hurried(database_url):
    """A pool with the app's own lock timeout, regardless of the machine's speed."""
    pool = Database(database_url, Limits(patience=PATIENCE, statement=PATIENCE))
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture
def holder(database_url):
    """A transaction that holds the row lock of T1."""
    with psycopg.connect(database_url) as conn:
        conn.execute("INSERT INTO workspaces (team_id) VALUES ('T1')")
        conn.commit()
        conn.execute(_HOLD)
        yield conn


async def test_every_node_has_the_same_lock_timeout(conn):
    assert conn.execute(_NODES).fetchall() == [(f"{Limits().lock:g}s",)]


@pytest.mark.usefixtures("holder")
async def test_waiting_for_a_row_times_out(hurried):
    tried = []

    async def take(conn):
        tried.append(1)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            await conn.execute(_HOLD)

    await hurried.run(take)
    assert tried == [1]


@pytest.mark.usefixtures("holder")
async def test_a_longer_timeout_applies_on_the_nodes(hurried):
    async def look(conn):
        async with conn.transaction():
            await allow_seconds(conn, 30)
            return await (await conn.execute(_LIMIT)).fetchall()

    assert await hurried.run(look) == [("5s",)]


async def test_an_operator_waits_without_a_timeout(holder, conn, database):
    def take():
        with conn.transaction():
            operating.disable_timeouts(conn)
            conn.execute(_HOLD)
            return conn.execute(_LIMIT).fetchall()

    work = asyncio.create_task(asyncio.to_thread(take))
    async with asyncio.timeout(PATIENCE):
        while not await rows(database, _WAITING):
            pass
    holder.rollback()
    assert await work == [("0",)]
