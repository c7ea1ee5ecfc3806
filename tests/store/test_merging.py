"""Merges during votes, edits and archiving: scores are always the sums of their votes."""

import asyncio
import contextlib
import itertools
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.core.commands.admin import UnfitCommand
from app.store.people import forgetting, merging
from app.store.people.merge_transfer import Transfer
from app.store.people.merging import MergeResult, UnmergeRequest
from app.store.server import operating
from app.store.transfer.vote_archive import archive_votes
from app.store.votes.adjustments import Adjustment, ScoreChange, adjust
from app.store.workspace.rulebook import Rulebook
from app.store.workspace.workspace_rules import StaleRulesError
from tests.differences import find_differences_at
from tests.patience import PATIENCE
from tests.store import casting
from tests.store.casting import (
    add_seasons,
    at_season,
    ballot,
    cast,
    revise,
    rows,
    ruled,
    rules_of,
    spoken,
    ts_of,
)

WAY = Transfer("T1", "U2", "U3", "merge/1")
BACK = UnmergeRequest("T1", "U9", "U2")


def _read_published_query() -> str:
    page = Path("docs/develop/schema.md").read_text(encoding="utf-8")
    return page.partition("```sql\n")[2].partition(";\n```")[0]


async def scores(database, board="users"):
    """Return the scores on *board*, except those of 0, which have no place."""
    return {who: score for who, score in (await casting.scores(database, board)).items() if score}


async def _cast_votes(database, number, points, by="U1", **where):
    return await _store_votes(database, cast, spoken(ts_of(number), by, **where), points)


async def _revise_votes(database, number, points, by="U1", *, revision="1763660099.0/1", **where):
    message = spoken(ts_of(number), by, revision=revision, **where)
    return await _store_votes(database, revise, message, points)


async def _store_votes(database, store, message, points):
    """Store votes by the current rules; *points* of merged people go to where their votes go."""
    rulebook = Rulebook(database)
    while True:
        await rulebook.learn()
        known = rulebook.get_rules("T1")
        rules = replace(rules_of(), version=known.version, aliases=known.aliases)
        resolved = Counter()
        for target, number in points.items():
            resolved[rules.resolve_alias(target)] += number
        one = replace(ballot(message, ruled(resolved)), rules=rules)
        with contextlib.suppress(StaleRulesError):
            return await database.run(lambda c: store(c, one))  # noqa: B023 (run now)


async def _merge(database, way=WAY):
    return await database.run(lambda c: merging.merge(c, way, rules_of(), "U9"), patience=PATIENCE)


async def _unmerge(database, wanted=BACK):
    hash_target = rules_of().hash_target
    return await database.run(lambda c: merging.unmerge(c, wanted, hash_target), patience=PATIENCE)


async def test_a_retried_merge_and_its_retried_reversal_get_their_first_results(database):
    await _cast_votes(database, 1, {"U2": 3})
    merged = await _merge(database)
    await _cast_votes(database, 2, {"U3": 1})
    assert isinstance(merged, MergeResult)
    assert await _merge(database) == merged
    assert await _merge(database, replace(WAY, ts="merge/2")) is UnfitCommand.ALREADY
    unmerged = await _unmerge(database, replace(BACK, key="unmerge/1"))
    assert isinstance(unmerged, MergeResult)
    again = await _unmerge(database, replace(BACK, key="unmerge/1"))
    assert (again.before, again.after) == (unmerged.before, unmerged.after)
    assert await _unmerge(database, replace(BACK, key="unmerge/2")) is UnfitCommand.NOT_MERGED
    assert await scores(database) == {"U2": 3, "U3": 1}


async def test_a_merge_without_points_redirects_later_votes(database):
    done = await _merge(database)
    assert isinstance(done, MergeResult)
    assert await rows(database, "SELECT target_id, into_id, merge FROM aliases") == [
        ("U2", "U3", "merge/1")
    ]
    assert await rows(database, "SELECT * FROM vote_history") == []


async def test_the_query_of_the_schema_page_finds_nothing_wrong_after_a_merge(database):
    await _cast_votes(database, 1, {"U2": 2, "U3": 1})
    await _merge(database)
    query = _read_published_query()
    assert await rows(database, query) == []
    await rows(database, "UPDATE leaderboard SET score = 7 WHERE board = 'users' RETURNING 1")
    assert await rows(database, query) == [("T1", "U3", 3, 7)]


