"""Joining a thank-you: a ++ in its thread or a reaction counts for the people thanked."""

from app.core.refusals import Refusal
from app.devtools.fake_slack import events
from app.slack.outbound.reaction_ack import ACK_EMOJI
from app.words.refusals import explain_refusal
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


async def test_operator_in_thread_counts_for_the_person_thanked(talk):
    post, _ = await _thank(talk)
    await _reply(talk, post, "+++ for the tests")
    assert await _read_joins(talk) == [(CAROL, BOB, 2)]
    answer = talk.slack.list_posts("general")[-1]
    assert answer.thread_ts == post.ts
    assert answer.text == "bob has 3 points (+2 from carol for the tests)"


async def test_reaction_on_thank_you_counts_for_the_person_thanked(talk):
    post, _ = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    assert talk.heard()[-1] == "bob has 2 points (+1 from carol)"


async def test_reaction_on_the_apps_reply_counts_for_the_person_thanked(talk):
    _, answer = await _thank(talk)
    await talk.react(answer, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    await talk.unreact(answer, PLUS, by="carol")
    assert await _read_joins(talk) == []
    assert APP not in await talk.scores()


async def test_joining_gives_a_point_to_every_target_that_gained_one(talk):
    post, _ = await _thank(talk, "@bob++ @dave-- and postgres++")
    await talk.react(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1), (CAROL, "thing:postgres", 1)]


async def test_joiner_never_gets_a_point_themselves(talk):
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


async def test_minus_operator_in_thread_takes_from_the_person_thanked(talk):
    post, _ = await _thank(talk)
    await _reply(talk, post, "-- for the typos")
    assert await _read_joins(talk) == [(CAROL, BOB, -1)]


# What can't be joined


async def test_message_with_only_minus_votes_cannot_be_joined(talk):
    post, answer = await _thank(talk, "@bob-- for the noise")
    await talk.react(answer, PLUS, by="dave")
    assert await _read_joins(talk) == []
    await _reply(talk, post, by="carol")
    await talk.react(post, PLUS, by="dave")
    assert await _read_joins(talk) == [(CAROL, ANN, 1), (DAVE, ANN, 1)]


async def test_minus_reaction_on_thank_you_is_ignored(talk):
    post, answer = await _thank(talk)
    for where in (post, answer):
        await talk.react(where, MINUS, by="carol")
        assert await _read_joins(talk) == []
        await talk.unreact(where, MINUS, by="carol")
    assert await _read_joins(talk) == []
    assert len(talk.heard()) == 1


@each("typed_by_carol", ["@bob==", '"the docs"==', "@pptbot leaderboard"])
async def test_reactions_on_boards_and_scores_are_ignored(talk, typed_by_carol):
    await _thank(talk)
    await talk.said(typed_by_carol, by="carol")
    said = talk.slack.list_posts("general")[-1]
    assert said.ephemeral_to is None
    for emoji in (PLUS, MINUS):
        await talk.react(said, emoji, by="dave")
        assert await _read_joins(talk) == []


async def test_reaction_on_a_reply_combining_two_voters_is_ignored(talk):
    _, answer = await _thank(talk)
    await talk.said("@bob++", by="carol")
    # As if two waiting replies had been combined in one post.
    await talk.rows("UPDATE outbox SET posted_ts = %s RETURNING 1", answer.ts)
    await talk.react(answer, PLUS, by="dave")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]


async def test_with_joining_off_points_go_to_the_author(talk):
    await talk.decide(joining=False)
    post, answer = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await _reply(talk, post, by="dave")
    await talk.react(answer, PLUS, by="dave")
    assert await _read_joins(talk) == [(CAROL, ANN, 1), (DAVE, ANN, 1)]


async def test_joined_votes_can_be_withdrawn_after_joining_is_turned_off(talk):
    post, _ = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    reply = await _reply(talk, post, by="dave")
    await talk.decide(joining=False)
    await talk.unreact(post, PLUS, by="carol")
    await talk.deleted(reply)
    assert await _read_joins(talk) == []


# One vote


async def test_several_ways_of_joining_count_as_one_vote(talk):
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


