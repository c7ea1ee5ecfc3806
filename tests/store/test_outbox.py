"""The outbox: one process at a time posts a reply, and a channel gets one post at a time."""

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import AsyncConnection

from app.core.audience import Way
from app.core.message import SlotKey
from app.core.replies import (
    CountedVote,
    FirstPointReply,
    HelpReply,
    NoticeReply,
    RefusalsReply,
    VotesReply,
)
from app.core.settings.definitions import Settings
from app.store.outbox import claims, notices, outbox
from app.store.outbox.claims import Settlement
from app.store.outbox.outbox import ClaimedReply, ReplyToWrite
from app.usecases.notices import find_digest_day
from tests.patience import PATIENCE
from tests.store.casting import rows, spoken, ts_of, wait_until_blocked


@pytest.fixture(autouse=True)
def _claims_that_outlast_a_busy_machine(monkeypatch):
    monkeypatch.setattr(claims, "LEASE", PATIENCE)


def _votes(n):
    return VotesReply((CountedVote("U1", n, n),))


async def _write(
    database, *numbers, channel="C1", team="T1", reply=_votes, only_for="", way=Way.POST
):
    for n in numbers:
        key = SlotKey(team, channel, ts_of(n))
        written = ReplyToWrite(key, reply(n), only_for, way=way)
        await database.run(lambda c, written=written: outbox.write(c, written))


async def _claim_and_look(database, channels=8, team="T1", held=()):
    """Return the claimed replies, and what is due next."""
    now = datetime.now(UTC)
    return await database.run(lambda c: claims.claim(c, team, channels, now, held))


async def _claim(*arguments, **named):
    return (await _claim_and_look(*arguments, **named))[0]


async def _settle(database, replies, team="T1", **outcome):
    settled, now = [Settlement(reply, **outcome) for reply in replies], datetime.now(UTC)
    return await database.run(lambda c: claims.settle(c, team, settled, now))


async def _mark_posted(database, replies, ts="5.5", pause=0.0):
    await _settle(database, replies, done=True, posted=ts, pause=pause)


async def _waiting(database, team="T1", held=()):
    now = datetime.now(UTC)
    return await database.run(lambda c: claims.settle(c, team, [], now, held))


async def _due(database, team="T1"):
    return (await _waiting(database, team))[1]


def _numbers(replies):
    """Return the numbers from `_write` of *replies*."""
    return [int(reply.message_ts.partition(".")[2]) for reply in replies]


async def test_concurrent_claims_never_share_a_reply(database):
    for n in range(20):
        await _write(database, 1, 2, 3, channel=f"C{n}")
    found = await asyncio.gather(*(_claim(database, 3) for _ in range(12)))
    ids = [reply.id for claimed in found for reply in claimed]
    assert len(ids) == len(set(ids)) > 0
    channels = [{reply.channel_id for reply in claimed} for claimed in found]
    assert sum(map(len, channels)) == len(set().union(*channels)) <= 20
    assert max(map(len, channels)) <= 3


async def test_a_channel_is_free_after_the_post_and_its_pause(database):
    await _write(database, 1)
    first = await _claim(database)
    await _write(database, 2)
    assert await _claim(database) == []
    await _mark_posted(database, first, "5.5", 0.0)
    second = await _claim(database)
    assert (_numbers(first), _numbers(second)) == ([1], [2])
    await _write(database, 3)
    assert await _claim(database) == []
    await _mark_posted(database, second, "6.6", 3600.0)
    await _write(database, 4, channel="C2")
    other = await _claim(database, 1)  # the busy channel isn't counted
    assert _numbers(other) == [4]
    assert 0 < await _due(database) <= claims.LEASE
    await _mark_posted(database, other)
    assert 3500 < await _due(database) <= 3600


async def test_a_pause_counts_from_the_end_of_the_post(database):
    await _write(database, 1, 2)
    ended = datetime.now(UTC) - timedelta(seconds=20)
    taken = await _claim(database)
    await _settle(database, taken, done=True, posted="5.5", pause=3600.0, ended_at=ended)
    await _write(database, 3)
    assert 0 < await _due(database) <= 3580


