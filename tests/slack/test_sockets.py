"""Socket Mode: nothing is lost or counted twice, whatever happens to the connections."""

import asyncio
import itertools
import json
from dataclasses import replace
from types import SimpleNamespace

import aiohttp
import psycopg
import pytest
from pydantic import SecretStr
from slack_bolt.response import BoltResponse

from app import server
from app.core.timings import SocketTimings
from app.devtools.fake_slack import events, sockets
from app.slack.inbound import connection
from app.slack.inbound import sockets as inbound
from app.slack.inbound.redelivery import Redeliveries
from app.slack.inbound.sockets import Backoff, Disconnect
from tests.patience import PATIENCE
from tests.process import Server
from tests.tables import each
from tests.talk import PATIENT, SIGNING_SECRET, Talk

BOB = "U0BOB00002"
FAST = SocketTimings(
    first_pause=0.02, longest_pause=0.2, stable_after=60.0, hello=PATIENCE, heartbeat=PATIENCE,
    grace=0.2, apart=0.01,
)  # fmt: skip
OPEN = "apps.connections.open"


@pytest.fixture
def config(slack, config):
    """The configuration of an app that uses Socket Mode only."""
    token = SecretStr(slack.app_token)
    return config.model_copy(update={"slack_app_token": token, "slack_signing_secret": None})


@pytest.fixture
def timing():
    return FAST


@pytest.fixture
async def talk(slack, config, timing, database_url):
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, replace(PATIENT, sockets=timing)) as running,
    ):
        yield Talk(slack, running, session)


@pytest.fixture
async def connected(talk):
    """A conversation whose two connections are up."""
    await _wait_until_up(talk, 2)
    return talk


async def _health(talk):
    async with talk.session.get(f"{talk.address}/health") as answer:
        return answer.status, await answer.json()


async def _wait_until_up(talk, number):
    async with asyncio.timeout(PATIENCE):
        while (await _health(talk))[1]["sockets"]["up"] != number:
            pass


def _vote(talk, typed="@bob++", **fields):
    return events.build_posted_event(talk.slack.workspace, talk.write(typed), **fields)


def _command(talk, command, text=""):
    fields = {"user": "U0ANN00001", "channel": "C0GENERAL1", "command": command, "text": text}
    return events.build_slash_command(talk.slack.workspace, **fields)


async def _send_command(talk, payload):
    return await talk.slack.send(payload, type="slash_commands")


def _logged(path, event):
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line["event"] == event]


async def _wait_until_logged(path, event, number=1):
    async with asyncio.timeout(PATIENCE):
        while len(_logged(path, event)) < number:
            await asyncio.wait({asyncio.create_task(asyncio.sleep(0))})


def _gaps(slack):
    times = [call.at for call in slack.list_calls(OPEN)]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


async def _wait_until_blocked(conn):
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    async with asyncio.timeout(PATIENCE):
        while (await (await conn.execute(waiting)).fetchone())[0] == 0:
            pass


async def test_vote_over_a_socket_counts_and_gets_a_reply(connected):
    assert await connected.slack.send(_vote(connected))
    await connected.running.sender.wait_idle()
    assert await connected.scores() == {BOB: 1}
    assert connected.heard() == ["bob has 1 point (+1)"]


async def test_envelope_is_acknowledged_only_after_commit(connected, database_url):
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        await conn.execute("LOCK TABLE vote_history IN ACCESS EXCLUSIVE MODE")
        sending = asyncio.create_task(connected.slack.send(_vote(connected)))
        await _wait_until_blocked(conn)
        done, _ = await asyncio.wait({sending}, timeout=0.2)
        assert not done
        await conn.rollback()
        assert await sending
    assert await connected.scores() == {BOB: 1}


async def test_board_goes_by_response_url_and_help_in_the_acknowledgment(
    connected,
):
    await connected.slack.send(_vote(connected))
    slash_command = _command(connected, "/leaderboard")
    ack = await _send_command(connected, slash_command)
    assert ack.payload is None
    assert "bob" in connected.updates()[-1]["text"]
    ack = await _send_command(connected, slash_command | {"text": "help"})
    assert ack.payload["response_type"] == "ephemeral"
    assert "/leaderboard" in ack.payload["text"]


