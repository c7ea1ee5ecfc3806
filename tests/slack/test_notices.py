"""Direct messages about received points, at once or daily, without what the reader may not know."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.core.settings.definitions import Notices
from app.devtools.fake_slack import events
from app.devtools.fake_slack.values import SlackMember
from app.store.people.forgetting import forget
from tests.logged import logged

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
    await talk.run_timers(at)
    ((after,),) = await talk.rows(_DIGESTS)
    return after - before


async def test_no_direct_notices_by_default(talk):
    await talk.said("@bob++")
    assert _list_readers(talk) == set()


async def test_notice_names_giver_points_reason_and_channel(talk):
    await talk.decide(notices="direct")
    await talk.said("@bob+++ because they stayed late, @carol++ and postgres++")
    assert talk.direct("bob") == [
        f"ann gave you 2 points because they stayed late · in <#{GENERAL}>"
    ]
    assert talk.direct("carol") == [f"ann gave you 1 point · in <#{GENERAL}>"]
    assert _list_readers(talk) == {BOB, CAROL}
    assert len(talk.heard()) == 1


async def test_lost_points_send_no_notice(talk):
    await talk.decide(notices="direct")
    await talk.said("@bob-- for the noise")
    assert _list_readers(talk) == set()


async def test_silent_replies_leave_notices_unchanged(talk):
    await talk.decide(notices="direct", replies="silent")
    await talk.said("@bob++")
    assert talk.direct("bob") == [f"ann gave you 1 point · in <#{GENERAL}>"]


async def test_notice_omits_private_channel_name_and_reason(talk):
    await talk.decide(notices="direct")
    await talk.said("@bob++ for the secret plan", channel="secret")
    assert talk.direct("bob") == ["ann gave you 1 point · in a private channel"]


async def test_notice_names_people_in_a_reason_without_mentioning_them(talk):
    await talk.decide(notices="direct")
    await talk.said("@bob++ for helping @dave")
    assert talk.direct("bob") == [f"ann gave you 1 point for helping dave · in <#{GENERAL}>"]


async def test_notice_reason_cannot_mention_the_channel(talk):
    await talk.decide(notices="direct")
    post = talk.write("@bob++ for <!channel> & <https://x|y>")
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    assert "<!channel>" not in talk.direct("bob")[0]


async def test_redelivered_vote_sends_one_notice(talk):
    await talk.decide(notices="direct")
    post = talk.write("@bob++")
    payload = events.build_posted_event(talk.slack.workspace, post)
    await asyncio.gather(*(talk.deliver(payload) for _ in range(4)))
    await talk.settled()
    assert len(talk.direct("bob")) == 1


async def test_edits_and_deletions_send_no_further_notice(talk):
    await talk.decide(notices="direct")
    post = await talk.said("@bob++")
    after = await talk.edited(post, "@bob+++ @carol++")
    await talk.deleted(after)
    assert talk.direct("bob") == [f"ann gave you 1 point · in <#{GENERAL}>"]
    assert _list_readers(talk) == {BOB}


async def _deliver_and_resume(talk, payload):
    answer = await talk.deliver(payload)
    assert answer.status == 200
    await talk.resumed()


async def test_pending_notice_of_a_withdrawn_vote_is_dropped(talk):
    await talk.decide(notices="direct")
    post = await talk.unanswered("@bob++ @carol++")
    await _deliver_and_resume(talk, talk.edit(post, "@carol++")[0])
    assert _list_readers(talk) == {CAROL}


async def test_pending_notice_reflects_a_later_edit(talk):
    await talk.decide(notices="direct")
    post = await talk.unanswered("@bob++ for the dosc")
    await _deliver_and_resume(talk, talk.edit(post, "@bob+++ for the docs")[0])
    assert talk.direct("bob") == [f"ann gave you 2 points for the docs · in <#{GENERAL}>"]


async def test_opting_out_drops_a_pending_notice(talk):
    await talk.decide(notices="direct")
    await talk.unanswered("@bob++")
    asked = {"command": "/karma", "text": "opt-out", "user": BOB, "channel": GENERAL}
    command = events.build_slash_command(talk.slack.workspace, **asked)
    assert (await talk.delivery.deliver_command(command)).status == 200
    await talk.resumed()
    assert talk.direct("bob") == []


@pytest.mark.parametrize("name", ["buildbot", "pptbot", "oscar", "slackbot"])
async def test_bots_the_app_and_former_members_get_no_notice(talk, name):
    await talk.decide(notices="direct")
    slackbot = SlackMember("USLACKBOT", "slackbot", "Slackbot", "Slackbot")
    talk.slack.workspace.members[slackbot.id] = slackbot
    user, workspace = talk.id_of(name), talk.slack.workspace
    for text in (f"<@{user}>==", f"<@{user}>++"):  # by then the app knows who has left
        said = {"user": talk.id_of("ann"), "channel": GENERAL, "text": text}
        await talk.told(events.build_message_event(workspace, ts=workspace.next_ts(), **said))
    assert (await talk.scores())[user] == 1
    assert _list_readers(talk) == set()
    assert await talk.rows(
        "SELECT DISTINCT dropped FROM outbox WHERE channel_id = %s", user
    ) == [("not wanted",)]  # fmt: skip


async def test_notice_does_not_name_an_opted_out_giver(talk):
    await talk.decide(notices="direct")
    await talk.command("opt-out", by="dave", command="/karma")
    await talk.said("@bob++", by="dave")
    assert talk.direct("bob") == [f"Somebody gave you 1 point · in <#{GENERAL}>"]


async def test_notices_written_while_one_is_being_sent_follow_in_one_message(talk):
    await talk.decide(notices="direct", replies="silent")
    talk.slack.fail("chat.postMessage", delay=3600)
    for what in ("one", "two", "three"):
        post = talk.write(f"@bob++ for {what}")
        await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
        await talk.slack.wait_until(lambda: "chat.postMessage" in talk.slack.in_flight)
    talk.slack.heal()
    await talk.settled()
    one, two, three = (
        f"ann gave you 1 point for {what} · in <#{GENERAL}>" for what in ("one", "two", "three")
    )
    assert talk.direct("bob") == [one, f"{two}\n{three}"]


async def test_votes_with_equal_ts_in_two_channels_both_send_notices(talk):
    await talk.decide(notices="direct")
    first = await talk.said("@bob++ for one")
    payload = events.build_posted_event(talk.slack.workspace, first)
    payload["event"] |= {"channel": "C0RANDOM02"}
    await talk.told(payload)
    assert len(talk.direct("bob")) == 2


async def test_turning_notices_off_drops_pending_ones(talk):
    await talk.decide(notices="direct")
    await talk.unanswered("@bob++")
    await talk.decide(notices="never")
    await talk.resumed()
    assert _list_readers(talk) == set()
    assert talk.heard() == ["bob has 1 point (+1)"]


async def _enable_digests(talk):
    """Turn digests on; today's are past, so the next ones are due tomorrow."""
    await talk.decide(notices="digest")
    await talk.run_timers(datetime.now(UTC))
    await talk.run_timers(max(datetime.now(UTC), _tomorrow(talk) - timedelta(days=1)))


