"""`/karma boost`, as seen by people in the workspace."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

from app.devtools.fake_slack import events
from app.devtools.fake_slack.composer import compose
from tests.differences import find_differences_at
from tests.slack.outsiders import each_outsider, enter, promote
from tests.slack.test_typed_names import FIRST, announce, find_question
from tests.slack.test_typed_names import say as say_plain
from tests.tables import each

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"
GENERAL, RANDOM = "C0GENERAL1", "C0RANDOM02"
PLUS, MINUS = "heavy_plus_sign", "heavy_minus_sign"


async def boost(talk, typed="", by="ann", **where):
    """Type `/karma boost` and *typed*; return the reply, with each time shown as 16:00."""
    text, _ = compose(f"boost {typed}", talk.slack.workspace)
    answer = await talk.command(text, by=by, command="/karma", **where)
    return _plain(answer.get("text", ""))


def _plain(text):
    return re.sub(r"<!date\^[^|]*\|[^>]*>", "16:00", text)


def _heard(talk, **where):
    return [_plain(text) for text in talk.heard(**where)]


async def _scores(talk, board="users"):
    return {who: n for who, n in (await talk.scores(board)).items() if n}


async def test_boost_doubles_points_and_reply_says_so(talk):
    announcement = (
        "*Release day:* Double points everywhere for 2 hours, until 16:00. Every plus counts twice."
    )
    assert await boost(talk, '2h "Release day"') == ""
    await talk.said("@bob+++ for the docs, @carol--")
    await talk.said("postgres++", channel="random")
    assert _heard(talk) == [
        announcement, "bob has 4 points (+4 for the docs, double points)\ncarol has -1 point (-1)",
    ]  # fmt: skip
    assert await _scores(talk) == {BOB: 4, CAROL: -1}
    assert await _scores(talk, "things") == {"thing:postgres": 2}
    assert await _scores(talk, "givers") == {ANN: 4}


async def test_direct_notice_says_points_were_doubled(talk):
    await talk.decide(notices="direct")
    await boost(talk, "2h")
    await talk.said("@bob++ for the docs, @carol--")
    await talk.said("@bob++: a lift")
    await boost(talk, "end")
    await talk.said("@bob++")
    first, *others = [one for text in talk.direct("bob") for one in text.split("\n")]
    assert first == f"ann gave you 2 points (doubled) for the docs · in <#{GENERAL}>"
    assert first in talk.direct("bob")
    assert f'ann gave you 2 points (doubled): "a lift" · in <#{GENERAL}>' in others
    assert f"ann gave you 1 point · in <#{GENERAL}>" in others


async def test_first_points_greeting_says_points_were_doubled(talk):
    talk.running.context.newcomers.greets = True
    await boost(talk, "2h")
    await talk.said("@bob++ for the docs")
    (greeting,) = talk.direct("bob")
    assert greeting.startswith(f'ann gave you 2 points (doubled): "the docs" · in <#{GENERAL}>')


async def test_digest_and_feed_say_points_were_multiplied(talk):
    now = datetime.now(UTC)
    await talk.decide(notices="digest", feed_channel=RANDOM, replies="silent")
    for seconds in (0, 3):
        await talk.run_timers(now + timedelta(seconds=seconds))
    await boost(talk, "2h x3")
    await talk.said("@bob+++ @carol+++ for the docs")
    await boost(talk, "end")
    await talk.said("@bob++")
    await talk.run_timers(now + timedelta(seconds=6))
    assert "\n".join(_heard(talk, channel="random")).split("\n") == [
        f'ann gave bob and carol 6 points (tripled) each: "the docs" · in <#{GENERAL}>',
        f"ann gave bob 1 point · in <#{GENERAL}>",
    ]
    nine = now.replace(hour=9, minute=1)
    await talk.run_timers(max(now, nine))  # before nine, yesterday's digest is still due
    await talk.run_timers(nine + timedelta(days=1))
    assert talk.direct("bob")[-1].split("\n")[1:] == [
        f'• ann: 6 points (tripled) "the docs" · in <#{GENERAL}>',
        f"• ann: 1 point · in <#{GENERAL}>",
    ]


async def test_votes_before_and_after_boost_count_once(talk):
    await talk.said("@bob++")
    await boost(talk, "2h x3")
    await talk.said("@bob++")
    await boost(talk, "end")
    await talk.said("@bob++")
    assert await _scores(talk) == {BOB: 5}
    assert _heard(talk)[-1] == "bob has 5 points (+1)"


async def test_channel_boost_does_not_affect_other_channels(talk):
    await boost(talk, "30m here x3", channel="random")
    assert _heard(talk, channel="random") == [
        "Triple points in this channel for 30 minutes, until 16:00. Every plus counts three times."
    ]
    await talk.said("@bob++", channel="random")
    await talk.said("@bob++")
    assert await _scores(talk) == {BOB: 4}


async def test_pause_is_announced_and_votes_during_it_count_once(talk):
    await boost(talk, "2h")
    await boost(talk, "pause")
    await talk.said("@bob++")
    await boost(talk, "resume")
    await talk.said("@bob++")
    await boost(talk, "add 30m")
    await boost(talk, "pause")
    assert await _scores(talk) == {BOB: 3}
    announcements = [text for text in _heard(talk) if "ouble points" in text and "bob" not in text]
    assert announcements[1:] == [
        "Double points are paused everywhere, with 2 hours left.",
        "Double points are back everywhere: 2 hours left, until 16:00.",
        "More time: double points everywhere until 16:00, 2 hours 30 minutes left.",
        "Double points are paused everywhere, with 2 hours 30 minutes left.",
    ]


async def test_edits_deletions_and_undo_use_boost_of_original_message(talk):
    await boost(talk, "2h")
    posts = [await talk.said(f"@bob+++ for job {number}") for number in range(3)]
    assert await _scores(talk) == {BOB: 12}
    await boost(talk, "end")
    posts[0] = await talk.edited(posts[0], "@bob++ @carol++")
    assert await _scores(talk) == {BOB: 10, CAROL: 2}
    await talk.deleted(posts[1])
    await talk.command("undo", command="/karma")
    assert await _scores(talk) == {BOB: 2, CAROL: 2}
    assert await _scores(talk, "givers") == {ANN: 2}
    assert find_differences_at(talk.running.database.url) == []


async def test_boost_doubles_reactions_joins_and_give_commands(talk):
    await boost(talk, "2h")
    post = await talk.said("hello", by="bob")
    await talk.react(post, PLUS)
    assert await _scores(talk) == {BOB: 2}
    await talk.react(post, MINUS)
    assert await _scores(talk) == {}
    await talk.unreact(post, PLUS)
    assert await _scores(talk) == {BOB: -1}
    thanks = await talk.said("@carol++")
    await talk.said("+++", by="dave", thread=thanks)
    text, _ = compose("give @dave 3 for the release", talk.slack.workspace)
    await talk.command(text, command="/karma")
    assert await _scores(talk) == {BOB: -1, CAROL: 6, DAVE: 6}
    assert _heard(talk)[-1] == "dave has 6 points (+6 from ann for the release, double points)"
    assert find_differences_at(talk.running.database.url) == []


async def test_resolving_typed_name_keeps_other_boosted_points(talk):
    await announce(talk, "bob")
    await boost(talk, "2h")
    await say_plain(talk, f"<@{CAROL}>+++ @bob++")
    await talk.click(find_question(talk), FIRST)
    assert await _scores(talk) == {BOB: 2, CAROL: 4}
    assert await _scores(talk, "givers") == {ANN: 3}
    assert find_differences_at(talk.running.database.url) == []


async def test_reaction_to_message_from_before_boost_counts_once(talk):
    post = await talk.said("hello", by="bob")
    await boost(talk, "2h")
    await talk.react(post, PLUS)
    assert await _scores(talk) == {BOB: 1}


async def test_merge_keeps_boosted_points(talk):
    await boost(talk, "2h")
    post = await talk.said("@bob+++ @carol--")
    merge, _ = compose("merge @bob into @dave", talk.slack.workspace)
    await talk.command(merge, command="/karma")
    await talk.submit(talk.view())
    await talk.running.wait_idle()
    assert await _scores(talk) == {DAVE: 4, CAROL: -1}
    await talk.edited(post, "@bob++ @carol--")
    assert await _scores(talk) == {DAVE: 2, CAROL: -1}
    assert find_differences_at(talk.running.database.url) == []


async def test_maximum_and_allowance_apply_to_points_before_boost(talk):
    await talk.decide(daily_allowance=5, max_points=5)
    await boost(talk, "2h")
    await talk.said("@bob += 9")
    assert _heard(talk)[-1] == "bob has 10 points :tada: (+10, the most at once, double points)"
    await talk.said("@bob++")
    assert "more than you have left" in talk.heard(to="ann")[-1]
    assert await _scores(talk) == {BOB: 10}


async def test_history_and_search_say_points_were_doubled(talk):
    await boost(talk, "2h")
    post = await talk.said("@bob+++ for the docs")
    history = (await talk.command("history", by="bob", command="/karma"))["text"]
    assert '+4 from ann: "the docs" (double points)' in history
    await talk.edited(post, "@bob++ for the docs")
    history = (await talk.command("search docs", by="bob", command="/karma"))["text"]
    assert '+2 from ann to you: "the *docs*" (double points) (edited)' in history


@each(
    ("typed", "expected"),
    [
        ("here", "Say how long: "),
        ("add", "Say how much longer: "),
        ("pause 30m", "Only `here` or `everywhere` can follow `pause`"),
        ("8d", "A boost lasts from one minute to a week"),
        ("2h x9", "Points can count double (`x2`) or triple (`x3`)"),
        ('2h "@bob"', "keep the name to 40 characters, without mentions"),
        ("2h Release day", 'I don\'t know "Release".'),
        ("wibble <!here>", 'I don\'t know "wibble".'),
        ("pause", "No boost is running here."),
        ("resume", "No boost is running here."),
        ("end here", "No boost is running here."),
        ("left", "No boost is running."),
        ("list", "There hasn't been a boost yet."),
    ],
)
async def test_invalid_boost_command_gets_one_line_reply_and_changes_nothing(talk, typed, expected):
    reply = await boost(talk, typed)
    assert expected in reply
    assert "\n" not in reply
    assert talk.heard() == []
    assert await talk.rows("SELECT 1 FROM boosts UNION SELECT 1 FROM audit") == []


async def test_conflicting_boost_commands_are_refused_with_advice(talk):
    await boost(talk, '2h "Release day"')
    assert await boost(talk, "1h") == (
        "There's one already: Release day (double points everywhere) until 16:00, 2 hours left."
        " Make it longer with `/karma boost add 30m`, or end it first with `/karma boost end`."
    )
    await boost(talk, "1h here")
    for typed, example in (("stop", "end"), ("pause", "pause"), ("add 2h", "add 30m")):
        reply = await boost(talk, typed)
        assert reply == (
            "Two boosts are running here. Say which one you mean,"
            f" like `/karma boost {example} here` or `/karma boost {example} everywhere`."
        )
    assert (await boost(talk, "add 7d here")).startswith("A boost can have at most a week left")
    await boost(talk, "pause here")
    assert await boost(talk, "pause here") == (
        "It's paused already, with 1 hour left. `/karma boost resume` continues it."
    )
    assert await boost(talk, "resume everywhere") == (
        "It isn't paused: it runs for another 2 hours. `/karma boost pause` pauses it."
    )


async def test_boosts_lists_all_and_left_lists_only_current_ones(talk):
    await boost(talk, '2h "Release day"')
    await boost(talk, "1h here x3")
    await boost(talk, "pause here")
    await boost(talk, "end everywhere")
    paused = f"• triple points in <#{GENERAL}>, paused with 1 hour left"
    assert await boost(talk, "left") == f"*Boosts*\n{paused}"
    over = "• Release day (double points everywhere), 16:00 until 16:00"
    answer = await talk.command("boosts", command="/karma")
    assert _plain(answer["text"]) == f"*Boosts*\n{paused}\n{over}"


async def test_workspace_boost_is_announced_in_recap_channel(talk):
    await talk.decide(recap_channel=RANDOM)
    assert await boost(talk, "2h") == (
        "Double points everywhere for 2 hours, until 16:00. Every plus counts twice."
        f" I've told <#{RANDOM}>."
    )
    assert await boost(talk, "2h here", channel="secret") == ""
    reply = await boost(talk, "end everywhere", channel="secret")
    assert reply == f"Double points have ended everywhere. I've told <#{RANDOM}>."
    await boost(talk, "1h here")
    assert [text[:18] for text in talk.heard(channel="random")] == [
        "Double points ever", "Double points have",
    ]  # fmt: skip
    assert [text[:29] for text in talk.heard()] == ["Double points in this channel"]


async def test_channel_boost_needs_app_membership_and_workspace_boost_does_not(talk):
    talk.slack.fail("conversations.info", error="channel_not_found", times=2)
    assert (await boost(talk, "1h here")).startswith("I'm not in this channel")
    assert "I can't announce it: " in await boost(talk, "1h")
    talk.slack.fail("conversations.info", error="internal_error", times=1)
    assert (await boost(talk, "1h here")).startswith("Slack didn't tell me")
    await talk.said("@bob++")
    assert _heard(talk) == ["bob has 2 points (+2, double points)"]


async def test_boost_is_not_announced_in_quiet_channel(talk):
    await talk.decide(quiet_channels=[GENERAL])
    reply = await boost(talk, "1h here")
    assert "I can't announce it: " in reply
    await talk.said("@bob++")
    assert talk.heard() == []
    assert await _scores(talk) == {BOB: 2}


async def test_channel_turned_quiet_gets_no_more_boost_announcements(talk):
    await boost(talk, "1h here")
    assert len(talk.heard()) == 1
    await talk.decide(quiet_channels=[GENERAL])
    assert "I can't announce it: " in await boost(talk, "add 30m")
    later = "UPDATE boosts SET ends_at = now() + interval '4 minutes' RETURNING 1"
    await talk.rows(later)
    await talk.rows("UPDATE timers SET due_at = now() WHERE kind = 'boost_warning' RETURNING 1")
    await talk.running.context.scheduler.run_due()
    await talk.settled()
    assert len(talk.heard()) == 1


@each_outsider
async def test_outsiders_cannot_use_boost_command(talk, who):
    name = await enter(talk, who)
    for typed in ("2h", "list", "wibble"):
        assert not (await boost(talk, typed, by=name)).startswith(("Double", "*Boosts", "I don't"))
    assert await talk.rows("SELECT 1 FROM boosts") == []
    assert talk.heard() == []


async def test_manager_can_use_boosts_and_changes_are_audited(talk):
    manager = await promote(talk)
    await boost(talk, '2h "Release day"', by=manager)
    await boost(talk, "pause", by=manager)
    await boost(talk, "end")
    lines = _plain((await talk.command("audit", command="/karma"))["text"]).split("\n")
    what = "Release day (double points everywhere)"
    assert lines[1:] == [
        f"16:00 · ann: changed a boost: {what}, paused with 2 hours left → {what}, ended",
        f"16:00 · bob: changed a boost: {what} until 16:00 → {what}, paused with 2 hours left",
        f"16:00 · bob: changed a boost: nothing → {what} until 16:00",
    ]


async def test_redelivered_boost_command_runs_once(talk):
    fields = events.build_slash_command(
        talk.slack.workspace, user=ANN, channel=GENERAL, command="/karma", text="boost 2h"
    )
    await asyncio.gather(*(talk.delivery.deliver_command(fields) for _ in range(4)))
    await talk.settled()
    assert len(talk.heard()) == 1
    assert await talk.rows("SELECT count(*)::int FROM boosts") == [(1,)]


async def test_boost_counts_when_its_channel_is_archived_and_drop_is_logged(talk, log_lines):
    talk.slack.fail("chat.postMessage", error="is_archived")
    await boost(talk, "2h")
    await talk.said("@bob++", channel="random")
    assert talk.heard() == []
    assert log_lines.read_text().count("reply.dropped") == 1
    assert await _scores(talk) == {BOB: 2}


async def test_announcement_with_lost_response_is_not_posted_twice(talk):
    talk.slack.fail("chat.postMessage", reset="after")
    await boost(talk, "2h")
    assert len(talk.heard()) == 1


async def test_boost_name_cannot_ping_anyone(talk):
    await boost(talk, '2h "<!here> &amp; *all*"')
    assert "&lt;!here&gt;" in talk.heard()[0]
