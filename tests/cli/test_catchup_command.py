"""`bin/catch-up` counts votes written before the app was installed."""

import asyncio
import signal
from dataclasses import replace

import psycopg
import pytest
from rich.console import Console

from app.cli import usage
from app.cli.catch_up import CatchUpProgress
from app.devtools.fake_slack.composer import compose
from app.devtools.fake_slack.values import Post
from app.slack.catchup.channel_history import TRIES
from app.slack.catchup.progress import ChannelProgress
from app.store import migrations
from app.store.workspace import stored_channels
from tests.patience import PATIENCE
from tests.process import begin, run
from tests.talk import slack_variables

ANN, BOB = "U0ANN00001", "U0BOB00002"
GENERAL, RANDOM = "C0GENERAL1", "C0RANDOM02"
APRIL = 1714000000  # 2024-04-24


@pytest.fixture
def command(tmp_path, slack, database_url):
    """Run the command against the local Slack."""

    async def run_catch_up(*words, **variables):
        given = {"DATABASE_URL": database_url} | slack_variables(slack)
        return await run("catch-up", *words, folder=tmp_path, **given | variables)

    return run_catch_up


def _write(slack, typed, at, channel=GENERAL):
    text, blocks = compose(typed, slack.workspace)
    slack.workspace.add(Post(channel, f"{at:.6f}", text, ANN, blocks))


def _read_board(url, board="users"):
    with psycopg.connect(url) as conn:
        query = "SELECT target_id, score FROM leaderboard WHERE board = %s"
        return dict(conn.execute(query, [board]).fetchall())


async def test_all_missing_variables_are_reported_at_once(tmp_path):
    status, out, err = await run("catch-up", "--since", "2024-04-24", folder=tmp_path)
    assert (status, out) == (1, "")
    problems = [line.split(": ")[1] for line in err.splitlines()]
    assert problems == ["SLACK_BOT_TOKEN is not set", "DATABASE_URL is not set"]


async def test_it_counts_from_a_date_and_prints_a_summary(command, slack, database_url):
    _write(slack, "@bob++", APRIL - 86_400)
    _write(slack, "@bob+++", APRIL + 60)
    _write(slack, "hello", APRIL + 120)
    _write(slack, "@bob++", APRIL + 180, RANDOM)
    status, out, err = await command("--since", "2024-04-25T01:00:00+02:00")
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == "4 channels, 3 messages read, 2 votes counted"
    assert f"{GENERAL}: 2 messages read, 1 vote counted" in out
    assert "\x1b" not in out
    for board in ("users", "users/2024-04", "users/2024-W17"):
        assert _read_board(database_url, board) == {BOB: 3}
    status, out, _ = await command("--since", "2024-04-24T23:00:00")
    assert out.splitlines()[-1] == "4 channels, 3 messages read, 0 votes counted"
    status, out, _ = await command("--since", "2024-04-01")
    assert out.splitlines()[-1] == "4 channels, 4 messages read, 1 vote counted"


async def test_channels_can_be_chosen(command, slack, database_url):
    for channel in (GENERAL, RANDOM, "C0DEVDEV03"):
        _write(slack, "@bob++", APRIL, channel)
    named = ["--channel", GENERAL, "--channel", RANDOM, "--channel", GENERAL]
    status, out, _ = await command("--since", "2024-04-01", *named)
    assert (status, _read_board(database_url)) == (0, {BOB: 2})
    assert not slack.list_calls("users.conversations")
    assert "C0DEVDEV03" not in out


async def test_recent_votes_get_replies_unless_quiet(command, slack, database_url):
    now = float(slack.workspace.next_ts())
    _write(slack, "@bob++", now - 60)
    await command("--since", "2024-04-01", "--quiet")
    with psycopg.connect(database_url) as conn:
        assert conn.execute("SELECT FROM outbox").fetchall() == []
    _write(slack, "@bob++", now - 30)
    await command("--since", "2024-04-01")
    with psycopg.connect(database_url) as conn:
        assert len(conn.execute("SELECT FROM outbox").fetchall()) == 1


async def test_bare_name_of_somebody_elsewhere_counts_as_a_thing(command, slack, database_url):
    general = slack.workspace.channels[GENERAL]
    slack.workspace.channels[GENERAL] = replace(general, away=(BOB,))
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "INSERT INTO members (team_id, user_id, name, handle) VALUES (%s, %s, 'Bob', 'bob')",
            [slack.workspace.team_id, BOB],
        )
    _write(slack, "bob++", float(slack.workspace.next_ts()) - 60)
    await command("--since", "2024-04-01")
    assert _read_board(database_url, "things") == {"thing:bob": 1}


async def test_a_missing_token_is_reported_in_one_line(command):
    status, out, err = await command("--since", "2024-01-01", SLACK_BOT_TOKEN="")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "SLACK_BOT_TOKEN" in err


async def test_failures_of_slack_and_the_database_are_one_line(command, slack, database_url):
    status, _, err = await command("--since", "2024-01-01", SLACK_BOT_TOKEN="xoxb-another")
    assert (status, err.count("\n")) == (1, 1)
    assert "invalid_auth" in err
    slack.fail("users.conversations", error="missing_scope")
    status, _, err = await command("--since", "2024-01-01")
    assert (status, err.count("\n")) == (1, 1)
    assert "channels:read" in err
    for error in ("token_revoked", "not_allowed_token_type"):
        slack.fail("conversations.history", error=error)
        status, _, err = await command("--since", "2024-01-01")
        assert (status, err.count("\n")) == (1, 1)
        assert f"{error} (check SLACK_BOT_TOKEN)" in err
    away = "postgresql://nobody@127.0.0.1:1/none"
    status, _, err = await command("--since", "2024-01-01", DATABASE_URL=away)
    assert (status, err.count("\n")) == (1, 1)
    assert "database" in err
    assert "Connection refused" in err
    read_only = f"{database_url}&options=-c%20default_transaction_read_only%3Don"
    status, _, err = await command("--since", "2024-01-01", DATABASE_URL=read_only)
    assert (status, err.count("\n")) == (1, 1)
    assert "(see docs/operate/deploy.md#a-replica-for-reading)" in err


