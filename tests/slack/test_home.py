"""The App Home: its content, its buttons, and how it follows votes."""

import asyncio
import json
import re
import uuid
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from time import monotonic

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import server
from app.core.boards import periods
from app.core.boards.calendar import Calendar
from app.core.boards.seasons import Season
from app.core.boards.shares import RankedScore, Standing
from app.core.commands.leaderboard import ShowBoard
from app.core.ledger import LedgerEntry
from app.core.settings.definitions import Settings
from app.devtools.fake_slack import events
from app.devtools.fake_slack.blocks import check_view
from app.devtools.fake_slack.values import SlackMember
from app.slack.listeners.home import SPANS
from app.slack.outbound.homes import BURST, HomeBudget
from app.slack.views import home as views
from app.slack.views.help_pages import render_full_help, render_help, render_help_form
from app.slack.views.karma import CardContext
from app.usecases.allowance import Allowance
from app.usecases.home import Home
from app.usecases.standings import Leaderboard
from app.words import boards as board_words
from app.words.catalog import say
from tests.logged import logged
from tests.patience import PATIENCE
from tests.tables import each
from tests.talk import PATIENT, Talk

SOON = PATIENCE
"""Timeout of a test in seconds; bin/bench measures how soon a page follows."""


def read_text(view):
    """Return all text of a view, one line per element."""
    found = []
    for block in view["blocks"]:
        texts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
        found += [_text(text) for text in texts if text]
    return "\n".join(found)


def _text(part):
    return part["text"]["text"] if isinstance(part["text"], dict) else part["text"]


def read_stable_text(view):
    """Return the text without times, links and the line that says when it was updated."""
    return re.sub(r" · <!date.*|Updated .*\n", "", read_text(view), flags=re.MULTILINE).strip()


async def wait_for_page(talk, by="ann", has="", since=None):
    """Wait until a member's page has been published with the text *has*; return it."""

    def is_published():
        view = talk.home(by)
        return view is not None and has in read_text(view) and (since is None or view != since)

    with talk.hurried(homes_apart=0):
        await talk.slack.wait_until(is_published, SOON)
    return talk.home(by)


def list_publications(talk, by="ann"):
    return [
        c for c in talk.slack.list_calls("views.publish") if c.args["user_id"] == talk.id_of(by)
    ]


@asynccontextmanager
async def second_process(talk, config, database_url):
    async with server.serve(config, database_url, PATIENT) as running:
        yield Talk(talk.slack, running, talk.session)


async def cast_some_votes(talk):
    await talk.said("@bob++ for the docs", by="ann")
    await talk.said("@bob+++ @ann++ for the release with @carol", by="eve")
    await talk.said("Postgres++ for being as fast as @dave", by="ann")


async def test_home_shows_standings_leaders_and_latest_votes(talk):
    await talk.decide(time_zone="UTC")
    await cast_some_votes(talk)
    assert read_stable_text(await talk.open_home("ann")) == (
        "Your karma\n"
        "*This week · This month · All time*\n2nd with 1 point\n2 behind bob\n"
        "*Points you gave*\n2 points\n2nd among givers\n"
        "Give karma\nHelp\nSettings\n"
        "Leaderboard, all time\n"
        "1. bob, 3 points\n2. ann, 1 point\n"
        "This week\nThis month\n✓ All time\n"
        "*Points you got lately*\n"
        '• +1 from eve: "the release with carol" · in <#C0GENERAL1>\n'
        "*Points you gave lately*\n"
        '• +1 to Postgres: "being as fast as dave" · in <#C0GENERAL1>\n'
        '• +1 to bob: "the docs" · in <#C0GENERAL1>\n'
        "Points given in a private channel show only there.\n"
        "Opt out"
    )


async def test_home_shows_vote_time_and_message_link(talk):
    post = await talk.said("@bob++ for the docs", by="ann")
    text = read_text(await talk.open_home("bob"))
    link = f"<{talk.slack.workspace.url}archives/{post.channel}/p{post.ts.replace('.', '')}|open>"
    assert link in text
    assert f"<!date^{post.ts.partition('.')[0]}^" in text


