"""A finished action is reported as finished, even if the database goes away before the reply.

A user who is told of a failure would repeat the action.
"""

import asyncio
from contextlib import contextmanager

import psycopg

from tests import sent_sql
from tests.faults.load import eventually
from tests.patience import PATIENCE
from tests.slack.test_home import second_process
from tests.slack.test_merging import karma, read_text
from tests.slack.test_typed_names import FIRST, announce, find_question, say

BOB, CAROL = "U0BOB00002", "U0CAROL003"
ACTS = "SELECT act, about FROM audit ORDER BY id"
LOCKS = """SELECT pid FROM pg_locks JOIN pg_database AS d ON d.oid = database
WHERE datname = current_database() AND relation = """
WAITING = LOCKS + "%s::regclass AND NOT granted"
"""Selects the sessions that wait for a table; the app's background work may wait for others."""
STORING = LOCKS + "'leaderboard'::regclass AND granted AND mode = 'RowExclusiveLock'"


@contextmanager
def unreadable(part):
    """Make statements that contain *part* fail while inside; the rest of the database works."""
    sent_sql.refused.add(part)
    try:
        yield
    finally:
        sent_sql.refused.clear()


def names_unreadable():
    """Make reads of members' names fail while inside."""
    return unreadable("FROM members")


async def test_adjustment_is_reported_when_names_are_unreadable(talk):
    with names_unreadable():
        reply = await karma(talk, "adjust @carol +5 for the tea")
    assert reply == 'somebody had 0 points and now has 5 (+5: "the tea").'
    assert await talk.scores() == {CAROL: 5}


async def test_adjustment_is_reported_in_time_when_names_are_locked(talk, database_url):
    with psycopg.connect(database_url) as conn:
        conn.execute("LOCK TABLE members IN ACCESS EXCLUSIVE MODE")
        with talk.hurried(answer=0.2):
            reply = await karma(talk, "adjust @carol +5")
    assert reply == "somebody had 0 points and now has 5 (+5)."


async def test_unban_is_reported_when_names_are_unreadable(talk, config, database_url):
    await karma(talk, "ban @carol")
    async with second_process(talk, config, database_url) as other:
        with names_unreadable():
            assert await karma(other, "unban @carol") == "Points from somebody count again."


async def test_merge_and_unmerge_are_reported_when_names_are_unreadable(talk, config, database_url):
    await karma(talk, "adjust @bob +3")
    assert await karma(talk, "merge @bob into @carol") == ""
    async with second_process(talk, config, database_url) as other:
        with names_unreadable():
            await other.submit(other.view())
            reply = "somebody is now merged into somebody, whose score was 0 and is now 3."
            assert read_text(other.view()) == reply
            reply = "The merge is undone: somebody has 3 points again, and somebody has 0."
            assert await karma(other, "unmerge @bob") == reply
    assert (await talk.rows(ACTS))[1:] == [("merge", BOB), ("unmerge", BOB)]


async def test_undo_is_reported_when_names_are_unreadable(talk):
    await talk.decide(replies="silent", first_points=False)
    await talk.said("@carol++ for the tea")
    await talk.said("@dave++ for the docs")
    with names_unreadable():
        reply = await karma(talk, "undo")
    assert reply.startswith('Undone: somebody +1 "the docs" (here, just now).')
    assert {who: points for who, points in (await talk.scores()).items() if points} == {CAROL: 1}


async def test_undo_is_reported_when_earlier_votes_are_unreadable(talk):
    await talk.decide(replies="silent")
    await talk.said("@carol++ for the tea")
    await talk.said("@bob++")
    undo = talk.press(await talk.command("", command="/karma"), "karma_undo")
    with unreadable("WITH row AS"):
        await talk.deliver_interaction(undo)
    assert talk.updates()[-1]["text"] == "Undone: bob +1 (here, just now)."


async def test_typed_name_answer_is_reported_when_names_are_unreadable(talk, config, database_url):
    await announce(talk, "bob")
    await say(talk, "@bob++")
    press = talk.press(find_question(talk), FIRST)
    async with second_process(talk, config, database_url) as other:
        with names_unreadable():
            answer = await other.deliver_interaction(press)
    assert answer.status == 200
    assert "somebody" in talk.updates()[-1]["text"]
    assert await talk.scores() == {BOB: 1}


async def test_give_form_is_accepted_if_the_database_stalls_after_storing(talk, database_url):
    """The database stops answering right after the points are stored."""
    await talk.decide(replies="silent")
    await talk.shortcut("give_karma")
    connect = psycopg.AsyncConnection.connect
    async with await connect(database_url) as before, await connect(database_url) as after:
        await before.execute("LOCK TABLE outbox IN EXCLUSIVE MODE")

        async def stored():
            return await talk.rows(f"{WAITING} AND pid IN ({STORING})", "outbox")

        async def locked():
            mode = "AccessExclusiveLock"
            return await talk.rows(f"{WAITING} AND mode = %s", "leaderboard", mode)

        with talk.hurried(database=PATIENCE / 5):
            giving = asyncio.create_task(
                talk.submit(
                    talk.view(), give_karma_points="1", give_karma_whom="bob",
                    give_karma_channel="general",
                )
            )  # fmt: skip
            await eventually(stored)
            locking = asyncio.create_task(
                after.execute("LOCK TABLE leaderboard IN ACCESS EXCLUSIVE MODE")
            )
            await eventually(locked)
            await before.rollback()
            await locking
            assert await giving == {}
    assert await talk.scores() == {BOB: 1}
