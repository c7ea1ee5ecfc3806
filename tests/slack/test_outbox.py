"""The outbox: replies are posted soon, at Slack's pace, and once, however Slack responds."""

import asyncio
import contextlib
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import aiohttp
import psycopg
import pytest

from app import server
from app.core.timings import PRODUCTION
from app.devtools.fake_slack import events
from app.devtools.fake_slack import server as fake_slack
from app.slack.background_tasks import end_tasks
from app.slack.outbound import lease, sender
from app.slack.outbound.lease import Lease
from app.slack.outbound.lost_posts import POSTED
from app.slack.outbound.reply_renderer import MAX_TEXT
from app.slack.outbound.workspace_sender import DatabaseClock, PostPace, WorkspaceSender
from app.store.database import UnavailableError
from app.store.outbox import claims
from tests.faults.load import eventually
from tests.logged import logged
from tests.patience import PATIENCE
from tests.slack.test_finished_actions import unreadable
from tests.tables import each
from tests.talk import PATIENT, Talk


async def _deliver_votes(talk, *typed):
    """Deliver several messages at once, so that their replies are batched."""
    posts = [talk.write(text) for text in typed]
    payloads = [events.build_posted_event(talk.slack.workspace, post) for post in posts]
    assert {a.status for a in await asyncio.gather(*map(talk.deliver, payloads))} == {200}
    return posts


@pytest.mark.parametrize("between", [{"posts": 0.3}, {"poll": 0.5}])
async def test_pending_replies_are_combined_into_few_posts(slack, config, database_url, between):
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, replace(PATIENT, **between)) as running,
    ):
        talk, started = Talk(slack, running, session), time.monotonic()
        await _deliver_votes(talk, *(f"thing{n}++" for n in range(10)))
        await running.sender.wait_idle()
        pauses = (time.monotonic() - started) / max(between.values())
    said = [line for text in talk.heard() for line in text.split("\n")]
    assert sorted(said) == sorted(f'the thing "thing{n}" has 1 point (+1)' for n in range(10))
    assert len(talk.heard()) <= pauses + 2  # on a slow machine, some may follow a pause later


@pytest.fixture
def enforced_pace(slack, monkeypatch):
    """Make Slack refuse a second post within half a second: a busy machine's clock is inexact."""
    slack.enforce_pace = True
    monkeypatch.setattr(fake_slack, "SECONDS_BETWEEN_POSTS", PRODUCTION.posts / 2)


@pytest.mark.usefixtures("enforced_pace")
async def test_channel_gets_at_most_one_post_per_second(slack, config, database_url):
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, replace(PATIENT, posts=PRODUCTION.posts)) as running,
    ):
        talk = Talk(slack, running, session)
        await talk.said("one++")
        await _deliver_votes(talk, "two++", "three++")
        await running.sender.wait_idle()
    posts = slack.list_calls("chat.postMessage")
    assert {call.status for call in posts} == {200}
    assert {(one.args["unfurl_links"], one.args["unfurl_media"]) for one in posts} == {
        (False, False)
    }
    said = sorted(line for text in talk.heard() for line in text.split("\n"))
    assert said == [f'the thing "{name}" has 1 point (+1)' for name in ("one", "three", "two")]


async def test_concurrent_posts_are_capped_by_the_setting(slack, config, database_url):
    slack.fail("chat.postMessage", delay=3600, times=None)
    few = config.model_copy(update={"slack_posts_at_once": 2})
    async with _app(slack, few, database_url) as talk:
        channels = ["general", "random", "dev", "secret"]
        posts = [talk.write("this++", channel=name) for name in channels]
        payloads = [events.build_posted_event(slack.workspace, post) for post in posts]
        await asyncio.gather(*map(talk.deliver, payloads))
        # of kind 'votes' only: the first-time voter also gets a hint
        claimed = "SELECT count(*) FROM outbox WHERE claimed_until IS NOT NULL AND kind = 'votes'"
        while (await talk.rows(claimed))[0][0] < 2:  # noqa: ASYNC110 (a claim sets no event)
            await asyncio.sleep(0)
        assert (await talk.rows(claimed))[0][0] == 2
        slack.heal()
        await talk.settled()
        assert [len(talk.heard(channel=name)) for name in channels] == [1] * 4


