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
    MessageWriter,
    Model,
    deliver,
    read_stored,
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
        self.writers = [MessageWriter(f"T{os.getpid()}X{n}") for n in numbers]
        self.versions = {}
        self.teams = [writer.workspace.team_id for writer in self.writers]

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
        writer = self.writers[team]
        post, delivery = writer.write(by, channel, moment, saying, as_text=as_text)
        if not lost:
            self.hear(delivery)
        return writer, post, None, delivery

    @rule(target=posts, to=posts, by=st.sampled_from(WRITERS), saying=REPLIES, lost=LOST)
    def reply(self, to, by, saying, lost):
        writer, began, above, _ = to
        thread = above or began
        post, delivery = writer.write(by, "", 0, saying, thread)
        if not lost:
            self.hear(delivery)
        return writer, post, thread, delivery

    @rule(
        target=sent,
        of=posts,
        saying=REPLIES,
        second=st.integers(0, 3),
        tick=st.integers(0, 3),
        lost=LOST,
    )
    def edit(self, of, saying, second, tick, lost):
        writer, post, thread, _ = of
        delivery = writer.edit(post, saying, second, tick, thread)[1]
        delivery = self.versions.setdefault((delivery.key, delivery.version), delivery)
        if not lost:
            self.hear(delivery)
        return delivery

    @rule(of=posts, saying=SAYINGS)
    def change_by_no_person(self, of, saying):
        writer, post, thread, _ = of
        self.hear(writer.edit(post, saying, 9, 9, thread, by_person=False)[1])

    @rule(target=sent, of=posts, lost=LOST)
    def delete(self, of, lost):
        writer, post, _, _ = of
        delivery = writer.delete(post)
        if not lost:
            self.hear(delivery)
        return delivery

    @rule(target=sent, of=posts)
    def deliver_the_first_version(self, of):
        self.hear(of[3])
        return multiple()

    @rule(delivery=sent)
    def deliver_late_or_again(self, delivery):
        self.hear(delivery)

    def hear(self, delivery):
        self.runner.run(deliver(delivery, self.context))
        self.model.deliver(delivery)
        ledger, boards, spent = self.runner.run(read_stored(self.database, self.teams))
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


def test_the_store_agrees_with_the_latest_versions(beside):
    run_state_machine_as_test(type("Machine", (Deliveries,), beside), settings=STEPS)


@STEPS
@given(
    versions=st.lists(
        st.tuples(st.integers(0, 2), st.one_of(st.none(), st.lists(st.integers(0, 4), max_size=2))),
        max_size=14,
    )
)
def test_an_allowance_is_spent_and_refunded_as_messages_change(beside, versions):
    """Each of *versions* is one of three messages and its new points, or None if deleted."""
    writer, model = MessageWriter(f"T{os.getpid()}Y{next(TEAM_NUMBERS)}"), Model(5)
    context, posts = vote_context(beside["database"], 5), {}
    for n, (which, points) in enumerate(versions):
        saying = list(zip(("bob", "postgres"), points or (), strict=False))
        if which not in posts:
            posts[which], delivery = writer.write("ann", CHANNELS[0], 0, saying)
        elif points is None:
            delivery = writer.delete(posts[which])
        else:
            delivery = writer.edit(posts[which], saying, n, n)[1]
        beside["runner"].run(deliver(delivery, context))
        model.deliver(delivery)
        team = writer.workspace.team_id
        ledger, boards, spent = beside["runner"].run(read_stored(beside["database"], [team]))
        assert (ledger, boards) == (model.ledger(), model.boards())
        assert spent == {key: n for key, n in model.spent.items() if n}
        assert sum(spent.values()) == sum(map(abs, ledger.values()))
        assert max(spent.values(), default=0) <= 5


@pytest.mark.parametrize("seed", range(4))
async def test_concurrent_deliveries_to_two_processes_have_the_same_result(
    database, database_url, seed
):
    chance = random.Random(seed)
    writers, model, deliveries = [MessageWriter("T1"), MessageWriter("T2")], Model(), []
    for _ in range(12):
        deliveries += _story(chance, chance.choice(writers))
    for delivery in deliveries:
        model.deliver(delivery)
    deliveries *= 2
    chance.shuffle(deliveries)
    other = Database(database_url, PATIENT_LIMITS)
    await other.open()
    try:
        both = [vote_context(database), vote_context(other)]
        await asyncio.gather(*(deliver(delivery, chance.choice(both)) for delivery in deliveries))
    finally:
        await other.close()
    ledger, boards, _ = await read_stored(database, ["T1", "T2"])
    assert ledger == model.ledger()
    assert boards == model.boards()


def _story(chance, writer):
    """Return the deliveries of one message: written, edited a few times, perhaps deleted."""

    def saying():
        return [(chance.choice(WHO), chance.randint(-5, 6)) for _ in range(chance.randint(1, 4))]

    post, first = writer.write(
        chance.choice(WRITERS), chance.choice(CHANNELS), chance.randrange(len(TIMES)), saying()
    )
    edits = [writer.edit(post, saying(), n // 2, n)[1] for n in range(chance.randint(0, 4))]
    return [first, *edits, *([writer.delete(post)] if chance.random() < 0.3 else [])]
