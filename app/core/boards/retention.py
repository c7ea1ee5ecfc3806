"""How long things are kept: from which day on, and which boards lie before it."""

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
"""Those whose boards are made of others, and are whole as long as these are kept."""

Horizons = Mapping[str, date]
"""The first day that is kept in full, by kind of period, and of the ledger vote by vote."""


def subtract_months(today: date, months: int) -> date:
    """Return the day *months* months before *today*, or the last one of a shorter month."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def compute_board_horizons(cutoff: date) -> dict[str, date]:
    """Return the horizons when each board goes whose period ended before *cutoff*.

    That of weeks is a Monday: of weeks that begin before it, those named after it are kept.
    """
    return {
        DAY: cutoff,
        WEEK: periods.find_week(cutoff).first,
        MONTH: periods.find_month(cutoff).first,
    }


def compute_ledger_horizons(cutoff: date, shift: int = 0) -> dict[str, date]:
    """Return the horizons when votes of days before *cutoff* are no longer there one by one.

    A week or a month in which *cutoff* falls is not whole any more, unless it begins with it.
    Some of these votes were given when weeks began *shift* days before Monday.
    """
    eve = cutoff - timedelta(days=1)
    after = (periods.find_week(eve + timedelta(days=shift)).last, periods.find_month(eve).last)
    week, month = (last + timedelta(days=1) for last in after)
    return {LEDGER: cutoff, DAY: cutoff, WEEK: week, MONTH: month}


def lies_before(board: str, horizons: Horizons) -> bool:
    """Tell whether *board* is one of a period that is not kept, or not in full."""
    period = find_period(board)
    if period is None:
        return False
    first = horizons.get(MADE_OF.get(period.kind, period.kind))
    return first is not None and period.first < first


def find_period(board: str) -> Period | None:
    """Return the period of the calendar that *board* is of; None for all time and for seasons."""
    return periods.parse_period(board.rpartition("/")[2])
