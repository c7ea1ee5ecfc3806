"""Joining a thank-you: a ++ in its thread or a reaction counts for the people thanked."""

from app.devtools.fake_slack import events
from app.slack.outbound.reaction_ack import ACK_EMOJI
from tests.tables import each

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"
APP = "U0PPTBOT"
PLUS, MINUS = "heavy_plus_sign", "heavy_minus_sign"
GIVEN = (
    "SELECT voter_id, target_id, sum(delta)::int FROM vote_history"
    ' GROUP BY 1, 2 HAVING sum(delta) <> 0 ORDER BY 1, target_id COLLATE "C"'
)


async def _thank(talk, typed="@bob++ for the docs", by="ann", **where):
    """Post a thank-you; return it and the app's reply."""
    post = await talk.said(typed, by=by, **where)
    return post, talk.slack.list_posts(post.channel)[-1]


async def _read_joins(talk):
    """Return (voter, target, points) of the ledger, without the thank-you itself."""
    return [row for row in await talk.rows(GIVEN) if row[0] != ANN]


async def _reply(talk, post, typed="++", by="carol"):
    return await talk.said(typed, by=by, thread=post)


# Ways to join


async def test_an_operator_in_the_thread_counts_for_who_was_thanked(talk):
    post, _ = await _thank(talk)
    await _reply(talk, post, "+++ for the tests")
    assert await _read_joins(talk) == [(CAROL, BOB, 2)]
    answer = talk.slack.list_posts("general")[-1]
    assert answer.thread_ts == post.ts
    assert answer.text == "bob has 3 points (+2 from carol for the tests)"


async def test_a_reaction_on_the_thank_you_counts_for_who_was_thanked(talk):
    post, _ = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    assert talk.heard()[-1] == "bob has 2 points (+1 from carol)"


async def test_a_reaction_on_the_app_s_answer_counts_for_who_was_thanked(talk):
    _, answer = await _thank(talk)
    await talk.react(answer, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    await talk.unreact(answer, PLUS, by="carol")
    assert await _read_joins(talk) == []
    assert APP not in await talk.scores()


async def test_all_who_got_points_get_another_and_things_as_well(talk):
    post, _ = await _thank(talk, "@bob++ @dave-- and postgres++")
    await talk.react(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1), (CAROL, "thing:postgres", 1)]


async def test_whoever_joins_gets_nothing_by_it(talk):
    post, answer = await _thank(talk, "@bob++ @dave++")
    await talk.react(post, PLUS, by="dave")
    await _reply(talk, post, by="bob")
    assert await _read_joins(talk) == [(BOB, DAVE, 1), (DAVE, BOB, 1)]
    alone, _ = await _thank(talk, "@carol++")
    await talk.react(alone, PLUS, by="carol")
    await _reply(talk, alone, by="carol")
    assert await _read_joins(talk) == [(BOB, DAVE, 1), (DAVE, BOB, 1)]
    assert talk.heard(to="carol") == []
    assert answer


async def test_a_minus_by_an_operator_takes_from_who_was_thanked(talk):
    post, _ = await _thank(talk)
    await _reply(talk, post, "-- for the typos")
    assert await _read_joins(talk) == [(CAROL, BOB, -1)]


# What is not joined


async def test_a_message_that_only_took_points_is_not_joined(talk):
    post, answer = await _thank(talk, "@bob-- for the noise")
    await talk.react(answer, PLUS, by="dave")
    assert await _read_joins(talk) == []
    await _reply(talk, post, by="carol")
    await talk.react(post, PLUS, by="dave")
    assert await _read_joins(talk) == [(CAROL, ANN, 1), (DAVE, ANN, 1)]


async def test_a_minus_reaction_on_a_thank_you_does_nothing(talk):
    post, answer = await _thank(talk)
    for where in (post, answer):
        await talk.react(where, MINUS, by="carol")
        await talk.unreact(where, MINUS, by="carol")
    assert await _read_joins(talk) == []
    assert len(talk.heard()) == 1


