"""The scores that a message changes."""

from dataclasses import replace
from datetime import date

from app.core.boards.calendar import VoteTime
from app.core.boards.definitions import KeptBoards
from app.core.boards.shares import Share, compute_difference, compute_shares, name_main_board
from app.core.vote import Vote
from tests.tables import each

MAY = VoteTime(date(2026, 5, 6))


def periods(when: VoteTime) -> set[str]:
    found = compute_shares([Vote("thing:db", 1)], "UME", "C1", when)
    return {share.board.removeprefix("things") for share in found if share.target == "thing:db"}


def test_a_vote_for_a_person_changes_eight_boards():
    assert compute_shares([Vote("U1", 2)], "UME", "C1", MAY) == [
        Share("channel/C1", "U1", 2),
        Share("givers", "UME", 2),
        Share("givers/2026-05", "UME", 2),
        Share("givers/2026-W19", "UME", 2),
        Share("users", "U1", 2),
        Share("users/2026-05", "U1", 2),
        Share("users/2026-05-06", "U1", 2),
        Share("users/2026-W19", "U1", 2),
    ]


def test_once_a_season_was_begun_a_vote_counts_for_its_season_too():
    before = compute_shares([Vote("U1", 2)], "UME", "C1", MAY)
    begun = replace(MAY, season=3, has_seasons=True)
    assert set(compute_shares([Vote("U1", 2)], "UME", "C1", begun)) - set(before) == {
        Share("channel/C1/S3", "U1", 2),
        Share("givers/S3", "UME", 2),
        Share("users/S3", "U1", 2),
    }


@each(
    ("board", "kept"),
    [
        ("users/2026-05-06", KeptBoards()),
        ("channel/C1", KeptBoards()),
        ("channel/C1/S1", KeptBoards(seasons=True)),
        ("givers/2026-05", KeptBoards(horizons={"month": date(2026, 5, 1)})),
    ],
)
def test_boards_that_people_look_at_daily_are_kept(board: str, kept: KeptBoards):
    assert kept.includes(board)


@each(
    ("board", "kept"),
    [
        ("givers/2026-05-06", KeptBoards()),
        ("channel/C1/2026-05", KeptBoards()),
        ("users/S1", KeptBoards()),
        ("nonsense", KeptBoards()),
        ("givers/2026-05", KeptBoards(horizons={"month": date(2026, 6, 1)})),
    ],
)
def test_other_boards_have_no_rows(board: str, kept: KeptBoards):
    assert not kept.includes(board)


def test_a_thing_has_no_place_among_people():
    found = compute_shares([Vote("thing:db", -1)], "UME", "C1", MAY)
    assert [s for s in found if not s.board.startswith("givers")] == [
        Share("things", "thing:db", -1),
        Share("things/2026-05", "thing:db", -1),
        Share("things/2026-05-06", "thing:db", -1),
        Share("things/2026-W19", "thing:db", -1),
    ]
    assert name_main_board("thing:db") == "things"
    assert name_main_board("U1") == "users"


def test_a_giver_gives_plus_and_minus_alike():
    found = compute_shares([Vote("U1", 2), Vote("U2", -3)], "UME", "C1", MAY)
    assert Share("givers", "UME", 5) in found


@each(
    ("year", "month", "day", "expected"),
    [
        (2026, 1, 1, {"", "/2026-01", "/2026-W01"}),
        (2026, 12, 31, {"", "/2026-12", "/2026-W53"}),
        (2027, 1, 1, {"", "/2027-01", "/2026-W53"}),
        (2027, 1, 3, {"", "/2027-01", "/2026-W53"}),
        (2027, 1, 4, {"", "/2027-01", "/2027-W01"}),
        (2024, 12, 30, {"", "/2024-12", "/2025-W01"}),
        (2021, 1, 3, {"", "/2021-01", "/2020-W53"}),
    ],
)
def test_a_week_belongs_to_the_year_of_its_thursday(
    year: int, month: int, day: int, expected: set[str]
):
    at = date(year, month, day)
    assert periods(VoteTime(at)) == expected | {f"/{at}"}


@each(
    ("shift", "day", "week"),
    [(0, 15, "W46"), (0, 16, "W47"), (1, 14, "W46"), (1, 15, "W47"), (1, 21, "W47"),
     (1, 22, "W48"), (2, 13, "W46"), (2, 14, "W47"), (2, 20, "W47"), (2, 21, "W48")],
)  # fmt: skip
def test_a_week_that_begins_before_monday_has_the_name_of_the_one_it_shares_most_days_with(
    shift: int, day: int, week: str
):
    assert f"/2026-{week}" in periods(VoteTime(date(2026, 11, day), week_shift=shift))


def test_a_vote_counts_for_its_own_season_and_for_all_time():
    found = periods(VoteTime(date(2026, 5, 6), season=3, has_seasons=True))
    assert {"", "/S3"} <= found
    assert "/S1" not in found


def test_shares_come_in_key_order_so_that_statements_never_deadlock():
    votes = [Vote("U9", 1), Vote("thing:z", 1), Vote("U1", -1), Vote("thing:a", 2)]
    found = [(share.board, share.target) for share in compute_shares(votes, "U5", "C1", MAY)]
    assert found == sorted(set(found))


def test_no_votes_change_nothing():
    assert compute_shares([], "UME", "C1", MAY) == []


def test_a_difference_turns_one_version_into_the_other():
    before = [Share("users", "U1", 2), Share("users", "U2", 1)]
    after = [Share("users", "U3", 1), Share("users", "U1", 5), Share("users", "U2", 1)]
    assert compute_difference(before, after) == [Share("users", "U1", 3), Share("users", "U3", 1)]
    assert compute_difference(before, []) == [Share("users", "U1", -2), Share("users", "U2", -1)]
    assert compute_difference(after, after) == []