async def test_votes_are_claimed_together_oldest_first_up_to_the_limit(database):
    await _write(database, *range(claims.MOST_TOGETHER + 5))
    taken, next_reply = await _claim_and_look(database)
    assert (_numbers(taken), next_reply) == (list(range(claims.MOST_TOGETHER)), (True, 0))
    await _mark_posted(database, taken, "5.5", 0.0)
    assert len(await _claim(database)) == 5


async def test_replies_of_other_kinds_are_claimed_alone(database):
    await _write(database, 1, 2, reply=lambda _: HelpReply(), only_for="U1")
    await _write(database, 3)
    assert _numbers(await _claim(database)) == [1]


async def test_only_replies_of_one_kind_reader_and_way_are_claimed_together(database):
    await _write(database, 1, reply=lambda _: HelpReply(), only_for="U1")
    await _write(database, 2, only_for="U1")
    await _write(database, 3, 4, channel="C2")
    await _write(database, 5, channel="C2", only_for="U1")
    await _write(database, 6, channel="C3", way=Way.REACTION)
    await _write(database, 7, channel="C3")
    assert _numbers(await _claim(database)) == [1, 3, 4, 6]


async def test_reactions_are_claimed_one_at_a_time(database):
    await _write(database, 1, 2, way=Way.REACTION)
    assert _numbers(await _claim(database)) == [1]


async def test_a_reply_is_written_once_per_kind_and_person(database):
    await _write(database, 1, 1)
    await _write(database, 1, reply=lambda _: RefusalsReply(), only_for="U1")
    await _write(database, 1, reply=lambda _: RefusalsReply(), only_for="U2")
    assert await rows(database, "SELECT count(*)::int FROM outbox") == [(3,)]


async def test_a_postponed_reply_is_retried_after_the_wait(database):
    await _write(database, 1)
    taken = await _claim(database)
    await _settle(database, taken, wait=3600.0)
    assert await _claim(database) == []
    assert 3500 < await _due(database) <= 3600
    await _write(database, 2)
    later = await _claim(database)
    assert _numbers(later) == [2]
    assert 0 < await _due(database) <= claims.LEASE
    await _mark_posted(database, later)
    await rows(database, "UPDATE outbox SET due_at = now() RETURNING id")
    (again,) = await _claim(database)
    assert (again.attempts, again.unsure) == (2, False)


@pytest.mark.parametrize("pause", [0.0, 3600.0])
async def test_a_reply_to_retry_at_once_is_due_as_soon_as_its_channel_is_free(database, pause):
    await _write(database, 1)
    assert await _settle(database, await _claim(database), pause=pause) == (True, pause)


@pytest.mark.parametrize("unsure", [True, False])
async def test_an_attempt_that_may_have_posted_is_recorded(database, unsure):
    await _write(database, 1)
    taken = await _claim(database)
    assert not taken[0].unsure
    await _settle(database, taken, unsure=unsure)
    (again,) = await _claim(database)
    assert (again.unsure, again.orphaned) == (unsure, False)


async def _let_claims_run_out(database):
    await rows(
        database, "UPDATE outbox SET claimed_until = now() WHERE done_at IS NULL RETURNING 1"
    )
    await rows(database, "UPDATE turns SET free_at = now() RETURNING 1")


