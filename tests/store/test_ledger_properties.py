"""Scores agree with the messages, whatever is delivered, in whatever order, however often."""

import asyncio
import itertools
import os
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from app.store.database import Database
from tests.examples import PROFILE, scaled
from tests.store.model import (
    CHANNELS,
    IDS,
    THINGS,
    TIMES,
    WRITERS,
    Model,
    Teller,
    hearing,
    stored,
    vote_context,
)
from tests.talk import PATIENT_LIMITS

STEPS = settings(
    max_examples=scaled(100), stateful_step_count=50 if PROFILE == "long" else 30,
    deadline=None, suppress_health_check=list(HealthCheck), database=None,
)  # fmt: skip

TEAM_NUMBERS = itertools.count(1)
WHO = (*IDS, *THINGS, "eng")
VOTES = st.tuples(st.sampled_from(WHO), st.sampled_from((1, 2, -1, -3, 6, 0)))
SAYINGS = st.lists(VOTES, max_size=3)
LOST = st.sampled_from((False, False, False, True))
REPLIES = st.one_of(SAYINGS, st.tuples(st.tuples(st.just(""), st.sampled_from((-1, 1, 2, 6)))))


class Deliveries(RuleBasedStateMachine):
    """Members write, edit and delete; Slack delivers some of it, late, repeatedly or never.

    The test that runs the machine sets `runner` and `database`.
    """

    runner: asyncio.Runner
    database: Database

    def __init__(self):
        super().__init__()
        numbers = next(TEAM_NUMBERS), next(TEAM_NUMBERS)
        self.tellers = [Teller(f"T{os.getpid()}X{n}") for n in numbers]
        self.versions = {}
        self.teams = [teller.workspace.team_id for teller in self.tellers]

    posts = Bundle("posts")
    sent = Bundle("sent")

    @initialize(allowance=st.sampled_from((None, 3, 4, 9)))
    def begin(self, allowance):
        self.allowance = allowance
        self.model = Model(allowance)
        self.context = vote_context(self.database, allowance)

    @rule(
        target=posts,
        team=st.integers(0, 1),
        by=st.sampled_from(WRITERS),
        channel=st.sampled_from(CHANNELS),
        moment=st.integers(0, len(TIMES) - 1),
        saying=SAYINGS,
        as_text=st.booleans(),
        lost=LOST,
    )
    def write(self, team, by, channel, *, moment, saying, as_text, lost):
        teller = self.tellers[team]
        post, told = teller.written(by, channel, moment, saying, as_text=as_text)
        if not lost:
            self.hear(told)
        return teller, post, None, told

    @rule(target=posts, to=posts, by=st.sampled_from(WRITERS), saying=REPLIES, lost=LOST)
    def reply(self, to, by, saying, lost):
        teller, began, above, _ = to
        thread = above or began
        post, told = teller.written(by, "", 0, saying, thread)
        if not lost:
            self.hear(told)
        return teller, post, thread, told

    @rule(
        target=sent,
        of=posts,
        saying=REPLIES,
        second=st.integers(0, 3),
        tick=st.integers(0, 3),
        lost=LOST,
    )
    def edit(self, of, saying, second, tick, lost):
        teller, post, thread, _ = of
        told = teller.edited(post, saying, second, tick, thread)[1]
        told = self.versions.setdefault((told.key, told.version), told)
        if not lost:
            self.hear(told)
        return told

    @rule(of=posts, saying=SAYINGS)
    def change_by_no_person(self, of, saying):
        teller, post, thread, _ = of
        self.hear(teller.edited(post, saying, 9, 9, thread, by_person=False)[1])

    @rule(target=sent, of=posts, lost=LOST)
    def delete(self, of, lost):
        teller, post, _, _ = of
        told = teller.deleted(post)
        if not lost:
            self.hear(told)
        return told

    @rule(target=sent, of=posts)
    def deliver_the_first_version(self, of):
        self.hear(of[3])
        return multiple()

    @rule(told=sent)
    def deliver_late_or_again(self, told):
        self.hear(told)

    def hear(self, told):
        self.runner.run(hearing(told, self.context))
        self.model.deliver(told)
        ledger, boards, spent = self.runner.run(stored(self.database, self.teams))
        assert ledger == self.model.ledger()
        assert boards == self.model.boards()
        if self.allowance is not None:
            assert spent == {key: n for key, n in self.model.spent.items() if n}
            assert max(spent.values(), default=0) <= self.allowance


