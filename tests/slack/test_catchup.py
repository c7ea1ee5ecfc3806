"""Catching up: missed messages count as if Slack had delivered them, and only once."""

import asyncio
import json
import time
from dataclasses import replace

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from app.devtools.fake_slack import events
from app.devtools.fake_slack.composer import compose
from app.devtools.fake_slack.values import Post, SlackMember
from app.slack.catchup import missed
from app.slack.catchup.catchup import RETRY_AFTER, CatchUp, CatchUpOptions
from app.slack.catchup.channel_history import (
    TRIES,
    ChannelHistory,
    HistoryError,
    Pause,
    StoppedError,
)
from app.slack.catchup.listening import LONG_AWAY, Listening
from app.slack.client import SlackClient
from app.slack.directory.identity import Identity
from app.slack.inbound.bolt_app import create_bolt_app
from app.store.database import Database, Limits, UnavailableError
from app.store.workspace import stored_channels
from tests import sent_sql
from tests.logged import logged
from tests.patience import PATIENCE
from tests.tables import each

ANN, BOB, CAROL, DORA, EVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DORA0012", "U0EVE00013"
GENERAL, RANDOM = "C0GENERAL1", "C0RANDOM02"
APRIL = 1714000000  # 2024-04-24, in week 17
NO_OVERLAP = CatchUpOptions(reach=0)


class RecordingPause(Pause):
    """A pause that takes no time, and records how long it would have been."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    async def wait(self, seconds=0.0):
        if seconds > 0:
            self.seconds.append(seconds)
        await super().wait()


class Reader:
    """The catch-up of an app that restarts on the database of *talk*."""

    def __init__(
        self,
        talk,
        options=NO_OVERLAP,
        *,
        page=999,
        on_progress=lambda _: None,
        calls_per_minute=1000,
        pause=None,
    ):
        self.talk = talk
        self.pause = pause or RecordingPause()
        self.client = SlackClient(
            token=talk.slack.bot_token,
            base_url=talk.slack.api_url,
            session=talk.session,
        )
        self.history = ChannelHistory(
            self.client,
            Identity(self.client),
            self.pause,
            calls_per_minute=calls_per_minute,
            page=page,
        )
        context, wake = talk.running.context, talk.running.sender.wake
        self.catch_up = CatchUp(
            context, self.history, options, on_replies=wake, on_progress=on_progress
        )

    async def restart(self):
        """Catch up as at process startup, knowing only from the database what was heard before."""
        await self.begin()
        return await self.read()

    async def begin(self):
        """Mark what was missed in the database, as at startup."""
        await Listening(self.talk.running.database, self.catch_up.start).flush()

    async def read(self, **wanted):
        """Catch up once PostgreSQL has released the previous catch-up's lock."""
        async with asyncio.timeout(PATIENCE):
            while (summary := await self.catch_up.read(**wanted)) is None:
                pass
        await self.talk.running.sender.wait_idle()
        return summary


async def _record(talk, *payloads, clock=None, catch_up=None):
    """Record *payloads* as heard, and store that."""
    listening = Listening(talk.running.database, catch_up, **({"clock": clock} if clock else {}))
    for payload in payloads:
        listening.note(payload)
    await listening.flush()


async def _deliver(talk, typed, by="ann", **where):
    """Deliver a message and record it as heard, as while the app runs."""
    post = await talk.said(typed, by, **where)
    await _record(talk, events.build_posted_event(talk.slack.workspace, post))
    return post


def _add_to_history(talk, typed, at, by=ANN, *, channel=GENERAL, thread=None):
    """Add a message written *at* Unix seconds to the history, without delivering it."""
    text, blocks = compose(typed, talk.slack.workspace)
    ts = f"{at:.6f}"
    return talk.slack.workspace.add(Post(channel, ts, text, by, blocks, thread_ts=thread))


def _edit_in_history(talk, post, typed):
    text, blocks = compose(typed, talk.slack.workspace)
    return talk.slack.workspace.amend(post, text, blocks)


