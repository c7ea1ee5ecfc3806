"""The connection pool waits for a database that is away, and closes every connection."""

import asyncio
import signal
from types import SimpleNamespace

import psycopg
import pytest

from app import server
from app.core.timings import Timings
from tests.faults.load import eventually
from tests.logged import logged
from tests.patience import PATIENCE
from tests.process import Server
from tests.talk import slack_variables

_OURS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pptbot'"


def _count(url):
    with psycopg.connect(url, autocommit=True) as conn:
        return conn.execute(_OURS).fetchone()[0]


async def _are_closed(url):
    """Return whether PostgreSQL has noticed that the connections are closed."""
    return await asyncio.to_thread(_count, url) == 0


async def _begun(folder, slack, url):
    """Start a server without waiting until it serves."""
    timings = {"database": 0.5, "start": PATIENCE, "start_pauses": (0.1, 0.5)}
    return await Server.begin(folder, timings, DATABASE_URL=url, **slack_variables(slack))


async def test_a_signal_closes_every_connection(cluster, begin):
    one = await begin(cluster.url, DB_POOL_MIN="3")
    assert _count(cluster.url) >= 1
    assert await one.stop() == 0
    await eventually(lambda: _are_closed(cluster.url))


async def test_a_start_waits_for_a_database_that_is_away(tmp_path, slack, cluster):
    cluster.stop()
    one = await _begun(tmp_path, slack, cluster.url)
    away = await one.until("database.away")
    assert away["reason"]
    cluster.start()
    await one.until("server.ready")
    assert await one.stop() == 0


async def test_a_waiting_start_stops_on_a_signal(tmp_path, slack, cluster):
    cluster.stop()
    one = await _begun(tmp_path, slack, cluster.url)
    await one.until("database.away")
    assert await one.stop(signal.SIGINT) == 0


async def test_a_start_gives_up_in_one_line_after_growing_pauses(config, log_lines, monkeypatch):
    passed = [0.0]

    async def pause(seconds):
        passed[0] += seconds

    # Only pauses take time, so their number doesn't depend on the machine's speed.
    monkeypatch.setattr(server, "asyncio", SimpleNamespace(sleep=pause))
    monkeypatch.setattr(server, "time", SimpleNamespace(monotonic=lambda: passed[0]))
    hasty = Timings(database=0.05, start=3.0, start_pauses=(0.1, 5.0))
    with pytest.raises(server.StartError, match=r"did not answer within 3 s \(.+\): check"):
        async with server.serve(config, "postgresql://nobody@127.0.0.1:1/none", hasty):
            pass
    pauses = [line["again_in"] for line in logged(log_lines, "database.away")]
    *growing, _ = pauses  # the last one is cut short by the timeout
    assert growing == sorted(set(growing))
    assert len(growing) >= 3