async def test_only_unsent_notices_follow_their_votes(database):
    message = spoken(ts_of(1))
    given = [CountedVote(user, 1, 1, "teh docs") for user in ("U2", "U3", "U4", "U5")]
    assert await database.run(lambda c: notices.write_notices(c, message, given)) == 4
    sent = "UPDATE outbox SET done_at = now() WHERE channel_id IN ('U4', 'U5') RETURNING 1"
    await rows(database, sent)
    greeting = FirstPointReply(NoticeReply("U1", "C1", 1, "teh docs"))
    for user in ("U2", "U3"):
        first = ReplyToWrite(SlotKey("T1", user, message.ts, "C1/"), greeting)
        await database.run(lambda c, first=first: outbox.write(c, first))
    now = [CountedVote("U2", 2, 2, "the docs"), CountedVote("U3", 0, 0),
           CountedVote("U4", 2, 2, "the docs"), CountedVote("U5", 0, 0)]  # fmt: skip
    await database.run(lambda c: notices.update_unsent(c, message, now))
    await database.run(lambda c: notices.write_notices(c, message, now))
    found = await rows(
        database,
        "SELECT channel_id, (body ->> 'points')::int, body ->> 'reason' FROM outbox"
        " WHERE kind = 'notice' ORDER BY 1",
    )
    assert found == [("U2", 2, "the docs"), ("U4", 1, "teh docs"), ("U5", 1, "teh docs")]
    greetings = await rows(database, "SELECT body FROM outbox WHERE kind = 'first_point'")
    after = FirstPointReply(NoticeReply("U1", "C1", 2, "the docs"))
    assert [FirstPointReply.from_json(body) for (body,) in greetings] == [after]


async def test_claims_of_a_dead_process_are_taken_over_as_unsure(database):
    await _write(database, 1)
    await _claim(database)
    assert await _claim(database) == []
    await _let_claims_run_out(database)
    (again,) = await _claim(database)
    assert (_numbers([again]), again.unsure, again.orphaned) == ([1], True, True)


async def test_after_the_clock_was_set_back_replies_wait_no_longer_than_a_claim(database):
    await _write(database, 1, 2)
    await _mark_posted(database, await _claim(database), pause=1.0)
    await _write(database, 3)
    await _write(database, 4, channel="C2")
    (failed,) = [one for one in await _claim(database) if one.channel_id == "C2"]
    await _settle(database, [failed], wait=60.0, unsure=True)
    await _write(database, 5, channel="C3")
    await _claim(database)
    now, after = datetime.now(UTC) - timedelta(hours=1), timedelta(seconds=claims.LEASE)
    await database.run(lambda conn: claims.limit_waits(conn, "T1", now))
    found, _ = await database.run(lambda conn: claims.claim(conn, "T1", 8, now + after))
    assert sorted(_numbers(found)) == [3, 4, 5]
    assert {one.message_ts: one.age for one in found} == {
        ts_of(n): pytest.approx(claims.LEASE) for n in (3, 4, 5)
    }


async def test_waits_that_a_right_clock_began_stay_as_they_are(database):
    await _write(database, 1)
    longer = 2 * claims.LEASE
    await _settle(database, await _claim(database), wait=longer, pause=5.0, unsure=True)
    await rows(database, """
        INSERT INTO outbox (team_id, channel_id, message_ts, kind, body, due_at, created_at)
        VALUES ('T1', 'U1', '2026-11-29', 'digest', '{}', now() + interval '1 hour',
            now() + interval '1 hour')
        RETURNING 1
    """)  # fmt: skip
    both = "SELECT id, due_at, created_at, claimed_until, free_at FROM outbox LEFT JOIN turns"
    both += " USING (team_id, channel_id) ORDER BY id"
    before = await rows(database, both)
    await database.run(lambda conn: claims.limit_waits(conn, "T1", datetime.now(UTC)))
    assert await rows(database, both) == before


async def test_a_late_settlement_does_not_override_a_newer_claim(database):
    await _write(database, 1)
    late = await _claim(database)
    await _let_claims_run_out(database)
    now = await _claim(database)
    await _settle(database, late, wait=3600.0, unsure=True)
    claimed, next_reply = await _claim_and_look(database)
    assert (claimed, 0 < next_reply.due <= claims.LEASE) == ([], True)
    await _mark_posted(database, now, "5.5")
    await _settle(database, late)
    await _write(database, 2)
    assert _numbers(await _claim(database)) == [2]
    found = await rows(database, "SELECT posted_ts, done_at > created_at FROM outbox ORDER BY id")
    assert found == [("5.5", True), (None, None)]


