"""Each message is stored by one statement: once, all or nothing, and without deadlocks."""

import asyncio
import random
from dataclasses import asdict, replace

from psycopg import AsyncConnection
from psycopg.errors import NumericValueOutOfRange

from app.core.audience import Answering, Audience, Way
from app.core.boards.calendar import VoteTime
from app.core.refusals import Refusal, Ruling
from app.core.replies import CountedVote
from app.core.vote import Vote
from app.store.database import Database
from app.store.votes.ballot import Outcome
from app.store.votes.batcher import VoteBatcher
from app.store.votes.cast import cast_all
from app.store.workspace.workspace_rules import StaleRulesError
from tests.patience import PATIENCE
from tests.store.casting import ballot, cast, revise, rows, ruled, scores, spoken, ts_of
from tests.talk import PATIENT_LIMITS


async def test_a_message_heard_before_changes_nothing_and_returns_none(database):
    first = await database.run(lambda c: cast(c, ballot(spoken(), ruled({"U2": 2}))))
    again = await database.run(lambda c: cast(c, ballot(spoken(), ruled({"U2": 3, "U3": 1}))))
    assert (first, again) == (Outcome(counted=1, waiting=1), None)
    assert await scores(database) == {"U2": 2}


async def test_a_delivery_judged_by_outdated_rules_does_not_hide_another_in_its_batch(database):
    current = ballot(spoken(), ruled({"U2": 1}))
    outdated = replace(current, rules=replace(current.rules, version=7))
    for ballots in ([outdated], [outdated, current], [outdated, current, current]):
        outcomes = await database.run(lambda c, some=ballots: cast_all(c, some))
        assert isinstance(outcomes[0], StaleRulesError)
        assert outcomes[1:] == [Outcome(counted=1, waiting=1), None][: len(ballots) - 1]
        await rows(database, "DELETE FROM messages RETURNING 1")
        await rows(database, "DELETE FROM outbox RETURNING 1")
    assert await scores(database) == {"U2": 2}


async def test_the_same_timestamp_in_another_channel_or_team_is_another_message(database):
    for message in (spoken(), spoken(channel="C2"), spoken(team="T2")):
        assert await database.run(lambda c, m=message: cast(c, ballot(m, ruled({"U2": 1}))))
    query = "SELECT team_id, score FROM leaderboard WHERE board = 'users' ORDER BY 1"
    assert await rows(database, query) == [("T1", 2), ("T2", 1)]


async def test_the_same_message_twenty_times_at_once_counts_once(database):
    outcomes = await asyncio.gather(*(
        database.run(lambda c: cast(c, ballot(spoken(), ruled({"U2": 1, "thing:a": 1}))))
        for _ in range(20)
    ))  # fmt: skip
    assert sum(outcome is not None for outcome in outcomes) == 1
    assert await rows(database, "SELECT count(*)::int FROM vote_history") == [(2,)]


async def test_refusals_are_told_only_to_the_voter_and_count_nothing(database):
    ruling = ruled({}, [Refusal.SELF])
    outcome = await database.run(lambda c: cast(c, ballot(spoken(), ruling)))
    assert outcome == Outcome(counted=0, waiting=1)
    assert await rows(database, "SELECT kind, only_for, body FROM outbox") == [
        ("refusals", "U1", [{"reason": "self"}])
    ]
    assert await scores(database) == {}


async def test_of_messages_stored_together_the_last_spelling_of_a_thing_stays(database):
    some = [
        ballot(spoken(ts_of(n)), Ruling((Vote("thing:postgres", 1, spelling=spelling),)))
        for n, spelling in ((3, "Postgres"), (1, "postgres"), (2, "PostgreSQL"), (4, ""))
    ]
    await database.run(lambda c: cast_all(c, some))
    assert await rows(database, "SELECT spelling FROM things") == [("PostgreSQL",)]


async def test_a_thing_keeps_its_last_spelling(database):
    for store, ts, revision, points, spelling in (
        (cast, ts_of(0), "", 1, "Postgres"), (cast, ts_of(1), "", 1, "postgreSQL"),
        (revise, ts_of(0), "1", 2, "PostgreSQL"),
    ):  # fmt: skip
        ruling = Ruling((Vote("thing:postgres", points, spelling=spelling),))
        one = ballot(spoken(ts, revision=revision), ruling)
        await database.run(lambda c, store=store, one=one: store(c, one))
        assert await rows(database, "SELECT spelling FROM things") == [(spelling,)]


_OUTBOX = """
SELECT kind, channel_id, message_ts, slot, only_for, way, thread_ts, body FROM outbox ORDER BY id
"""

_LEDGER = """
SELECT channel_id, message_ts, slot, voter_id, target_id, delta, reason
FROM vote_history ORDER BY id
"""


