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


async def test_inviter_gets_a_private_welcome_once(talk):
    payload = await _invite(talk)
    await talk.told(payload)
    assert talk.heard() == []
    (said,) = talk.heard(to="ann")
    assert said.startswith("Thanks for inviting me! `@name++` gives somebody a point here")
    names = [button["text"]["text"] for button in _welcome(talk).blocks[1]["elements"]]
    assert names == ["Post a hello", "Settings for this channel"]


async def test_no_welcome_in_a_quiet_channel(talk):
    await talk.decide(quiet_channels=["C0GENERAL1"])
    await _invite(talk)
    assert talk.heard(to="ann") == []


async def test_no_hello_in_a_channel_that_has_become_quiet(talk):
    await _invite(talk)
    await talk.decide(quiet_channels=["C0GENERAL1"])
    welcome = _welcome(talk)
    await talk.click(welcome, help_pages.WELCOME_HELLO)
    assert talk.heard() == []
    assert talk.heard(to="ann")[-1].startswith("This channel has become quiet")
    await talk.decide(quiet_channels=[])
    await talk.click(welcome, help_pages.WELCOME_HELLO)
    assert len(talk.heard()) == 1


@pytest.mark.parametrize("who", [{"user": BOB}, {"inviter": ""}, {"inviter": "<!here>"}])
async def test_no_welcome_for_other_joins_or_without_an_inviter(talk, who):
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
async def test_hello_states_the_minus_rule_and_who_can_change_it(talk, minus, said):
    await talk.decide(minus=minus)
    await _invite(talk)
    await talk.click(_welcome(talk), help_pages.WELCOME_HELLO)
    (hello,) = talk.heard()
    assert said in hello
    assert "Admins can change that: *Minus* in `/karma settings`" in hello
    done = {"text": "Done: I've said hello.", "replace_original": True}
    assert talk.updates()[-1].items() >= (done | {"response_type": "ephemeral"}).items()


@pytest.mark.parametrize("boards", ["own", "off"])
async def test_hello_and_help_do_not_offer_boards_that_are_private(talk, boards):
    await talk.decide(boards=boards)
    await _invite(talk)
    await talk.click(_welcome(talk), help_pages.WELCOME_HELLO)
    (hello,) = talk.heard()
    assert "• `/karma` shows your own points." in hello
    helped = (await talk.command("help"))["text"]
    assert "*See:* `/karma` for your points." in helped
    assert "/leaderboard" not in hello + helped


async def test_inviter_who_is_no_admin_is_told_who_decides(talk):
    await _invite(talk, inviter=BOB)
    (said,) = talk.heard(to="bob")
    assert said.endswith("Only you see this. Admins choose what counts here: `/karma settings`.")
    assert all(not post.blocks for post in talk.slack.list_posts("general"))


async def test_hello_is_posted_once_and_only_for_admins(talk, log_lines):
    await _invite(talk)
    post = _welcome(talk)
    await talk.click(post, help_pages.WELCOME_HELLO, by="bob")
    assert talk.heard() == []
    assert talk.updates()[-1]["text"].startswith("Only admins and karma managers can do that")
    assert _welcome(talk) == post  # unchanged
    await talk.click(post, help_pages.WELCOME_HELLO)
    await talk.decide(managers=["U0CAROL003"])
    await talk.click(post, help_pages.WELCOME_HELLO, by="carol")
    assert len(talk.heard()) == 1
    assert log_lines.read_text().count("action.refused") == 1


async def test_welcome_button_opens_the_channels_settings(talk):
    await _invite(talk)
    await talk.click(_welcome(talk), help_pages.WELCOME_SETTINGS)
    assert "<#C0GENERAL1> only" in str(talk.view()["blocks"])


async def test_welcome_and_hello_use_the_workspace_language(talk):
    await talk.decide(language="de")
    await _invite(talk)
    assert talk.heard(to="ann")[0].startswith("Danke für die Einladung!")
    await talk.click(_welcome(talk), help_pages.WELCOME_HELLO)
    assert "zähle Dankeschöns" in talk.heard()[0]