@pytest.mark.parametrize("same", [True, False], ids=["same reply", "another reply"])
async def test_a_late_settlement_does_not_free_a_turn_that_another_process_took(database, same):
    await _write(database, 1)
    late = await _claim(database)
    await _let_claims_run_out(database)
    if not same:
        await _settle(database, late, wait=3600.0)
        await _write(database, 2)
        late = await _claim(database)
        await rows(database, "UPDATE outbox SET due_at = now() RETURNING 1")
        await rows(database, "UPDATE turns SET free_at = now() RETURNING 1")
    (now,) = await _claim(database)
    await _mark_posted(database, late)
    await _write(database, 3)
    assert await _claim(database) == []
    await _mark_posted(database, [now])
    assert _numbers(await _claim(database))[-1] == 3


async def test_a_late_post_lengthens_the_pause_after_another_process_posted(database):
    await _write(database, 1)
    late = await _claim(database)
    await _let_claims_run_out(database)
    await _mark_posted(database, await _claim(database))
    await _mark_posted(database, late, pause=3600.0)
    await _write(database, 2)
    assert 3500 < await _due(database) <= 3600


async def _extend(database, replies):
    now = datetime.now(UTC)
    await database.run(lambda c: claims.extend_claims(c, "T1", replies, now))


async def test_an_extended_claim_does_not_expire(database):
    await _write(database, 1)
    await _write(database, 2, channel="C2")
    taken = await _claim(database)
    await _let_claims_run_out(database)
    await _extend(database, taken[:1])
    claimed = "SELECT claimed_until > now() FROM outbox ORDER BY id"
    assert await rows(database, claimed) == [(True,), (False,)]
    await _write(database, 3)
    assert _numbers(await _claim(database)) == [2]
    assert 0 < await _due(database) <= claims.LEASE


async def test_extending_a_claim_does_not_reopen_a_posted_reply(database):
    await _write(database, 1)
    taken = await _claim(database)
    await _mark_posted(database, taken, "5.5", 0.0)
    await _extend(database, taken)
    assert await _due(database) is None
    assert await rows(database, "SELECT claimed_until, posted_ts FROM outbox") == [(None, "5.5")]


async def test_a_dropped_reply_is_never_retried_and_keeps_its_reason(database):
    await _write(database, 1)
    taken = await _claim(database)
    await _settle(database, taken, done=True, dropped="is_archived")
    assert await _claim_and_look(database) == ([], (False, None))
    assert await rows(database, "SELECT dropped, posted_ts FROM outbox") == [("is_archived", None)]


async def _write_for_every_method(database):
    """Write one waiting reply for each of Slack's methods, each in a channel of its own."""
    await _write(database, 1, channel="C1")
    await _write(database, 2, channel="C2", only_for="U1")
    await _write(database, 3, channel="C3")
    await rows(database, "UPDATE outbox SET posted_ts = '5.5' WHERE channel_id = 'C3' RETURNING 1")
    await _write(database, 4, channel="C4", way=Way.REACTION)


async def test_each_claimed_reply_has_its_slack_method(database):
    await _write_for_every_method(database)
    methods = [reply.method for reply in await _claim(database)]
    assert methods == ["chat.postMessage", "chat.postEphemeral", "chat.update", "reactions"]


async def test_a_claimed_reply_is_complete(database):
    at, reply = datetime.now(UTC), _votes(1)
    key = SlotKey("T1", "C1", ts_of(1), "U7/form")
    await database.run(lambda c: outbox.write(c, ReplyToWrite(key, reply, "U2", "1.1")))
    aged = "UPDATE outbox SET created_at = %s, due_at = %s, version = 3 RETURNING id"
    ((number,),) = await rows(database, aged, at - timedelta(hours=1), at)
    (claimed,), _ = await database.run(lambda c: claims.claim(c, "T1", 8, at))
    assert claimed == ClaimedReply(
        number, *key, kind="votes", way="post", only_for="U2", thread_ts="1.1",
        body=reply.to_json(), attempts=1, age=3600.0, version=3, posted_ts=None, unsure=False,
        orphaned=False, method=outbox.POST_ASIDE,
    )  # fmt: skip


