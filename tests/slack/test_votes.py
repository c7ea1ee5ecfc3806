"""What a member's message results in: points, a reply, and who sees it."""

import asyncio

import pytest

from app.devtools.fake_slack import events
from tests.core.reading import rich, section, text, user
from tests.tables import each

ANN, BOB, CAROL = "U0ANN00001", "U0BOB00002", "U0CAROL003"


async def test_vote_counts_and_gets_a_reply_in_the_thread(talk):
    post = await talk.said("@bob++ for the release")
    assert await talk.scores() == {BOB: 1}
    assert talk.heard() == ["bob has 1 point (+1 for the release)"]
    assert talk.slack.list_posts("general")[0].thread_ts == post.ts


async def test_ledger_row_records_the_vote_as_written(talk):
    post = await talk.said("@bob+++ because he cares")
    rows = await talk.rows(
        "SELECT team_id, channel_id, message_ts, voter_id, target_id, delta, reason, kind"
        " FROM vote_history"
    )
    team = talk.slack.workspace.team_id
    assert rows == [(team, post.channel, post.ts, post.user, BOB, 2, "he cares", "vote")]


async def test_vote_is_committed_before_the_200(talk):
    post = talk.write("@bob++")
    answer = await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    assert answer.status == 200
    assert await talk.scores() == {BOB: 1}


async def test_redelivered_message_counts_once(talk):
    post = talk.write("@bob++")
    for event_id in ("Ev1", "Ev1", "Ev2"):
        payload = events.build_posted_event(talk.slack.workspace, post, event_id=event_id)
        assert (await talk.deliver(payload)).status == 200
    await talk.running.sender.wait_idle()
    assert await talk.scores() == {BOB: 1}
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_concurrent_deliveries_count_once(talk):
    post = talk.write("@bob++ @carol--")
    payloads = [
        events.build_posted_event(talk.slack.workspace, post, event_id=f"Ev{n}") for n in range(8)
    ]
    answers = await asyncio.gather(*map(talk.deliver, payloads))
    assert {answer.status for answer in answers} == {200}
    assert await talk.scores() == {BOB: 1, CAROL: -1}


async def test_events_cause_no_further_authorization_calls(talk):
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


async def test_vote_in_a_thread_is_answered_there(talk):
    parent = await talk.said("hello")
    await talk.said("@bob++", thread=parent)
    assert talk.slack.list_posts("general")[0].thread_ts == parent.ts


async def test_bare_operator_in_a_thread_counts_for_its_starter(talk):
    parent = await talk.said("here is the write-up", by="carol")
    await talk.said("++ for the write-up", by="bob", thread=parent)
    assert await talk.scores() == {CAROL: 1}


@pytest.mark.parametrize("named", ["parent_user_id", "root"])
async def test_bare_operator_below_a_slackbot_message_counts_for_nobody(talk, named):
    # Slack names Slackbot there (hackclub/toriel#238, mattermost/mmetl#46).
    parent = await talk.said("anybody there?", by="carol")
    payload = events.build_posted_event(talk.slack.workspace, talk.write("++", thread=parent))
    payload["event"].pop("parent_user_id", None)
    payload["event"][named] = "USLACKBOT" if named == "parent_user_id" else {"user": "USLACKBOT"}
    await talk.told(payload)
    assert await talk.scores() == {}
    assert talk.heard() == []


async def test_self_vote_is_refused_privately(talk):
    await talk.said("@ann++ and @bob++")
    assert await talk.scores() == {BOB: 1}
    assert talk.heard() == ["bob has 1 point (+1)"]
    (message,) = talk.heard(to="ann")
    assert message.startswith("Not counted: points are for others")


async def test_minus_for_oneself_gets_its_own_wording(talk):
    await talk.said("@ann--")
    (message,) = talk.heard(to="ann")
    assert message.startswith("Not counted: points are for others, and yours are up to them.")


async def test_redelivered_self_vote_is_refused_once(talk):
    post = await talk.said("@ann++")
    for _ in range(3):
        await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    await talk.running.sender.wait_idle()
    assert len(talk.heard(to="ann")) == 1


async def test_message_with_too_many_targets_counts_nothing(talk):
    await talk.said(" ".join(f"thing{n}++" for n in range(26)))
    assert await talk.scores("things") == {}
    assert "25 people and things at most" in talk.heard(to="ann")[0]


async def test_vote_updates_boards_of_people_things_givers_and_channel(talk):
    post = await talk.said("@bob+++ postgres--")
    channel = f"channel/{post.channel}"
    names = [name for (name,) in await talk.rows("SELECT board FROM leaderboard")]
    boards = {name.removesuffix("/S1").partition("/2")[0] for name in names}
    assert boards == {"users", "things", "givers", channel}
    assert await talk.scores("givers") == {ANN: 3}
    assert await talk.scores(channel) == {BOB: 2}
    assert await talk.scores("things") == {"thing:postgres": -1}


async def test_group_vote_counts_for_members_except_the_voter(talk):
    await talk.said("@eng ++ for the on-call week")
    team = talk.slack.workspace.groups["S0ENG00001"].members
    assert await talk.scores() == dict.fromkeys((u for u in team if u != ANN), 1)
    assert len(talk.slack.list_calls("usergroups.users.list")) == 1


