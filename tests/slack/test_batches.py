"""Batched lookups: the first call starts at once, and items added meanwhile share the next."""

import asyncio

import pytest

from app.slack.directory.lookups import Batches


class Recorder:
    """Records batches, and completes them once its gate is open."""

    def __init__(self):
        self.calls = []
        self.gate = asyncio.Event()
        self.error = None

    async def carry_out(self, team, items):
        self.calls.append((team, list(items)))
        await self.gate.wait()
        if self.error:
            raise self.error
        return [item * 2 for item in items]


@pytest.fixture
def recorder():
    return Recorder()


async def _start_adding(batches, team, *items):
    tasks = [asyncio.create_task(batches.add(team, item)) for item in items]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_items_added_together_share_one_call(recorder):
    tasks = await _start_adding(Batches(recorder.carry_out), "T1", 1, 2, 3)
    recorder.gate.set()
    assert await asyncio.gather(*tasks) == [[2, 4, 6]] * 3
    assert recorder.calls == [("T1", [1, 2, 3])]


async def test_items_added_during_a_call_share_the_next_one(recorder):
    batches = Batches(recorder.carry_out)
    tasks = await _start_adding(batches, "T1", 1)
    tasks += await _start_adding(batches, "T1", 2)
    tasks += await _start_adding(batches, "T1", 3)
    assert recorder.calls == [("T1", [1])]
    recorder.gate.set()
    assert await asyncio.gather(*tasks) == [[2], [4, 6], [4, 6]]
    assert recorder.calls == [("T1", [1]), ("T1", [2, 3])]


async def test_workspaces_do_not_wait_for_each_other(recorder):
    batches = Batches(recorder.carry_out)
    tasks = await _start_adding(batches, "T1", 1) + await _start_adding(batches, "T2", 2)
    assert recorder.calls == [("T1", [1]), ("T2", [2])]
    recorder.gate.set()
    await asyncio.gather(*tasks)


async def test_canceled_waiter_does_not_cancel_shared_call(recorder):
    first, second = await _start_adding(Batches(recorder.carry_out), "T1", 1, 2)
    first.cancel()
    recorder.gate.set()
    assert await second == [2, 4]


async def test_failed_call_fails_its_whole_batch_but_no_later_one(recorder):
    batches = Batches(recorder.carry_out)
    tasks = await _start_adding(batches, "T1", 1, 2)
    recorder.error = ValueError("no")
    recorder.gate.set()
    assert await asyncio.gather(*tasks, return_exceptions=True) == [recorder.error] * 2
    recorder.error = None
    assert await batches.add("T1", 3) == [6]