async def test_workspace_posts_do_not_exceed_its_pace(slack, config, database_url):
    slow = replace(PATIENT, posts_apart=3600)
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, slow) as running,
    ):
        talk = Talk(slack, running, session)
        slack.fail("chat.postMessage", delay=3600)  # a finished sender forgets its pace
        for name in ["general", "random", "dev"]:
            post = talk.write("this++", channel=name)
            await talk.deliver(events.build_posted_event(slack.workspace, post))
        begun = "SELECT count(*) FROM outbox WHERE claimed_until IS NOT NULL OR done_at IS NOT NULL"
        await slack.wait_until(lambda: "chat.postMessage" in slack.in_flight)
        for _ in range(20):  # enough rounds for the others, if they were allowed
            running.sender.wake(slack.workspace.team_id)
            assert (await talk.rows(begun))[0][0] == 1
        slack.heal()


def test_post_pace_limits_starts_and_recovers_over_time():
    moment = [100.0]
    pace = PostPace(0.0125, lambda: moment[0])
    assert pace.count_within(0.1, 40) == 9
    for _ in range(8):
        pace.note_start()
    assert pace.count_within(0.09, 40) == 0
    assert pace.get_wait() == pytest.approx(0.1)
    moment[0] += 0.1
    assert pace.count_within(0.1, 3) == 3
    assert pace.get_wait() == pytest.approx(0)


def test_database_clock_advances_with_the_monotonic_clock():
    moment, read = [100.0], datetime(2026, 11, 29, 12, tzinfo=UTC)
    clock = DatabaseClock(lambda: moment[0])
    clock.adjust(read, clock.read_seconds())
    moment[0] += 2
    assert clock.read() == read + timedelta(seconds=2)


@pytest.mark.parametrize(("step", "trusted"), [(-5, set()), (-0.5, {"T1"}), (5, {"T1"})])
def test_database_clock_notices_that_it_was_set_back(step, trusted):
    moment, read = [100.0], datetime(2026, 11, 29, 12, tzinfo=UTC)
    clock = DatabaseClock(lambda: moment[0])
    clock.adjust(read, clock.read_seconds())
    clock.trusted.add("T1")
    moment[0] += 2
    clock.adjust(read + timedelta(seconds=2 + step), clock.read_seconds())
    assert clock.trusted == trusted
    assert clock.read() == read + timedelta(seconds=2 + step)


async def test_a_clock_set_back_while_waits_are_shortened_is_noticed():
    clock, shortened = DatabaseClock(lambda: 100.0), []
    read = datetime(2026, 11, 29, 12, tzinfo=UTC)
    clock.adjust(read, clock.read_seconds())

    async def shorten(_query):
        shortened.append(clock.read())
        if len(shortened) == 1:
            raise UnavailableError("away")
        if len(shortened) == 2:
            clock.adjust(read - timedelta(hours=1), clock.read_seconds())

    delivery = SimpleNamespace(
        database=SimpleNamespace(run=shorten),
        client=SimpleNamespace(timings=PATIENT),
        lease=Lease(),
    )
    sender = WorkspaceSender("T1", delivery, clock, 1)
    with pytest.raises(UnavailableError):
        await sender._limit_waits()
    assert [await sender._limit_waits() for _ in range(3)] == [True, True, False]
    assert shortened == [read, read, read - timedelta(hours=1)]


@pytest.mark.parametrize("hours", [1, -1])
async def test_claims_are_extended_at_once_when_the_clock_jumps(hours):
    """Or their posts, which are still in flight, would be made again."""
    clock, read, extended = DatabaseClock(lambda: 100.0), datetime(2026, 11, 29, 12, tzinfo=UTC), []

    def set_clock(after):
        clock.adjust(read + after, clock.read_seconds())

    async def extend(_query, _team, _replies, now):
        extended.append(now - read)
        set_clock(timedelta(hours=hours))

    delivery = SimpleNamespace(
        database=SimpleNamespace(run=extend),
        client=SimpleNamespace(timings=PATIENT),
        lease=Lease(),
        deliver=lambda _batch: asyncio.Event().wait(),
    )
    sender = WorkspaceSender("T1", delivery, clock, 1)
    sender._begin([], read)
    for after in (timedelta(), timedelta(seconds=3)):
        set_clock(after)
        await sender._extend_claims(clock.read())
    for _ in range(2):
        await sender._extend_claims(clock.read())
    assert extended == [timedelta(seconds=3), timedelta(hours=hours)]
    await end_tasks(sender._posting, 0)


