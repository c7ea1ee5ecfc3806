"""The feed: one channel reports points given in public channels, and later changes to them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.devtools.fake_slack import events
from app.slack.outbound.reply_renderer import MAX_TEXT
from tests.logged import logged
from tests.slack.test_merging import merge
from tests.slack.test_typed_names import FIRST, announce, edit, find_question, say

RANDOM, GENERAL = "C0RANDOM02", "<#C0GENERAL1>"


@pytest.fixture
async def feed(talk):
    """Start a feed in #random; return a function that advances it and returns its posts."""
    start, seconds_later = datetime.now(UTC), iter(range(3, 3000, 3))
    await talk.decide(feed_channel=RANDOM, replies="silent")
    await talk.run_timers(start)

    async def advance():
        await talk.run_timers(start + timedelta(seconds=next(seconds_later)))
        return talk.heard(channel="random")

    await advance()
    return advance


def _turn_private(talk):
    workspace = talk.slack.workspace
    private = replace(workspace.channels["C0GENERAL1"], is_private=True)
    workspace.channels["C0GENERAL1"] = private
    talk.running.context.channels.note(workspace.team_id, "C0GENERAL1", private=True)


async def test_feed_is_off_by_default(talk):
    await talk.said("@bob++")
    assert await talk.run_timers(datetime.now(UTC) + timedelta(minutes=1)) == 0
    assert talk.heard(channel="random") == []


async def test_feed_reports_points_with_reason_and_channel(talk, feed):
    await talk.said("@bob+++ for the docs", by="ann")
    await talk.said("@carol++ @dave++ postgresql++", by="bob")
    await merge(talk, "postgresql into postgres")
    (said,) = await feed()
    assert said.split("\n") == [
        f'ann gave bob 2 points: "the docs" · in {GENERAL}',
        f'bob gave carol, dave and the thing "postgres" 1 point each · in {GENERAL}',
    ]


@pytest.mark.parametrize(
    ("many", "end"),
    [(10, 'and the thing "x9" 1'), (11, 'the thing "x9", and 1 more 1'), (12, ", and 2 more 1")],
)
async def test_feed_names_ten_receivers_of_a_message(talk, feed, many, end):
    await talk.said(" ".join(f"x{n}++" for n in range(many)))
    (said,) = await feed()
    assert f"{end} point each" in said
    assert said.count("the thing") == 10


async def test_feed_reports_each_vote_once(talk, feed):
    await talk.said("@bob++")
    said = await feed()
    assert len(said) == 1
    assert await feed() == said


@pytest.mark.parametrize("ahead", ["-1 minute", "1 hour"])  # or before the clock was set back
async def test_feed_reports_votes_right_after_large_import(talk, feed, ahead):
    await talk.rows("""
        INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta, kind,
            voted_at, created_at)
        SELECT %s, '', 'import/1', '', 'U' || n, 1, 'import', now(), now() + %s::interval
        FROM generate_series(1, 1200) AS n RETURNING 1
    """, talk.slack.workspace.team_id, ahead)  # fmt: skip
    await talk.said("@bob++")
    assert await feed() == [f"ann gave bob 1 point · in {GENERAL}"]


async def test_feed_omits_votes_from_before_it_started(talk):
    await talk.said("@bob++")
    now = datetime.now(UTC)
    await talk.decide(feed_channel=RANDOM)
    for seconds in (0, 3, 6):
        await talk.run_timers(now + timedelta(seconds=seconds))
    assert talk.heard(channel="random") == []


async def test_feed_omits_private_and_quiet_channels_and_itself(talk, feed):
    await talk.decide(quiet_channels=["C0GENERAL1"])
    await talk.said("@bob++ for the plan", channel="secret")
    await talk.said("@bob++", channel="random")
    await talk.said("@bob++")
    assert [text for text in await feed() if " gave " in text] == []


async def test_feed_omits_channel_turned_private_meanwhile(talk, feed):
    await talk.said("@bob++")
    _turn_private(talk)
    assert await feed() == []


async def test_feed_omits_minus_points(talk, feed):
    await talk.said("@bob-- for the noise, @carol++")
    assert await feed() == [f"ann gave carol 1 point · in {GENERAL}"]


async def test_feed_reports_points_that_an_answer_gives(talk, feed):
    await announce(talk, "bob")
    await say(talk, "@bob++ for the docs")
    assert await feed() == []
    await talk.click(find_question(talk), FIRST)
    assert await feed() == [f'ann gave bob 1 point: "the docs" · in {GENERAL}']


async def test_feed_reports_first_points_that_an_edit_gives_a_message(talk, feed):
    post = await talk.said("hello")
    assert await feed() == []
    await talk.edited(post, "@bob++")
    assert await feed() == [f"ann gave bob 1 point · in {GENERAL}"]


async def test_feed_omits_what_edits_add_to_votes_from_before_it_started(talk, feed):
    await talk.decide(feed_channel=None)
    await feed()
    post = await talk.said("@bob++")
    await talk.decide(feed_channel=RANDOM)
    for _ in range(2):  # it starts, and finds where to begin
        await feed()
    await talk.edited(post, "@bob++ @carol++")
    assert await feed() == []


