"""Direct messages about received points, at once or daily, without what the reader may not know."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.core.settings.definitions import Notices
from app.devtools.fake_slack import events
from app.store.people.forgetting import forget

GENERAL, SECRET = "C0GENERAL1", "C0SECRET04"
BOB, CAROL, DAVE = "U0BOB00002", "U0CAROL003", "U0DAVE0004"


def _list_readers(talk):
    """Return the users with direct messages."""
    found = (channel for channel in talk.slack.workspace.channels.values() if channel.user)
    return {channel.user for channel in found if talk.slack.list_posts(channel.id)}


def _tomorrow(talk, hour=9, minute=1):
    """Return a time tomorrow, for which the votes of this test are yesterday's."""
    settings = talk.running.context.rulebook.get_settings(talk.slack.workspace.team_id)
    today = datetime.now(settings.time_zone).replace(hour=hour, minute=minute)
    return today + timedelta(days=1)


_DIGESTS = "SELECT count(*)::int FROM outbox WHERE kind = 'digest'"


async def _run_digests(talk, at):
    """Set the time to *at*; return the number of digests written then."""
    ((before,),) = await talk.rows(_DIGESTS)
    await talk.passed(at)
    ((after,),) = await talk.rows(_DIGESTS)
    return after - before


async def test_without_a_decision_nobody_is_told_directly(talk):
    await talk.said("@bob++")
    assert _list_readers(talk) == set()


async def test_who_gets_points_is_told_who_gave_how_many_what_for_and_where(talk):
    await talk.decide(notices="direct")
    await talk.said("@bob+++ because they stayed late, @carol++ and postgres++")
    assert talk.direct("bob") == [
        f"ann gave you 2 points because they stayed late · in <#{GENERAL}>"
    ]
    assert talk.direct("carol") == [f"ann gave you 1 point · in <#{GENERAL}>"]
    assert _list_readers(talk) == {BOB, CAROL}
    assert len(talk.heard()) == 1


async def test_who_loses_points_is_not_told_directly(talk):
    await talk.decide(notices="direct")
    await talk.said("@bob-- for the noise")
    assert _list_readers(talk) == set()


async def test_each_mode_of_answers_leaves_notices_as_they_are(talk):
    await talk.decide(notices="direct", replies="silent")
    await talk.said("@bob++")
    assert talk.direct("bob") == [f"ann gave you 1 point · in <#{GENERAL}>"]


async def test_of_a_private_channel_neither_its_name_nor_its_words_are_told(talk):
    await talk.decide(notices="direct")
    await talk.said("@bob++ for the secret plan", channel="secret")
    assert talk.direct("bob") == ["ann gave you 1 point · in a private channel"]


async def test_third_persons_in_a_reason_are_named_without_a_mention(talk):
    await talk.decide(notices="direct")
    await talk.said("@bob++ for helping @dave")
    assert talk.direct("bob") == [f"ann gave you 1 point for helping dave · in <#{GENERAL}>"]


async def test_what_people_wrote_cannot_mention_anybody(talk):
    await talk.decide(notices="direct")
    post = talk.write("@bob++ for <!channel> & <https://x|y>")
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    assert "<!channel>" not in talk.direct("bob")[0]


async def test_a_redelivery_tells_once(talk):
    await talk.decide(notices="direct")
    post = talk.write("@bob++")
    payload = events.build_posted_event(talk.slack.workspace, post)
    await asyncio.gather(*(talk.deliver(payload) for _ in range(4)))
    await talk.settled()
    assert len(talk.direct("bob")) == 1


async def test_edits_and_withdrawals_are_not_announced(talk):
    await talk.decide(notices="direct")
    post = await talk.said("@bob++")
    after = await talk.edited(post, "@bob+++ @carol++")
    await talk.deleted(after)
    assert talk.direct("bob") == [f"ann gave you 1 point · in <#{GENERAL}>"]
    assert _list_readers(talk) == {BOB}


async def _post_without_replies(talk, typed, posts=2):
    """Post *typed* while Slack refuses its replies, until *posts* attempts; return the message."""
    talk.slack.fail("chat.postMessage", status=429, retry_after=1, times=None)
    post = talk.write(typed)
    await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    await talk.slack.wait_until(lambda: len(talk.slack.list_calls("chat.postMessage")) >= posts)
    return post


async def _deliver_and_heal(talk, payload):
    answer = await talk.deliver(payload)
    assert answer.status == 200
    talk.slack.heal()
    await talk.settled()


async def test_an_unsaid_notice_of_a_withdrawn_vote_is_not_sent(talk):
    await talk.decide(notices="direct")
    post = await _post_without_replies(talk, "@bob++ @carol++", 3)
    await _deliver_and_heal(talk, talk.edit(post, "@carol++")[0])
    assert _list_readers(talk) == {CAROL}


