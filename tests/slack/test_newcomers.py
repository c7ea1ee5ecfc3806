"""The first minutes: the app is invited, and people give or get their first points."""

import pytest

from app.core.timings import GreetingTimings
from app.devtools.fake_slack import events
from app.slack.views import help_pages
from tests.patience import PATIENCE

APP, ANN, BOB, CAROL = "U0PPTBOT", "U0ANN00001", "U0BOB00002", "U0CAROL003"
PLUS = "heavy_plus_sign"


@pytest.fixture
def new(talk):
    """A conversation in which everyone is new."""
    talk.running.context.newcomers.greets = True
    return talk


async def _invite(talk, user=APP, inviter=ANN, channel="C0GENERAL1"):
    payload = events.build_member_joined_event(
        talk.slack.workspace, channel=channel, user=user, inviter=inviter
    )
    await talk.told(payload)
    return payload


def _welcome(talk, to="ann"):
    (post,) = [one for one in talk.slack.list_posts("general") if one.blocks]
    assert post.ephemeral_to == talk.id_of(to)
    return post


# Invitation


async def test_whoever_invites_the_app_is_told_alone_how_it_works(talk):
    payload = await _invite(talk)
    await talk.told(payload)
    assert talk.heard() == []
    (said,) = talk.heard(to="ann")
    assert said.startswith("Thanks for inviting me! `@name++` gives somebody a point here")
    names = [button["text"]["text"] for button in _welcome(talk).blocks[1]["elements"]]
    assert names == ["Post a hello", "Settings for this channel"]


@pytest.mark.parametrize("who", [{"user": BOB}, {"inviter": ""}, {"inviter": "<!here>"}])
async def test_of_others_and_without_an_inviter_nothing_is_said(talk, who):
    await _invite(talk, **who)
    assert (talk.heard(), talk.heard(to="ann")) == ([], [])


@pytest.mark.parametrize(
    ("minus", "said"),
    [
        ("on", "`@name--` takes a point away."),
        ("things", "Minus is only for things"),
        ("reason", "A minus counts only with a reason"),
        ("off", "Only plus counts here."),
    ],
)
async def test_the_hello_says_which_minus_counts_and_who_can_change_that(talk, minus, said):
    await talk.decide(minus=minus)
    await _invite(talk)
    await talk.click(_welcome(talk), help_pages.WELCOME_HELLO)
    (hello,) = talk.heard()
    assert said in hello
    assert "Admins can change that: *Minus* in `/karma settings`" in hello
    assert talk.updates()[-1] == {
        "text": "Done: I've said hello.", "replace_original": True, "response_type": "ephemeral"
    }  # fmt: skip


@pytest.mark.parametrize("boards", ["own", "off"])
async def test_where_boards_are_private_neither_hello_nor_help_promises_one(talk, boards):
    await talk.decide(boards=boards)
    await _invite(talk)
    await talk.click(_welcome(talk), help_pages.WELCOME_HELLO)
    (hello,) = talk.heard()
    assert "• `/karma` shows your own points." in hello
    helped = (await talk.command("help"))["text"]
    assert "*See:* `/karma` for your points." in helped
    assert "/leaderboard" not in hello + helped


async def test_whoever_may_not_say_hello_is_told_who_decides_instead(talk):
    await _invite(talk, inviter=BOB)
    (said,) = talk.heard(to="bob")
    assert said.endswith("Only you see this. Admins choose what counts here: `/karma settings`.")
    assert all(not post.blocks for post in talk.slack.list_posts("general"))


async def test_the_hello_is_said_once_and_only_for_those_who_may(talk, log_lines):
    await _invite(talk)
    post = _welcome(talk)
    await talk.click(post, help_pages.WELCOME_HELLO, by="bob")
    assert talk.heard() == []
    assert talk.updates()[-1]["text"].startswith("Only admins and karma managers can do that")
    assert _welcome(talk) == post  # unchanged
    await talk.click(post, help_pages.WELCOME_HELLO)
    await talk.click(post, help_pages.WELCOME_HELLO)
    assert len(talk.heard()) == 1
    assert log_lines.read_text().count("action.refused") == 1


async def test_the_settings_of_the_channel_open_from_there(talk):
    await _invite(talk)
    await talk.click(_welcome(talk), help_pages.WELCOME_SETTINGS)
    assert "<#C0GENERAL1> only" in str(talk.view()["blocks"])


async def test_the_welcome_is_in_the_language_of_the_workspace(talk):
    await talk.decide(language="de")
    await _invite(talk)
    assert talk.heard(to="ann")[0].startswith("Danke für die Einladung!")
    await talk.click(_welcome(talk), help_pages.WELCOME_HELLO)
    assert "zähle Dankeschöns" in talk.heard()[0]


# First votes


async def test_the_first_vote_comes_with_how_to_undo_it_once(new):
    for typed in ("@bob++", "@bob++", "@carol++"):
        await new.said(typed)
    (said,) = new.heard(to="ann")
    assert said.startswith("Those were the first points you gave here.")
    assert "`/karma undo` within 10 minutes" in said


async def test_where_nothing_can_be_undone_the_first_vote_says_what_can_be_done(new):
    await new.decide(undo_window=0)
    await new.said("@bob++")
    assert "/karma undo" not in new.heard(to="ann")[0]
    assert "Edit or delete your message" in new.heard(to="ann")[0]


