"""The periods that boards are kept for: all time, a season, a month, a week, a day."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

ALL: Final = ""
"""The name of the period that never ends."""

SPOKEN: Final = ("today", "yesterday", "week", "last-week", "month", "last-month", "all")
"""The words for a period that depend on the day on which they are said."""

_NAMED_MONTH: Final = re.compile(r"month-(0[1-9]|1[0-2])")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEEK: Final = re.compile(r"[0-9]{4}-[Ww][0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, in the workspace's time zone."""

    name: str
    """`2026-11`, `2026-W47`, `2026-11-20`, or empty for all time; ends a board's name."""
    first: date = date.min
    last: date = date.max
    called: str = ""
    """What a season was called by those who began it."""

    def find_previous(self) -> "Period | None":
        """Return the period of the same length just before; None for all time."""
        if self.kind == "season":
            return build_season(int(self.name[1:]) - 1) if self.name != "S1" else None
        if self.first <= date(1, 12, 31):
            return None
        eve = self.first - timedelta(days=1)
        if self.kind == "week":  # which may begin on another day than Monday
            return Period(
                find_week(self.middle - timedelta(days=7)).name, eve - timedelta(days=6), eve
            )
        return {"day": find_day, "month": find_month}[self.kind](eve)

    @property
    def kind(self) -> str:
        """Return `day`, `week`, `month` or `season`, or an empty word for all time."""
        if self.name.startswith("S"):
            return "season"
        if len(self.name) == len("2026-11-20"):
            return "day"
        return "week" if "W" in self.name else "month" if self.name else ALL

    @property
    def middle(self) -> date:
        """A day of it that is in the ISO week of its name, if it is a week."""
        return self.first + timedelta(days=3)

    def name_board(self, board: str) -> str:
        """Return the name that *board* has for this period: `users/2026-11`."""
        return f"{board}/{self.name}" if self.name else board


EVER: Final = Period(ALL)


def find_day(at: date) -> Period:
    """Return the day *at* as a period."""
    return Period(at.isoformat(), at, at)


def build_season(number: int) -> Period:
    """Return the season of that *number* as a period; when it began, only its name tells."""
    return Period(f"S{number}")


def find_week(at: date, shift: int = 0) -> Period:
    """Return the week that *at* is in, called as the ISO week that it shares most days with.

    It is Monday to Sunday (ISO 8601), or begins *shift* days before.
    """
    year, number, weekday = (at + timedelta(days=shift)).isocalendar()
    first = at - timedelta(days=weekday - 1)
    return Period(f"{year:04}-W{number:02}", first, first + timedelta(days=6))


def find_month(at: date) -> Period:
    """Return the calendar month that *at* is in."""
    first = at.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return Period(f"{at.year:04}-{at.month:02}", first, after - timedelta(days=1))


def list_periods(at: date, shift: int = 0) -> tuple[Period, ...]:
    """Return every period of the calendar that *at* is in, the longest first."""
    return EVER, find_month(at), find_week(at, shift), find_day(at)


def parse_period(name: str, shift: int = 0) -> Period | None:
    """Return the period called *name* (`2026-11`, `2026-W47`, `2026-11-20`), None if none is.

    A week begins *shift* days before Monday.
    """
    try:
        if _DAY.fullmatch(name):
            return find_day(date.fromisoformat(name))
        if _WEEK.fullmatch(name):
            return find_week(date.fromisocalendar(int(name[:4]), int(name[6:]), 1), shift)
        if _MONTH.fullmatch(name):
            return find_month(date(int(name[:4]), int(name[5:]), 1))
    except (ValueError, OverflowError):  # a month 13, a week 54, the end of the calendar
        return None
    return None


def is_span(word: str) -> bool:
    """Tell whether *word* is one of SPOKEN, or a month without its year: `month-11`."""
    return word in SPOKEN or bool(_NAMED_MONTH.fullmatch(word))


def resolve_span(word: str, today: date, shift: int = 0) -> Period | None:
    """Return the period that *word* means on the day *today*: one of SPOKEN, or a name.

    A week begins *shift* days before Monday. A month without a year is the last one of that name
    that has begun.
    """
    if named := _NAMED_MONTH.fullmatch(word):
        month = int(named[1])
        return find_month(date(today.year - (month > today.month), month, 1))
    around = {
        "all": EVER,
        "today": find_day(today),
        "week": find_week(today, shift),
        "month": find_month(today),
    }
    if word in around:
        return around[word]
    before = {"yesterday": "today", "last-week": "week", "last-month": "month"}
    return around[before[word]].find_previous() if word in before else parse_period(word, shift)