async def test_feed_post_follows_edit(talk, feed):
    post = await talk.said("@bob++ for one")
    await feed()
    await talk.edited(post, "@bob+++ for two and @carol++")
    (said,) = await feed()
    assert "@bob" not in said
    assert f'ann gave bob 2 points: "two" · in {GENERAL}' in said
    assert f"ann gave carol 1 point · in {GENERAL}" in said


async def test_long_feed_post_follows_edit_within_slacks_limit(talk, feed):
    lines = [f"service{n}++ for {n} {'x' * 190}" for n in range(20)]
    post = await talk.said("\n".join(lines))
    (said,) = await feed()
    assert said.endswith("\nand 7 more")
    await talk.edited(post, "\n".join(line.replace("++", "+++") for line in lines))
    (now,) = await feed()
    assert now.count("2 points") == 13
    assert len(now) <= MAX_TEXT


async def test_feed_post_says_when_an_edit_leaves_no_room_for_other_messages(talk, feed):
    first = await talk.said("@bob++")
    for name in ("carol", "dave"):
        await talk.said(f"@{name}++ for {'x' * 190}")
    (said,) = await feed()
    assert said.count("1 point") == 3
    await talk.edited(first, "\n".join(f"service{n}++ for {n} {'x' * 190}" for n in range(20)))
    (now,) = await feed()
    assert now.endswith("\nand 7 more\nand 2 more")


async def test_feed_post_follows_withdrawal_and_keeps_other_votes(talk, feed):
    first = await talk.said("@bob++")
    await talk.said("@carol++")
    await feed()
    await talk.deleted(first)
    assert await feed() == [
        f"ann took points back · in {GENERAL}\nann gave carol 1 point · in {GENERAL}"
    ]


async def test_feed_omits_votes_withdrawn_before_posting(talk, feed):
    post = await talk.said("@bob++")
    await talk.deleted(post)
    assert await feed() == []


async def test_feed_post_whose_response_was_lost_is_searched_in_the_channel(talk, feed, log_lines):
    await talk.said("@bob++")
    talk.slack.fail("chat.postMessage", reset="after")
    assert len(await feed()) == 1
    assert talk.slack.list_calls("conversations.replies") == []
    assert not logged(log_lines, "reply.not_found")


async def test_feed_reports_reaction_and_its_removal(talk, feed):
    post = await talk.said("@dave++", by="bob")
    await talk.react(post, "heavy_plus_sign", by="carol")
    written = f"bob gave dave 1 point · in {GENERAL}"
    assert await feed() == [f"{written}\ncarol gave dave 1 point · in {GENERAL}"]
    await talk.unreact(post, "heavy_plus_sign", by="carol")
    assert await feed() == [f"{written}\ncarol took points back · in {GENERAL}"]


async def test_feed_does_not_name_opted_out_giver(talk, feed):
    await talk.said("@bob++", by="carol")
    await talk.command("opt-out", by="carol", command="/karma")
    assert await feed() == [f"Somebody gave bob 1 point · in {GENERAL}"]


async def test_feed_omits_votes_for_people_who_opted_out_meanwhile(talk, feed):
    await talk.said("@bob++ @dave++")
    await talk.said("@bob++", by="carol")
    await talk.command("opt-out", by="bob", command="/karma")
    assert await feed() == [f"ann gave dave 1 point · in {GENERAL}"]


async def test_feed_post_left_with_votes_for_opted_out_people_is_deleted(talk, feed):
    post = await talk.said("@bob++ @dave++")
    await feed()
    await talk.command("opt-out", by="bob", command="/karma")
    await talk.edited(post, "@bob++")
    assert await feed() == []


async def test_feed_post_of_votes_withdrawn_in_a_channel_turned_private_is_deleted(talk, feed):
    post = await talk.said("@bob++")
    await feed()
    _turn_private(talk)
    await talk.deleted(post)
    assert await feed() == []


async def test_feed_omits_votes_of_old_messages(talk, feed):
    talk.set_clock(datetime.now(UTC) - timedelta(hours=2))
    await talk.said("@bob++")
    post = await talk.said("hello")
    await talk.edited(post, "@carol++")
    assert await feed() == []


async def test_feed_reports_points_that_an_edit_gives_an_old_message(talk, feed):
    talk.set_clock(datetime.now(UTC) - timedelta(hours=2))
    post = await talk.said("hello")
    talk.set_clock(datetime.now(UTC))
    await talk.edited(post, "@bob++")
    assert await feed() == [f"ann gave bob 1 point · in {GENERAL}"]


async def test_feed_reports_points_that_a_late_answer_about_an_edit_gives(talk, feed):
    talk.set_clock(datetime.now(UTC) - timedelta(hours=2))
    await announce(talk, "bob")
    await edit(talk, await say(talk, "hello"), "@bob++")
    talk.set_clock(datetime.now(UTC))
    await talk.click(find_question(talk), FIRST)
    assert await feed() == [f"ann gave bob 1 point · in {GENERAL}"]


async def test_feed_reports_many_and_redelivered_messages_once_each(talk, feed):
    posts = [talk.write("@bob++", by=by) for by in ("ann", "carol", "dave") * 4]
    for post in posts + posts[:3]:
        await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    said = "\n".join(await feed())
    assert said.count("gave bob 1 point") == 12
    assert "\n".join(await feed()) == said
