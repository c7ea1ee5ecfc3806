"""What one process does while another changes whom names mean, who is out, or who is forgotten."""

import asyncio

import pytest

from app.store.database import Database, Limits
from tests.store import casting
from tests.store.casting import rows
from tests.usecases.acting import Process, edited, later
from tests.usecases.test_mix import find_wrong

_NAMING = "SELECT count(*)::int FROM vote_history WHERE 'U1' IN (voter_id, target_id, slot)"


@pytest.fixture
async def two(database, database_url):
    """Make two processes on one database, with the same settings."""
    other = Database(database_url, Limits())
    await other.open()
    yield lambda **settings: (Process(database, **settings), Process(other, **settings))
    await other.close()


async def scores(process):
    found = await casting.scores(process.database)
    return {who: score for who, score in found.items() if score}


async def wrong(process):
    return await asyncio.to_thread(find_wrong, process.database.url)


async def test_an_edit_just_after_a_merge_is_judged_by_the_names_that_hold(two):
    here, there = two()
    message = await there.say("<@U2>++\n<@U3>++\n<@U4>++")
    await here.merge("U2", "U3")
    await there.edit(message, "<@U2>++\n<@U3>+++\n<@U4>+++", later(1))
    assert await scores(here) == {"U3": 3, "U4": 2}
    assert await wrong(here) == []


async def test_edits_while_accounts_are_merged_and_parted_lose_no_point(two):
    here, there = two()
    old = [await there.say("<@U2>++\n<@U3>++\n<@U4>++") for _ in range(6)]
    changes = [edited(one, "<@U2>++\n<@U3>+++\n<@U4>+++", later(1)) for one in old]
    new = [there.written("<@U2>++", at=later(2)) for _ in range(6)]
    await asyncio.gather(here.merge("U2", "U3"), *map(there.hear, changes), *map(there.hear, new))
    assert await scores(here) == {"U3": 24, "U4": 12}
    assert await wrong(here) == []
    again = [edited(one, "<@U2>+++\n<@U4>++", later(3)) for one in old]
    await asyncio.gather(here.unmerge("U2"), *map(there.hear, again))
    assert sum((await scores(here)).values()) == 6 * 3 + 6
    assert await wrong(here) == []


async def test_a_vote_that_another_process_judges_after_an_opt_out_does_not_count(two):
    here, there = two()
    old = await there.say("<@U2>++")
    await here.opt("U2")
    await there.say("<@U2>++")
    await there.edit(old, "<@U2>+++", later(1))
    post = await there.say("hello", by="U2")
    await there.react(post)
    assert await scores(here) == {"U2": 1}


async def test_a_ban_holds_at_once_in_every_process(two):
    here, there = two()
    await there.say("<@U2>++")
    await here.ban("U1")
    await there.say("<@U2>++")
    assert await scores(here) == {"U2": 1}


@pytest.mark.parametrize("kind", ["delete", "undo"])
async def test_who_is_forgotten_beside_a_change_of_what_was_frozen_is_whole(two, kind):
    here, there = two(undo_window=10**9)
    for number in range(6):
        receiver = f"U2{number}"
        given = [await here.say(f"<@{receiver}>+++", by="U1") for _ in range(7)]
        await there.forget(receiver)  # freezes them
        changes = [
            here.delete(one) if kind == "delete" else here.undo("U1", later()) for one in given
        ]
        await asyncio.gather(*changes[:3], there.forget("U1"), *changes[3:])
        assert await wrong(here) == []
        assert min((await scores(here)).values(), default=0) >= 0
        assert await rows(here.database, _NAMING) == [(0,)]