async def test_an_unsaid_notice_tells_what_the_vote_is_when_it_is_sent(talk):
    await talk.decide(notices="direct")
    post = await _post_without_replies(talk, "@bob++ for the dosc")
    await _deliver_and_heal(talk, talk.edit(post, "@bob+++ for the docs")[0])
    assert talk.direct("bob") == [f"ann gave you 2 points for the docs · in <#{GENERAL}>"]


async def test_who_was_opted_out_before_a_notice_was_sent_gets_none(talk):
    await talk.decide(notices="direct")
    await _post_without_replies(talk, "@bob++")
    talk.slack.heal()
    await talk.command("opt-out", by="bob", command="/karma")
    assert talk.direct("bob") == []


@pytest.mark.parametrize("name", ["buildbot", "pptbot", "oscar"])
async def test_no_robot_nor_the_app_nor_somebody_who_has_left_is_told(talk, name):
    await talk.decide(notices="direct")
    user, workspace = talk.id_of(name), talk.slack.workspace
    for text in (f"<@{user}>==", f"<@{user}>++"):  # by then the app knows who has left
        said = {"user": talk.id_of("ann"), "channel": GENERAL, "text": text}
        await talk.told(events.build_message_event(workspace, ts=workspace.next_ts(), **said))
    assert (await talk.scores())[user] == 1
    assert _list_readers(talk) == set()
    assert await talk.rows(
        "SELECT DISTINCT dropped FROM outbox WHERE channel_id = %s", user
    ) == [("not wanted",)]  # fmt: skip


async def test_who_is_hidden_is_not_named_to_those_they_give_points(talk):
    await talk.decide(notices="direct")
    await talk.command("opt-out", by="dave", command="/karma")
    await talk.said("@bob++", by="dave")
    assert talk.direct("bob") == [f"Somebody gave you 1 point · in <#{GENERAL}>"]


async def test_notices_that_wait_for_one_person_come_together(talk):
    await talk.decide(notices="direct")
    talk.slack.fail("chat.postMessage", status=429, retry_after=1, times=1)
    posts = [talk.write(f"@bob++ for {what}") for what in ("one", "two", "three")]
    for post in posts:
        await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    await talk.settled()
    told = "\n".join(talk.direct("bob")).split("\n")
    assert told == [
        f"ann gave you 1 point for {what} · in <#{GENERAL}>" for what in ("one", "two", "three")
    ]


async def test_votes_at_the_same_time_in_two_channels_are_both_told(talk):
    await talk.decide(notices="direct")
    first = await talk.said("@bob++ for one")
    payload = events.build_posted_event(talk.slack.workspace, first)
    payload["event"] |= {"channel": "C0RANDOM02"}
    await talk.told(payload)
    assert len(talk.direct("bob")) == 2


async def test_notices_stop_at_once_when_the_workspace_says_so(talk):
    await talk.decide(notices="direct")
    await _post_without_replies(talk, "@bob++")
    await talk.decide(notices="never")
    talk.slack.heal()
    await talk.settled()
    assert _list_readers(talk) == set()
    assert talk.heard() == ["bob has 1 point (+1)"]


async def _enable_digests(talk):
    """Turn digests on; today's are past, so the next ones are due tomorrow."""
    await talk.decide(notices="digest")
    await talk.passed(datetime.now(UTC))
    await talk.passed(max(datetime.now(UTC), _tomorrow(talk) - timedelta(days=1)))


async def test_once_a_day_those_who_got_points_are_told_what_they_got(talk):
    await _enable_digests(talk)
    await talk.said("@bob+++ for the docs")
    await talk.said("@bob++", by="carol", channel="random")
    await talk.said("@bob++ for the plan", by="dave", channel="secret")
    assert _list_readers(talk) == set()
    assert await _run_digests(talk, _tomorrow(talk)) == 1
    (said,) = talk.direct("bob")
    first, *votes = said.split("\n")
    assert first.startswith("You got 4 points on ")
    assert first.endswith(f"{datetime.now(UTC).year}:")
    assert votes == [
        f'• ann: 2 points "the docs" · in <#{GENERAL}>',
        "• carol: 1 point · in <#C0RANDOM02>",
        "• dave: 1 point · in a private channel",
    ]


async def test_a_digest_is_sent_once_however_many_look(talk):
    await _enable_digests(talk)
    await talk.said("@bob++")
    at = _tomorrow(talk)
    done = await asyncio.gather(*(talk.passed(at) for _ in range(5)))
    assert sorted(done) == [0, 0, 0, 0, 1]
    assert await _run_digests(talk, at + timedelta(hours=3)) == 0
    assert len(talk.direct("bob")) == 1


