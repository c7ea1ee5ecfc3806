"""A channel's new id, after what admins and operators did before."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from app.core.settings.definitions import Settings
from app.store.outbox import feed, notices
from app.store.outbox.feed import FeedSource
from app.store.votes.history import HistoryQuery, read_history
from app.usecases.notices import find_digest_day
from tests.differences import find_differences_at
from tests.store import casting
from tests.store.casting import rows, wait_until_blocked
from tests.usecases.acting import TEAM, later
from tests.usecases.test_mix import _archive


async def test_a_merge_of_archived_votes_can_be_undone_under_the_new_id(two):
    here, _ = two()
    for channel in ("G", "C"):
        await here.say("<@UB>++ <@UC>+++", "UA", later(days=-9), channel)
    await asyncio.to_thread(_archive, here.database.url, later().date(), "old")
    await here.merge("UB", "UC")
    await here.change_channel_id("G", "C", later())
    await here.unmerge("UB")
    query = (
        "SELECT board, target_id, score FROM leaderboard WHERE board ~ '^channel' AND score <> 0"
    )
    found = await rows(here.database, query)
    assert sorted(found) == [("channel/C", "UB", 2), ("channel/C", "UC", 4)]
    assert await asyncio.to_thread(find_differences_at, here.database.url) == []


async def test_a_vote_heard_twice_is_refunded_to_the_day_that_paid_for_the_one_kept(two):
    here, _ = two(daily_allowance=5)
    message = await here.say("<@UB>++", "UA", later(), "G")
    moved = replace(message, channel="C")
    await here.edit(moved, "<@UB>++++++", later(days=1))
    await here.change_channel_id("G", "C", later(1, days=1))
    await here.delete(moved)
    await here.say("<@UC>++++++", "UA", later(2, days=1), "C")
    assert await casting.scores(here.database) == {"UB": 0, "UC": 5}


@pytest.mark.parametrize("edited", [False, True])
async def test_a_vote_heard_twice_has_the_reason_of_the_one_kept(two, edited):
    here, _ = two()
    message = await here.say("<@UB>++ for the docs, <@UC>++", "UA", later(), "G")
    moved = replace(message, channel="C")
    if edited:
        await here.edit(moved, "<@UB>++ for the tests", later(1))
    else:
        await here.hear(moved)
    await here.change_channel_id("G", "C", later(2))
    given = HistoryQuery(TEAM, ["UA"], "C", ["UA"])
    found = await here.database.run(lambda c: read_history(c, given, 9, given=True))
    standing = [("UB", "the tests")] if edited else [("UB", "the docs"), ("UC", None)]
    assert sorted((one.target, one.reason) for one in found if one.points) == standing


async def say_boosted(here):
    """Give a point while channel G has a boost; return the message as it's heard in C."""
    here.boosted = "G"
    await here.begin_boost(later(), timedelta(hours=1), here=True)
    return replace(await here.say("<@UB>++", "UA", later(1), "G"), channel="C")


async def test_a_vote_heard_twice_is_withdrawn_with_the_boost_of_the_one_kept(two):
    here, _ = two()
    moved = await say_boosted(here)
    await here.hear(moved)
    await here.change_channel_id("G", "C", later(2))
    await here.edit(moved, "<@UB>+++", later(3))
    assert await casting.scores(here.database) == {"UB": 4}
    await here.delete(moved)
    assert await casting.scores(here.database) == {"UB": 0}


async def test_a_vote_heard_twice_is_withdrawn_without_the_boost_of_the_one_dropped(two):
    here, _ = two()
    moved = await say_boosted(here)
    await here.edit(moved, "<@UB>+++", later(2))
    await here.change_channel_id("G", "C", later(3))
    assert await casting.scores(here.database) == {"UB": 2}
    await here.delete(moved)
    assert await casting.scores(here.database) == {"UB": 0}


async def test_a_vote_heard_twice_and_emptied_counts_again_as_the_one_kept(two):
    here, _ = two()
    moved = await say_boosted(here)
    await here.edit(moved, "<@UB>+++", later(2))
    await here.change_channel_id("G", "C", later(3))
    await here.edit(moved, "nothing", later(4))
    await here.edit(moved, "<@UB>++", later(5))
    assert await casting.scores(here.database) == {"UB": 1}


async def test_what_is_said_of_a_vote_heard_twice_names_the_boost_of_the_one_kept(two):
    here, _ = two()
    moved = await say_boosted(here)
    await here.edit(moved, "<@UB>+++", later(2))
    await here.change_channel_id("G", "C", later(3))
    edited = "SELECT max((created_at AT TIME ZONE 'UTC')::date) FROM vote_history"
    ((day,),) = await rows(here.database, edited)

    async def read(conn):
        await feed.follow_ledger(conn, FeedSource(TEAM, "CF", [], 0, later()))
        return (
            await notices.read_received(conn, TEAM, "UB", find_digest_day(Settings(), day)),
            await notices.read_factors(conn, TEAM, [(moved.ts, "C/")]),
        )

    received, factors = await here.database.run(read)
    assert [(one.points, one.factor) for one in received] == [(2, 1)]
    assert factors == {}
    posts = "SELECT body ->> 'factor' FROM outbox WHERE kind = 'feed'"
    assert await rows(here.database, posts) == [("1",)]


_LOCK_TURN = "SELECT FROM turns WHERE (team_id, channel_id) = ('T1', 'C') FOR UPDATE"
_LOCK_REPLIES = "SELECT FROM outbox WHERE (team_id, channel_id) = ('T1', 'C') FOR UPDATE"


async def test_replies_to_a_vote_heard_twice_are_dropped_once_no_sender_has_a_turn(
    two, database_url
):
    here, _ = two()
    moved = replace(await here.say("<@UB>++", "UA", later(), "G"), channel="C")
    await here.hear(moved)
    async with await psycopg.AsyncConnection.connect(database_url) as sender:
        await sender.execute("INSERT INTO turns VALUES ('T1', 'C', now())")
        await sender.commit()
        await sender.execute(_LOCK_TURN)
        change = asyncio.create_task(here.change_channel_id("G", "C", later(1)))
        await wait_until_blocked(here.database, change)
        await sender.execute("SET LOCAL lock_timeout = '1ms'")
        assert (await sender.execute(_LOCK_REPLIES)).rowcount == 1
    assert (await change).heard_twice == 1