@each("asked", ["@bob==", "@pptbot leaderboard", "@pptbot help"])
async def test_reactions_on_boards_and_scores_do_nothing(talk, asked):
    await _thank(talk)
    await talk.said(asked, by="carol")
    said = talk.slack.list_posts("general")[-1]
    for emoji in (PLUS, MINUS):
        await talk.react(said, emoji, by="dave")
    assert await _read_joins(talk) == []


async def test_reactions_on_an_answer_for_several_people_s_votes_do_nothing(talk):
    _, answer = await _thank(talk)
    await talk.said("@bob++", by="carol")
    # As if two waiting replies had been combined in one post.
    await talk.rows("UPDATE outbox SET posted_ts = %s RETURNING 1", answer.ts)
    await talk.react(answer, PLUS, by="dave")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]


async def test_a_workspace_can_turn_joining_off(talk):
    await talk.decide(joining=False)
    post, answer = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await _reply(talk, post, by="dave")
    await talk.react(answer, PLUS, by="dave")
    assert await _read_joins(talk) == [(CAROL, ANN, 1), (DAVE, ANN, 1)]


async def test_what_was_joined_can_be_left_after_joining_was_turned_off(talk):
    post, _ = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    reply = await _reply(talk, post, by="dave")
    await talk.decide(joining=False)
    await talk.unreact(post, PLUS, by="carol")
    await talk.deleted(reply)
    assert await _read_joins(talk) == []


# One vote


async def test_however_somebody_joins_it_is_one_vote(talk):
    post, answer = await _thank(talk)
    reply = await _reply(talk, post, "+++")
    await talk.react(post, PLUS, by="carol")
    await talk.react(answer, PLUS, by="carol")
    again = await _reply(talk, post, "++++")
    assert await _read_joins(talk) == [(CAROL, BOB, 2)]
    await talk.deleted(reply)
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    await talk.unreact(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    await talk.unreact(answer, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 3)]
    await talk.deleted(again)
    assert await _read_joins(talk) == []


async def test_what_came_first_counts_though_it_was_a_reaction(talk):
    post, _ = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await _reply(talk, post, "+++")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]


async def test_each_joins_for_themselves(talk):
    post, answer = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await talk.react(answer, PLUS, by="dave")
    await talk.unreact(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(DAVE, BOB, 1)]


async def test_told_twice_and_in_another_order_it_is_the_same(talk):
    post, _ = await _thank(talk)
    reply = talk.write("++", by="carol", thread=post)
    posted = events.build_posted_event(talk.slack.workspace, reply)
    edit, after = talk.edit(reply, "+++ for the tests")
    none, _ = talk.edit(after, "never mind")
    for payload in (edit, posted, edit, posted):
        await talk.told(payload)
    assert await _read_joins(talk) == [(CAROL, BOB, 2)]
    for payload in (none, edit, posted):
        await talk.told(payload)
    assert await _read_joins(talk) == []


async def test_a_reaction_taken_back_before_it_was_told_of_is_none(talk):
    post, _ = await _thank(talk)
    added, removed = [
        events.build_reaction_event(
            talk.slack.workspace, post=post, emoji=PLUS, user=CAROL, added=added
        )
        for added in (True, False)
    ]
    for payload in (removed, added):
        await talk.told(payload)
    assert await _read_joins(talk) == []


# Edits and deletions


async def test_joined_votes_stay_when_the_first_message_is_edited_or_deleted(talk):
    post, answer = await _thank(talk)
    reply = await _reply(talk, post, by="carol")
    await talk.react(answer, PLUS, by="dave")
    after = await talk.edited(post, "@dave++ I mean")
    assert await _read_joins(talk) == [(CAROL, BOB, 1), (DAVE, BOB, 1)]
    await talk.deleted(after)
    assert await _read_joins(talk) == [(CAROL, BOB, 1), (DAVE, BOB, 1)]
    await talk.edited(reply, "+++")
    assert await _read_joins(talk) == [(CAROL, BOB, 2), (DAVE, BOB, 1)]
    await talk.deleted(reply)
    await talk.unreact(answer, PLUS, by="dave")
    assert await _read_joins(talk) == []


