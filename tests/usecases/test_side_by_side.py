"""Workspaces are worked through side by side, whatever fails in one of them."""

import asyncio

import pytest

from app.store.database import Limits, UnavailableError
from app.usecases.upkeep import run_side_by_side


@pytest.fixture
def one_at_a_time(database, monkeypatch):
    """A database whose pool leaves one connection to workspaces."""
    monkeypatch.setattr(database, "limits", Limits(pool_max=4))
    return database


async def _find_away(_conn):
    raise UnavailableError("away")


async def test_work_in_progress_is_finished_although_the_database_is_away(database, monkeypatch):
    monkeypatch.setattr(database, "limits", Limits(pool_max=8))
    both, running, done = asyncio.Barrier(2), {}, []

    async def work(team):
        running[team] = asyncio.current_task()
        await both.wait()
        if team == "T1":
            raise UnavailableError("slow")
        await asyncio.wait([running["T1"]])
        done.append(team)
        return 1

    with pytest.raises(UnavailableError, match="away"):
        await run_side_by_side(database, ["T1", "T2"], work, _find_away)
    assert done == ["T2"]


async def test_no_workspace_is_begun_while_the_database_is_away(one_at_a_time):
    begun = []

    async def work(team):
        begun.append(team)
        raise UnavailableError("slow")

    with pytest.raises(UnavailableError, match="away"):
        await run_side_by_side(one_at_a_time, ["T1", "T2"], work, _find_away)
    assert begun == ["T1"]


async def test_a_stop_while_the_check_fails_is_not_lost(one_at_a_time):
    async def work(_team):
        raise UnavailableError("slow")

    async def check(conn):
        task.cancel()
        await _find_away(conn)

    task = asyncio.create_task(run_side_by_side(one_at_a_time, ["T1"], work, check))
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_fault_is_raised_as_itself(database):
    """The log names the type of an error and shows its traceback, not those in a group."""

    async def work(_team):
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await run_side_by_side(database, ["T1"], work, _find_away)