async def test_a_merge_appends_one_pair_of_rows_per_channel_and_day(database):
    for number in range(5):
        await _cast_votes(database, number, {"U2": 1})
    await _cast_votes(database, 9, {"U2": 2}, channel="C2")
    await _merge(database)
    moved = await rows(database, "SELECT channel_id, target_id, delta, voter_id, message_ts"
                       " FROM vote_history WHERE kind = 'merge' ORDER BY 1, 2")  # fmt: skip
    assert moved == [
        ("C1", "U2", -5, "", "merge/1"), ("C1", "U3", 5, "", "merge/1"),
        ("C2", "U2", -2, "", "merge/1"), ("C2", "U3", 2, "", "merge/1"),
    ]  # fmt: skip
    assert await asyncio.to_thread(find_differences_at, database.url) == []


async def test_a_vote_judged_before_a_merge_is_not_stored_after_it(database):
    await _cast_votes(database, 1, {"U2": 1})
    await _merge(database)
    late, edit = (
        ballot(spoken(ts_of(number), revision=revision), ruled({"U2": 3}))
        for number, revision in ((2, ""), (1, "1763660099.0/1"))
    )
    with pytest.raises(StaleRulesError):
        await database.run(lambda c: cast(c, late))
    with pytest.raises(StaleRulesError):
        await database.run(lambda c: revise(c, edit))
    assert await scores(database) == {"U3": 1}
    assert await asyncio.to_thread(find_differences_at, database.url) == []


async def test_points_of_edited_votes_for_merged_people_are_forwarded(database):
    """U2 was merged into U3, and U3 into U4: all that changes counts for U4."""
    await _cast_votes(database, 1, {"U2": 3})
    await _cast_votes(database, 2, {"U2": 1, "U3": 1})
    await _merge(database)
    await _merge(database, Transfer("T1", "U3", "U4", "merge/2"))
    await _revise_votes(database, 1, {"U2": 1})
    await _revise_votes(database, 2, {})
    assert await scores(database) == {"U4": 1}
    assert await scores(database, "channel/C1") == {"U4": 1}
    assert await asyncio.to_thread(find_differences_at, database.url) == []
    await _unmerge(database, UnmergeRequest("T1", "U9", "U3"))
    await _unmerge(database)
    assert await scores(database) == {"U2": 1}
    assert await asyncio.to_thread(find_differences_at, database.url) == []


async def test_concurrent_edits_forward_their_own_points_only(database):
    for number in range(8):
        await _cast_votes(database, number, {"U2": 3})
    await _merge(database)
    await asyncio.gather(*(_revise_votes(database, n, {"U2": 1}) for n in range(8)))
    assert await scores(database) == {"U3": 8}
    assert await asyncio.to_thread(find_differences_at, database.url) == []


async def test_of_eight_concurrent_merges_of_one_source_one_succeeds(database):
    await _cast_votes(database, 1, {"U2": 3})
    ways = [Transfer("T1", "U2", f"U{n}", f"merge/{n}") for n in range(3, 11)]
    done = await asyncio.gather(*(_merge(database, way) for way in ways))
    assert sorted(map(str, map(type, done))) == sorted([str(MergeResult)] + [str(UnfitCommand)] * 7)
    assert list((await scores(database)).values()) == [3]
    assert await asyncio.to_thread(find_differences_at, database.url) == []


async def test_of_two_opposite_concurrent_merges_one_succeeds(database):
    await _cast_votes(database, 1, {"U2": 3, "U3": 1})
    there, back = await asyncio.gather(
        _merge(database), _merge(database, Transfer("T1", "U3", "U2", "merge/2"))
    )
    assert [isinstance(one, UnfitCommand) for one in (there, back)].count(True) == 1
    assert sorted(v for v in (await scores(database)).values() if v) == [4]


@pytest.mark.parametrize("seed", range(3))
async def test_scores_match_their_votes_during_votes_edits_and_merges(database, seed):
    chance = random.Random(seed)
    people = ["U2", "U3", "U4"]
    numbers = itertools.count(1)

    async def vote():
        for number in itertools.islice(numbers, 30):
            target, channel = chance.choice(people), chance.choice(["C1", "C2"])
            await _cast_votes(
                database, number, {target: chance.choice([1, 2, -1])}, channel=channel
            )
            if chance.random() < 0.4:
                now = {chance.choice(people): 1} if chance.random() < 0.5 else {}
                await _revise_votes(database, number, now, channel=channel)

    async def merge():
        for number in range(6):
            way = Transfer("T1", "U2", chance.choice(["U3", "U4"]), f"merge/{number}")
            done = await _merge(database, way)
            if isinstance(done, MergeResult):  # no vote came between the scores reported
                gained = done.after.into_score - done.before.into_score
                assert (gained, done.after.score) == (done.before.score, 0)
            assert await asyncio.to_thread(find_differences_at, database.url) == []
            if chance.random() < 0.7:
                await _unmerge(database)
            assert await asyncio.to_thread(find_differences_at, database.url) == []

    await asyncio.gather(vote(), vote(), vote(), merge())
    assert await asyncio.to_thread(find_differences_at, database.url) == []