async def test_digest_lists_the_votes_of_the_previous_day(talk):
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


async def test_concurrent_runs_send_a_digest_once(talk):
    await _enable_digests(talk)
    await talk.said("@bob++")
    at = _tomorrow(talk)
    done = await asyncio.gather(*(talk.run_timers(at) for _ in range(5)))
    assert sorted(done) == [0, 0, 0, 0, 1]
    assert await _run_digests(talk, at + timedelta(hours=3)) == 0
    assert len(talk.direct("bob")) == 1


async def test_digest_is_sent_at_nine_local_time_and_not_before(talk):
    await talk.decide(time_zone="Pacific/Auckland")
    await _enable_digests(talk)
    await talk.said("@bob++")
    assert await _run_digests(talk, _tomorrow(talk, 8, 59)) == 0
    assert await _run_digests(talk, _tomorrow(talk, 9, 0).astimezone(UTC)) == 1


async def test_late_digest_is_still_sent_the_same_day(talk):
    await _enable_digests(talk)
    await talk.said("@bob++")
    assert await _run_digests(talk, _tomorrow(talk, 23, 58)) == 1


async def test_digest_missed_for_a_day_is_skipped(talk):
    await _enable_digests(talk)
    await talk.said("@bob++")
    assert await _run_digests(talk, _tomorrow(talk) + timedelta(days=1)) == 0
    assert _list_readers(talk) == set()


