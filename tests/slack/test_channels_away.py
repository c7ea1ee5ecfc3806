"""A channel made private while the app was down isn't shown elsewhere after startup."""

import asyncio
from contextlib import contextmanager, nullcontext
from dataclasses import replace

import aiohttp
import psycopg
import pytest
from psycopg import OperationalError
from slack_sdk.errors import SlackApiError

from app import server
from app.devtools.fake_slack import events
from app.store.database import UnavailableError
from app.store.outbox import homes
from tests.faults.load import eventually
from tests.logged import logged
from tests.patience import PATIENCE
from tests.slack.test_finished_actions import unreadable
from tests.slack.test_home import read_text, second_process, wait_for_page
from tests.slack.test_karma import mark_public
from tests.talk import PATIENT, Talk

PUBLIC_CHANNELS = "SELECT channel_id FROM channels WHERE NOT private ORDER BY channel_id"
_ADD_CHANNEL = "INSERT INTO channels (team_id, channel_id) VALUES (%s, %s) RETURNING 1"
_LOCK_CHANNEL = "SELECT FROM channels WHERE channel_id = %s FOR UPDATE"
_ANY_WAITS = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'channels'"


async def test_recheck_keeps_only_channels_that_slack_confirms_as_public(talk):
    await mark_public(talk, "general", "random", "secret")
    workspace, channels = talk.slack.workspace, talk.running.context.channels
    made_private, without_app = workspace.find_channel("random"), workspace.find_channel("general")
    workspace.channels[made_private.id] = replace(made_private, is_private=True)
    workspace.channels[without_app.id] = replace(without_app, is_member=False)
    await channels.mark_privacy_unknown()
    assert await talk.rows(PUBLIC_CHANNELS) == []
    await channels.recheck()
    assert await talk.rows(PUBLIC_CHANNELS) == [(without_app.id,)]


@pytest.mark.parametrize(
    ("fault", "retried"),
    [
        ({"error": "team_access_not_granted"}, False),
        ({"error": "service_unavailable"}, True),
        ({"status": 503}, True),
    ],
)
async def test_failing_workspace_does_not_stop_recheck_of_others(talk, fault, retried):
    await mark_public(talk, "general")
    talk.slack.workspace.enterprise_id = "E0ORG00001"
    channels = talk.running.context.channels
    await channels.mark_privacy_unknown()
    # A workspace that has removed the app must not hide the others, or have all of them retried
    # soon.
    await talk.rows("INSERT INTO workspaces (team_id) VALUES ('T0GONE0001') RETURNING 1")
    await talk.rows(
        "INSERT INTO channels (team_id, channel_id) VALUES ('T0GONE0001', 'C0GONE0001') RETURNING 1"
    )
    talk.slack.fail("users.conversations", **fault)
    with pytest.raises(SlackApiError) if retried else nullcontext():
        await channels.recheck()
    assert await talk.rows(PUBLIC_CHANNELS) == [(talk.id_of("general"),)]


async def test_channel_is_not_public_while_slack_cannot_confirm_it(talk):
    await mark_public(talk, "general")
    channels = talk.running.context.channels
    talk.slack.workspace.channels.pop("C0RANDOM02", None)
    talk.slack.fail("conversations.info", status=500, times=None)
    general = talk.slack.workspace.find_channel("general")
    talk.slack.workspace.channels[general.id] = replace(general, is_member=False)
    await channels.mark_privacy_unknown()
    await channels.recheck()
    assert await talk.rows(PUBLIC_CHANNELS) == []


async def test_no_channel_is_public_after_startup_until_slack_confirms_it(
    talk, config, database_url
):
    await mark_public(talk, "general")
    async with second_process(talk, config, database_url):
        assert await talk.rows(PUBLIC_CHANNELS) == []


async def test_public_channels_are_rechecked_at_startup(talk, config, database_url):
    await mark_public(talk, "general", "secret")
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, replace(PATIENT, channels=0)) as running,
    ):
        again = Talk(talk.slack, running, session)

        async def is_rechecked() -> bool:
            return await again.rows(PUBLIC_CHANNELS) == [("C0GENERAL1",)]

        await eventually(is_rechecked)


async def test_failed_recheck_is_repeated(talk, config, database_url, monkeypatch, log_lines):
    await mark_public(talk, "general", "secret")
    monkeypatch.setattr("app.slack.directory.channels._RETRIED_AFTER", 0)
    talk.slack.fail("users.conversations", status=503)
    async with server.serve(config, database_url, replace(PATIENT, channels=0)):

        async def is_rechecked() -> bool:
            return await talk.rows(PUBLIC_CHANNELS) == [("C0GENERAL1",)]

        await eventually(is_rechecked)
    assert len(logged(log_lines, "channels.unchecked")) == 1