async def test_missed_reply_joins_missed_thank_you(talk):
    for at in range(APRIL, APRIL + 24, 2):
        thanks = _add_to_history(talk, "@bob++", at)
        _add_to_history(talk, "++", at + 1, by=CAROL, thread=thanks.ts)
    await Reader(talk).read(since=APRIL)
    assert await talk.scores() == {BOB: 24}


async def test_allowance_is_spent_on_earliest_missed_votes(talk):
    await talk.decide(daily_allowance=3)
    for at in range(APRIL, APRIL + 12):
        _add_to_history(talk, "@bob++" if at < APRIL + 3 else "@carol++", at)
    await Reader(talk).read(since=APRIL)
    assert await talk.scores() == {BOB: 3}


async def test_missed_votes_are_counted_and_answered_after_restart(talk):
    await _deliver(talk, "@bob++")
    talk.write("@bob++ for holding out")
    talk.write("nothing to count here")
    summary = await Reader(talk).restart()
    assert await talk.scores() == {BOB: 2}
    assert talk.heard() == ["bob has 1 point (+1)", "bob has 2 points (+1 for holding out)"]
    assert summary.votes == 1


async def test_missed_votes_are_counted_if_slacks_clock_is_ahead(talk):
    await _deliver(talk, "hello")
    for hours in (0.1, 23):
        _add_to_history(talk, "@bob++", time.time() + 3600 * hours)
    await Reader(talk).restart()
    assert await talk.scores() == {BOB: 2}


async def test_repeated_catch_up_counts_delivered_messages_once(talk):
    for _ in range(3):
        await _deliver(talk, "@bob++ @carol--")
    for _ in range(2):
        await Reader(talk).restart()
    assert await talk.scores() == {BOB: 3, CAROL: -3}
    assert len(talk.heard()) == 3


async def test_late_delivery_of_caught_up_message_counts_once(talk):
    await _deliver(talk, "hello")
    post = talk.write("@bob++")
    await Reader(talk).restart()
    await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    assert await talk.scores() == {BOB: 1}


async def test_channel_without_earlier_events_is_not_read(talk):
    await _deliver(talk, "hello")
    talk.write("@bob++", channel="random")
    await Reader(talk).restart()
    assert await talk.scores() == {}
    assert {call.args["channel"] for call in talk.slack.list_calls("conversations.history")} == {
        GENERAL
    }


async def test_messages_long_before_last_event_are_not_read(talk):
    before, now = 1_714_000_000, 1_714_009_000
    _add_to_history(talk, "@bob++", before)
    last = _add_to_history(talk, "hello", now)
    _add_to_history(talk, "@carol++", now + 60)
    await _record(talk, events.build_posted_event(talk.slack.workspace, last))
    await Reader(talk, CatchUpOptions()).restart()
    assert await talk.scores() == {CAROL: 1}


async def test_old_missed_votes_count_for_their_period_without_replies(talk):
    _add_to_history(talk, "@bob++", APRIL)
    _add_to_history(talk, "@carol++ and to oneself @ann++", APRIL + 60)
    _add_to_history(talk, "@bob==", APRIL + 120)
    await Reader(talk).read(since=APRIL - 60)
    for board in ("users", "users/2024-04", "users/2024-W17", f"channel/{GENERAL}"):
        assert await talk.scores(board) == {BOB: 1, CAROL: 1}
    assert talk.heard() == talk.heard(to="ann") == []
    assert await talk.rows("SELECT FROM outbox") == []
    assert await talk.rows("SELECT DISTINCT voted_at::date::text FROM vote_history") == [
        ("2024-04-24",)
    ]


