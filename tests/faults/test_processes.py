"""Processes that die, stop or share a database: Slack's retries and other processes take over."""

import asyncio
import contextlib
import random
import signal
import sys

import aiohttp
import psycopg

from app.core.timings import PRODUCTION
from app.devtools.fake_slack import server as fake_slack
from app.devtools.fake_slack.values import Change
from tests.faults.load import Load, eventually, exact, expire_claims, votes
from tests.patience import PATIENCE
from tests.process import ROOT, environment

GREETING = "That's your first point here"
_SETTLED_GREETING = "SELECT 1 FROM outbox WHERE kind = 'first_point' AND done_at IS NOT NULL"


async def test_a_server_killed_at_random_moments_neither_loses_nor_doubles_votes(
    begin, slack, database_url
):
    slack.fail("chat.postMessage", delay=0.2, times=None)  # so that a post is often in flight
    server = await begin(database_url)
    cast = votes(slack, 80)
    load = Load(cast, server.port)
    running = asyncio.create_task(load.run())
    for moment in sorted(random.sample(range(2, 75), 3)):
        await load.until(moment)
        await server.stop(signal.SIGKILL)
        await expire_claims(database_url, slack)
        server = await begin(database_url, PORT=str(server.port))
    await running
    await exact(database_url, slack, cast)


async def test_a_greeting_posted_by_a_server_that_is_then_killed_is_said_once(
    begin, slack, database_url
):
    server = await begin(database_url)

    def kill(change: Change) -> None:
        if GREETING in change.post.text and server.process.returncode is None:
            server.process.send_signal(signal.SIGKILL)

    end = slack.subscribe(kill)
    await Load(votes(slack, 2)[1:], server.port).run()
    await slack.wait_until(lambda: bool(_greetings(slack)))
    await server.stop(signal.SIGKILL)
    end()
    await expire_claims(database_url, slack)
    await begin(database_url)
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as conn:

        async def it_is_settled() -> bool:
            return bool(await (await conn.execute(_SETTLED_GREETING)).fetchone())

        await eventually(it_is_settled)
    assert len(_greetings(slack)) == 1


def _greetings(slack):
    return [post for post in slack.workspace.posts if GREETING in post.text]


async def test_a_server_stopped_under_load_exits_0_and_loses_nothing(begin, slack, database_url):
    server = await begin(database_url)
    cast = votes(slack, 80)
    load = Load(cast, server.port)
    running = asyncio.create_task(load.run())
    await load.until(random.randrange(5, 70))
    assert await server.stop(signal.SIGTERM) == 0
    assert server.logged("server.stopped")
    await begin(database_url, PORT=str(server.port))
    await running
    # A machine too busy to commit in time gets 503; no other status is allowed.
    assert set(load.statuses) <= {0, 200, 503}
    await exact(database_url, slack, cast)