async def test_news_of_a_channel_during_a_failing_store_is_stored(talk, monkeypatch):
    channels, team = talk.running.context.channels, talk.slack.workspace.team_id
    general = talk.id_of("general")
    channels.note(team, general, private=False)

    async def fail(*_):
        channels.note(team, general, private=True)
        raise UnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(talk.running.database, "run", fail)
        with pytest.raises(UnavailableError):
            await channels.flush()
    await channels.flush()
    assert await talk.rows("SELECT channel_id, private FROM channels") == [(general, True)]


async def test_types_of_channels_are_stored_once_the_database_is_back(talk):
    channels, general = talk.running.context.channels, talk.id_of("general")
    channels.note(talk.slack.workspace.team_id, general, private=False)
    with unreadable(""), pytest.raises(UnavailableError):
        await channels.flush()
    await channels.flush()
    assert await talk.rows(PUBLIC_CHANNELS) == [(general,)]


async def test_locked_channel_of_another_workspace_delays_no_vote(talk, database_url):
    channels = talk.running.context.channels
    await talk.rows("INSERT INTO channels (team_id, channel_id) VALUES ('T2', 'C2') RETURNING 1")
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        await conn.execute("SELECT FROM channels WHERE team_id = 'T2' FOR UPDATE")
        channels.note("T2", "C2", private=False)
        await talk.said("@bob++")
        assert talk.heard() == ["bob has 1 point (+1)"]
        assert await talk.rows(PUBLIC_CHANNELS) == [(talk.id_of("general"),)]
    await channels.flush()
    assert ("C2",) in await talk.rows(PUBLIC_CHANNELS)


async def test_vote_waits_only_until_its_own_channel_is_stored(talk, database_url):
    channels, team = talk.running.context.channels, talk.slack.workspace.team_id
    own, later = talk.id_of("general"), talk.id_of("random")
    for one in (own, later):
        await talk.rows(_ADD_CHANNEL, team, one)
    async with (
        await psycopg.AsyncConnection.connect(database_url) as first,
        await psycopg.AsyncConnection.connect(database_url) as second,
    ):
        await first.execute(_LOCK_CHANNEL, [own])
        await second.execute(_LOCK_CHANNEL, [later])
        channels.note(team, own, private=False)
        votes = [asyncio.create_task(channels.store_new(team, own)) for _ in range(3)]
        await eventually(lambda: talk.rows(_ANY_WAITS))
        channels.note(team, later, private=False)
        await first.rollback()
        await asyncio.gather(*votes)
        assert await talk.rows(PUBLIC_CHANNELS) == [(own,)]
    await channels.store_new(team, later)
    assert await talk.rows(PUBLIC_CHANNELS) == [(own,), (later,)]


async def test_locked_channel_of_another_workspace_delays_no_recheck(talk, database_url):
    await mark_public(talk, "general")
    await talk.rows("INSERT INTO channels (team_id, channel_id) VALUES ('T0A', 'C2') RETURNING 1")
    await talk.rows("INSERT INTO workspaces (team_id) VALUES ('T0A') RETURNING 1")
    channels = talk.running.context.channels
    await channels.mark_privacy_unknown()
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        await conn.execute("SELECT FROM channels WHERE team_id = 'T0A' FOR UPDATE")
        async with asyncio.timeout(PATIENCE):
            while (talk.id_of("general"),) not in await talk.rows(PUBLIC_CHANNELS):
                with talk.hurried(database=0.5), pytest.raises(UnavailableError):
                    await channels.recheck()


async def test_open_home_follows_result_of_channel_recheck(talk):
    await mark_public(talk, "general", "random")
    await talk.said("@bob++ for the docs")
    await talk.said("@bob++ for the tea", channel="random")
    channels, workspace = talk.running.context.channels, talk.slack.workspace
    await channels.mark_privacy_unknown()
    assert "the docs" not in read_text(await talk.open_home("bob"))
    await channels.recheck()
    assert "the tea" in read_text(await wait_for_page(talk, "bob", has="the docs"))
    random = workspace.find_channel("random")
    workspace.channels[random.id] = replace(random, is_private=True)
    await channels.recheck()

    async def is_gone() -> bool:
        return "the tea" not in read_text(talk.home("bob"))

    await eventually(is_gone)
    assert "the docs" in read_text(talk.home("bob"))


async def test_open_home_is_updated_despite_lost_database_connection(talk, monkeypatch):
    await mark_public(talk, "general")
    await talk.said("@bob++ for the docs")
    assert "the docs" in read_text(await talk.open_home("bob"))
    outdate, tries = homes.outdate_all, []

    async def lose_the_first(conn, team):
        tries.append(team)
        if len(tries) == 1:
            raise OperationalError("the connection is lost")
        await outdate(conn, team)

    monkeypatch.setattr(homes, "outdate_all", lose_the_first)
    channels = talk.running.context.channels
    channels.note(talk.slack.workspace.team_id, talk.id_of("general"), private=True)
    await channels.flush()

    async def is_gone() -> bool:
        return "the docs" not in read_text(talk.home("bob"))

    await eventually(is_gone)
    assert len(tries) == 2


