"""Background tasks: limited per person, never blocking admins; and supervised loops."""

import asyncio
import itertools

import pytest

from app.slack.background_tasks import (
    ADMINS,
    MOST_OF_ADMINS,
    MOST_OF_ONE,
    MOST_TASKS,
    BackgroundTasks,
    StartResult,
    keep_running,
)
from tests.logged import logged
from tests.patience import PATIENCE


@pytest.fixture
async def tasks():
    made = BackgroundTasks()
    yield made
    await made.close(patience=0)


def _start(tasks, kind, owner=ADMINS):
    return tasks.start((kind, owner), asyncio.Event().wait(), owner)


async def test_tasks_of_one_person_are_limited_and_leave_room_for_others(tasks):
    results = [_start(tasks, f"kind{n}", "ann") for n in range(MOST_OF_ONE + 2)]
    assert results == [StartResult.STARTED] * MOST_OF_ONE + [StartResult.BUSY] * 2
    assert _start(tasks, "export", "bob") is StartResult.STARTED


async def test_exports_never_block_admin_tasks(tasks):
    people = [_start(tasks, "export", f"person{n}") for n in range(MOST_TASKS + 1)]
    assert people[-1] is StartResult.BUSY
    assert [_start(tasks, f"merge{n}") for n in range(MOST_OF_ADMINS)] == [
        StartResult.STARTED
    ] * MOST_OF_ADMINS
    assert _start(tasks, "merge") is StartResult.BUSY


async def test_running_task_is_not_started_again(tasks):
    assert _start(tasks, "export", "ann") is StartResult.STARTED
    assert _start(tasks, "export", "ann") is StartResult.ALREADY


async def test_fast_task_returns_its_result_and_slow_one_reports_it_later(tasks):
    done, reports = asyncio.Event(), asyncio.Queue()

    async def work():
        await done.wait()
        return "done"

    assert await tasks.finish_soon(("merge",), work, reports.put, 0) is StartResult.STARTED
    assert await tasks.finish_soon(("merge",), work, reports.put, 0) is StartResult.ALREADY
    done.set()
    assert await asyncio.wait_for(reports.get(), PATIENCE) == "done"
    await tasks.wait_idle()
    assert await tasks.finish_soon(("merge",), work, reports.put, PATIENCE) == "done"
    assert reports.empty()


async def test_task_that_fails_in_time_is_not_reported_as_started():
    tasks, reports = BackgroundTasks(), asyncio.Queue()

    async def work():
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await tasks.finish_soon(("merge",), work, reports.put, PATIENCE)
    assert reports.empty()


class Failing:
    """Work that fails *times* times, then waits for *then*."""

    def __init__(self, times: int, then: asyncio.Event) -> None:
        self.starts, self.healthy = 0, asyncio.Event()
        self._times, self._then = times, then

    async def run(self):
        self.starts += 1
        if self.starts <= self._times:
            raise ValueError(self.starts)
        self.healthy.set()
        await self._then.wait()


async def test_failed_loop_restarts_and_logs_each_failure(log_lines):
    finish = asyncio.Event()
    work = Failing(3, finish)
    task = asyncio.create_task(keep_running(work.run, asyncio.Event(), pauses=(0, 0)))
    await work.healthy.wait()
    finish.set()
    await task
    assert work.starts == 4
    assert len(logged(log_lines, "background.failed")) == 3


async def test_shutdown_cuts_pause_short_and_runs_failed_loop_once_more():
    finish, stopping = asyncio.Event(), asyncio.Event()
    finish.set()
    work = Failing(1, finish)
    task = asyncio.create_task(keep_running(work.run, stopping, pauses=(3600, 3600)))
    await asyncio.sleep(0)
    stopping.set()
    await task
    assert work.starts == 2


async def test_loop_failing_during_shutdown_is_not_restarted():
    stopping = asyncio.Event()
    stopping.set()
    work = Failing(9, asyncio.Event())
    await keep_running(work.run, stopping, pauses=(0, 0))
    assert work.starts == 1


async def test_restart_pause_resets_after_long_healthy_run():
    finish, hours = asyncio.Event(), itertools.count(step=3601)
    finish.set()
    work = Failing(30, finish)
    async with asyncio.timeout(PATIENCE):  # pauses that kept doubling would add up to years
        await keep_running(
            work.run, asyncio.Event(), pauses=(0.01, 3600), clock=lambda: next(hours)
        )
    assert work.starts == 31
