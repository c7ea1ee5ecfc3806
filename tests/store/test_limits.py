"""Limits are exact, however many votes come at once, and votes taken back free them again."""

import asyncio
import itertools
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from psycopg import AsyncConnection
from psycopg.errors import LockNotAvailable
from psycopg.types.json import Jsonb

from app.core.audience import UNANSWERED
from app.core.boards.calendar import find_giver_day
from app.core.message import DELETED
from app.core.refusals import Refusal, RefusedVote, Ruling
from app.core.vote import Vote
from app.store.database import Database, fetch_value
from app.store.votes.ballot import Outcome
from app.store.votes.batcher import VoteBatcher
from app.store.votes.cast import cast_all
from app.store.votes.refusal_notes import count_since
from tests.patience import PATIENCE
from tests.store.casting import (
    ballot,
    cast,
    revise,
    rows,
    ruled,
    scores,
    spoken,
    ts_of,
    wait_until_blocked,
)
from tests.talk import PATIENT_LIMITS

START = 1763660000
COOLDOWN = 600
LAW = """
SELECT target_id FROM leaderboard AS l FULL JOIN (
    SELECT target_id, sum(delta) AS points FROM vote_history GROUP BY 1
) AS v USING (target_id)
WHERE board IN ('users', 'things') AND coalesce(l.score, 0) <> coalesce(v.points, 0)
"""


def _at(second, part=0):
    return f"{START + second}.{part:06d}"


def _ballot(ts, points, by="U1", revision="", *, cooldown=COOLDOWN, allowance=None, team="T1"):
    one = ballot(spoken(ts, by, revision=revision, team=team), ruled(points), allowance)
    return replace(one, cooldown=cooldown)


async def _cast(database, second, points, by="U1", *, allowance=None, cooldown=COOLDOWN, team="T1"):
    one = _ballot(_at(second), points, by, cooldown=cooldown, allowance=allowance, team=team)
    return await database.run(lambda c: cast(c, one))


def _moment(second=0):
    return datetime.fromtimestamp(START + second, UTC)


async def _edit(database, second, points, revision="1", *, by="U1", allowance=None, at=None):
    one = _ballot(_at(second), points, by, revision, allowance=allowance)
    if at:
        message = replace(one.message, changed_at=at)
        one = replace(one, message=message, giver_day=find_giver_day(at, UTC))
    return await database.run(lambda c: revise(c, one), patience=PATIENCE)


@pytest.fixture
async def other(database_url):
    """The pool of a second process on the same database."""
    pool = Database(database_url, PATIENT_LIMITS)
    await pool.open()
    yield pool
    await pool.close()


async def test_a_second_vote_for_the_same_target_is_refused_and_others_count(database):
    await _cast(database, 0, {"U2": 1})
    outcome = await _cast(database, 60, {"U2": 1, "U3": 1, "thing:ci": 2})
    assert outcome == Outcome(counted=2, waiting=2, refused=(Refusal.COOLDOWN,))
    assert await scores(database) == {"U2": 1, "U3": 1}
    assert await scores(database, "givers") == {"U1": 4}
    replies = await rows(database, "SELECT only_for, body FROM outbox WHERE kind = 'refusals'")
    assert replies == [("U1", [{"reason": "cooldown", "limit": 10}])]
    assert await rows(database, "SELECT reason, votes::int FROM refusals") == [("cooldown", 1)]
    assert await rows(database, LAW) == []


async def test_the_cooldown_ends_after_its_seconds(database):
    for second, counted in ((0, 1), (599, 0), (600, 1), (1199, 0), (1200, 1)):
        assert (await _cast(database, second, {"U2": 1})).counted == counted
    assert await rows(database, "SELECT given_at FROM cooldowns") == [(_moment(1200),)]


async def test_the_cooldown_applies_per_workspace_giver_and_target(database):
    every = list(itertools.product(("T1", "T2"), ("U1", "U3"), ("U2", "U4")))
    for second in (0, COOLDOWN):  # one that ends before the others begin
        for part, (team, by, target) in enumerate(every):
            cast = await _cast(database, second + part, {target: 1}, by=by, team=team)
            assert cast.counted == 1