async def test_a_stopped_server_frees_nothing_before_it_exits(begin, database_url, tmp_path):
    """Python's own shutdown takes half a second of CPU, which may last long on a busy machine."""
    (tmp_path / "sitecustomize.py").write_text("import atexit; atexit.register(print, 'freeing')")
    server = await begin(database_url, PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert await server.stop() == 0
    assert server.lines[-1]["event"] == "server.stopped"


async def test_several_signals_still_exit_0(begin, database_url):
    server = await begin(database_url, PYTHONPATH=str(ROOT))  # with Python's shutdown
    server.process.send_signal(signal.SIGTERM)
    await server.until("server.stopping")
    ending = asyncio.create_task(server.process.wait())
    while not ending.done():
        with contextlib.suppress(ProcessLookupError):
            server.process.send_signal(signal.SIGTERM)
        await asyncio.wait({ending}, timeout=0.005)
    assert ending.result() == 0


async def test_a_server_whose_export_waits_for_a_hanging_database_stops_in_time(begin, cluster):
    token = "an operator's token"
    server = await begin(cluster.url, timings={"shutdown": 1.0}, ADMIN_TOKEN=token)
    async with (
        await psycopg.AsyncConnection.connect(cluster.url, autocommit=True) as looking,
        await psycopg.AsyncConnection.connect(cluster.url) as holding,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session,
    ):
        await holding.execute("LOCK TABLE vote_history")
        url = f"http://127.0.0.1:{server.port}/export/database"
        export = asyncio.ensure_future(session.get(url))

        async def it_waits() -> bool:
            return await (await looking.execute(_WAITING)).fetchone() == (1,)

        await eventually(it_waits)
        cluster.freeze()
        try:
            assert await server.stop() == 0
        finally:
            cluster.thaw()
        await asyncio.wait({export})
    assert [line["level"] for line in server.logged("server.stopped")] == ["warning"]


_CLOSES_LATE = """
import asyncio, threading, uvloop
from app import server
from app.core.timings import Timings

server.PRODUCTION = Timings(shutdown=0.1)

class Waiting(uvloop.Loop):
    def close(self):
        threading.Event().wait()

async def stop():
    server._limit_shutdown()

with asyncio.Runner(loop_factory=Waiting) as runner:
    runner.run(stop())
"""


async def test_a_stopping_server_exits_0_even_if_closing_its_loop_waits_forever(tmp_path):
    """As it does for a name that the resolver is looking up, which can't be canceled."""
    words = (sys.executable, "-c", _CLOSES_LATE)
    late = await asyncio.create_subprocess_exec(*words, cwd=tmp_path, env=environment())
    assert await asyncio.wait_for(late.wait(), PATIENCE) == 0


async def test_a_server_survives_an_error_in_background_work_and_exits_0(begin, own_database_url):
    server = await begin(own_database_url)
    async with await psycopg.AsyncConnection.connect(own_database_url, autocommit=True) as conn:
        await conn.execute("ALTER TABLE workspaces RENAME TO elsewhere")
        await server.until("background.failed")
        await conn.execute("ALTER TABLE elsewhere RENAME TO workspaces")
    assert await server.stop() == 0


_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def test_a_vote_in_flight_during_shutdown_is_answered_200(begin, slack, database_url):
    server = await begin(database_url, timings={})
    cast = votes(slack, 1)
    load = Load(cast, server.port)
    async with (
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as looking,
        await psycopg.AsyncConnection.connect(database_url) as holding,
    ):
        await holding.execute("LOCK TABLE vote_history IN EXCLUSIVE MODE")
        running = asyncio.create_task(load.run())

        async def it_waits() -> bool:
            return await (await looking.execute(_WAITING)).fetchone() == (1,)

        await eventually(it_waits)
        server.process.send_signal(signal.SIGTERM)
        await server.until("server.stopping")
        await holding.rollback()
    assert await server.process.wait() == 0
    await begin(database_url, PORT=str(server.port))
    await running
    # Retried only if the machine was too busy for production's timeouts.
    assert load.statuses == {200: 1} or load.statuses[503] > 0
    await exact(database_url, slack, cast)


async def test_two_servers_on_one_database_take_turns_and_post_each_reply_once(
    begin, slack, database_url, monkeypatch
):
    slack.enforce_pace = True
    # On a busy machine each process reads the database's clock with a different delay.
    monkeypatch.setattr(fake_slack, "SECONDS_BETWEEN_POSTS", PRODUCTION.posts / 2)
    one, two = await asyncio.gather(*(begin(database_url, timings={}) for _ in range(2)))
    cast = votes(slack, 100)
    await Load(cast, one.port, two.port).run()
    await exact(database_url, slack, cast)
    assert {call.status for call in slack.list_calls("chat.postMessage")} == {200}
    lines = [line for each in (one, two) for line in each.logged("reply.posted")]
    posted = [line["replies"] for line in lines if line["kind"] == "votes"]
    assert sum(posted) == len(cast)


async def test_a_suspended_server_does_not_repeat_what_another_has_posted_since(
    begin, slack, database_url
):
    slack.fail("chat.postMessage", status=500)  # so that it looks for the post before the next try
    slack.fail("conversations.replies", delay=3600)
    one = await begin(database_url)
    cast = votes(slack, 1)
    await Load(cast, one.port).run()
    await slack.wait_until(lambda: "conversations.replies" in slack.in_flight)
    one.process.send_signal(signal.SIGSTOP)
    slack.heal()
    await slack.wait_until(lambda: not slack.in_flight)
    await begin(database_url)
    await exact(database_url, slack, cast)
    one.process.send_signal(signal.SIGCONT)
    assert await one.stop() == 0
    await exact(database_url, slack, cast)


async def test_a_rolling_restart_of_two_servers_under_load_loses_and_repeats_nothing(
    begin, slack, database_url
):
    slack.fail("chat.postMessage", delay=0.2, times=None)  # so that a post is often in flight
    servers = await asyncio.gather(begin(database_url), begin(database_url))
    cast = votes(slack, 120)
    load = Load(cast, *(server.port for server in servers))
    running = asyncio.create_task(load.run())
    for server, moment in zip(servers, (20, 60), strict=True):
        await load.until(moment)
        assert await server.stop(signal.SIGTERM) == 0
        await begin(database_url, PORT=str(server.port))
    await running
    # Status 0 is a refused connection, while a server is down.
    assert set(load.statuses) <= {0, 200, 503}
    await exact(database_url, slack, cast)
