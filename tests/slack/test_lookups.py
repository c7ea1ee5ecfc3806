"""Slack lookups: concurrent, deduplicated, within a budget per person, and paused by a 429."""

import asyncio
import contextlib

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from app.devtools.fake_slack import events
from app.slack.client import SlackClient, read_pages
from app.slack.directory.lookups import (
    MOST_AT_ONCE,
    Lookup,
    OverBudgetError,
    WaitingError,
    ask_for,
)

ENGINEERS = "S0ENG00001"
MEMBERS = "usergroups.users.list"


def _groups(first, count):
    return " ".join(f"<!subteam^S0NONE{n:04d}>++" for n in range(first, first + count))


async def _say(talk, text, by="ann"):
    """Deliver a message with exactly *text*; return the HTTP status of the response."""
    post = talk.write("x", by)
    payload = events.build_posted_event(talk.slack.workspace, post)
    payload["event"] |= {"text": text, "blocks": []}
    answer = await talk.deliver(payload)
    await talk.settled()
    return answer.status


async def test_ten_groups_are_looked_up_concurrently(talk):
    talk.slack.fail(MEMBERS, error="no_such_subteam", delay=3600, times=None)
    saying = asyncio.create_task(_say(talk, _groups(0, 10)))
    await talk.slack.wait_until(lambda: talk.slack.in_flight.count(MEMBERS) == 10)
    talk.slack.heal()
    assert await saying == 200


async def test_nonexistent_groups_are_cached(talk):
    for _ in range(3):
        await _say(talk, _groups(0, 5))
    assert len(talk.slack.list_calls(MEMBERS)) == 5


async def test_one_persons_lookup_limit_leaves_others_unaffected(talk):
    for first in range(0, 200, 25):
        await _say(talk, _groups(first, 25), by="eve")
    assert len(talk.slack.list_calls(MEMBERS)) <= 10
    await _say(talk, f"<!subteam^{ENGINEERS}>++", by="ann")
    assert await talk.scores()


async def test_method_is_not_called_again_during_a_429(talk):
    talk.slack.fail(MEMBERS, retry_after=600)
    for _ in range(3):
        assert await _say(talk, f"<!subteam^{ENGINEERS}>++") == 503
    assert len(talk.slack.list_calls(MEMBERS)) == 1
    await talk.said("@bob++")
    assert len(await talk.scores()) == 1


async def test_unknown_user_is_looked_up_once(talk):
    for _ in range(3):
        await talk.command("<@U0NOBODY99>", command="/karma")
    found = [call for call in talk.slack.list_calls("users.info")
             if call.args.get("user") == "U0NOBODY99"]  # fmt: skip
    assert len(found) == 1


def _refusal(status, headers=None):
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data={"ok": False},
        headers=headers or {}, status_code=status,
    )  # fmt: skip
    return SlackApiError("refused", response)


async def test_concurrent_lookups_of_one_key_share_one_call():
    lookup, calls, go = Lookup(SlackClient()), [], asyncio.Event()

    async def call():
        calls.append(1)
        await go.wait()
        return "found"

    asking = [asyncio.create_task(lookup.ask(("T1", "a"), call)) for _ in range(5)]
    await asyncio.sleep(0)
    go.set()
    assert await asyncio.gather(*asking) == ["found"] * 5
    assert len(calls) == 1


async def test_lookup_budget_is_per_person_and_refills():
    now = [0.0]
    lookup = Lookup(SlackClient(), 2, clock=lambda: now[0])

    async def call():
        return "found"

    with ask_for("eve"):
        for n in range(2):
            assert await lookup.ask(("T1", str(n)), call) == "found"
        with pytest.raises(OverBudgetError):
            await lookup.ask(("T1", "3"), call)
    with ask_for("ann"):
        assert await lookup.ask(("T1", "3"), call) == "found"
    now[0] = 61.0
    with ask_for("eve"):
        assert await lookup.ask(("T1", "3"), call) == "found"


async def test_lookups_are_refused_until_retry_after_has_passed():
    now = [0.0]
    lookup = Lookup(SlackClient(), clock=lambda: now[0])

    async def refuse():
        raise _refusal(429, {"Retry-After": "30"})

    async def call():
        return "found"

    with pytest.raises(SlackApiError):
        await lookup.ask(("T1", "a"), refuse)
    now[0] = 29.0
    with pytest.raises(WaitingError):
        await lookup.ask(("T1", "b"), call)
    assert await lookup.ask(("T2", "b"), call) == "found"
    now[0] = 30.5
    assert await lookup.ask(("T1", "b"), call) == "found"


async def test_lookups_that_keep_failing_pause_ever_longer_until_one_succeeds():
    now, tries = [0.0], []
    lookup = Lookup(SlackClient(), clock=lambda: now[0])

    async def fail():
        tries.append(now[0])
        raise _refusal(500)

    async def call():
        return "found"

    async def count_tries(seconds):
        tries.clear()
        for _ in range(10 * seconds):
            with contextlib.suppress(WaitingError, SlackApiError):
                await lookup.ask(("T1", "a"), fail)
            now[0] += 0.1
        return len(tries)

    assert 10 <= await count_tries(60) <= 12
    assert await count_tries(300) <= 31
    assert await lookup.ask(("T2", "b"), call) == "found"
    for _ in range(1100):  # three hours: 2.0 ** 1024 would raise
        now[0] += 10
        with pytest.raises(SlackApiError):
            await lookup.ask(("T1", "a"), fail)
    now[0] += 10
    assert await lookup.ask(("T1", "b"), call) == "found"
    assert await count_tries(1) == 3


async def test_queued_lookups_are_refused_once_slack_asks_to_wait():
    lookup, calls = Lookup(SlackClient()), []

    async def refuse():
        calls.append(1)
        await asyncio.sleep(0)
        raise _refusal(429, {"Retry-After": "30"})

    asking = [lookup.ask(("T1", str(n)), refuse) for n in range(MOST_AT_ONCE + 1)]
    answers = asyncio.gather(*asking, return_exceptions=True)
    assert [type(error) for error in await answers].count(WaitingError) == 1
    assert len(calls) == MOST_AT_ONCE


async def test_lookups_of_one_workspace_do_not_wait_for_those_of_another():
    lookup, go = Lookup(SlackClient()), asyncio.Event()

    async def call():
        return "found"

    slow = [asyncio.create_task(lookup.ask(("T1", str(n)), go.wait)) for n in range(MOST_AT_ONCE)]
    other = asyncio.create_task(lookup.ask(("T2", "1"), call))
    for _ in range(10):
        await asyncio.sleep(0)
    found_first = other.done()
    go.set()
    await asyncio.gather(other, *slow)
    assert found_first


async def test_pages_end_at_their_limit():
    async def call(cursor):
        return {"response_metadata": {"next_cursor": f"{cursor}x"}}

    assert len([page async for page in read_pages(call, 3)]) == 3
