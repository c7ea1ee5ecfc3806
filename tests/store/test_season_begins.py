"""A season is begun once, by whoever comes first."""

import asyncio

from psycopg import AsyncConnection

from app.store.workspace import season_numbers
from tests.store.casting import rows


async def test_of_two_who_begin_the_same_season_one_does(database, database_url):
    """The second waits until the first has committed, and then begins nothing."""
    waits = "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    connect = AsyncConnection.connect  # without the app's limits, however busy the machine is
    async with await connect(database_url) as first, await connect(database_url) as other:
        await first.execute("SELECT 1")  # so that what follows is not committed yet
        assert await season_numbers.begin(first, "T1", "U1", 2, "Autumn", "")
        second = asyncio.create_task(season_numbers.begin(other, "T1", "U2", 2, "Winter", ""))
        async with asyncio.timeout(60):
            while await rows(database, waits) == [(0,)]:
                pass
        await first.commit()
        assert await second is None
    assert await rows(database, "SELECT name, begun_by FROM seasons") == [("Autumn", "U1")]
    assert await rows(database, "SELECT count(*)::int FROM audit") == [(1,)]


async def test_seasons_are_begun_one_after_the_other(database):
    async def begin(number, name):
        return await database.run(lambda c: season_numbers.begin(c, "T1", "U1", number, name, ""))

    assert await begin(3, "Too early") is None
    assert await begin(1, "The first") is None
    assert await begin(2, "Autumn")
    assert await begin(2, "Winter") is None
    assert await begin(3, "Winter")
    assert await rows(database, "SELECT number, name FROM seasons ORDER BY 1") == [
        (2, "Autumn"), (3, "Winter"),
    ]  # fmt: skip
