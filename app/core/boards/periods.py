"""The periods of boards: all time, seasons, years, quarters, months, weeks, days and spans.

`definitions` lists the periods for which each board is stored.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

ALL: Final = ""
"""The name of the period that never ends."""

QUARTER: Final = "quarter"
YEAR: Final = "year"
SPAN: Final = "span"
"""The kinds of periods whose boards come from those of months, or from the ledger."""
MOST_DAYS: Final = 90
"""The most days that a span may have."""

RELATIVE: Final = (
    "today", "yesterday", "week", "last-week", "month", "last-month", "quarter", "last-quarter",
    "year", "last-year", "all",
)  # fmt: skip
"""The words for periods relative to the current day."""

_NAMED_MONTH: Final = re.compile(r"month-(0[1-9]|1[0-2])")
_NAMED_QUARTER: Final = re.compile(r"quarter-([1-4])")
_NAMED_WEEK: Final = re.compile(r"week-(0[1-9]|[1-4][0-9]|5[0-3])")
_ANY_WEEK: Final = re.compile(r"week-[0-9]{2}")
_LAST_DAYS: Final = re.compile(r"last-([1-9][0-9]{0,3})-days")
_SINCE: Final = re.compile(r"since-([0-9]{4}-[0-9]{2}-[0-9]{2})")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_QUARTER: Final = re.compile(r"[0-9]{4}-[Qq][1-4]")
_BETWEEN: Final = ".."
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEEK: Final = re.compile(r"[0-9]{4}-[Ww][0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, in the workspace's time zone."""

    name: str
    """`2026-11`, `2026-W47`, `2026-11-20`, or empty for all time; the end of a board's name."""
    first: date = date.min
    last: date = date.max
    title: str = ""
    """The name given to a season by the admin who began it."""

    def find_previous(self) -> "Period | None":
        """Return the period before it, of the same kind and length; None if there is none."""
        if self.kind == "season":
            return build_season(int(self.name[1:]) - 1) if self.name != "S1" else None
        if self.first <= date(1, 12, 31):
            return None
        eve = self.first - timedelta(days=1)
        if self.kind == "week":  # it may begin on a day other than Monday
            return Period(
                find_week(self.middle - timedelta(days=7)).name, eve - timedelta(days=6), eve
            )
        if self.kind == SPAN:
            return build_span(eve - (self.last - self.first), eve)
        find = {"day": find_day, "month": find_month, QUARTER: find_quarter, YEAR: find_year}
        return find[self.kind](eve)

    @property
    def kind(self) -> str:
        """`day`, `week`, `month`, `quarter`, `year`, `season`, `span`, or empty for all time."""
        if self.name.startswith("S"):
            return "season"
        if _BETWEEN in self.name:
            return SPAN
        if "Q" in self.name:
            return QUARTER
        if "W" in self.name:
            return "week"
        return _KINDS.get(len(self.name), "month")

    @property
    def middle(self) -> date:
        """A day of a week that lies in the ISO week of its name."""
        return self.first + timedelta(days=3)

    def name_board(self, board: str) -> str:
        """Return the name of *board* for this period, such as `users/2026-11`."""
        return f"{board}/{self.name}" if self.name else board


_KINDS: Final = {
    len(name): kind
    for name, kind in (("", ALL), ("2026", YEAR), ("2026-11", "month"), ("2026-11-20", "day"))
}

EVER: Final = Period(ALL)


def find_day(at: date) -> Period:
    """Return the day *at* as a period."""
    return Period(at.isoformat(), at, at)


def build_season(number: int) -> Period:
    """Return season *number* as a period without dates."""
    return Period(f"S{number}")


def find_week(at: date, shift: int = 0) -> Period:
    """Return the week that *at* is in, named after the ISO week it shares most days with.

    It begins on Monday (ISO 8601), or *shift* days earlier.
    """
    year, number, weekday = (at + timedelta(days=shift)).isocalendar()
    first = at - timedelta(days=weekday - 1)
    return Period(f"{year:04}-W{number:02}", first, first + timedelta(days=6))


def find_month(at: date) -> Period:
    """Return the calendar month that *at* is in."""
    first = at.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return Period(f"{at.year:04}-{at.month:02}", first, after - timedelta(days=1))


def find_quarter(at: date) -> Period:
    """Return the calendar quarter that *at* is in."""
    number = (at.month - 1) // 3
    first = date(at.year, 3 * number + 1, 1)
    last = find_month(first + timedelta(days=70)).last
    return Period(f"{at.year:04}-Q{number + 1}", first, last)


def find_year(at: date) -> Period:
    """Return the calendar year that *at* is in."""
    return Period(f"{at.year:04}", date(at.year, 1, 1), date(at.year, 12, 31))


def build_span(first: date, last: date) -> Period:
    """Return the days from *first* to *last* as a period."""
    return Period(f"{first.isoformat()}{_BETWEEN}{last.isoformat()}", first, last)


def is_too_long(period: Period) -> bool:
    """Return whether *period* is a span of more than MOST_DAYS."""
    return period.kind == SPAN and (period.last - period.first).days >= MOST_DAYS


def list_months(period: Period) -> list[Period]:
    """Return the months that *period* touches; of a quarter or year, exactly its months."""
    months, day = [find_month(period.first)], period.first
    while (day := find_month(day).last + timedelta(days=1)) <= period.last:
        months.append(find_month(day))
    return months


