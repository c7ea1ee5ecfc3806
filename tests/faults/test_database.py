"""A database that goes away: Slack is asked to retry, and nothing counts twice."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import psycopg
import pytest

from app import server
from app.core.settings.definitions import Settings
from app.devtools.fake_slack import events
from app.slack.payloads.events import read_message
from app.usecases import recaps
from tests.faults.load import eventually
from tests.logged import logged
from tests.patience import PATIENCE
from tests.talk import PATIENT, Talk

BOB = "U0BOB00002"


@pytest.fixture
async def talk(slack, config, cluster) -> AsyncIterator[Talk]:
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, cluster.url, PATIENT) as running,
    ):
        yield Talk(slack, running, session)


async def _until_200(talk, payload):
    """Send *payload* until it's accepted, as Slack does; return how often it was refused."""
    refused = 0
    async with asyncio.timeout(PATIENCE):
        while (answer := await talk.deliver(payload)).status != 200:
            assert answer.status == 503, answer
            refused += 1
    return refused


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_database_that_was_away_is_used_again_without_a_restart(talk, cluster, mode):
    await talk.said("@bob++")
    post = talk.write("@bob++")
    payload = events.build_posted_event(talk.slack.workspace, post)
    cluster.stop(mode)
    with talk.hurried(database=0.5):
        assert (await talk.deliver(payload)).status == 503
    cluster.start()
    await _until_200(talk, payload)
    assert (await talk.deliver(payload)).status == 200
    await talk.running.sender.wait_idle()
    assert await talk.scores() == {BOB: 2}
    assert talk.heard() == ["bob has 1 point (+1)", "bob has 2 points (+1)"]


async def test_a_recaps_preview_does_not_wait_for_the_database_like_a_scheduled_one(
    talk, cluster, monkeypatch
):
    monkeypatch.setattr(recaps, "PATIENCE", 60 * PATIENCE)
    cluster.stop()
    with talk.hurried(preview=0.5):
        answer = await talk.command("recap", command="/karma")
    assert answer["text"].startswith("I can't reach my database right now.")


_ELSEWHERE = """
INSERT INTO settings (team_id, channel_id, name, value, changed_by)
VALUES (%(team)s, '', 'max_points', '3', 'U0ANN00001')
"""


async def test_other_processes_decisions_are_followed_after_an_error(talk, cluster, log_lines):
    team = talk.slack.workspace.team_id
    async with await psycopg.AsyncConnection.connect(cluster.url, autocommit=True) as conn:
        await conn.execute("ALTER TABLE workspaces RENAME TO elsewhere")
        await eventually(_make_check(lambda: logged(log_lines, "background.failed")))
        await conn.execute("ALTER TABLE elsewhere RENAME TO workspaces")
        await conn.execute(_ELSEWHERE, {"team": team})
        await conn.execute("SELECT change_rules(%s)", [team])
    rulebook = talk.running.context.rulebook
    await eventually(_make_check(lambda: rulebook.get_settings(team).max_points == 3))


def _make_check(holds):
    async def check():
        return holds()

    return check


async def test_a_database_that_hangs_is_answered_503_while_it_does(talk, cluster):
    await talk.said("@bob++")
    payload = events.build_posted_event(talk.slack.workspace, talk.write("@bob++"))
    cluster.freeze()
    with talk.hurried(database=0.5, page=0.5):
        assert (await talk.deliver(payload)).status == 503
        async with talk.session.get(f"{talk.address}/health") as health:
            assert health.status == 503
    cluster.thaw()
    await _until_200(talk, payload)
    assert await talk.scores() == {BOB: 2}


async def test_a_database_that_only_reads_for_a_while_is_answered_503_and_used_again(talk, cluster):
    await talk.said("@bob++")
    payload = events.build_posted_event(talk.slack.workspace, talk.write("@bob++"))
    cluster.set("default_transaction_read_only", "on")
    with talk.hurried(database=0.5, page=0.5):
        assert (await talk.deliver(payload)).status == 503
        async with talk.session.get(f"{talk.address}/health") as health:
            assert health.status == 503
    cluster.set("default_transaction_read_only", "off")
    await _until_200(talk, payload)
    await talk.running.sender.wait_idle()
    assert await talk.scores() == {BOB: 2}
    assert talk.heard() == ["bob has 1 point (+1)", "bob has 2 points (+1)"]


async def test_a_newcomer_is_greeted_once_the_database_is_back(talk, cluster, log_lines):
    post = await talk.said("@bob++")
    newcomers = talk.running.context.newcomers
    newcomers.greets = True
    message = read_message(events.build_posted_event(talk.slack.workspace, post))
    cluster.stop("fast")
    with talk.hurried(database=0.2):
        newcomers.greet(message, [BOB], Settings())
        while not logged(log_lines, "greetings.wait"):  # noqa: ASYNC110 (the log sends no event)
            await asyncio.sleep(0.01)
    cluster.start()
    await talk.settled()
    assert (len(talk.heard(to="ann")), len(talk.direct("bob"))) == (1, 1)