async def test_open_home_hides_votes_when_channel_turns_private(talk):
    await mark_public(talk, "general", "random")
    await talk.said("@bob++ for the docs")
    channels, team = talk.running.context.channels, talk.slack.workspace.team_id
    assert "the docs" in read_text(await talk.open_home("bob"))
    channels.note(team, talk.id_of("random"), private=False)
    channels.note(team, "G0NEW00001", private=True)
    before = await talk.rows("SELECT asked FROM homes")
    await channels.flush()
    assert await talk.rows("SELECT asked FROM homes") == before
    channels.note(team, talk.id_of("general"), private=True)
    await channels.flush()
    await wait_for_page(talk, "bob", has="None that I can show here.")


def turn_private(talk, name):
    """Turn a channel private; return the event of a message written before."""
    workspace = talk.slack.workspace
    written = talk.write("@bob++ for the tea", channel=name)
    before = events.build_posted_event(workspace, written)
    channel = workspace.find_channel(name)
    workspace.channels[channel.id] = replace(channel, is_private=True)
    return before


async def test_late_message_does_not_make_private_channel_public(talk):
    late = turn_private(talk, "random")
    await talk.said("hello", channel="random")
    await talk.told(late)
    assert "the tea" not in read_text(await talk.open_home("bob"))
    assert await talk.rows(PUBLIC_CHANNELS) == []


async def test_late_message_does_not_override_lookup_that_said_private(talk):
    late, channels = turn_private(talk, "random"), talk.running.context.channels
    assert not await channels.is_public(talk.slack.workspace.team_id, talk.id_of("random"))
    await talk.told(late)
    assert "the tea" not in read_text(await talk.open_home("bob"))


async def test_late_message_after_restart_does_not_make_channel_public(talk, config, database_url):
    late = turn_private(talk, "random")
    await talk.said("hello", channel="random")
    await talk.running.context.channels.flush()
    async with second_process(talk, config, database_url) as again:
        await again.told(late)
        assert "the tea" not in read_text(await again.open_home("bob"))
    assert await talk.rows(PUBLIC_CHANNELS) == []


@contextmanager
def turn_private_during_lookup(talk, name, *, fails=False):
    """Turn a channel private during a lookup, and deliver a message from it before the response.

    With *fails*, the lookup times out instead.
    """
    client = talk.running.context.client
    look_up, lookups = client.conversations_info, []

    async def answer_late(**args):
        before = await look_up(**args)
        if not lookups:
            lookups.append(args)
            turn_private(talk, name)
            await talk.said("hello", channel=name)
        if fails:
            raise TimeoutError
        return before

    client.conversations_info = answer_late
    try:
        yield
    finally:
        del client.conversations_info
    assert lookups


async def test_stale_lookup_by_give_form_does_not_make_channel_public(talk):
    await talk.shortcut("give_karma")
    with turn_private_during_lookup(talk, "random"):
        await talk.submit(
            talk.view(), give_karma_points="1", give_karma_whom="bob",
            give_karma_channel="random", give_karma_reason="the tea",
        )  # fmt: skip
    assert "the tea" not in read_text(await talk.open_home("bob"))
    await talk.running.context.channels.flush()
    assert await talk.rows(PUBLIC_CHANNELS) == []


async def test_failed_lookup_does_not_fall_back_on_stale_public_row(talk, config, database_url):
    async with second_process(talk, config, database_url) as again:
        await mark_public(talk, "random")
        await talk.running.context.channels.flush()
        channels, where = again.running.context.channels, talk.id_of("random")
        with turn_private_during_lookup(again, "random", fails=True):
            assert not await channels.is_public(talk.slack.workspace.team_id, where)


async def test_stale_shared_lookup_does_not_make_channel_public(talk):
    channels, team = talk.running.context.channels, talk.slack.workspace.team_id
    client, where = talk.running.context.client, talk.id_of("random")
    look_up, release, waiting = client.conversations_info, asyncio.Event(), asyncio.Event()

    async def answer_late(**args):
        before = await look_up(**args)
        waiting.set()
        await release.wait()
        return before

    client.conversations_info = answer_late
    first = asyncio.create_task(channels.is_public(team, where))
    await waiting.wait()
    turn_private(talk, "random")
    await talk.said("hello", channel="random")
    channels._private.clear()  # expire the cache
    later = asyncio.create_task(channels.is_public(team, where))
    await asyncio.sleep(0)
    release.set()
    assert not await first
    assert not await later
    del client.conversations_info
