"""Retention: from which day on data is kept in full, and which boards begin before that."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from app.core.boards import periods
from app.core.boards.periods import QUARTER, YEAR, Period

DAY: Final = "day"
WEEK: Final = "week"
MONTH: Final = "month"
LEDGER: Final = "ledger"

MADE_OF: Final[Mapping[str, str]] = {QUARTER: MONTH, YEAR: MONTH}
"""Periods whose boards are made from others, and are complete while those are kept."""

Horizons = Mapping[str, date]
"""The first day kept in full, by kind of period; for LEDGER, the first with individual votes."""


def subtract_months(today: date, months: int) -> date:
    """Return the day *months* months before *today*, or a shorter month's last day."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def compute_board_horizons(cutoff: date) -> dict[str, date]:
    """Return the horizons once all boards whose period ended before *cutoff* are pruned.

    The horizon of weeks is a Monday: weeks that begin before it but are named after it are kept.
    """
    return {
        DAY: cutoff,
        WEEK: periods.find_week(cutoff).first,
        MONTH: periods.find_month(cutoff).first,
    }


def compute_ledger_horizons(cutoff: date, shift: int = 0) -> dict[str, date]:
    """Return the horizons once individual votes from before *cutoff* are gone.

    A week or month that *cutoff* falls in is no longer complete, unless it begins on that day.
    When the votes were given, weeks began up to *shift* days before Monday.
    """
    eve = cutoff - timedelta(days=1)
    after = (periods.find_week(eve + timedelta(days=shift)).last, periods.find_month(eve).last)
    week, month = (last + timedelta(days=1) for last in after)
    return {LEDGER: cutoff, DAY: cutoff, WEEK: week, MONTH: month}


def lies_before(board: str, horizons: Horizons) -> bool:
    """Return whether *board* is of a period that isn't kept, or not in full."""
    period = find_period(board)
    if period is None:
        return False
    first = horizons.get(MADE_OF.get(period.kind, period.kind))
    return first is not None and period.first < first


def find_period(board: str) -> Period | None:
    """Return the calendar period in the name of *board*; None for all time and for seasons."""
    return periods.parse_period(board.rpartition("/")[2])