async def test_posts_made_before_the_clock_was_set_back_delay_nothing(slack, config, database_url):
    async with aiohttp.ClientSession() as session:
        async with server.serve(config, database_url, PATIENT) as running:
            talk = Talk(slack, running, session)
            await talk.said("one++")
            await talk.rows("UPDATE turns SET free_at = now() + interval '1 hour' RETURNING 1")
        async with server.serve(config, database_url, PATIENT) as running:
            talk = Talk(slack, running, session)
            await _deliver_votes(talk, "two++")
            late = f"SELECT FROM turns WHERE free_at > now() + interval '{claims.LEASE} seconds'"
            async with asyncio.timeout(PATIENCE):
                while await talk.rows(late):  # noqa: ASYNC110 (a wait sets no event)
                    await asyncio.sleep(0)
            await talk.rows("UPDATE turns SET free_at = now() RETURNING 1")  # the rest has passed
            await talk.settled()
            assert talk.heard()[-1] == 'the thing "two" has 1 point (+1)'


def test_zero_pace_limits_nothing():
    pace = PostPace(0, lambda: 100.0)
    pace.note_start()
    assert pace.count_within(0, 40) == 40


async def test_replies_combined_across_threads_go_to_the_channel(talk):
    talk.slack.fail("chat.postMessage", delay=3600)
    await _deliver_votes(talk, "one++")
    await talk.slack.wait_until(lambda: "chat.postMessage" in talk.slack.in_flight)
    await _deliver_votes(talk, "two++", "three++")
    talk.slack.heal()
    await talk.settled()
    alone, combined = talk.slack.list_posts("general")
    assert alone.thread_ts
    assert combined.text.count("has 1 point") == 2
    assert combined.thread_ts is None


@pytest.mark.parametrize("scores", [True, False])
async def test_combined_replies_fit_into_a_message_even_when_edited(talk, scores):
    await talk.decide(scores=scores)
    many = " ".join(f"service{n:02d}-of-{'y' * 60}++" for n in range(20))
    talk.slack.fail("chat.postMessage", delay=3600)
    await _deliver_votes(talk, "one++")
    await talk.slack.wait_until(lambda: "chat.postMessage" in talk.slack.in_flight)
    *_, two, three = await _deliver_votes(talk, many, many, "two++", "three++")
    talk.slack.heal()
    await talk.settled()
    assert sum(map(len, talk.heard())) > MAX_TEXT >= max(map(len, talk.heard()))
    assert not talk.slack.list_calls("conversations.history")  # no claim was left to expire
    for post in (two, three):
        await talk.edited(post, many)
    assert {call.error for call in talk.slack.list_calls("chat.update")} == {""}
    assert max(map(len, talk.heard())) <= MAX_TEXT


async def test_replies_stay_apart_where_the_channel_allows_only_threads(talk):
    talk.slack.fail("chat.postMessage", delay=3600)
    await _deliver_votes(talk, "one++")
    await talk.slack.wait_until(lambda: "chat.postMessage" in talk.slack.in_flight)
    await _deliver_votes(talk, "two++", "three++")
    talk.slack.heal()
    talk.slack.fail("chat.postMessage", error="restricted_action_thread_only_channel")
    await talk.settled()
    posts = talk.slack.list_posts("general")
    assert len({post.thread_ts for post in posts} - {None}) == 3
    assert [post.text.count("has 1 point") for post in posts] == [1, 1, 1]


async def test_reply_in_the_channel_moves_to_the_thread_where_only_those_are_allowed(talk):
    await talk.decide(replies="channel")
    talk.slack.fail("chat.postMessage", error="restricted_action_thread_only_channel")
    message = await talk.said("@bob++")
    (post,) = talk.slack.list_posts("general")
    assert (post.text, post.thread_ts) == ("bob has 1 point (+1)", message.ts)


async def test_giver_sees_the_reply_to_no_message_where_only_threads_are_allowed(talk, log_lines):
    refusal = "restricted_action_thread_only_channel"
    talk.slack.fail("chat.postMessage", error=refusal, times=None)
    for giver in ("ann", "carol"):
        await talk.command(f"give <@{talk.id_of('bob')}> 2", by=giver, command="/karma")
    await talk.settled()
    assert talk.heard() == []
    assert talk.heard(to="ann") == ["bob has 2 points (+2 from ann)"]
    assert talk.heard(to="carol") == ["bob has 4 points (+2 from carol)"]
    assert not logged(log_lines, "reply.dropped")
    talk.slack.fail("chat.postEphemeral", error=refusal)
    await talk.command(f"give <@{talk.id_of('bob')}> 2", command="/karma")
    await talk.settled()
    assert [line["reason"] for line in logged(log_lines, "reply.dropped")] == [refusal]


