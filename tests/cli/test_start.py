"""Starting and stopping the server, as an operator sees it."""

import asyncio
import json
import re
import signal
from dataclasses import replace

import aiohttp
import psycopg
import pytest
from aiohttp.test_utils import make_mocked_request

from app.devtools.fake_slack import events
from app.devtools.fake_slack.delivery import Delivery
from app.server import StartError, serve
from app.store import migrations
from app.store.database import Database
from app.web.health import make_health
from app.web.server import DRAIN
from tests.logged import logged
from tests.patience import PATIENCE
from tests.process import PERSISTENT, ROOT, Server, run
from tests.tables import each
from tests.talk import PATIENT, PATIENT_LIMITS, SIGNING_SECRET, slack_variables


async def test_without_slack_credentials_the_playground_is_suggested(tmp_path):
    status, out, err = await run("server", folder=tmp_path)
    assert (status, out) == (1, "")
    assert "SLACK_BOT_TOKEN is not set" in err
    assert "SLACK_SIGNING_SECRET is not set" in err
    assert "bin/playground" in err
    assert "Traceback" not in err


async def test_all_invalid_variables_are_reported_at_once_without_values(tmp_path):
    status, _, err = await run(
        "server",
        folder=tmp_path,
        PORT="eighty",
        DATABASE_URL="mysql://u:hunter2@db/x",
        SLACK_BOT_TOKEN="hunter2",
        SLACK_APP_TOKEN_FILE="nowhere",
        DB_POOL_MIN="20",
        LOG_LEVEL="loud",
    )
    assert status == 1
    named = {line.split()[1] for line in err.splitlines()}
    expected = {"PORT", "DATABASE_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN_FILE", "DB_POOL_MIN"}
    assert expected | {"LOG_LEVEL"} <= named
    assert "hunter2" not in err


async def test_pending_migrations_stop_the_start_and_name_the_command(
    tmp_path, slack, own_database_url
):
    with migrations.open_backend(own_database_url) as backend:
        backend.rollback_migrations(backend.to_rollback(migrations.load_all())[:1])
    status, _, err = await run(
        "server", folder=tmp_path, DATABASE_URL=own_database_url, **slack_variables(slack)
    )
    assert status == 1
    assert "bin/migrate" in err
    assert migrations.list_available()[-1] in err
    assert "docs/operate/troubleshoot.md#migrations-missing" in err


async def test_a_port_in_use_is_reported_in_one_line(tmp_path, slack, database_url):
    one = await Server.start(tmp_path, DATABASE_URL=database_url, **slack_variables(slack))
    status, _, err = await run(
        "server",
        folder=tmp_path,
        DATABASE_URL=database_url,
        PORT=str(one.port),
        **slack_variables(slack),
    )
    await one.stop()
    assert status == 1
    assert "cannot listen" in err
    assert "docs/operate/troubleshoot.md#configuration" in err
    assert "Traceback" not in err


@each("host", ["no.host.invalid", "a..b"])
async def test_an_unknown_host_is_reported_in_one_line(tmp_path, slack, database_url, host):
    status, _, err = await run(
        "server", folder=tmp_path, DATABASE_URL=database_url, HOST=host, **slack_variables(slack)
    )
    assert status == 1
    assert f"cannot listen on {host}:" in err
    assert "Unknown error" not in err


async def test_a_read_only_database_is_reported_in_one_line(config, database_url):
    read_only = f"{database_url}&options=-c%20default_transaction_read_only%3Don"
    reason = "stopped answering"
    async with asyncio.timeout(PATIENCE):
        while "stopped answering" in reason:  # as it may on a busy machine
            reason = await _start_in_vain(config, read_only, database=1.0)
    assert "the database is read-only: DATABASE_URL must name the primary" in reason


async def _start_in_vain(config, url, **timings):
    """Return the one line that says why the server can't start."""
    with pytest.raises(StartError) as raised:
        async with serve(config, url, replace(PATIENT, **timings)):
            pass
    assert "\n" not in str(raised.value)
    return str(raised.value)


async def test_a_database_that_stops_answering_during_the_start_is_reported(
    config, own_database_url
):
    with psycopg.connect(own_database_url) as other:
        other.execute("LOCK workspaces")
        reason = await _start_in_vain(config, own_database_url, database=0.2)
    assert "stopped answering (no answer in time): see docs/" in reason