async def test_a_message_queues_its_scores_its_refusals_and_notices(database):
    votes = (
        Vote("U2", 2, "the docs", "for", is_cut=True), Vote("U3", -1), Vote("thing:x", 3),
        Vote("U4", 1),
    )  # fmt: skip
    ruling = Ruling(votes, ruled({}, [Refusal.SELF]).refused)
    message = replace(spoken(), slot="U7/form", thread_ts="1.1")
    one = replace(ballot(message, ruling), answering=Answering(notices=True))
    assert await database.run(lambda c: cast(c, one)) == Outcome(counted=4, waiting=4)
    scores = [
        asdict(CountedVote("U2", 2, 2, "the docs", "for", is_cut=True)),
        asdict(CountedVote("U3", -1, -1)),
        asdict(CountedVote("thing:x", 3, 3)),
        asdict(CountedVote("U4", 1, 1)),
    ]
    assert await rows(database, _LEDGER) == [
        ("C1", ts_of(100), "U7/form", "U1", vote.target, vote.points, vote.reason) for vote in votes
    ]
    defaults = {"was", "by", "by_workflow"}
    scores = [{key: vote[key] for key in vote.keys() - defaults} for vote in scores]
    notice = {"voter": "U1", "channel": "C1", "by_workflow": False}
    notices = [
        notice | {"points": 2, "reason": "the docs", "because": "for"},
        notice | {"points": 1, "reason": None, "because": None},
    ]
    place = (ts_of(100), "U7/form", "", "post", "1.1")
    assert await rows(database, _OUTBOX) == [
        ("votes", "C1", *place, scores),
        ("refusals", "C1", ts_of(100), "U7/form", "U1", "post", "1.1", [{"reason": "self"}]),
        ("notice", "U2", ts_of(100), "C1/U7/form", "", "post", None, notices[0]),
        ("notice", "U4", ts_of(100), "C1/U7/form", "", "post", None, notices[1]),
    ]  # fmt: skip


async def test_each_message_of_a_batch_is_answered_as_it_asks(database):
    """They're answered in the order in which they came."""
    boosted = VoteTime(spoken().at.date(), factor=2)
    some = [
        replace(
            ballot(spoken(ts, by), ruled({target: 1, "U9": 1}, [Refusal.SELF])),
            answering=answering,
        )
        for ts, by, target, answering in (
            (ts_of(3), "U1", "U4", Answering(Audience.VOTER, notices=True)),
            (ts_of(2), "U2", "U5", Answering(way=Way.REACTION, in_channel=True)),
            (ts_of(1), "U3", "U6", Answering(Audience.NOBODY, Audience.NOBODY, notices=True)),
        )
    ]  # fmt: skip
    some[2] = replace(some[2], when=boosted)
    outcomes = await database.run(lambda c: cast_all(c, some))
    assert [(one.counted, one.waiting) for one in outcomes] == [(2, 4), (2, 2), (2, 2)]
    told = [
        (kind, channel, ts, only_for, way, thread, kind == "notice" and body["points"])
        for kind, channel, ts, _, only_for, way, thread, body in await rows(database, _OUTBOX)
    ]
    assert told == [
        ("votes", "C1", ts_of(3), "U1", "post", ts_of(3), False),
        ("refusals", "C1", ts_of(3), "U1", "post", ts_of(3), False),
        ("votes", "C1", ts_of(2), "", "reaction", None, False),
        ("refusals", "C1", ts_of(2), "U2", "post", None, False),
        ("notice", "U4", ts_of(3), "", "post", None, 1),
        ("notice", "U9", ts_of(3), "", "post", None, 1),
        ("notice", "U6", ts_of(1), "", "post", None, 2),
        ("notice", "U9", ts_of(1), "", "post", None, 2),
    ]
    ledger = "SELECT voter_id, target_id FROM vote_history ORDER BY id"
    given = [("U1", "U4"), ("U1", "U9"), ("U2", "U5"), ("U2", "U9"), ("U3", "U6"), ("U3", "U9")]
    assert await rows(database, ledger) == given
    later = "SELECT body -> 1 ->> 'score' FROM outbox WHERE kind = 'votes' ORDER BY id"
    assert await rows(database, later) == [("1",), ("2",)]


async def test_replies_that_are_there_already_do_not_prevent_a_vote(database):
    one = replace(ballot(spoken(), ruled({"U2": 1})), answering=Answering(notices=True))
    for waiting in (2, 0):
        outcome = await database.run(lambda c: cast(c, one))
        assert outcome == Outcome(counted=1, waiting=waiting)
        await rows(database, "DELETE FROM messages RETURNING 1")


async def test_a_canceled_vote_does_not_hold_up_the_others_of_its_batch(database):
    batcher = VoteBatcher(database)
    one, two, canceled, last = (
        asyncio.create_task(batcher.cast(ballot(spoken(ts_of(n)), ruled({"U2": 1}))))
        for n in range(4)
    )
    for _ in range(2):  # until a statement has begun to store the others
        await asyncio.sleep(0)
    canceled.cancel()
    assert await asyncio.gather(one, two, last) == [Outcome(counted=1, waiting=1)] * 3


