"""Limits apply to people and to now, however votes are given and whichever process counts them."""

import asyncio
import re

import pytest

from app.core.commands.admin import UnfitCommand
from app.core.refusals import Refusal
from tests.store import casting
from tests.usecases.acting import START, build_edit, later

FRIEND = "<@U2>"


async def scores(process, board="users"):
    found = await casting.scores(process.database, board)
    return {who: score for who, score in found.items() if score}


# An edit isn't a way around them


async def test_edits_of_old_messages_spend_from_today(two):
    here, there = two(daily_allowance=5)
    old = [await here.say("hello", at=later(days=-day)) for day in range(20)]
    changes = [build_edit(one, f"{FRIEND}++", later(n)) for n, one in enumerate(old)]
    await asyncio.gather(*(
        (here, there)[n % 2].hear(one) for n, one in enumerate(changes)
    ))  # fmt: skip
    assert await scores(here) == {"U2": 5}


async def test_an_edit_of_an_old_message_meets_the_current_cooldown(two):
    here, _ = two(cooldown=3600)
    await here.say(f"{FRIEND}++")
    for day in range(1, 10):
        old = await here.say("hello", at=later(days=-day))
        await here.edit(old, f"{FRIEND}++++++", later(day))
    assert await scores(here) == {"U2": 1}
    late = await here.say("hello", at=later(days=-11))
    await here.edit(late, f"{FRIEND}+++", later(61))
    assert await scores(here) == {"U2": 3}
    assert await scores(here, "users/2026-11-09") == {"U2": 2}


async def test_a_raised_old_vote_is_paid_today_and_refunded_to_the_days_that_paid(two):
    here, _ = two(daily_allowance=5)
    old = await here.say(f"{FRIEND}++", at=later(days=-1))
    await here.say("<@U3>+++++", at=START)
    await here.edit(old, f"{FRIEND}+++", later(1))
    assert await scores(here) == {"U2": 2, "U3": 4}
    await here.edit(old, f"{FRIEND}++", later(2))
    await here.say("<@U4>++", at=later(3))
    assert await scores(here) == {"U2": 1, "U3": 4, "U4": 1}
    await here.delete(old)
    await here.say("<@U4>++", at=later(4))  # today doesn't get back what yesterday paid
    assert await scores(here) == {"U3": 4, "U4": 1}


async def test_points_of_a_message_can_be_moved_and_withdrawn_for_free(two):
    here, _ = two(daily_allowance=3, cooldown=3600)
    old = await here.say(f"{FRIEND}+++", at=later(days=-1))
    await here.say("<@U4>++++", at=START)
    await here.edit(old, "<@U3>+++ for the docs", later(1))
    await here.edit(old, "<@U3>+++ for all the docs", later(2))
    assert await scores(here) == {"U3": 2, "U4": 3}
    await here.edit(old, "<@U3>++", later(3))
    assert await scores(here) == {"U3": 1, "U4": 3}


async def test_a_messages_own_vote_does_not_block_its_edit(two):
    here, _ = two(cooldown=3600)
    message = await here.say(f"{FRIEND}++")
    await here.edit(message, f"{FRIEND}++++", later(1))
    assert await scores(here) == {"U2": 3}


async def test_points_added_too_soon_leave_the_earlier_ones(two):
    here, _ = two(cooldown=3600)
    old = await here.say(f"{FRIEND}++", at=later(hours=-5))
    await here.say(f"{FRIEND}++")
    outcome = await here.edit(old, f"{FRIEND}++++++", later(1))
    assert outcome.refused == (Refusal.COOLDOWN,)
    assert await scores(here) == {"U2": 2}


async def test_a_late_message_is_paid_on_its_own_day(two):
    here, _ = two(daily_allowance=2)
    await here.say("<@U3>+++", at=later(days=1))
    await here.say(f"{FRIEND}+++", at=later(days=-2))
    await here.say(f"{FRIEND}++", at=later(1, days=-2))
    assert await scores(here) == {"U2": 2, "U3": 2}


# Decoys


async def test_withdrawing_a_vote_does_not_hide_another(two):
    here, _ = two(cooldown=3600)
    for minute in range(6):
        decoy = await here.say(f"{FRIEND}++", at=later(minute * 3))
        await here.delete(decoy)
        old = await here.say("hello", at=later(days=-1 - minute))
        await here.edit(old, f"{FRIEND}++", later(minute * 3 + 1))
    assert await scores(here) == {"U2": 1}