async def test_a_vote_that_comes_late_is_judged_by_its_own_time(database):
    """It was written long before the vote that has counted already."""
    await _cast(database, 7200, {"U2": 1})
    assert (await _cast(database, 0, {"U2": 1})).counted == 1
    assert (await _cast(database, 60, {"U2": 1})).counted == 0
    assert await rows(database, "SELECT given_at FROM cooldowns") == [(_moment(7200),)]


async def test_the_latest_hundred_votes_for_a_target_are_kept_for_the_cooldown(database):
    hourly = """
        SELECT cool_target(%s, 'giver', 'target', n::text, %s + n * interval '1 hour', 600)
        FROM generate_series(1, %s) AS n
    """
    for team, votes in (("T2", 1), ("T1", 105)):
        assert await rows(database, hourly, team, _moment(), votes) == [(True,)] * votes
    held = dict(await rows(database, "SELECT team_id, votes FROM cooldowns"))
    assert [set(held[team]) for team in ("T1", "T2")] == [{str(n) for n in range(6, 106)}, {"1"}]


async def test_of_fifty_votes_at_once_in_two_processes_one_counts(database, other):
    outcomes = await asyncio.gather(*(
        _cast(pool, n, {"U2": 1, f"U{n + 10}": 1}) for n, pool in enumerate((database, other) * 25)
    ))  # fmt: skip
    held = await rows(database, "SELECT count(*)::int FROM vote_history WHERE target_id = 'U2'")
    assert held == [(1,)]
    assert sum(outcome.counted for outcome in outcomes) == 51
    assert await rows(database, LAW) == []


async def test_an_allowance_is_charged_for_what_the_cooldown_lets_pass(database):
    await _cast(database, 0, {"U2": 2}, allowance=5)
    outcome = await _cast(database, 60, {"U2": 4, "U3": 3}, allowance=5)
    assert (outcome.counted, outcome.refused) == (1, (Refusal.COOLDOWN,))
    assert await rows(database, "SELECT spent::int FROM allowances") == [(5,)]


async def test_the_voter_is_told_of_allowance_and_cooldown_together(database):
    await _cast(database, 0, {"U2": 2}, allowance=3)
    outcome = await _cast(database, 60, {"U2": 1, "U3": 1, "U4": 1}, allowance=3)
    assert outcome == Outcome(0, 1, (Refusal.COOLDOWN, Refusal.ALLOWANCE, Refusal.ALLOWANCE))
    replies = await rows(database, "SELECT body FROM outbox WHERE kind = 'refusals'")
    assert [note["reason"] for note in replies[0][0]] == ["cooldown", "allowance"]


@pytest.mark.parametrize(
    ("reason", "allowance", "cooldown", "counted"),
    [("cooldown", None, COOLDOWN, 1), ("allowance", 3, 0, 0)],
)
async def test_votes_refused_by_limits_are_explained_once_while_edits_repeat_them(
    database, reason, allowance, cooldown, counted
):
    limits, points = {"allowance": allowance, "cooldown": cooldown}, {"U3": 1, "U2": -2}
    assert (await _cast(database, 0, points, **limits)).counted == 2
    more = points | {"U4": 1}
    outcome = await _cast(database, 60, more, **limits)
    assert (outcome.counted, outcome.waiting) == (counted, 1 + counted)
    edit = _ballot(_at(60), more, revision="1", **limits)
    assert not (await database.run(lambda c: revise(c, edit))).waiting
    assert await rows(database, "SELECT reason, votes::int FROM refusals") == [
        (reason, 2 * (3 - counted))
    ]


async def test_nothing_is_stored_without_a_cooldown(database):
    for second, allowance in enumerate((None, None, 5, 5)):
        done = await _cast(database, second, {"U2": 1}, cooldown=0, allowance=allowance)
        assert done.counted == 1
    assert await rows(database, "SELECT FROM cooldowns") == []


async def test_a_message_without_counted_votes_begins_no_day(database):
    await database.run(lambda c: cast(c, ballot(spoken(), ruled({}, [Refusal.SELF]), 5)))
    assert await rows(database, "SELECT FROM giver_days") == []