def _archive(url):
    with contextlib.closing(operating.connect(url, "test")) as conn:
        day = date(2026, 1, 1)  # after the votes, but before the merges, which are dated today
        with archive_votes(conn, "T1", day, "2026", list) as told:
            return told.rows


async def test_archived_votes_are_merged_and_unmerged_with_the_others(database):
    await _cast_votes(database, 1, {"U2": 2, "U3": 1})
    await _cast_votes(database, 2, {"U2": 3}, channel="C2")
    await _cast_votes(database, 3, {"U4": 1}, by="U2")
    assert await asyncio.to_thread(_archive, database.url) == 4
    boards = "SELECT board, target_id, score FROM leaderboard WHERE score <> 0 ORDER BY 1, 2"
    given = "SELECT board, target_id, points FROM archived_shares WHERE board ~ '^givers'"
    before, gave = await rows(database, boards), await rows(database, given)
    await _merge(database)
    assert sorted(await rows(database, given)) == sorted(gave)
    assert await scores(database, "channel/C2") == {"U3": 3}
    assert await scores(database) == {"U3": 6, "U4": 1}
    assert await rows(database, "SELECT board FROM archived_shares WHERE points = 0") == []
    assert await asyncio.to_thread(find_differences_at, database.url) == []
    await _unmerge(database)
    assert await rows(database, boards) == before
    assert await asyncio.to_thread(find_differences_at, database.url) == []


async def test_archived_votes_of_forgotten_people_can_be_unmerged(database):
    await _cast_votes(database, 1, {"U2": 2, "U3": 1})
    await asyncio.to_thread(_archive, database.url)
    await _merge(database)
    await database.run(lambda c: forgetting.forget(c, "T1", "U2", "UFORGOTTENX", "~5e1f"))
    hashes = {"U2": "~5e1f"}
    await database.run(lambda c: merging.unmerge(c, BACK, lambda who: hashes.get(who, "")))
    assert await scores(database) == {"UFORGOTTENX": 2, "U3": 1}
    assert await scores(database, "channel/C1") == {"UFORGOTTENX": 2, "U3": 1}
    assert await asyncio.to_thread(find_differences_at, database.url) == []


async def test_a_merge_can_be_undone_after_its_votes_were_archived(database):
    await _cast_votes(database, 1, {"U2": 2})
    await _merge(database)
    assert await asyncio.to_thread(_archive, database.url) == 1
    assert await asyncio.to_thread(find_differences_at, database.url) == []
    await _unmerge(database)
    assert await scores(database) == {"U2": 2}
    assert await scores(database, "channel/C1") == {"U2": 2}
    assert await asyncio.to_thread(find_differences_at, database.url) == []


async def test_an_adjustment_repeated_concurrently_counts_once(database):
    await add_seasons(database)
    when = at_season(date(2026, 11, 20), 2)
    wanted = Adjustment("T1", "U9", "adjust/1", "U2", "", 5, "x", when, rules_of())
    done = await asyncio.gather(*(database.run(lambda c: adjust(c, wanted)) for _ in range(8)))
    assert done == [ScoreChange(0, 5)] * 8
    assert await rows(database, "SELECT count(*) FROM audit") == [(1,)]
    assert await scores(database, "users/S2") == {"U2": 5}
    assert await asyncio.to_thread(find_differences_at, database.url) == []


async def test_a_rolled_back_merge_leaves_no_trace(database):
    await _cast_votes(database, 1, {"U2": 2})

    async def broken(conn):
        async with conn.transaction(force_rollback=True):
            await merging.merge(conn, WAY, rules_of(), "U9")
            return await conn.execute("SELECT 1")

    await database.run(broken)
    assert await rows(database, "SELECT * FROM audit") == []
    assert await rows(database, "SELECT * FROM aliases") == []
    assert await scores(database) == {"U2": 2}