async def test_a_reaction_added_and_removed_hides_nothing(two):
    here, _ = two(cooldown=3600)
    posts = [await here.say("hello", by="U2", at=later(n)) for n in range(8)]
    for minute, post in enumerate(posts[:4]):
        await here.react(post, at=later(minute * 3))
        await here.react(post, at=later(minute * 3 + 1), added=False)
        await here.react(posts[4 + minute], at=later(minute * 3 + 2))
    assert await scores(here) == {"U2": 1}


async def test_a_late_vote_does_not_hide_a_counted_one(two):
    here, _ = two(cooldown=3600)
    await here.say(f"{FRIEND}++")
    await here.say(f"{FRIEND}++", at=later(hours=-2))
    await here.say(f"{FRIEND}++", at=later(1))
    assert await scores(here) == {"U2": 2}


async def test_a_reaction_to_an_old_message_spends_when_it_is_added(two):
    here, _ = two(daily_allowance=1)
    posts = [await here.say("hello", by="U2", at=later(days=-day)) for day in range(5)]
    for post in posts:
        await here.react(post)
    assert await scores(here) == {"U2": 1}
    for post in posts:  # toggled the next day: one more, and no day pays twice
        await here.react(post, at=later(days=1), added=False)
        await here.react(post, at=later(1, days=1))
    assert await scores(here) == {"U2": 1}


async def test_joining_an_old_thank_you_again_meets_the_current_cooldown(two):
    here, _ = two(cooldown=3600)
    thanks = await here.say(f"{FRIEND}++", by="U3", at=later(days=-1))
    await here.react(thanks, at=later(1, days=-1))
    await here.react(thanks, at=later(2, days=-1), added=False)
    await here.say(f"{FRIEND}++")
    await here.react(thanks, at=later(1))
    assert await scores(here, "givers") == {"U1": 1, "U3": 1}


async def test_boards_are_those_of_the_messages_day(two):
    here, _ = two(daily_allowance=5)
    old = await here.say("hello", by="U2", at=later(days=-40))
    await here.react(old)
    await here.fill(old, 3, by="U3")
    assert await scores(here, "users/2026-10-11") == await scores(here) == {"U2": 4}
    paid = await casting.rows(here.database, "SELECT day::text, spent::int FROM allowances")
    assert sorted(paid) == [("2026-11-20", 1), ("2026-11-20", 3)]


# Being forgotten renews nothing


async def test_being_forgotten_renews_no_allowance_and_no_cooldown(two):
    here, there = two(daily_allowance=5, cooldown=3600)
    for n, process in enumerate((here, there, here, there)):
        await process.say(f"{FRIEND}+++", at=later(n))
        await process.say("thing++", at=later(n))
        await process.say("<@U3>+++++++", at=later(n))
        await process.forget("U1")
    assert sum((await scores(here)).values()) == 2
    assert await scores(here, "things") == {"thing:thing": 1}


async def test_being_forgotten_renews_nothing_on_the_same_message(two):
    here, there = two()
    posts = [await here.say("hello", by="U2", at=later(n)) for n in range(2)]
    for n, process in enumerate((here, there, here)):
        await process.react(posts[0], at=later(n))
        await process.forget("U1")
    filled = []
    for n, process in enumerate((here, there, here)):
        filled.append(await process.fill(posts[1], 5, at=later(n)))
        await process.forget("U1")
    assert [(one.closed, one.refusals) for one in filled] == [(False, ()), (True, ()), (True, ())]
    assert await scores(here) == {"U2": 6}


async def test_a_message_of_somebody_forgotten_does_not_count_again(two):
    here, _ = two()
    message = await here.say(f"{FRIEND}++")
    await here.forget("U1")
    await here.hear(message)
    await here.edit(message, f"{FRIEND}+++", later(1))
    assert await scores(here) == {"U2": 1}


# Merged accounts are one person