async def test_an_edit_keeps_earlier_points_and_adds_none_too_soon(database):
    await _cast(database, 0, {"U3": 1})
    await _cast(database, 60, {"U2": 1})
    await _cast(database, 700, {"U2": 1})
    outcome = await _edit(database, 60, {"U2": 2, "U3": 1, "U4": 1})
    assert outcome.refused == (Refusal.COOLDOWN,)
    assert await scores(database) == {"U2": 3, "U3": 1, "U4": 1}
    assert await rows(database, LAW) == []


async def test_an_edit_that_adds_no_points_does_not_restart_the_cooldown(database):
    await _cast(database, 0, {"U2": 2})
    await _edit(database, 0, {"U2": 1}, at=_moment(590))
    assert (await _cast(database, 600, {"U2": 1})).counted == 1


async def test_editing_old_messages_does_not_evade_the_cooldown(database):
    for second in range(0, 100, 10):
        await _cast(database, second, {f"U{second + 10}": 1})
    await _cast(database, 7200, {"U2": 1})
    for second in range(0, 100, 10):
        points = {f"U{second + 10}": 1, "U2": 1}
        await _edit(database, second, points, at=_moment(7210 + second))
    assert (await scores(database))["U2"] == 1


async def test_withdrawn_votes_may_be_given_again_at_once(database):
    await _cast(database, 0, {"U2": 1, "U3": 1})
    await _edit(database, 0, {"U3": 1})
    assert (await _cast(database, 10, {"U2": 1})).counted == 1
    await _edit(database, 0, {}, DELETED, by="")
    assert (await _cast(database, 20, {"U3": 1})).counted == 1
    assert (await _edit(database, 10, {"U2": 3}, "2")).counted == 1
    assert await scores(database) == {"U2": 3, "U3": 1}


async def test_an_edit_may_lower_points_that_the_allowance_refused(database):
    assert (await _cast(database, 0, {"U2": 4}, allowance=3)).counted == 0
    assert (await _edit(database, 0, {"U2": 3}, allowance=3)).counted == 1


async def test_fewer_points_may_be_given_right_after_the_allowance_refused(database):
    await _cast(database, 0, {"U2": 1}, allowance=3)
    refused = await _cast(database, 700, {"U2": 2, "U3": 2}, allowance=3)
    assert refused.refused == (Refusal.ALLOWANCE,) * 2
    assert (await _cast(database, 710, {"U2": 1, "U3": 1}, allowance=3)).counted == 2
    again = await _cast(database, 720, {"U2": 1}, allowance=9)
    assert again.refused == (Refusal.COOLDOWN,)


async def test_two_hundred_votes_and_edits_at_once_spend_exactly_the_allowance(database, other):
    pools = (database, other)

    async def one(n):
        pool, points, limits = pools[n % 2], {f"U{n + 10}": 1}, {"cooldown": 0, "allowance": 5}
        if n % 4 == 3:  # an edit of a message that was never heard
            edit = _ballot(_at(n), points, revision="1", **limits)
            return await pool.run(lambda c: revise(c, edit), patience=PATIENCE)
        vote = _ballot(_at(n), points, **limits)
        return await pool.run(lambda c: cast(c, vote), patience=PATIENCE)

    outcomes = await asyncio.gather(*map(one, range(200)))
    assert sum(outcome.counted for outcome in outcomes) == 5
    assert sum((await scores(database)).values()) == 5
    assert await rows(database, "SELECT spent::int FROM allowances") == [(5,)]
    refused = await rows(database, "SELECT votes::int FROM refusals WHERE reason = 'allowance'")
    assert refused == [(195,)]
    assert await rows(database, LAW) == []


async def test_votes_under_changed_limits_are_not_stored_with_those_before(database):
    batcher = VoteBatcher(database)
    ballots = [
        _ballot(_at(0, n), {"U9": 2}, f"U{n}", cooldown=0, allowance=allowance)
        for n, allowance in enumerate([None, None, 1, None])
    ]
    outcomes = await asyncio.gather(*map(batcher.cast, ballots))
    assert [outcome.counted for outcome in outcomes] == [1, 1, 0, 1]


@pytest.mark.parametrize(("allowance", "cooldown", "expected"), [(5, 0, 5), (None, 600, 1)])
async def test_limits_apply_to_batched_votes_too(database, other, allowance, cooldown, expected):
    batchers = VoteBatcher(database), VoteBatcher(other)
    limits = {"cooldown": cooldown, "allowance": allowance}
    ballots = [_ballot(_at(0, n), {"U2": 1}, **limits) for n in range(200)]
    await asyncio.gather(*(batchers[n % 2].cast(one) for n, one in enumerate(ballots)))
    assert await scores(database) == {"U2": expected}
    assert await rows(database, LAW) == []


