"""A primary that dies: the app fails over to its synchronous standby, by DATABASE_URL alone."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import psycopg
import pytest

from app.devtools.fake_slack.delivery import Delivery
from tests.cluster import Cluster, Standby
from tests.databases import HOME, MIGRATED
from tests.faults.load import Load, exact, votes
from tests.talk import SIGNING_SECRET


@pytest.fixture
def standby(cluster) -> Iterator[Standby]:
    with tempfile.TemporaryDirectory(dir=HOME) as folder:
        Path(folder).chmod(0o755)
        own = cluster.standby(Path(folder) / "pg")
        yield own
        own.stop()


def _url(cluster: Cluster, standby: Standby) -> str:
    primary = psycopg.conninfo.conninfo_to_dict(cluster.url)["host"]
    hosts = f"host={primary},{standby.host}&port=5432,5432"
    return f"postgresql://postgres@/{MIGRATED}?{hosts}&target_session_attrs=read-write"


@pytest.mark.parametrize("end", ["crashed", "frozen"])
async def test_votes_continue_when_a_standby_takes_over_from_a_dead_primary(
    cluster, standby, begin, slack, end
):
    server = await begin(_url(cluster, standby))
    cast = votes(slack, 80)
    load = Load(cast, server.port, before=40)
    running = asyncio.create_task(load.run())
    await load.until(10)
    if end == "crashed":
        await asyncio.to_thread(cluster.stop, "immediate")
    else:
        cluster.freeze()
    load.go.set()
    accepted = set(load.accepted)
    await asyncio.to_thread(standby.promote)
    async with await psycopg.AsyncConnection.connect(standby.url) as conn:
        rows = await (await conn.execute("SELECT reason FROM vote_history")).fetchall()
    assert accepted <= {reason for (reason,) in rows}
    await running
    await exact(standby.url, slack, cast)


async def test_a_vote_not_replicated_to_the_standby_is_never_answered_200(
    cluster, standby, begin, slack
):
    server = await begin(_url(cluster, standby))
    cast = votes(slack, 1)
    async with aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{server.port}/slack/events"
        delivery = Delivery(address, SIGNING_SECRET, session)
        standby.freeze()
        try:
            tries = [await delivery.deliver(cast[0].payload) for _ in range(2)]
        finally:
            await asyncio.to_thread(cluster.stop, "immediate")
            standby.thaw()
        assert {answer.status for answer in tries} <= {503, 0}  # 0: timed out on a busy machine
    await asyncio.to_thread(standby.promote)
    await Load(cast, server.port).run()
    await exact(standby.url, slack, cast)
