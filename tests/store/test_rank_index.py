"""Ranks on boards of any size: an index gives the same ranks as counting."""

import asyncio
import random
from dataclasses import replace
from types import SimpleNamespace

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.boards.shares import RankedScore, Standing
from app.store.boards import rank_index, standings
from app.store.boards.rank_index import RankIndexes
from app.store.database import UnavailableError
from tests.examples import scaled
from tests.logged import logged
from tests.store.casting import rows

FILL = """
INSERT INTO leaderboard (team_id, board, target_id, score)
SELECT 'T1', 'users', 'U' || n, %s - (n * 7919 %% 10007) FROM generate_series(1, %s) AS n
RETURNING 1
"""


@pytest.fixture
async def indexes(database):
    made = RankIndexes(database)
    yield made
    await made.close()


async def _fill(database, scores, hidden=()):
    """Give U0, U1, … the *scores*, also on other boards, and hide the users in *hidden*."""
    await rows(
        database,
        "INSERT INTO leaderboard (team_id, board, target_id, score)"
        " SELECT team, board, 'U' || n - 1, s"
        " FROM unnest(%s::bigint[]) WITH ORDINALITY AS t (s, n),"
        " (VALUES ('T1', 'users'), ('T1', 'givers'), ('T2', 'users')) AS b (team, board)"
        " RETURNING 1",
        list(scores),
    )
    await rows(
        database,
        "INSERT INTO hidden_members (team_id, user_id, why)"
        " SELECT 'T1', u, 'deactivated' FROM unnest(%s::text[]) AS u RETURNING 1",
        list(hidden),
    )


def _count_ranks(scores, asked):
    return {score: 1 + sum(1 for other in scores if other > score) for score in asked}


@settings(max_examples=scaled(40))
@given(st.data())
async def test_every_rank_agrees_with_counting(database, indexes, monkeypatch, data):
    """The head has four places, and any board may have an index, so small boards cover all."""
    monkeypatch.setattr(rank_index, "HEAD", 4)
    monkeypatch.setattr(rank_index, "SMALL", data.draw(st.sampled_from([0, 1000])))
    monkeypatch.setattr(
        rank_index,
        "_CHECKPOINTS",
        rank_index._CHECKPOINTS.replace("50", str(data.draw(st.integers(1, 9)))),
    )
    indexes._indexes.clear()
    await rows(database, "DELETE FROM leaderboard RETURNING 1")
    await rows(database, "DELETE FROM hidden_members RETURNING 1")
    number = st.integers(-6, 6) | st.sampled_from([1 << 40, -(1 << 63), (1 << 63) - 1])
    scores = data.draw(st.lists(number, max_size=40))
    hidden = data.draw(st.sets(st.integers(0, 40), max_size=10))
    await _fill(database, scores, [f"U{n}" for n in hidden])
    places = [s for n, s in enumerate(scores) if s and n not in hidden]
    asked = data.draw(st.lists(number, max_size=8))
    for _ in range(2):  # the second time from a cached index
        assert await indexes.find_ranks("T1", "users", set(asked)) == _count_ranks(places, asked)
    await asyncio.gather(*indexes._builds.tasks.values())
    settled = await indexes.find_ranks("T1", "users", set(asked), settled=True)
    assert settled == _count_ranks(places, asked)
    await asyncio.gather(*indexes._builds.tasks.values())


async def test_a_large_board_has_an_index_that_agrees_with_counting(database, indexes):
    await rows(database, FILL, 5000, 9000)
    places = await database.run(lambda c: standings.read_top(c, "T1", "users", 9000))
    exact = {place.target: (place.rank, place.score) for place in places}
    for user in [f"U{n}" for n in (1, 17, 4000, 8999)]:
        found = await indexes.find_standing("T1", "users", user)
        assert found
        assert (found.rank, found.score) == exact[user]
    assert list(indexes._indexes) == [("T1", "users")]
    assert len(indexes._indexes["T1", "users"].scores) == 179  # one of 9,000 has 0