async def test_a_digest_comes_at_nine_and_not_before(talk):
    await talk.decide(time_zone="Pacific/Auckland")
    await _enable_digests(talk)
    await talk.said("@bob++")
    assert await _run_digests(talk, _tomorrow(talk, 8, 59)) == 0
    assert await _run_digests(talk, _tomorrow(talk, 9, 0).astimezone(UTC)) == 1


async def test_a_digest_that_is_late_comes_the_same_day(talk):
    await _enable_digests(talk)
    await talk.said("@bob++")
    assert await _run_digests(talk, _tomorrow(talk, 23, 58)) == 1


async def test_a_digest_that_was_missed_for_a_day_is_not_made_up_for(talk):
    await _enable_digests(talk)
    await talk.said("@bob++")
    assert await _run_digests(talk, _tomorrow(talk) + timedelta(days=1)) == 0
    assert _list_readers(talk) == set()


async def test_a_workspace_that_has_just_decided_gets_its_first_digest_the_next_day(talk):
    await talk.decide(notices="digest")
    await talk.said("@bob++")
    await talk.passed(_tomorrow(talk, 10))
    assert await _run_digests(talk, _tomorrow(talk, 11)) == 0
    assert _list_readers(talk) == set()


async def test_a_digest_leaves_out_what_was_withdrawn_and_who_has_nothing_left_gets_none(talk):
    await _enable_digests(talk)
    await talk.said("@bob++ for one")
    post = await talk.said("@bob++ for two, @carol++")
    await talk.said("@dave--")
    await talk.deleted(post)
    await _run_digests(talk, _tomorrow(talk))
    assert [line for line in talk.direct("bob")[0].split("\n") if "two" in line] == []
    assert _list_readers(talk) == {BOB}


async def _write_long_ago(talk, typed, by="bob", days=5):
    """Return a message written some *days* ago."""
    post = talk.write(typed, by=by)
    return replace(post, ts=f"{int(float(post.ts)) - days * 86400}.000100")


async def _react(talk, post, emoji="heavy_plus_sign", *, by="ann", added=True):
    user = talk.id_of(by)
    await talk.told(
        events.build_reaction_event(
            talk.slack.workspace, post=post, emoji=emoji, user=user, added=added
        )
    )


async def test_a_reaction_to_an_older_message_is_in_the_digest_of_the_day_it_was_given(talk):
    await _enable_digests(talk)
    await _react(talk, await _write_long_ago(talk, "it is done"))
    assert await _run_digests(talk, _tomorrow(talk)) == 1
    first, *votes = talk.direct("bob")[0].split("\n")
    assert first.startswith("You got 1 point on ")
    assert votes == [f"• ann: 1 point · in <#{GENERAL}>"]


async def test_what_an_edit_adds_to_an_older_message_is_in_the_digest_without_the_rest(talk):
    await _enable_digests(talk)
    post = await _write_long_ago(talk, "@bob++", by="ann")
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    assert await talk.scores() == {BOB: 1}
    await talk.edited(post, "@bob+++ @carol++")
    assert await _run_digests(talk, _tomorrow(talk)) == 2
    assert talk.direct("bob")[0].startswith("You got 1 point on ")
    assert talk.direct("carol")[0].startswith("You got 1 point on ")


async def test_a_reaction_taken_off_and_put_on_again_is_one_point_of_a_digest(talk):
    await _enable_digests(talk)
    post = await _write_long_ago(talk, "it is done")
    for added in (True, False, True):
        await _react(talk, post, added=added)
    await _run_digests(talk, _tomorrow(talk))
    assert talk.direct("bob")[0].startswith("You got 1 point on ")


async def test_a_digest_tells_twenty_votes_and_how_many_more(talk):
    await _enable_digests(talk)
    for n in range(23):
        await talk.said(f"@bob++ for reason {n}")
    await _run_digests(talk, _tomorrow(talk))
    first, *votes, more = talk.direct("bob")[0].split("\n")
    assert first.startswith("You got 23 points on ")
    assert len(votes) == 20
    assert more == "and 3 more"


async def test_a_digest_of_long_reasons_stays_a_message_that_slack_takes_whole(talk):
    await _enable_digests(talk)
    for _ in range(22):
        await talk.said(f"@bob++ for {'x' * 190}")
    await _run_digests(talk, _tomorrow(talk))
    (said,) = talk.direct("bob")
    assert len(said) <= 3500
    told = said.count("\n• ")
    assert said.endswith(f"and {22 - told} more")


async def test_a_digest_does_not_tell_of_quiet_channels(talk):
    await _enable_digests(talk)
    await talk.decide(quiet_channels=[GENERAL])
    await talk.said("@bob++")
    await talk.said("@carol++", channel="random")
    await _run_digests(talk, _tomorrow(talk))
    assert _list_readers(talk) == {CAROL}