# First votes


async def test_first_vote_gets_an_undo_hint_once(new):
    for typed in ("@bob++", "@bob++", "@carol++"):
        await new.said(typed)
    (said,) = new.heard(to="ann")
    assert said.startswith("Those were the first points you gave here.")
    assert "`/karma undo` within 10 minutes" in said


async def test_first_vote_hint_without_undo_suggests_editing_or_deleting(new):
    await new.decide(undo_window=0)
    await new.said("@bob++")
    assert "/karma undo" not in new.heard(to="ann")[0]
    assert "Edit or delete your message" in new.heard(to="ann")[0]


@pytest.mark.parametrize(("minutes", "more"), [
    (0, ""), (1, " Changed your mind? Type `/karma undo` within a minute."),
    (10, " Changed your mind? Type `/karma undo` within 10 minutes."),
])  # fmt: skip
async def test_first_vote_hint_without_a_message_does_not_suggest_editing(new, minutes, more):
    await new.decide(undo_window=minutes)
    post = await new.said("hello", by="bob")
    await new.react(post, PLUS)
    await new.command(f"give <@{BOB}>", by="carol", command="/karma")
    for who in ("ann", "carol"):
        assert new.heard(to=who)[-1] == f"Those were the first points you gave here.{more}"


async def test_first_vote_hint_for_a_joining_reply_suggests_editing_it(new):
    post = await new.said("@bob++")
    await new.said("++", by="carol", thread=post)
    await new.react(post, PLUS, by="dave")
    assert "or edit or delete your message" in new.heard(to="carol")[-1]
    assert "edit or delete" not in new.heard(to="dave")[-1]


async def test_earlier_givers_and_receivers_are_not_greeted(new):
    new.running.context.newcomers.greets = False
    await new.said("@bob++")
    new.running.context.newcomers.greets = True
    await new.said("@bob++")
    assert (new.heard(to="ann"), new.direct("bob")) == ([], [])


# First points


async def test_first_point_is_announced_privately_once_with_next_steps(new):
    await new.said("@bob++ for the docs")
    await new.said("@bob++ again", by="carol")
    (greeting,) = new.direct("bob")
    assert greeting.startswith('ann gave you 1 point: "the docs"')
    assert "That's your first point here" in greeting
    assert "`@name++`" in greeting
    assert "`/karma opt-out`" in greeting


async def test_several_first_points_are_announced_in_the_plural(new):
    await new.said("@bob+++")
    (greeting,) = new.direct("bob")
    assert "2 points" in greeting
    assert "Those are your first points here" in greeting


async def test_first_point_message_does_not_repeat_a_direct_notice(new):
    await new.decide(notices="direct")
    await new.said("@bob++ for the docs")
    notice, first = sorted(new.direct("bob"), key=len)
    assert notice == "ann gave you 1 point for the docs · in <#C0GENERAL1>"
    assert first.startswith("That's your first point here")


async def test_first_point_by_reaction_or_joining_is_announced(new):
    post = await new.said("hello", by="bob")
    await new.react(post, PLUS)
    assert len(new.direct("bob")) == 1
    thanks = await new.said("@carol++")
    await new.said("++", by="dave", thread=thanks)
    assert len(new.direct("carol")) == 1
    assert len(new.heard(to="dave")) == 1


async def test_things_minus_votes_and_the_app_get_no_first_point_message(new):
    await new.said("postgres++ @bob-- @pptbot++")
    assert new.direct("bob") == []
    assert [call.args["channel"] for call in new.slack.list_calls("chat.postMessage")] == [
        "C0GENERAL1"
    ]


async def test_person_with_imported_points_gets_no_first_point_message(new):
    await new.rows(
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " kind, voted_at) VALUES (%s, '', 'import/1', '', %s, 7, 'import', now()) RETURNING 1",
        new.slack.workspace.team_id, BOB,
    )  # fmt: skip
    await new.said("@bob++")
    assert new.direct("bob") == []