async def test_a_small_board_is_counted_on_each_request(database, indexes):
    await _fill(database, range(1, 2001))
    assert await indexes.find_ranks("T1", "users", [1]) == {1: 2000}
    await _fill_more(database, 5000)
    for asked in (1, 1990, 6000):  # counted at any depth, since the board is known to be small
        above = {1: 2001, 1990: 12, 6000: 1}
        assert await indexes.find_ranks("T1", "users", [asked]) == {asked: above[asked]}
    assert not indexes._indexes


async def test_a_small_board_that_has_grown_gets_an_index(database, indexes):
    await _fill(database, range(1, 2001))
    assert await indexes.find_ranks("T1", "users", [1]) == {1: 2000}
    await rows(database, FILL.replace("'U'", "'V'"), 1 << 40, 8000)
    for _ in range(2):  # the second time from an index
        assert await indexes.find_ranks("T1", "users", [1, 1 << 41]) == {1: 10000, 1 << 41: 1}
    assert list(indexes._indexes) == [("T1", "users")]
    await _fill_more(database, 1 << 41)
    ((leader,),) = await rows(database, "SELECT max(score) FROM leaderboard WHERE score < 1000000")
    assert await indexes.find_ranks("T1", "users", [leader]) == {leader: 8001}  # a minute old
    ordered = "SELECT score FROM leaderboard ORDER BY score DESC OFFSET 499 LIMIT 1"
    ((high,),) = await rows(database, ordered)
    assert await indexes.find_ranks("T1", "users", [high]) == {high: 500}  # the head is exact


async def _fill_more(database, score, user="UNEW"):
    await rows(
        database,
        "INSERT INTO leaderboard (team_id, board, target_id, score)"
        " VALUES ('T1', 'users', %s, %s) RETURNING 1",
        user,
        score,
    )


async def test_nobody_without_points_has_a_standing(database, indexes):
    await _fill(database, [3, 0, 2], hidden=["U2"])
    assert await indexes.find_standing("T1", "users", "U0") == Standing(1, 3)
    for nobody in ("U1", "U2", "UX"):
        assert await indexes.find_standing("T1", "users", nobody) is None
    assert await indexes.find_ranks("T1", "users", []) == {}


async def test_a_standing_names_who_is_next_above(database, indexes):
    await _fill(database, [3, 9, 5], hidden=["U2"])
    assert await indexes.find_standing("T1", "users", "U0") == Standing(
        2, 3, RankedScore(0, "U1", 9)
    )


async def test_an_old_index_is_rebuilt(database):
    """After a minute it's rebuilt in the background; after ten, requests wait for a new one."""
    now = [1000.0]
    indexes = RankIndexes(database, clock=lambda: now[0])
    await rows(database, FILL, 20000, 9000)
    assert await indexes.find_ranks("T1", "users", [1]) == {1: 9001}
    await _fill_more(database, 1 << 40)
    now[0] += 59
    assert await indexes.find_ranks("T1", "users", [1]) == {1: 9001}
    assert not indexes._builds.tasks
    now[0] += 2
    assert await indexes.find_ranks("T1", "users", [1]) == {1: 9001}
    await asyncio.gather(*indexes._builds.tasks.values())
    assert await indexes.find_ranks("T1", "users", [1]) == {1: 9002}
    await _fill_more(database, 1 << 41, "UNEWER")
    now[0] += 601
    assert await indexes.find_ranks("T1", "users", [1]) == {1: 9003}
    await indexes.close()


async def test_concurrent_requests_share_one_build(database, indexes):
    await rows(database, FILL, 20000, 9000)
    build = indexes._start_build("T1", "users")
    assert indexes._start_build("T1", "users") is build
    asked = [random.randint(1, 5000) for _ in range(30)]
    ranks = await asyncio.gather(*(indexes.find_ranks("T1", "users", [score]) for score in asked))
    assert [next(iter(rank)) for rank in ranks] == asked
    assert build.done()


