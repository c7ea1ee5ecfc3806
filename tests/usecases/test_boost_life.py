"""The life of a boost, whoever changes it and whatever fails; the time is an argument."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.core.boosts import BoostRefusal, BoostState, UnfitBoost
from app.core.commands.boost import BeginBoost, BoostAction, ChangeBoost
from app.core.timers import TimerKind
from app.store.database import Database, Limits, UnavailableError
from app.store.workspace.rulebook import Rulebook
from app.usecases import boosts
from app.usecases.boosts import BoostOrder
from app.usecases.jobs import JOBS
from app.usecases.timers import Job, Scheduler
from tests.store.casting import rows, scores
from tests.talk import PATIENT_LIMITS
from tests.usecases.acting import Process

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEAM, BY, CHANNEL = "T1", "U1", "C1"
TOLD = "SELECT split_part(message_ts, '/', 3), body->'minutes' FROM outbox ORDER BY id"
STATE = ("TABLE boosts", "TABLE timers", "TABLE audit", "TABLE outbox")
LEFT = "SELECT kind, about, due_at FROM timers ORDER BY due_at"


def _at(minutes):
    return NOON + timedelta(minutes=minutes)


class Life:
    """Somebody who begins and changes boosts in a channel, through a process of their own."""

    def __init__(self, database):
        self.database, self.rulebook, self.commands = database, Rulebook(database), 0

    def order(self, minutes, key=None, channel=CHANNEL):
        self.commands += 1
        key = key or f"boost/{id(self)}/{self.commands}"
        return BoostOrder(TEAM, BY, channel, key, channel, _at(minutes))

    async def begin(self, minutes, span=2 * HOUR, *, key=None, channel=CHANNEL, **wanted):
        order = self.order(minutes, key, channel)
        return await boosts.change(self.rulebook, order, BeginBoost(span, **wanted))

    async def change(self, minutes, action, span=HOUR * 0, *, key=None, here=None):
        order, wanted = self.order(minutes, key), ChangeBoost(action, here, span)
        return await boosts.change(self.rulebook, order, wanted)

    async def pass_to(self, minutes, jobs=JOBS):
        patience = self.database.limits.patience
        scheduler = Scheduler(self.database, self.rulebook, jobs, patience=patience)
        return await scheduler.run_due(_at(minutes))

    def factor(self, minutes, channel=CHANNEL):
        return self.rulebook.get_rules(TEAM).locate_time(channel, _at(minutes)).factor

    async def read_events(self):
        return await rows(self.database, TOLD)


@pytest.fixture
def life(database):
    return Life(database)


async def test_a_boost_counts_warns_twice_and_ends(life):
    assert (await life.begin(0)).boost.ends_at == _at(120)
    assert [life.factor(n) for n in (-1, 0, 119, 120)] == [1, 2, 2, 1]
    assert await life.read_events() == [("begun", 120)]
    for minutes in range(130):
        await life.pass_to(minutes)
    assert await life.read_events() == [("begun", 120), ("ending", 15), ("ending", 5), ("ended", 0)]
    assert await rows(life.database, LEFT) == []


async def test_more_time_moves_the_end_and_its_warnings(life):
    await life.begin(0)
    await life.pass_to(105)
    assert (await life.change(110, BoostAction.ADD, HOUR / 2)).boost.ends_at == _at(150)
    assert [life.factor(n) for n in (149, 150)] == [2, 1]
    for minutes in (115, 120, 135, 145, 150):
        await life.pass_to(minutes)
    assert await life.read_events() == [
        ("begun", 120), ("ending", 15), ("extended", 40), ("ending", 15), ("ending", 5),
        ("ended", 0),
    ]  # fmt: skip


async def test_a_pause_stops_the_clock_and_the_announcements(life):
    await life.begin(0)
    await life.change(100, BoostAction.PAUSE)
    assert [life.factor(n) for n in (99, 100, 110)] == [2, 1, 1]
    await life.pass_to(600)
    await life.change(1000, BoostAction.RESUME)
    assert [life.factor(n) for n in (99, 100, 999, 1000, 1019, 1020)] == [2, 1, 1, 2, 2, 1]
    await life.pass_to(1005)
    await life.pass_to(1020)
    assert await life.read_events() == [
        ("begun", 120), ("paused", 20), ("resumed", 20), ("ending", 15), ("ended", 0),
    ]  # fmt: skip


async def test_a_boost_can_be_ended_while_running_or_paused(life):
    await life.begin(0)
    await life.change(30, BoostAction.END)
    assert [life.factor(n) for n in (29, 30)] == [2, 1]
    await life.begin(40)
    await life.change(50, BoostAction.PAUSE)
    await life.change(60, BoostAction.END)
    assert [life.factor(n) for n in (49, 50, 61)] == [2, 1, 1]
    assert await rows(life.database, LEFT) == []
    await life.pass_to(300)
    told = [event for event, _ in await life.read_events()]
    assert told == ["begun", "ended", "begun", "paused", "ended"]


async def test_a_short_boost_skips_warnings_that_do_not_fit(life):
    await life.begin(0, HOUR / 6)
    await life.pass_to(10)
    assert await life.read_events() == [("begun", 10), ("ended", 0)]


@pytest.mark.parametrize(
    ("before", "action", "span", "why"),
    [
        ((), BoostAction.PAUSE, 0, UnfitBoost.NONE_OPEN),
        ((), BoostAction.END, 0, UnfitBoost.NONE_OPEN),
        ((BoostAction.PAUSE,), BoostAction.PAUSE, 0, UnfitBoost.PAUSED),
        ((None,), BoostAction.RESUME, 0, UnfitBoost.NOT_PAUSED),
        ((BoostAction.PAUSE, BoostAction.RESUME), BoostAction.RESUME, 0, UnfitBoost.NOT_PAUSED),
        ((BoostAction.END,), BoostAction.END, 0, UnfitBoost.NONE_OPEN),
        ((None,), BoostAction.ADD, 7 * 24, UnfitBoost.TOO_LONG),
    ],
)
async def test_a_refused_change_changes_nothing(life, before, action, span, why):
    if before:
        await life.begin(0)
    for minutes, earlier in enumerate(before, 1):
        if earlier:
            await life.change(minutes, earlier)
    state = [await rows(life.database, table) for table in STATE]
    done = await life.change(10, action, span * HOUR)
    assert isinstance(done, BoostRefusal)
    assert done.why is why
    assert state == [await rows(life.database, table) for table in STATE]


async def test_overlapping_boosts_in_the_same_place_are_refused(life):
    await life.begin(0, name="First")
    refused = await life.begin(60)
    assert (refused.why, refused.state.boost.name) == (UnfitBoost.OVERLAPS, "First")
    assert isinstance(await life.begin(60, here=True, factor=3), BoostState)
    assert isinstance(await life.begin(60, here=True, channel="C2"), BoostState)
    assert [life.factor(61, place) for place in ("C1", "C2", "C3")] == [3, 2, 2]
    assert [life.factor(121, place) for place in ("C1", "C2", "C3")] == [3, 2, 1]
    assert isinstance(await life.begin(120), BoostState)


async def test_an_ambiguous_change_must_say_which_boost(life):
    await life.begin(0, factor=3, here=True)
    await life.begin(0)
    assert (await life.change(1, BoostAction.END)).why is UnfitBoost.WHICH
    assert (await life.change(1, BoostAction.END, here=True)).boost.factor == 3
    assert (await life.change(2, BoostAction.END)).boost.factor == 2


async def test_a_repeated_command_is_done_once(life):
    for _ in range(2):
        assert isinstance(await life.begin(0, key="boost/a"), BoostState)
    for _ in range(3):
        done = await life.change(5, BoostAction.ADD, HOUR, key="boost/b")
        assert done.boost.ends_at == _at(180)
    assert await life.read_events() == [("begun", 120), ("extended", 175)]


async def test_a_repeated_command_answers_about_the_boost_that_it_changed(life):
    await life.begin(0)
    await life.begin(0, here=True, factor=3)
    for here, factor in ((False, 2), (True, 3)):
        for _ in range(2):
            done = await life.change(5, BoostAction.END, key=f"boost/{factor}", here=here)
            assert done.boost.factor == factor


async def test_of_two_processes_one_begins(database, database_url):
    other = Database(database_url, PATIENT_LIMITS)
    await other.open()
    lives = [Life(database), Life(other)]
    done = await asyncio.gather(*(lives[n % 2].begin(0) for n in range(8)))
    assert sum(isinstance(one, BoostState) for one in done) == 1
    ends = await asyncio.gather(*(lives[n % 2].change(9, BoostAction.END) for n in range(8)))
    assert sum(isinstance(one, BoostState) for one in ends) == 1
    assert await lives[0].read_events() == [("begun", 120), ("ended", 0)]
    await other.close()


async def test_all_processes_warn_once(database, database_url):
    other = Database(database_url, PATIENT_LIMITS)
    await other.open()
    lives = [Life(database), Life(other)]
    await lives[0].begin(0)
    for minutes in (105, 115, 120):
        await asyncio.gather(*(lives[n % 2].pass_to(minutes) for n in range(6)))
    assert (await lives[0].read_events())[1:] == [("ending", 15), ("ending", 5), ("ended", 0)]
    await other.close()


async def test_announcements_of_a_dead_process_are_made_by_the_next(life, database):
    await life.begin(0)

    def die(job):
        async def run(conn, rules, timers, now):
            await job.run(conn, rules, timers, now)
            raise psycopg.errors.AdminShutdown

        return Job(run)

    hurried = Database(database.url, Limits(patience=0.1))
    await hurried.open()
    for minutes in (105, 115, 120):
        with pytest.raises(UnavailableError):
            await Life(hurried).pass_to(minutes, {kind: die(JOBS[kind]) for kind in TimerKind})
        await life.pass_to(minutes)
    await hurried.close()
    assert (await life.read_events())[1:] == [("ending", 15), ("ending", 5), ("ended", 0)]


async def test_a_process_with_outdated_rules_counts_by_the_new_ones(database, database_url):
    other = Database(database_url, PATIENT_LIMITS)
    await other.open()
    here, there = Process(database), Process(other)
    await there.say("<@U2>++", at=NOON)
    await here.begin_boost(_at(10), HOUR)
    await there.say("<@U2>++", at=_at(11))
    assert await scores(database) == {"U2": 3}
    await here.change_boost(BoostAction.PAUSE, _at(20))
    message = await there.say("<@U2>++", at=_at(21))
    assert await scores(database) == {"U2": 4}
    await here.change_boost(BoostAction.END, _at(30))
    await there.edit(message, "<@U2>+++", _at(31))
    assert await scores(database) == {"U2": 5}
    await other.close()


async def test_a_late_message_counts_by_when_it_was_written(database):
    process = Process(database)
    await process.begin_boost(_at(0), HOUR)
    await process.change_boost(BoostAction.PAUSE, _at(20))
    await process.change_boost(BoostAction.RESUME, _at(40))
    for minutes in (200, 70, 30, 10, -5):
        await process.say(f'"minute {minutes}"++', at=_at(minutes))
    found = await scores(database, "things")
    assert {name.removeprefix("thing:minute "): n for name, n in found.items()} == {
        "200": 1, "70": 2, "30": 1, "10": 2, "-5": 1,
    }  # fmt: skip


async def test_a_late_warning_says_what_is_left_and_one_too_late_is_skipped(life):
    await life.begin(0)
    await life.pass_to(107)
    await life.pass_to(119.5)
    assert (await life.read_events())[1:] == [("ending", 13)]
    await life.pass_to(300)
    assert (await life.read_events())[1:] == [("ending", 13)]
    assert await rows(life.database, LEFT) == []


async def test_a_clock_set_back_breaks_nothing(life):
    await life.begin(0)
    await life.change(60, BoostAction.PAUSE)
    assert (await life.change(50, BoostAction.RESUME)).boost.ends_at == _at(120)
    assert (await life.change(-10, BoostAction.END)).boost.ends_at == _at(0)
    assert life.factor(30) == 1


async def test_the_database_time_is_the_default(life):
    order = replace(life.order(0), at=None)
    done = await boosts.change(life.rulebook, order, BeginBoost(HOUR))
    ((fits,),) = await rows(life.database, "SELECT now() - begins_at < '1 day' FROM boosts")
    assert fits
    assert done.boost.ends_at - done.boost.begins_at == HOUR


async def test_each_change_is_audited_with_the_state_before(life):
    await life.begin(0, name="Release day")
    await life.change(30, BoostAction.PAUSE)
    await life.change(40, BoostAction.END)
    begun = {
        "factor": 2, "name": "Release day", "channel": "", "ends_at": _at(120).isoformat(),
        "left": None,
    }  # fmt: skip
    paused = begun | {"ends_at": None, "left": 5400.0}
    ended = begun | {"ends_at": None}
    acts = "SELECT by_id, act, about, before, after FROM audit ORDER BY id"
    assert await rows(life.database, acts) == [
        (BY, "boost", "1", None, begun), (BY, "boost", "1", begun, paused),
        (BY, "boost", "1", paused, ended),
    ]  # fmt: skip


async def test_a_boost_without_a_channel_announces_nothing(life):
    order = replace(life.order(0), told_in="")
    await boosts.change(life.rulebook, order, BeginBoost(2 * HOUR))
    await life.pass_to(120)
    assert await life.read_events() == []


async def test_the_last_boosts_are_listed_newest_first_and_open_ones_always(life):
    await life.begin(0, 100 * HOUR, here=True)
    for number in range(12):
        await life.begin(number * 60, HOUR / 2, name=f"{number}")
    found, _ = await boosts.read_boosts(life.database, TEAM, _at(700))
    assert [one.name for one in found] == [*(f"{n}" for n in range(11, 1, -1)), ""]