BAD_OPTIONS = {
    "sslmode=bogus": 'invalid sslmode value: "bogus"',
    "port=99999": 'invalid port number: "99999"',
    "target_session_attrs=maybe": 'invalid target_session_attrs value: "maybe"',
    "connect_timeout=abc": "bad value for connect_timeout: 'abc'",
}


async def test_an_address_that_libpq_rejects_stops_the_start(config):
    for option, problem in BAD_OPTIONS.items():
        url = f"postgresql://u@127.0.0.1:1/votes?{option}"
        reason = await _start_in_vain(config, url, database=0.05)
        assert f"cannot connect to the database ({problem})" in reason.replace(
            "connection is bad: ", ""
        )
        assert "correct DATABASE_URL" in reason


@pytest.fixture
def reader(own_database_url):
    """The URL of a migrated database, for a read-only role."""
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        conn.execute("CREATE ROLE onlooker LOGIN")
        conn.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO onlooker")
        yield own_database_url.replace("postgres@", "onlooker@")
        conn.execute("DROP OWNED BY onlooker")
        conn.execute("DROP ROLE onlooker")


async def test_a_read_only_role_is_reported_in_one_line(tmp_path, slack, reader):
    status, _, err = await run(
        "server", folder=tmp_path, DATABASE_URL=reader, **slack_variables(slack)
    )
    assert (status, err.count("\n")) == (1, 1)
    assert "the role onlooker lacks INSERT, UPDATE, DELETE on aliases, allowances, " in err
    assert ": grant that, or set DATABASE_URL to a role that has it" in err


def read_grants(role):
    """Return the statements of docs/operate/deploy.md, for *role*."""
    page = (ROOT / "docs/operate/deploy.md").read_text("utf-8")
    (grants,) = re.findall(r"^```\n(GRANT SELECT, INSERT.*?)^```", page, re.DOTALL | re.MULTILINE)
    return grants.replace("pptbot", role)


@pytest.fixture
def server_url(own_database_url):
    """The URL of a migrated database, for a role with the privileges that deploy.md grants."""
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        conn.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC")
        conn.execute("CREATE ROLE clerk LOGIN")
        conn.execute(read_grants("clerk"))
        conn.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO clerk")
        yield own_database_url.replace("postgres@", "clerk@")
        conn.execute("DROP OWNED BY clerk; DROP ROLE clerk")


def _revoke(own_database_url, grant):
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        conn.execute(f"REVOKE {grant} FROM clerk, PUBLIC")


LACKING = {
    "SELECT ON channels": "SELECT on channels",
    "UPDATE, DELETE ON outbox": "UPDATE, DELETE on outbox",
    "DELETE ON turns, homes": "DELETE on homes, turns",
    "SELECT ON _yoyo_migration": "SELECT on _yoyo_migration",
    "EXECUTE ON FUNCTION record_votes": "EXECUTE on record_votes",
    "USAGE ON SCHEMA public": "USAGE on a schema of its search_path",
}


@pytest.mark.parametrize("grant", LACKING)
async def test_missing_privileges_are_reported(
    server_url, own_database_url, tmp_path, slack, grant
):
    _revoke(own_database_url, grant)
    status, _, err = await run(
        "server", folder=tmp_path, DATABASE_URL=server_url, **slack_variables(slack)
    )
    assert (status, err.count("\n")) == (1, 1)
    why = f"the role clerk lacks {LACKING[grant]}"
    assert f"{why}: grant that, or set DATABASE_URL to a role that has it" in err


@each("words", [["backup"], ["export"], ["verify"]])
async def test_commands_that_read_need_no_further_privileges(server_url, tmp_path, words):
    status, _, err = await run(*words, folder=tmp_path, DATABASE_URL=server_url)
    assert (status, err) == (0, "")


async def test_health_is_503_and_logs_missing_privileges_once(
    server_url, own_database_url, log_lines
):
    database = Database(server_url, PATIENT_LIMITS)
    await database.open()
    answer, request = make_health(database), make_mocked_request("GET", "/health")
    assert (await answer(request)).status == 200
    _revoke(own_database_url, "UPDATE ON leaderboard, told")
    assert [(await answer(request)).status for _ in range(2)] == [503, 503]
    await database.close()
    (line,) = logged(log_lines, "database.forbidden")
    assert line["reason"] == "the role clerk lacks UPDATE on leaderboard, told"


