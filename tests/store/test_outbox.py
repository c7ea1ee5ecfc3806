"""The outbox: one process at a time says a reply, one channel at a time is spoken to."""

import asyncio

import pytest

from app.core.replies import CountedVote, HelpReply, RefusalsReply, VotesReply
from app.store.outbox import outbox
from tests.store.casting import rows, ts_of


def _votes(n):
    return VotesReply((CountedVote("U1", n, n),))


async def _write(database, *numbers, channel="C1", team="T1", reply=_votes, only_for=""):
    for n in numbers:
        key = (team, channel, ts_of(n), "")
        await database.run(lambda c, k=key, n=n: outbox.write(c, k, None, reply(n), only_for))


async def _claim(database, channels=8):
    return await database.run(lambda c: outbox.claim(c, channels))


async def _due(database):
    return await database.run(outbox.read_next_due)


def _numbers(replies):
    """Which of the numbers that `_write` wrote *replies* are."""
    return [int(reply.message_ts.partition(".")[2]) for reply in replies]


async def test_claims_made_at_once_never_share_a_reply(database):
    for n in range(20):
        await _write(database, 1, 2, 3, channel=f"C{n}")
    claims = await asyncio.gather(*(_claim(database, 3) for _ in range(12)))
    ids = [reply.id for claimed in claims for reply in claimed]
    assert len(ids) == len(set(ids)) > 0
    channels = [{reply.channel_id for reply in claimed} for claimed in claims]
    assert sum(map(len, channels)) == len(set().union(*channels)) <= 20
    assert max(map(len, channels)) <= 3


async def test_a_channel_waits_until_what_was_claimed_is_posted_and_its_pause_is_over(database):
    await _write(database, 1)
    first = await _claim(database)
    await _write(database, 2)
    assert await _claim(database) == []
    await database.run(lambda c: outbox.mark_posted(c, first, "5.5", 0.0))
    second = await _claim(database)
    assert (_numbers(first), _numbers(second)) == ([1], [2])
    await database.run(lambda c: outbox.mark_posted(c, second, "6.6", 60.0))
    await _write(database, 3)
    await _write(database, 4, channel="C2")
    assert _numbers(await _claim(database)) == [4]
    assert 0 < await _due(database) <= 60


async def test_votes_are_taken_together_oldest_first_and_not_too_many(database):
    await _write(database, *range(outbox.MOST_TOGETHER + 5))
    taken = await _claim(database)
    assert _numbers(taken) == list(range(outbox.MOST_TOGETHER))
    await database.run(lambda c: outbox.mark_posted(c, taken, "5.5", 0.0))
    assert len(await _claim(database)) == 5


async def test_any_other_kind_is_taken_alone(database):
    await _write(database, 1, 2, reply=lambda _: HelpReply(), only_for="U1")
    await _write(database, 3)
    assert _numbers(await _claim(database)) == [1]


async def test_a_reply_is_written_once_for_each_kind_and_person(database):
    await _write(database, 1, 1)
    await _write(database, 1, reply=lambda _: RefusalsReply(), only_for="U1")
    await _write(database, 1, reply=lambda _: RefusalsReply(), only_for="U2")
    assert await rows(database, "SELECT count(*)::int FROM outbox") == [(3,)]


async def test_what_is_postponed_waits_and_is_then_tried_again(database):
    await _write(database, 1)
    taken = await _claim(database)
    await database.run(lambda c: outbox.postpone(c, taken, 60.0))
    assert await _claim(database) == []
    assert 50 < await _due(database) <= 60
    await rows(database, "UPDATE outbox SET due_at = now() RETURNING id")
    await rows(database, "UPDATE turns SET free_at = now() RETURNING 1")
    (again,) = await _claim(database)
    assert (again.attempts, again.unsure) == (2, False)