async def test_every_workspace_of_organization_is_caught_up(talk):
    """The fake Slack has all channels in each of its workspaces."""
    workspace = talk.slack.workspace
    workspace.enterprise_id, workspace.sibling_teams = "E0ALLOFUS1", {"T0SISTER01": "sister"}
    sent = events.build_posted_event(
        workspace, _add_to_history(talk, "hello", APRIL, channel=RANDOM)
    )
    sent["authorizations"][0]["team_id"] = "T0SISTER01"
    await _record(talk, sent)
    _add_to_history(talk, "@bob++", APRIL + 1)
    _add_to_history(talk, "@carol++", APRIL + 2, channel=RANDOM)
    for _ in range(2):
        await Reader(talk).read(since=APRIL)
    await Reader(talk).read(since=APRIL, only=[RANDOM, GENERAL])
    query = "SELECT team_id, target_id, score::int FROM leaderboard WHERE board = 'users'"
    counted = {(workspace.team_id, BOB, 1), ("T0SISTER01", CAROL, 1)}
    assert set(await talk.rows(query)) == counted


async def test_sister_workspaces_people_are_not_external_when_catching_up(talk):
    await talk.decide(strangers=False)
    workspace = talk.slack.workspace
    workspace.enterprise_id = "E0ALLOFUS1"
    await talk.running.context.identity.learn()
    for at, (user, home) in enumerate([(EVE, "E0ALLOFUS1"), (DORA, "T0ACME0001")], APRIL):
        workspace.members[user] = SlackMember(user, "name", "Name", "Name", team_id=home)
        _add_to_history(talk, "@bob++", at, by=user)
    await Reader(talk).read(since=APRIL)
    assert await talk.rows("SELECT voter_id FROM vote_history") == [(EVE,)]


async def test_catch_up_identifies_its_organization(talk):
    talk.slack.workspace.enterprise_id = "E0ALLOFUS1"
    client = talk.running.context.client
    identity = Identity(client)
    await ChannelHistory(client, identity).identify()
    assert (identity.team, identity.enterprise) == (None, "E0ALLOFUS1")


async def test_quiet_catch_up_sends_no_replies(talk):
    talk.write("@bob++ @ann++")
    await Reader(talk, CatchUpOptions(quiet=True)).read(since=APRIL)
    assert await talk.scores() == {BOB: 1}
    assert talk.heard() == talk.heard(to="ann") == []


async def test_thread_with_only_app_replies_is_not_fetched(talk):
    await _deliver(talk, "@bob++")
    await Reader(talk).restart()
    assert not talk.slack.list_calls("conversations.replies")


async def test_missed_mentions_of_app_are_not_answered(talk):
    await _deliver(talk, "hello")
    talk.write("@pptbot leaderboard")
    talk.write("@pptbot help")
    await Reader(talk).restart()
    assert talk.heard() == talk.heard(to="ann") == []


@pytest.mark.parametrize("typed", ["@pptbot please: @bob++", "@pptbot help @bob++", "@pptbot++"])
async def test_votes_in_missed_mention_of_app_count(talk, typed):
    await _deliver(talk, "hello")
    talk.write(typed)
    await Reader(talk).restart()
    assert list((await talk.scores()).values()) == [1]


async def test_missed_messages_by_bots_and_app_itself_are_ignored(talk):
    await _deliver(talk, "hello")
    talk.write("@bob++", by="buildbot")
    talk.write("@bob++", by="pptbot")
    await Reader(talk).restart()
    assert await talk.scores() == {}


async def test_missed_edit_corrects_counted_votes(talk):
    post = await _deliver(talk, "@bob++ @carol++")
    _edit_in_history(talk, post, "@bob+++")
    await Reader(talk).restart()
    assert {t: n for t, n in (await talk.scores()).items() if n} == {BOB: 2}
    assert talk.heard() == ["bob has 2 points (+2)\ncarol has 0 points (+1 undone)"]


async def test_missed_edit_of_older_message_corrects_its_votes(talk):
    post = _add_to_history(talk, "@bob++", APRIL)
    await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    later = replace(post, ts=f"{APRIL + 7200}.000000", text="later", blocks=[])
    await _record(talk, events.build_posted_event(talk.slack.workspace, later))
    talk.slack.workspace.add(
        replace(_edit_in_history(talk, post, "@bob+++"), edited_ts=f"{APRIL + 7300}.0")
    )
    await Reader(talk, CatchUpOptions()).restart()
    assert await talk.scores() == {BOB: 2}


