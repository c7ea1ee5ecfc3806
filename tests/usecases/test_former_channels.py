"""A channel's new id, after what admins and operators did before."""

import asyncio

from tests.store.casting import rows
from tests.usecases.acting import later
from tests.usecases.test_mix import _archive, find_wrong


async def test_a_merge_of_archived_votes_can_be_undone_under_the_new_id(two):
    here, _ = two()
    await here.say("<@UB>++ <@UC>+++", "UA", later(days=-9), "G")
    await asyncio.to_thread(_archive, here.database.url, later().date(), "old")
    await here.merge("UB", "UC")
    await here.change_channel_id("G", "C", later())
    await here.unmerge("UB")
    query = (
        "SELECT board, target_id, score FROM leaderboard WHERE board ~ '^channel' AND score <> 0"
    )
    found = await rows(here.database, query)
    assert sorted(found) == [("channel/C", "UB", 1), ("channel/C", "UC", 2)]
    assert await asyncio.to_thread(find_wrong, here.database.url) == []