async def test_reply_goes_to_the_channel_where_it_allows_no_threads(talk, log_lines):
    talk.slack.fail("chat.postMessage", error="restricted_action_non_threadable_channel")
    await talk.said("@bob++")
    (post,) = talk.slack.list_posts("general")
    assert (post.text, post.thread_ts) == ("bob has 1 point (+1)", None)
    assert not logged(log_lines, "reply.dropped")


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 0.1},
        {"status": 500},
        {"error": "internal_error"},
        {"reset": "before"},
        {"reset": "after"},
    ],
)
async def test_failed_reply_is_posted_exactly_once(talk, fault):
    talk.slack.fail("chat.postMessage", **fault)
    await talk.said("@bob++")
    assert talk.heard() == ["bob has 1 point (+1)"]


@each(
    ("answer", "status"),
    [
        (b"", None),
        (b"", 202),
        (b"", 204),
        (b'{"ok": true, "ts": "17', None),
        (b"\xff", None),
        (b"[" * 12_000, None),
        (b"[1]", None),
        (b'"ok"', None),
        (b"7", None),
        (b"{}", None),
        (b'{"ok": false, "error": "internal_error"}', None),
        (b'{"ok": false, "error": "fatal_error"}', None),
    ],
)
async def test_reply_posted_with_an_unreadable_response_is_not_repeated(
    talk, log_lines, answer, status
):
    talk.slack.fail("chat.postMessage", body=answer, status=status)
    before = (await talk.scores()).get(talk.id_of("bob"), 0)
    await talk.said("@bob++")
    assert [text.partition(" point")[0] for text in talk.heard()] == [f"bob has {before + 1}"]
    assert len(talk.slack.list_calls("chat.postMessage")) == 1
    assert not logged(log_lines, "reply.failed")


@each("error", ["channel_not_found", "not_in_channel", "is_archived"])
async def test_permanent_refusal_drops_the_reply_with_one_log_line(talk, log_lines, error):
    talk.slack.fail("chat.postMessage", error=error, times=None)
    await talk.said("@bob++")
    assert len(talk.slack.list_calls("chat.postMessage")) == 1
    lines = [line for line in log_lines.read_text().splitlines() if "reply.dropped" in line]
    assert len(lines) == 1
    assert error in lines[0]
    assert await talk.scores() != {}


async def test_slow_posting_does_not_delay_votes(talk):
    talk.slack.fail("chat.postMessage", delay=3600)
    post = talk.write("@bob++")
    answer = await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    assert answer.status == 200
    assert talk.heard() == []
    talk.slack.heal()
    await talk.running.sender.wait_idle()
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_claim_of_a_slow_post_is_extended_before_it_expires(talk):
    claim = "SELECT claimed_until, attempts FROM outbox"
    talk.slack.fail("chat.postMessage", delay=3600)
    await _deliver_votes(talk, "this++")
    await talk.slack.wait_until(lambda: "chat.postMessage" in talk.slack.in_flight)
    ((until, attempts),) = await talk.rows(claim)
    ((sending, _),) = talk.running.sender._workspaces.values()
    sending._extended_at -= timedelta(hours=1)
    async with asyncio.timeout(PATIENCE):
        while (now := await talk.rows(claim))[0][0] == until:  # noqa: ASYNC110 (nothing else tells)
            await asyncio.sleep(0)
    assert now[0][1] == attempts
    talk.slack.heal()
    await talk.settled()
    assert talk.heard() == ['the thing "this" has 1 point (+1)']


async def test_reply_whose_claim_expired_before_the_call_is_tried_again(
    talk, log_lines, monkeypatch
):
    async def tried():
        return logged(log_lines, "reply.again") or logged(log_lines, "reply.dropped")

    with monkeypatch.context() as suspended:
        suspended.setattr(lease, "_SAFE", -1.0)
        await _deliver_votes(talk, "@bob++")
        await eventually(tried)
    await talk.settled()
    assert {line["reason"] for line in await tried()} == {"claim expired"}
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_reply_pending_at_shutdown_is_posted_once_by_the_next_process(
    slack, config, database_url
):
    slack.fail("chat.postMessage", status=500, times=None)
    async with _app(slack, config, database_url) as talk:
        post = talk.write("@bob++")
        await talk.deliver(events.build_posted_event(slack.workspace, post))
        await slack.wait_until(lambda: slack.list_calls("chat.postMessage"))
    slack.heal()
    async with _app(slack, config, database_url) as talk:
        await talk.running.sender.wait_idle()
        assert talk.heard() == ["bob has 1 point (+1)"]