async def test_home_of_leader_repeats_no_line_three_times(talk):
    await cast_some_votes(talk)
    text = read_stable_text(await talk.open_home("bob"))
    assert "1st with 3 points" in text
    lines = [line for line in text.splitlines() if line.strip()]
    assert max(lines.count(line) for line in lines) < 3


async def test_home_welcomes_new_member_and_explains_giving(talk):
    await cast_some_votes(talk)
    text = read_stable_text(await talk.open_home("carol"))
    assert text.startswith("Welcome!\nYour points will show up here")
    assert "`@someone++ for the release`" in text
    assert "1. bob, 3 points" in text
    assert "lately" not in text


async def test_home_shows_latest_five_received_and_given_votes(talk):
    for number in range(7):
        await talk.said(f"@bob++ for reason {number}", by="ann")
    text = read_text(await talk.open_home("bob"))
    assert re.findall(r"reason (\d)", text) == ["6", "5", "4", "3", "2"]
    assert re.findall(r"reason (\d)", read_text(await talk.open_home("ann"))) == [*"65432"]


async def test_home_omits_withdrawn_votes(talk):
    post = await talk.said("@bob++ for the docs", by="ann")
    await talk.deleted(post)
    assert "the docs" not in read_text(await talk.open_home("bob"))


async def test_home_counts_but_hides_votes_in_private_channel(talk):
    await talk.said("@bob++ for the secret plan", by="ann", channel="secret")
    for member in ("ann", "bob"):
        text = read_text(await talk.open_home(member))
        assert "secret" not in text
        assert "C0SECRET04" not in text
        assert "1. bob, 1 point" in text


async def test_home_hides_votes_in_a_channel_that_has_just_become_private(talk):
    await talk.said("@bob++ for the plan", by="ann")
    channels, where = talk.slack.workspace.channels, talk.id_of("general")
    channels[where] = replace(channels[where], is_private=True)
    await talk.said("that's between us", by="ann")
    assert "the plan" not in read_text(await talk.open_home("bob"))


@pytest.mark.parametrize("organization", ["", "E0ORG00001"])
async def test_home_explains_inviting_app_that_is_in_no_channel(talk, organization):
    talk.slack.workspace.enterprise_id = organization
    channels = talk.slack.workspace.channels
    for ident, channel in channels.items():
        channels[ident] = replace(channel, is_member=False)
    assert "```/invite @pptbot```" in read_text(await talk.open_home())


async def test_home_omits_invite_help_once_app_is_in_a_channel(talk):
    assert "/invite" not in read_text(await talk.open_home())
    await talk.open_home("bob")
    assert len(talk.slack.list_calls("users.conversations")) == 1


async def test_app_that_is_in_a_channel_is_known_to_be_for_five_minutes(talk):
    known = talk.running.context.homes._invitations._known
    before = known.timer()
    await talk.open_home()
    known.expire(before + 299)
    assert list(known.values()) == [True]
    known.expire(known.timer() + 301)
    assert list(known.values()) == []


async def test_home_omits_invite_help_when_an_empty_page_is_not_the_last(talk):
    page = b'{"ok": true, "channels": [], "response_metadata": {"next_cursor": "dGVhbQ=="}}'
    talk.slack.fail("users.conversations", body=page)
    assert "/invite" not in read_text(await talk.open_home())


async def test_home_omits_invite_help_when_slack_fails(talk, log_lines):
    talk.slack.fail("users.conversations", status=503)
    assert "/invite" not in read_text(await talk.open_home())
    assert [line["reason"] for line in logged(log_lines, "channels.unknown")] == ["http 503"]


async def test_home_tells_managers_of_channels_where_the_app_cannot_post(talk):
    channels, where = talk.slack.workspace.channels, talk.id_of("random")
    await talk.decide(recap_channel=where, feed_channel=talk.id_of("general"))
    absent = f"I can't post in <#{where}>"
    assert "I can't post" not in read_text(await talk.open_home())
    talk.running.context.homes._invitations._known.clear()
    channels[where] = replace(channels[where], is_member=False)
    assert read_text(await talk.open_home()).count(absent) == 1
    assert absent not in read_text(await talk.open_home("bob"))