async def test_catch_up_does_not_change_processed_edit(talk):
    post = await _deliver(talk, "@bob++")
    edited = _edit_in_history(talk, post, "@bob+++")
    at = edited.edited_ts
    payload = events.build_changed_event(
        talk.slack.workspace, before=post, after=edited, event_ts=at
    )
    await talk.deliver(payload)
    before = await talk.rows("SELECT revision FROM messages")
    await Reader(talk).restart()
    assert await talk.scores() == {BOB: 2}
    assert await talk.rows("SELECT revision FROM messages") == before


async def test_late_original_does_not_revert_caught_up_edit(talk):
    await _deliver(talk, "hello")
    post = talk.write("@bob++")
    _edit_in_history(talk, post, "@bob+++")
    await Reader(talk).restart()
    await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    assert await talk.scores() == {BOB: 2}


async def test_tombstone_of_missed_deletion_withdraws_votes(talk, monkeypatch):
    post, last = (_add_to_history(talk, "@bob++", APRIL + ago) for ago in (0, 7200))
    for one in (post, last):
        await talk.deliver(events.build_posted_event(talk.slack.workspace, one))
    await _record(talk, events.build_posted_event(talk.slack.workspace, last))
    tombstone = {"subtype": "tombstone", "user": "USLACKBOT", "text": "deleted", "blocks": []}
    reader = Reader(talk, CatchUpOptions())
    read_messages = reader.history.read_messages

    async def with_tombstone(*span):
        async for page in read_messages(*span):
            yield [m | tombstone if m["ts"] == post.ts else m for m in page]

    monkeypatch.setattr(reader.history, "read_messages", with_tombstone)
    await reader.restart()
    assert await talk.scores() == {BOB: 1}


async def test_message_missing_from_history_keeps_its_votes(talk):
    """It may be missing because of retention, a plan's limit or a thread; only Slack knows."""
    talk.slack.workspace.remove(await _deliver(talk, "@bob++"))
    await Reader(talk).restart()
    assert await talk.scores() == {BOB: 1}


async def test_missed_thread_replies_are_read(talk):
    post = await _deliver(talk, "who helped?")
    talk.write("@bob++", thread=post)
    talk.write("++", by="carol", thread=post)
    await Reader(talk).restart()
    assert await talk.scores() == {BOB: 1, ANN: 1}
    assert [call.args["ts"] for call in talk.slack.list_calls("conversations.replies")] == [post.ts]


async def test_missed_replies_in_older_thread_are_read(talk):
    root = _add_to_history(talk, "@carol++ who helped?", APRIL)
    last = _add_to_history(talk, "hello", APRIL + 7200)
    await _record(talk, events.build_posted_event(talk.slack.workspace, last))
    _add_to_history(talk, "@bob++", APRIL + 7300, thread=root.ts)
    await Reader(talk, CatchUpOptions()).restart()
    assert await talk.scores() == {BOB: 1}


async def test_thread_deleted_in_the_meantime_leaves_the_rest_of_the_channel_readable(talk):
    await _deliver(talk, "hello")
    for _ in range(2):
        talk.write("@bob++", thread=talk.write("look"))
    talk.write("@carol++")
    talk.slack.fail("conversations.replies", error="thread_not_found")
    summary = await Reader(talk).restart()
    assert summary.skipped == []
    assert await talk.scores() == {BOB: 1, CAROL: 1}


async def test_thread_that_cannot_be_read_now_leaves_its_channel_unread(talk):
    await _deliver(talk, "hello")
    talk.write("@bob++", thread=talk.write("look"))
    talk.slack.fail("conversations.replies", status=503, times=TRIES)
    with pytest.raises(HistoryError):
        await Reader(talk).restart()
    await Reader(talk).read()
    assert await talk.scores() == {BOB: 1}