async def test_post_that_ends_while_another_is_recorded_at_shutdown_is_recorded_too(
    slack, config, database_url
):
    async with _app(slack, config, database_url) as talk:
        blocked = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        elsewhere = await talk.said("@bob++", channel="random")
        for method in ("chat.postMessage", "chat.update"):
            slack.fail(method, delay=3600)
        await talk.deliver(talk.edit(elsewhere, "@bob+++")[0])
        await _deliver_votes(talk, "this++")
        await slack.wait_until(lambda: len(slack.in_flight) == 2)
        ((sending, task),) = talk.running.sender._workspaces.values()
        with psycopg.connect(database_url) as conn:
            conn.execute("SELECT FROM outbox FOR UPDATE")
            slack.heal("chat.postMessage")
            await eventually(lambda: talk.rows(blocked))
            talk.running.sender.stop()
            slack.heal("chat.update")
            await asyncio.wait(sending._posting)
        await task
        assert await talk.rows("SELECT FROM outbox WHERE done_at IS NULL") == []


async def test_two_processes_on_one_database_post_each_reply_once(slack, config, database_url):
    async with (
        _app(slack, config, database_url) as one,
        _app(slack, config, database_url) as two,
    ):
        for n in range(6):
            await _deliver_votes(one if n % 2 else two, f"thing{n}++")
        await one.running.sender.wait_idle()
        await two.running.sender.wait_idle()
        said = sorted(line for text in one.heard() for line in text.split("\n"))
    assert said == [f'the thing "thing{n}" has 1 point (+1)' for n in range(6)]


async def test_next_process_finds_a_post_whose_response_was_lost(slack, config, database_url):
    async with _app(slack, config, database_url) as talk:
        await talk.said("@bob++")
        # the state left by a process that died between posting and recording it
        await talk.rows(
            "UPDATE outbox SET done_at = NULL, posted_ts = NULL, claimed_until = now() RETURNING id"
        )
    async with _app(slack, config, database_url) as talk:
        await talk.running.sender.wait_idle()
        assert talk.heard() == ["bob has 1 point (+1)"]
        assert await talk.rows("SELECT posted_ts FROM outbox") == [
            (slack.list_posts("general")[0].ts,)
        ]


async def test_reply_found_in_a_post_shows_an_edit_made_before_it_was_found(talk):
    post = await talk.said("@bob++")
    # the state left by a process that died between posting and recording it, while its claim lasts
    await talk.rows(
        "UPDATE outbox SET done_at = NULL, posted_ts = NULL,"
        " claimed_until = now() + interval '1 hour' RETURNING id"
    )
    payload, _ = talk.edit(post, "@bob+++")
    await talk.deliver(payload)
    await talk.rows("UPDATE outbox SET claimed_until = now() RETURNING id")
    talk.running.sender.wake(talk.slack.workspace.team_id)
    await talk.settled()
    assert talk.heard() == ["bob has 2 points (+2)"]
    assert len(talk.slack.list_calls("chat.postMessage")) == 1


async def test_reply_found_in_a_post_is_not_repeated_when_another_cannot_be_rendered(
    talk, log_lines
):
    async def one_waits():
        return logged(log_lines, "reply.waits")

    await talk.said("one++")
    with unreadable("FROM things"):
        # the state left by a process that died between posting and recording it
        await talk.rows(
            "UPDATE outbox SET done_at = NULL, posted_ts = NULL, claimed_until = now() RETURNING id"
        )
        await _deliver_votes(talk, "two++")
        await eventually(one_waits)
    await talk.settled()
    assert talk.heard() == [f'the thing "{name}" has 1 point (+1)' for name in ("one", "two")]


async def test_post_whose_response_was_lost_is_found_in_a_long_thread(talk):
    thread = await talk.said("who was it?", by="bob")
    for _ in range(120):
        talk.write("me too", by="carol", thread=thread)
    talk.slack.fail("chat.postMessage", reset="after")
    await talk.said("@bob++", thread=thread)
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_post_whose_response_was_lost_is_found_behind_many_messages(
    slack, config, database_url
):
    async with _app(slack, config, database_url) as talk:
        await talk.decide(replies="channel")
        await talk.said("@bob++")
        await talk.rows(
            "UPDATE outbox SET done_at = NULL, posted_ts = NULL, claimed_until = now() RETURNING id"
        )
        for _ in range(120):
            talk.write("hello", by="carol")
    async with _app(slack, config, database_url) as talk:
        await talk.running.sender.wait_idle()
        assert talk.heard() == ["bob has 1 point (+1)"]