async def test_two_emoji_of_one_person_join_once(talk):
    await talk.decide(plus_reactions=[PLUS, "tada"])
    post, _ = await _thank(talk)
    for change, emoji in ((talk.react, PLUS), (talk.react, "tada"), (talk.unreact, PLUS)):
        await change(post, emoji, by="carol")
        assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    await talk.unreact(post, "tada", by="carol")
    assert await _read_joins(talk) == []


async def test_first_way_of_joining_counts_even_if_a_reaction(talk):
    post, _ = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await _reply(talk, post, "+++")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]


async def test_joins_of_two_people_are_independent(talk):
    post, answer = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await talk.react(answer, PLUS, by="dave")
    await talk.unreact(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(DAVE, BOB, 1)]


async def test_redelivered_and_reordered_events_give_the_same_joins(talk):
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


async def test_reaction_whose_removal_arrives_first_does_not_count(talk):
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


async def test_joined_votes_survive_edit_and_deletion_of_the_thank_you(talk):
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


async def test_joining_after_an_edit_uses_the_edited_targets(talk):
    post, _ = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await talk.edited(post, "@carol++ I mean")
    await talk.react(post, PLUS, by="dave")
    assert await _read_joins(talk) == [(CAROL, BOB, 1), (DAVE, CAROL, 1)]


async def test_reaction_redelivered_after_an_edit_counts_once(talk):
    post, _ = await _thank(talk)
    workspace, carol = talk.slack.workspace, talk.id_of("carol")
    added = events.build_reaction_event(workspace, post=post, emoji=PLUS, user=carol)
    await talk.told(added)
    await talk.edited(post, "hello")
    await talk.told(added)
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]


async def test_readded_reaction_follows_the_current_text_and_can_be_removed(talk):
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


async def test_edited_reply_switches_between_joining_and_its_own_vote(talk):
    post, _ = await _thank(talk)
    reply = await _reply(talk, post, "well done")
    reply = await talk.edited(reply, "++")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    reply = await talk.edited(reply, "@dave++")
    assert await _read_joins(talk) == [(CAROL, DAVE, 1)]
    await talk.edited(reply, "++ for the tests")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]


async def test_reaction_older_than_the_thank_you_credits_the_author(talk):
    post = await talk.said("hello")
    await talk.react(post, PLUS, by="carol")
    await talk.edited(post, "@bob++")
    assert await _read_joins(talk) == [(CAROL, ANN, 1)]
    await talk.unreact(post, PLUS, by="carol")
    assert await _read_joins(talk) == []


async def test_reaction_after_undo_does_not_rejoin(talk):
    post, _ = await _thank(talk)
    await _reply(talk, post)
    undone = await talk.command("undo", by="carol", command="/karma")
    assert undone["text"].startswith("Undone: bob +1")
    await talk.react(post, PLUS, by="carol")
    assert await _read_joins(talk) == []


# The usual rules of votes


async def test_joined_vote_spends_allowance_that_a_withdrawal_refunds(talk):
    await talk.decide(daily_allowance=1)
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


async def test_joined_vote_starts_a_cooldown_that_a_withdrawal_ends(talk):
    await talk.decide(cooldown=60)
    first, _ = await _thank(talk)
    second, _ = await _thank(talk, by="dave")
    await talk.react(first, PLUS, by="carol")
    await talk.react(second, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1), (DAVE, BOB, 1)]
    settings = talk.running.context.rulebook.get_settings(talk.slack.workspace.team_id)
    assert talk.heard(to="carol") == [explain_refusal(Refusal.COOLDOWN, settings)]
    await talk.unreact(first, PLUS, by="carol")
    await talk.unreact(second, PLUS, by="carol")
    assert await _read_joins(talk) == [(DAVE, BOB, 1)]
    await talk.react(second, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1), (DAVE, BOB, 1)]


async def test_joining_gives_nothing_to_an_opted_out_person(talk):
    post, _ = await _thank(talk)
    await talk.command("opt-out", by="bob", command="/karma")
    await talk.react(post, PLUS, by="carol")
    await _reply(talk, post, by="dave")
    assert await _read_joins(talk) == []