async def test_thread_without_new_replies_is_not_fetched(talk):
    root = _add_to_history(talk, "who helped?", APRIL)
    _add_to_history(talk, "@bob++", APRIL + 60, thread=root.ts)
    last = _add_to_history(talk, "hello", APRIL + 7200)
    await _record(talk, events.build_posted_event(talk.slack.workspace, last))
    await Reader(talk, CatchUpOptions()).restart()
    assert not talk.slack.list_calls("conversations.replies")


@pytest.mark.parametrize("many", [3, 12_000])
async def test_all_history_pages_are_processed_oldest_first(talk, many):
    for minute in range(25):
        _add_to_history(talk, f"@bob++ for {minute}", APRIL + 60 * minute)
    await Reader(talk, CatchUpOptions(many=many), page=4).read(since=APRIL)
    assert await talk.scores() == {BOB: 25}
    reasons = await talk.rows("SELECT reason FROM vote_history ORDER BY voted_at, id")
    assert [reason for (reason,) in reasons] == [f"{minute}" for minute in range(25)]


async def test_history_calls_are_paced_after_initial_burst(talk):
    await talk.said("hello")
    talk.slack.calls.clear()
    reader = Reader(talk, page=1, calls_per_minute=10)
    for minute in range(15):
        _add_to_history(talk, "@bob++", APRIL + 60 * minute)
    await reader.read(since=APRIL)
    assert len(reader.pause.seconds) == len(talk.slack.calls) - 10


async def test_catch_up_honors_retry_after(talk):
    await _deliver(talk, "hello")
    talk.write("@bob++")
    talk.slack.fail("conversations.history", status=429, retry_after=17)
    reader = Reader(talk)
    await reader.restart()
    assert 17.0 in reader.pause.seconds
    assert await talk.scores() == {BOB: 1}


@pytest.mark.parametrize("fault", [{"status": 500}, {"reset": True}, {"error": "internal_error"}])
async def test_transient_history_failure_is_retried(talk, fault):
    await _deliver(talk, "hello")
    talk.write("@bob++")
    talk.slack.fail("conversations.history", times=2, **fault)
    await Reader(talk).restart()
    assert await talk.scores() == {BOB: 1}


async def test_inaccessible_channel_is_skipped_and_logged(talk, log_lines):
    await _deliver(talk, "hello")
    await _deliver(talk, "hello", channel="random")
    talk.write("@bob++", channel="random")
    talk.slack.fail("conversations.history", error="not_in_channel")
    summary = await Reader(talk).restart()
    assert await talk.scores() == {BOB: 1}
    assert [(c.channel, c.skipped) for c in summary.skipped] == [(GENERAL, "not_in_channel")]
    assert len(logged(log_lines, "catchup.skipped")) == 1
    assert await talk.rows("SELECT FROM channels WHERE read_ts IS NOT NULL") == []


async def test_token_refused_on_the_way_leaves_the_channels_unread(talk, log_lines):
    for channel in ("general", "random"):
        await _deliver(talk, "hello", channel=channel)
        talk.write("@bob++", channel=channel)
    talk.slack.fail("conversations.history", error="token_revoked")
    reader = Reader(talk)
    await reader.begin()
    assert await _run_once(reader, log_lines) == 0
    (line,) = logged(log_lines, "catchup.stopped")
    assert (line["reason"], line["permanent"]) == ("token_revoked", True)
    await Reader(talk).read()
    assert await talk.scores() == {BOB: 2}


async def test_catch_up_resumes_after_long_slack_outage(talk):
    await _deliver(talk, "hello")
    talk.write("@bob++")
    talk.slack.fail("conversations.history", status=503, times=None)
    with pytest.raises(HistoryError):
        await Reader(talk).restart()
    talk.slack.heal()
    await Reader(talk).read()
    assert await talk.scores() == {BOB: 1}


def _list_read(talk):
    """Return the channels whose histories were read, in order, each once in a row."""
    read = [call.args["channel"] for call in talk.slack.list_calls("conversations.history")]
    return [one for one, before in zip(read, [None, *read], strict=False) if one != before]