async def test_an_allowance_is_for_the_givers_own_day(database):
    async def give(hour, points):
        one = _ballot(_at(hour * 3600), points, cooldown=0, allowance=3)
        one = replace(one, giver_day=find_giver_day(one.message.added_at, ZoneInfo("Asia/Tokyo")))
        return (await database.run(lambda c: cast(c, one))).counted

    # The first vote is given at 2:33 on the 21st in Tokyo.
    assert await give(0, {"U2": 3}) == 1
    assert await give(21, {"U2": 1}) == 0
    assert await give(22, {"U2": 3}) == 1
    edit = _ballot(_at(22 * 3600), {"U2": 1}, revision="1", cooldown=0, allowance=3)
    await database.run(lambda c: revise(c, edit))
    spent = await rows(database, "SELECT day, spent::int FROM allowances ORDER BY 1")
    assert spent == [(date(2025, 11, 21), 3), (date(2025, 11, 22), 1)]


async def test_a_day_pays_until_the_next_has_begun_and_for_twenty_hours_at_least(database):
    find = "SELECT find_paying_day(%s, %s, %s, %s, %s)"
    givers = ("T1", "giver"), ("T1", "other"), ("T2", "giver")
    midnight = datetime(2025, 11, 20, tzinfo=UTC)

    async def pay(giver, own_day, since, hour):
        times = (midnight + timedelta(hours=since), midnight + timedelta(hours=hour))
        ((day,),) = await rows(database, find, *giver, date(2025, 11, own_day), *times)
        return day.day

    assert [await pay(giver, 20, 0, 12) for giver in givers] == [20] * 3
    for own_day, since, hour, expected in (
        (21, 13, 13, 20), (21, 13, 19, 20), (21, 13, 20, 21),  # another time zone
        (20, 0, 15, 20), (21, 13, 15, 21), (22, 37, 15, 21),  # late
        (22, 37, 39, 21), (22, 37, 40, 22), (21, 13, 40, 22), (20, 0, 41, 22), (21, 13, 39, 21),
        (23, 61, 61, 23), (24, 80, 80, 23), (24, 80, 81, 24),
    ):  # fmt: skip
        found = await pay(givers[0], own_day, since, hour)
        assert (own_day, hour, found) == (own_day, hour, expected)
    assert await pay(givers[0], 20, 0, 1) == 20
    stored = "SELECT team_id, giver_id, day, since, spent_at FROM giver_days ORDER BY 1, 2"
    assert await rows(database, stored) == [
        ("T1", "giver", date(2025, 11, 24), *[midnight + timedelta(hours=n) for n in (81, 81)]),
        ("T1", "other", date(2025, 11, 20), midnight, midnight + timedelta(hours=12)),
        ("T2", "giver", date(2025, 11, 20), midnight, midnight + timedelta(hours=12)),
    ]


async def test_concurrent_votes_with_all_limits_never_deadlock(database):
    """Each runs on its own connection, without retries, so that a deadlock is an error."""
    chance = random.Random(5)
    targets = [f"U{n}" for n in range(10, 22)] + [f"thing:{c}" for c in "abcdéZ"]
    reasons = [Refusal.SELF, Refusal.MINUS_OFF, Refusal.THINGS, Refusal.GROUP]

    async def vote(n):
        points = dict.fromkeys(chance.sample(targets, 8), 1)
        edit = n % 4 == 0
        message = spoken(_at(n), f"U{n % 3}", revision="1" if edit else "")
        refused = chance.sample(reasons, 3)
        cooldown, allowance = chance.choice((0, 3)), chance.choice((None, 300))
        one = replace(ballot(message, ruled(points, refused), allowance), cooldown=cooldown)
        async with database.pool.connection(timeout=PATIENCE) as conn:
            await (revise if edit else cast)(conn, one)

    await asyncio.gather(*map(vote, range(200)))
    assert await rows(database, LAW) == []
    counted = await rows(database, "SELECT reason, votes::int FROM refusals")
    assert sum(votes for reason, votes in counted if reason in reasons) == 600


