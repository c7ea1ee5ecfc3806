"""What a boost multiplies and what it doesn't: in the ledger, on boards and in allowances."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.boards.periods import find_day, find_month
from app.core.boosts import Boost, BoostTimeline
from app.store.boards import computed_boards
from app.store.boards.computed_boards import BoardOf
from app.store.boards.recaps import ReportRow, read_report
from app.store.transfer.vote_archive import archive_votes
from app.store.votes.cast import cast_all
from app.store.votes.history import HistoryQuery, sum_recent_votes
from tests.differences import find_differences
from tests.store.casting import ballot, cast, revise, rows, ruled, scores, spoken, ts_of

EDIT = "1763660099.000000/1763660099.000001"
LATER = "1773660099.000000/1773660099.000001"
DAY = date(2025, 11, 20)
LEDGER = "SELECT target_id, delta, said, factor, kind FROM vote_history ORDER BY id"


def _boosted(message, points, factor=2, allowance=None):
    vote = ballot(message, ruled(points), allowance)
    return replace(vote, when=replace(vote.when, factor=factor))


async def _vote(database, number, points, by="U1", *, factor=2, allowance=None):
    vote = _boosted(spoken(ts_of(number), by), points, factor, allowance)
    return await database.run(lambda c: cast(c, vote))


async def _edit(database, number, points, *, revision=EDIT, factor=1, allowance=None):
    """Edit the message to give *points*, while *factor* is the one of a new message."""
    vote = _boosted(spoken(ts_of(number), revision=revision), points, factor, allowance)
    return await database.run(lambda c: revise(c, vote))


async def test_plus_is_multiplied_for_people_and_things_and_minus_and_givers_are_not(database):
    await _vote(database, 1, {"U2": 2, "thing:x": 3, "U3": -2})
    assert await rows(database, LEDGER) == [
        ("U2", 4, 2, 2, "vote"), ("thing:x", 6, 3, 2, "vote"), ("U3", -2, -2, 2, "vote"),
    ]  # fmt: skip
    assert await scores(database) == {"U2": 4, "U3": -2}
    assert await scores(database, "users/2025-11") == {"U2": 4, "U3": -2}
    assert await scores(database, "channel/C1") == {"U2": 4, "U3": -2}
    assert await scores(database, "things") == {"thing:x": 6}
    assert await scores(database, "givers") == {"U1": 7}


async def test_without_a_boost_the_ledger_has_no_factor(database):
    await _vote(database, 1, {"U2": 2}, factor=1)
    assert await rows(database, LEDGER) == [("U2", 2, None, 1, "vote")]


async def test_messages_stored_together_keep_their_own_factors(database):
    some = [_boosted(spoken(ts_of(n), f"U{n}"), {"U9": 1}, n) for n in (1, 2, 3)]
    await database.run(lambda c: cast_all(c, some))
    assert await scores(database) == {"U9": 6}
    replies = (
        "SELECT body->0->>'points', body->0->>'score', body->0->>'factor' FROM outbox ORDER BY id"
    )
    assert await rows(database, replies) == [("1", "1", "1"), ("2", "3", "2"), ("3", "6", "3")]


async def test_an_allowance_pays_for_points_before_the_boost(database):
    spent = "SELECT sum(spent)::int FROM allowances"
    assert (await _vote(database, 1, {"U2": 5}, allowance=5)).counted == 1
    assert await rows(database, spent) == [(5,)]
    await _edit(database, 1, {"U2": 2}, allowance=5)
    assert await rows(database, spent) == [(2,)]


@pytest.mark.parametrize(
    ("points", "ledger", "score"),
    [
        ({"U2": 5}, [("U2", 6, 3, 2, "edit")], 10),
        ({"U2": 1}, [("U2", -2, -1, 2, "edit")], 2),
        ({"U2": -1}, [("U2", -5, -3, 2, "edit")], -1),
        ({}, [("U2", -4, -2, 2, "edit")], 0),
    ],
)
async def test_an_edit_months_later_keeps_the_factor_of_the_message(
    database, points, ledger, score
):
    await _vote(database, 1, {"U2": 2})
    await _edit(database, 1, points, revision=LATER)
    assert (await rows(database, LEDGER))[1:] == ledger
    assert await scores(database) == {"U2": score}


async def test_an_edit_during_a_boost_does_not_boost_an_earlier_message(database):
    await _vote(database, 1, {"U2": 2}, factor=1)
    await _edit(database, 1, {"U2": 3, "U3": 1}, factor=2)
    assert await scores(database) == {"U2": 3, "U3": 1}


async def test_the_first_vote_of_an_old_message_has_the_factor_of_its_time(database):
    await _edit(database, 1, {"U2": 1}, factor=3)
    assert await rows(database, LEDGER) == [("U2", 3, 1, 3, "edit")]


async def test_a_vote_withdrawn_and_restored_is_multiplied_again(database):
    await _vote(database, 1, {"U2": 2})
    await _edit(database, 1, {})
    await _edit(database, 1, {"U2": 2}, revision=LATER)
    assert await scores(database) == {"U2": 4}
    await _edit(database, 1, {}, revision="deleted")
    assert await scores(database) == {"U2": 0}
    assert await scores(database, "givers") == {"U1": 0}


async def _some_votes(database):
    await _vote(database, 1, {"U2": 2, "thing:x": 1, "U3": -2})
    await _vote(database, 2, {"U2": 1}, factor=1)
    await _vote(database, 3, {"U2": 3, "U3": 1}, by="U4", factor=3)
    await _edit(database, 1, {"U2": -1, "U3": 2})
    await _vote(database, 4, {"U2": 5})
    await _edit(database, 4, {}, revision="deleted")


async def test_verify_accepts_boosted_scores_and_finds_wrong_ones(database, conn):
    await _some_votes(database)
    assert find_differences(conn) == []
    conn.execute("UPDATE leaderboard SET score = score * 2 WHERE board = 'givers'")
    assert len(find_differences(conn)) == 2


async def test_archiving_boosted_votes_changes_no_score(database, conn):
    await _some_votes(database)
    before = [await scores(database, board) for board in ("users", "givers", "channel/C1")]
    files = []
    with archive_votes(
        conn, "T1", DAY + timedelta(days=1), "x", lambda some: files.append(b"".join(some))
    ):
        pass
    assert files[0].split(b"\n")[0].endswith(b",giver_day,factor,said")
    assert find_differences(conn) == []
    after = [await scores(database, board) for board in ("users", "givers", "channel/C1")]
    assert after == before


async def test_what_people_gave_is_told_in_unboosted_points(database):
    await _vote(database, 1, {"U2": 2})
    read = computed_boards.read_scores
    board = BoardOf("T1", "givers", find_day(DAY))
    assert await database.run(lambda c: read(c, board)) == {"U1": 2}
    assert await database.run(lambda c: read_report(c, "T1", find_month(DAY))) == [
        ReportRow("U2", 4, 1, 0, 0), ReportRow("U1", 0, 0, 2, 1),
    ]  # fmt: skip
    own = HistoryQuery("T1", ["U1"], "C1", ["U1"])
    sums = await database.run(lambda c: sum_recent_votes(c, own, 3, given=True))
    assert sums.targets == [("U2", 2)]


NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def _at(minutes):
    return NOON + timedelta(minutes=minutes)


def test_a_boost_counts_from_its_beginning_to_its_end_except_in_pauses():
    boost = Boost(1, "", 2, "", NOON, _at(120), pauses=[(_at(30), _at(60))])
    counts = [(-1, 1), (0, 2), (29, 2), (30, 1), (59, 1), (60, 2), (119, 2), (120, 1)]
    assert [(n, BoostTimeline([boost]).find_factor("C1", _at(n))) for n, _ in counts] == counts


def test_a_paused_boost_does_not_count_and_is_not_over():
    boost = Boost(1, "", 2, "", NOON, _at(120), paused_at=_at(90))
    assert [BoostTimeline([boost]).find_factor("C1", _at(n)) for n in (89, 90, 119)] == [2, 1, 1]
    assert boost.is_open(_at(600))
    assert boost.compute_left(_at(600)) == timedelta(minutes=30)


def test_a_channels_boost_counts_only_there_and_the_higher_of_two_counts():
    here = Boost(1, "C1", 3, "", NOON, _at(120))
    all_over = Boost(2, "", 2, "", _at(60), _at(180))
    factors = [
        BoostTimeline([here, all_over]).find_factor(place, _at(n))
        for n in (30, 90, 150)
        for place in ("C1", "C2")
    ]
    assert factors == [3, 1, 3, 2, 2, 2]


def test_of_many_boosts_only_the_one_that_may_count_is_checked(monkeypatch):
    many = BoostTimeline(
        Boost(n, place, 2, "", _at(n * 20), _at(n * 20 + 10))
        for n in range(10_000) for place in ("", "C1")
    )  # fmt: skip
    looks, count = [], Boost.counts_at
    monkeypatch.setattr(Boost, "counts_at", lambda *of: looks.append(of) or count(*of))
    times = (-1, 0, 100_005, 100_015, 199_989, 300_000)
    assert [many.find_factor("C1", _at(minutes)) for minutes in times] == [1, 2, 2, 1, 2, 1]
    assert len(looks) == 6


_SPANS = st.lists(
    st.tuples(st.sampled_from(["", "C1", "C2"]), st.sampled_from([2, 3]), st.integers(0, 50),
        st.integers(0, 50), st.none() | st.integers(0, 50)), max_size=8,
)  # fmt: skip


@given(_SPANS, st.integers(-1, 101))
def test_the_highest_of_overlapping_boosts_is_found(spans, minutes):
    boosts = [
        Boost(n, place, factor, "", _at(begin), _at(begin + length),
            None if pause is None else _at(begin + pause))
        for n, (place, factor, begin, length, pause) in enumerate(spans)
    ]  # fmt: skip
    at = _at(minutes)
    counting = [one.factor for one in boosts if one.channel in ("", "C1") and one.counts_at(at)]
    assert BoostTimeline(boosts).find_factor("C1", at) == max(counting, default=1)