@pytest.mark.parametrize(("minutes", "more"), [
    (0, ""), (1, " Changed your mind? Type `/karma undo` within a minute."),
    (10, " Changed your mind? Type `/karma undo` within 10 minutes."),
])  # fmt: skip
async def test_whoever_first_gives_without_a_message_has_none_to_edit(new, minutes, more):
    await new.decide(undo_window=minutes)
    post = await new.said("hello", by="bob")
    await new.react(post, PLUS)
    await new.command(f"give <@{BOB}>", by="carol", command="/karma")
    for who in ("ann", "carol"):
        assert new.heard(to=who)[-1] == f"Those were the first points you gave here.{more}"


async def test_whoever_first_gives_by_a_reply_that_joins_can_edit_that(new):
    post = await new.said("@bob++")
    await new.said("++", by="carol", thread=post)
    await new.react(post, PLUS, by="dave")
    assert "or edit or delete your message" in new.heard(to="carol")[-1]
    assert "edit or delete" not in new.heard(to="dave")[-1]


async def test_whoever_gave_before_is_told_nothing(new):
    new.running.context.newcomers.greets = False
    await new.said("@bob++")
    new.running.context.newcomers.greets = True
    await new.said("@bob++")
    assert (new.heard(to="ann"), new.direct("bob")) == ([], [])


# First points


async def test_the_first_point_is_told_alone_once_with_how_to_go_on(new):
    await new.said("@bob++ for the docs")
    await new.said("@bob++ again", by="carol")
    (told,) = new.direct("bob")
    assert told.startswith('ann gave you 1 point: "the docs"') or "ann gave you 1 point" in told
    assert "That's your first point here" in told
    assert "`@name++`" in told
    assert "`/karma opt-out`" in told


async def test_several_points_at_once_are_ones_first_points(new):
    await new.said("@bob+++")
    (told,) = new.direct("bob")
    assert "2 points" in told
    assert "Those are your first points here" in told


async def test_where_each_point_is_told_the_first_one_is_not_told_twice(new):
    await new.decide(notices="direct")
    await new.said("@bob++ for the docs")
    notice, first = sorted(new.direct("bob"), key=len)
    assert notice == "ann gave you 1 point for the docs · in <#C0GENERAL1>"
    assert first.startswith("That's your first point here")


async def test_a_first_point_by_a_reaction_or_by_joining_is_told_too(new):
    post = await new.said("hello", by="bob")
    await new.react(post, PLUS)
    assert len(new.direct("bob")) == 1
    thanks = await new.said("@carol++")
    await new.said("++", by="dave", thread=thanks)
    assert len(new.direct("carol")) == 1
    assert len(new.heard(to="dave")) == 1


async def test_things_minus_and_apps_have_no_first_point(new):
    await new.said("postgres++ @bob-- @pptbot++")
    assert new.direct("bob") == []
    assert [call.args["channel"] for call in new.slack.list_calls("chat.postMessage")] == [
        "C0GENERAL1"
    ]


async def test_whoever_had_points_before_also_by_an_import_is_told_nothing(new):
    await new.rows(
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " kind, voted_at) VALUES (%s, '', 'import/1', '', %s, 7, 'import', now()) RETURNING 1",
        new.slack.workspace.team_id, BOB,
    )  # fmt: skip
    await new.said("@bob++")
    assert new.direct("bob") == []


async def test_in_a_quiet_channel_nobody_is_greeted(new):
    await new.decide(quiet_channels=["C0GENERAL1"])
    await new.said("@bob++")
    assert (new.heard(to="ann"), new.direct("bob")) == ([], [])


async def test_of_a_private_channel_the_first_point_tells_no_name(new):
    await new.said("@bob++ for the secret", channel="secret")
    (told,) = new.direct("bob")
    assert "C0SECRET04" not in told
    assert "the secret" not in told


async def test_an_edit_greets_nobody_anew(new):
    post = await new.said("@bob++")
    await new.edited(post, "@bob+++")
    assert (len(new.heard(to="ann")), len(new.direct("bob"))) == (1, 1)


# Many at once


async def _count_due(talk):
    return await talk.rows(
        "SELECT due_at > now(), count(*)::int FROM outbox"
        " WHERE team_id = %s AND kind IN ('hint', 'first_point') GROUP BY 1 ORDER BY 1",
        talk.slack.workspace.team_id,
    )


async def test_many_newcomers_at_once_are_greeted_at_the_pace_that_slack_allows(new):
    pace = GreetingTimings(gather=0, apart=3600, at_once=3)
    new.running.context.newcomers._timings = pace
    new.running.sender.stop()  # or posted greetings wouldn't count as waiting
    for typed, by in (("@bob++", "ann"), ("@carol++", "dave")):
        payload = events.build_posted_event(new.slack.workspace, new.write(typed, by=by))
        assert (await new.deliver(payload)).status == 200
        await new.running.context.newcomers.wait_idle()
    assert await _count_due(new) == [(False, 3), (True, 1)]


async def test_who_votes_twice_at_once_is_greeted_for_the_first_one(new):
    new.running.context.newcomers._timings = GreetingTimings(gather=PATIENCE)
    for typed in ("@bob++ for the first one", "@bob++ for the second one"):
        await new.deliver(events.build_posted_event(new.slack.workspace, new.write(typed)))
    await new.running.context.newcomers.close()
    await new.settled()
    assert len(new.heard(to="ann")) == 1
    (told,) = new.direct("bob")
    assert "the first one" in told
