"""Recaps: posted once when due, about public channels only, or not at all."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.slack.views.leaderboard import OPEN
from app.slack.views.recaps import PREVIEW
from tests.patience import PATIENCE
from tests.slack.deciding import open_settings, read_errors
from tests.slack.test_home import second_process
from tests.slack.test_merging import merge

GENERAL, SECRET = "C0GENERAL1", "C0SECRET04"
WEDNESDAY = datetime(2026, 11, 11, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


async def _decide(talk, **more):
    """Schedule a recap for each Monday at nine; the time is Wednesday."""
    weekly = {"recap": "weekly", "recap_channel": GENERAL, "replies": "silent"}
    await talk.decide(**weekly | more)
    talk.set_clock(WEDNESDAY)
    await talk.run_timers(WEDNESDAY)


def _recaps(talk, channel="general"):
    return [text for text in talk.heard(channel=channel) if text.startswith("Karma, ")]


async def test_weekly_recap_lists_leaders_reasons_and_first_points_when_due(talk):
    await _decide(talk)
    await talk.said("@bob+++ for the docs and @carol++", by="ann")
    await talk.said("@bob++ thanks, postgres++, @dave++ for a lift with @eve", by="carol")
    assert _recaps(talk) == []
    await talk.run_timers(MONDAY - timedelta(seconds=1))
    assert _recaps(talk) == []
    await talk.run_timers(MONDAY)
    (said,) = _recaps(talk)
    assert said == (
        "Karma, 9–15 November 2026\n"
        "*Most points:* bob (3), carol (1) and dave (1)\n"
        "*Gave most:* ann (3) and carol (3)\n"
        "*Reasons:*\n"
        '• bob: "the docs" · ann\n'
        '• dave: "a lift with eve" · carol\n'
        "*First point ever:* bob, carol and dave"
    )


SHARED_REASONS = (
    ("@bob++ for the docs", "ann", "@bob+++, @carol+++ and @dave+++ for the demo",
     '• dave: "the demo" · ann\n• bob: "the docs" · ann'),
    ("@carol+++ for the tea", "dave", "@bob++ and @carol++ for the docs",
     '• carol: "the tea" · dave\n• bob: "the docs" · ann'),
)  # fmt: skip


@pytest.mark.parametrize(("single_vote", "by", "shared_vote", "expected"), SHARED_REASONS)
async def test_shared_reason_is_listed_once_for_who_has_no_better_one(
    talk, single_vote, by, shared_vote, expected
):
    await _decide(talk)
    await talk.said(shared_vote, by="ann")
    await talk.said(single_vote, by=by)
    await talk.run_timers(MONDAY)
    (said,) = _recaps(talk)
    assert f"*Reasons:*\n{expected}\n*" in said


async def test_recap_is_posted_once_by_concurrent_and_repeated_runs(talk):
    await _decide(talk)
    await talk.said("@bob++")
    await asyncio.gather(*(talk.run_timers(MONDAY) for _ in range(5)))
    await talk.run_timers(MONDAY + timedelta(hours=1))
    assert len(_recaps(talk)) == 1


async def test_week_without_public_plus_points_has_no_recap(talk):
    await _decide(talk)
    assert await talk.run_timers(MONDAY) == 1
    await talk.said("@bob--")
    await talk.said("postgres++", channel="secret")
    await talk.run_timers(MONDAY + WEEK)
    assert len(_recaps(talk)) == 0


async def test_recap_names_repeated_leaders_after_the_others(talk):
    await _decide(talk)
    await talk.said("@bob++", by="ann")
    await talk.run_timers(MONDAY)
    talk.set_clock(MONDAY)
    await talk.said("@bob+++, @dave++", by="ann")
    await talk.run_timers(MONDAY + WEEK)
    assert _recaps(talk)[1].splitlines()[:3] == [
        "Karma, 16–22 November 2026",
        "*Most points:* dave (1) and bob once more (2)",
        "*Gave most:* ann once more (3)",
    ]


async def test_recap_omits_private_and_quiet_channels(talk):
    await _decide(talk, quiet_channels=["C0RANDOM02"])
    for _ in range(2):
        await talk.said("@bob++++++ for the secret plan", channel="secret")
    await talk.said("@dave+++++ for whispering", channel="random")
    await talk.said("@carol++ for the docs", by="dave")
    await talk.run_timers(MONDAY)
    (said,) = _recaps(talk)
    assert "bob" not in said
    assert "secret" not in said
    assert "whispering" not in said
    assert "*Most points:* carol (1)\n" in said
    assert "*Gave most:* dave (1)\n" in said


async def test_recap_omits_opted_out_people_and_their_reasons(talk):
    await _decide(talk)
    await talk.said("@bob+++ for one, @carol++ for two", by="ann")
    await talk.said("@carol++ for three", by="dave")
    await talk.command("opt-out", by="bob", command="/karma")
    await talk.command("opt-out", by="dave", command="/karma")
    await talk.run_timers(MONDAY)
    (said,) = _recaps(talk)
    assert "bob" not in said
    assert "dave" not in said
    assert "three" not in said


async def test_recap_reflects_edits_and_deletions(talk):
    await _decide(talk)
    first = await talk.said("@bob+++ for one", by="ann")
    second = await talk.said("@carol++ for two", by="ann")
    await talk.deleted(first)
    await talk.edited(second, "@carol+++ for both")
    await talk.said("@dave++")
    await talk.said("@dave--")
    await talk.run_timers(MONDAY)
    (said,) = _recaps(talk)
    assert "bob" not in said
    assert "dave" not in said
    assert '• carol: "both" · ann' in said
    assert "*Most points:* carol (2)" in said


async def test_recap_counts_points_moved_by_a_merge_once(talk):
    await _decide(talk)
    await talk.said("@bob++ and @carol++", by="ann")
    await merge(talk, "@bob into @carol")
    await talk.run_timers(MONDAY)
    (said,) = _recaps(talk)
    assert said.splitlines()[1:3] == ["*Most points:* carol (2)", "*Gave most:* ann (2)"]


async def test_recap_includes_milestones(talk):
    await _decide(talk)
    talk.set_clock(MONDAY - WEEK)  # the first day
    for _ in range(2):
        await talk.said("@bob++++++", by="ann")
    talk.set_clock(MONDAY)
    await talk.said("@bob----", by="ann")
    await talk.run_timers(MONDAY)
    assert "bob has reached 10 points :tada:" in _recaps(talk)[0]


async def test_recap_omits_standings_where_boards_are_private(talk):
    await _decide(talk, boards="own")
    await talk.said("@bob+++ for the docs", by="ann")
    await talk.run_timers(MONDAY)
    (said,) = _recaps(talk)
    assert "Most points" not in said
    assert '• bob: "the docs" · ann' in said
    talk.set_clock(WEDNESDAY + WEEK)
    await talk.said("@carol++", by="ann")
    await talk.run_timers(MONDAY + WEEK)
    assert _recaps(talk)[1:] == ["Karma, 16–22 November 2026\n*First point ever:* carol"]


async def test_monthly_recap_is_posted_on_the_first_chosen_weekday_and_hour(talk):
    await _decide(talk, recap="monthly", recap_day="tuesday", recap_hour=17)
    await talk.said("@bob++", by="ann")
    await talk.run_timers(datetime(2026, 12, 1, 16, 59, tzinfo=UTC))
    assert _recaps(talk) == []
    await talk.run_timers(datetime(2026, 12, 1, 17, tzinfo=UTC))
    assert _recaps(talk)[0].startswith("Karma, November 2026\n")


async def test_recap_under_a_day_late_is_posted_and_a_later_one_skipped(talk, log_lines):
    await _decide(talk)
    await talk.said("@bob++")
    await talk.run_timers(MONDAY + timedelta(hours=23))
    assert len(_recaps(talk)) == 1
    talk.set_clock(MONDAY)
    await talk.said("@bob++")
    await talk.run_timers(MONDAY + WEEK + timedelta(hours=25))
    assert len(_recaps(talk)) == 1
    assert log_lines.read_text().count("timer.skipped") == 1


async def test_last_of_several_missed_recaps_is_posted_unless_it_is_too_late(talk):
    await _decide(talk)
    await talk.said("@bob++")
    await talk.run_timers(MONDAY - timedelta(hours=1))
    back = MONDAY + 3 * WEEK + timedelta(hours=2)
    talk.set_clock(back - WEEK)
    await talk.said("@carol++")
    await talk.run_timers(back)
    await talk.run_timers(back)
    assert len(_recaps(talk)) == 1
    assert "carol" in _recaps(talk)[0]
    assert await talk.run_timers(back + timedelta(minutes=5)) == 0


async def test_clock_jumps_neither_repeat_nor_lose_a_recap(talk):
    await _decide(talk)
    await talk.said("@bob++")
    await talk.run_timers(MONDAY - timedelta(hours=1))
    await talk.run_timers(MONDAY + timedelta(hours=23))  # forward by a day
    await talk.run_timers(MONDAY + timedelta(hours=22))  # back by an hour
    await talk.run_timers(MONDAY - timedelta(minutes=30))  # back to before it was due
    await talk.run_timers(MONDAY)
    assert len(_recaps(talk)) == 1
    talk.set_clock(MONDAY)
    await talk.said("@carol++")
    await talk.run_timers(MONDAY + WEEK)
    assert len(_recaps(talk)) == 2


async def test_recap_to_an_archived_channel_is_dropped_with_one_log_line(talk, log_lines):
    await _decide(talk)
    await talk.said("@bob++")
    talk.slack.fail("chat.postMessage", error="is_archived")
    await talk.run_timers(MONDAY)
    await talk.run_timers(MONDAY + timedelta(minutes=5))
    assert _recaps(talk) == []
    assert log_lines.read_text().count("reply.dropped") == 1


async def test_recap_whose_response_was_lost_is_not_posted_twice(talk):
    await _decide(talk)
    await talk.said("@bob++")
    talk.set_clock(datetime.now(UTC))  # the search covers the posts of the last minutes
    talk.slack.fail("chat.postMessage", reset="after")
    await talk.run_timers(MONDAY)
    assert len(_recaps(talk)) == 1


async def test_recap_button_shows_the_board_only_to_the_presser(talk):
    await _decide(talk)
    await talk.said("@bob++")
    await talk.run_timers(MONDAY)
    (post,) = [p for p in talk.slack.list_posts(GENERAL) if p.text.startswith("Karma, ")]
    await talk.click(post, OPEN, by="dave")
    assert "1. bob, 1 point" in talk.heard(to="dave")[-1]
    assert "9–15 November 2026" in talk.heard(to="dave")[-1]
    assert len(_recaps(talk)) == 1
    *_, note, buttons = post.blocks
    assert [one["text"]["text"] for one in buttons["elements"]] == ["Leaderboard"]
    assert "Admins can change this post: *Recap* in `/karma settings`." in str(note)


async def test_recap_needs_a_channel(talk):
    wrong = {"recap_channel": "Please choose a channel, or turn it off."}
    answer = await talk.submit(await open_settings(talk), recap="weekly")
    assert read_errors(answer) == wrong
    await talk.decide(recap="weekly", recap_channel=GENERAL)
    answer = await talk.submit(await open_settings(talk), recap_channel=None)
    assert read_errors(answer) == wrong


async def test_turning_recaps_on_offers_a_preview(talk):
    await talk.said("@bob++ for the docs")
    form = await open_settings(talk)
    await talk.submit(form, recap="weekly", recap_channel="general", max_points="3")
    await talk.click(talk.view(), PREVIEW)
    said = "\n".join(b["text"]["text"] for b in talk.view()["blocks"] if "text" in b)
    assert f"This is what I post in <#{GENERAL}>. Only you see it now." in said
    assert '• bob: "the docs" · ann' in said
    assert OPEN not in str(talk.view())
    assert _recaps(talk) == []


async def test_recap_preview_is_only_for_admins(talk):
    answer = await talk.command("recap", command="/karma")
    assert answer["text"].startswith("Nobody got a point in a public channel lately, so")
    answer = await talk.command("recap", by="bob", command="/karma")
    assert answer["text"].startswith("Only admins and karma managers can do that")
    await talk.submit(await open_settings(talk), recap="weekly", recap_channel="general")
    members, ann = talk.slack.workspace.members, talk.id_of("ann")
    members[ann] = replace(members[ann], is_admin=False, is_owner=False)
    await talk.click(talk.view(), PREVIEW)
    (said,) = [block["text"]["text"] for block in talk.view()["blocks"]]
    assert said.startswith("Only admins and karma managers can do that")


async def test_recap_preview_that_takes_longer_than_slack_waits_follows_later(talk):
    await talk.said("@bob++ for the docs")
    with talk.hurried(work=0):
        answer = await talk.command("recap", command="/karma")
        await talk.running.wait_idle()
    assert answer["text"] == "I'm putting it together; a few more seconds."
    assert '• bob: "the docs" · ann' in talk.heard(to="ann")[-1]


async def test_preview_in_a_form_follows_while_another_is_on_its_way(talk, database_url):
    await talk.said("@bob++ for the docs")
    await talk.submit(await open_settings(talk), recap="weekly", recap_channel="general")
    with psycopg.connect(database_url) as conn, talk.hurried(work=0):
        conn.execute("LOCK vote_history")
        await talk.command("recap", command="/karma")
        await talk.click(talk.view(), PREVIEW)
    await talk.running.context.tasks.wait_idle()
    assert '• bob: "the docs" · ann' in str(talk.view()["blocks"])


async def test_notice_of_a_slow_preview_never_replaces_the_preview(talk):
    await talk.said("@bob++ for the docs")
    await talk.submit(await open_settings(talk), recap="weekly", recap_channel="general")
    talk.slack.fail("views.update", delay=PATIENCE)
    with talk.hurried(work=0):
        pressing = asyncio.create_task(talk.click(talk.view(), PREVIEW))
        await talk.slack.wait_until(lambda: talk.slack.list_calls("views.update"))
        talk.slack.heal()
        await pressing
    await talk.running.context.tasks.wait_idle()
    assert '• bob: "the docs" · ann' in str(talk.view()["blocks"])


@pytest.mark.parametrize("language", ["en", "de"])
async def test_recap_uses_the_workspace_language(talk, language):
    await _decide(talk, language=language)
    await talk.said("@bob++ for the docs")
    await talk.run_timers(MONDAY)
    expected = {"en": "*First point ever:* bob", "de": "*Zum ersten Mal Punkte:* bob"}
    assert expected[language] in _recaps(talk)[0]


async def test_recap_looks_up_all_channels_concurrently(talk, config, database_url):
    for channel in ("general", "random", "dev"):
        await talk.said("@bob++ for the docs", channel=channel)
    talk.slack.fail("conversations.info", delay=PATIENCE, times=None)
    async with second_process(talk, config, database_url) as again:
        shown = asyncio.create_task(again.command("recap", command="/karma"))
        await talk.slack.wait_until(lambda: talk.slack.in_flight.count("conversations.info") == 3)
        talk.slack.heal()
        assert "*Reasons:*" in (await shown)["text"]