@pytest.mark.parametrize("held", [outbox.POST, outbox.POST_ASIDE, outbox.UPDATE, outbox.REACT])
async def test_a_held_method_does_not_delay_others(database, held):
    await _write_for_every_method(database)
    methods = {reply.method for reply in await _claim(database, held=[held])}
    assert methods == {outbox.POST, outbox.POST_ASIDE, outbox.UPDATE, outbox.REACT} - {held}
    await _write(database, 5, channel="C5", only_for="U1" if held == outbox.POST_ASIDE else "")
    assert (await _waiting(database, held=[held]))[0]


async def test_a_held_reply_does_not_delay_a_later_one_in_its_channel(database):
    await _write(database, 1, only_for="U1")
    await _write(database, 2)
    assert _numbers(await _claim(database, held=[outbox.POST_ASIDE])) == [2]


async def test_nothing_is_due_if_all_waiting_replies_are_held(database):
    await _write(database, 1)
    assert await _waiting(database, held=[outbox.POST]) == (True, None)
    assert await _claim_and_look(database, held=[outbox.POST]) == ([], (True, None))
    await _settle(database, await _claim(database), wait=3600.0)
    assert await _waiting(database, held=[outbox.POST]) == (True, None)


async def test_a_claim_is_limited_to_its_workspace(database):
    await _write(database, 1)
    await _write(database, 2, team="T2")
    assert _numbers(await _claim(database, team="T2")) == [2]
    assert (await _waiting(database))[0]
    now, teams = await database.run(claims.read_waiting_teams)
    assert sorted(teams) == ["T1", "T2"]
    assert now.tzinfo


async def test_a_channels_id_in_two_workspaces_is_two_channels(database):
    for team in ("T1", "T2"):
        await _write(database, 1, 2, team=team, reply=lambda _: HelpReply())
    here, there = [(await _claim(database, team=team))[0] for team in ("T1", "T2")]
    assert [(one.team_id, one.message_ts) for one in (here, there)] == [
        ("T1", ts_of(1)), ("T2", ts_of(1)),
    ]  # fmt: skip
    await _mark_posted(database, [here], pause=3600.0)
    assert 0 < await _due(database, "T2") <= claims.LEASE
    assert await _claim(database, team="T2") == []
    await _settle(database, [there], "T2", done=True, dropped="is_archived")
    assert _numbers(await _claim(database, team="T2")) == [2]
    assert 3500 < await _due(database) <= 3600
    done = "SELECT team_id, message_ts, dropped FROM outbox WHERE done_at IS NOT NULL ORDER BY 1"
    assert await rows(database, done) == [
        ("T1", ts_of(1), None), ("T2", ts_of(1), "is_archived"),
    ]  # fmt: skip


async def test_a_workspace_waits_for_no_replies_of_another(database):
    await _write(database, 1)
    await _write(database, 2, channel="C2")
    assert await _claim_and_look(database, team="T2") == ([], (False, None))
    assert await _due(database) <= 0
    for reply, wait in zip(await _claim(database), (3600.0, 1800.0), strict=True):
        await _settle(database, [reply], wait=wait)
    assert await _waiting(database, "T2") == (False, None)
    assert 1700 < await _due(database) <= 1800


async def test_a_reply_withdrawn_while_it_is_claimed_is_not_posted(database):
    await _write(database, 1)
    async with await AsyncConnection.connect(database.url) as withdrawing:
        await withdrawing.execute("UPDATE outbox SET done_at = now()")
        claiming = asyncio.create_task(_claim(database))
        await wait_until_blocked(database, claiming)
        await withdrawing.commit()
        assert await claiming == []


async def test_of_two_processes_that_claim_in_a_channel_one_gets_the_turn(database):
    await _write(database, 1, 2, reply=lambda _: HelpReply())
    async with await AsyncConnection.connect(database.url) as first:
        taken, _ = await claims.claim(first, "T1", 8, datetime.now(UTC))
        claiming = asyncio.create_task(_claim(database))
        await wait_until_blocked(database, claiming)
        await first.commit()
        assert (_numbers(taken), await claiming) == ([1], [])