async def test_response_too_large_for_a_frame_goes_by_response_url(connected):
    for number in range(12):
        await connected.slack.send(_vote(connected, f"@bob++ for {'дело ' * 38}{number}"))
    up = {connection.number for connection in connected.slack.sockets.connections}
    ack = await _send_command(connected, _command(connected, "/karma", "history <@U0BOB00002> 50"))
    assert (ack.payload, ack.tries) == (None, 1)
    await connected.slack.wait_until(connected.updates)
    answer = connected.updates()[-1]
    assert answer["response_type"] == "ephemeral"
    assert answer["text"].count("дело") > 12 * 30
    assert answer["blocks"]
    assert {connection.number for connection in connected.slack.sockets.connections} == up


@pytest.mark.parametrize("together", [True, False])
async def test_command_delivered_again_is_done_once_and_answered_alike(connected, together):
    for typed in ("@bob++", "@bob++", "@bob++"):
        await connected.slack.send(_vote(connected, typed))
    undo = _command(connected, "/karma", "undo")
    if together:
        acks = await asyncio.gather(*(_send_command(connected, undo) for _ in range(3)))
    else:
        acks = [await _send_command(connected, undo) for _ in range(3)]
    assert await connected.scores() == {BOB: 2}
    assert len({json.dumps(ack.payload) for ack in acks}) == 1
    await _send_command(connected, _command(connected, "/karma", "undo"))
    assert await connected.scores() == {BOB: 1}


async def test_only_a_200_is_repeated():
    statuses, payload = iter([503, 200]), {"trigger_id": "13345224609.738474920"}

    async def process():
        return BoltResponse(status=next(statuses))

    redeliveries = Redeliveries()
    repeated = [(await redeliveries.respond(payload, process)).status for _ in range(3)]
    assert repeated == [503, 200, 200]


async def test_events_are_acknowledged_without_a_payload(connected):
    assert (await connected.slack.send(_vote(connected))).payload is None


async def test_vote_not_stored_in_an_outage_counts_once_on_retry(slack, config, cluster):
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, cluster.url, replace(PATIENT, sockets=FAST)) as running,
    ):
        talk = Talk(slack, running, session)
        await _wait_until_up(talk, 2)
        vote = _vote(talk)
        cluster.stop()
        with talk.hurried(database=0.5, page=0.5):
            assert await slack.send(vote, patience=1.0) is None
            status, health = await _health(talk)
        assert (status, health["ok"], health["sockets"]) == (503, False, {"wanted": 2, "up": 2})
        cluster.start()
        assert await slack.send(vote, retry_attempt=1, retries=(0.0,) * 5)
        assert await slack.send(vote, retry_attempt=2)
        assert await talk.scores() == {BOB: 1}


async def test_duplicates_over_both_connections_count_once(connected):
    post = connected.write("@bob++")
    workspace = connected.slack.workspace
    copies = [events.build_posted_event(workspace, post, event_id=f"Ev{n}") for n in range(8)]
    acks = await asyncio.gather(*map(connected.slack.send, copies))
    assert {ack.connection for ack in acks} == {1, 2}
    assert await connected.scores() == {BOB: 1}


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
@pytest.mark.parametrize("leaving", [1, 2])
async def test_refresh_under_load_loses_no_event(connected, reason, leaving):
    slack, acks, over = connected.slack, [], asyncio.Event()

    def followers():
        return {ack.connection for ack in acks if ack} - {1, 2}

    async def send_votes():
        while not (over.is_set() and followers() and len(acks) > 30):
            # Immediate retries, for envelopes sent just as the old connection ends.
            acks.append(await slack.send(_vote(connected, "postgres++"), retries=(0.0,) * 3))

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(send_votes())
        for line in slack.sockets.connections[:leaving]:
            await slack.disconnect(reason, line)
        replaced = {1, 2} if leaving == 2 else {1}
        await slack.wait_until(
            lambda: not replaced & {line.number for line in slack.sockets.connections}
        )
        over.set()
    assert all(acks)
    assert sum(ack.tries > 1 for ack in acks) <= 5 * leaving
    assert await connected.scores("things") == {"thing:postgres": len(acks)}
    await _wait_until_up(connected, 2)


class TestGrace:
    @pytest.fixture
    def timing(self):
        return replace(FAST, grace=PATIENCE)

    async def test_old_connection_still_serves_during_the_grace_period(self, connected):
        slack = connected.slack
        line = await slack.disconnect("warning")
        await slack.wait_until(lambda: len(slack.sockets.connections) == 3)
        acks = [await slack.send(_vote(connected)) for _ in range(3)]
        assert {ack.connection for ack in acks} == {1, 2, 3}
        assert line in slack.sockets.connections
        await line.close()


