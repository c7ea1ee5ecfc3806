"""PostgreSQL restarted, crashed, frozen or cut off under load: no vote is lost or doubled."""

import asyncio
import contextlib

import psycopg
import pytest

from tests.faults.load import Load, eventually, exact, votes


@contextlib.asynccontextmanager
async def _votes_all_along(begin, slack, url):
    """Cast votes before, during and after what happens inside; then check that all counted."""
    server = await begin(url)
    cast = votes(slack, 80)
    load = Load(cast, server.port, before=40)
    running = asyncio.create_task(load.run())
    await load.until(5)
    yield load
    await running
    await exact(url, slack, cast)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_database_restarted_or_crashed_under_load_costs_no_vote(
    cluster, begin, slack, mode
):
    async with _votes_all_along(begin, slack, cluster.url) as load:
        await asyncio.to_thread(cluster.stop, mode)
        load.go.set()
        await eventually(load.refused)
        await asyncio.to_thread(cluster.start)
    assert load.accepted == {vote.reason for vote in load.votes}


async def test_a_database_that_is_frozen_for_a_while_under_load_costs_no_vote(
    cluster, begin, slack
):
    async with _votes_all_along(begin, slack, cluster.url) as load:
        cluster.freeze()
        load.go.set()
        try:
            await eventually(load.refused)
        finally:
            cluster.thaw()
    assert load.accepted == {vote.reason for vote in load.votes}


_TERMINATE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_connections_cut_again_and_again_under_load_cost_no_vote(begin, slack, database_url):
    async with (
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as conn,
        _votes_all_along(begin, slack, database_url) as load,
    ):
        load.go.set()
        for count in range(5, 65, 6):
            await load.until(count)
            await conn.execute(_TERMINATE)


async def test_two_hundred_concurrent_votes_on_a_pool_of_two_all_count(begin, slack, database_url):
    server = await begin(database_url, DB_POOL_MIN="1", DB_POOL_MAX="2")
    cast = votes(slack, 200)
    load = Load(cast, server.port, at_once=200)
    await load.run()
    await exact(database_url, slack, cast)