async def test_only_one_process_catches_up_at_a_time(command, slack, database):
    async with stored_channels.try_catch_up_lock(database, slack.workspace.team_id) as is_held:
        assert is_held
        status, out, err = await command("--since", "2024-01-01")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "another process is catching up" in err


async def test_missing_migrations_are_reported_with_the_command(command, own_database_url):
    with migrations.open_backend(own_database_url) as backend:
        backend.rollback_migrations(backend.to_rollback(migrations.load_all())[:1])
    status, _, err = await command("--since", "2024-01-01", DATABASE_URL=own_database_url)
    assert (status, err.count("\n")) == (1, 1)
    assert "bin/migrate" in err


async def test_skipped_channels_are_listed_and_skipping_all_is_a_failure(command, slack):
    _write(slack, "@bob++", APRIL)
    words = ["--since", "2024-01-01", "--channel", "C0NOWHERE1"]
    status, out, err = await command(*words, "--channel", GENERAL)
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == "skipped 1 channel: C0NOWHERE1 (channel_not_found)"
    status, _, err = await command(*words)
    assert (status, err.count("\n")) == (1, 1)


async def test_a_refused_workspace_is_named_and_the_others_are_read(command, slack, database_url):
    workspace = slack.workspace
    workspace.enterprise_id, workspace.sibling_teams = "E0ALLOFUS1", {"T0SISTER01": "sister"}
    _write(slack, "@bob++", APRIL)
    slack.fail("users.conversations", error="team_access_not_granted")
    status, out, err = await command("--since", "2024-04-01")
    reason = f"{workspace.team_id} (team_access_not_granted)"
    assert (
        err == f"bin/catch-up: Slack does not list the channels of {reason}; the rest is counted\n"
    )
    assert (status, out.splitlines()[-1]) == (1, "4 channels, 1 message read, 1 vote counted")
    assert _read_board(database_url) == {BOB: 1}
    _write(slack, "@bob++", APRIL, RANDOM)
    with psycopg.connect(database_url) as conn:
        heard = "UPDATE channels SET team_id = %s, heard_ts = '1.0' WHERE channel_id = %s"
        conn.execute(heard, [workspace.team_id, RANDOM])
    for words, summary in (
        ([], "3 channels, 1 message read, 0 votes counted"),
        (["--channel", RANDOM], "0 channels, 0 messages read, 0 votes counted"),
        (["--channel", "C0UNLISTED"], "0 channels, 0 messages read, 0 votes counted"),
    ):
        slack.fail("users.conversations", error="team_access_not_granted")
        status, out, err = await command("--since", "2024-04-01", *words)
        assert (status, out.splitlines()[-1]) == (1, summary)
        assert reason in err
    slack.fail("users.conversations", error="team_access_not_granted", times=2)
    status, _, err = await command("--since", "2024-04-01")
    assert (status, err) == (
        1,
        "bin/catch-up: Slack: team_access_not_granted; then run the same command again\n",
    )


async def test_a_failing_channel_is_named_and_the_others_are_read(command, slack, database_url):
    for channel in (GENERAL, RANDOM):
        _write(slack, "@bob++", APRIL, channel)
    slack.fail("conversations.history", status=429, retry_after=0.01, times=TRIES)
    words = ["--since", "2024-04-01", "--channel", GENERAL, "--channel", RANDOM]
    status, out, err = await command(*words)
    assert (status, out.splitlines()[-1]) == (1, "1 channel, 1 message read, 1 vote counted")
    resume = f"bin/catch-up --resume --channel {GENERAL} --channel {RANDOM}"
    assert err.splitlines()[-1] == (
        f"bin/catch-up: Slack did not let the app read {GENERAL} (ratelimited);"
        f" the rest is counted; to continue: {resume}"
    )
    status, out, _ = await command(*resume.split()[1:])
    assert (status, out.splitlines()[-1]) == (0, "1 channel, 1 message read, 1 vote counted")
    assert _read_board(database_url) == {BOB: 2}


def test_the_advice_to_resume_has_the_options_of_the_run():
    screen = CatchUpProgress(Console())
    screen.update(ChannelProgress(GENERAL, 0.5))
    words = ["--channel", GENERAL, "--quiet", "--embedded"]
    options = usage.read_catch_up(["--since", "2024-01-01", *words])
    advice = f"; to continue: bin/catch-up --resume {' '.join(words)}"
    assert screen.describe_resume(options) == advice


async def test_an_interrupted_run_says_how_to_resume(tmp_path, slack, database_url):
    _write(slack, "@bob++", APRIL)
    _write(slack, "@bob++", APRIL, RANDOM)
    slack.fail("conversations.history", status=429, retry_after=600)
    variables = {"DATABASE_URL": database_url} | slack_variables(slack)
    process = await begin(
        "catch-up", "--since", "2024-01-01", "--quiet", folder=tmp_path, **variables
    )
    await slack.wait_until(lambda: slack.list_calls("conversations.history"))
    process.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 128 + signal.SIGTERM
    waiting, stopped = err.decode().splitlines()
    assert waiting == "bin/catch-up: Slack: ratelimited; trying again in 600 s"
    assert "bin/catch-up --resume --quiet" in stopped
    assert (await run("catch-up", "--resume", "--quiet", folder=tmp_path, **variables))[0] == 0
    assert _read_board(database_url) == {BOB: 2}
