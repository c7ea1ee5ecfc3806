"""How votes are answered, depending on the settings of the workspace and the channel."""

import asyncio
import json
from dataclasses import replace

import aiohttp
import pytest

from app import server
from app.devtools.fake_slack import events
from app.slack.outbound.reaction_ack import ACK_EMOJI
from tests.talk import PATIENT, Talk

GENERAL, RANDOM = "C0GENERAL1", "C0RANDOM02"
PLUS = "heavy_plus_sign"


def _list_ack_reactions(talk, post):
    return talk.slack.workspace.list_reactions(post).get(ACK_EMOJI, [])


def _threads(talk, channel="general"):
    return [post.thread_ts for post in talk.slack.list_posts(channel) if not post.ephemeral_to]


async def _count_votes(talk):
    query = "SELECT count(*)::int FROM vote_history"
    return (await talk.rows(query))[0][0]


async def test_default_reply_goes_to_the_thread(talk):
    post = await talk.said("@bob++")
    assert _threads(talk) == [post.ts]


async def test_channel_mode_replies_in_the_channel(talk):
    await talk.decide(replies="channel")
    await talk.said("@bob++")
    assert talk.heard() == ["bob has 1 point (+1)"]
    assert _threads(talk) == [None]


async def test_channel_mode_replies_to_thread_messages_in_the_thread(talk):
    await talk.decide(replies="channel")
    root = await talk.said("who helped?")
    await talk.said("@bob++", thread=root)
    assert _threads(talk) == [root.ts]


async def test_channel_mode_updates_the_reply_on_edit(talk):
    await talk.decide(replies="channel")
    post = await talk.said("@bob++")
    await talk.edited(post, "@bob+++")
    assert talk.heard() == ["bob has 2 points (+2)"]