async def test_a_vote_that_cannot_be_stored_does_not_hold_up_the_others_of_its_batch(database):
    await database.run(lambda c: cast(c, ballot(spoken(ts_of(0)), ruled({"U9": 1}))))
    await rows(
        database,
        "UPDATE leaderboard SET score = 9223372036854775807 WHERE target_id = 'U9' RETURNING 1",
    )
    batcher = VoteBatcher(database)
    votes = [{"U9": 1} if n == 2 else {"U2": 1} for n in range(1, 6)]
    done = await asyncio.gather(
        *(batcher.cast(ballot(spoken(ts_of(n)), ruled(v))) for n, v in enumerate(votes, 1)),
        return_exceptions=True,
    )
    assert isinstance(done.pop(1), NumericValueOutOfRange)
    assert done == [Outcome(counted=1, waiting=1)] * 4


async def test_each_reply_has_the_score_after_its_own_message(database):
    await asyncio.gather(*(
        database.run(lambda c, n=n: cast(c, ballot(spoken(ts_of(n)), ruled({"U2": 1}))))
        for n in range(30)
    ))  # fmt: skip
    december = ballot(spoken("1766660000.000100"), ruled({"U2": 1}))
    await database.run(lambda c: cast(c, december))
    replies = await rows(database, "SELECT (body -> 0 ->> 'score')::int FROM outbox ORDER BY 1")
    assert replies == [(n,) for n in range(1, 32)]


async def test_scores_have_the_times_of_their_first_and_latest_changes(database):
    """Digests are for people with a score changed since the day began."""
    clock, times = "SELECT clock_timestamp()", []
    for n in range(2):
        times += await rows(database, clock)
        await database.run(lambda c, n=n: cast(c, ballot(spoken(ts_of(n)), ruled({"U2": 1}))))
    ((before,), (between,)) = times
    stored = await rows(database, "SELECT created_at, updated_at FROM leaderboard")
    assert stored
    assert all(before < created < between < updated for created, updated in stored)


async def test_concurrent_votes_for_the_same_targets_never_deadlock(database):
    """Each runs on its own connection, without retries, so that a deadlock is an error."""
    chance = random.Random(1)
    targets = [f"U{n}" for n in range(10, 22)] + [f"thing:{c}" for c in "abcdéZ"]
    expected = dict.fromkeys(targets, 0)

    async def vote(n, points):
        async with database.pool.connection(timeout=PATIENCE) as conn:
            if n % 4:
                await cast(conn, ballot(spoken(ts_of(n), f"U{n % 3}"), ruled(points), 10_000))
            else:
                edit = spoken(ts_of(n), f"U{n % 3}", revision="1763660001.000000/")
                await revise(conn, ballot(edit, ruled(points), 10_000))

    votes = []
    for n in range(200):
        points = dict.fromkeys(chance.sample(targets, 8), 1)
        expected = {t: score + points.get(t, 0) for t, score in expected.items()}
        votes.append(vote(n, points))
    await asyncio.gather(*votes)
    assert await scores(database) | await scores(database, "things") == expected


async def test_an_allowance_is_exact_for_many_votes_at_once(database):
    outcomes = await asyncio.gather(*(
        database.run(
            lambda c, n=n: cast(c, ballot(spoken(ts_of(n)), ruled({f"U{2 + n % 7}": 1}), 5)),
            patience=PATIENCE,
        )
        for n in range(200)
    ))  # fmt: skip
    assert sum(outcome.counted for outcome in outcomes) == 5
    assert sum((await scores(database)).values()) == 5
    assert await rows(database, "SELECT spent::int FROM allowances") == [(5,)]
    assert await rows(database, "SELECT count(*)::int FROM outbox WHERE kind = 'votes'") == [(5,)]


async def test_votes_over_the_allowance_count_together_or_not_at_all(database):
    outcome = await database.run(lambda c: cast(c, ballot(spoken(), ruled({"U2": 2, "U3": -2}), 3)))
    assert outcome == Outcome(counted=0, waiting=1, refused=(Refusal.ALLOWANCE,) * 2)
    assert await rows(database, "SELECT FROM allowances") == []
    outcome = await database.run(lambda c: cast(c, ballot(spoken(ts_of(2)), ruled({"U2": -3}), 3)))
    assert outcome.counted == 1


async def test_a_workspace_with_blocked_votes_does_not_delay_others(database_url):
    patient = Database(database_url, PATIENT_LIMITS)
    await patient.open()
    batcher = VoteBatcher(patient)
    rules = "SELECT pg_advisory_xact_lock(hashtext('rules'), hashtext('T1'))"
    many = [ballot(spoken(ts_of(n), f"U{n + 10}"), ruled({"U2": 1})) for n in range(40)]
    async with await AsyncConnection.connect(database_url) as changing:
        await changing.execute(rules)
        waiting = [asyncio.create_task(batcher.cast(one)) for one in many]
        other = ballot(spoken(team="T2"), ruled({"U2": 1}))
        assert await batcher.cast(other) == Outcome(counted=1, waiting=1)
        assert not any(task.done() for task in waiting)
        await changing.rollback()
        assert all(await asyncio.gather(*waiting))
    counted = "SELECT team_id, score FROM leaderboard WHERE board = 'users' ORDER BY 1"
    assert await rows(patient, counted) == [("T1", 40), ("T2", 1)]
    await patient.close()
