"""Which scores a message changes."""

from datetime import date

import pytest

from app.core.boards import Share, difference, main_board, shares
from app.core.vote import Vote

MAY = date(2026, 5, 6)


def periods(at: date) -> set[str]:
    found = shares([Vote("thing:db", 1)], "UME", "C1", at)
    return {share.board.removeprefix("things") for share in found if share.target == "thing:db"}


def test_a_vote_for_a_person_changes_twelve_boards():
    assert shares([Vote("U1", 2)], "UME", "C1", MAY) == [
        Share("channel/C1", "U1", 2),
        Share("channel/C1/2026-05", "U1", 2),
        Share("channel/C1/2026-05-06", "U1", 2),
        Share("channel/C1/2026-W19", "U1", 2),
        Share("givers", "UME", 2),
        Share("givers/2026-05", "UME", 2),
        Share("givers/2026-05-06", "UME", 2),
        Share("givers/2026-W19", "UME", 2),
        Share("users", "U1", 2),
        Share("users/2026-05", "U1", 2),
        Share("users/2026-05-06", "U1", 2),
        Share("users/2026-W19", "U1", 2),
    ]


def test_a_thing_has_no_place_among_people():
    found = shares([Vote("thing:db", -1)], "UME", "C1", MAY)
    assert [s for s in found if not s.board.startswith("givers")] == [
        Share("things", "thing:db", -1),
        Share("things/2026-05", "thing:db", -1),
        Share("things/2026-05-06", "thing:db", -1),
        Share("things/2026-W19", "thing:db", -1),
    ]
    assert main_board("thing:db") == "things"
    assert main_board("U1") == "users"


def test_a_giver_gives_plus_and_minus_alike():
    found = shares([Vote("U1", 2), Vote("U2", -3)], "UME", "C1", MAY)
    assert Share("givers", "UME", 5) in found


@pytest.mark.parametrize(
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
    assert periods(at) == expected | {f"/{at}"}


def test_shares_come_in_key_order_so_that_statements_never_deadlock():
    votes = [Vote("U9", 1), Vote("thing:z", 1), Vote("U1", -1), Vote("thing:a", 2)]
    found = [(share.board, share.target) for share in shares(votes, "U5", "C1", MAY)]
    assert found == sorted(set(found))


def test_no_votes_change_nothing():
    assert shares([], "UME", "C1", MAY) == []


def test_a_difference_turns_one_version_into_the_other():
    before = [Share("users", "U1", 2), Share("users", "U2", 1)]
    after = [Share("users", "U3", 1), Share("users", "U1", 5), Share("users", "U2", 1)]
    assert difference(before, after) == [Share("users", "U1", 3), Share("users", "U3", 1)]
    assert difference(before, []) == [Share("users", "U1", -2), Share("users", "U2", -1)]
    assert difference(after, after) == []
