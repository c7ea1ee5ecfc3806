"""A synchronous standby: the app fails over to it by DATABASE_URL alone; commands can read it."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import psycopg
import pytest

from app import CommandError
from app.devtools.fake_slack.delivery import Delivery
from app.store.server.address import explain_errors
from tests.cluster import Cluster, Standby
from tests.databases import HOME, MIGRATED
from tests.faults.load import Load, exact, votes
from tests.process import run
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


async def test_commands_report_on_a_standby_and_refuse_to_write(standby, tmp_path):
    status, out, err = await run("maintenance", folder=tmp_path, DATABASE_URL=standby.url)
    assert (status, err) == (0, "")
    assert ", a standby, which can't be vacuumed\n" in out
    assert "Replication: no change has arrived here since it was started.\n" in out
    for words, line in (
        (["maintenance", "--archive", "2"], "this server is a standby, which is read-only\n"),
        (["backup", "--verify"], "(see docs/operate/deploy.md#a-replica-for-reading)\n"),
    ):
        status, out, err = await run(*words, folder=tmp_path, DATABASE_URL=standby.url)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert err.endswith(line)


def test_a_read_that_a_standby_cuts_off_says_where_to_read_on(cluster, standby):
    standby.never_wait()
    with psycopg.connect(cluster.url, autocommit=True) as primary:
        primary.execute("SET synchronous_commit = remote_apply")
        primary.execute("CREATE TABLE old AS SELECT 1 AS row")
        with psycopg.connect(standby.url) as conn:
            conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            conn.execute("SELECT 1 FROM old")
            for statement in ("DELETE FROM old", "VACUUM old", "CREATE TABLE later ()"):
                primary.execute(statement)
            with pytest.raises(CommandError) as raised, explain_errors():
                conn.execute("SELECT 1 FROM old")
    assert "conflict with recovery (see docs/operate/deploy.md#a-replica" in str(raised.value)
