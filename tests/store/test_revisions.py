"""Later versions: the latest counts, a deletion is final, and the ledger is only appended to."""

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.core.message import DELETED, FIRST, UNDONE
from app.core.refusals import Ruling
from app.core.vote import Vote
from app.store.outbox import claims
from app.store.outbox.claims import Settlement
from app.store.votes.ballot import Outcome
from tests.store.casting import (
    add_seasons,
    at_season,
    ballot,
    cast,
    revise,
    rows,
    ruled,
    scores,
    spoken,
    ts_of,
)

LEDGER = "SELECT id, voter_id, target_id, delta, kind, created_at FROM vote_history ORDER BY id"


async def _cast(database, points, allowance=None, number=1):
    one = ballot(spoken(ts_of(number)), ruled(points), allowance)
    return await database.run(lambda c: cast(c, one))


async def _edit(database, at, points, allowance=None, by="U1"):
    edit = ballot(spoken(ts_of(1), by, revision=at), ruled(points), allowance)
    return await database.run(lambda c: revise(c, edit))


async def _delete(database, allowance=None):
    return await _edit(database, DELETED, {}, allowance, by="")


async def test_a_repeated_or_outdated_edit_changes_nothing(database):
    await _cast(database, {"U2": 1})
    assert await _edit(database, "1763660009.000000/1", {"U2": 3}) == Outcome(1, 1)
    assert await _edit(database, "1763660009.000000/1", {"U2": 5}) is None
    assert await _edit(database, "1763660008.000000/9", {"U2": 5}) is None
    assert await scores(database) == {"U2": 3}


async def test_whether_any_version_held_a_vote_is_kept(database):
    for number, (points, voted) in enumerate((({}, False), ({"U2": 1}, True), ({}, True)), 1):
        await _edit(database, f"1763660009.000000/{number}", points)
        assert await rows(database, "SELECT voted FROM messages") == [(voted,)]


async def test_after_a_deletion_nothing_counts_any_more(database):
    assert await _delete(database) == Outcome(0, 0)
    assert await _edit(database, "1763660009.000000/1", {"U2": 3}) is None
    assert await _cast(database, {"U2": 1}) is None
    assert await _delete(database) is None
    assert await rows(database, LEDGER) == []
    assert await rows(database, "SELECT voted FROM messages") == [(False,)]


async def test_the_ledger_is_only_appended_to(database):
    await _cast(database, {"U2": 1, "U3": 2})
    before = await rows(database, LEDGER)
    await _edit(database, "1763660009.000000/1", {"U2": 4})
    await _delete(database)
    after = await rows(database, LEDGER)
    assert after[: len(before)] == before
    assert [row[1:5] for row in after[2:]] == [
        ("U1", "U2", 3, "edit"),
        ("U1", "U3", -2, "edit"),
        ("U1", "U2", -4, "deletion"),
    ]
    assert {*(await scores(database)).values(), *(await scores(database, "givers")).values()} == {0}


@pytest.mark.parametrize("turn", range(6))
async def test_concurrent_versions_end_as_the_latest(database, turn):
    versions = [
        lambda: _cast(database, {"U2": 1, "thing:a": 1}),
        lambda: _edit(database, "1763660008.000000/1", {"U2": 2, "U3": 1}),
        lambda: _edit(database, "1763660009.000000/1", {"U3": -1}),
    ]
    order = list(itertools.permutations(versions))[turn]
    await asyncio.gather(*(version() for version in order * 3))
    query = "SELECT target_id, sum(delta)::int FROM vote_history GROUP BY 1 HAVING sum(delta) <> 0"
    assert await rows(database, query) == [("U3", -1)]
    assert {t: n for t, n in (await scores(database)).items() if n} == {"U3": -1}


async def test_points_refunded_by_a_deletion_may_be_given_again_that_day(database):
    await _cast(database, {"U2": 3}, allowance=3)
    await _delete(database, allowance=3)
    assert await _cast(database, {"U2": 3}, allowance=3, number=2) == Outcome(1, 1)