def split_span(period: Period) -> list[tuple[Period, int]]:
    """Return the months and days that add up to *period*, each with 1 (add) or -1 (subtract).

    If it lacks only a few days at the end of a month, those are subtracted from the month. No month
    or day that began before *period* is used, because earlier boards may have been pruned.
    """
    pieces: list[tuple[Period, int]] = []
    for month in list_months(period):
        within = [day for day in list_days(month) if period.first <= day.first <= period.last]
        without = [day for day in list_days(month) if day not in within]
        if month.first >= period.first and len(without) < len(within):
            pieces += [(month, 1), *((day, -1) for day in without)]
        else:
            pieces += [(day, 1) for day in within]
    return pieces


def list_days(period: Period) -> list[Period]:
    """Return the days of *period*."""
    count = (period.last - period.first).days + 1
    return [find_day(period.first + timedelta(days=n)) for n in range(count)]


def list_periods(at: date, shift: int = 0) -> tuple[Period, ...]:
    """Return all time, and the month, week and day that *at* is in."""
    return EVER, find_month(at), find_week(at, shift), find_day(at)


def parse_period(name: str, shift: int = 0) -> Period | None:
    """Return the period called *name*, such as `2026-W47`, or None; *shift* as in `find_week`."""
    try:
        if _WEEK.fullmatch(name):
            return find_week(date.fromisocalendar(int(name[:4]), int(name[6:]), 1), shift)
        find, first = _read_name(name)
        return find(date.fromisoformat(first)) if find else None
    except (ValueError, OverflowError):  # a month 13, a week 54, the end of the calendar
        return None


def _read_name(name: str) -> tuple[Callable[[date], Period] | None, str]:
    """Return the function that finds the period called *name*, and its first day to pass to it."""
    if _DAY.fullmatch(name):
        return find_day, name
    if _MONTH.fullmatch(name):
        return find_month, f"{name}-01"
    if _QUARTER.fullmatch(name):
        return find_quarter, f"{name[:4]}-{3 * int(name[6:]):02}-01"
    return (find_year, f"{name}-01-01") if _YEAR.fullmatch(name) else (None, "")


def name_missing(word: str) -> str:
    """Return *word*, in the form of a period's name, as people type it; empty for other words."""
    if _WEEK.fullmatch(word):
        return f"week {int(word[6:])} {word[:4]}"
    if _ANY_WEEK.fullmatch(word):
        return f"week {int(word[5:])}"
    return word if _DAY.fullmatch(word) or _MONTH.fullmatch(word) else ""


def is_day(name: str) -> bool:
    """Return whether *name* is that of an existing day, such as `2026-11-20`."""
    named = parse_period(name)
    return named is not None and named.kind == "day"


def is_span(word: str) -> bool:
    """Return whether *word* is in RELATIVE, a month, quarter or week without a year, or a span.

    Examples: `month-11`, `quarter-4`, `week-47`, `last-30-days`, `since-2026-09-01`.
    """
    named = (_NAMED_MONTH, _NAMED_QUARTER, _NAMED_WEEK, _LAST_DAYS, _SINCE)
    return word in RELATIVE or any(one.fullmatch(word) for one in named)


def resolve_span(word: str, today: date, shift: int = 0) -> Period | None:
    """Return the period that *word*, one that `is_span` knows or a period's name, means *today*.

    None if it means none. A week begins *shift* days before Monday. A month, quarter or week
    without a year is the latest one of that name that has begun.
    """
    if found := _find_named(word, today, shift) or _read_span(word, today):
        return found
    current = {
        "year": find_year(today),
        "quarter": find_quarter(today),
        "all": EVER,
        "today": find_day(today),
        "week": find_week(today, shift),
        "month": find_month(today),
    }
    if word in current:
        return current[word]
    previous = {
        "yesterday": "today", "last-week": "week", "last-month": "month",
        "last-quarter": "quarter", "last-year": "year",
    }  # fmt: skip
    if word in previous:
        return current[previous[word]].find_previous()
    return parse_period(word, shift)


def _find_named(word: str, today: date, shift: int) -> Period | None:
    """Return the latest month, quarter or week of the name *word* that has begun, or None."""
    if named := _NAMED_WEEK.fullmatch(word):
        return _find_latest_week(int(named[1]), today, shift)
    if named := _NAMED_QUARTER.fullmatch(word):
        find, month = find_quarter, 3 * int(named[1]) - 2
    elif named := _NAMED_MONTH.fullmatch(word):
        find, month = find_month, int(named[1])
    else:
        return None
    return find(date(today.year - (month > today.month), month, 1))


def _find_latest_week(number: int, today: date, shift: int) -> Period:
    """Return the latest week of that ISO *number* that has begun."""
    years = range(today.year + 1, today.year - 8, -1)  # seven at most are without a week 53
    weeks = (parse_period(f"{year:04}-W{number:02}", shift) for year in years)
    return next(week for week in weeks if week and week.first <= today)


def _read_span(word: str, today: date) -> Period | None:
    """Return the span that *word* means, or None.

    It ends *today*, or is the single day named if that lies in the future.
    """
    if match := _LAST_DAYS.fullmatch(word):
        return build_span(today - timedelta(days=int(match[1]) - 1), today)
    if match := _SINCE.fullmatch(word):
        try:
            first = date.fromisoformat(match[1])
            return build_span(first, max(first, today))
        except ValueError:  # no such day
            return None
    return None
