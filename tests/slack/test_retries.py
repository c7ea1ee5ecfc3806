"""Replies that can't be delivered: what waits with them, and until when."""

import asyncio
from types import SimpleNamespace

import pytest

from app.core.timings import PRODUCTION
from app.devtools.fake_slack import events
from app.slack.client import Failure
from app.slack.outbound.retries import Retries
from app.store.outbox.outbox import POST, UPDATE
from tests.faults.load import eventually
from tests.logged import logged

_TIMEOUT = Failure("TimeoutError", unsure=True)
_PAUSES = PRODUCTION.retries
_LET_BE_DUE = "UPDATE outbox SET due_at = now(), attempts = %s WHERE done_at IS NULL RETURNING 1"
_POSTPONED = """
SELECT FROM outbox WHERE done_at IS NULL
HAVING min(due_at) FILTER (WHERE attempts > 0) > now() + interval '20 minutes'
"""


class Clock:
    """A clock that tests move."""

    now = 1000.0

    def read(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def retries(clock):
    return Retries(clock.read)


def batch(ident=1, method=POST, attempts=1):
    return [SimpleNamespace(id=ident, method=method, attempts=attempts, channel_id="C1")]


def time_out(retries, attempts=20):
    """Let a reply that has failed often time out again."""
    return retries.note_failure(batch(1, UPDATE, attempts), _TIMEOUT, UPDATE, _PAUSES)


def test_a_method_pauses_ever_longer_while_it_never_responds(retries, clock):
    waits = []
    for _ in range(9):
        wait, pause = time_out(retries)
        assert wait >= 48
        assert pause == 0
        waits.append(retries.get_wait(UPDATE))
        clock.now += waits[-1]
    expected = [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert [0.8 * e <= w <= 1.2 * e for w, e in zip(waits, expected, strict=True)] == [True] * 9


def test_a_method_that_responds_again_is_no_longer_paused(retries, clock):
    for _ in range(6):
        time_out(retries)
        clock.now += retries.get_wait(UPDATE)
    time_out(retries)
    retries.note_success(UPDATE)
    assert retries.list_held() == []
    time_out(retries)
    assert retries.get_wait(UPDATE) <= 1.2


def test_simultaneous_timeouts_count_as_one(retries):
    for _ in range(20):
        time_out(retries)
    assert retries.get_wait(UPDATE) <= 1.2


def test_a_success_ends_no_pause_that_slack_asked_for(retries):
    time_out(retries)
    retries.note_failure(batch(2, UPDATE), Failure("ratelimited", wait=30), UPDATE, _PAUSES)
    retries.note_success(UPDATE)
    assert retries.get_wait(UPDATE) == 30


def test_a_post_that_fails_alone_stops_keeping_its_channel(retries):
    """After one more failure, nothing says that Slack is away, and others are posted."""
    for attempts in range(1, 6):
        wait, pause = retries.note_failure(batch(1, POST, attempts), _TIMEOUT, POST, _PAUSES)
        assert pause == wait
    assert retries.note_failure(batch(1, POST, 6), _TIMEOUT, POST, _PAUSES)[1] == 0
    assert retries.list_held() == []
    wait, pause = retries.note_failure(batch(2, POST, 6), _TIMEOUT, POST, _PAUSES)
    assert pause == wait / 2
    retries.note_success(POST)
    assert [retries.tries_alone(batch(ident)) for ident in (1, 2)] == [True, False]
    assert retries.note_failure(batch(1, POST, 7), _TIMEOUT, POST, _PAUSES)[1] == 0


async def test_reply_that_slack_always_refuses_holds_up_no_others(talk, log_lines):
    with talk.hurried(retries=(3600, 3600)):
        await fail(talk, log_lines, 1, "@bob++", error="service_unavailable")
        await fail(talk, log_lines, 2, error="service_unavailable")
        await deliver(talk, "@carol++", "@dave++")
        await talk.slack.wait_until(lambda: "".join(talk.heard()).count("point") == 2)
    said = sorted("\n".join(talk.heard()).split("\n"))
    assert said == ["carol has 1 point (+1)", "dave has 1 point (+1)"]


async def test_replies_in_one_post_with_a_refused_one_are_posted_without_it(talk, log_lines):
    with talk.hurried(retries=(3600, 3600)):
        await fail(talk, log_lines, 1, "@bob++", error="service_unavailable")
        await deliver(talk, "@carol++")
        await fail(talk, log_lines, 2, error="service_unavailable")
        await deliver(talk, "@eve++", channel="random")
        await talk.slack.wait_until(lambda: talk.heard(channel="random"))
        await until_tried(talk, log_lines, 2)
        await fail(talk, log_lines, 3, error="service_unavailable")
        await talk.slack.wait_until(lambda: talk.heard() == ["carol has 1 point (+1)"])


async def test_search_that_times_out_keeps_no_second_channel_busy(talk, log_lines):
    for method in ("conversations.replies", "conversations.history"):
        talk.slack.fail(method, delay=3600, times=None)
    with talk.hurried(retries=(3600, 3600)):
        await fail(talk, log_lines, 1, "@bob++", reset="after")
        with talk.hurried(call=0.5):
            await retry(talk)
            await until_tried(talk, log_lines, 2)
        await fail(talk, log_lines, 3, "@carol++", channel="random", reset="after")
        await retry(talk)
        await deliver(talk, "@dave++", channel="random")
        await talk.slack.wait_until(lambda: len(talk.heard(channel="random")) == 2)
    assert talk.slack.in_flight.count("conversations.replies") == 1


async def fail(talk, log_lines, nr, *typed, channel="general", **fault):
    """Let a post fail as the *nr*-th: that of a new message, or else of all that wait."""
    talk.slack.fail("chat.postMessage", **fault)
    if typed:
        await deliver(talk, *typed, channel=channel)
    else:
        await retry(talk, attempts=5)
    await until_tried(talk, log_lines, nr)


async def until_tried(talk, log_lines, nr):
    """Wait until *nr* tries have failed, and the last of them is stored."""

    async def tried():
        return len(logged(log_lines, "reply.again")) >= nr and await talk.rows(_POSTPONED)

    await eventually(tried)


async def retry(talk, attempts=1):
    """Let all replies be due now, after *attempts*."""
    await talk.rows(_LET_BE_DUE, attempts)
    await talk.rows("UPDATE turns SET free_at = now() RETURNING 1")  # last: claims take all


async def deliver(talk, *typed, channel="general"):
    """Deliver messages without waiting for their replies."""
    posts = [talk.write(text, channel=channel) for text in typed]
    told = [talk.deliver(events.build_posted_event(talk.slack.workspace, post)) for post in posts]
    assert {answer.status for answer in await asyncio.gather(*told)} == {200}
