"""Due timers are done once, whoever finds them and whatever fails; the time is an argument."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg_pool import PoolClosed

from app.core.settings.definitions import Settings
from app.core.timers import LATEST, Timer, TimerKind
from app.store.database import Limits, UnavailableError
from app.store.workspace.rulebook import Rulebook
from app.store.workspace.timers import store_timers
from app.usecases.jobs import JOBS
from app.usecases.timers import Job, JobResult, Scheduler
from tests.patience import PATIENCE
from tests.store.casting import rows

KIND = TimerKind.RECAP
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
TEAM = "T1"
_DO = """
INSERT INTO told (team_id, user_id, about) SELECT %s, %s, unnest(%s::text[])
"""
LEFT = "SELECT kind, about, due_at FROM timers ORDER BY kind, about"


def _timer(about="", due_at=NOW, kind=KIND, **more):
    return Timer(kind, due_at, about, **more)


async def _set(database, *timers, team=TEAM):
    await database.run(lambda conn: store_timers(conn, team, timers))


def _scheduler(database, job=None, patience=60.0, **jobs):
    every = {KIND: job or Job(_do)} | jobs
    return Scheduler(database, Rulebook(database, secret="a secret"), every, patience=patience)


async def _do(conn, rules, timers, _now):
    """Insert a row for each timer; doing one twice violates the primary key."""
    await conn.execute(_DO, (rules.team, "", [f"{timer.kind}/{timer.about}" for timer in timers]))
    return JobResult(len(timers))


async def _read_done(database, team=TEAM):
    found = await rows(database, "SELECT about FROM told WHERE team_id = %s ORDER BY 1", team)
    return [about for (about,) in found]


async def test_only_due_timers_are_done(database):
    await _set(database, _timer("now"), _timer("later", NOW + timedelta(seconds=1)))
    assert await _scheduler(database).run_due(NOW) == 1
    assert await _read_done(database) == ["recap/now"]
    assert await rows(database, LEFT) == [("recap", "later", NOW + timedelta(seconds=1))]


async def test_timers_are_done_once_by_any_number_of_processes(database):
    await _set(database, *(_timer(f"{n:03}") for n in range(100)))
    await _set(database, *(_timer(f"{n:03}") for n in range(100)), team="T2")
    counts = await asyncio.gather(*(_scheduler(database).run_due(NOW) for _ in range(5)))
    assert sum(counts) == 200
    assert await _read_done(database) == [f"recap/{n:03}" for n in range(100)]
    assert await rows(database, LEFT) == []


async def test_timers_of_a_dying_process_are_done_by_the_next(database):
    await _set(database, _timer("one"), _timer("two"))

    async def die(conn, rules, timers, now):
        await _do(conn, rules, timers, now)
        raise psycopg.errors.AdminShutdown

    with pytest.raises(UnavailableError):
        await _scheduler(database, Job(die), patience=0.1).run_due(NOW)
    assert await _read_done(database) == []
    assert await _scheduler(database).run_due(NOW) == 2
    assert await _read_done(database) == ["recap/one", "recap/two"]


async def test_a_failure_in_one_workspace_does_not_delay_others(database):
    for team in (TEAM, "T2"):
        await _set(database, _timer("one"), team=team)

    async def fail(conn, rules, timers, now):
        if rules.team == TEAM:
            raise PoolClosed
        return await _do(conn, rules, timers, now)

    with pytest.raises(UnavailableError):
        await _scheduler(database, Job(fail)).run_due(NOW)
    assert await _read_done(database, "T2") == ["recap/one"]
    assert await _read_done(database) == []


async def test_workspaces_are_done_side_by_side(database):
    for team in (TEAM, "T2"):
        await _set(database, _timer("one"), team=team)
    both = asyncio.Barrier(2)

    async def meet(conn, rules, timers, now):
        await both.wait()
        return await _do(conn, rules, timers, now)

    async with asyncio.timeout(PATIENCE):
        assert await _scheduler(database, Job(meet)).run_due(NOW) == 2


async def test_a_planning_failure_in_one_workspace_does_not_delay_others(database):
    await _set(database, _timer("one"), team="T2")
    answers = iter([UnavailableError])  # as if another process were planning there

    def plan(_settings, _now):
        if error := next(answers, None):
            raise error

    scheduler = Scheduler(database, _Rules(database, secret="a secret"), {KIND: Job(_do, plan)})
    with pytest.raises(UnavailableError):
        await scheduler.run_due(NOW)
    assert await _read_done(database, "T2") == ["recap/one"]


async def test_timers_may_take_longer_than_the_default_patience(database, monkeypatch):
    await _set(database, _timer("one"))
    scheduler = _scheduler(database, Job(_take_long))
    run_team = scheduler._run_team

    async def hurry(team, now):
        monkeypatch.setattr(database, "limits", Limits(patience=0))
        return await run_team(team, now)

    monkeypatch.setattr(scheduler, "_run_team", hurry)
    assert await scheduler.run_due(NOW) == 1
    monkeypatch.undo()
    assert await _read_done(database) == ["recap/one"]


async def _take_long(conn, rules, timers, now):
    """Do what is due like `_do`, but longer than anybody who waits for an answer would."""
    begun = time.monotonic()
    while time.monotonic() < begun + 0.3:
        await conn.execute("SELECT 1")
    return await _do(conn, rules, timers, now)


async def test_a_timer_that_is_too_late_is_skipped_and_logged(database, log_lines):
    late = NOW - LATEST[KIND] - timedelta(seconds=1)
    await _set(database, _timer("late", late), _timer("just", NOW - LATEST[KIND]))
    await _scheduler(database).run_due(NOW)
    assert await _read_done(database) == ["recap/just"]
    assert log_lines.read_text().count("timer.skipped") == 1


async def test_a_failing_kind_is_retried_and_does_not_delay_others(database, log_lines):
    async def fail(conn, rules, timers, now):
        await _do(conn, rules, timers, now)
        raise ValueError("no words")

    async def take_too_long(conn, rules, timers, now):
        await _do(conn, rules, timers, now)
        raise psycopg.errors.QueryCanceled("too long")

    digest, feed = TimerKind.DIGEST, TimerKind.FEED
    await _set(database, _timer("a"), _timer("b", kind=digest), _timer("c", kind=feed))
    jobs = {digest: Job(fail), feed: Job(take_too_long)}
    await _scheduler(database, **jobs).run_due(NOW)
    again = NOW + timedelta(minutes=1)
    assert await _read_done(database) == ["recap/a"]
    assert await rows(database, LEFT) == [("digest", "b", again), ("feed", "c", again)]
    assert log_lines.read_text().count("timer.failed") == 2
    assert "no words" in log_lines.read_text()
    assert "too long" in log_lines.read_text()


async def test_a_timer_that_fails_until_it_is_too_late_is_skipped(database, log_lines):
    tried = []

    async def fail(_conn, _rules, timers, _now):
        tried.append((timers[0].planned_at, timers[0].due_at))
        raise OSError

    await _set(database, _timer("a"))
    scheduler, minute = _scheduler(database, Job(fail)), timedelta(minutes=1)
    for at in (NOW, NOW + minute, NOW + 2 * minute):
        await scheduler.run_due(at)
    assert tried == [(NOW, NOW), (NOW, NOW + minute), (NOW, NOW + 2 * minute)]
    await scheduler.run_due(NOW + LATEST[KIND] + minute)
    assert len(tried) == 3
    assert await rows(database, LEFT) == []
    assert log_lines.read_text().count("timer.skipped") == 1


async def test_due_timers_are_done_in_few_transactions(database):
    await _set(database, *(_timer(f"{n}") for n in range(1000)))
    batches = []

    async def count(conn, rules, timers, now):
        batches.append(len(timers))
        return await _do(conn, rules, timers, now)

    assert await _scheduler(database, Job(count)).run_due(NOW) == 1000
    assert batches == [1000]
    assert len(await _read_done(database)) == 1000


def _plan(settings, now):
    """Plan a timer for the next full hour, if the settings allow votes for things."""
    if not settings.things:
        return None
    due = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return _timer(due_at=due, plan=str(settings.max_points))


class _Rules(Rulebook):
    """A rulebook of one workspace with settings chosen by the test."""

    def list_teams(self):
        return [TEAM]

    def decide(self, **settings):
        self.base = replace(Settings(), **settings)


async def _set_by(database, rulebook, now=NOW, **settings):
    rulebook.decide(**settings)
    await Scheduler(database, rulebook, {KIND: Job(_do, _plan)}).run_due(now)
    return [due for _, _, due in await rows(database, LEFT)]


HOUR = timedelta(hours=1)


async def test_a_plan_is_due_again_and_again(database):
    rulebook = _Rules(database)
    assert await _set_by(database, rulebook) == [NOW + HOUR]
    assert await _set_by(database, rulebook, NOW + HOUR) == [NOW + 2 * HOUR]
    assert await _read_done(database) == ["recap/"]


async def test_a_plan_missed_for_long_continues_with_the_last_that_is_not_too_late(database):
    rulebook, late = _Rules(database), NOW + timedelta(days=9)
    await _set_by(database, rulebook)
    assert await _set_by(database, rulebook, late) == [late + HOUR - timedelta(days=1)]
    assert await _read_done(database) == []


async def test_a_restart_between_due_and_done_loses_nothing(database):
    rulebook = _Rules(database)
    await _set_by(database, rulebook)
    half_past = NOW + HOUR + timedelta(minutes=30)
    assert await _set_by(database, _Rules(database), half_past) == [NOW + 2 * HOUR]
    assert await _read_done(database) == ["recap/"]


async def test_a_changed_setting_replans_and_one_that_is_off_plans_nothing(database):
    rulebook = _Rules(database)
    await _set_by(database, rulebook)
    later = NOW + timedelta(minutes=59)
    assert await _set_by(database, rulebook, later, max_points=3) == [NOW + HOUR]
    assert await rows(database, "SELECT plan FROM timers") == [("3",)]
    assert await _set_by(database, rulebook, later, things=False) == []


async def test_timers_that_people_set_stay_when_plans_go(database):
    rulebook = _Rules(database)
    await _set(database, _timer("mine", NOW + timedelta(days=1)))
    await _set_by(database, rulebook)
    assert await _set_by(database, rulebook, things=False) == [NOW + timedelta(days=1)]


async def test_a_clock_set_back_moves_the_next_time_earlier(database):
    rulebook = _Rules(database)
    ahead = NOW + timedelta(days=100)
    assert await _set_by(database, rulebook, ahead) == [ahead + HOUR]
    assert await _set_by(database, rulebook, NOW) == [NOW + HOUR]


async def test_a_clock_set_back_within_an_hour_moves_the_next_time_earlier(database):
    soon = timedelta(seconds=2)

    def plan(_settings, now):
        return _timer(due_at=now + soon, plan="soon")

    scheduler = Scheduler(database, _Rules(database), {KIND: Job(_do, plan)})
    for now in (NOW + timedelta(minutes=50), NOW):
        await scheduler.run_due(now)
        assert [due for _, _, due in await rows(database, LEFT)] == [now + soon]


async def test_the_database_time_is_the_default(database):
    await _set(database, _timer("past", datetime(2020, 1, 1, tzinfo=UTC), kind=TimerKind.FEED))
    await _set(database, _timer("future", datetime(2120, 1, 1, tzinfo=UTC)))
    assert await _scheduler(database, **{TimerKind.FEED: Job(_do)}).run_due() == 1
    assert await _read_done(database) == ["feed/past"]


async def test_the_database_time_is_passed_on_to_be_checked(database):
    before, seen = time.time(), list[float]()
    scheduler = Scheduler(database, _Rules(database), {}, on_time=seen.append)
    await scheduler.run_due()
    assert before - 1 <= seen[0] <= time.time() + 1


@pytest.mark.parametrize("kind", [TimerKind.DIGEST, TimerKind.RECAP, TimerKind.FEED])
async def test_timer_of_a_feature_turned_off_meanwhile_does_nothing(database, kind):
    rules, timer = Rulebook(database).get_rules(TEAM), _timer(kind=kind, plan="C1")
    done = await database.run(lambda conn: JOBS[kind].run(conn, rules, [timer], NOW))
    assert done == JobResult()
    assert await rows(database, "SELECT FROM outbox") == []