async def test_who_has_opted_out_gets_no_digest(talk):
    await _enable_digests(talk)
    await talk.said("@bob++ @buildbot++")
    await talk.command("opt-out", by="bob", command="/karma")
    await _run_digests(talk, _tomorrow(talk))
    assert _list_readers(talk) == set()


@pytest.mark.parametrize("notices", [n for n in Notices if n is not Notices.DIGEST])
async def test_without_digests_none_are_written(talk, notices):
    await talk.decide(notices=notices)
    await talk.rows("UPDATE settings SET changed_at = now() - interval '2 days' RETURNING 1")
    await talk.said("@bob++")
    assert await _run_digests(talk, _tomorrow(talk)) == 0


async def test_the_app_thanks_whoever_votes_for_it_once_in_a_post(talk):
    post = await talk.said("@pptbot++ and @bob++")
    (said,) = talk.heard()
    first, second, thanks = said.split("\n")
    assert (first, second) == ("pptbot has 1 point (+1)", "bob has 1 point (+1)")
    assert "hank" in thanks or "glad" in thanks
    await talk.edited(post, "@pptbot++ and @bob+++")
    assert talk.heard()[0].split("\n")[2] == thanks


async def test_many_thanks_in_one_post_are_answered_once(talk):
    talk.slack.fail("chat.postMessage", status=429, retry_after=1, times=1)
    for n in range(3):
        post = talk.write(f"@pptbot++ for {n}")
        await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    await talk.settled()
    assert sum(text.count("\n") + 1 - text.count("has") for text in talk.heard()) == len(
        talk.heard()
    )


async def test_a_vote_against_the_app_is_taken_calmly(talk):
    await talk.said("@pptbot--")
    assert talk.heard() == ["pptbot has -1 point (-1)\nFair enough. I'll keep at it."]


async def test_where_thanks_are_off_the_app_tells_its_score_alone(talk):
    await talk.decide(thanks=False)
    await talk.said("@pptbot++")
    assert talk.heard() == ["pptbot has 1 point (+1)"]


async def test_a_withdrawn_vote_for_the_app_is_not_thanked_for(talk):
    post = await talk.said("@pptbot++")
    await talk.edited(post, "no")
    assert talk.heard() == ["pptbot has 0 points (+1 undone)"]


async def test_who_is_forgotten_is_named_in_no_notice_and_no_answer_to_them_alone(talk):
    await talk.decide(notices="direct", replies="ephemeral")
    await talk.said("@bob++", by="dave")
    await talk.said("@dave++", by="carol")
    await talk.said("@bob++", by="carol")
    assert len(await talk.rows("SELECT FROM outbox")) == 6
    team, run = talk.slack.workspace.team_id, talk.running.database.run
    await run(lambda conn: forget(conn, team, DAVE, "U0PSEUDO001", "~1"))
    left = await talk.rows("SELECT o::text FROM outbox AS o")
    assert [row for (row,) in left if DAVE in row] == []
    assert len(left) == 3


async def test_a_reaction_that_gives_a_point_is_told_once_however_often_it_is_toggled(talk):
    await talk.decide(notices="direct")
    post = await talk.said("nice work everybody", by="bob")
    for _ in range(3):
        await talk.react(post, "heavy_plus_sign")
        await talk.unreact(post, "heavy_plus_sign")
    await talk.react(post, "heavy_plus_sign", by="carol")
    assert sorted("\n".join(talk.direct("bob")).split("\n")) == [
        f"ann gave you 1 point · in <#{GENERAL}>",
        f"carol gave you 1 point · in <#{GENERAL}>",
    ]


async def test_while_slack_does_not_say_who_somebody_is_their_notice_waits(talk):
    await talk.decide(notices="direct", replies="silent")
    talk.slack.fail("users.info", error="internal_error", times=1)
    await talk.said("@buildbot++")
    assert len(talk.slack.list_calls("users.info")) == 2
    assert _list_readers(talk) == set()


# only after the current attempt: the process that claims a reply last settles it
_TRIED_OFTEN = """
UPDATE outbox SET attempts = 9
WHERE attempts > 0 AND coalesce(claimed_until, 'epoch') < now() RETURNING 1
"""


async def test_whom_slack_does_not_describe_is_told_in_the_end(talk):
    await talk.decide(notices="direct", replies="silent")
    talk.slack.fail("users.info", error="user_not_found", times=None)
    post = talk.write("@bob++")
    await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    await talk.slack.wait_until(lambda: talk.slack.list_calls("users.info"))
    while not await talk.rows(_TRIED_OFTEN):
        assert _list_readers(talk) == set()
    await talk.settled()
    assert talk.direct("bob") == [f"Somebody gave you 1 point · in <#{GENERAL}>"]