async def test_metadata_of_another_app_does_not_end_the_search_for_a_lost_post(talk, log_lines):
    await talk.decide(replies="channel")
    forged = {"event_type": POSTED, "event_payload": {"ids": "9" * 5000}}
    talk.slack.fail("chat.postMessage", reset="after")
    post = talk.write("@bob++")
    talk.slack.workspace.add(replace(talk.write("hi", by="carol"), metadata=forged))
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    assert talk.heard() == ["bob has 1 point (+1)"]
    assert not logged(log_lines, "reply.failed")


async def test_post_of_another_app_is_not_taken_for_the_lost_one(talk):
    ((taken,),) = await talk.rows("SELECT nextval(pg_get_serial_sequence('outbox', 'id'))")
    same = {"event_type": POSTED, "event_payload": {"ids": f"{taken + 1}"}}
    talk.slack.fail("chat.postMessage", reset="before")
    post = talk.write("@bob++")
    talk.slack.workspace.add(replace(talk.write("hi", thread=post), metadata=same))
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    assert talk.heard() == ["bob has 1 point (+1)"]
    assert await talk.rows("SELECT id FROM outbox") == [(taken + 1,)]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 0},
        {"status": 500},
        {"error": "internal_error"},
        {"reset": "before"},
    ],
    ids=str,
)
async def test_failed_search_for_a_lost_post_does_not_cause_a_second_post(
    slack, config, database_url, fault
):
    async with _app(slack, config, database_url) as talk:
        await talk.said("@bob++")
        await talk.rows(
            "UPDATE outbox SET done_at = NULL, posted_ts = NULL, claimed_until = now() RETURNING id"
        )
    for method in ("conversations.replies", "conversations.history"):
        slack.fail(method, **fault)
    async with _app(slack, config, database_url) as talk:
        await talk.running.sender.wait_idle()
        assert talk.heard() == ["bob has 1 point (+1)"]


async def test_reply_is_posted_where_the_app_cannot_search_for_it(talk, log_lines):
    talk.slack.fail("chat.postMessage", reset="before")
    for method in ("conversations.replies", "conversations.history"):
        talk.slack.fail(method, error="missing_scope", times=None)
    await talk.said("@bob++")
    assert talk.heard() == ["bob has 1 point (+1)"]
    assert {line["reason"] for line in logged(log_lines, "reply.not_found")} == {"missing_scope"}


