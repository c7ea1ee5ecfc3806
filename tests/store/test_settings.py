"""A workspace's decisions are stored as a whole or not at all, and with the values before."""

import asyncio

import psycopg
import pytest

from app.store.database import Database
from app.store.workspace import stored_settings
from tests.store.casting import rows
from tests.talk import PATIENT_LIMITS

TEAM, ANN = "T1", "UANN"
EVERYWHERE, RANDOM = (TEAM, ""), (TEAM, "C2")
UNSET = {"max_points": 5, "things": True, "daily_allowance": None}


async def decide(database, wanted, where=EVERYWHERE, by=ANN):
    unset = {} if where[1] else UNSET
    return await database.run(lambda conn: stored_settings.decide(conn, where, by, wanted, unset))


async def read_stored(database):
    return await rows(database, "SELECT channel_id, name, value FROM settings ORDER BY 1, 2")


async def read_audit(database):
    return await rows(database, "SELECT about, before, after FROM audit ORDER BY id")


async def test_changes_are_returned_with_the_values_before(database):
    assert await decide(database, {"max_points": 3, "things": True}) == [("max_points", 5, 3)]
    assert await decide(database, {"max_points": 4}) == [("max_points", 3, 4)]
    assert await read_stored(database) == [("", "max_points", 4)]
    assert await read_audit(database) == [("max_points", 5, 3), ("max_points", 3, 4)]


async def test_deciding_the_same_again_changes_nothing(database):
    await decide(database, {"max_points": 3})
    assert await decide(database, {"max_points": 3}) == []
    assert len(await read_audit(database)) == 1


async def test_none_is_a_value_in_a_workspace_and_removes_one_in_a_channel(database):
    await decide(database, {"daily_allowance": 3})
    assert await decide(database, {"daily_allowance": None}) == [("daily_allowance", 3, None)]
    await decide(database, {"max_points": 2}, RANDOM)
    assert await decide(database, {"max_points": None}, RANDOM) == [("max_points", 2, None)]
    assert await read_stored(database) == [("", "daily_allowance", None)]


async def test_a_channels_settings_do_not_affect_the_workspace_or_other_teams(database):
    await decide(database, {"max_points": 3})
    await decide(database, {"max_points": 2}, RANDOM)
    await decide(database, {"max_points": 9}, ("T2", ""))
    await decide(database, {"max_points": None}, RANDOM)
    query = "SELECT team_id, channel_id, value FROM settings ORDER BY 1"
    assert await rows(database, query) == [("T1", "", 3), ("T2", "", 9)]


async def test_several_settings_are_stored_all_or_none(database):
    with pytest.raises(TypeError):
        await decide(database, {"max_points": 3, "things": object()})
    assert (await read_stored(database), await read_audit(database)) == ([], [])


async def test_concurrent_decisions_each_see_the_one_before(database, database_url):
    other = Database(database_url, PATIENT_LIMITS)
    await other.open()
    try:
        await asyncio.gather(
            *(decide(pool, {"max_points": n}) for n in range(10, 30) for pool in (database, other))
        )
    finally:
        await other.close()
    told = await read_audit(database)
    assert [before for _, before, _ in told] == [5, *(after for _, _, after in told[:-1])]
    assert await read_stored(database) == [("", "max_points", told[-1][2])]


async def test_a_decision_waits_for_no_other_workspace(database, database_url):
    await decide(database, {"max_points": 3}, ("T2", ""))
    async with await psycopg.AsyncConnection.connect(database_url) as other:
        await other.execute("UPDATE settings SET changed_by = 'UBOB' WHERE team_id = 'T2'")
        assert await decide(database, {"max_points": 4}) == [("max_points", 5, 4)]