async def test_old_connection_stays_until_its_replacement_is_up(connected):
    slack = connected.slack
    slack.fail(OPEN, status=500, times=5)
    line = await slack.disconnect("refresh_requested")
    await slack.wait_until(lambda: len(slack.list_calls(OPEN)) >= 6)
    assert line in slack.sockets.connections
    assert await slack.send(_vote(connected))
    await slack.wait_until(lambda: line not in slack.sockets.connections)
    await _wait_until_up(connected, 2)


async def test_broken_connection_is_reopened(connected):
    slack = connected.slack
    slack.sockets.connections[0].cut()
    await slack.wait_until(lambda: [line.number for line in slack.sockets.connections] == [2, 3])
    await _wait_until_up(connected, 2)
    assert await slack.send(_vote(connected))


class TestSilence:
    @pytest.fixture
    def timing(self):
        return replace(FAST, heartbeat=0.5, grace=0.1)

    async def test_silent_connection_is_reopened(self, connected):
        slack = connected.slack
        slack.sockets.connections[0].cut(silently=True)
        await slack.wait_until(lambda: len(slack.list_calls(OPEN)) == 3)
        await _wait_until_up(connected, 2)
        assert await slack.send(_vote(connected), patience=0.5, retries=(0.0,) * 20)


async def test_health_reports_how_many_sockets_are_up(connected):
    slack = connected.slack
    assert (await _health(connected))[1]["sockets"] == {"wanted": 2, "up": 2}
    slack.fail(OPEN, status=500, times=None)
    slack.sockets.connections[0].cut()
    await _wait_until_up(connected, 1)
    status, health = await _health(connected)
    assert (status, health["ok"]) == (200, True)
    slack.heal()
    await _wait_until_up(connected, 2)


class TestOneConnection:
    """With one connection, so that its attempts can be told apart."""

    @pytest.fixture
    def config(self, config):
        return config.model_copy(update={"slack_sockets": 1})

    async def test_failed_opens_back_off(self, talk):
        await _wait_until_up(talk, 1)
        talk.slack.calls.clear()
        talk.slack.fail(OPEN, status=500, times=5)
        talk.slack.sockets.connections[0].cut()
        await talk.slack.wait_until(lambda: len(talk.slack.list_calls(OPEN)) == 6)
        await _wait_until_up(talk, 1)
        least = [0.02, 0.04, 0.08, 0.1, 0.1]  # jitter may halve each pause
        assert all(gap >= low for gap, low in zip(_gaps(talk.slack), least, strict=True))

    async def test_opens_wait_out_retry_after(self, slack, config, database_url):
        slack.fail(OPEN, retry_after=0.3)
        async with (
            aiohttp.ClientSession() as session,
            server.serve(config, database_url, replace(PATIENT, sockets=FAST)) as running,
        ):
            await _wait_until_up(Talk(slack, running, session), 1)
        assert min(_gaps(slack)) >= 0.3

    async def test_envelopes_beyond_the_in_flight_limit_are_left_to_slack(
        self, slack, config, database_url, monkeypatch
    ):
        monkeypatch.setattr(connection, "IN_FLIGHT", 3)
        async with (
            aiohttp.ClientSession() as session,
            server.serve(config, database_url, replace(PATIENT, sockets=FAST)) as running,
            await psycopg.AsyncConnection.connect(database_url) as conn,
        ):
            talk = Talk(slack, running, session)
            await _wait_until_up(talk, 1)
            await conn.execute("LOCK TABLE vote_history IN ACCESS EXCLUSIVE MODE")
            sending = [asyncio.create_task(slack.send(_vote(talk))) for _ in range(3)]
            await _wait_until_blocked(conn)
            assert await slack.send({"type": "unheard"}, patience=0.2) is None
            await conn.rollback()
            assert all(await asyncio.gather(*sending))
            assert await slack.send({"type": "unheard"})


async def test_connection_over_slacks_limit_backs_off(slack, config, database_url):
    slack.sockets.limit = 1
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, replace(PATIENT, sockets=FAST)) as running,
    ):
        talk = Talk(slack, running, session)
        await slack.wait_until(lambda: len(slack.list_calls(OPEN)) >= 8)
        assert all(
            gap >= low
            # The first two are opened side by side; then only the one over the limit retries.
            for gap, low in zip(_gaps(slack)[2:], [0.02, 0.04, 0.08, 0.1, 0.1], strict=False)
        )
        assert (await _health(talk))[1]["sockets"] == {"wanted": 2, "up": 1}
        assert await slack.send(_vote(talk))
        slack.sockets.limit = 2
        await _wait_until_up(talk, 2)


