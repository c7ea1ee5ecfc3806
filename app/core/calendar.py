"""When a vote was given, as the boards count it: its day, its week and its season."""

from dataclasses import dataclass
from datetime import date

from app.core import periods
from app.core.periods import EVER, Period


@dataclass(frozen=True, slots=True)
class When:
    """The time of a vote, in the calendar that its workspace had then."""

    day: date
    """The message's, in the workspace's time zone."""
    season: int = 1
    """The first begins with the first vote; others when somebody begins them."""
    week_shift: int = 0
    """The days before Monday with which a week begins."""
    giver_day: date | None = None
    """The message's day in the giver's own time zone, where that counts."""

    @property
    def periods(self) -> tuple[Period, ...]:
        """Every period whose boards hold the vote, the longest first."""
        month, day = periods.month(self.day), periods.day(self.day)
        week = periods.week(self.day, self.week_shift)
        return EVER, periods.season(self.season), month, week, day

    @property
    def allowance_day(self) -> date:
        """The day from whose allowance it is given."""
        return self.giver_day or self.day