@pytest.mark.parametrize(
    ("table", "nr"), [("cooldowns", 1), ("cooldowns", 2), ("giver_days", 1), ("allowances", 1)]
)
async def test_messages_stored_together_lock_limits_in_key_order(database, table, nr):
    """A batch that waits for a row has locked the one before, whatever the messages' order."""
    give = _ballot(_at(0), {"U8": 1, "U9": 1}, allowance=9)
    votes = sorted(give.ruling.counted, key=lambda vote: give.rules.identify_target(vote.target))
    givers = sorted(("U1", "U2"), key=give.rules.identify)

    def batch(second):
        messages = [spoken(_at(second, n), by) for n, by in enumerate(reversed(givers))]
        ruling = Ruling(tuple(reversed(votes)))
        return [replace(give, message=message, ruling=ruling) for message in messages]

    await database.run(lambda c: cast_all(c, batch(0)))
    lock = f"""
        SELECT FROM {table} WHERE ctid = (
            SELECT ctid FROM {table} AS t
            ORDER BY t.giver_id COLLATE "C", (to_jsonb(t) ->> 'target_id') COLLATE "C"
            OFFSET %s LIMIT 1
        ) FOR UPDATE NOWAIT
    """  # noqa: S608 (the tables above)
    async with await AsyncConnection.connect(database.url) as other:
        await other.execute(lock, [nr])
        storing = asyncio.create_task(database.run(lambda c: cast_all(c, batch(COOLDOWN))))
        await wait_until_blocked(database, storing)
        with pytest.raises(LockNotAvailable):
            await other.execute(lock, [nr - 1])
        await other.rollback()
    assert [outcome.counted for outcome in await storing] == [2, 2]


# Refusals


def _refused(second, *reasons, by="U1", points=None):
    one = ballot(spoken(_at(second), by), ruled(points or {}, reasons))
    return lambda conn: cast(conn, one)


async def _read_refusals(database):
    return [
        (ts, [note["reason"] for note in body])
        for ts, body in await rows(
            database, "SELECT message_ts, body FROM outbox WHERE kind = 'refusals' ORDER BY id"
        )
    ]


async def test_reasons_are_told_per_message_and_each_refused_vote_is_counted(database):
    for second, reasons in enumerate((
        (Refusal.SELF,),
        (Refusal.SELF, Refusal.MINUS_OFF, Refusal.MINUS_OFF),
        (Refusal.SELF, Refusal.MINUS_OFF),
    )):  # fmt: skip
        await database.run(_refused(second, *reasons))
    both = ["self", "minus_off"]
    assert await _read_refusals(database) == [(_at(0), ["self"]), (_at(1), both), (_at(2), both)]
    counted = await rows(database, "SELECT day, reason, votes::int FROM refusals ORDER BY 2")
    day = spoken(_at(0)).at.date()
    assert counted == [(day, "minus_off", 3), (day, "self", 3)]


async def test_a_reason_is_told_again_after_an_hour_and_to_each_voter(database):
    await database.run(_refused(0, Refusal.SELF))
    await database.run(_refused(1, Refusal.SELF, by="U5"))
    ago = "UPDATE told SET told_at = now() - interval '{}' RETURNING 1"
    for minutes, waiting in ((59, 0), (60, 1)):
        await rows(database, ago.format(f"{minutes} minutes"))
        edit = ballot(spoken(_at(0), revision=str(minutes)), ruled({}, [Refusal.SELF]))
        outcome = await database.run(lambda c, edit=edit: revise(c, edit))
        assert outcome.waiting == waiting


def _refusal(n, reason="self", *, targets=("U1",), **others):
    refused = {"nr": 0, "voter": "U1", "channel": "C1", "ts": ts_of(n), "reason": reason}
    refused |= {"day": "2025-11-20", "votes": 1, "targets": targets, "tells": True}
    return refused | {"note": {"reason": reason}} | others


async def _note(conn, *refused, team="T1"):
    """Return the reasons to tell, by the number of the message, with `rest` for the last."""
    notes = await fetch_value(conn, "SELECT note_refusals(%s, %s)", (team, Jsonb(refused)))
    return {
        nr: [note["reason"] + " and the rest" * note.get("is_rest", False) for note in told]
        for nr, told in notes.items()
    }


