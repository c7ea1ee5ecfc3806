"""What waits to be said: in time, at Slack's pace, once, whatever Slack answers."""

import asyncio
import contextlib

import aiohttp
import pytest

from app import server
from app.devtools.fake_slack import events
from tests.talk import Talk


async def _votes(talk, *typed):
    """Deliver several messages at once, so that their replies wait for each other."""
    posts = [talk.write(text) for text in typed]
    payloads = [events.build_posted_event(talk.slack.workspace, post) for post in posts]
    assert {a.status for a in await asyncio.gather(*map(talk.deliver, payloads))} == {200}
    return posts


async def test_replies_that_wait_for_the_channel_are_put_together(slack, config, database_url):
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, pace=0.3) as running,
    ):
        talk = Talk(slack, running, session)
        await _votes(talk, *(f"thing{n}++" for n in range(10)))
        await running.sender.wait_idle()
    said = [line for text in talk.heard() for line in text.split("\n")]
    assert sorted(said) == sorted(f"thing{n} has 1 point (+1)" for n in range(10))
    assert len(talk.heard()) <= 3


async def test_a_channel_gets_at_most_one_post_a_second(slack, config, database_url):
    slack.one_post_a_second = True
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url) as running,
    ):
        talk = Talk(slack, running, session)
        await talk.said("one++")
        await _votes(talk, "two++", "three++")
        await running.sender.wait_idle()
    calls = slack.list_calls("chat.postMessage")
    assert [call.status for call in calls] == [200] * len(calls)
    assert len(calls) == 2


async def test_replies_to_several_threads_put_together_go_to_the_channel(talk):
    talk.slack.fail("chat.postMessage", status=500)
    await _votes(talk, "one++", "two++")
    await talk.running.sender.wait_idle()
    posts = talk.slack.list_posts("general")
    assert sum(post.text.count("has 1 point") for post in posts) == 2
    assert all((post.thread_ts is None) == ("\n" in post.text) for post in posts)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 1},
        {"status": 500},
        {"error": "internal_error"},
        {"reset": "before"},
        {"reset": "after"},
    ],
)
async def test_a_reply_that_failed_is_said_once(talk, fault):
    talk.slack.fail("chat.postMessage", **fault)
    await talk.said("@bob++")
    assert talk.heard() == ["bob has 1 point (+1)"]


@pytest.mark.parametrize(
    "error", ["channel_not_found", "not_in_channel", "is_archived", "token_revoked"]
)
async def test_a_permanent_refusal_drops_the_reply_with_one_line(talk, log_lines, error):
    talk.slack.fail("chat.postMessage", error=error, times=None)
    await talk.said("@bob++")
    assert len(talk.slack.list_calls("chat.postMessage")) == 1
    lines = [line for line in log_lines.read_text().splitlines() if "reply.dropped" in line]
    assert len(lines) == 1
    assert error in lines[0]
    assert await talk.scores() != {}


async def test_slack_being_slow_does_not_keep_votes_waiting(talk):
    talk.slack.fail("chat.postMessage", delay=0.5)
    post = talk.write("@bob++")
    answer = await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    assert answer.status == 200
    assert talk.heard() == []
    await talk.running.sender.wait_idle()
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_what_was_not_said_when_the_app_stopped_is_said_by_the_next_once(
    slack, config, database_url
):
    slack.fail("chat.postMessage", status=500, times=None)
    async with _app(slack, config, database_url) as talk:
        post = talk.write("@bob++")
        await talk.deliver(events.build_posted_event(slack.workspace, post))
        await slack.wait_until(lambda: slack.list_calls("chat.postMessage"))
    slack.heal()
    async with _app(slack, config, database_url) as talk:
        await talk.running.sender.wait_idle()
        assert talk.heard() == ["bob has 1 point (+1)"]


async def test_two_apps_on_one_database_say_each_reply_once(slack, config, database_url):
    async with (
        _app(slack, config, database_url) as one,
        _app(slack, config, database_url) as two,
    ):
        for n in range(6):
            await _votes(one if n % 2 else two, f"thing{n}++")
        await one.running.sender.wait_idle()
        await two.running.sender.wait_idle()
        said = sorted(line for text in one.heard() for line in text.split("\n"))
    assert said == [f"thing{n} has 1 point (+1)" for n in range(6)]


async def test_a_reply_whose_answer_was_lost_is_found_by_the_next_process(
    slack, config, database_url
):
    async with _app(slack, config, database_url) as talk:
        await talk.said("@bob++")
        # As a process leaves it that dies between posting and noting so.
        await talk.rows(
            "UPDATE outbox SET done_at = NULL, posted_ts = NULL, claimed_until = now() RETURNING id"
        )
    async with _app(slack, config, database_url) as talk:
        await talk.running.sender.wait_idle()
        assert talk.heard() == ["bob has 1 point (+1)"]
        assert await talk.rows("SELECT posted_ts FROM outbox") == [
            (slack.list_posts("general")[0].ts,)
        ]


async def test_a_reply_that_cannot_be_worded_does_not_silence_the_others(talk, log_lines):
    await talk.rows(
        "INSERT INTO outbox (team_id, channel_id, message_ts, kind, body)"
        " VALUES ('T1', 'C1', '1.1', 'votes', '[{\"nonsense\": 1}]') RETURNING 1"
    )
    post = talk.write("@bob++")
    assert (await talk.deliver(events.build_posted_event(talk.slack.workspace, post))).status == 200
    await talk.slack.wait_until(lambda: talk.heard() == ["bob has 1 point (+1)"])
    assert "reply.failed" in log_lines.read_text()


@contextlib.asynccontextmanager
async def _app(slack, config, database_url):
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, pace=0.02) as running,
    ):
        yield Talk(slack, running, session)