@pytest.fixture
def beside(database_url):
    """A database and a runner for coroutines on it, since Hypothesis calls plain functions."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        database = Database(database_url, replace(PATIENT_LIMITS, pool_min=1, pool_max=1))
        runner.run(database.open())
        yield {"runner": runner, "database": database}
        runner.run(database.close())


def test_the_store_holds_what_the_latest_versions_say(beside):
    run_state_machine_as_test(type("Machine", (Deliveries,), beside), settings=STEPS)


@STEPS
@given(
    versions=st.lists(
        st.tuples(st.integers(0, 2), st.one_of(st.none(), st.lists(st.integers(0, 4), max_size=2))),
        max_size=14,
    )
)
def test_an_allowance_is_spent_and_given_back_as_messages_change(beside, versions):
    """Each of *versions* is one of three messages and its new points, or None if deleted."""
    teller, model = Teller(f"T{os.getpid()}Y{next(TEAM_NUMBERS)}"), Model(5)
    listening, posts = vote_context(beside["database"], 5), {}
    for n, (which, points) in enumerate(versions):
        saying = list(zip(("bob", "postgres"), points or (), strict=False))
        if which not in posts:
            posts[which], told = teller.written("ann", CHANNELS[0], 0, saying)
        elif points is None:
            told = teller.deleted(posts[which])
        else:
            told = teller.edited(posts[which], saying, n, n)[1]
        beside["runner"].run(hearing(told, listening))
        model.deliver(told)
        team = teller.workspace.team_id
        ledger, boards, spent = beside["runner"].run(stored(beside["database"], [team]))
        assert (ledger, boards) == (model.ledger(), model.boards())
        assert spent == {key: n for key, n in model.spent.items() if n}
        assert sum(spent.values()) == sum(map(abs, ledger.values()))
        assert max(spent.values(), default=0) <= 5


@pytest.mark.parametrize("seed", range(4))
async def test_deliveries_at_the_same_time_from_two_processes_end_the_same(
    database, database_url, seed
):
    chance = random.Random(seed)
    tellers, model, deliveries = [Teller("T1"), Teller("T2")], Model(), []
    for _ in range(12):
        deliveries += _story(chance, chance.choice(tellers))
    for told in deliveries:
        model.deliver(told)
    deliveries *= 2
    chance.shuffle(deliveries)
    other = Database(database_url, PATIENT_LIMITS)
    await other.open()
    try:
        both = [vote_context(database), vote_context(other)]
        await asyncio.gather(*(hearing(told, chance.choice(both)) for told in deliveries))
    finally:
        await other.close()
    ledger, boards, _ = await stored(database, ["T1", "T2"])
    assert ledger == model.ledger()
    assert boards == model.boards()


def _story(chance, teller):
    """Return the deliveries of one message: written, edited a few times, perhaps deleted."""

    def saying():
        return [(chance.choice(WHO), chance.randint(-5, 6)) for _ in range(chance.randint(1, 4))]

    post, first = teller.written(
        chance.choice(WRITERS), chance.choice(CHANNELS), chance.randrange(len(TIMES)), saying()
    )
    edits = [teller.edited(post, saying(), n // 2, n)[1] for n in range(chance.randint(0, 4))]
    return [first, *edits, *([teller.deleted(post)] if chance.random() < 0.3 else [])]
