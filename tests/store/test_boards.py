"""Boards: places, ties, a person's own standing, and scores of zero, which have no place."""

from datetime import date

import pytest

from app.core.boards import periods
from app.core.boards.shares import RankedScore, Standing
from app.store.boards import standings
from app.store.boards.rank_index import RankIndexes
from app.store.people import members
from tests.store.casting import ballot, cast, rows, ruled, spoken, ts_of


@pytest.fixture
async def board(database):
    """People with 5, 3, 3, 3, -1 and 0 points, and another workspace with other scores."""
    points = {"U5": 5, "U3C": 3, "U3A": 3, "U3B": 3, "UM": -1, "UZ": 2, "thing:a": 4}
    await database.run(lambda c: cast(c, ballot(spoken(), ruled(points))))
    await database.run(lambda c: cast(c, ballot(spoken(ts_of(1)), ruled({"UZ": -2}))))
    await database.run(lambda c: cast(c, ballot(spoken(team="T2"), ruled({"U5": 1, "U9": 5}))))
    return database


async def _standing(database, target, name="users"):
    ranks = RankIndexes(database)
    try:
        return await ranks.find_standing("T1", name, target)
    finally:
        await ranks.close()


async def test_equal_scores_share_a_rank_and_the_next_rank_is_skipped(board):
    assert await board.run(lambda c: standings.read_top(c, "T1", "users", 10)) == [
        RankedScore(1, "U5", 5),
        RankedScore(2, "U3A", 3),
        RankedScore(2, "U3B", 3),
        RankedScore(2, "U3C", 3),
        RankedScore(5, "UM", -1),
    ]


async def test_no_more_places_are_returned_than_requested(board):
    top = await board.run(lambda c: standings.read_top(c, "T1", "users", 2))
    assert [place.target for place in top] == ["U5", "U3A"]


@pytest.mark.parametrize(
    ("target", "own"),
    [
        ("U5", Standing(1, 5)),
        ("U3A", Standing(2, 3, RankedScore(0, "U5", 5))),
        ("U3C", Standing(2, 3, RankedScore(0, "U5", 5))),
        ("UM", Standing(5, -1, RankedScore(0, "U3C", 3))),
        ("UZ", None),
        ("U9", None),
        ("UNOBODY", None),
    ],
)
async def test_a_standing_has_a_rank_and_the_next_place_above(board, target, own):
    assert await _standing(board, target) == own


async def test_places_and_standings_agree(board):
    places = await board.run(lambda c: standings.read_top(c, "T1", "users", 10))
    assert places
    for place in places:
        own = await _standing(board, place.target)
        assert (own.rank, own.score) == (place.rank, place.score)


async def test_scores_are_all_time_and_of_one_workspace(board):
    asked = ["U5", "UZ", "thing:a", "U9", "U1"]
    found = await board.run(lambda c: standings.read_scores(c, "T1", asked))
    assert found == {"U5": 5, "UZ": 0, "thing:a": 4}


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("things", ["thing:a"]),
        ("givers", ["U1"]),
        ("channel/C1", ["U5", "U3A", "U3B", "U3C", "UM"]),
        ("channel/C2", []),
        ("users/2025-11", ["U5", "U3A", "U3B", "U3C", "UM"]),
        ("users/2025-W47", ["U5", "U3A", "U3B", "U3C", "UM"]),
        ("things/2025-W47", ["thing:a"]),
        ("users/2025-12", []),
    ],
)
async def test_every_board_is_read_the_same_way(board, name, places):
    top = await board.run(lambda c: standings.read_top(c, "T1", name, 10))
    assert [place.target for place in top] == places


@pytest.mark.parametrize("query", [standings._TOP, standings._BOTTOM])
async def test_a_board_is_read_by_its_index_and_hidden_people_by_primary_key(board, query):
    async def plan(conn):
        await conn.execute(
            "INSERT INTO leaderboard (team_id, board, target_id, score)"
            " SELECT 'T9', 'users', 'U' || n, n % 500 FROM generate_series(1, 5000) AS n"
        )
        await conn.execute(
            "INSERT INTO hidden_members (team_id, user_id, why)"
            " SELECT 'T9', 'U' || n, 'deactivated' FROM generate_series(1, 5000, 7) AS n"
        )
        await conn.execute("VACUUM ANALYZE leaderboard, hidden_members")
        asked = query % {"team": "'T9'", "board": "'users'", "count": 10}
        return [line for (line,) in await (await conn.execute(f"EXPLAIN {asked}")).fetchall()]

    lines = await board.run(plan)
    assert any("Only" in line and "leaderboard_ranked" in line for line in lines), lines
    assert any("Only" in line and "hidden_members_pkey" in line for line in lines), lines
    assert not any("Seq Scan" in line or "Sort" in line for line in lines), lines


async def _hide(database, *users, team="T1"):
    for user in users:
        await rows(
            database,
            "INSERT INTO hidden_members VALUES (%s, %s, 'opted_out') RETURNING user_id", team, user
        )  # fmt: skip


async def test_hidden_people_are_on_no_board_and_leave_no_gap_in_the_ranks(board):
    await _hide(board, "U5", "U3B")
    await _hide(board, "U3A", team="T2")
    assert await board.run(lambda c: standings.read_top(c, "T1", "users", 10)) == [
        RankedScore(1, "U3A", 3),
        RankedScore(1, "U3C", 3),
        RankedScore(3, "UM", -1),
    ]
    assert await _standing(board, "U3A") == Standing(1, 3)
    assert await _standing(board, "U5") is None
    hidden = await board.run(lambda c: members.read_hidden(c, "T1", ["U5", "UM"]))
    assert list(hidden) == ["U5"]


async def test_the_bottom_is_the_same_board_in_reverse(board):
    last = await board.run(lambda c: standings.read_bottom(c, "T1", "users", 3))
    assert last == [("UM", -1), ("U3C", 3), ("U3B", 3)]
    top = await board.run(lambda c: standings.read_top(c, "T1", "users", 10))
    whole = await board.run(lambda c: standings.read_bottom(c, "T1", "users", 10))
    assert whole == [(place.target, place.score) for place in reversed(top)]
    hidden = "INSERT INTO hidden_members (team_id, user_id, why) VALUES ('T1', 'U3C', 'opted_out')"
    await rows(board, f"{hidden} RETURNING 1")
    last = await board.run(lambda c: standings.read_bottom(c, "T1", "users", 2))
    assert last == [("UM", -1), ("U3B", 3)]


async def test_scores_on_a_board_are_those_with_a_place(board):
    found = await board.run(
        lambda c: standings.read_board_scores(c, "T1", "users", ["U5", "UZ", "UM", "U9"])
    )
    assert found == {"U5": 5, "UM": -1}
    assert await board.run(lambda c: standings.has_places(c, "T1", "users"))
    assert not await board.run(lambda c: standings.has_places(c, "T1", "users/2020-01"))


async def test_a_week_that_begins_before_monday_is_kept_by_its_monday(database):
    await rows(database, "INSERT INTO horizons VALUES ('T1', 'week', '2025-11-24') RETURNING 1")

    async def pruned(day, shift):
        week = periods.find_week(day, shift)
        return await database.run(lambda c: standings.may_be_pruned(c, "T1", week))

    assert not await pruned(date(2025, 11, 23), 1)
    assert await pruned(date(2025, 11, 22), 1)
    assert await pruned(date(2025, 11, 23), 0)
    season = periods.build_season(1)
    assert not await database.run(lambda c: standings.may_be_pruned(c, "T1", season))