async def test_forgotten_person_cannot_join_again(talk):
    post, answer = await _thank(talk)
    await talk.react(post, PLUS, by="carol")
    await talk.command("forget-me", by="carol", command="/karma")
    await talk.submit(talk.view("carol"), by="carol", karma_forget_confirm="forget me")
    before = await talk.scores()
    await talk.react(answer, PLUS, by="carol")
    await _reply(talk, post)
    assert await talk.scores() == before


async def test_bot_reactions_do_not_join(talk):
    post, _ = await _thank(talk)
    for who in ("U0ROBOT009", APP):
        payload = events.build_reaction_event(talk.slack.workspace, post=post, emoji=PLUS, user=who)
        await talk.told(payload)
    assert await _read_joins(talk) == []


# The app's ack emoji, if it replies with reactions


def _have_ack(talk, *posts):
    """Return for each of *posts* whether it has the app's ack emoji."""
    return [bool(talk.slack.workspace.list_reactions(post).get(ACK_EMOJI)) for post in posts]


async def test_joining_reply_gets_the_ack_emoji(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    reply = await _reply(talk, post)
    assert _have_ack(talk, post, reply) == [True, True]
    marked = [call.args["timestamp"] for call in talk.slack.list_calls("reactions.add")]
    assert marked == [post.ts, post.ts, reply.ts]  # first twice: also the reaction to join by
    answer = await _reply(talk, post, by="bob")
    assert _have_ack(talk, answer) == [False]


async def test_ack_emoji_moves_to_the_reply_that_counts(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    first = await _reply(talk, post)
    second = await _reply(talk, post, "++ for the tests")
    assert _have_ack(talk, first, second) == [True, False]
    first = await talk.edited(first, "never mind")
    assert _have_ack(talk, post, first, second) == [True, False, True]
    second = await talk.edited(second, "@dave++")
    assert _have_ack(talk, post, first, second) == [True, False, True]
    assert await _read_joins(talk) == [(CAROL, DAVE, 1)]
    await talk.edited(second, "no")
    assert _have_ack(talk, post, first, second) == [True, False, False]


async def test_thank_you_keeps_its_ack_emoji_only_while_votes_remain_on_it(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    reply = await _reply(talk, post)
    after = await talk.edited(post, "hello")
    assert _have_ack(talk, post, reply) == [False, True]
    post = await talk.edited(after, "@bob++ after all")
    await talk.react(post, PLUS, by="dave")
    await talk.edited(post, "hello")
    assert _have_ack(talk, post, reply) == [True, True]


# Joining with one click


async def test_app_adds_the_first_plus_when_replies_are_reactions(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    assert talk.slack.workspace.list_reactions(post)[PLUS] == [APP]
    await talk.react(post, PLUS, by="carol")
    assert await _read_joins(talk) == [(CAROL, BOB, 1)]
    taken = await talk.said("@bob--", by="carol")
    assert PLUS not in talk.slack.workspace.list_reactions(taken)


async def test_apps_plus_reaction_follows_edits_and_the_joining_setting(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    after = await talk.edited(post, "@bob-- really")
    assert not talk.slack.workspace.list_reactions(after)[PLUS]
    await talk.decide(joining=False)
    second = await talk.said("@bob++")
    assert PLUS not in talk.slack.workspace.list_reactions(second)


# Late events


@each("typed", ["hello", "@bob++"])
@each("message_first", [True, False])
@each("names_author", [True, False])
async def test_removed_reaction_stays_removed_if_its_addition_arrives_last(
    talk, typed, message_first, names_author
):
    """As after an outage, when Slack redelivers what got a 503."""
    workspace, carol, before = talk.slack.workspace, talk.id_of("carol"), await talk.scores()
    post = talk.write(typed)
    posted = events.build_posted_event(workspace, post)
    addition, removal = (
        events.build_reaction_event(workspace, post=post, emoji=PLUS, user=carol, added=added)
        for added in (True, False)
    )
    if not names_author:  # Slack sometimes omits it
        del addition["event"]["item_user"], removal["event"]["item_user"]
    for event in [posted, removal, addition] if message_first else [removal, posted, addition]:
        assert (await talk.deliver(event)).status == 200
    await talk.settled()
    assert await talk.gained(before) == ({BOB: 1} if typed == "@bob++" else {})