async def test_a_failing_channel_does_not_hold_up_the_others(talk, log_lines):
    for channel in ("general", "random"):
        await _deliver(talk, "hello", channel=channel)
        talk.write("@bob++", channel=channel)
    talk.slack.fail("conversations.history", status=503, times=TRIES)
    reader = Reader(talk)
    await reader.begin()
    assert await _run_once(reader, log_lines) == 2
    assert _list_read(talk) == [GENERAL, RANDOM, GENERAL]
    (line,) = logged(log_lines, "catchup.postponed")
    assert (line["channel"], line["reason"]) == (GENERAL, "http 503")
    assert await talk.scores() == {BOB: 2}
    assert await talk.rows("SELECT FROM channels WHERE read_ts IS NOT NULL") == []


async def test_after_three_failing_channels_the_others_wait_and_go_first_next_time(talk):
    channels = [channel.id for channel in talk.slack.workspace.channels.values()]
    for channel in channels:
        _add_to_history(talk, "@bob++", APRIL, channel=channel)
    talk.slack.fail("conversations.history", status=503, times=3 * TRIES)
    reader = Reader(talk)
    with pytest.raises(HistoryError):
        await reader.read(since=APRIL - 1)
    failed = _list_read(talk)
    summary = await reader.read()
    assert (len(failed), len(summary.read), summary.failed) == (3, 4, {})
    assert [one.channel for one in summary.read][1:] == failed
    assert await talk.scores() == {BOB: 4}


async def test_three_failing_channels_with_another_in_between_hold_up_nobody(talk):
    for channel in talk.slack.workspace.channels:
        _add_to_history(talk, "@bob++", APRIL, channel=channel)
    begun = []

    def fail_all_but_the_second(progress):
        if progress.done == 0:
            begun.append(progress.channel)
            if len(begun) != 2:
                talk.slack.fail("conversations.history", status=503, times=TRIES)

    reader = Reader(talk, on_progress=fail_all_but_the_second)
    summary = await reader.read(since=APRIL - 1)
    assert (len(begun), len(summary.failed)) == (4, 3)
    assert await talk.scores() == {BOB: 1}


async def test_next_process_resumes_interrupted_catch_up(talk):
    for minute in range(20):
        _add_to_history(talk, "@bob++", APRIL + 60 * minute)
    interrupted = Reader(talk, CatchUpOptions(many=4, reach=0), page=4)

    def stop_midway(progress):
        if 0 < progress.done < 1:
            interrupted.catch_up.stop()

    interrupted.catch_up._on_progress = stop_midway
    with pytest.raises(StoppedError):
        await interrupted.read(since=APRIL)
    counted = (await talk.scores()).get(BOB, 0)
    query = "SELECT read_ts::float FROM channels WHERE channel_id = %s"
    ((since,),) = await talk.rows(query, GENERAL)
    assert since > APRIL
    assert 0 < counted < 20
    talk.slack.calls.clear()
    await _deliver(talk, "hello")  # newer messages don't hide what is still unread
    await Reader(talk).restart()
    assert await talk.scores() == {BOB: 20}
    calls = [call.args for call in talk.slack.list_calls("conversations.history")]
    assert {float(args["oldest"]) for args in calls if args["channel"] == GENERAL} == {since}


async def test_only_one_process_catches_up_at_a_time(talk, log_lines):
    await _deliver(talk, "hello")
    talk.write("@bob++")
    database, team = talk.running.database, talk.slack.workspace.team_id
    async with stored_channels.try_catch_up_lock(database, team) as first:
        assert first
        reader = Reader(talk)
        await reader.begin()
        assert await reader.catch_up.read() is None
    assert await talk.scores() == {}
    assert len(logged(log_lines, "catchup.elsewhere")) == 1
    await Reader(talk).read()
    assert await talk.scores() == {BOB: 1}