async def test_reaction_mode_reacts_without_posting(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++ for the docs")
    assert _list_ack_reactions(talk, post) == [talk.slack.workspace.bot_user_id]
    assert talk.heard() == []
    assert await talk.scores() == {"U0BOB00002": 1}


async def test_reaction_mode_follows_edits(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    after = await talk.edited(post, "never mind")
    assert _list_ack_reactions(talk, post) == []
    await talk.edited(after, "@bob++ after all")
    assert _list_ack_reactions(talk, post) == [talk.slack.workspace.bot_user_id]
    assert talk.heard() == []


async def test_edit_that_keeps_the_ack_emoji_calls_nothing(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++ @carol++")
    assert _list_ack_reactions(talk, post) == [talk.slack.workspace.bot_user_id]
    talk.slack.calls.clear()
    after = await talk.edited(post, "@bob+++ for the docs")
    assert await talk.scores() == {"U0BOB00002": 2, "U0CAROL003": 0}
    assert talk.slack.calls == []
    await talk.edited(after, "never mind")
    assert _list_ack_reactions(talk, post) == []


async def test_edit_to_a_minus_removes_only_the_invitation_to_join(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++ redis--")
    bot = [talk.slack.workspace.bot_user_id]
    assert talk.slack.workspace.list_reactions(post) == {ACK_EMOJI: bot, PLUS: bot}
    await talk.edited(post, "@bob--")
    assert talk.slack.workspace.list_reactions(post) == {ACK_EMOJI: bot, PLUS: []}


async def test_reaction_mode_does_not_react_without_counted_votes(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@ann++")
    assert _list_ack_reactions(talk, post) == []
    assert len(talk.heard(to="ann")) == 1


@pytest.mark.parametrize("error", ["already_reacted", "message_not_found"])
async def test_existing_reaction_or_missing_message_is_no_failure(talk, log_lines, error):
    await talk.decide(replies="reaction")
    talk.slack.fail("reactions.add", error=error)
    await talk.said("@bob++")
    assert await talk.rows("SELECT dropped FROM outbox") == [(None,)]
    assert "reply.dropped" not in log_lines.read_text()


async def test_removing_a_reaction_already_gone_is_no_failure(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    talk.slack.fail("reactions.remove", error="no_reaction")
    await talk.edited(post, "no")
    assert await talk.rows("SELECT dropped, done_at IS NULL FROM outbox") == [(None, False)]


async def test_removing_the_reaction_of_a_deleted_message_is_no_failure(talk, log_lines):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    talk.slack.workspace.remove(post)
    await talk.deleted(post)
    assert "reply.dropped" not in log_lines.read_text()
    assert await talk.scores() == {"U0BOB00002": 0}


@pytest.mark.parametrize(
    "fault", [{"status": 429, "retry_after": 0.1}, {"status": 500}, {"reset": "after"}]
)
async def test_failed_reaction_is_retried(talk, fault):
    await talk.decide(replies="reaction")
    talk.slack.fail("reactions.add", **fault)
    post = await talk.said("@bob++")
    assert _list_ack_reactions(talk, post) == [talk.slack.workspace.bot_user_id]


async def test_429_for_removing_an_invitation_delays_no_acknowledgment(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    talk.slack.fail("reactions.remove", status=429, retry_after=600)
    await talk.deliver(talk.edit(post, "@bob--")[0])
    await talk.slack.wait_until(lambda: talk.slack.list_calls("reactions.remove"))
    other = talk.write("@carol++", channel="random")
    await talk.deliver(events.build_posted_event(talk.slack.workspace, other))
    await talk.slack.wait_until(lambda: _list_ack_reactions(talk, other))


async def test_permanently_refused_reaction_is_dropped_with_one_log_line(talk, log_lines):
    await talk.decide(replies="reaction")
    talk.slack.fail("reactions.add", error="missing_scope")
    await talk.said("@bob++")
    assert await talk.rows("SELECT dropped FROM outbox") == [("missing_scope",)]
    assert log_lines.read_text().count("reply.dropped") == 1


async def test_ack_emoji_stays_while_any_vote_on_the_message_remains(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("@bob++")
    # the row left by another vote on the message, made with a reaction or the shortcut
    line = {"target": "U0ANN00001", "points": 1, "score": 1, "reason": None, "because": None}
    await talk.rows(
        "INSERT INTO outbox (team_id, channel_id, message_ts, slot, kind, way, body, done_at)"
        " SELECT team_id, channel_id, message_ts, 'U0BOB00002', kind, way, %s::jsonb, now()"
        " FROM outbox RETURNING 1",
        json.dumps([line]),
    )
    await talk.edited(post, "never mind")
    assert _list_ack_reactions(talk, post) == [talk.slack.workspace.bot_user_id]


async def test_apps_own_reaction_does_not_count(talk):
    await talk.decide(replies="reaction", plus_reactions=[ACK_EMOJI])
    post = await talk.said("@bob++")
    bot = talk.slack.workspace.bot_user_id
    await talk.told(
        events.build_reaction_event(talk.slack.workspace, post=post, emoji=ACK_EMOJI, user=bot)
    )
    assert await talk.scores() == {"U0BOB00002": 1}


async def test_edit_to_minus_keeps_an_ack_emoji_that_is_also_a_plus(talk):
    await talk.decide(replies="reaction", plus_reactions=[ACK_EMOJI], joining=True)
    post = await talk.said("@bob++")
    assert _list_ack_reactions(talk, post) == [talk.slack.workspace.bot_user_id]
    after = await talk.edited(post, "@bob--")
    assert _list_ack_reactions(talk, post) == [talk.slack.workspace.bot_user_id]
    await talk.edited(after, "never mind")
    assert _list_ack_reactions(talk, post) == []


@pytest.mark.parametrize("replies", ["reaction", "ephemeral"])
async def test_undo_of_a_vote_that_only_its_giver_was_told_is_told_once(talk, replies):
    await talk.decide(replies=replies)
    await talk.command(f"give <@{talk.id_of('bob')}> 2", command="/karma")
    assert talk.heard(to="ann")[-1].startswith("bob has 2 points")
    said = talk.heard(to="ann")
    answer = await talk.command("undo", command="/karma")
    assert "bob" in answer["text"]
    assert talk.heard(to="ann") == [*said, answer["text"]]


async def test_ephemeral_mode_replies_only_to_the_voter(talk):
    await talk.decide(replies="ephemeral")
    await talk.said("@bob++ for the docs")
    assert talk.heard() == []
    assert talk.heard(to="ann") == ["bob has 1 point (+1 for the docs)"]


async def test_ephemeral_mode_replies_again_on_edit(talk):
    await talk.decide(replies="ephemeral")
    post = await talk.said("@bob++")
    after = await talk.edited(post, "@bob+++")
    await talk.edited(after, "never mind")
    assert talk.heard() == []
    assert talk.heard(to="ann") == [
        "bob has 1 point (+1)",
        "bob has 2 points (+2)",
        "bob has 0 points (+2 undone)",
    ]


async def test_ephemeral_mode_replies_to_an_edit_days_later(talk):
    await talk.decide(replies="ephemeral")
    post = await talk.said("@bob++")
    await talk.rows("UPDATE outbox SET created_at = now() - interval '3 days' RETURNING 1")
    await talk.edited(post, "@bob+++")
    assert talk.heard(to="ann") == ["bob has 1 point (+1)", "bob has 2 points (+2)"]


async def test_silent_mode_counts_votes_and_explains_only_refusals(talk):
    await talk.decide(replies="silent")
    await talk.said("@bob++ @ann++")
    assert talk.heard() == []
    assert len(talk.heard(to="ann")) == 1
    assert "points are for others" in talk.heard(to="ann")[0]
    assert await talk.scores() == {"U0BOB00002": 1}


async def test_silent_mode_does_not_follow_up_an_ephemeral_reply(talk):
    await talk.decide(replies="ephemeral")
    post = await talk.said("@bob++")
    await talk.decide(replies="silent")
    await talk.edited(post, "@bob+++")
    assert talk.heard(to="ann") == ["bob has 1 point (+1)"]
    assert await talk.scores() == {"U0BOB00002": 2}


async def test_silent_mode_still_updates_a_posted_reply(talk):
    post = await talk.said("@bob++")
    await talk.decide(replies="silent")
    await talk.edited(post, "@bob+++")
    assert talk.heard() == ["bob has 2 points (+2)"]


async def test_edit_gets_a_reply_once_silent_mode_is_turned_off(talk):
    await talk.decide(replies="silent")
    post = await talk.said("@bob++ @carol++")
    await talk.decide(replies="thread")
    await talk.edited(post, "@bob+++ @carol++ for the docs")
    assert talk.heard() == [
        "bob has 2 points (+2 for the docs)\ncarol has 1 point (+1 for the docs)"
    ]


async def test_reply_mode_is_per_channel(talk):
    await talk.decide(replies="silent")
    await talk.decide(replies="channel", channel=RANDOM)
    await talk.said("@bob++")
    await talk.said("@bob++", channel="random")
    assert talk.heard() == []
    assert talk.heard(channel="random") == ["bob has 2 points (+1)"]


async def test_replies_of_different_modes_are_not_combined(slack, config, database_url):
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, replace(PATIENT, posts=0.2)) as running,
    ):
        talk = Talk(slack, running, session)
        first = await talk.said("one++")
        posts = []
        for typed, mode in (("two++", "thread"), ("three++", "reaction"), ("four++", "thread")):
            await talk.decide(replies=mode)
            posts.append(talk.write(typed))
            await talk.deliver(events.build_posted_event(slack.workspace, posts[-1]))
        await talk.settled()
        assert [_list_ack_reactions(talk, post) for post in (first, *posts)] == [
            [], [], [slack.workspace.bot_user_id], []
        ]  # fmt: skip
        said = [line for text in talk.heard() for line in text.split("\n")]
        assert said == [f'the thing "{n}" has 1 point (+1)' for n in ("one", "two", "four")]


@pytest.mark.parametrize("typed", ["@bob++", "@bob++ @ann++", "@ann++", "@bob==", "@pptbot help"])
async def test_quiet_channel_gets_no_posts_and_no_notices(talk, typed):
    await talk.decide(quiet_channels=[GENERAL], notices="direct")
    post = await talk.said(typed)
    await talk.told(events.build_mention_event(talk.slack.workspace, post))
    assert talk.slack.list_posts("general") == []
    assert talk.direct("bob") == []
    assert await talk.scores() == ({"U0BOB00002": 1} if "@bob++" in typed else {})


async def test_quiet_channel_does_not_mention_opt_outs(talk):
    await talk.command("opt-out", by="bob", command="/karma")
    await talk.decide(quiet_channels=[GENERAL])
    await talk.said("@bob++")
    assert talk.heard(to="ann") == []


async def test_quiet_channel_counts_edits_and_deletions_silently(talk):
    await talk.decide(quiet_channels=[GENERAL])
    post = await talk.said("@bob++")
    after = await talk.edited(post, "@bob+++ @ann++")
    assert await talk.scores() == {"U0BOB00002": 2}
    await talk.deleted(after)
    assert await talk.scores() == {"U0BOB00002": 0}
    assert talk.heard() == talk.heard(to="ann") == []


async def test_quiet_channel_answers_commands(talk):
    await talk.decide(quiet_channels=[GENERAL])
    await talk.said("@bob++")
    answer = await talk.command()
    assert "bob" in answer["text"]


async def test_other_channels_are_not_quiet(talk):
    await talk.decide(quiet_channels=[GENERAL])
    await talk.said("@bob++", channel="random")
    assert talk.heard(channel="random") == ["bob has 1 point (+1)"]


@pytest.mark.parametrize("mode", ["thread", "channel", "reaction", "ephemeral", "silent"])
async def test_redelivered_message_counts_once_in_every_reply_mode(talk, mode):
    await talk.decide(replies=mode)
    post = talk.write("@bob++")
    payload = events.build_posted_event(talk.slack.workspace, post)
    answers = await asyncio.gather(*(talk.deliver(payload) for _ in range(4)))
    assert {answer.status for answer in answers} == {200}
    await talk.settled()
    assert await _count_votes(talk) == 1
    assert len([*talk.heard(), *talk.heard(to="ann"), *_list_ack_reactions(talk, post)]) == (
        mode != "silent"
    )


async def test_channel_mode_replies_to_reaction_votes_in_the_thread(talk):
    await talk.decide(replies="channel")
    post = await talk.said("nice work everybody", by="bob")
    await talk.react(post, "heavy_plus_sign")
    assert talk.heard() == ["bob has 1 point (+1 from ann)"]
    assert _threads(talk) == [post.ts]


async def test_reaction_votes_of_several_people_share_one_ack_emoji(talk):
    await talk.decide(replies="reaction")
    post = await talk.said("nice work everybody", by="bob")
    await talk.react(post, "heavy_plus_sign")
    await talk.react(post, "heavy_plus_sign", by="carol")
    await talk.unreact(post, "heavy_plus_sign")
    assert _list_ack_reactions(talk, post) == [talk.slack.workspace.bot_user_id]
    await talk.unreact(post, "heavy_plus_sign", by="carol")
    assert _list_ack_reactions(talk, post) == []