async def test_health_is_503_if_no_vote_can_be_stored(reader, own_database_url):
    for url, status in ((reader, 503), (own_database_url, 200)):
        database = Database(url, PATIENT_LIMITS)
        await database.open()
        answer = await make_health(database)(make_mocked_request("GET", "/health"))
        await database.close()
        assert (answer.status, json.loads(answer.body)["ok"]) == (status, status == 200)


async def test_an_unreachable_database_is_reported_with_a_page_to_read(tmp_path):
    away = "postgresql://nobody@127.0.0.1:1/none"
    status, out, err = await run("verify", folder=tmp_path, DATABASE_URL=away)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.endswith("(see docs/operate/troubleshoot.md#database-away)\n")


async def test_a_standby_is_distinguished_from_an_unreachable_database(tmp_path, database_url):
    read_only = f"{database_url}&options=-c%20default_transaction_read_only%3Don"
    status, out, err = await run("migrate", folder=tmp_path, DATABASE_URL=read_only)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.endswith("(see docs/operate/deploy.md#a-replica-for-reading)\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_on_a_signal_the_server_finishes_in_flight_work_and_exits_0(
    tmp_path, slack, database_url, number
):
    one = await Server.start(tmp_path, DATABASE_URL=database_url, **slack_variables(slack))
    text = "<@U0BOB00002>++"
    ts = slack.workspace.next_ts()
    payload = events.build_message_event(
        slack.workspace, user="U0ANN00001", channel="C0GENERAL1", text=text, ts=ts
    )
    async with aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{one.port}/slack/events"
        delivery = Delivery(address, SIGNING_SECRET, session, **PERSISTENT)
        assert (await delivery.deliver(payload)).status == 200
    await slack.wait_until(lambda: slack.list_posts("general"))
    assert await one.stop(number) == 0
    said = [post.text for post in slack.list_posts("general") if not post.ephemeral_to]
    assert said == ["bob has 1 point (+1)"]


def test_hanging_requests_leave_time_for_the_rest_of_the_shutdown():
    stop_within = (
        10  # docs/operate/deploy.md; aiohttp waits DRAIN before and after canceling requests
    )
    assert stop_within - 2 * DRAIN >= 2


async def test_the_first_step_is_logged_once_slack_has_answered(tmp_path, slack, database_url):
    server = await Server.start(tmp_path, DATABASE_URL=database_url, **slack_variables(slack))
    event = await server.until("server.first_start")
    assert event["next"] == "in a channel in Slack, type /invite @pptbot, then @colleague++"
    assert await server.stop() == 0


async def test_with_a_wrong_token_the_first_step_is_not_logged(tmp_path, slack, database_url):
    given = slack_variables(slack) | {"SLACK_BOT_TOKEN": "xoxb-stranger"}
    server = await Server.start(tmp_path, DATABASE_URL=database_url, **given)
    refused = await server.until("slack.auth")
    assert (refused["reason"], refused["permanent"]) == ("invalid_auth", True)
    async with aiohttp.ClientSession() as http:  # queries the database after all earlier queries
        assert (await http.get(f"http://127.0.0.1:{server.port}/health")).status == 200
    assert await server.stop() == 0
    assert server.logged("server.first_start") == []


async def test_a_secret_can_come_from_a_file(tmp_path, slack, database_url):
    (tmp_path / "secret").write_text(f"{SIGNING_SECRET}\n")
    variables = slack_variables(slack) | {"SLACK_SIGNING_SECRET_FILE": "secret"}
    del variables["SLACK_SIGNING_SECRET"]
    one = await Server.start(tmp_path, DATABASE_URL=database_url, **variables)
    body = b'{"type": "url_verification", "challenge": "x"}'
    headers = events.sign_request(SIGNING_SECRET, body, __import__("time").time())
    async with aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{one.port}/slack/events"
        async with session.post(address, data=body, headers=headers) as answer:
            assert answer.status == 200
    assert await one.stop() == 0