@each("error", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_reply_waits_while_slack_refuses_the_token(talk, error):
    """The response to the first attempt is lost, so the reply has to be looked up."""
    heard = len(talk.heard())
    talk.slack.fail("chat.postMessage", reset="after")
    talk.slack.fail("conversations.replies", error=error)
    talk.slack.fail("conversations.history", error=error)
    post = await talk.said("@bob++")
    assert len(talk.heard()[heard:]) == 1
    talk.slack.fail("chat.update", error=error)
    await talk.edited(post, "@bob+++")
    assert "(+2)" in talk.heard()[heard]
    talk.slack.fail("chat.postMessage", error=error)
    await talk.said("@bob++")
    assert len(talk.heard()[heard:]) == 2


async def test_update_that_waited_a_day_is_dropped(talk, log_lines):
    post = await talk.said("@bob++")
    talk.slack.fail("chat.update", error="token_revoked", times=None)
    await talk.deliver(talk.edit(post, "@bob+++")[0])
    await talk.slack.wait_until(lambda: talk.slack.list_calls("chat.update"))
    await talk.rows("UPDATE outbox SET created_at = now() - interval '25 hours' RETURNING 1")
    await talk.settled()
    assert [line["reason"] for line in logged(log_lines, "reply.dropped")] == ["too old"]


async def test_update_that_slack_refuses_for_a_while_is_repeated(talk, log_lines):
    post = await talk.said("@bob++")
    talk.slack.fail("chat.update", status=500)
    await talk.edited(post, "@bob+++")
    assert talk.heard() == ["bob has 2 points (+2)"]
    assert [line["reason"] for line in logged(log_lines, "reply.again")] == ["http 500"]


@pytest.mark.parametrize("lost", [False, True])
async def test_reply_of_the_apps_former_user_is_posted_anew(slack, config, database_url, lost):
    async with _app(slack, config, database_url) as talk:
        post, _ = await _deliver_votes(talk, "@bob++", "@carol++")
        await talk.settled()
    _reinstall(slack.workspace)
    async with _app(slack, config, database_url) as talk:
        if lost:
            slack.fail("chat.postMessage", reset="after")
        post = await talk.edited(post, "@bob+++")
        assert talk.heard() == ["bob has 2 points (+2)"]
        await talk.edited(post, "@bob++++")
        assert talk.heard() == ["bob has 3 points (+3)"]


def _reinstall(workspace):
    """Install the app again, as a new user."""
    user = replace(workspace.members[workspace.bot_user_id], id="U0ANEWBOT")
    workspace.members[user.id], workspace.bot_user_id = user, user.id


async def test_reply_that_waited_a_day_is_dropped(talk, log_lines):
    talk.slack.fail("chat.postMessage", error="channel_not_found")
    await talk.said("@bob++")
    await talk.rows(
        "UPDATE outbox SET done_at = NULL, dropped = NULL, created_at = now() - interval '25 hours'"
        " RETURNING 1"
    )
    talk.running.sender.wake(talk.slack.workspace.team_id)
    await talk.settled()
    reasons = [line["reason"] for line in logged(log_lines, "reply.dropped")]
    assert reasons == ["channel_not_found", "too old"]
    assert talk.heard() == []


async def test_reply_that_waited_a_day_takes_no_later_one_with_it(talk, log_lines):
    await talk.unanswered("one++")
    await talk.rows("UPDATE outbox SET created_at = now() - interval '25 hours' RETURNING 1")
    await _deliver_votes(talk, "two++")
    await talk.resumed()
    assert [line["replies"] for line in logged(log_lines, "reply.dropped")] == [1]
    assert talk.heard() == ['the thing "two" has 1 point (+1)']
    assert not talk.slack.list_calls("conversations.history")  # no claim was left to expire


async def test_unrenderable_reply_does_not_block_the_others(talk, log_lines):
    await talk.rows(
        "INSERT INTO outbox (team_id, channel_id, message_ts, kind, body)"
        " VALUES ('T1', 'C1', '1.1', 'votes', '[{\"nonsense\": 1}]') RETURNING 1"
    )
    talk.running.sender.wake("T1")
    post = talk.write("@bob++")
    assert (await talk.deliver(events.build_posted_event(talk.slack.workspace, post))).status == 200
    await talk.slack.wait_until(lambda: talk.heard() == ["bob has 1 point (+1)"])
    while "reply.failed" not in log_lines.read_text():  # noqa: ASYNC110 (a log line sets no event)
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def _app(slack, config, database_url):
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, PATIENT) as running,
    ):
        yield Talk(slack, running, session)


async def test_edited_long_reply_is_updated_within_slacks_limit(talk):
    reason = "x" * 183
    targets = " ".join(f"service{n:02d}-of-{'y' * 60}++" for n in range(20))
    post = await talk.said(f"{targets} for {reason}")
    (said,) = talk.heard()
    assert said.count(reason) == 1
    await talk.edited(post, f"{targets.replace('++', '+++')} for {reason}")
    (now,) = talk.heard()
    assert "(+2)" in now
    assert len(now) < 4000
    assert [call.error for call in talk.slack.list_calls("chat.update")] == [""]


async def test_reply_says_when_it_has_no_room_for_all_votes(talk):
    lines = [f"service{n:02d}-of-{'y' * 60}++ for {n} {'x' * 180}" for n in range(20)]
    post = await talk.said("\n".join(lines))
    assert talk.heard()[0].endswith("more")
    await talk.edited(post, "\n".join(line.replace("++", "+++") for line in lines))
    (now,) = talk.heard()
    assert now.endswith("more")
    assert "(+2 for 0 " in now
    assert len(now) < 4000


async def test_post_metadata_lists_its_reply_ids(talk):
    await _deliver_votes(talk, "one++", "two++")
    await talk.running.sender.wait_idle()
    held = [post.metadata["event_payload"]["ids"] for post in talk.slack.list_posts("general")]
    ids = [str(row) for (row,) in await talk.rows("SELECT id FROM outbox")]
    assert sorted(",".join(held).split(",")) == sorted(ids)