def test_backoff_is_zero_after_a_stable_connection_unless_too_many():
    backoff = Backoff(SocketTimings(first_pause=4.0, stable_after=1.0))
    assert backoff.choose_pause(Disconnect("refresh_requested", lasted=1.0)) == 0.0
    assert 2.0 <= backoff.choose_pause(Disconnect("lost", lasted=0.9)) <= 4.0
    assert 4.0 <= backoff.choose_pause(Disconnect("too_many_websockets", lasted=9.0)) <= 8.0
    assert backoff.choose_pause(Disconnect("lost", lasted=1.0)) == 0.0
    assert max(backoff.choose_pause(Disconnect("lost")) for _ in range(2000)) <= 60.0


async def test_too_many_websockets_delays_the_next_connection(connected):
    slack = connected.slack
    line = slack.sockets.connections[0]
    for _ in range(4):
        line = slack.sockets.connections[-1]
        await slack.disconnect("too_many_websockets", line)
        await slack.wait_until(lambda line=line: line not in slack.sockets.connections)
    assert len(slack.list_calls(OPEN)) <= 6
    assert await slack.send(_vote(connected))


async def test_refused_app_token_is_logged_and_not_retried(slack, config, database_url, log_lines):
    slack.fail(OPEN, error="invalid_auth", times=None)
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, replace(PATIENT, sockets=FAST)) as running,
    ):
        await _wait_until_logged(log_lines, "socket.refused", 2)
        status, health = await _health(Talk(slack, running, session))
    assert (status, health["ok"], health["sockets"]) == (200, True, {"wanted": 2, "up": 0})
    assert [line["reason"] for line in _logged(log_lines, "socket.refused")] == ["invalid_auth"] * 2
    assert len(slack.list_calls(OPEN)) == 2


async def test_disabled_socket_mode_is_retried_until_enabled(connected, log_lines):
    slack = connected.slack
    slack.fail(OPEN, error="link_disabled", times=None)
    for line in tuple(slack.sockets.connections):
        await slack.disconnect("link_disabled", line)
    await _wait_until_up(connected, 0)
    assert (await _health(connected))[0] == 200
    assert (await _health(connected))[1]["ok"] is True
    await slack.wait_until(lambda: len(slack.list_calls(OPEN)) >= 8)
    slack.heal()
    await _wait_until_up(connected, 2)
    assert _logged(log_lines, "socket.refused") == []
    assert {line["pause"] for line in _logged(log_lines, "socket.disconnected")} == {
        FAST.longest_pause
    }


def test_disabled_socket_mode_is_retried_once_a_minute():
    backoff = Backoff(SocketTimings())
    for lasted in (0.0, 3600.0, 0.0, 0.0):
        assert backoff.choose_pause(Disconnect("link_disabled", lasted=lasted)) == 60.0


async def test_ten_sockets_open_apart_from_each_other(slack, config, database_url, monkeypatch):
    ten, turns = config.model_copy(update={"slack_sockets": 10}), []

    async def pause(seconds):
        turns.append(seconds)

    patched = SimpleNamespace(**vars(asyncio) | {"sleep": pause})
    monkeypatch.setattr(inbound, "asyncio", patched)
    timing = replace(FAST, apart=60 * PATIENCE)
    async with (
        aiohttp.ClientSession() as session,
        server.serve(ten, database_url, replace(PATIENT, sockets=timing)) as running,
    ):
        await _wait_until_up(Talk(slack, running, session), 10)
    assert len(turns) == 10
    apart = [later - earlier for earlier, later in itertools.pairwise(turns)]
    assert min(apart) > 29 * PATIENCE  # at least half an hour each, minus the moments that passed


async def test_failed_handshake_gets_a_new_ticket_and_logs_no_secret(
    slack, config, database_url, log_lines
):
    class Forgetful(set):
        def add(self, ticket):
            pass

    slack.sockets._tickets, kept = Forgetful(), slack.sockets._tickets
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, replace(PATIENT, sockets=FAST)) as running,
    ):
        await slack.wait_until(lambda: len(slack.list_calls(OPEN)) >= 6)
        slack.sockets._tickets = kept
        await _wait_until_up(Talk(slack, running, session), 2)
    log = log_lines.read_text(encoding="utf-8")
    assert "WSServerHandshakeError" in log
    assert not [word for word in ("ticket", "xapp-", "ws://", "Traceback") if word in log]


