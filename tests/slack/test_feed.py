"""The feed: one channel reports what was given in public channels, and later changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.devtools.fake_slack import events

RANDOM, GENERAL = "C0RANDOM02", "<#C0GENERAL1>"


@pytest.fixture
async def feed(talk):
    """Start a feed in #random; return a function that advances it and returns its posts."""
    begun, looks = datetime.now(UTC), iter(range(3, 3000, 3))
    await talk.decide(feed_channel=RANDOM, replies="silent")
    await talk.passed(begun)

    async def go_on():
        await talk.passed(begun + timedelta(seconds=next(looks)))
        return talk.heard(channel="random")

    await go_on()
    return go_on


async def test_without_a_decision_there_is_none(talk):
    await talk.said("@bob++")
    assert await talk.passed(datetime.now(UTC) + timedelta(minutes=1)) == 0
    assert talk.heard(channel="random") == []


async def test_what_is_given_is_told_with_its_reason_and_place(talk, feed):
    await talk.said("@bob+++ for the docs", by="ann")
    await talk.said("@carol++ @dave++ postgres++", by="bob")
    (said,) = await feed()
    assert said.split("\n") == [
        f'ann gave bob 2 points: "the docs" · in {GENERAL}',
        f'bob gave carol, dave and the thing "postgres" 1 point each · in {GENERAL}',
    ]


async def test_it_is_told_once(talk, feed):
    await talk.said("@bob++")
    said = await feed()
    assert len(said) == 1
    assert await feed() == said


async def test_what_is_given_after_a_large_import_is_told_at_once(talk, feed):
    await talk.rows("""
        INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta, kind,
            voted_at, created_at)
        SELECT %s, '', 'import/1', '', 'U' || n, 1, 'import', now(), now() - interval '1 minute'
        FROM generate_series(1, 1200) AS n RETURNING 1
    """, talk.slack.workspace.team_id)  # fmt: skip
    await talk.said("@bob++")
    assert await feed() == [f"ann gave bob 1 point · in {GENERAL}"]


async def test_what_was_given_before_it_began_is_not_told(talk):
    await talk.said("@bob++")
    now = datetime.now(UTC)
    await talk.decide(feed_channel=RANDOM)
    for seconds in (0, 3, 6):
        await talk.passed(now + timedelta(seconds=seconds))
    assert talk.heard(channel="random") == []


async def test_nothing_is_told_of_private_and_quiet_channels_and_of_the_feed_itself(talk, feed):
    await talk.decide(quiet_channels=["C0GENERAL1"])
    await talk.said("@bob++ for the plan", channel="secret")
    await talk.said("@bob++", channel="random")
    await talk.said("@bob++")
    assert [text for text in await feed() if " gave " in text] == []


async def test_a_channel_that_was_made_private_meanwhile_is_not_told_of(talk, feed):
    await talk.said("@bob++")
    workspace = talk.slack.workspace
    private = replace(workspace.channels["C0GENERAL1"], is_private=True)
    workspace.channels["C0GENERAL1"] = private
    channels = talk.running.context.boards.channels
    channels.note(workspace.team_id, "C0GENERAL1", private=True)
    assert await feed() == []


async def test_minus_is_not_told(talk, feed):
    await talk.said("@bob-- for the noise, @carol++")
    assert await feed() == [f"ann gave carol 1 point · in {GENERAL}"]


async def test_it_follows_an_edit(talk, feed):
    post = await talk.said("@bob++ for one")
    await feed()
    await talk.edited(post, "@bob+++ for two and @carol++")
    (said,) = await feed()
    assert "@bob" not in said
    assert f'ann gave bob 2 points: "two" · in {GENERAL}' in said
    assert f"ann gave carol 1 point · in {GENERAL}" in said


async def test_it_follows_a_withdrawal_and_leaves_the_rest_of_the_post(talk, feed):
    first = await talk.said("@bob++")
    await talk.said("@carol++")
    await feed()
    await talk.deleted(first)
    assert await feed() == [
        f"ann took points back · in {GENERAL}\nann gave carol 1 point · in {GENERAL}"
    ]


async def test_what_is_taken_back_before_it_was_told_is_never_told(talk, feed):
    post = await talk.said("@bob++")
    await talk.deleted(post)
    assert await feed() == []


async def test_a_reaction_is_told_and_taken_back(talk, feed):
    post = await talk.said("hello", by="bob")
    await talk.react(post, "heavy_plus_sign", by="carol")
    assert await feed() == [f"carol gave bob 1 point · in {GENERAL}"]
    await talk.unreact(post, "heavy_plus_sign", by="carol")
    assert await feed() == [f"carol took points back · in {GENERAL}"]


async def test_a_giver_who_has_opted_out_is_not_named(talk, feed):
    await talk.said("@bob++", by="carol")
    await talk.command("opt-out", by="carol", command="/karma")
    assert await feed() == [f"Somebody gave bob 1 point · in {GENERAL}"]


async def test_old_votes_that_are_read_late_are_not_told(talk, feed):
    talk.now(is_=datetime.now(UTC) - timedelta(hours=2))
    await talk.said("@bob++")
    assert await feed() == []


async def test_a_redelivery_and_many_messages_are_told_once_each(talk, feed):
    posts = [talk.write("@bob++", by=by) for by in ("ann", "carol", "dave") * 4]
    for post in posts + posts[:3]:
        await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    said = "\n".join(await feed())
    assert said.count("gave bob 1 point") == 12
    assert "\n".join(await feed()) == said
