"""Retention: counting months back, and which periods are still complete."""

from datetime import date

from app.core.boards.retention import (
    compute_board_horizons,
    compute_ledger_horizons,
    lies_before,
    subtract_months,
)
from tests.tables import each


@each(
    ("today", "months", "told"),
    [
        (date(2026, 11, 20), 1, date(2026, 10, 20)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(5, 1, 1), 1200, date.min),
    ],
)
def test_months_are_counted_back_to_a_day_that_exists(today, months, told):
    assert subtract_months(today, months) == told


@each(
    ("board", "gone"),
    [
        ("users", False),
        ("channel/C1", False),
        ("users/2024-05-14", True),
        ("users/2024-05-15", False),
        ("givers/2024-W19", True),
        ("givers/2024-W20", False),
        ("channel/C1/2024-04", True),
        ("channel/C1/2024-05", False),
        ("users/2024-99", False),
    ],
)
def test_a_board_is_pruned_if_its_period_ended_before_the_cutoff(board, gone):
    assert lies_before(board, compute_board_horizons(date(2024, 5, 15))) is gone


@each(
    ("board", "whole"),
    [
        ("users/2024-05-14", False),
        ("users/2024-05-15", True),
        ("users/2024-W20", False),
        ("users/2024-W21", True),
        ("users/2024-05", False),
        ("users/2024-06", True),
    ],
)
def test_a_board_is_whole_when_its_period_began_at_the_ledger_s_first_day_or_later(board, whole):
    assert lies_before(board, compute_ledger_horizons(date(2024, 5, 15))) is not whole


def test_periods_that_begin_with_the_ledger_are_whole():
    horizons = compute_ledger_horizons(date(2024, 1, 1))
    assert set(horizons.values()) == {date(2024, 1, 1)}