async def test_whoever_joins_after_an_edit_joins_what_it_says_then(talk):
    post, _ = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await talk.edited(post, "@carol++ I mean")
    await talk.react(post, PLUS, by="dave")
    assert await _read_joins(talk) == [(CAROL, BOB, 1), (DAVE, CAROL, 1)]


async def test_a_reaction_that_is_told_of_again_is_no_second_vote_after_an_edit(talk):
    post, _ = await _thank(talk)
    workspace, carol = talk.slack.workspace, talk.id_of("carol")
    added = events.build_reaction_event(workspace, post=post, emoji=PLUS, user=carol)
    await talk.told(added)
    await talk.edited(post, "hello")
    await talk.told(added)
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]


async def test_a_reaction_put_back_is_its_author_s_once_nobody_is_thanked_and_goes_again(talk):
    post, _ = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await talk.unreact(post, PLUS, by="carol")
    post = await talk.edited(post, "hello")
    await talk.react(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, ANN, 1)]
    await talk.unreact(post, PLUS, by="carol")
    assert await _read_joins(talk) == []
    post = await talk.edited(post, "@dave++")
    await talk.react(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, DAVE, 1)]
    await talk.unreact(post, PLUS, by="carol")
    assert await _read_joins(talk) == []


async def test_a_reply_may_become_a_joined_vote_and_another_one(talk):
    post, _ = await _thank(talk)
    reply = await _reply(talk, post, "well done")
    reply = await talk.edited(reply, "++")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    reply = await talk.edited(reply, "@dave++")
    assert await _read_joins(talk) == [(CAROL, DAVE, 1)]
    await talk.edited(reply, "++ for the tests")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]


async def test_a_reaction_from_before_the_message_thanked_anybody_is_its_author_s(talk):
    post = await talk.said("hello")
    await talk.react(post, PLUS, by="carol")
    await talk.edited(post, "@bob++")
    assert await _read_joins(talk) == [(CAROL, ANN, 1)]
    await talk.unreact(post, PLUS, by="carol")
    assert await _read_joins(talk) == []


async def test_what_was_undone_stays_undone(talk):
    post, _ = await _thank(talk)
    await _reply(talk, post)
    undone = await talk.command("undo", by="carol", command="/karma")
    assert undone["text"].startswith("Undone: bob +1")
    await talk.react(post, PLUS, by="carol")
    assert await _read_joins(talk) == []


# The usual rules of votes


async def test_a_joined_vote_meets_the_allowance_and_the_cooldown(talk):
    await talk.decide(daily_allowance=1, cooldown=60)
    post, _ = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    second, _ = await _thank(talk, "@dave++", by="bob")
    await talk.react(second, PLUS, by="carol")
    assert [row for row in await _read_joins(talk) if row[0] == CAROL] == [(CAROL, BOB, 1)]
    assert talk.heard(to="carol")[-1].startswith("Not counted:")
    await talk.unreact(post, PLUS, by="carol")
    await talk.unreact(second, PLUS, by="carol")
    await talk.react(second, PLUS, by="carol")
    assert [row for row in await _read_joins(talk) if row[0] == CAROL] == [(CAROL, DAVE, 1)]


async def test_for_who_has_opted_out_nobody_joins(talk):
    post, _ = await _thank(talk)
    await talk.command("opt-out", by="bob", command="/karma")
    await talk.react(post, PLUS, by="carol")
    await _reply(talk, post, by="dave")
    assert await _read_joins(talk) == []