@pytest.mark.parametrize("unsure", [True, False])
async def test_a_try_that_may_have_posted_is_remembered_as_such(database, unsure):
    await _write(database, 1)
    taken = await _claim(database)
    assert not taken[0].unsure
    await database.run(lambda c: outbox.postpone(c, taken, 0.0, unsure=unsure))
    (again,) = await _claim(database)
    assert again.unsure is unsure


async def _let_claims_run_out(database):
    await rows(
        database, "UPDATE outbox SET claimed_until = now() WHERE done_at IS NULL RETURNING 1"
    )
    await rows(database, "UPDATE turns SET free_at = now() RETURNING 1")


async def test_what_a_process_that_died_had_claimed_is_claimed_by_another_as_unsure(database):
    await _write(database, 1)
    await _claim(database)
    assert await _claim(database) == []
    await _let_claims_run_out(database)
    (again,) = await _claim(database)
    assert (_numbers([again]), again.unsure) == ([1], True)


async def test_a_claim_that_is_kept_does_not_run_out(database):
    await _write(database, 1)
    taken = await _claim(database)
    await _let_claims_run_out(database)
    await database.run(lambda c: outbox.extend_claims(c, taken))
    assert await _claim(database) == []
    assert outbox.LEASE - 1 < await _due(database) <= outbox.LEASE


async def test_keeping_a_claim_does_not_bring_back_what_is_posted(database):
    await _write(database, 1)
    taken = await _claim(database)
    await database.run(lambda c: outbox.mark_posted(c, taken, "5.5", 0.0))
    await database.run(lambda c: outbox.extend_claims(c, taken))
    assert await _due(database) is None
    assert await rows(database, "SELECT claimed_until, posted_ts FROM outbox") == [(None, "5.5")]


async def test_what_is_dropped_is_never_tried_again_and_its_reason_stays(database):
    await _write(database, 1)
    taken = await _claim(database)
    await database.run(lambda c: outbox.mark_dropped(c, taken, "is_archived", 0.0))
    assert (await _claim(database), await _due(database)) == ([], None)
    assert await rows(database, "SELECT dropped, posted_ts FROM outbox") == [("is_archived", None)]


async def test_a_workspace_on_hold_waits_and_no_other_does(database):
    await _write(database, 1)
    await _write(database, 2, team="T2")
    await database.run(lambda c: outbox.pause_workspace(c, "T1", 60.0))
    await database.run(lambda c: outbox.pause_workspace(c, "T1", 1.0))
    assert _numbers(await _claim(database)) == [2]
    assert 50 < await rows_due(database) <= 60


async def rows_due(database):
    """In how many seconds the first workspace may speak, after the other has."""
    await rows(database, "DELETE FROM outbox WHERE team_id = 'T2' RETURNING 1")
    return await _due(database)


async def test_replies_that_stand_in_one_message_are_found_together(database):
    await _write(database, 2, 1)
    together = await _claim(database)
    await database.run(lambda c: outbox.mark_posted(c, together, "5.5", 0.0))
    await _write(database, 3)
    posted = await rows(database, "SELECT posted_ts FROM outbox ORDER BY id")
    assert posted == [("5.5",), ("5.5",), (None,)]
    await rows(database, "UPDATE outbox SET done_at = NULL WHERE message_ts LIKE '%%1' RETURNING 1")
    (again,) = [reply for reply in await _claim(database) if reply.posted_ts]
    assert await database.run(lambda c: outbox.read_votes_in_post(c, again)) == [
        (ts_of(2), _votes(2)),
        (ts_of(1), _votes(1)),
    ]


async def test_only_the_version_that_was_posted_is_done(database):
    await _write(database, 1, 2)
    taken = await _claim(database)
    await rows(database, "UPDATE outbox SET version = 1 WHERE message_ts LIKE '%%2' RETURNING 1")
    await database.run(lambda c: outbox.mark_posted(c, taken, "5.5", 0.0))
    assert _numbers(await _claim(database)) == [2]


async def test_an_empty_outbox_is_never_due(database):
    assert (await _claim(database), await _due(database)) == ([], None)