async def test_channels_with_the_oldest_replies_come_first(database):
    for n, channel in enumerate(("C9", "C5", "C1"), 1):
        await _write(database, n, channel=channel)
    await _write(database, 4, channel="C9")
    assert _numbers(await _claim(database, 2)) == [1, 2, 4]


async def test_a_channel_does_not_wait_for_many_replies_in_another(database):
    await _write(database, 1)
    await _claim(database)
    await rows(database, """
        INSERT INTO outbox (team_id, channel_id, message_ts, kind, body)
        SELECT 'T1', 'C1', n::text, 'votes', '[]' FROM generate_series(1, 10000) AS n RETURNING 1
    """)  # fmt: skip
    await _write(database, 2, channel="C2")
    assert _numbers(await _claim(database)) == [2]


async def test_an_answer_does_not_wait_for_many_digests(database):
    today = datetime.now(UTC).date()
    await rows(database, """
        INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,
            voted_at, day)
        SELECT 'T1', 'C1', n::text, 'U1', 'U' || 100 + n, 1, now(), %s
        FROM generate_series(1, 100) AS n RETURNING 1
    """, today)  # fmt: skip
    await rows(database, """
        INSERT INTO leaderboard (team_id, board, target_id, score)
        SELECT 'T1', 'users', target_id, 1 FROM vote_history RETURNING 1
    """)  # fmt: skip

    async def write(conn):
        async with conn.transaction():
            return await notices.write_digests(conn, "T1", find_digest_day(Settings(), today))

    assert await database.run(write) == 100
    await _write(database, 1)
    ((at,),) = await rows(database, """
        UPDATE outbox SET due_at = (SELECT min(due_at) FROM outbox) WHERE kind = 'votes'
        RETURNING due_at
    """)  # fmt: skip
    claimed, _ = await database.run(lambda c: claims.claim(c, "T1", 40, at))
    assert [reply.kind for reply in claimed] == ["digest"] * 20 + ["votes"]
    in_all = "SELECT count(*)::int, max(due_at) - min(due_at) FROM outbox WHERE kind = 'digest'"
    assert await rows(database, in_all) == [(100, timedelta(seconds=16))]


async def test_concurrent_claims_extensions_and_settlements_never_deadlock(database):
    for n in range(30):
        await _write(database, 1, 2, channel=f"C{n:02d}")
    taken = await _claim(database, 30)
    ways = []
    for n in range(12):
        part = taken[n::2][::-1] if n % 2 else taken[n::3]
        ways += [_extend(database, part), _settle(database, part[::-1], wait=0.0)]
        ways.append(_claim(database, 30))
    before = await _count_deadlocks(database)
    await asyncio.gather(*ways)
    assert await _count_deadlocks(database) == before


async def _count_deadlocks(database):
    with psycopg.connect(database.url, autocommit=True) as conn:
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return conn.execute(query).fetchone()


async def test_replies_in_one_message_are_read_together(database):
    await _write(database, 2, 1)
    together = await _claim(database)
    await _mark_posted(database, together, "5.5", 0.0)
    await _write(database, 3)
    posted = await rows(database, "SELECT posted_ts FROM outbox ORDER BY id")
    assert posted == [("5.5",), ("5.5",), (None,)]
    await rows(database, "UPDATE outbox SET done_at = NULL WHERE message_ts LIKE '%%1' RETURNING 1")
    (again,) = await _claim(database)  # not with the new reply
    assert await database.run(lambda c: outbox.read_replies_in_post(c, again)) == [
        (ts_of(2), _votes(2)),
        (ts_of(1), _votes(1)),
    ]


async def test_only_the_posted_version_is_done(database):
    await _write(database, 1, 2)
    taken = await _claim(database)
    await rows(database, "UPDATE outbox SET version = 1 WHERE message_ts LIKE '%%2' RETURNING 1")
    await _mark_posted(database, taken, "5.5", 0.0)
    changed = await _claim(database)
    assert _numbers(changed) == [2]
    await _settle(database, changed)
    (again,) = await _claim(database)
    assert again.posted_ts == "5.5"


async def test_an_empty_outbox_is_never_due(database):
    assert (await _claim(database), await _due(database)) == ([], None)