async def test_nobody_is_greeted_in_a_quiet_channel(new):
    await new.decide(quiet_channels=["C0GENERAL1"])
    await new.react(await new.said("@bob++"), "heavy_plus_sign", by="carol")
    assert (new.heard(to="ann"), new.heard(to="carol")) == ([], [])
    assert (new.direct("ann"), new.direct("bob")) == ([], [])


async def test_first_vote_is_not_explained_where_replies_are_silent(new):
    await new.decide(replies="silent")
    await new.said("@bob++")
    assert (new.heard(to="ann"), len(new.direct("bob"))) == ([], 1)


async def test_first_point_message_omits_private_channel_and_reason(new):
    await new.said("@bob++ for the secret", channel="secret")
    (greeting,) = new.direct("bob")
    assert "C0SECRET04" not in greeting
    assert "the secret" not in greeting


async def test_edit_greets_nobody_again(new):
    post = await new.said("@bob++")
    await new.edited(post, "@bob+++")
    assert (len(new.heard(to="ann")), len(new.direct("bob"))) == (1, 1)


async def test_first_votes_that_an_edit_gives_are_greeted(new):
    post = await new.said("hello")
    await new.edited(post, "@bob++ for the docs")
    (greeting,) = new.direct("bob")
    assert greeting.startswith('ann gave you 1 point: "the docs"')
    assert len(new.heard(to="ann")) == 1


async def test_pending_first_point_message_follows_an_edit(new):
    post = await new.unanswered("@bob++ for teh docs, @carol++")
    await new.deliver(new.edit(post, "@bob+++ for the docs")[0])
    await new.resumed()
    assert new.direct("carol") == []
    (greeting,) = new.direct("bob")
    assert greeting.startswith("ann gave you 2 points for the docs")
    assert "Those are your first points here" in greeting


async def test_pending_first_point_message_of_a_deleted_vote_is_dropped(new):
    post = await new.unanswered("@bob++")
    await new.deliver(new.deletion(post))
    await new.resumed()
    assert new.direct("bob") == []


# Many at once


async def _count_due(talk):
    return await talk.rows(
        "SELECT due_at > now(), count(*)::int FROM outbox"
        " WHERE team_id = %s AND kind IN ('hint', 'first_point') GROUP BY 1 ORDER BY 1",
        talk.slack.workspace.team_id,
    )


async def test_many_greetings_are_spread_over_time(new):
    pace = GreetingTimings(gather=0, apart=3600, at_once=3)
    new.running.context.newcomers._timings = pace
    new.running.sender.stop()  # or posted greetings wouldn't count as waiting
    for typed, by in (("@bob++", "ann"), ("@carol++", "dave")):
        payload = events.build_posted_event(new.slack.workspace, new.write(typed, by=by))
        assert (await new.deliver(payload)).status == 200
        await new.running.context.newcomers.wait_idle()
    assert await _count_due(new) == [(False, 3), (True, 1)]


async def test_first_points_are_greeted_as_they_are_after_an_edit(new):
    new.running.context.newcomers._timings = GreetingTimings(gather=PATIENCE)
    post = new.write("@bob++ for teh docs, @carol++")
    await new.deliver(events.build_posted_event(new.slack.workspace, post))
    await new.deliver(new.edit(post, "@bob+++ for the docs")[0])
    await new.running.context.newcomers.close()
    await new.settled()
    assert new.direct("carol") == []
    (greeting,) = new.direct("bob")
    assert "2 points" in greeting
    assert "the docs" in greeting


async def test_two_simultaneous_first_votes_are_greeted_for_the_earlier(new):
    new.running.context.newcomers._timings = GreetingTimings(gather=PATIENCE)
    for typed in ("@bob++ for the first one", "@bob++ for the second one"):
        await new.deliver(events.build_posted_event(new.slack.workspace, new.write(typed)))
    await new.running.context.newcomers.close()
    await new.settled()
    assert len(new.heard(to="ann")) == 1
    (greeting,) = new.direct("bob")
    assert "the first one" in greeting
