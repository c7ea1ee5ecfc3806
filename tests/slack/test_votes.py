"""What a member's message results in: points, a reply, and who sees it."""

import asyncio

import pytest

from app.devtools.fake_slack import events
from tests.tables import each

ANN, BOB, CAROL = "U0ANN00001", "U0BOB00002", "U0CAROL003"


async def test_a_vote_is_counted_and_told_in_the_thread(talk):
    post = await talk.said("@bob++ for the release")
    assert await talk.scores() == {BOB: 1}
    assert talk.heard() == ["bob has 1 point (+1 for the release)"]
    assert talk.slack.list_posts("general")[0].thread_ts == post.ts


async def test_the_ledger_holds_what_was_said(talk):
    post = await talk.said("@bob+++ because he cares")
    rows = await talk.rows(
        "SELECT team_id, channel_id, message_ts, voter_id, target_id, delta, reason, kind"
        " FROM vote_history"
    )
    team = talk.slack.workspace.team_id
    assert rows == [(team, post.channel, post.ts, post.user, BOB, 2, "he cares", "vote")]


async def test_a_vote_is_committed_before_slack_hears_200(talk):
    post = talk.write("@bob++")
    answer = await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    assert answer.status == 200
    assert await talk.scores() == {BOB: 1}


async def test_a_delivery_repeated_counts_once(talk):
    post = talk.write("@bob++")
    for event_id in ("Ev1", "Ev1", "Ev2"):
        payload = events.build_posted_event(talk.slack.workspace, post, event_id=event_id)
        assert (await talk.deliver(payload)).status == 200
    await talk.running.sender.wait_idle()
    assert await talk.scores() == {BOB: 1}
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_deliveries_at_the_same_time_count_once(talk):
    post = talk.write("@bob++ @carol--")
    payloads = [
        events.build_posted_event(talk.slack.workspace, post, event_id=f"Ev{n}") for n in range(8)
    ]
    answers = await asyncio.gather(*map(talk.deliver, payloads))
    assert {answer.status for answer in answers} == {200}
    assert await talk.scores() == {BOB: 1, CAROL: -1}


async def test_no_event_costs_a_call_to_slack_for_authorization(talk):
    for n in range(3):
        await talk.said(f"hello {n}")
    await talk.slack.wait_until(lambda: talk.slack.list_calls("auth.test"))
    assert len(talk.slack.list_calls("auth.test")) == 1
    assert len(talk.slack.calls) == 1


async def test_all_votes_of_a_message_make_one_reply(talk):
    await talk.said("@bob++ and @carol++ for the demo")
    assert talk.heard() == [
        "bob has 1 point (+1 for the demo)\ncarol has 1 point (+1 for the demo)"
    ]


async def test_a_reply_in_a_thread_is_answered_there(talk):
    began = await talk.said("hello")
    await talk.said("@bob++", thread=began)
    assert talk.slack.list_posts("general")[0].thread_ts == began.ts


async def test_an_operator_in_a_thread_thanks_whoever_began_it(talk):
    began = await talk.said("here is the write-up", by="carol")
    await talk.said("++ for the write-up", by="bob", thread=began)
    assert await talk.scores() == {CAROL: 1}


@pytest.mark.parametrize("named", ["parent_user_id", "root"])
async def test_nobody_is_thanked_below_a_message_that_is_gone_or_below_a_huddle(talk, named):
    # Slack names Slackbot there (hackclub/toriel#238, mattermost/mmetl#46).
    began = await talk.said("anybody there?", by="carol")
    payload = events.build_posted_event(talk.slack.workspace, talk.write("++", thread=began))
    payload["event"].pop("parent_user_id", None)
    payload["event"][named] = "USLACKBOT" if named == "parent_user_id" else {"user": "USLACKBOT"}
    await talk.told(payload)
    assert await talk.scores() == {}
    assert talk.heard() == []


async def test_a_vote_for_oneself_is_refused_to_the_voter_alone(talk):
    await talk.said("@ann++ and @bob++")
    assert await talk.scores() == {BOB: 1}
    assert talk.heard() == ["bob has 1 point (+1)"]
    (told,) = talk.heard(to="ann")
    assert told.startswith("Not counted: points are for others")


async def test_a_minus_for_oneself_is_answered_by_words_that_fit_it(talk):
    await talk.said("@ann--")
    (told,) = talk.heard(to="ann")
    assert told.startswith("Not counted: points are for others, and yours are up to them.")


async def test_a_refusal_is_told_once_however_often_slack_delivers(talk):
    post = await talk.said("@ann++")
    for _ in range(3):
        await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    await talk.running.sender.wait_idle()
    assert len(talk.heard(to="ann")) == 1


async def test_too_many_targets_count_not_at_all(talk):
    await talk.said(" ".join(f"thing{n}++" for n in range(26)))
    assert await talk.scores("things") == {}
    assert "25 people and things at most" in talk.heard(to="ann")[0]


async def test_boards_are_kept_for_people_things_givers_and_the_channel(talk):
    post = await talk.said("@bob+++ postgres--")
    channel = f"channel/{post.channel}"
    names = [name for (name,) in await talk.rows("SELECT board FROM leaderboard")]
    boards = {name.removesuffix("/S1").partition("/2")[0] for name in names}
    assert boards == {"users", "things", "givers", channel}
    assert await talk.scores("givers") == {ANN: 3}
    assert await talk.scores(channel) == {BOB: 2}
    assert await talk.scores("things") == {"thing:postgres": -1}