async def test_home_tells_managers_of_channels_that_refuse_replies(talk):
    refusing = f"I'm not allowed to post in <#{talk.id_of('random')}>* (Slack says `restricted_"
    earlier = await talk.said("@dave++", channel="random")
    talk.slack.fail("chat.postMessage", error="restricted_action_read_only_channel", times=4)
    await talk.decide(notices="direct")
    for _ in range(2):  # each with a notice, which is refused too
        await talk.said("@carol++", channel="random")
    await talk.said("@bob++")
    await talk.edited(earlier, "@dave+++")
    assert refusing in (home := read_text(await talk.open_home()))
    assert home.count("I'm not allowed to post in") == 1
    assert refusing not in read_text(await talk.open_home("bob"))
    await talk.said("@bob++", channel="random")
    assert refusing not in read_text(await talk.open_home())


async def test_home_names_no_channel_that_the_app_has_left_since_it_refused_replies(
    talk, monkeypatch
):
    monkeypatch.setattr("app.slack.outbound.homes._MOST_REFUSING", 1)
    channels, where = talk.slack.workspace.channels, talk.id_of("random")
    talk.slack.fail("chat.postMessage", error="restricted_action", times=2)
    await talk.said("@bob++", channel="random")
    await talk.said("@bob++", channel="general")
    channels[where] = replace(channels[where], is_member=False)
    refusing = re.findall(r"I'm not allowed to post in <#(\w+)>", read_text(await talk.open_home()))
    assert refusing == [talk.id_of("general")]


@pytest.mark.parametrize(
    "info", [{"is_member": True, "is_archived": True}, {"is_member": True}, {}]
)
async def test_home_names_archived_channel_and_trusts_incomplete_response(talk, info):
    await talk.decide(feed_channel=talk.id_of("random"))
    page = json.dumps({"ok": True, "channel": info}).encode()
    talk.slack.fail("conversations.info", body=page, times=None)
    home = read_text(await talk.open_home())
    assert ("I can't post" in home) is ("is_archived" in info)


async def test_pending_lookup_is_canceled_at_shutdown(talk, config, database_url):
    started, ended = [], []

    async def answer_never(**args):
        started.append(args)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(args)

    async with second_process(talk, config, database_url) as again:
        again.running.context.client.users_conversations = answer_never
        with again.hurried(lookup=0.01):
            await again.open_home()
        assert started
        assert not ended
    assert ended == started


async def test_home_shows_remaining_allowance(slack, config, database_url):
    limited = config.model_copy(update={"daily_allowance": 5})
    async with (
        aiohttp.ClientSession() as session,
        server.serve(limited, database_url, PATIENT) as running,
    ):
        talk = Talk(slack, running, session)
        await talk.said("@bob+++ for the docs", by="ann")
        assert "You can still give 3 of your 5 points today." in read_text(
            await talk.open_home("ann")
        )
        await talk.said("@eve += 3 for the docs", by="ann")
        await wait_for_page(talk, has="You've given all your 5 points for today.")


async def test_home_shows_no_allowance_without_limit(talk):
    await cast_some_votes(talk)
    assert "today" not in read_text(await talk.open_home("eve"))


async def test_open_home_is_updated_after_received_vote(talk):
    before = await talk.open_home("bob")
    await talk.said("@bob++ for the docs", by="ann")
    assert "1st with 1 point" in read_text(await wait_for_page(talk, "bob", "the docs", before))


async def test_open_home_is_updated_after_given_vote(talk):
    await talk.open_home("ann")
    await talk.said("postgres++ for being fast", by="ann")
    await wait_for_page(talk, "ann", "being fast")


async def test_open_home_is_updated_after_edit_and_deletion(talk):
    post = await talk.said("@bob++ for the docs", by="ann")
    await talk.open_home("bob")
    after = await talk.edited(post, "@bob+++ for the docs")
    await wait_for_page(talk, "bob", "1st with 2 points")
    await talk.deleted(after)
    await wait_for_page(talk, "bob", "Welcome!")


