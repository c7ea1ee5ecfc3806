"""Slack's Web API failing in every way: votes still count, and replies wait in the database."""

import asyncio
from dataclasses import replace

import psycopg
import pytest

from app import server
from app.core.timings import PRODUCTION
from app.store.outbox import claims
from tests.faults.load import Load, announced, eventually, exact, votes
from tests.logged import logged
from tests.talk import PATIENT

WAYS = {
    "429": {"status": 429, "retry_after": 0.1},
    "500": {"status": 500},
    "silent": {"delay": 3600},
    "reset": {"reset": "before"},
    "lost answers": {"reset": "after"},
    "fatal": {"error": "fatal_error"},
}


@pytest.mark.parametrize("way", WAYS)
async def test_votes_are_answered_while_slack_fails_in_any_way(slack, config, database_url, way):
    cast = votes(slack, 24)
    hasty = replace(PATIENT, lookup=0.05)
    async with server.serve(config, database_url, hasty) as running:
        slack.fail("*", **WAYS[way], times=None)
        load = Load(cast, running.port)
        await load.run()
        await slack.wait_until(lambda: _spoken(slack))
        assert load.statuses == {200: len(cast)}
        slack.heal()
        await exact(database_url, slack, cast)


def _spoken(slack):
    return slack.list_calls("chat.postMessage") or "chat.postMessage" in slack.in_flight


TRYING = ("chat.postMessage", "conversations.replies", "conversations.history")
"""Methods that an attempt to post starts with; it first looks for an earlier post."""
PERMANENT = ("channel_not_found", "not_in_channel", "is_archived", "restricted_action")


@pytest.mark.parametrize("error", PERMANENT)
async def test_votes_count_where_the_app_cannot_post(slack, config, database_url, log_lines, error):
    slack.fail("chat.postMessage", error=error, times=None)
    cast = votes(slack, 12)
    async with server.serve(config, database_url, PATIENT) as running:
        load = Load(cast, running.port)
        await load.run()
        await running.sender.wait_idle()
    assert load.statuses == {200: len(cast)}
    dropped = [line for line in log_lines.read_text().splitlines() if "reply.dropped" in line]
    assert len(dropped) == len(slack.list_calls("chat.postMessage"))
    assert all(error in line for line in dropped)
    await exact(database_url, slack, cast, dropped=True)


_A_MINUTE_LATER = """
WITH later AS (UPDATE turns SET free_at = free_at - interval '1 minute')
UPDATE outbox SET due_at = due_at - interval '1 minute' WHERE done_at IS NULL
"""


def _count_claimed(sender):
    workspaces = [workspace for workspace, _ in sender._workspaces.values()]
    return sum(len(held) for one in workspaces for held in one._posting.values())


async def test_ten_minutes_without_slack_take_little_memory_and_lose_no_reply(
    slack, config, database_url, log_lines
):
    """Minutes pass by backdating pending rows; each minute brings new votes."""
    slack.fail("*", status=500, times=None)
    config = config.model_copy(update={"slack_posts_at_once": 2})
    cast = votes(slack, 200)
    timings = replace(PATIENT, retries=PRODUCTION.retries)
    async with (
        server.serve(config, database_url, timings) as running,
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as conn,
    ):
        sender, tasks = running.sender, len(asyncio.all_tasks())

        async def a_minute_later() -> None:
            # Retried on conflict, as the sender may update the same rows.
            await running.database.run(lambda c: c.execute(_A_MINUTE_LATER))

        def count_tries() -> int:
            return sum(len(slack.list_calls(method)) for method in TRYING)

        for minute in range(10):
            before = count_tries()
            await Load(cast[minute * 20 : minute * 20 + 20], running.port).run()
            await a_minute_later()
            sender.wake()
            await slack.wait_until(lambda n=before: count_tries() > n)
            # Bounded by the posts in flight, each of at most MOST_TOGETHER replies.
            assert _count_claimed(sender) <= claims.MOST_TOGETHER * config.slack_posts_at_once
            assert len(asyncio.all_tasks()) < tasks + 30 + config.slack_posts_at_once

        async def waits_grow() -> bool:
            waits = [line["wait"] for line in logged(log_lines, "reply.again")]
            await a_minute_later()
            sender.wake()
            return waits[0] < 2 and max(waits) > 5

        # The tries made in ten such minutes depend on the machine's speed, so allow more minutes.
        await eventually(waits_grow)
        assert not announced(slack)
        slack.heal()

        async def nothing_waits() -> bool:
            await a_minute_later()
            sender.wake()
            cursor = await conn.execute("SELECT FROM outbox WHERE done_at IS NULL")
            return cursor.rowcount == 0

        await eventually(nothing_waits)
        await exact(database_url, slack, cast)