async def _let_pass(conn, time):
    await conn.execute("UPDATE told SET told_at = told_at - %s::interval", (time,))


@pytest.fixture
async def unhurried(database):
    """A connection in a transaction, in which the database's time stands still."""
    async with database.pool.connection() as conn, conn.transaction():
        yield conn


async def test_five_answers_a_minute_give_reasons_and_the_sixth_is_for_the_rest(unhurried):
    conn = unhurried
    await conn.execute("INSERT INTO told SELECT 'T1', 'U1', 'hint/' || generate_series(1, 9)")
    for first in (0, 20):
        for n, time in enumerate((0, 0, 0, 0, 1), first):
            await _let_pass(conn, f"{time} seconds")
            both = _refusal(n, "things"), _refusal(n, "self")
            assert await _note(conn, *both) == {"0": ["things", "self"]}
        assert await _note(conn, _refusal(first)) == {}  # was told already
        rest = _refusal(first + 5, "things", nr=3), _refusal(first + 5, "self", nr=3)
        assert await _note(conn, *rest) == {"3": ["self and the rest"]}
        assert await _note(conn, _refusal(first + 6)) == {}
        assert await _note(conn, _refusal(first + 6, voter="U2")) == {"0": ["self"]}
        assert await _note(conn, _refusal(first + 6), team="T2") == {"0": ["self"]}
        await _let_pass(conn, "59 seconds")  # and a minute since the first four
        assert await _note(conn, _refusal(first + 7)) == {}
        await _let_pass(conn, "1 second")


async def test_messages_stored_together_get_five_answers_too(unhurried):
    """They may even have the same ts, in different channels."""
    refused = [_refusal(1, channel=f"C{n}", nr=n) for n in range(8)]
    told = {str(n): ["self"] for n in range(5)} | {"5": ["self and the rest"]}
    assert await _note(unhurried, *refused) == told


async def test_what_was_told_is_told_again_after_an_hour(unhurried):
    assert await _note(unhurried, _refusal(0)) == {"0": ["self"]}
    await _let_pass(unhurried, "59 minutes 59 seconds")
    assert await _note(unhurried, _refusal(0)) == {}
    assert await _note(unhurried, _refusal(0, targets=["U1", "U5"])) == {"0": ["self"]}
    await _let_pass(unhurried, "1 second")
    assert await _note(unhurried, _refusal(0)) == {"0": ["self"]}
    await _let_pass(unhurried, "1 hour")
    for n in range(1, 6):
        await _note(unhurried, _refusal(n))
    assert await _note(unhurried, _refusal(0)) == {"0": ["self and the rest"]}


async def test_refusals_are_counted_by_day_and_reason_whether_told_or_not(unhurried):
    refused = [
        _refusal(0, votes=2), _refusal(1, "things"), _refusal(2, "opted_out", votes=3),
        _refusal(3, tells=False), _refusal(4, day="2025-11-21"),
    ]  # fmt: skip
    assert await _note(unhurried, *refused) == {"0": ["self", "things", "self"]}
    await _note(unhurried, _refusal(0))
    await _note(unhurried, _refusal(0), team="T2")
    counted = await unhurried.execute("""
        SELECT team_id, day::text, reason, votes::int FROM refusals ORDER BY 1, 2, 3
    """)
    assert await counted.fetchall() == [
        ("T1", "2025-11-20", "opted_out", 3), ("T1", "2025-11-20", "self", 4),
        ("T1", "2025-11-20", "things", 1), ("T1", "2025-11-21", "self", 1),
        ("T2", "2025-11-20", "self", 1),
    ]  # fmt: skip
    since = await count_since(unhurried, "T1", date(2025, 11, 20))
    assert list(since.items()) == [("self", 5), ("opted_out", 3), ("things", 1)]
    assert await count_since(unhurried, "T1", date(2025, 11, 21)) == {"self": 1}


async def test_concurrent_refusals_of_fifty_people_are_all_told_and_counted(database, other):
    batchers = VoteBatcher(database), VoteBatcher(other)
    ballots = [ballot(spoken(_at(0, n), f"U1{n}"), ruled({}, [Refusal.SELF])) for n in range(50)]
    await asyncio.gather(*(batchers[n % 2].cast(b) for n, b in enumerate(ballots)))
    assert len(await _read_refusals(database)) == 50
    assert await rows(database, "SELECT votes::int FROM refusals") == [(50,)]