async def test_connection_without_hello_is_abandoned_and_replaced(
    slack, config, database_url, monkeypatch
):
    mumbled, hasty = [], replace(FAST, hello=0.3)
    with monkeypatch.context() as patch:
        patch.setattr(sockets, "_hello", lambda *_: mumbled.append(None) or {"type": "mumble"})
        async with (
            aiohttp.ClientSession() as session,
            server.serve(config, database_url, replace(PATIENT, sockets=hasty)) as running,
        ):
            await slack.wait_until(lambda: len(slack.list_calls(OPEN)) >= 4)
            patch.undo()
            await _wait_until_up(Talk(slack, running, session), 2)
            assert len(slack.list_calls(OPEN)) > len(mumbled) >= 2


ODD = [
    None, "text", [], {}, {"type": 5}, {"type": "event_callback"},
    {"type": "event_callback", "event": 7},
    {"type": "event_callback", "event": {"type": "message", "channel": [{}]}},
    {"type": "event_callback", "event": {"type": "message"}, "authorizations": ["x"]},
    {"type": "block_actions"}, {"type": "view_submission", "view": 3}, {"command": "/unknown"},
]  # fmt: skip


@each("payload", ODD)
async def test_malformed_payloads_are_acknowledged_without_errors(connected, payload, log_lines):
    assert await connected.slack.send(payload)
    assert not [line for line in log_lines.read_text().splitlines() if '"level": "error"' in line]
    assert await connected.scores() == {}


async def test_frames_that_are_not_envelopes_are_ignored(connected):
    for line in connected.slack.sockets.connections:
        for junk in ("junk", "[1]", "{}", '{"envelope_id": 5}', "[" * 5000, '{"type": [1]}'):
            await line._socket.send_str(junk)
        await line._socket.send_bytes(b"\x00")
    assert await connected.slack.send(_vote(connected))
    assert len(connected.slack.list_calls(OPEN)) == 2


async def test_http_posts_are_refused_without_a_signing_secret(connected):
    for secret in ("", "unset", "unset: refuses every signature", SIGNING_SECRET):
        body = json.dumps(_vote(connected)).encode()
        headers = events.sign_request(secret, body, __import__("time").time())
        address = f"{connected.address}/slack/events"
        async with connected.session.post(address, data=body, headers=headers) as answer:
            assert answer.status == 401
    assert await connected.scores() == {}


async def test_signing_secret_enables_http_beside_sockets(slack, config, database_url):
    both = config.model_copy(update={"slack_signing_secret": SecretStr(SIGNING_SECRET)})
    async with (
        aiohttp.ClientSession() as session,
        server.serve(both, database_url, replace(PATIENT, sockets=FAST)) as running,
    ):
        talk = Talk(slack, running, session)
        await _wait_until_up(talk, 2)
        vote = _vote(talk)
        assert (await talk.deliver(vote)).status == 200
        assert await slack.send(vote)
        assert await talk.scores() == {BOB: 1}


async def test_no_socket_is_opened_without_an_app_token(slack, config, database_url):
    plain = config.model_copy(update={"slack_app_token": None})
    async with (
        aiohttp.ClientSession() as session,
        server.serve(plain, database_url, replace(PATIENT, sockets=FAST)) as running,
    ):
        assert "sockets" not in (await _health(Talk(slack, running, session)))[1]
    assert slack.list_calls(OPEN) == []


async def test_shutdown_under_load_commits_exactly_what_it_acknowledged(
    tmp_path, slack, database_url
):
    one = await Server.start(
        tmp_path,
        DATABASE_URL=database_url,
        SLACK_BOT_TOKEN=slack.bot_token,
        SLACK_APP_TOKEN=slack.app_token,
        SLACK_API_URL=slack.api_url,
    )
    acked = set()

    async def send_votes():
        while slack.sockets.connections:
            payload = events.build_message_event(
                slack.workspace,
                user="U0ANN00001",
                channel="C0GENERAL1",
                text="postgres++",
                ts=slack.workspace.next_ts(),
            )
            if await slack.send(payload, patience=PATIENCE):
                acked.add(payload["event"]["ts"])

    await slack.wait_until(lambda: len(slack.sockets.connections) == 2)
    speaking = [asyncio.create_task(send_votes()) for _ in range(40)]
    async with asyncio.timeout(PATIENCE):
        while len(acked) < 200:
            await asyncio.wait({asyncio.create_task(asyncio.sleep(0))})
    assert await one.stop() == 0
    await slack.wait_until(lambda: not slack.sockets.connections)
    _, pending = await asyncio.wait(speaking, timeout=0.1)
    for late in pending:  # these wait for a connection that never comes
        late.cancel()
    with psycopg.connect(database_url) as conn:
        committed = {ts for (ts,) in conn.execute("SELECT message_ts FROM vote_history")}
    assert committed == acked
    assert not [line for line in one.lines if line.get("level") == "error"]
