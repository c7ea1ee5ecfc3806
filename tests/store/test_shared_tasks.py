"""Tasks that are shared by all who ask for the same thing at the same time."""

import asyncio

import pytest

from app.store.shared_tasks import SharedTasks


class Work:
    """Work that ends when it's told to; counts how often it was begun."""

    def __init__(self):
        self.begun = 0
        self.first_begun, self.end = asyncio.Event(), asyncio.Event()

    async def __call__(self):
        self.begun += 1
        number = self.begun
        self.first_begun.set()
        await self.end.wait()
        if number == 1:
            raise ValueError("the first")
        return number


async def test_callers_share_a_task_until_it_ends_and_its_error():
    work, failed = Work(), []
    shared = SharedTasks(on_failure=lambda key, error: failed.append((key, str(error))))
    callers = [asyncio.create_task(shared.share("a", work)) for _ in range(3)]
    other = asyncio.create_task(shared.share("b", work))
    await work.first_begun.wait()
    work.end.set()
    errors = await asyncio.gather(*callers, return_exceptions=True)
    assert ([str(error) for error in errors], await other) == (["the first"] * 3, 2)
    assert (failed, shared.tasks) == ([("a", "the first")], {})
    assert await shared.share("a", work) == 3


async def test_task_goes_on_when_a_caller_is_canceled():
    work, shared = Work(), SharedTasks()
    caller = asyncio.create_task(shared.share("a", work))
    await work.first_begun.wait()
    caller.cancel()
    await asyncio.wait([caller])
    task = shared.tasks["a"]
    assert not task.done()
    work.end.set()
    with pytest.raises(ValueError, match="the first"):
        await task


async def test_closing_cancels_all_tasks():
    work, failed = Work(), []
    shared = SharedTasks(on_failure=lambda *failure: failed.append(failure))
    tasks = [shared.start(key, work) for key in "ab"]
    await shared.close()
    assert all(task.cancelled() for task in tasks)
    assert (failed, shared.tasks) == ([], {})