async def test_group_members_are_looked_up_once(talk):
    await talk.said("@eng++", by="carol")
    await talk.said("@eng++", by="dave")
    assert len(talk.slack.list_calls("usergroups.users.list")) == 1


async def test_unknown_group_is_explained_to_the_voter(talk):
    talk.slack.fail("usergroups.users.list", error="no_such_subteam")
    await talk.said("@eng++ and @bob++")
    assert await talk.scores() == {BOB: 1}
    assert "Slack didn't tell me who's in that group" in talk.heard(to="ann")[0]


@pytest.mark.parametrize("error", ["internal_error", "token_revoked"])
async def test_failed_group_lookup_is_left_to_slacks_retry(talk, error):
    talk.slack.fail("usergroups.users.list", error=error)
    post = talk.write("@eng++")
    payload = events.build_posted_event(talk.slack.workspace, post)
    assert (await talk.deliver(payload)).status == 503
    assert (await talk.deliver(payload)).status == 200
    assert await talk.scores() != {}


async def test_thing_is_shown_as_last_written(talk):
    await talk.said("PostGres++")
    await talk.said("Postgres++ for the planner")
    assert talk.heard()[-1] == 'the thing "Postgres" has 2 points (+1 for the planner)'


async def test_reply_escapes_written_markup_and_mentions_nobody(talk):
    await talk.said('"<!everyone> & co"++ for <!here> <@U0BOB00002> and `<!channel>`')
    (said,) = talk.heard()
    assert said.startswith('the thing "&lt;!everyone&gt; &amp; co" has 1 point (+1 for')
    assert "<!" not in said
    assert "<@" not in said


async def test_mention_in_a_reason_is_shown_as_a_name(talk):
    await talk.said("@bob++ for helping @carol")
    assert talk.heard() == ["bob has 1 point (+1 for helping carol)"]


@each("typed", ["hello", "i++", "ping @bob -- can you look?", "`@bob++`"])
async def test_ordinary_messages_get_no_reply(talk, typed):
    await talk.said(typed)
    assert talk.heard() == []
    assert await talk.rows("SELECT FROM messages") == []


@each("subtype", ["bot_message", "channel_join", "channel_topic", "reminder_add"])
async def test_messages_not_written_by_members_do_not_count(talk, subtype):
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


@each("is_known", [False, True])
async def test_apps_own_message_without_a_bot_id_does_not_count(talk, is_known):
    workspace, identity = talk.slack.workspace, talk.running.context.identity
    await identity.known.wait()
    identity.bot_user = workspace.bot_user_id if is_known else None  # deliveries name it, too
    event = events.build_message_event(
        workspace,
        user=workspace.bot_user_id,
        channel="C0GENERAL1",
        text=f"<@{BOB}>++",
        ts=workspace.next_ts(),
    )
    assert (await talk.deliver(event)).status == 200
    assert await talk.scores() == {}


@each(
    "written",
    [
        {"user": "U0ROBOT009", "bot_id": "B0OTHER"},
        # An app that posts with a person's token, as assistants do (anneschuth/claude-threads#526).
        {"user": ANN, "bot_id": "B0ASSIST01", "app_id": "A0ASSIST01"},
        # Slackbot has no bot_id (litaio/lita-slack#103, getsentry/gib-potato#84).
        {"user": "USLACKBOT"},
    ],
)
async def test_what_bots_and_apps_write_does_not_count(talk, written):
    workspace = talk.slack.workspace
    event = events.build_message_event(
        workspace, channel="C0GENERAL1", text=f"<@{BOB}>++", ts=workspace.next_ts(), **written
    )
    assert (await talk.deliver(event)).status == 200
    assert await talk.scores() == {}


@each("subtype", ["thread_broadcast", "file_share", "me_message"])
async def test_broadcast_file_and_me_messages_count(talk, subtype):
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


FORWARDED = [
    {
        "is_share": True,
        "author_id": "U0CAROL003",
        "text": f"<@{BOB}>++",
        "message_blocks": [{"message": {"blocks": rich(section(user(BOB), text("++")))}}],
    }
]


@each(
    ("fields", "given"),
    [
        ({"text": "", "attachments": FORWARDED}, {}),
        ({"text": "look", "attachments": FORWARDED}, {}),
        (
            # What Slack writes into `text` for a picture with a caption (42wim/matterbridge#2062).
            {
                "subtype": "file_share",
                "text": "This message contains interactive elements.",
                "blocks": rich(section(user(BOB), text(" ++"))),
                "files": [{"id": "F1", "name": f"<@{CAROL}>++.png", "title": f"<@{CAROL}>++"}],
            },
            {BOB: 1},
        ),
    ],
)
async def test_only_what_the_author_wrote_counts(talk, fields, given):
    before, workspace = await talk.scores(), talk.slack.workspace
    event = events.build_message_event(
        workspace, user=ANN, channel="C0GENERAL1", ts=workspace.next_ts(), **fields
    )
    assert (await talk.deliver(event)).status == 200
    assert await talk.gained(before) == given


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


async def test_votes_beyond_the_daily_allowance_are_refused(talk):
    await talk.decide(daily_allowance=3)
    await talk.said("@bob+++")
    await talk.said("@carol+++")
    await talk.said("@carol++")
    assert await talk.scores() == {BOB: 2, CAROL: 1}
    assert "3 points a day" in talk.heard(to="ann")[0]