async def test_merged_accounts_share_allowance_and_cooldown(two):
    here, there = two(daily_allowance=5, cooldown=3600)
    await here.say("<@U3>+++")
    await there.say("<@U4>++", by="U8")
    await here.merge("U8", "U1")
    await there.say("<@U4>++", at=later(1))  # too soon after the other account's vote
    await there.say("<@U5>++++", by="U8", at=later(2))  # 3 of the 5 are spent
    await there.say("<@U6>+++", by="U8", at=later(3))
    assert await scores(here) == {"U3": 2, "U4": 1, "U6": 2}
    await there.unmerge("U8")
    for by in ("U1", "U8"):
        await here.say("<@U7>++", by=by, at=later(4))
    assert await scores(here) == {"U3": 2, "U4": 1, "U6": 2}


async def test_merged_accounts_share_the_cooldown_of_votes_for_them(two):
    here, there = two(cooldown=3600)
    await here.say("<@U8>++")
    await here.merge("U8", "U3")
    await there.say("<@U3>++", at=later(1))
    assert await scores(here) == {"U3": 1}
    await there.unmerge("U8")
    for number, whom in ((2, "U3"), (3, "U8")):
        await here.say(f"<@{whom}>++", at=later(number))
    assert await scores(here) == {"U8": 1}


async def test_a_ban_on_one_account_is_a_ban_on_all(two):
    here, there = two()
    await here.merge("U8", "U1")
    await here.ban("U8")
    for by in ("U8", "U1"):
        await there.say(f"{FRIEND}++", by=by)
    assert await scores(here) == {}


async def test_votes_between_merged_accounts_are_votes_for_oneself(two):
    here, there = two()
    await here.merge("U8", "U1")
    for by, whom in (("U8", "U1"), ("U1", "U8"), ("U8", "U8")):
        await there.say(f"<@{whom}>++", by=by)
        post = await here.say("hello", by=whom, at=later(1))
        await there.react(post, by=by)
    assert await scores(here) == {}


async def test_merged_accounts_give_one_point_by_reactions(two):
    here, there = two()
    post = await here.say("hello", by="U2")
    await here.merge("U8", "U1")
    await asyncio.gather(
        here.react(post, by="U8", at=later(1)), there.react(post, by="U1", at=later(1))
    )
    assert await scores(here) == {"U2": 1}
    await here.react(post, by="U8", at=later(2), added=False)
    assert await scores(here) == {"U2": 1}  # the other account's reaction still counts
    await here.react(post, by="U1", at=later(3), added=False)
    assert await scores(here) == {}
    assert await scores(here, "givers") == {}


async def test_reactions_of_two_accounts_become_one_point_after_a_merge(two):
    here, there = two()
    post = await here.say("hello", by="U2")
    for by in ("U8", "U1"):
        await here.react(post, by=by, at=later(1))
    await here.merge("U8", "U1")
    assert await scores(here) == {"U2": 2}
    await there.react(post, by="U8", at=later(2), added=False)
    assert await scores(here) == {"U2": 1}
    await there.react(post, by="U1", at=later(3), added=False)
    assert await scores(here) == {}


async def test_merged_accounts_join_a_thank_you_once(two):
    here, there = two()
    post = await here.say(f"{FRIEND}++")
    await here.react(post, by="U7", at=later(1))
    await here.merge("U8", "U7")
    assert await scores(here) == {"U2": 2}
    await there.react(post, by="U8", at=later(2))
    assert await scores(here) == {"U2": 2}
    await here.react(post, by="U7", at=later(3), added=False)
    assert await scores(here) == {"U2": 2}  # the other account's reaction still counts
    await here.react(post, by="U8", at=later(4), added=False)
    assert await scores(here) == {"U2": 1}


async def test_merged_accounts_give_by_one_form(two):
    here, there = two()
    post = await here.say("hello", by="U2")
    await here.merge("U8", "U1")
    await here.fill(post, 5, by="U8", at=later(1))
    await there.react(post, by="U1", at=later(2))
    await there.fill(post, 3, by="U1", at=later(3))
    assert await scores(here) == {"U2": 3}
    assert (await there.read_form(post, by="U8")).points == 3


async def test_a_form_taken_back_leaves_one_point_of_two_accounts_reactions(two):
    here, there = two()
    post = await here.say("hello", by="U2")
    for by in ("U8", "U1"):
        await here.react(post, by=by, at=later(1))
    await here.merge("U8", "U1")
    await there.fill(post, 3, by="U1", at=later(2))
    await there.fill(post, 0, by="U1", at=later(3))
    assert await scores(here) == {"U2": 1}


