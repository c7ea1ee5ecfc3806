"""The largest possible scores, and responses to votes that would exceed them."""

import asyncio

import pytest

from app.core.vote import MOST_SCORE
from app.devtools.fake_slack.composer import compose

ANN, BOB, CAROL = "U0ANN00001", "U0BOB00002", "U0CAROL003"
FULL = 2**63 - 1
"""A score that an earlier version's import could produce."""
REFUSED = "Not counted for bob: that would be more points than I can count."


async def set_score(talk, target, score):
    """Give *target*, who has points from a message, the total *score* by an import."""
    ledger = """INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id,
        delta, kind, voted_at) SELECT team_id, '', 'import/b', '', target_id, %s - score, 'import',
        now() FROM leaderboard WHERE target_id = %s AND board = 'users' RETURNING 1"""
    boards = """UPDATE leaderboard SET score = %s
        WHERE target_id = %s AND board = 'users' RETURNING 1"""
    assert len(await talk.rows(ledger, score, target)) == 1
    assert len(await talk.rows(boards, score, target)) == 1


async def read_all(talk):
    queries = """SELECT * FROM vote_history; SELECT * FROM audit; SELECT * FROM aliases;
        SELECT board, target_id, score FROM leaderboard WHERE score <> 0"""
    return [sorted(await talk.rows(query)) for query in queries.split(";")]


async def karma(talk, words):
    typed, _ = compose(words, talk.slack.workspace)
    return (await talk.command(typed, command="/karma")).get("text")


@pytest.mark.parametrize("sign", ["+", "-"])
async def test_adjustment_beyond_the_largest_score_is_refused(talk, sign):
    await talk.said("@bob++")
    largest, other = int(f"{sign}{MOST_SCORE}"), "-" if sign == "+" else "+"
    await set_score(talk, BOB, largest)
    before = await read_all(talk)
    said = await karma(talk, f"adjust @bob {sign}1")
    assert said.endswith("a score can be 1,000,000,000,000,000 at most.")
    assert await read_all(talk) == before
    await karma(talk, f"adjust @bob {other}1")
    assert await talk.scores() == {BOB: largest - int(f"{sign}1")}


async def test_score_above_the_limit_can_only_be_adjusted_toward_zero(talk):
    await talk.said("@bob++")
    await set_score(talk, BOB, 3 * MOST_SCORE)
    assert "a score can be" in await karma(talk, "adjust @bob +1")
    await karma(talk, "adjust @bob -1")
    assert await talk.scores() == {BOB: 3 * MOST_SCORE - 1}


async def test_merge_beyond_the_largest_score_is_refused(talk):
    for name in ("bob", "carol"):
        await talk.said(f"@{name}++")
        await set_score(talk, talk.id_of(name), MOST_SCORE)
    await karma(talk, "merge @bob into @carol")
    before = await read_all(talk)
    await talk.submit(talk.view())
    assert "That would be too many" in str(talk.view())
    assert await read_all(talk) == before


async def test_unmerge_beyond_the_database_s_largest_number_is_refused(talk):
    await talk.said("@bob+++ @carol--")
    await karma(talk, "merge @bob into @carol")
    await talk.submit(talk.view())
    await set_score(talk, CAROL, 1 - 2**63)
    before = await read_all(talk)
    assert "a score can be 1,000,000,000,000,000 at most" in await karma(talk, "unmerge @bob")
    assert await read_all(talk) == before


async def test_unmerge_may_restore_a_score_above_the_limit(talk):
    await talk.said("@bob++ @carol--")
    await set_score(talk, BOB, MOST_SCORE)
    await talk.said("@bob++")
    await karma(talk, "merge @bob into @carol")
    await talk.submit(talk.view())
    await karma(talk, "unmerge @bob")
    assert await talk.scores() == {BOB: MOST_SCORE + 1, CAROL: -1}


async def test_vote_counts_beyond_the_limit_for_adjustments(talk):
    await talk.said("@bob++")
    await set_score(talk, BOB, MOST_SCORE)
    await talk.said("@bob+++")
    assert await talk.scores() == {BOB: MOST_SCORE + 2}


async def _say(talk, _post):
    await talk.said("@bob++")


async def _edit(talk, post):
    await talk.edited(post, "@bob+++ @dave++")


async def _react(talk, post):
    bobs = await talk.said("that was easy", by="bob")
    await talk.react(bobs, "heavy_plus_sign")
    return post


async def _join(talk, post):
    await talk.said("++", by="carol", thread=post)


async def _join_by_reaction(talk, post):
    await talk.react(post, "heavy_plus_sign", by="carol")


async def _give(talk, _post):
    await talk.command("give <@U0BOB00002> 2", command="/karma")


@pytest.mark.parametrize("give", [_say, _edit, _react, _join, _join_by_reaction, _give])
async def test_vote_that_would_overflow_a_score_is_refused_with_a_reply(talk, give):
    post = await talk.said("@bob++ @dave++")
    await set_score(talk, BOB, FULL)
    bobs = "SELECT id, delta FROM vote_history WHERE target_id = %s"
    before = await talk.rows(bobs, BOB)
    await give(talk, post)  # fails unless the response is a 200
    assert await talk.rows(bobs, BOB) == before
    assert REFUSED in str(talk.slack.workspace.posts)


async def test_concurrent_votes_count_beside_an_overflowing_one(talk):
    await talk.said("@bob++")
    await set_score(talk, BOB, FULL)
    await asyncio.gather(*(talk.said(f"@{name}++") for name in ("bob", "carol", "dave") * 3))
    assert await talk.scores() == {BOB: FULL, CAROL: 3, talk.id_of("dave"): 3}


