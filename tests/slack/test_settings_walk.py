"""Sets up a workspace from scratch as an admin would, through the form only.

Each setting has a test here that changes it in the form and sees the app behave differently.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.core.settings.definitions import DECLARED
from app.devtools.fake_slack import events
from app.devtools.fake_slack.values import SlackMember
from app.slack.views import home
from tests.slack.deciding import open_settings, save
from tests.tables import each

BOB, CAROL = "U0BOB00002", "U0CAROL003"
COVERED: set[str] = set()


def covers(name):
    """Mark a test as covering the setting *name*."""
    COVERED.add(name)
    return lambda test: test


def test_every_setting_has_a_test_here():
    assert sorted(COVERED) == sorted(DECLARED)


def last_reply(talk, channel="C0GENERAL1"):
    return talk.slack.list_posts(channel)[-1]


@covers("replies")
async def test_replies_setting_moves_replies(talk):
    post = await talk.said("@bob++")
    assert last_reply(talk).thread_ts == post.ts
    assert "In a thread below the message → In the channel" in await save(talk, replies="channel")
    await talk.said("@bob++", by="carol")
    assert last_reply(talk).thread_ts is None
    await save(talk, replies="silent")
    before = talk.heard()
    await talk.said("@bob++", by="dave")
    assert (talk.heard(), (await talk.scores())[BOB]) == (before, 3)


@covers("quiet_channels")
async def test_quiet_channels_setting_silences_replies_but_votes_count(talk):
    await talk.said("@bob++", channel="random")
    assert len(talk.heard(channel="random")) == 1
    await save(talk, quiet_channels=["random"])
    await talk.said("@bob++", by="carol", channel="random")
    assert len(talk.heard(channel="random")) == 1
    assert await talk.scores() == {BOB: 2}


@covers("notices")
async def test_notices_setting_sends_direct_messages(talk):
    await talk.said("@bob++ for the docs")
    assert talk.direct("bob") == []
    await save(talk, notices="Each time")
    await talk.said("@bob++ for the tea", by="carol")
    (message,) = talk.direct("bob")
    assert "the tea" in message


@covers("first_points")
async def test_first_points_setting_turns_the_greeting_off(talk):
    talk.running.context.newcomers.greets = True
    await talk.said("@bob++")
    await save(talk, first_points="off")
    await talk.said("@carol++")
    assert (len(talk.direct("bob")), talk.direct("carol")) == (1, [])


@covers("thanks")
async def test_thanks_setting_turns_kind_replies_off(talk):
    await talk.said("@pptbot++")
    kind = talk.heard()[-1]
    await save(talk, thanks="off")
    await talk.said("@pptbot++", by="carol")
    assert len(talk.heard()[-1]) < len(kind)
    assert "2 points" in talk.heard()[-1]


@covers("scores")
async def test_scores_setting_hides_numbers_in_replies(talk):
    await talk.said("@bob++")
    await save(talk, scores="off")
    await talk.said("@bob++", by="carol")
    assert talk.heard()[-2:] == ["bob has 1 point (+1)", "Thanks, noted for bob"]


@covers("boards")
async def test_boards_setting_hides_boards(talk):
    await talk.said("@bob++")
    assert "bob, 1 point" in (await talk.command())["text"]
    await save(talk, boards="off")
    assert "bob" not in (await talk.command())["text"]


@covers("people_bottom")
async def test_people_bottom_setting_shows_the_last_places(talk):
    await talk.said("@bob++")
    assert "bob" not in (await talk.command("bottom"))["text"]
    await save(talk, people_bottom="on")
    assert "bob, 1 point" in (await talk.command("bottom"))["text"]


@covers("minus")
async def test_minus_setting_stops_minus_votes(talk):
    await talk.said("@bob--")
    await save(talk, minus="off")
    await talk.said("@bob--", by="carol")
    await talk.said("@bob--", by="dave")
    assert await talk.scores() == {BOB: -1}


@covers("joining")
async def test_joining_setting_off_credits_the_author(talk):
    post = await talk.said("@bob++")
    await talk.said("++", by="carol", thread=post)
    assert await talk.scores() == {BOB: 2}
    await save(talk, joining="off")
    await talk.said("++", by="dave", thread=post)
    assert await talk.scores() == {BOB: 2, "U0ANN00001": 1}


@covers("things")
async def test_things_setting_stops_votes_for_things(talk):
    await talk.said("postgres++")
    await save(talk, things="off")
    await talk.said("postgres++ @bob++", by="carol")
    assert await talk.scores("things") == {"thing:postgres": 1}
    assert await talk.scores() == {BOB: 1}


@covers("stop_list")
async def test_stop_list_setting_replaces_the_default_list(talk):
    await talk.said("clippy++")
    await save(talk, stop_list="notepad Clippy")
    await talk.said("clippy++", by="carol")
    assert await talk.scores("things") == {"thing:clippy": 1}
    await talk.said("vc++", by="carol")  # it was in the default list
    assert (await talk.scores("things"))["thing:vc"] == 1


async def test_stop_list_matches_any_case_quotes_and_unicode_form(talk):
    await save(talk, stop_list="Notepad++ Gro\u0308\u00dfe \u201clib\u201d++ 'vim++'")
    for typed in ("notepad++", "Gr\u00f6\u00dfe++", "GR\u00d6SSE++", "Gro\u0308\u00dfe++"):
        await talk.said(typed)
    await talk.said("lib++ and vim++")
    assert await talk.scores("things") == {}


@covers("max_points")
async def test_max_points_setting_caps_a_vote(talk):
    await talk.said("@bob+++++")
    await save(talk, max_points="2")
    await talk.said("@carol+++++")
    assert await talk.scores() == {BOB: 4, CAROL: 2}


@covers("max_targets")
async def test_max_targets_setting_refuses_messages_with_more(talk):
    await save(talk, max_targets="1")
    await talk.said("@bob++ @carol++")
    await talk.said("@bob++")
    assert await talk.scores() == {BOB: 1}


@covers("daily_allowance")
async def test_daily_allowance_setting_limits_points_per_day(talk):
    await save(talk, daily_allowance="2")
    await talk.said("@bob+++")
    await talk.said("@bob++")
    assert await talk.scores() == {BOB: 2}
    await save(talk, daily_allowance=None)
    await talk.said("@carol++")
    assert await talk.scores() == {BOB: 2, CAROL: 1}


@covers("cooldown")
async def test_cooldown_setting_refuses_repeated_votes(talk):
    await save(talk, cooldown="30")
    await talk.said("@bob++")
    await talk.said("@bob++ @carol++")
    assert await talk.scores() == {BOB: 1, CAROL: 1}


@covers("undo_window")
async def test_undo_window_setting_of_zero_turns_undo_off(talk):
    await talk.said("@bob++")
    await save(talk, undo_window="0")
    await talk.command("undo", command="/karma")
    assert await talk.scores() == {BOB: 1}
    await save(talk, undo_window="5")
    await talk.command("undo", command="/karma")
    assert await talk.scores() == {BOB: 0}


@covers("plus_reactions")
async def test_plus_reactions_setting_chooses_the_plus_emoji(talk):
    post = talk.write("I have baked a cake", by="bob")
    await talk.react(post, "tada")
    assert await talk.scores() == {}
    await save(talk, plus_reactions=":tada: :cake:")
    await talk.react(post, "cake")
    assert await talk.scores() == {BOB: 1}
    other = talk.write("and eaten it", by="bob")
    await talk.react(other, "heavy_plus_sign")
    assert await talk.scores() == {BOB: 1}
    # The first one is the app's own reaction to a thank-you.
    assert ":tada: :cake: → :cake: :tada:" in await save(talk, plus_reactions=":cake: :tada:")


@covers("minus_reactions")
async def test_minus_reactions_setting_chooses_the_minus_emoji(talk):
    post = talk.write("I have eaten the cake", by="bob")
    await save(talk, minus_reactions="thumbsdown")
    await talk.react(post, "thumbsdown")
    assert await talk.scores() == {BOB: -1}


async def test_custom_emoji_keeps_its_spelling_in_the_settings(talk):
    await save(talk, plus_reactions=":Gro\u00dfe_Klasse:")
    await talk.react(talk.write("I have baked a cake", by="bob"), "gro\u00dfe_klasse")
    assert await talk.scores() == {BOB: 1}


@covers("time_zone")
async def test_time_zone_setting_decides_the_day_of_a_vote(talk):
    await save(talk, time_zone="pacific/kiritimati")
    await talk.said("@bob++")
    await save(talk, time_zone="Pacific/Pago_Pago")
    await talk.said("@carol++")
    days = dict(await talk.rows("SELECT target_id, day FROM vote_history"))
    assert days[BOB] - days[CAROL] in (timedelta(1), timedelta(2))


@covers("first_weekday")
async def test_first_weekday_setting_shifts_the_week_of_a_vote(talk):
    await talk.said("@bob++")
    await save(talk, first_weekday="Sunday")
    await talk.said("@carol++")
    shifts = await talk.rows("SELECT target_id, week_shift FROM vote_history")
    assert dict(shifts) == {BOB: 0, CAROL: 1}


@covers("language")
async def test_language_setting_changes_replies(talk):
    await talk.said("@bob++")
    assert "bob has 1 point" in talk.heard()[-1]
    await save(talk, language="Deutsch")
    await talk.said("@bob++", by="carol")
    assert "bob hat 2 Punkte" in talk.heard()[-1]


@covers("recap")
@covers("recap_channel")
@covers("recap_day")
@covers("recap_hour")
async def test_recap_settings_choose_channel_day_and_hour(talk):
    friday = datetime(2026, 11, 20, 17, tzinfo=UTC)
    talk.set_clock(friday - timedelta(days=7))
    await talk.said("@bob++")
    await save(talk, recap="weekly", recap_channel="random", recap_day="friday", recap_hour="17")
    await talk.run_timers(friday - timedelta(days=1))
    await talk.run_timers(friday - timedelta(seconds=1))
    assert talk.heard(channel="random") == []
    await talk.run_timers(friday)
    assert talk.heard(channel="random")[0].startswith("Karma, 9–15 November 2026\n")


@covers("feed_channel")
async def test_feed_channel_setting_posts_votes_of_other_channels(talk):
    now = datetime.now(UTC)
    await save(talk, feed_channel="random")
    for seconds in (0, 3):
        await talk.run_timers(now + timedelta(seconds=seconds))
    await talk.said("@bob++")
    await talk.run_timers(now + timedelta(seconds=6))
    assert talk.heard(channel="random") == ["ann gave bob 1 point · in <#C0GENERAL1>"]
    assert "<#C0RANDOM02> → none" in await save(talk, feed_channel=None)


@covers("milestones")
async def test_milestones_setting_turns_celebrations_off(talk):
    for by in ("ann", "carol"):
        await talk.said("@bob++++++", by=by)
    assert talk.heard()[-1] == "bob has 10 points :tada: (+5)"
    await save(talk, milestones="off")
    for by in ("ann", "carol"):
        await talk.said("@dave++++++", by=by)
    assert talk.heard()[-1] == "dave has 10 points (+5)"


@covers("currency")
async def test_currency_setting_makes_an_emoji_count_like_a_plus(talk):
    await talk.said("@bob :taco:")
    await save(talk, currency=":taco:")
    await talk.said("@bob :taco: :taco: for the docs")
    assert talk.heard() == ["bob has 2 points (+2 for the docs)"]


@covers("votes")
async def test_votes_setting_off_stops_new_votes_and_keeps_old_ones(talk):
    post = await talk.said("@bob+++")
    await save(talk, channel="general", votes="off")
    before = talk.heard()
    await talk.said("@bob++")
    await talk.react(await talk.said("hello", by="bob"), "heavy_plus_sign", by="carol")
    after = await talk.edited(post, "@bob+++++ @carol++")
    assert (await talk.scores(), talk.heard()) == ({BOB: 2}, before)
    await talk.said("@bob++", channel="random")
    assert await talk.scores() == {BOB: 3}
    await talk.deleted(after)
    assert await talk.scores() == {BOB: 1}


@covers("strangers")
async def test_strangers_setting_off_excludes_external_people(talk):
    dora = SlackMember("U0DORA0012", "dora", "dora", "Dora", team_id="T0ACME0001")
    talk.slack.workspace.members[dora.id] = dora
    await talk.said("@bob++", by="dora")
    await save(talk, strangers="off")
    await talk.said("@bob++", by="dora")
    await talk.said("@dora++", by="ann")
    assert await talk.scores() == {BOB: 1}


@covers("managers")
async def test_managers_setting_grants_access(talk):
    refused = await talk.command("settings", by="bob", command="/karma")
    assert "Only admins and" in refused["text"]
    await save(talk, managers=["bob"])
    assert "5 → 3" in await save(talk, by="bob", max_points="3")


async def test_channel_settings_override_the_workspaces_and_inherit_again(talk):
    await save(talk, channel="random", max_points="1", minus="None count", things="Off")
    await talk.said("@bob+++ @carol-- postgres++", channel="random")
    await talk.said("@bob+++ @carol-- postgres++", by="dave")
    assert await talk.scores() == {BOB: 3, CAROL: -1}
    assert await talk.scores("things") == {"thing:postgres": 1}
    message = await save(talk, channel="random", max_points=None, minus="inherit", things="inherit")
    assert "Maximum points at once: 1 → As in the workspace" in message
    await talk.said("@bob+++", by="eve", channel="random")
    assert (await talk.scores())[BOB] == 5
    assert await talk.rows("SELECT * FROM settings") == []


async def test_workspace_can_be_set_up_from_the_home_in_one_go(talk):
    """As on day one: open the App Home, press Settings, fill in the form, save."""
    await talk.click(await talk.open_home("ann"), home.SETTINGS, value="settings")
    answer = await talk.submit(
        talk.view(),
        replies="channel",
        quiet_channels=["random"],
        minus="reason",
        max_points="3",
        daily_allowance="10",
        plus_reactions=":+1: :tada:",
        time_zone="Europe/Berlin",
        first_weekday="sunday",
        managers=["bob", "carol"],
    )
    assert len(answer["view"]["blocks"]) == 10
    assert await talk.rows("SELECT count(*)::int FROM audit WHERE act = 'setting'") == [(9,)]
    await talk.said("@dave+++++", by="eve")
    assert await talk.scores() == {"U0DAVE0004": 3}
    assert last_reply(talk).thread_ts is None


async def test_setting_stored_by_another_process_takes_effect(talk):
    """A row changed directly stands in for the other process; this one polls every second."""
    view = await open_settings(talk)
    await talk.submit(view, max_points="2")
    rulebook = talk.running.context.rulebook
    assert rulebook.get_settings(talk.slack.workspace.team_id).max_points == 2
    await talk.rows("UPDATE settings SET value = '4' RETURNING 1")
    await rulebook.learn()
    await talk.said("@bob+++++")
    assert await talk.scores() == {BOB: 4}


@each("by", ["ann", "bob"])
async def test_home_shows_the_settings_button_only_to_admins(talk, by):
    shown = str(await talk.open_home(by))
    assert (home.SETTINGS in shown) is (by == "ann")


async def test_redelivery_after_a_settings_change_does_not_recount(talk):
    """A vote redelivered after a change of settings doesn't count again."""
    post = await talk.said("@bob+++")
    await save(talk, max_points="1")
    await talk.told(events.build_posted_event(talk.slack.workspace, replace(post)))
    assert await talk.scores() == {BOB: 2}