async def test_a_form_taken_back_leaves_what_another_account_gave_by_form(two):
    here, there = two()
    post = await here.say("hello", by="U2")
    await here.fill(post, 5, by="U8", at=later(1))
    await here.fill(post, 3, by="U1", at=later(1))
    await here.react(post, by="U1", at=later(2))
    await here.merge("U8", "U1")
    await there.fill(post, 0, by="U1", at=later(3))
    assert await scores(here) == {"U2": 5}


async def test_merged_accounts_with_a_forgotten_one_give_nothing_more_there(two):
    here, there = two()
    post = await here.say("hello", by="U2")
    await here.merge("U8", "U1")
    await here.react(post, by="U8", at=later(1))
    await there.forget("U8")
    await here.react(post, by="U1", at=later(2))
    assert await scores(here) == {"U2": 1}
    assert (await here.fill(post, 5, by="U1", at=later(3))).closed


async def test_unmerged_accounts_change_only_their_own_reactions(two):
    here, there = two()
    post = await here.say("hello", by="U2")
    await here.merge("U8", "U1")
    await here.react(post, by="U8", at=later(1))
    await here.unmerge("U8")
    await there.react(post, by="U1", at=later(2))
    assert await scores(here) == {"U2": 2}
    await there.react(post, by="U8", at=later(3), added=False)
    assert await scores(here) == {"U2": 1}


@pytest.mark.parametrize("gone", ["U8", "U1"])
async def test_a_forgotten_person_stays_merged(two, gone):
    here, there = two(daily_allowance=5)
    await here.say("<@U3>+++")
    await here.merge("U8", "U1")
    await there.forget(gone)
    await here.say("<@U1>++", by="U8", at=later(1))
    await here.say("<@U8>++", by="U1", at=later(2))
    await there.say("<@U4>++++++", by="U8", at=later(3))
    await there.say("<@U4>++++", by="U1", at=later(4))
    assert (await scores(here)).get("U4") == 3
    assert await casting.rows(here.database, "SELECT count(*)::int FROM aliases") == [(1,)]
    assert sum((await scores(here)).values()) == 5
    named = await casting.rows(here.database, "SELECT a::text FROM aliases AS a")
    assert gone not in re.split(r"\W", named[0][0])


async def test_a_forgotten_merged_person_can_be_unmerged(two):
    here, there = two()
    await here.say("<@U8>+++", by="U2")
    await here.merge("U8", "U1")
    await there.forget("U8")
    assert await scores(here) == {"U1": 2}
    await here.unmerge("U8")
    assert sorted((await scores(here)).values()) == [2]
    assert "U1" not in await scores(here)


# Time zones


async def test_changing_the_time_zone_gives_no_second_allowance(two):
    here, there = two(daily_allowance=5)
    for n, zone in enumerate(("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Tokyo")):
        here.zones["U1"] = there.zones["U1"] = zone
        await (here, there)[n % 2].say(f"{FRIEND}++++++", at=later(n))
    assert await scores(here) == {"U2": 5}


async def test_processes_that_disagree_on_the_zone_give_one_allowance(two):
    here, there = two(daily_allowance=5)
    there.zones["U1"] = "Pacific/Kiritimati"
    votes = [
        one.build_message(f"{FRIEND}++", at=later(n)) for n in range(6) for one in (here, there)
    ]
    await asyncio.gather(*((here, there)[n % 2].hear(one) for n, one in enumerate(votes)))
    assert await scores(here) == {"U2": 5}


async def test_midnight_renews_the_allowance_and_a_new_zone_after_twenty_hours(two):
    here, _ = two(daily_allowance=1)
    for hour, zone, counts in (
        (0, "UTC", 1), (11, "UTC", 0), (12, "UTC", 1),  # noon, and midnight
        (13, "Pacific/Kiritimati", 0), (30, "Pacific/Kiritimati", 0),  # 18 hours later
        (33, "Pacific/Kiritimati", 1), (36, "UTC", 0), (61, "UTC", 1),
    ):  # fmt: skip
        here.zones["U1"] = zone
        before = (await scores(here)).get("U2", 0)
        await here.say(f"{FRIEND}++", at=later(1, hours=hour))
        assert (await scores(here))["U2"] - before == counts, hour


# Forms