async def test_a_group_is_its_members_without_the_voter(talk):
    await talk.said("@eng ++ for the on-call week")
    team = talk.slack.workspace.groups["S0ENG00001"].members
    assert await talk.scores() == dict.fromkeys((u for u in team if u != ANN), 1)
    assert len(talk.slack.list_calls("usergroups.users.list")) == 1


async def test_the_members_of_a_group_are_asked_for_once(talk):
    await talk.said("@eng++", by="carol")
    await talk.said("@eng++", by="dave")
    assert len(talk.slack.list_calls("usergroups.users.list")) == 1


async def test_a_group_that_slack_does_not_know_is_told(talk):
    talk.slack.fail("usergroups.users.list", error="no_such_subteam")
    await talk.said("@eng++ and @bob++")
    assert await talk.scores() == {BOB: 1}
    assert "Slack didn't tell me who's in that group" in talk.heard(to="ann")[0]


async def test_a_group_that_cannot_be_looked_up_now_is_left_to_slacks_retry(talk):
    talk.slack.fail("usergroups.users.list", status=500)
    post = talk.write("@eng++")
    payload = events.build_posted_event(talk.slack.workspace, post)
    assert (await talk.deliver(payload)).status == 503
    assert (await talk.deliver(payload)).status == 200
    assert await talk.scores() != {}


async def test_a_thing_is_shown_as_it_was_last_written(talk):
    await talk.said("PostGres++")
    await talk.said("Postgres++ for the planner")
    assert talk.heard()[-1] == 'the thing "Postgres" has 2 points (+1 for the planner)'


async def test_what_people_write_cannot_mention_anybody(talk):
    await talk.said('"<!everyone> & co"++ for <!here> <@U0BOB00002> and `<!channel>`')
    (said,) = talk.heard()
    assert said.startswith('the thing "&lt;!everyone&gt; &amp; co" has 1 point (+1 for')
    assert "<!" not in said
    assert "<@" not in said


async def test_a_mention_in_a_reason_is_told_by_name(talk):
    await talk.said("@bob++ for helping @carol")
    assert talk.heard() == ["bob has 1 point (+1 for helping carol)"]


@each("typed", ["hello", "i++", "ping @bob -- can you look?", "`@bob++`"])
async def test_ordinary_messages_are_answered_with_silence(talk, typed):
    await talk.said(typed)
    assert talk.heard() == []
    assert await talk.rows("SELECT FROM messages") == []


@each("subtype", ["bot_message", "channel_join", "channel_topic", "reminder_add"])
async def test_messages_that_no_member_wrote_do_not_vote(talk, subtype):
    workspace = talk.slack.workspace
    event = events.build_message_event(
        workspace,
        user=ANN,
        channel="C0GENERAL1",
        text=f"<@{BOB}>++",
        ts=workspace.next_ts(),
        subtype=subtype,
    )
    assert (await talk.deliver(event)).status == 200
    assert await talk.scores() == {}


async def test_the_app_does_not_hear_itself_even_without_a_bot_id(talk):
    workspace = talk.slack.workspace
    await talk.slack.wait_until(lambda: talk.slack.list_calls("auth.test"))
    event = events.build_message_event(
        workspace,
        user=workspace.bot_user_id,
        channel="C0GENERAL1",
        text=f"<@{BOB}>++",
        ts=workspace.next_ts(),
    )
    assert (await talk.deliver(event)).status == 200
    assert await talk.scores() == {}


async def test_other_bots_do_not_vote(talk):
    workspace = talk.slack.workspace
    event = events.build_message_event(
        workspace,
        user="U0ROBOT009",
        channel="C0GENERAL1",
        text=f"<@{BOB}>++",
        ts=workspace.next_ts(),
        bot_id="B0OTHER",
    )
    assert (await talk.deliver(event)).status == 200
    assert await talk.scores() == {}


@each("subtype", ["thread_broadcast", "file_share", "me_message"])
async def test_messages_sent_in_other_ways_do_vote(talk, subtype):
    before, workspace = await talk.scores(), talk.slack.workspace
    event = events.build_message_event(
        workspace,
        user=ANN,
        channel="C0GENERAL1",
        text=f"<@{BOB}>++",
        ts=workspace.next_ts(),
        subtype=subtype,
    )
    assert (await talk.deliver(event)).status == 200
    assert await talk.gained(before) == {BOB: 1}


async def test_nul_and_lone_surrogates_are_harmless(talk):
    workspace = talk.slack.workspace
    event = events.build_message_event(
        workspace,
        user=ANN,
        channel="C0GENERAL1",
        text=f"<@{BOB}>++ for a\x00b \ud800 c",
        ts=workspace.next_ts(),
    )
    assert (await talk.deliver(event)).status == 200
    await talk.running.sender.wait_idle()
    assert talk.heard() == ["bob has 1 point (+1 for a\ufffdb \ufffd c)"]


async def test_a_daily_allowance_is_spent_and_then_refused(talk):
    await talk.decide(daily_allowance=3)
    await talk.said("@bob+++")
    await talk.said("@carol+++")
    await talk.said("@carol++")
    assert await talk.scores() == {BOB: 2, CAROL: 1}
    assert "3 points a day" in talk.heard(to="ann")[0]
