"""Tasks that go on after an answer: bounded for each person, and never in an admin's way."""

import asyncio

import pytest

from app.slack.outbound.background_tasks import (
    ADMINS,
    MOST_OF_ADMINS,
    MOST_OF_ONE,
    MOST_TASKS,
    BackgroundTasks,
    StartResult,
)


@pytest.fixture
async def tasks():
    made = BackgroundTasks()
    yield made
    await made.close(patience=0)


def _start(tasks, kind, owner=ADMINS):
    return tasks.start((kind, owner), asyncio.Event().wait(), owner)


async def test_one_person_has_few_at_once_and_leaves_room_for_others(tasks):
    begun = [_start(tasks, f"kind{n}", "ann") for n in range(MOST_OF_ONE + 2)]
    assert begun == [StartResult.STARTED] * MOST_OF_ONE + [StartResult.BUSY] * 2
    assert _start(tasks, "export", "bob") is StartResult.STARTED


async def test_an_admin_never_waits_behind_exports(tasks):
    people = [_start(tasks, "export", f"person{n}") for n in range(MOST_TASKS + 1)]
    assert people[-1] is StartResult.BUSY
    assert [_start(tasks, f"merge{n}") for n in range(MOST_OF_ADMINS)] == [
        StartResult.STARTED
    ] * MOST_OF_ADMINS
    assert _start(tasks, "merge") is StartResult.BUSY


async def test_the_same_is_done_once(tasks):
    assert _start(tasks, "export", "ann") is StartResult.STARTED
    assert _start(tasks, "export", "ann") is StartResult.ALREADY