async def test_failing_message_does_not_block_later_ones(talk, monkeypatch, log_lines):
    await _deliver(talk, "hello")
    talk.write("@carol++")
    talk.write("@bob++")
    hear = missed.hear

    async def fail_on_carol(message, context):
        if "carol" in str(message.lines) or CAROL in str(message.lines):
            raise ValueError("an unforeseen message")
        return await hear(message, context)

    monkeypatch.setattr(missed, "hear", fail_on_carol)
    await Reader(talk).restart()
    assert await talk.scores() == {BOB: 1}
    assert len(logged(log_lines, "catchup.failed")) == 1


async def test_catch_up_waits_out_brief_database_outage(talk, monkeypatch):
    await _deliver(talk, "hello")
    talk.write("@bob++")
    hear, refused = missed.hear, []

    async def fail_twice(message, context):
        if len(refused) < 2:
            refused.append(message.ts)
            raise UnavailableError("away")
        return await hear(message, context)

    monkeypatch.setattr(missed, "hear", fail_twice)
    await Reader(talk).restart()
    assert await talk.scores() == {BOB: 1}


async def test_catch_up_logs_progress_without_message_text(talk, log_lines):
    await _deliver(talk, "hello")
    talk.write("@bob++ for the secret plan")
    await Reader(talk).restart()
    assert [(x["messages"], x["votes"]) for x in logged(log_lines, "catchup.done")] == [(2, 1)]
    channel = logged(log_lines, "catchup.channel")[0]
    assert (channel["channel"], channel["votes"]) == (GENERAL, 1)
    assert "secret" not in json.dumps(logged(log_lines, "catchup.channel"))


async def test_event_right_after_startup_does_not_hide_what_was_missed(talk):
    posts = [_add_to_history(talk, f"@bob++ {n}", APRIL + 7200 * n) for n in range(3)]
    first, _, last = (events.build_posted_event(talk.slack.workspace, post) for post in posts)
    await _record(talk, first)
    reader = Reader(talk)
    await _record(talk, last, catch_up=reader.catch_up.start)
    await reader.read()
    assert await talk.scores() == {BOB: 3}


async def test_every_message_event_updates_its_channels_heard_time(talk):
    workspace, listening = talk.slack.workspace, Listening(talk.running.database)
    context = replace(talk.running.context, listening=listening)
    app = create_bolt_app(context, Reader(talk).client)
    posts = [talk.write("nothing to count"), talk.write("hi", by="buildbot", channel="random")]
    for post in posts:
        payload = events.build_posted_event(workspace, post)
        request = AsyncBoltRequest(body=payload, mode="socket_mode")
        assert (await app.async_dispatch(request)).status == 200
    await listening.flush()
    rows = await talk.rows("SELECT channel_id, heard_ts FROM channels ORDER BY 1")
    assert rows == [(post.channel, post.ts) for post in posts]


async def test_older_event_does_not_move_heard_time_back(talk):
    newer, older = talk.write("a"), talk.write("b")
    newer, older = replace(newer, ts="1714000002.000000"), replace(older, ts="1714000001.000000")
    for post in (newer, older):
        await _record(talk, events.build_posted_event(talk.slack.workspace, post))
    assert await talk.rows("SELECT heard_ts FROM channels") == [(newer.ts,)]


async def test_long_database_outage_starts_catch_up(talk, monkeypatch):
    now = [0.0]
    await _deliver(talk, "hello")
    reader = Reader(talk)
    started = []
    monkeypatch.setattr(reader.catch_up, "start", lambda: started.append(now[0]))
    listening = Listening(talk.running.database, reader.catch_up.start, clock=lambda: now[0])
    await listening.flush()
    assert started == [0.0]
    run = talk.running.database.run

    async def fail(*_, **__):
        raise UnavailableError("away")

    monkeypatch.setattr(talk.running.database, "run", fail)
    talk.write("@bob++")
    refused = events.build_posted_event(talk.slack.workspace, talk.write("refused with 503"))
    listening.note(refused)
    for now[0] in (0.0, LONG_AWAY - 1):
        await listening.flush()
    now[0] = LONG_AWAY + 1
    monkeypatch.setattr(talk.running.database, "run", run)
    for _ in range(2):
        listening.note(refused)
        await listening.flush()
    assert started == [0.0, LONG_AWAY + 1]
    await reader.read()
    assert await talk.scores() == {BOB: 1}