async def test_a_form_spends_when_it_is_submitted(two):
    here, _ = two(daily_allowance=5, cooldown=3600)
    posts = [await here.say("hello", by="U2", at=later(days=-day)) for day in range(3)]
    done = [await here.fill(post, 5) for post in posts]
    assert [bool(one.refusals) for one in done] == [False, True, True]
    assert await scores(here) == {"U2": 5}
    await here.fill(posts[0], 2, at=later(1))
    await here.say("<@U3>++++", at=later(2))
    assert await scores(here) == {"U2": 2, "U3": 3}


async def test_what_an_edit_adds_to_a_vote_that_cost_nothing_is_refunded(two):
    unlimited, _ = two()
    message = await unlimited.say(f"{FRIEND}++")
    await unlimited.edit(message, "hello", later(1))
    limited, _ = two(daily_allowance=5)
    await limited.edit(message, f"{FRIEND}++++++", later(2))
    await limited.delete(message)
    await limited.say("<@U3>++++++", at=later(3))
    assert await scores(limited) == {"U3": 5}


async def test_a_refused_edit_refunds_nothing_of_what_stays_for_people_who_opted_out(two):
    here, _ = two(daily_allowance=5)
    message = await here.say(f"{FRIEND}+++\n<@U3>+++")
    await here.opt("U3", out=True)
    await here.edit(message, f"{FRIEND}+++++++", later(1))
    await here.say("<@U4>++++", at=later(2))
    await here.say("<@U4>++", at=later(3))
    assert await scores(here) == {"U3": 2, "U4": 3}


@pytest.mark.parametrize("gone", ["U2", "U3"])
async def test_opt_out_outlives_forgetting_a_merged_account(two, gone):
    here, _ = two()
    await here.say("<@U2>++ <@U3>++")
    await here.merge("U2", "U3")
    await here.opt("U2", out=True)
    await here.forget(gone)
    before = await scores(here)
    await here.say("<@U2>++ <@U3>++", at=later(1))
    assert await scores(here) == before


async def test_opt_out_is_for_both_merged_accounts_forgotten_before(two):
    here, _ = two()
    await here.say("<@U2>++ <@U3>++")
    await here.merge("U2", "U3")
    await here.forget("U2")
    await here.forget("U3")
    await here.opt("U3", out=True)
    before = await scores(here)
    await here.say("<@U2>++ <@U3>++", at=later(1))
    assert await scores(here) == before


@pytest.mark.parametrize(("source", "into"), [("U3", "U4"), ("U4", "U3")])
async def test_nobody_is_merged_with_a_person_who_opted_out_as_another(two, source, into):
    here, _ = two()
    await here.merge("U2", "U3")
    await here.forget("U3")
    await here.opt("U2", out=True)
    assert await here.merge(source, into) is UnfitCommand.OPTED_OUT


async def test_opting_in_lifts_the_opt_out_of_a_merged_account_forgotten_since(two):
    here, _ = two()
    await here.merge("U2", "U3")
    await here.opt("U2", out=True)
    await here.forget("U2")
    await here.opt("U3", out=False)
    await here.say("<@U3>++")
    assert await scores(here) == {"U3": 1}


async def test_unban_lifts_the_ban_on_a_merged_account_forgotten_since(two):
    here, _ = two()
    await here.merge("U1", "U2")
    await here.ban("U1")
    await here.forget("U1")
    assert await here.unban("U2", START)
    await here.say("<@U3>++", by="U2")
    assert await scores(here) == {"U3": 1}


async def test_unmerge_keeps_what_was_spent_if_the_other_was_merged_again(two):
    here, _ = two(daily_allowance=5)
    await here.merge("U1", "U2")
    await here.forget("U2")
    await here.say("<@U9>++++++", by="U1")
    await here.merge("U2", "U3")
    await here.unmerge("U1")
    await here.say("<@U9>++", by="U1", at=later(1))
    assert await scores(here) == {"U9": 5}


async def test_deletion_refunds_what_an_edit_gave_to_another_target(two):
    here, _ = two(daily_allowance=5)
    message = await here.say(f"{FRIEND}+++++")
    await here.edit(message, "<@U3>+++++", later(1))
    await here.delete(message)
    await here.say("<@U4>++++++", at=later(2))
    assert (await scores(here))["U4"] == 5