async def test_who_is_forgotten_joins_no_second_time(talk):
    post, answer = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await talk.command("forget-me", by="carol", command="/karma")
    await talk.submit(talk.view("carol"), by="carol", karma_forget_confirm="forget me")
    before = await talk.scores()
    await talk.react(answer, PLUS, by="carol")
    await _reply(talk, post)
    assert await talk.scores() == before


async def test_reactions_of_bots_join_nothing(talk):
    post, _ = await _thank(talk)
    for who in ("U0ROBOT009", APP):
        payload = events.build_reaction_event(talk.slack.workspace, post=post, emoji=PLUS, user=who)
        await talk.told(payload)
    assert await _read_joins(talk) == []


# The app's mark, if it replies with reactions


def _have_mark(talk, *posts):
    """Return for each of *posts* whether it has the app's mark."""
    return [bool(talk.slack.workspace.list_reactions(post).get(ACK_EMOJI)) for post in posts]


async def test_the_mark_of_a_joined_reply_stands_on_the_reply(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    reply = await _reply(talk, post)
    assert _have_mark(talk, post, reply) == [True, True]
    marked = [call.args["timestamp"] for call in talk.slack.list_calls("reactions.add")]
    assert marked == [post.ts, post.ts, reply.ts]  # first twice: also the reaction to join by
    answer = await _reply(talk, post, by="bob")
    assert _have_mark(talk, answer) == [False]


async def test_the_mark_follows_the_way_that_counts(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    first = await _reply(talk, post)
    second = await _reply(talk, post, "++ for the tests")
    assert _have_mark(talk, first, second) == [True, False]
    first = await talk.edited(first, "never mind")
    assert _have_mark(talk, post, first, second) == [True, False, True]
    second = await talk.edited(second, "@dave++")
    assert _have_mark(talk, post, first, second) == [True, False, True]
    assert await _read_joins(talk) == [(CAROL, DAVE, 1)]
    await talk.edited(second, "no")
    assert _have_mark(talk, post, first, second) == [True, False, False]


async def test_the_first_message_keeps_its_mark_only_for_what_stands_on_it(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    reply = await _reply(talk, post)
    after = await talk.edited(post, "hello")
    assert _have_mark(talk, post, reply) == [False, True]
    post = await talk.edited(after, "@bob++ after all")
    await talk.react(post, PLUS, by="dave")
    await talk.edited(post, "hello")
    assert _have_mark(talk, post, reply) == [True, True]


# One click


async def test_where_answers_are_reactions_the_app_puts_the_first_one_there(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    assert talk.slack.workspace.list_reactions(post)[PLUS] == [APP]
    await talk.react(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    taken = await talk.said("@bob--", by="carol")
    assert PLUS not in talk.slack.workspace.list_reactions(taken)


async def test_the_first_reaction_follows_edits_and_the_setting(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    after = await talk.edited(post, "@bob-- really")
    assert not talk.slack.workspace.list_reactions(after)[PLUS]
    await talk.decide(joining=False)
    second = await talk.said("@bob++")
    assert PLUS not in talk.slack.workspace.list_reactions(second)


# Late events


@each("typed", ["hello", "@bob++"])
@each("heard_first", [True, False])
@each("names_author", [True, False])
async def test_a_reaction_taken_back_stays_so_though_its_giving_is_heard_last(
    talk, typed, heard_first, names_author
):
    """As after an outage, when Slack redelivers what got a 503."""
    workspace, carol, before = talk.slack.workspace, talk.id_of("carol"), await talk.scores()
    post = talk.write(typed)
    said = events.build_posted_event(workspace, post)
    given, taken = (
        events.build_reaction_event(workspace, post=post, emoji=PLUS, user=carol, added=added)
        for added in (True, False)
    )
    if not names_author:  # Slack sometimes omits it
        del given["event"]["item_user"], taken["event"]["item_user"]
    for event in [said, taken, given] if heard_first else [taken, said, given]:
        assert (await talk.deliver(event)).status == 200
    await talk.settled()
    assert await talk.gained(before) == ({BOB: 1} if typed == "@bob++" else {})