async def test_burst_of_votes_takes_at_most_three_publications(talk):
    await talk.open_home("bob")
    posts = [talk.write(f"@bob++ for reason {number}", by="ann") for number in range(25)]
    deliveries = [events.build_posted_event(talk.slack.workspace, post) for post in posts]
    with talk.hurried(homes_apart=PATIENCE):
        await asyncio.gather(*map(talk.deliver, deliveries))
    await wait_for_page(talk, "bob", "1st with 25 points")
    # on opening, by a check that had already started, and for all votes
    assert len(list_publications(talk, "bob")) <= 3


async def test_home_opened_long_ago_is_not_updated(talk):
    await talk.open_home("bob")
    await talk.rows("UPDATE homes SET opened_at = now() - interval '11 minutes' RETURNING 1")
    await talk.open_home("eve")
    await talk.said("@bob++ @eve++ for the docs", by="ann")
    await wait_for_page(talk, "eve", "the docs")
    assert len(list_publications(talk, "bob")) == 1


async def test_two_processes_publish_each_change_once(talk, config, database_url):
    await talk.open_home("bob")
    async with second_process(talk, config, database_url) as other:
        await other.said("@bob++ for the docs", by="ann")
        await wait_for_page(talk, "bob", "the docs")
        await other.said("@bob++ for being quick", by="ann")
        await wait_for_page(talk, "bob", "being quick")
    assert len(list_publications(talk, "bob")) == 3


async def _say(talk, _post):
    await talk.said("@bob++")


async def _edit(talk, post):
    await talk.edited(post, "well done @bob++")


async def _react(talk, post):
    await talk.react(post, "heavy_plus_sign")


@pytest.mark.parametrize("vote", [_say, _edit, _react])
async def test_channel_is_stored_as_public_with_its_first_vote(talk, vote):
    post = await talk.said("well done", by="ann" if vote is _edit else "bob")
    await vote(talk, post)
    query = "SELECT private FROM channels WHERE channel_id = %s"
    assert await talk.rows(query, talk.id_of("general")) == [(False,)]


@pytest.mark.parametrize("channel", ["general", "secret"])
async def test_give_command_records_privacy_of_channel_without_messages(talk, channel):
    """Slack is asked about the channel before the points are given."""
    await talk.command("give <@U0BOB00002> for the docs", command="/karma", channel=channel)
    query = "SELECT private FROM channels WHERE channel_id = %s"
    assert await talk.rows(query, talk.id_of(channel)) == [(channel == "secret",)]
    assert ("the docs" in read_text(await talk.open_home("bob"))) is (channel == "general")


async def test_home_shows_reaction_in_channel_without_messages(talk):
    await talk.react(talk.write("well done", by="bob"), "heavy_plus_sign")
    query = "SELECT private FROM channels WHERE channel_id = %s"
    assert await talk.rows(query, talk.id_of("general")) == [(False,)]
    assert "None that I can show here" not in read_text(await talk.open_home("bob"))


async def test_home_of_other_process_shows_first_vote_in_channel(talk, config, database_url):
    await talk.open_home("bob")
    async with second_process(talk, config, database_url) as other:
        await other.said("@bob++ for the docs", by="ann")
        await wait_for_page(talk, "bob", "the docs")


async def test_each_publication_sends_hash_of_replaced_version(talk):
    first = await talk.open_home("bob")
    await talk.open_home("bob")
    assert [call.args.get("hash") for call in list_publications(talk, "bob")] == [
        None,
        first["hash"],
    ]


async def test_newest_state_is_published_after_hash_conflict(talk):
    await talk.open_home("bob")
    await talk.rows("UPDATE homes SET hash = '1.stale' RETURNING 1")
    await talk.said("@bob++ for the docs", by="ann")
    assert "1st with 1 point" in read_text(await talk.open_home("bob"))
    assert [call.error for call in list_publications(talk, "bob")].count("hash_conflict") == 1