async def test_digests_enabled_after_nine_begin_the_next_day(talk):
    await talk.decide(notices="digest")
    tomorrow, day = _tomorrow(talk), timedelta(days=1)
    talk.set_clock(tomorrow - 2 * day)
    await talk.said("@bob++")
    talk.set_clock(tomorrow - day)
    await talk.said("@carol++")
    await talk.run_timers(tomorrow - day)
    assert await _run_digests(talk, tomorrow - day + timedelta(hours=3)) == 0
    assert await _run_digests(talk, tomorrow) == 1
    assert _list_readers(talk) == {CAROL}


async def test_digest_omits_withdrawn_votes_and_people_without_any_left(talk):
    await _enable_digests(talk)
    await talk.said("@bob++ for one")
    post = await talk.said("@bob++ for two, @carol++")
    await talk.said("@dave-- and postgres++")
    await talk.deleted(post)
    assert await _run_digests(talk, _tomorrow(talk)) == 1
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


async def test_digest_dates_a_reaction_by_when_it_was_given(talk):
    await _enable_digests(talk)
    await _react(talk, await _write_long_ago(talk, "it is done"))
    assert await _run_digests(talk, _tomorrow(talk)) == 1
    first, *votes = talk.direct("bob")[0].split("\n")
    assert first.startswith("You got 1 point on ")
    assert votes == [f"• ann: 1 point · in <#{GENERAL}>"]


async def test_digest_counts_only_what_an_edit_adds_to_an_older_message(talk):
    await _enable_digests(talk)
    post = await _write_long_ago(talk, "@bob++", by="ann")
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    assert await talk.scores() == {BOB: 1}
    await talk.edited(post, "@bob+++ @carol++")
    assert await _run_digests(talk, _tomorrow(talk)) == 2
    assert talk.direct("bob")[0].startswith("You got 1 point on ")
    assert talk.direct("carol")[0].startswith("You got 1 point on ")


async def test_digest_counts_a_toggled_reaction_once(talk):
    await _enable_digests(talk)
    post = await _write_long_ago(talk, "it is done")
    for added in (True, False, True):
        await _react(talk, post, added=added)
    await _run_digests(talk, _tomorrow(talk))
    assert talk.direct("bob")[0].startswith("You got 1 point on ")


async def test_digest_lists_twenty_votes_and_counts_the_rest(talk):
    await _enable_digests(talk)
    for n in range(23):
        await talk.said(f"@bob++ for reason {n}")
    await _run_digests(talk, _tomorrow(talk))
    first, *votes, more = talk.direct("bob")[0].split("\n")
    assert first.startswith("You got 23 points on ")
    assert len(votes) == 20
    assert more == "and 3 more"


async def test_digest_of_long_reasons_fits_one_slack_message(talk):
    await _enable_digests(talk)
    for _ in range(22):
        await talk.said(f"@bob++ for {'x' * 190}")
    await _run_digests(talk, _tomorrow(talk))
    (said,) = talk.direct("bob")
    assert len(said) <= 3500
    listed = said.count("\n• ")
    assert said.endswith(f"and {22 - listed} more")


