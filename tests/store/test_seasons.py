"""A season begins once: the first who begins it wins."""

import asyncio

import psycopg
from psycopg import AsyncConnection

from app.store.transfer.merged_names import lock_merges
from app.store.workspace import seasons
from tests.patience import PATIENCE
from tests.store.casting import ballot, cast, rows, ruled, spoken, ts_of, wait_until_blocked

OF_SEASONS = """
SELECT board, target_id, score FROM leaderboard WHERE board ~ '/S' AND score <> 0 ORDER BY 1, 2
"""


async def test_of_two_people_who_begin_the_same_season_one_succeeds(database, database_url):
    """The second waits for the first to commit, and then does nothing."""
    connect = AsyncConnection.connect  # without the app's limits, however busy the machine is
    async with await connect(database_url) as first, await connect(database_url) as other:
        await first.execute("SELECT 1")  # opens a transaction, so the season isn't committed yet
        assert await seasons.begin(first, "T1", "U1", 2, "Autumn", "")
        second = asyncio.create_task(seasons.begin(other, "T1", "U2", 2, "Winter", ""))
        await wait_until_blocked(database, second)
        await first.commit()
        assert not await second
    assert await rows(database, "SELECT name, begun_by FROM seasons") == [("Autumn", "U1")]
    assert await rows(database, "SELECT count(*)::int FROM audit") == [(1,)]


async def test_seasons_are_begun_one_after_the_other(database):
    async def begin(number, name):
        return await database.run(lambda c: seasons.begin(c, "T1", "U1", number, name, ""))

    assert not await begin(3, "Too early")
    assert not await begin(1, "The first")
    assert await begin(2, "Autumn")
    assert not await begin(2, "Winter")
    assert await begin(3, "Winter")
    assert await rows(database, "SELECT number, name FROM seasons ORDER BY 1") == [
        (2, "Autumn"), (3, "Winter"),
    ]  # fmt: skip


async def test_the_first_seasons_boards_are_created_when_the_second_begins(database):
    """Before that, the first season is all time. Boards of other periods aren't copied."""
    for number, points in enumerate(({"U2": 2, "thing:x": 1}, {"U3": -1})):
        vote = ballot(spoken(ts_of(number)), ruled(points))
        await database.run(lambda c, vote=vote: cast(c, vote))
    assert await rows(database, OF_SEASONS) == []
    await database.run(lambda c: seasons.begin(c, "T1", "U1", 2, "Autumn", ""))
    assert await rows(database, OF_SEASONS) == [
        ("channel/C1/S1", "U2", 2), ("channel/C1/S1", "U3", -1), ("givers/S1", "U1", 4),
        ("things/S1", "thing:x", 1), ("users/S1", "U2", 2), ("users/S1", "U3", -1),
    ]  # fmt: skip
    before = await rows(database, OF_SEASONS)
    await database.run(lambda c: seasons.begin(c, "T1", "U1", 3, "Winter", "Autumn"))
    assert await rows(database, OF_SEASONS) == before


async def test_no_season_begins_during_an_import(database, database_url):
    """The first season's boards would miss what the import adds to the all-time boards."""
    with psycopg.connect(database_url) as importing:
        lock_merges(importing, "T1")
        beginning = asyncio.create_task(
            database.run(lambda c: seasons.begin(c, "T1", "U1", 2, "Autumn", ""), patience=PATIENCE)
        )
        await wait_until_blocked(database, beginning)
        assert await rows(database, "SELECT name FROM seasons") == []
    assert await beginning


async def test_votes_in_flight_are_on_the_first_seasons_new_boards(database, database_url):
    """It's blocked until it has the rules to itself, so a vote in flight still counts."""
    held = "SELECT pg_advisory_xact_lock_shared(hashtext('rules'), hashtext('T1'))"
    connect = AsyncConnection.connect  # without the app's limits, however busy the machine is
    async with await connect(database_url) as voting, await connect(database_url) as other:
        first = ballot(spoken(ts_of(1)), ruled({"U2": 2}))
        await database.run(lambda c: cast(c, first))
        await voting.execute(held)
        beginning = asyncio.create_task(seasons.begin(other, "T1", "U1", 2, "Autumn", ""))
        await wait_until_blocked(database, beginning)
        await cast(voting, ballot(spoken(ts_of(2)), ruled({"U2": 1, "thing:x": 3})))
        await voting.commit()
        assert await beginning
        await other.commit()
    assert await rows(database, OF_SEASONS) == [
        ("channel/C1/S1", "U2", 3), ("givers/S1", "U1", 6), ("things/S1", "thing:x", 3),
        ("users/S1", "U2", 3),
    ]  # fmt: skip
