"""A typed `@name` that isn't a mention: the app asks, and counts it as the voter says."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError

from app.devtools.fake_slack import events
from app.devtools.fake_slack.fields import list_elements
from app.devtools.fake_slack.values import Post, SlackMember
from app.slack.directory.membership import ChannelMembers, Membership
from app.slack.views.offers import PERSON, THING
from app.store.server.upkeep import tidy
from tests import sent_sql
from tests.examples import scaled
from tests.logged import logged

ANN, BOB, CAROL, GRACE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "W0GRACE007"
OSCAR = "U0OSCAR010"
FIRST = f"{PERSON}_0"
LEDGER = "SELECT target_id, sum(delta)::int FROM vote_history GROUP BY 1 HAVING sum(delta) <> 0"
OFFERS = "SELECT handle, user_id, points, answer FROM offers ORDER BY id"


async def announce(talk, *names):
    """Deliver a `user_change` event for each of *names*, so that the app knows them."""
    workspace = talk.slack.workspace
    for name in names:
        member = workspace.find_member(name)
        change = events.build_user_change_event(
            workspace, member=member, event_ts=workspace.next_ts()
        )
        await talk.told(change)


def write(talk, text, by="ann", thread=None):
    """Write a message in which no @ makes a mention."""
    workspace = talk.slack.workspace
    where, ts = workspace.find_channel(talk.channel).id, workspace.next_ts()
    return workspace.add(Post(where, ts, text, talk.id_of(by), thread_ts=thread))


async def say(talk, text, by="ann", thread=None):
    post = write(talk, text, by, thread)
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    return post


async def edit(talk, post, text):
    workspace, after = talk.slack.workspace, replace(post, text=text, edited=True)
    at = workspace.next_ts()
    await talk.told(events.build_changed_event(workspace, before=post, after=after, event_ts=at))
    return after


def find_question(talk, to="ann", nth=-1):
    """Return the *nth* question that the app asked a member privately."""
    questions = [
        post for post in talk.slack.list_posts(talk.id_of(talk.channel))
        if post.ephemeral_to == talk.id_of(to) and post.blocks
    ]  # fmt: skip
    return questions[nth]


def buttons(post):
    return [button["text"]["text"] for _, button in list_elements(post.blocks)]


async def ledger(talk):
    return dict(await talk.rows(LEDGER))


async def test_button_shows_names_on_one_line_within_slacks_limit(talk):
    workspace = talk.slack.workspace
    bob = workspace.find_member("bob")
    workspace.members[BOB] = replace(bob, display_name="R&D\n\u202ebob " + "b" * 99)
    await announce(talk, "bob")
    await say(talk, "@bob++")
    label, _ = buttons(find_question(talk))
    assert label.startswith("@R&D bob b")
    assert label.isprintable()
    assert len(label) <= 75


async def test_typed_name_is_asked_about_and_counts_for_the_chosen_person(talk, log_lines):
    await announce(talk, "bob")
    post = await say(talk, "@bob++ for the docs")
    assert await ledger(talk) == {}
    assert talk.heard() == []
    question = find_question(talk)
    assert question.text.startswith("Did you mean @bob?")
    assert buttons(question) == ["@bob", "the thing bob"]
    await talk.click(question, FIRST)
    assert await ledger(talk) == {BOB: 1}
    assert talk.heard() == ["bob has 1 point (+1 for the docs)"]
    assert talk.slack.list_posts("general")[-1].thread_ts == post.ts
    assert talk.updates()[-1]["text"] == "Counted for bob."
    assert talk.updates()[-1]["replace_original"]
    assert [line["votes"] for line in logged(log_lines, "vote.meant")] == [1]


async def test_chosen_person_gets_a_notice_and_is_greeted_like_any_other(talk):
    talk.running.context.newcomers.greets = True
    await talk.decide(notices="direct")
    await announce(talk, "bob")
    await say(talk, "@bob+++ for the docs")
    assert talk.direct("bob") == []
    await talk.click(find_question(talk), FIRST)
    notice, greeting = talk.direct("bob")
    assert notice == "ann gave you 2 points for the docs · in <#C0GENERAL1>"
    assert "first point" in greeting
    assert any("/karma undo" in said for said in talk.heard(to="ann"))


async def test_typed_name_can_be_counted_for_a_thing(talk):
    await announce(talk, "bob")
    await say(talk, "@Bob++")
    await talk.click(find_question(talk), THING)
    assert await ledger(talk) == {"thing:bob": 1}
    assert talk.heard() == ['the thing "Bob" has 1 point (+1)']
    assert talk.updates()[-1]["text"] == 'Counted for the thing "Bob".'


@pytest.mark.parametrize("text", ["@bob==", "#Bob==", '"bob"=='])
async def test_query_for_a_members_name_shows_the_members_score(talk, text):
    other = "Oscar" if "Bob" in text else "oscar"
    await announce(talk, "bob", "oscar")
    await talk.said("@bob+++")
    await say(talk, text)
    await say(talk, "bob==")
    await say(talk, text.replace("bob", other).replace("Bob", other))
    members = talk.slack.workspace.members
    twin = replace(members[CAROL], display_name="Bob")
    members[twin.id] = twin
    await announce(talk, twin.name)
    await say(talk, text)
    assert talk.heard()[1:-1] == ["bob has 2 points", f'the thing "{other}" has 0 points']
    assert '"' + text.strip('#@"=') + '" has 0 points' in talk.heard()[-1]  # it's nobody's alone


async def test_query_for_a_thing_with_points_shows_the_things_score(talk):
    await say(talk, "bob+++")
    await announce(talk, "bob")
    await say(talk, "@bob==")
    assert talk.heard()[-1] == 'the thing "bob" has 2 points'


async def test_query_reply_is_private_where_boards_are_private(talk):
    await announce(talk, "bob")
    await talk.decide(boards="own")
    await say(talk, "@bob==")
    assert talk.heard() == []
    assert talk.heard(to="ann") != []


async def test_name_that_nobody_has_counts_as_a_thing_at_once(talk):
    await announce(talk, "bob")
    await say(talk, "@postgres++")
    assert await ledger(talk) == {"thing:postgres": 1}
    assert talk.heard(to="ann") == []


@pytest.mark.parametrize("text", ["bob++", "Bob++", "#bob++", '"bob"++', "“bob”++", "bob--"])
async def test_name_without_an_at_is_asked_about(talk, text):
    await announce(talk, "bob")
    await say(talk, text)
    assert await ledger(talk) == {}
    assert find_question(talk).text.startswith("Did you mean @bob?")
    await talk.click(find_question(talk), FIRST)
    assert list(await ledger(talk)) == [BOB]


async def test_quoted_two_word_display_name_is_asked_about(talk):
    member = SlackMember("U0MIA00020", "mia", "Mia Lind", "Mia Lind")
    talk.slack.workspace.members[member.id] = member
    await announce(talk, "mia")
    await say(talk, '"mia lind"++')
    await talk.click(find_question(talk), FIRST)
    assert await ledger(talk) == {member.id: 1}


async def test_plain_name_shared_or_absent_from_the_channel_is_a_thing(talk):
    workspace, twin = talk.slack.workspace, SlackMember("U0TWIN0001", "bob.two", "bob", "Bob Two")
    workspace.members[twin.id] = twin
    general = workspace.find_channel("general")
    workspace.channels[general.id] = replace(general, away=(CAROL,))
    await announce(talk, "bob", "bob.two", "carol")
    await say(talk, "bob++")
    await say(talk, "carol++")
    assert await ledger(talk) == {"thing:bob": 1, "thing:carol": 1}
    assert talk.heard(to="ann") == []


async def test_member_of_a_large_channel_is_asked_about(talk):
    members = talk.slack.workspace.members
    bob = members.pop(BOB)
    for n in range(6000):
        members[f"U1MANY{n}"] = SlackMember(f"U1MANY{n}", f"many{n}", f"Many {n}", f"Many {n}")
    members[BOB] = bob
    await announce(talk, "bob")
    await say(talk, "bob++")
    assert find_question(talk).text.startswith("Did you mean @bob?")


async def test_search_for_a_member_is_cached_if_late_and_ends_if_it_takes_too_long(talk):
    workspace, client = talk.slack.workspace, talk.running.context.client
    general = workspace.find_channel("general")
    workspace.channels[general.id] = replace(general, away=(BOB,))
    has = partial(ChannelMembers(client).has, workspace.team_id, general.id)
    talk.slack.fail("conversations.members", delay=3600, times=None)
    with talk.hurried(lookup=0.01):
        assert await has(BOB)
    with talk.hurried(call=0.01):
        assert await has(CAROL)
    (search,) = client._tasks
    talk.slack.heal()
    await search
    talk.slack.fail("conversations.members", error="internal_error")
    assert not await has(BOB)


async def test_searches_that_fail_after_a_page_pause_no_others(talk):
    """A channel may be too large to be searched in time, although Slack answers."""
    workspace, client = talk.slack.workspace, talk.running.context.client
    where, method = (workspace.team_id, talk.id_of("general")), "conversations.members"
    members, page = (
        ChannelMembers(client),
        b'{"ok": true, "response_metadata": {"next_cursor": "2"}}',
    )
    for _ in range(4):
        talk.slack.fail(method, body=page)
        talk.slack.fail(method, error="internal_error")
        with pytest.raises(SlackApiError):
            await members.search(*where, BOB)
    assert await members.search(*where, BOB)


async def test_members_of_a_large_channel_are_searched_for_together(talk):
    await announce(talk, "bob", "carol")
    talk.slack.fail("conversations.members", delay=3600, times=None)
    saying = asyncio.create_task(say(talk, "bob++, carol++"))
    await talk.slack.wait_until(lambda: talk.slack.in_flight.count("conversations.members") == 2)
    talk.slack.heal()
    await saying


async def test_giver_in_a_large_private_channel_is_known_the_second_time(talk):
    client, channel = talk.running.context.client, talk.slack.workspace.find_channel("general")
    talk.slack.workspace.channels[channel.id] = replace(channel, is_private=True)
    where = talk.slack.workspace.team_id, channel.id, BOB
    talk.slack.fail("conversations.members", delay=3600)
    check = asyncio.create_task(talk.running.context.check_membership(*where))
    await talk.slack.wait_until(lambda: "conversations.members" in talk.slack.in_flight)
    check.cancel()
    (search,) = client._tasks
    talk.slack.heal()
    await search
    talk.slack.fail("conversations.members", error="internal_error", times=None)
    assert await talk.running.context.check_membership(*where) is Membership.BOTH


async def test_voter_is_asked_if_channel_members_are_unknown(talk):
    await announce(talk, "bob", "oscar")
    talk.slack.fail("conversations.members", error="internal_error", times=None)
    await say(talk, "oscar++")  # the name of a former member, which has to be typed after an @
    assert await ledger(talk) == {"thing:oscar": 1}
    await say(talk, "bob++")
    assert find_question(talk).text.startswith("Did you mean @bob?")


async def test_answer_is_remembered_per_voter(talk):
    await announce(talk, "bob", "carol")
    await say(talk, "bob++")
    await talk.click(find_question(talk), FIRST)
    await say(talk, "@carol++")
    await talk.click(find_question(talk), THING)
    for text in ("@bob++", '"Bob"++', "#carol++"):
        await say(talk, text)
    assert await ledger(talk) == {BOB: 3, "thing:carol": 2}
    assert len(talk.heard(to="ann")) == 2
    await say(talk, "bob++", by="dave")
    assert await ledger(talk) == {BOB: 3, "thing:carol": 2}
    assert find_question(talk, to="dave").text.startswith("Did you mean @bob?")


async def test_remembered_answer_ends_when_the_member_is_renamed(talk):
    await announce(talk, "bob")
    await say(talk, "bob++")
    await talk.click(find_question(talk), FIRST)
    bob = talk.slack.workspace.members[BOB]
    talk.slack.workspace.members[BOB] = replace(bob, name="robert", display_name="robert")
    await announce(talk, "robert")
    await say(talk, "bob++")
    assert await ledger(talk) == {BOB: 1, "thing:bob": 1}


async def test_typed_display_name_matches_in_any_case(talk):
    await announce(talk, "frank")
    await say(talk, "@FrankIE++")
    assert buttons(find_question(talk))[0] == "@frankie"


async def test_other_votes_count_at_once_and_their_reply_is_extended(talk):
    await announce(talk, "bob")
    await say(talk, f"postgres++ for speed, <@{CAROL}>++ because of the tests, @bob+++")
    assert await ledger(talk) == {CAROL: 1, "thing:postgres": 1}
    before = talk.heard()
    await talk.click(find_question(talk), FIRST)
    assert await ledger(talk) == {CAROL: 1, BOB: 2, "thing:postgres": 1}
    assert talk.heard()[0].splitlines() == [*before[0].splitlines(), "bob has 2 points (+2)"]
    assert len(talk.slack.list_calls("chat.postMessage")) == 1


async def test_two_members_with_the_same_name_are_both_offered(talk):
    twin = SlackMember("U0TWIN0001", "bob.two", "bob", "Bob Two")
    talk.slack.workspace.members[twin.id] = twin
    await announce(talk, "bob", "bob.two")
    await say(talk, "@bob++")
    question = find_question(talk)
    assert buttons(question) == ["@bob (@bob)", "@bob (@bob.two)", "the thing bob"]
    await talk.click(question, f"{PERSON}_1")
    assert await ledger(talk) == {twin.id: 1}
    await talk.click(question, FIRST)
    assert await ledger(talk) == {twin.id: 1}
    assert "This question is settled" in talk.updates()[-1]["text"]


async def test_later_edit_keeps_the_chosen_person(talk):
    await announce(talk, "bob")
    post = await say(talk, "@bob++")
    await talk.click(find_question(talk), FIRST)
    after = await edit(talk, post, "@bob+++ really")
    assert await ledger(talk) == {BOB: 2}
    after = await edit(talk, after, "never mind")
    assert await ledger(talk) == {}
    await edit(talk, after, "@bob++ after all")
    assert await ledger(talk) == {BOB: 1}
    assert len(talk.heard(to="ann")) == 1


async def test_later_edit_keeps_the_chosen_thing(talk):
    await announce(talk, "bob")
    post = await say(talk, "@bob++")
    await talk.click(find_question(talk), THING)
    await edit(talk, post, "@bob+++")
    assert await ledger(talk) == {"thing:bob": 2}


async def test_answer_counts_the_message_as_edited_meanwhile(talk):
    await announce(talk, "bob")
    post = await say(talk, "@bob++ for this")
    await edit(talk, post, "@bob+++ because it helped")
    assert len(talk.heard(to="ann")) == 1
    await talk.click(find_question(talk), FIRST)
    assert await talk.rows("SELECT target_id, delta::int, reason FROM vote_history") == [
        (BOB, 2, "it helped")
    ]
    assert await talk.rows("SELECT reason, because FROM offers") == [(None, None)]


@pytest.mark.parametrize("how", ["edited", "deleted"])
async def test_question_about_a_removed_vote_is_settled(talk, how):
    await announce(talk, "bob")
    post = await say(talk, f"<@{CAROL}>++ @bob++")
    if how == "edited":
        await edit(talk, post, f"<@{CAROL}>++")
    else:
        await talk.deleted(post)
    before = await ledger(talk)
    await talk.click(find_question(talk), FIRST)
    assert await ledger(talk) == before
    assert "This question is settled" in talk.updates()[-1]["text"]


async def test_late_older_version_leaves_the_question_open(talk):
    await announce(talk, "bob")
    workspace, post = talk.slack.workspace, write(talk, "nothing yet")
    older, newer = (workspace.next_ts() for _ in range(2))
    first = replace(post, text="hello", edited=True)
    second = replace(post, text="@bob++", edited=True)
    await talk.told(
        events.build_changed_event(workspace, before=post, after=second, event_ts=newer)
    )
    await talk.told(events.build_changed_event(workspace, before=post, after=first, event_ts=older))
    await talk.click(find_question(talk), FIRST)
    assert await ledger(talk) == {BOB: 1}


@pytest.mark.parametrize("text", ["@bob++", "@bob++ <@U0CAROL003>++"])
@pytest.mark.parametrize("how", ["edited", "deleted"])
async def test_late_original_asks_nothing(talk, text, how):
    await announce(talk, "bob")
    post = write(talk, text)
    late = events.build_posted_event(talk.slack.workspace, post)
    await (edit(talk, post, "bob") if how == "edited" else talk.deleted(post))
    await talk.told(late)
    assert talk.heard(to="ann") == []
    assert await ledger(talk) == {}
    assert await talk.rows(OFFERS) == []


async def test_vote_counted_as_a_thing_stays_so_once_the_name_is_known(talk):
    post = await say(talk, "@bob++")
    await announce(talk, "bob")
    await edit(talk, post, "@bob+++")
    assert await ledger(talk) == {"thing:bob": 2}
    assert talk.heard(to="ann") == []
    other = await say(talk, "hello")
    await edit(talk, other, "@bob++")
    assert len(talk.heard(to="ann")) == 1


async def test_redelivered_message_asks_once_and_counts_once(talk):
    await announce(talk, "bob")
    post = await say(talk, f"<@{CAROL}>++ @bob++")
    for _ in range(2):
        await talk.told(events.build_posted_event(talk.slack.workspace, post))
    question = find_question(talk)
    await talk.click(question, FIRST)
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    await talk.click(question, FIRST)
    assert await ledger(talk) == {CAROL: 1, BOB: 1}
    assert len(talk.slack.list_calls("chat.postEphemeral")) == 1


async def test_redelivery_after_an_answer_elsewhere_leaves_the_question_open(talk):
    await announce(talk, "bob")
    post = await say(talk, "@bob++")
    question = find_question(talk)
    await say(talk, "@bob++")
    await talk.click(find_question(talk), FIRST)
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    assert await ledger(talk) == {BOB: 1}
    await talk.click(question, FIRST)
    assert await ledger(talk) == {BOB: 2}


async def test_question_that_could_not_be_stored_is_asked_on_redelivery(talk):
    await announce(talk, "bob")
    event = events.build_posted_event(talk.slack.workspace, write(talk, "@bob++"))
    async with talk.running.database.pool.connection() as conn, conn.transaction():
        await conn.execute("LOCK TABLE outbox IN SHARE MODE")
        with talk.hurried(database=0.2):
            assert (await talk.deliver(event)).status == 503
    assert await talk.rows(OFFERS) == []
    await talk.told(event)
    assert buttons(find_question(talk)) == ["@bob", "the thing bob"]


async def test_concurrent_presses_count_once(talk):
    await announce(talk, "bob")
    await say(talk, "@bob++")
    question = find_question(talk)
    presses = [talk.press(question, FIRST), talk.press(question, THING)] * 5
    answers = await asyncio.gather(*map(talk.deliver_interaction, presses))
    assert {answer.status for answer in answers} == {200}
    await talk.settled()
    assert list((await ledger(talk)).values()) == [1]


async def test_concurrent_edit_and_answer_end_like_sequential_ones(talk):
    await announce(talk, "bob")
    workspace = talk.slack.workspace
    for number in range(8):
        await talk.rows("WITH gone AS (DELETE FROM meanings) SELECT 1")
        post = await say(talk, f"<@{CAROL}>++ @bob++")
        after = replace(post, text=f"<@{CAROL}>+++ @bob++", edited=True)
        at = workspace.next_ts()
        edit = events.build_changed_event(workspace, before=post, after=after, event_ts=at)
        press = talk.press(find_question(talk), FIRST)
        both = [talk.deliver(edit), talk.deliver_interaction(press)]
        await asyncio.gather(*(both if number % 2 else both[::-1]))
    await talk.settled()
    assert await ledger(talk) == {CAROL: 16, BOB: 8}


async def test_only_the_voter_can_answer(talk, log_lines):
    await announce(talk, "bob")
    await say(talk, "@bob++")
    question = find_question(talk)
    await talk.click(question, FIRST, by="bob")
    await talk.click(question, THING, by="carol")
    assert await ledger(talk) == {}
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == ["not_yours"] * 2
    await talk.click(question, FIRST)
    assert await ledger(talk) == {BOB: 1}


async def test_press_from_another_team_is_refused(talk, log_lines):
    await announce(talk, "bob")
    await say(talk, "@bob++")
    press = talk.press(find_question(talk), FIRST)
    press["team"]["id"] = "T0ELSEWHER"
    press["user"]["team_id"] = "T0ELSEWHER"
    await talk.deliver_interaction(press)
    assert await ledger(talk) == {}
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == ["gone"]


async def test_question_expires_after_a_day(talk):
    await announce(talk, "bob")
    await say(talk, "@bob++")
    await talk.rows("UPDATE offers SET offered_at = now() - interval '25 hours' RETURNING 1")
    await talk.click(find_question(talk), FIRST)
    assert await ledger(talk) == {}
    assert "This question is settled" in talk.updates()[-1]["text"]


async def test_answers_obey_the_self_vote_and_allowance_rules(talk):
    await announce(talk, "ann", "bob")
    await say(talk, "@ann++")
    await talk.click(find_question(talk), FIRST)
    assert "Not counted: points are for others" in talk.updates()[-1]["text"]
    await talk.decide(daily_allowance=1)
    await say(talk, f"<@{CAROL}>++ @bob++")
    await talk.click(find_question(talk), FIRST)
    assert "out of 1 point a day" in talk.updates()[-1]["text"]
    assert await ledger(talk) == {CAROL: 1}
    assert await talk.rows(OFFERS) == [("ann", ANN, 1, None), ("bob", BOB, 1, None)]


async def test_quiet_channel_asks_nothing_and_counts_a_thing(talk):
    await announce(talk, "bob")
    await talk.decide(quiet_channels=[talk.id_of("general")])
    await say(talk, "@bob++")
    assert await ledger(talk) == {"thing:bob": 1}
    assert talk.heard(to="ann") == []


async def test_external_people_are_not_offered(talk):
    members = talk.slack.workspace.members
    members["U0DORA0012"] = SlackMember("U0DORA0012", "dora", "dora", "Dora", team_id="T0ACME0001")
    await announce(talk, "dora")
    await say(talk, "@dora++")
    assert await ledger(talk) == {"thing:dora": 1}


async def test_external_people_learn_no_name_of_people_elsewhere(talk):
    """Slack shows them only those who share a channel with them."""
    workspace, where = talk.slack.workspace, talk.id_of("general")
    dora = SlackMember("U0DORA0012", "dora", "dora", "Dora", team_id="T0ACME0001")
    workspace.members[dora.id] = dora
    general = replace(workspace.channels[where], away=frozenset({talk.id_of("heidi")}))
    workspace.channels[where] = general
    await announce(talk, "dora", "heidi", "bob")
    for name, answer in (("heidi", 'the thing "heidi" has 0 points'), ("bob", "bob has 0 points")):
        await say(talk, f"@{name}==", by="dora")
        assert talk.heard()[-1] == answer
    for text in ("@heidi++", "@heidii++", "thanks @heidi ++", "@heidi ++ carol++"):
        await say(talk, text, by="dora")
        assert "eidi" not in " ".join(talk.heard(to="dora"))
    await say(talk, "@bob++", by="dora")
    assert find_question(talk, to="dora").text.startswith("Did you mean @bob?")
    await say(talk, "@heidi++", by="ann")
    assert find_question(talk).text.startswith("Did you mean @heidi?")


async def test_at_name_of_a_former_member_is_asked_about(talk):
    await announce(talk, "oscar")
    await say(talk, "@oscar++ for all the years")
    assert await ledger(talk) == {}
    assert buttons(find_question(talk)) == ["@oscar", "the thing oscar"]
    await talk.click(find_question(talk), FIRST)
    assert await ledger(talk) == {OSCAR: 1}
    assert talk.heard() == ["oscar has 1 point (+1 for all the years)"]


async def test_plain_name_of_a_former_member_is_a_thing(talk):
    await announce(talk, "oscar")
    for text in ("oscar++", "#oscar++", '"oscar"++'):
        await say(talk, text)
    assert await ledger(talk) == {"thing:oscar": 3}
    assert talk.heard(to="ann") == []


async def test_name_shared_with_a_former_member_means_the_current_one(talk):
    twin = SlackMember("U0TWIN0001", "oscar.two", "oscar", "Oscar Two")
    talk.slack.workspace.members[twin.id] = twin
    await announce(talk, "oscar", "oscar.two")
    await say(talk, "@oscar++")
    await talk.click(find_question(talk), FIRST)
    assert await ledger(talk) == {twin.id: 1}


async def test_reply_after_an_answer_in_a_thread_goes_to_the_thread(talk):
    await announce(talk, "bob")
    root = await talk.said("hello")
    await say(talk, "@bob++", thread=root.ts)
    await talk.click(find_question(talk), FIRST)
    assert talk.slack.list_posts("general")[-1].thread_ts == root.ts


async def test_too_many_targets_with_typed_names_are_refused(talk):
    await announce(talk, "bob")
    await say(talk, " ".join(f"@name{n}++" for n in range(30)) + " @bob++")
    assert await ledger(talk) == {}
    assert "25 people and things at most" in talk.heard(to="ann")[0]


async def test_answer_that_would_exceed_the_most_targets_counts_nothing(talk):
    await announce(talk, "bob")
    await say(talk, f"<@{CAROL}>++ @bob++")
    await talk.decide(max_targets=1)
    await talk.click(find_question(talk), FIRST)
    assert "for one person or thing at most." in talk.updates()[-1]["text"]
    assert await ledger(talk) == {CAROL: 1}


async def test_message_without_typed_names_costs_no_query_about_them(talk, monkeypatch):
    monkeypatch.setattr(sent_sql, "refused", {"offers", "handle = ANY"})
    await talk.said("@bob++ :tada:++")
    assert await talk.scores() == {BOB: 1}


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=30), st.just("9" * 5000),
    st.sampled_from(["1", "2", "0", "-1", "١", "1 1", " 1", "99999999999999999999", "1\n"]),
    st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=3), st.none()),
)  # fmt: skip


@pytest.fixture
async def question(talk):
    """The question of whom "@bob" means, before any button is pressed."""
    await announce(talk, "bob")
    await say(talk, "@bob++")
    return find_question(talk)


@settings(max_examples=scaled(60))
@example(value="2", user=BOB, team="T0ELSEWHER", action=THING)  # the reply replaces the question
@given(
    value=VALUES,
    user=st.one_of(VALUES, st.sampled_from([BOB, CAROL])),
    team=st.one_of(VALUES, st.just("T0ELSEWHER")),
    action=st.sampled_from([FIRST, THING, f"{PERSON}_99", f"{PERSON}_999", "offer_"]),
)
async def test_forged_presses_change_nothing(talk, question, value, user, team, action):
    press = talk.press(question, FIRST)
    press["actions"][0] |= {"action_id": action, "value": value}
    press |= {"user": {"id": user}, "team": {"id": team}}
    assert (await talk.deliver_interaction(press)).status == 200
    assert await ledger(talk) == {}
    assert await talk.rows(OFFERS) == [("bob", BOB, 1, None)]


async def test_old_questions_and_answers_are_deleted(talk):
    await announce(talk, "bob", "eve")
    await say(talk, "@bob++")
    await talk.click(find_question(talk), FIRST)
    await say(talk, "@eve++")
    for days, left in ((1, 2), (3, 1), (91, 0)):
        age = f"UPDATE offers SET offered_at = now() - interval '{days} days' RETURNING 1"  # noqa: S608
        await talk.rows(age)
        await talk.running.database.run(lambda c: tidy(c, talk.slack.workspace.team_id))
        assert len(await talk.rows(OFFERS)) == left