async def test_late_publication_does_not_replace_newer_page(talk):
    await talk.open_home("bob")
    talk.slack.fail("views.publish", delay=3600)
    late = asyncio.create_task(talk.open_home("bob"))
    await talk.slack.wait_until(lambda: "views.publish" in talk.slack.in_flight)
    await talk.rows("UPDATE homes SET claimed_until = now() RETURNING 1")
    await talk.said("@bob++ for the docs", by="ann")
    await wait_for_page(talk, "bob", "the docs")
    talk.slack.heal()
    await late
    assert "the docs" in read_text(talk.home("bob"))
    assert "hash_conflict" in [call.error for call in list_publications(talk, "bob")]


async def test_slow_slack_blocks_neither_event_response_nor_votes(talk):
    talk.slack.fail("views.publish", delay=3600)
    with talk.hurried(form=0.05):
        await talk.open_home("bob")
    assert talk.home("bob") is None
    await talk.said("@bob++ for the docs", by="ann")
    assert await talk.scores() == {talk.id_of("bob"): 1}
    talk.slack.heal()
    await wait_for_page(talk, "bob", "the docs")


async def test_rate_limited_publishing_pauses_as_long_as_slack_asks(talk, log_lines):
    budget = talk.running.context.homes._budgets[talk.slack.workspace.team_id]
    now = budget.clock()
    budget.clock = lambda: now  # the pause lasts until both pages have been opened
    talk.slack.fail("views.publish", retry_after=0.2)
    await talk.open_home("bob")
    await talk.open_home("eve")
    assert (len(list_publications(talk, "bob")), len(list_publications(talk, "eve"))) == (1, 0)
    budget.clock = monotonic
    await wait_for_page(talk, "bob")
    await wait_for_page(talk, "eve")
    refused, again = list_publications(talk, "bob")
    assert again.at - refused.at >= 0.2
    assert [line["reason"] for line in logged(log_lines, "home.waits")] == ["ratelimited"]


async def test_rate_limit_of_one_workspace_holds_up_no_other(talk):
    talk.slack.fail("views.publish", retry_after=3600)
    await talk.open_home("bob")
    talk.slack.heal()
    await talk.running.context.homes.open_page("T0OTHER", talk.id_of("eve"))
    assert (talk.home("bob"), talk.home("eve") is None) == (None, False)


async def test_permanently_rejected_page_is_logged_once_and_retried_on_change(talk, log_lines):
    talk.slack.fail("views.publish", error="not_enabled", times=2)
    await talk.open_home("bob")
    await talk.open_home("bob")
    await talk.said("@bob++ for the docs", by="ann")
    await wait_for_page(talk, "bob", "the docs")
    assert [line["reason"] for line in logged(log_lines, "home.waits")] == ["not_enabled"]


async def test_trouble_is_logged_once_although_an_earlier_page_succeeds(talk, log_lines):
    talk.slack.fail("views.publish", delay=3600)
    earlier = asyncio.create_task(talk.open_home("bob"))
    await talk.slack.wait_until(lambda: "views.publish" in talk.slack.in_flight)
    talk.slack.fail("views.publish", error="not_enabled")
    await talk.open_home("eve")
    talk.slack.heal()
    assert await earlier
    talk.slack.fail("views.publish", error="not_enabled")
    await talk.open_home("eve")
    assert [line["reason"] for line in logged(log_lines, "home.waits")] == ["not_enabled"]


async def test_buttons_pressed_without_the_database_are_logged_once(talk, log_lines):
    payload = talk.press(await talk.open_home("bob"), "home_board_week", "bob")
    await talk.running.database.close()
    for _ in range(2):
        assert (await talk.deliver_interaction(payload)).status == 200
    assert [line["reason"] for line in logged(log_lines, "home.waits")] == ["database away"]


async def test_page_is_published_after_claim_of_dead_process_expires(talk):
    await talk.open_home("bob")
    await talk.rows(
        "UPDATE homes SET mark = NULL, claimed_until = now() + interval '0.3 s' RETURNING 1"
    )
    await talk.slack.wait_until(lambda: len(list_publications(talk, "bob")) == 2, SOON)
    first, again = (call.args["view"] for call in list_publications(talk, "bob"))
    assert first["blocks"][0] == again["blocks"][0]