async def test_an_edit_over_the_allowance_gives_nothing_and_refunds_the_message(database):
    await _cast(database, {"U2": 2}, allowance=3)
    await _edit(database, "1763660009.000000/1", {"U2": 4}, allowance=3)
    assert await rows(database, "SELECT spent::int FROM allowances") == [(0,)]
    assert await scores(database) == {"U2": 0}
    replies = await rows(database, "SELECT only_for, body FROM outbox WHERE kind = 'refusals'")
    assert replies == [("U1", [{"reason": "allowance", "limit": 3}])]


async def _claim(database):
    return (await database.run(lambda c: claims.claim(c, "T1", 8, datetime.now(UTC))))[0]


async def _mark_posted(database, reply):
    settled = [Settlement(reply, done=True, posted="5.5")]
    await database.run(lambda c: claims.settle(c, "T1", settled, datetime.now(UTC)))


async def test_a_reply_amended_while_in_flight_is_updated_later(database):
    await _cast(database, {"U2": 1})
    (claimed,) = await _claim(database)
    await _edit(database, "1763660009.000000/1", {"U2": 3})
    await _mark_posted(database, claimed)
    (again,) = await _claim(database)
    assert (again.id, again.posted_ts, again.version) == (claimed.id, "5.5", claimed.version + 1)
    assert [line["points"] for line in again.body] == [3]
    await _mark_posted(database, again)
    assert await _claim(database) == []


async def test_a_change_renews_the_age_of_a_posted_reply_only(database):
    await _cast(database, {"U2": 1})
    await rows(database, "UPDATE outbox SET created_at = now() - interval '1 hour' RETURNING 1")
    (claimed,) = await _claim(database)
    await _edit(database, "1763660009.000000/1", {"U2": 3})
    await _mark_posted(database, claimed)
    (again,) = await _claim(database)
    assert again.age >= 3600
    await _mark_posted(database, again)
    await _edit(database, "1763660009.000000/2", {"U2": 4})
    assert (await _claim(database))[0].age < 3600


async def test_an_unsent_reply_is_deleted_with_its_votes(database):
    await _cast(database, {"U2": 1})
    await _delete(database)
    assert await rows(database, "SELECT FROM outbox") == []


async def test_an_edit_of_the_reason_alone_is_a_row_without_points(database):
    def reasoned(reason):
        return Ruling((Vote("U2", 1, reason),))

    async def said(reason, revision=FIRST):
        one = ballot(spoken(revision=revision), reasoned(reason))
        return await database.run(lambda c: (revise if revision else cast)(c, one))

    await said("the dcos")
    assert await said("the docs", "1") == Outcome(counted=1, waiting=1)
    assert await said("the docs", "2") == Outcome(counted=0, waiting=0)
    assert await rows(database, "SELECT delta, reason, kind FROM vote_history ORDER BY id") == [
        (1, "the dcos", "vote"),
        (0, "the docs", "edit"),
    ]
    assert await scores(database) == {"U2": 1}


async def test_votes_taken_back_stay_so_after_later_versions(database):
    await _cast(database, {"U2": 2})
    assert (await _edit(database, UNDONE, {}, by="")).counted == 1
    assert await _edit(database, "9", {"U2": 2}) is None
    assert await _delete(database) is None
    kinds = "SELECT voter_id, delta, kind FROM vote_history ORDER BY id"
    assert await rows(database, kinds) == [("U1", 2, "vote"), ("U1", -2, "undo")]
    assert await scores(database, "givers") == {"U1": 0}


async def test_an_edit_counts_for_the_day_of_the_vote(database):
    """The workspace may have changed its time zone since."""
    await add_seasons(database)
    first = ballot(spoken(), ruled({"U2": 1}))
    first = replace(first, when=at_season(first.when.day))
    await database.run(lambda c: cast(c, first))
    elsewhere = at_season(date(2030, 1, 1), 2, 1)
    later = replace(ballot(spoken(revision="1"), ruled({"U2": 3})), when=elsewhere)
    await database.run(lambda c: revise(c, later))
    assert await scores(database, f"users/{first.when.day}") == {"U2": 3}
    assert await scores(database, "users/S1") == {"U2": 3}
    assert await scores(database, "users/2030-01-01") == {}