async def _delete(talk, post):
    await talk.deleted(post)


async def _edit_away(talk, post):
    await talk.edited(post, "@dave--")


async def _edit_to_plus(talk, post):
    await talk.edited(post, "@bob++ @dave--")


@pytest.mark.parametrize("change", [_delete, _edit_away, _edit_to_plus])
async def test_minus_stays_if_returning_its_points_would_overflow(talk, change):
    await talk.said("@bob++ @dave++")
    post = await talk.said("@bob-- @dave--", by="carol")
    await set_score(talk, BOB, FULL)
    await change(talk, post)
    left = {_delete: 1, _edit_away: 0, _edit_to_plus: 0}[change]
    assert await talk.scores() == {BOB: FULL, talk.id_of("dave"): left}
    assert [text for text in talk.heard(to="carol") if text.startswith(REFUSED)]
    await change(talk, post)
    assert await talk.scores() == {BOB: FULL, talk.id_of("dave"): left}


async def test_minus_reaction_stays_if_returning_its_point_would_overflow(talk):
    await talk.said("@bob++")
    bobs = await talk.said("that was easy", by="bob")
    await talk.react(bobs, "heavy_minus_sign", by="carol")
    await set_score(talk, BOB, FULL)
    await talk.unreact(bobs, "heavy_minus_sign", by="carol")
    assert await talk.scores() == {BOB: FULL}
    assert [text for text in talk.heard(to="carol") if text.startswith(REFUSED)]


async def test_undo_that_would_overflow_is_refused_as_a_whole(talk):
    await talk.said("@bob++ @dave++")
    await talk.said("@bob-- @dave--", by="carol")
    await set_score(talk, BOB, FULL)
    said = (await talk.command("undo", by="carol", command="/karma"))["text"]
    assert said.startswith("That can't be undone: it would be more points than I can count.")
    assert await talk.scores() == {BOB: FULL, talk.id_of("dave"): 0}
    await talk.rows("UPDATE leaderboard SET score = 0 WHERE target_id = %s RETURNING 1", BOB)
    await talk.command("undo", by="carol", command="/karma")
    assert await talk.scores() == {BOB: 1, talk.id_of("dave"): 1}


async def set_given(talk, points):
    """Set the points that ann, already a giver, has given to *points*."""
    givers = "UPDATE leaderboard SET score = %s WHERE board = 'givers' RETURNING target_id"
    assert await talk.rows(givers, points) == [(ANN,)]


async def test_votes_count_in_order_while_the_giver_total_has_room(talk):
    await talk.said("@bob++")
    await set_given(talk, FULL - 2)
    await talk.said("@bob++ @carol++++ @dave++ @eve++")
    assert await talk.scores() == {BOB: 2, talk.id_of("dave"): 1}
    refused = "Not counted for carol and eve: that would be more points than I can count."
    assert [text for text in talk.heard(to="ann") if text.startswith(refused)]


async def test_edit_adds_only_votes_that_fit_the_giver_total(talk):
    post = await talk.said("@bob++")
    await set_given(talk, FULL - 1)
    post = await talk.edited(post, "@bob++ @carol++ @dave++")
    assert await talk.scores() == {BOB: 1, CAROL: 1}
    await talk.edited(post, "@dave++ @carol++")
    assert await talk.scores() == {BOB: 0, CAROL: 1, talk.id_of("dave"): 1}


async def test_give_command_counts_only_votes_that_fit_the_giver_total(talk):
    await talk.said("@bob++")
    await set_given(talk, FULL - 1)
    await karma(talk, "give @bob @carol 1")
    assert await talk.scores() == {BOB: 2}


async def test_overflowing_vote_costs_no_allowance_and_others_count(talk):
    await talk.said("@bob++")
    await set_score(talk, BOB, FULL)
    await talk.decide(cooldown=60, daily_allowance=10)
    await talk.said("@bob++ @carol++ because of the demo", by="dave")
    assert await talk.scores() == {BOB: FULL, CAROL: 1}
    assert [text for text in talk.heard(to="dave") if text.startswith(REFUSED)]
    assert await talk.rows("SELECT spent FROM allowances") == [(1,)]


async def test_give_command_names_the_overflowing_target_and_counts_others(talk):
    await talk.said("@bob++")
    await set_score(talk, BOB, FULL)
    said = await karma(talk, "give @bob @carol 2")
    assert said.startswith(REFUSED)
    assert await talk.scores() == {BOB: FULL, CAROL: 2}


async def test_minus_stays_if_its_edit_exceeds_the_allowance(talk):
    await talk.said("@bob++")
    await talk.decide(daily_allowance=2)
    post = await talk.said("@bob--", by="carol")
    await set_score(talk, BOB, FULL)
    await talk.edited(post, "@bob-- @dave+++")
    assert (await talk.scores()) == {BOB: FULL}
    assert talk.heard(to="carol")[-1].startswith("Not counted: that's more than you have left")
    assert await talk.rows("SELECT spent FROM allowances") == [(1,)]


async def test_minus_for_a_merged_person_stays_if_its_return_would_overflow(talk):
    await talk.said("@bob++")
    post = await talk.said("@dave--", by="carol")
    await karma(talk, "merge @dave into @bob")
    await talk.submit(talk.view())
    await set_score(talk, BOB, FULL)
    await talk.deleted(post)
    assert (await talk.scores())[BOB] == FULL