async def test_home_board_switches_in_place_and_remembers_choice(talk):
    await cast_some_votes(talk)
    view = await talk.open_home("bob")
    await talk.click(view, "home_board_week", "bob")
    week = periods.find_week(datetime.now(UTC).date())
    assert f"Leaderboard, {board_words.describe_dates(week, 'UTC')}" in read_text(talk.home("bob"))
    assert "✓ This week" in read_text(await talk.open_home("bob"))
    await talk.click(talk.home("bob"), "home_board_month", "bob")
    assert "✓ This month" in read_text(talk.home("bob"))


async def test_home_says_when_board_is_empty(talk):
    text = read_text(await talk.open_home())
    assert "Nobody has points yet. Be the first" in text
    await talk.click(talk.home(), "home_board_week")
    assert "Nobody got points in that time." in read_text(talk.home())


async def test_first_button_of_home_gives_karma(talk):
    view = await talk.open_home()
    first = next(e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"])
    assert (first["action_id"], first["style"]) == ("home_give", "primary")
    await talk.click(view, "home_give")
    await talk.submit(
        talk.view(), give_karma_whom="bob", give_karma_channel="general", give_karma_points="2"
    )
    assert (await talk.scores())[talk.id_of("bob")] == 2


async def test_home_help_opens_short_and_expands(talk):
    view = await talk.open_home()
    await talk.click(view, "home_help")
    assert len(talk.view()["blocks"][0]["text"]["text"].splitlines()) == 3
    await talk.click(talk.view(), "help_more")
    text = read_text(talk.view())
    assert "*Give points*" in text
    assert "`/karma opt-out`" in text


async def test_home_help_states_workspaces_undo_window(talk):
    await talk.decide(undo_window=45)
    await talk.click(await talk.open_home(), "home_help")
    assert "`/karma undo` within 45 minutes" in read_text(talk.view())
    await talk.click(talk.view(), "help_more")
    assert "undoes your last points, for 45 minutes\n" in read_text(talk.view())


async def test_home_opt_out_is_confirmed_and_can_be_reversed(talk):
    await cast_some_votes(talk)
    view = await talk.open_home("bob")
    (button,) = [e for b in view["blocks"] for e in b.get("elements", ()) if "confirm" in e]
    assert button["action_id"] == "home_opt_out"
    await talk.click(view, "home_opt_out", "bob")
    text = read_text(talk.home("bob"))
    assert "You're opted out" in text
    assert "`/karma opt-in`" in text
    assert "bob" not in text
    assert "home_opt_out" not in str(talk.home("bob"))
    await talk.said("@bob++ for more", by="ann")
    assert (await talk.scores())[talk.id_of("bob")] == 3
    await talk.click(talk.home("bob"), "home_opt_in", "bob")
    assert "1st with 3 points" in read_text(talk.home("bob"))


async def test_open_home_is_updated_after_opt_out_command(talk):
    await talk.open_home("bob")
    await talk.command("opt-out", by="bob", command="/karma")
    await wait_for_page(talk, "bob", "You're opted out")


async def test_home_of_a_person_who_opted_out_as_another_says_so(talk):
    people = f"<@{talk.id_of('bob')}> into <@{talk.id_of('carol')}>"
    await talk.command(f"merge {people}", command="/karma")
    await talk.submit(talk.view())
    await talk.command("forget-me", by="carol", command="/karma")
    await talk.submit(talk.view("carol"), by="carol", karma_forget_confirm="forget me")
    await talk.command("opt-out", by="bob", command="/karma")
    assert "You're opted out" in read_text(await talk.open_home("carol"))


async def test_opted_out_people_are_not_named_on_other_peoples_homes(talk):
    await cast_some_votes(talk)
    await talk.command("opt-out", by="eve", command="/karma")
    assert "eve" not in read_text(await talk.open_home("ann"))
    await talk.command("opt-out", by="bob", command="/karma")
    assert "bob" not in read_text(await talk.open_home("ann"))


async def test_button_acts_for_presser_not_for_owner_of_home(talk):
    view = await talk.open_home("bob")
    await talk.click(view, "home_opt_out", "eve")
    out = await talk.rows("SELECT user_id FROM hidden_members")
    assert out == [(talk.id_of("eve"),)]
    assert "You're opted out" in read_text(talk.home("eve"))
    assert talk.home("bob") == view


async def test_names_with_markup_mention_nobody(talk):
    members, bob, eve = talk.slack.workspace.members, talk.id_of("bob"), talk.id_of("eve")
    await talk.said("@bob++ for <!here> & more", by="ann")
    await talk.said("@eve++ for that", by="bob")
    for user, name in ((bob, "<!channel> *b*"), (eve, "\u202egro.live <@U0ANN00001>")):
        members[user] = replace(members[user], display_name=name)
        at = talk.slack.workspace.next_ts()
        event = events.build_user_change_event(
            talk.slack.workspace, member=members[user], event_ts=at
        )
        await talk.told(event)
    await talk.told(events.build_home_opened_event(talk.slack.workspace, user=bob))
    text = read_text(talk.slack.workspace.homes[bob])
    assert "&lt;!channel&gt; *b*" in text
    assert not re.search(r"<[!@](?!date)", text)
    assert "\u202e" not in text


def _forge_presses(talk):
    """Yield button presses that Slack would never send, or that come from another workspace."""
    view = talk.home("bob")
    press = talk.press(view, "home_opt_out", "bob")
    span = talk.press(view, "home_board_week", "bob")
    action = span["actions"][0]
    for value in ("year", "", "all ", "week'; --", "x" * 3000, None, 7, ["week"], {"a": 1}):
        yield span | {"actions": [action | {"value": value}]}
        yield press | {"actions": [press["actions"][0] | {"value": value}]}
    for forged in (press, span):
        user = forged["user"]
        yield forged | {"user": user | {"team_id": "T0STRANGER"}}
        yield forged | {"team": {"id": "T0STRANGER"}}
        yield forged | {"user": None}
        yield forged | {"user": user | {"id": "../U1"}}
        yield forged | {"user": user | {"id": ["U1"]}}
        yield forged | {"team": "T1"}


async def test_forged_home_presses_change_nothing(talk):
    before = await talk.open_home("bob")
    for payload in _forge_presses(talk):
        answer = await talk.deliver_interaction(payload)
        assert answer.status in (200, 400), payload
    assert talk.home("bob") == before
    assert await talk.rows("SELECT * FROM hidden_members") == []
    assert await talk.rows("SELECT user_id, span FROM homes") == [(talk.id_of("bob"), "all")]


@each(
    "fields",
    [{"tab": "messages"}, {"tab": None}, {"user": None}, {"user": "<@U1>"}, {"user": ["U1"]}],
)
async def test_opening_other_tab_or_malformed_event_publishes_nothing(talk, fields):
    event = events.build_home_opened_event(talk.slack.workspace, user=talk.id_of("bob"))
    event["event"] |= fields
    await talk.told(event)
    assert talk.slack.list_calls("views.publish") == []


async def test_home_opened_in_another_workspace_publishes_nothing(talk):
    event = events.build_home_opened_event(talk.slack.workspace, user=talk.id_of("bob"))
    await talk.open_home("eve")  # by now the app knows its own workspace
    event |= {"team_id": "T0STRANGER", "authorizations": [{"team_id": "T0STRANGER"}]}
    await talk.told(event)
    assert list_publications(talk, "bob") == []


async def test_home_opened_by_external_person_publishes_nothing(talk, log_lines):
    dora = SlackMember("U0DORA0012", "dora", "Dora", "Dora Acme", team_id="T0ACME0001")
    talk.slack.workspace.members[dora.id] = dora
    await talk.open_home("dora")
    assert list_publications(talk, "dora") == []
    (line,) = logged(log_lines, "action.refused")
    assert (line["action"], line["reason"]) == ("home", "stranger")


async def test_publication_is_logged_once_without_message_text(talk, log_lines):
    await talk.said("@bob++ for the secret docs", by="ann")
    await talk.open_home("bob")
    (line,) = logged(log_lines, "home.published")
    assert line["team"] == talk.slack.workspace.team_id
    assert "secret docs" not in log_lines.read_text(encoding="utf-8")


def test_budget_allows_ninety_pages_a_minute_and_none_while_paused():
    now = 100.0
    budget = HomeBudget(lambda: now, updated_at=now)
    for _ in range(BURST):
        budget.spend()
    assert budget.count_available() == 0
    now += 20.0
    assert budget.count_available() == 30
    budget.pause(5.0)
    assert (budget.count_available(), budget.wait) == (0, 5.0)
    now += 5.0
    assert (budget.count_available(), budget.wait) == (30, 0.0)


texts = st.one_of(st.text(max_size=300), st.text("<>&*_`~@\u202e\u200f\n", max_size=3000))
ids = st.from_regex(r"\A[UW][A-Z0-9]{1,20}\Z") | st.builds(lambda t: f"thing:{t}", texts)
scores = st.integers(-(1 << 62), 1 << 62)
places = st.builds(
    RankedScore, st.integers(1, 1 << 40), ids, scores, st.none() | st.integers(0, 1 << 40)
)
standings = st.none() | st.builds(Standing, st.integers(1, 1 << 40), scores, st.none() | places)
moments = st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
entries = st.lists(
    st.builds(
        LedgerEntry,
        channel=st.sampled_from(["", "C1", "C" + "0" * 63]),
        ts=st.from_regex(r"\A[0-9]{10}\.[0-9]{6}\Z"),
        voter=st.just("") | ids,
        target=ids,
        points=scores,
        reason=st.none() | texts,
        at=moments,
        edited=st.booleans(),
        was=scores,
        kind=st.sampled_from(["vote", "import", "archive"]),
    ),
    max_size=5,
)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@st.composite
def homes(draw):
    span, today = draw(st.sampled_from(SPANS)), draw(days)
    starts = draw(st.lists(moments, max_size=2))
    seasons = [
        Season(nr, draw(st.text(max_size=40)), at) for nr, at in enumerate(sorted(starts), 2)
    ]
    calendar = Calendar(datetime.combine(today, time(), UTC), seasons=seasons)
    period = calendar.resolve_span(span)
    rows = draw(st.lists(places, max_size=10))
    board = Leaderboard(ShowBoard(span=span), period, "Europe/Prague", rows, draw(standings))
    spans = SPANS if seasons else [span for span in SPANS if span != "season"]
    own = [draw(standings) for _ in spans]
    return Home(
        ["U1"], board, spans, own, draw(standings), draw(entries), draw(entries),
        draw(st.none() | st.builds(Allowance, st.integers(0, 1 << 40), st.integers(1, 1 << 40))),
        opted_out=draw(st.booleans()),
    )  # fmt: skip


@given(homes(), st.dictionaries(ids, texts, max_size=20), st.booleans(), moments)
def test_slack_accepts_any_home_page(home, names, invited, at):
    known = CardContext(names, "https://example.slack.com/", ["U1"])
    check_view(views.render_home(home, known, at, invited=invited))


def test_slack_accepts_help_pages():
    full = render_full_help(Settings(), say("admin-help"))
    for page in (render_help(Settings(undo_window=600)), full):
        check_view(render_help_form(page))


def test_slack_accepts_largest_possible_home_page():
    name, ident = "&" * 300, f"U{uuid.uuid4().hex.upper()}"
    at = datetime(2026, 11, 20, tzinfo=UTC)
    vote = LedgerEntry("C" + "0" * 63, "1763660000.000100", ident, ident, 5, "&" * 3000, at)
    place = RankedScore(1, ident, 1 << 62, 1 << 40)
    board = Leaderboard(ShowBoard(), periods.EVER, "UTC", [place] * 10, None)
    standing = Standing(1 << 40, 1, place)
    own = [standing] * len(SPANS)
    home = Home(["U1"], board, SPANS, own, standing, [vote] * 5, [vote] * 5, Allowance(1, 2))
    check_view(
        views.render_home(home, CardContext({ident: name}, "https://x/", ["U1"]), at, invited=False)
    )