async def test_short_database_outage_starts_no_catch_up(talk, monkeypatch):
    started = []
    reader = Reader(talk)
    monkeypatch.setattr(reader.catch_up, "start", lambda: started.append(1))
    listening = Listening(talk.running.database, reader.catch_up.start)
    await listening.flush()
    run = talk.running.database.run

    async def fail(*_, **__):
        raise UnavailableError("away")

    monkeypatch.setattr(talk.running.database, "run", fail)
    post = talk.write("hello")
    listening.note(events.build_posted_event(talk.slack.workspace, post))
    await listening.flush()
    monkeypatch.setattr(talk.running.database, "run", run)
    await listening.flush()
    assert len(started) == 1
    assert await talk.rows("SELECT heard_ts FROM channels") == [(post.ts,)]


async def test_run_catches_up_at_start_and_ends_when_stopped(talk):
    await _deliver(talk, "hello")
    talk.write("@bob++")
    reader = Reader(talk)
    listening = Listening(talk.running.database, reader.catch_up.start)
    tasks = [asyncio.create_task(listening.run()), asyncio.create_task(reader.catch_up.run())]
    await reader.catch_up.wait_idle()
    assert await talk.scores() == {BOB: 1}
    last = talk.write("bye")
    listening.note(events.build_posted_event(talk.slack.workspace, last))
    listening.stop()
    reader.catch_up.stop()
    await asyncio.gather(*tasks)
    assert await talk.rows("SELECT heard_ts FROM channels") == [(last.ts,)]


class HealingPause(RecordingPause):
    """A pause in which the database comes back, and another catch-up is requested."""

    async def wait(self, seconds=0.0):
        if seconds == RETRY_AFTER:
            sent_sql.refused.clear()
            self.reader.catch_up.start()
        await super().wait(seconds)


async def _run_once(reader, log_lines):
    """Run the catch-up until it's idle; return how many catch-ups it has finished by then."""
    running = asyncio.create_task(reader.catch_up.run())
    reader.catch_up.start()
    await asyncio.wait_for(reader.catch_up.wait_idle(), PATIENCE)
    finished = len(logged(log_lines, "catchup.done"))
    reader.catch_up.stop()
    await running
    return finished


@pytest.mark.parametrize("away", ["Slack", "the database"])
async def test_run_retries_a_failed_catch_up_a_minute_later(talk, log_lines, away):
    await _deliver(talk, "hello")
    talk.write("@bob++")
    pause = HealingPause()
    pause.reader = reader = Reader(talk, pause=pause)
    await reader.begin()
    if away == "Slack":
        talk.slack.fail("conversations.history", status=503, times=TRIES)
    else:
        sent_sql.refused.add("record_votes")
    assert await _run_once(reader, log_lines) == 2
    assert await talk.scores() == {BOB: 1}
    (line,) = logged(log_lines, "catchup.stopped")
    reason = "http 503" if away == "Slack" else "could not be stored"
    assert (line["reason"], line["permanent"]) == (reason, False)


@each(
    ("fault", "reason"),
    [
        ({"error": "invalid_auth"}, "invalid_auth"),
        ({"body": b'{"ok": true, "user_id": "U0PPTBOT"}'}, "no team"),
    ],
)
async def test_run_does_not_retry_what_stays_impossible(talk, log_lines, fault, reason):
    talk.slack.fail("auth.test", **fault)
    assert await _run_once(Reader(talk), log_lines) == 0
    (line,) = logged(log_lines, "catchup.stopped")
    assert (line["reason"], line["permanent"]) == (reason, True)


async def test_catch_up_lock_raises_when_database_is_unreachable():
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none", Limits())
    with pytest.raises(UnavailableError):
        async with stored_channels.try_catch_up_lock(nowhere, "T1"):
            pass