async def test_429_pauses_only_its_own_method(talk):
    await talk.said("@bob++")
    post = await talk.said("@carol++")
    talk.slack.fail("chat.postMessage", status=429, retry_after=600)
    await _deliver_votes(talk, "@dave++")
    await talk.slack.wait_until(lambda: talk.slack.list_calls("chat.postMessage")[-1].status == 429)
    elsewhere = talk.write("@eve++", channel="random")
    await talk.deliver(events.build_posted_event(talk.slack.workspace, elsewhere))
    await talk.deliver(talk.edit(post, "@carol+++")[0])
    await talk.slack.wait_until(lambda: talk.slack.list_calls("chat.update"))
    assert len(talk.slack.list_calls("chat.postMessage")) == 3


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"error": "internal_error"}, {"delay": 3600}], ids=str
)
@pytest.mark.parametrize("method", ["chat.update", "chat.postEphemeral"])
async def test_other_methods_that_fail_hold_up_no_posts(talk, log_lines, method, fault):
    """An edit updates a reply; somebody's first vote brings a hint, for them alone."""
    posts = [await talk.said(f"@{who}++") for who in ("bob", "carol")]
    talk.slack.calls.clear()
    talk.slack.fail(method, **fault, times=None)
    talk.running.context.newcomers.greets = method != "chat.update"

    async def failed():
        return logged(log_lines, "reply.again")

    with talk.hurried(retries=(3600, 3600)):
        with talk.hurried(call=0.5 if "delay" in fault else PATIENCE):
            for post, who in zip(posts, ("dave", "heidi"), strict=True):
                first = talk.write("coffee++", by=who)
                hinted = events.build_posted_event(talk.slack.workspace, first)
                edited = talk.edit(post, "tea++")[0]
                await talk.deliver(edited if method == "chat.update" else hinted)
            await eventually(failed)
        await _deliver_votes(talk, "@eve++")
        await talk.slack.wait_until(lambda: "eve has 1 point (+1)" in "\n".join(talk.heard()))
        assert talk.slack.in_flight.count(method) == ("delay" in fault)


async def test_workspace_with_failing_posts_delays_no_other(talk, config):
    """Another workspace has as many posts as allowed, all failing; this one has one vote."""
    await talk.rows(
        "INSERT INTO outbox (team_id, channel_id, message_ts, kind, body)"
        " SELECT 'T2', 'C' || n, '1.1', 'help', '{}' FROM generate_series(1, 200) AS n RETURNING 1"
    )
    most = config.slack_posts_at_once
    talk.slack.fail("chat.postMessage", delay=3600, error="internal_error", times=most)
    talk.running.sender.wake("T2")
    await talk.slack.wait_until(lambda: talk.slack.in_flight.count("chat.postMessage") == most)
    post = talk.write("@bob++")
    await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    await talk.slack.wait_until(lambda: talk.heard() == ["bob has 1 point (+1)"])
    waiting = await talk.rows(
        "SELECT count(*) FROM outbox WHERE team_id = 'T2' AND done_at IS NULL"
    )
    assert waiting == [(200,)]
    talk.slack.heal()


@pytest.mark.parametrize("only_for", ["U1", ""])
async def test_private_reply_a_dead_process_may_have_sent_is_not_resent(
    slack, config, database_url, only_for
):
    kind, channel = ("help", "C0GENERAL1") if only_for else ("notice", "U1")
    async with _app(slack, config, database_url) as talk:
        await talk.rows(
            "INSERT INTO outbox"
            " (team_id, channel_id, message_ts, kind, only_for, body, claimed_until)"
            " VALUES (%s, %s, '1.1', %s, %s, '{}', now()) RETURNING 1",
            slack.workspace.team_id, channel, kind, only_for,
        )  # fmt: skip
        talk.running.sender.wake(slack.workspace.team_id)
        await talk.running.sender.wait_idle()
        assert await talk.rows("SELECT dropped FROM outbox") == [("may have been said",)]
    assert slack.list_calls("chat.postEphemeral") + slack.list_calls("chat.postMessage") == []


async def test_idle_sender_polls_every_five_seconds(talk, monkeypatch):
    pauses = []

    async def wait(event, seconds):
        pauses.append(seconds)
        await event.wait()

    monkeypatch.setattr(sender, "wait_for_event", wait)
    await talk.said("@bob++")
    for _ in range(3):
        talk.running.sender.wake()
        await talk.running.sender.wait_idle()
    assert pauses[-1] == sender.IDLE == 5.0