async def test_refusals_are_counted_silently_and_can_be_told_later(database):
    one = ballot(spoken(_at(0)), ruled({}, [Refusal.SELF]))
    silent = replace(one, answering=UNANSWERED)
    assert (await database.run(lambda c: cast(c, silent))).waiting == 0
    form = ballot(spoken(_at(1)), ruled({}, [Refusal.SELF])).without_refusals()
    assert (await database.run(lambda c: cast(c, form))).waiting == 0
    assert await _read_refusals(database) == []
    await database.run(_refused(2, Refusal.SELF))
    assert await _read_refusals(database) == [(_at(2), ["self"])]
    assert await rows(database, "SELECT votes::int FROM refusals") == [(3,)]


async def test_a_refusal_counts_once_for_repeated_deliveries(database):
    for _ in range(3):
        await database.run(_refused(0, Refusal.SELF))
    assert await rows(database, "SELECT votes::int FROM refusals") == [(1,)]


async def test_a_refused_edit_is_told_whether_or_not_the_message_was_refused(database):
    await database.run(_refused(0, Refusal.SELF, points={"U2": 1}))
    edit = ballot(spoken(_at(0), revision="1"), ruled({}, [Refusal.SELF, Refusal.THINGS]))
    outcome = await database.run(lambda c: revise(c, edit))
    assert outcome == Outcome(counted=1, waiting=1)
    assert await _read_refusals(database) == [(_at(0), ["self", "things"])]
    assert await rows(database, "SELECT reason, votes::int FROM refusals ORDER BY 1") == [
        ("self", 2), ("things", 1),
    ]  # fmt: skip


async def test_a_reason_already_told_is_not_repeated_with_one_that_an_edit_adds(database):
    await database.run(_refused(0, Refusal.SELF))
    await rows(database, "UPDATE outbox SET done_at = now(), dropped = 'too old' RETURNING 1")
    edit = ballot(spoken(_at(0), revision="1"), ruled({}, [Refusal.THINGS]))
    await database.run(lambda c: revise(c, edit))
    assert await _read_refusals(database) == [(_at(0), ["things"])]
    assert await rows(database, "SELECT done_at, dropped FROM outbox") == [(None, None)]


# Bans


def _banned(points):
    votes = tuple(Vote(target, n) for target, n in points.items())
    refused = tuple(RefusedVote(Refusal.BANNED, vote.target) for vote in votes)
    return Ruling(refused=refused, withheld=votes)


async def _banned_edit(database, points, revision="1"):
    one = ballot(spoken(_at(0), revision=revision), _banned(points), allowance=9)
    one = replace(one, cooldown=COOLDOWN)
    return await database.run(lambda c: revise(c, one))


async def test_a_banned_voter_can_take_back_votes_but_add_none(database):
    await _cast(database, 0, {"U2": 3, "U3": -2, "U4": 1, "U5": 1}, allowance=9)
    await _banned_edit(database, {"U2": 5, "U3": -1, "U4": -1, "U6": 2})
    left = {target: n for target, n in (await scores(database)).items() if n}
    assert left == {"U2": 3, "U3": -1}
    assert await rows(database, "SELECT spent::int FROM allowances") == [(4,)]
    counted = await rows(database, "SELECT reason, votes::int FROM refusals")
    assert counted == [("banned", 3)]
    assert await rows(database, LAW) == []


async def test_a_banned_voter_who_only_takes_back_votes_is_told_nothing(database):
    await _cast(database, 0, {"U2": 1, "U3": 1}, allowance=9)
    await _banned_edit(database, {"U2": 1})
    assert {t: n for t, n in (await scores(database)).items() if n} == {"U2": 1}
    assert await _read_refusals(database) == []
    assert await rows(database, "SELECT FROM refusals") == []


async def test_a_banned_voters_message_gives_nothing_when_edited(database):
    one = ballot(spoken(_at(0)), _banned({"U2": 1}))
    await database.run(lambda c: cast(c, one))
    await _banned_edit(database, {"U2": 1})
    assert await scores(database) == {}