async def test_digest_omits_quiet_channels(talk):
    await _enable_digests(talk)
    await talk.decide(quiet_channels=[GENERAL])
    await talk.said("@bob++")
    await talk.said("@carol++", channel="random")
    await _run_digests(talk, _tomorrow(talk))
    assert _list_readers(talk) == {CAROL}


async def test_opted_out_people_and_bots_get_no_digest(talk):
    await _enable_digests(talk)
    await talk.said("@bob++ @buildbot++")
    await talk.command("opt-out", by="bob", command="/karma")
    await _run_digests(talk, _tomorrow(talk))
    assert _list_readers(talk) == set()


@pytest.mark.parametrize("notices", [n for n in Notices if n is not Notices.DIGEST])
async def test_other_notice_modes_write_no_digests(talk, notices):
    await talk.decide(notices=notices)
    await talk.rows("UPDATE settings SET changed_at = now() - interval '2 days' RETURNING 1")
    await talk.said("@bob++")
    assert await _run_digests(talk, _tomorrow(talk)) == 0


async def test_app_thanks_a_voter_and_keeps_the_wording_on_edit(talk):
    post = await talk.said("@pptbot++ and @bob++")
    (said,) = talk.heard()
    first, second, thanks = said.split("\n")
    assert (first, second) == ("pptbot has 1 point (+1)", "bob has 1 point (+1)")
    assert "hank" in thanks or "glad" in thanks
    await talk.edited(post, "@pptbot++ and @bob+++")
    assert talk.heard()[0].split("\n")[2] == thanks


async def test_combined_votes_for_the_app_get_one_thanks_per_post(talk):
    talk.slack.fail("chat.postMessage", status=429, retry_after=600, times=None)
    for n in range(3):
        post = talk.write(f"@pptbot++ for {n}")
        await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    await talk.resumed()
    assert sum(text.count("\n") + 1 - text.count("has") for text in talk.heard()) == len(
        talk.heard()
    )


async def test_minus_for_the_app_gets_a_calm_reply(talk):
    await talk.said("@pptbot--")
    assert talk.heard() == ["pptbot has -1 point (-1)\nFair enough. I'll keep at it."]


async def test_with_thanks_off_the_app_reports_only_its_score(talk):
    await talk.decide(thanks=False)
    await talk.said("@pptbot++")
    assert talk.heard() == ["pptbot has 1 point (+1)"]


async def test_withdrawn_vote_for_the_app_gets_no_thanks(talk):
    post = await talk.said("@pptbot++")
    await talk.edited(post, "no")
    assert talk.heard() == ["pptbot has 0 points (+1 undone)"]


async def test_forgotten_person_is_removed_from_every_outbox_row(talk):
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


async def test_toggled_reaction_sends_one_notice(talk):
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


async def test_notice_waits_for_the_lookup_of_its_recipient(talk, log_lines):
    await talk.decide(notices="direct", replies="silent")
    talk.slack.fail("users.info", error="internal_error", times=1)
    await talk.said("@buildbot++")
    assert len(talk.slack.list_calls("users.info")) == 2
    assert _list_readers(talk) == set()
    assert [line["reason"] for line in logged(log_lines, "reply.again")] == ["recipient unknown"]


# only after the current attempt: the process that claims a reply last settles it
_TRIED_OFTEN = """
UPDATE outbox SET attempts = 9
WHERE attempts > 0 AND coalesce(claimed_until, 'epoch') < now() RETURNING 1
"""


async def test_notice_is_sent_after_repeated_failed_recipient_lookups(talk):
    await talk.decide(notices="direct", replies="silent")
    talk.slack.fail("users.info", error="user_not_found", times=None)
    post = talk.write("@bob++")
    await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    await talk.slack.wait_until(lambda: talk.slack.list_calls("users.info"))
    while not await talk.rows(_TRIED_OFTEN):
        assert _list_readers(talk) == set()
    await talk.settled()
    assert talk.direct("bob") == [f"Somebody gave you 1 point · in <#{GENERAL}>"]