async def test_a_settled_board_gets_an_index_for_its_first_places_too(database, indexes):
    await rows(database, FILL, 20000, 9000)
    assert await indexes.find_ranks("T1", "users", [1 << 40], settled=True) == {1 << 40: 1}
    assert list(indexes._builds.tasks) == [("T1", "users")]
    await asyncio.gather(*indexes._builds.tasks.values())
    assert await indexes.find_ranks("T1", "users", [1 << 40], settled=True) == {1 << 40: 1}


async def test_builds_end_with_the_process(database):
    indexes = RankIndexes(database)
    build = indexes._start_build("T1", "users")
    await indexes.close()
    assert build.cancelled()


async def test_a_request_does_not_wait_for_an_index_beyond_its_patience(
    database, database_url, monkeypatch, log_lines
):
    now = [1000.0]
    indexes = RankIndexes(database, clock=lambda: now[0])
    await rows(database, FILL, 20000, 9000)
    await indexes.find_ranks("T1", "users", [1])
    now[0] += 601
    monkeypatch.setattr(rank_index, "_BUILD_TIMEOUT", 0.2)
    monkeypatch.setattr(database, "limits", replace(database.limits, patience=0.01))
    async with await psycopg.AsyncConnection.connect(database_url) as other:
        await other.execute("LOCK leaderboard")
        with pytest.raises(UnavailableError, match="no index in time"):
            await indexes.find_ranks("T1", "users", [1])
        await asyncio.wait(indexes._builds.tasks.values())
        await asyncio.sleep(0)
    assert not indexes._builds.tasks
    (line,) = logged(log_lines, "ranks.not_counted")
    assert line["board"] == "users"
    assert line["reason"] in ("no answer in time", "QueryCanceled 57014")


async def test_a_build_may_take_longer_than_other_statements(database, indexes, monkeypatch):
    await rows(database, FILL, 20000, 9000)
    limit = "SELECT setting::bigint, 9000 FROM pg_settings WHERE name = 'statement_timeout'"
    monkeypatch.setattr(rank_index, "_CHECKPOINTS", limit)
    await indexes.find_ranks("T1", "users", [1])
    assert [~score for score in indexes._indexes["T1", "users"].scores] == [10_000]


async def test_the_cache_of_indexes_is_bounded(database, monkeypatch):
    monkeypatch.setattr(rank_index, "_MOST_KEPT", 2)
    indexes = RankIndexes(database)
    monkeypatch.setattr(rank_index, "HEAD", 1)
    monkeypatch.setattr(rank_index, "SMALL", 0)
    await rows(database, FILL, 5000, 900)
    await rows(
        database,
        "INSERT INTO leaderboard (team_id, board, target_id, score)"
        " SELECT team_id, b, target_id, score FROM leaderboard,"
        " unnest(ARRAY['givers', 'users/2026']) AS b RETURNING 1",
    )
    for board in ("users", "givers", "users/2026"):
        await indexes.find_ranks("T1", board, [-10000])
    assert list(indexes._indexes) == [("T1", "givers"), ("T1", "users/2026")]
    await indexes.close()


async def test_the_first_thousand_places_are_counted_despite_an_index(database, indexes):
    await rows(database, FILL, 20000, 9000)
    ordered = "SELECT score FROM leaderboard ORDER BY score DESC OFFSET 499 LIMIT 1"
    ((middle,),) = await rows(database, ordered)
    assert await indexes.find_ranks("T1", "users", [middle, 1]) == {middle: 500, 1: 9001}
    await rows(database, FILL.replace("'U'", "'V'"), 1 << 40, 100)
    for asked in ({middle: 600}, {middle: 600, 1: 9001}):
        assert await indexes.find_ranks("T1", "users", asked) == asked


async def test_a_rank_on_a_small_board_is_read_by_one_statement(database, indexes):
    """Otherwise somebody whose score changes between two statements could be counted twice."""
    await _fill(database, range(1, 2001))
    assert await indexes.find_ranks("T1", "users", [1]) == {1: 2000}
    sent, run = [], database.run

    async def count(query, *args):
        sent.append(query)
        return await run(query, *args)

    indexes.database = SimpleNamespace(run=count)
    assert await indexes.find_ranks("T1", "users", [1, 1500]) == {1: 2000, 1500: 501}
    assert len(sent) == 1
