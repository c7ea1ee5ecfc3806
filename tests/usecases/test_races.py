"""Votes in one process while another changes merges, opt-outs or bans, or forgets somebody."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from app.core.commands.admin import UnfitCommand
from app.core.reactions import Reaction
from app.core.settings.definitions import Notices
from app.core.vote import Vote
from app.store.database import UnavailableError
from app.store.outbox import feed
from app.store.outbox.feed import FeedSource
from app.store.votes import offers, reactions
from app.store.workspace.workspace_rules import StaleRulesError
from app.usecases import typed_names
from app.usecases.reaction_votes import find_reaction_target, react
from app.usecases.vote_context import apply_rules
from tests.differences import find_differences_at
from tests.store import casting
from tests.store.casting import rows, wait_until_blocked
from tests.usecases.acting import Process, build_edit, later

_NAMING = "SELECT count(*)::int FROM vote_history WHERE 'U1' IN (voter_id, target_id, slot)"


async def scores(process):
    found = await casting.scores(process.database)
    return {who: score for who, score in found.items() if score}


async def find_differences(process):
    return await asyncio.to_thread(find_differences_at, process.database.url)


async def test_an_edit_just_after_a_merge_is_judged_by_the_merged_names(two):
    here, there = two()
    message = await there.say("<@U2>++\n<@U3>++\n<@U4>++")
    await here.merge("U2", "U3")
    await there.edit(message, "<@U2>++\n<@U3>+++\n<@U4>+++", later(1))
    assert await scores(here) == {"U3": 3, "U4": 2}
    assert await find_differences(here) == []


async def test_edits_during_merges_and_unmerges_lose_no_point(two):
    here, there = two()
    old = [await there.say("<@U2>++\n<@U3>++\n<@U4>++") for _ in range(6)]
    changes = [build_edit(one, "<@U2>++\n<@U3>+++\n<@U4>+++", later(1)) for one in old]
    new = [there.build_message("<@U2>++", at=later(2)) for _ in range(6)]
    await asyncio.gather(here.merge("U2", "U3"), *map(there.hear, changes), *map(there.hear, new))
    assert await scores(here) == {"U3": 24, "U4": 12}
    assert await find_differences(here) == []
    again = [build_edit(one, "<@U2>+++\n<@U4>++", later(3)) for one in old]
    await asyncio.gather(here.unmerge("U2"), *map(there.hear, again))
    assert sum((await scores(here)).values()) == 6 * 3 + 6
    assert await find_differences(here) == []


@pytest.mark.parametrize("text", ["", "<@U4>++"])
async def test_a_reply_edited_while_it_joins_leaves_again(two, text):
    here, there = two()
    thanks = await here.say("<@U2>++")
    replies = [here.build_reply(thanks, by=f"U3{number}") for number in range(20)]
    changes = [there.edit(one, text, later(1)) if text else there.delete(one) for one in replies]
    await asyncio.gather(*map(here.hear, replies), *changes)
    assert await scores(here) == ({"U2": 1, "U4": 20} if text else {"U2": 1})
    assert await find_differences(here) == []


async def test_a_reply_edited_to_leave_and_to_join_again_at_once_joins(two, database_url):
    here, there = two()
    thanks = await here.say("<@U2>++", by="U9")
    reply = here.build_reply(thanks)
    await here.hear(reply)
    async with await psycopg.AsyncConnection.connect(database_url) as other:
        await other.execute(
            "SELECT FROM messages WHERE (team_id, slot) = ('T1', 'U1/joined') FOR UPDATE"
        )
        edits = []
        for process, text in ((here, "hello"), (there, "+++")):
            edits.append(asyncio.create_task(process.edit(reply, text, later(len(edits) + 1))))
            await wait_until_blocked(here.database, edits[-1], len(edits))
    await asyncio.gather(*edits)
    assert await scores(here) == {"U2": 1 + 2}


async def test_a_vote_that_another_process_judges_after_an_opt_out_does_not_count(two):
    here, there = two()
    old = await there.say("<@U2>++")
    await here.opt("U2", out=True)
    await there.say("<@U2>++")
    await there.edit(old, "<@U2>+++", later(1))
    post = await there.say("hello", by="U2")
    await there.react(post)
    assert await scores(here) == {"U2": 1}


async def test_a_merge_with_an_account_just_merged_with_one_that_opted_out_is_refused(two):
    here, there = two()
    await there.say("<@U2>++\n<@U3>++\n<@U4>++")
    await here.merge("U2", "U3")
    await here.forget("U3")
    await here.opt("U2", out=True)
    assert await there.merge("U4", "U3") is UnfitCommand.OPTED_OUT


async def test_a_ban_takes_effect_at_once_in_every_process(two):
    here, there = two()
    await there.say("<@U2>++")
    await here.ban("U1")
    await there.say("<@U2>++")
    assert await scores(here) == {"U2": 1}


@pytest.mark.parametrize("kind", ["delete", "undo"])
async def test_forgetting_during_changes_of_frozen_messages_is_consistent(two, kind):
    here, there = two(undo_window=10**9)
    for number in range(6):
        receiver = f"U2{number}"
        given = [await here.say(f"<@{receiver}>+++", by="U1") for _ in range(7)]
        await there.forget(receiver)  # freezes them
        changes = [
            here.delete(one) if kind == "delete" else here.undo("U1", later()) for one in given
        ]
        await asyncio.gather(*changes[:3], there.forget("U1"), *changes[3:])
        assert await find_differences(here) == []
        assert min((await scores(here)).values(), default=0) >= 0
        assert await rows(here.database, _NAMING) == [(0,)]


async def test_joining_in_every_way_at_once_counts_once(two):
    here, there = two()
    thanked = await here.say("<@U2>++\n<@U3>++", by="U9")
    replies = [here.build_reply(thanked, by="U1", at=later(n + 1)) for n in range(4)]
    ways = [process.hear(reply) for reply in replies for process in (here, there)]
    ways += [
        process.react(thanked, by="U1", at=later(5), emoji=emoji)
        for emoji in ("heavy_plus_sign", "heavy_plus_sign::skin-tone-2")
        for process in (here, there)
    ]
    await asyncio.gather(*ways)
    assert await scores(here) == {"U2": 2, "U3": 2}
    assert await find_differences(here) == []
    backs = [process.delete(reply) for reply in replies for process in (here, there)]
    backs += [there.react(thanked, by="U1", at=later(9), added=False)]
    await asyncio.gather(*backs)
    assert await scores(here) == {"U2": 2, "U3": 2}
    await here.react(
        thanked, by="U1", at=later(9), added=False, emoji="heavy_plus_sign::skin-tone-2"
    )
    assert await scores(here) == {"U2": 1, "U3": 1}
    assert await find_differences(here) == []


async def test_joining_during_edits_and_a_merge_loses_no_point(two):
    here, there = two()
    thanked = await here.say("<@U2>++", by="U9")
    people = [f"U5{number}" for number in range(6)]
    replies = [here.build_reply(thanked, "+++", by=one, at=later(1)) for one in people]
    await asyncio.gather(
        *(process.hear(reply) for reply in replies for process in (here, there)),
        there.edit(thanked, "<@U2>+++", later(2)),
        here.merge("U2", "U3"),
    )
    assert await scores(here) == {"U3": 2 + 2 * len(people)}
    assert await find_differences(here) == []


async def test_a_merged_account_gives_nothing_to_itself_by_joining(two):
    here, _ = two()
    thanked = await here.say("<@U2>++\n<@U3>++", by="U9")
    await here.merge("U4", "U2")
    await here.hear(here.build_reply(thanked, by="U4", at=later(1)))
    assert await scores(here) == {"U2": 1, "U3": 2}


_WAITING = "SELECT id FROM outbox WHERE done_at IS NULL ORDER BY id"
_HOLD = "SELECT id FROM outbox WHERE team_id = 'T1' AND id = ANY(%s) ORDER BY id FOR UPDATE"


async def test_an_edit_locks_replies_in_the_order_in_which_they_are_claimed(database, database_url):
    process = Process(database, notices=Notices.DIRECT)
    message = await process.say("<@U2>+++\n<@U3>+++")
    first, *others = [number for (number,) in await rows(database, _WAITING)]
    assert len(others) == 2
    async with await psycopg.AsyncConnection.connect(database_url) as claim:
        await claim.execute(_HOLD, [[first]])
        edit = asyncio.create_task(process.edit(message, "<@U2>++\n<@U3>++", later(1)))
        await wait_until_blocked(database, edit)
        await claim.execute("SET LOCAL lock_timeout = '1ms'")
        assert (await claim.execute(_HOLD, [others])).rowcount == 2
    await edit


async def test_the_feed_locks_its_posts_in_the_order_in_which_they_are_claimed(two, database_url):
    here, _ = two()

    async def follow(since):
        source = FeedSource("T1", "CF", [], since, later(-1))
        return await here.database.run(feed.follow_ledger, source)

    messages = [await here.say("<@U2>++") for _ in range(2)]
    await follow(0)
    since = await here.database.run(feed.read_end, "T1")
    for message in reversed(messages):
        await here.edit(message, "<@U2>+++", later(1))
    posts = "SELECT id FROM outbox WHERE kind = 'feed' ORDER BY id"
    first, last = [number for (number,) in await rows(here.database, posts)]
    async with await psycopg.AsyncConnection.connect(database_url) as claim:
        await claim.execute(_HOLD, [[first]])
        following = asyncio.create_task(follow(since))
        await wait_until_blocked(here.database, following)
        await claim.execute("SET LOCAL lock_timeout = '1ms'")
        assert (await claim.execute(_HOLD, [[last]])).rowcount == 1
    assert (await following)[0] == 2


async def test_an_edit_without_the_name_locks_the_question_before_the_message(two, database_url):
    """As an answer does."""
    here, _ = two()
    message = await here.say("<@U2>++")
    key, bob = message.key, Vote("thing:bob", 1)
    await here.database.run(offers.store_offers, message, bob, ["U3"])
    async with await psycopg.AsyncConnection.connect(database_url) as answer:
        assert await offers.lock_offers(answer, key)
        edit = asyncio.create_task(here.edit(message, "hello", later(1)))
        await wait_until_blocked(here.database, edit)
        await answer.execute("SET LOCAL lock_timeout = '1ms'")
        assert await offers.lock_next_revision(answer, key) == "+"
    assert (await edit).counted == 1


async def test_an_answer_during_an_edit_counts_the_points_that_were_edited(two, database_url):
    here, _ = two()
    message, bob = await here.say("<@U2>++"), Vote("thing:bob", 1)
    ((row, _),), _ = await here.database.run(offers.store_offers, message, bob, ["U3"])
    async with await psycopg.AsyncConnection.connect(database_url) as edit:
        await offers.store_offers(edit, message, replace(bob, points=2), ["U3"])
        way = typed_names.decide("T1", "U1", row, offers.PERSON, datetime.now(UTC), here.context)
        answer = asyncio.create_task(way)
        await wait_until_blocked(here.database, answer)
    assert isinstance(await answer, typed_names.AcceptedAnswer)
    assert await scores(here) == {"U2": 1, "U3": 2}


async def test_a_removal_without_author_finds_the_vote_of_an_addition_in_flight(two, database_url):
    here, _ = two()
    added = Reaction(
        "T1", "C1", "1795176000.000001", "U1", "U2", "heavy_plus_sign", added=True, changed="1.1"
    )
    removed = replace(added, author=None, added=False, changed="1.2")
    async with await psycopg.AsyncConnection.connect(database_url) as addition:
        assert await reactions.store_reaction(addition, added, "U2", 1)
        removal = asyncio.create_task(find_reaction_target(removed, here.context))
        await wait_until_blocked(here.database, removal)
    assert await removal == "U2"


async def test_the_last_removal_counts_although_the_additions_come_after_it(two):
    here, _ = two()
    message = here.build_message("hello", by="U2")
    reaction = Reaction(
        "T1", "C1", message.ts, "U1", None, "heavy_plus_sign", added=False, changed="1.2"
    )
    for changed in ("1.2", "1.4"):
        await find_reaction_target(replace(reaction, changed=changed), here.context)
    await react(replace(reaction, added=True, changed="1.3"), "U2", here.context)
    assert await scores(here) == {}


async def test_votes_are_given_up_if_the_rules_keep_changing(two):
    here, _ = two()
    attempts = []

    async def work(rules):
        attempts.append(rules)
        raise StaleRulesError

    with pytest.raises(UnavailableError):
        await apply_rules(here.context.rulebook, "T1", work)
    assert len(attempts) == 20
