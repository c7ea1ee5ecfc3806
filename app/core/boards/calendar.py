"""When a vote was given, as the boards count it, and which time somebody means who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from app.core.boards import periods, seasons
from app.core.boards.definitions import SEASON
from app.core.boards.periods import EVER, Period
from app.core.boards.seasons import Season


@dataclass(frozen=True, slots=True)
class VoteTime:
    """The time of a vote, in the calendar that its workspace had then."""

    day: date
    """The message's, in the workspace's time zone."""
    season: int = 1
    """The first begins with the first vote; others when somebody begins them."""
    week_shift: int = 0
    """The days before Monday with which a week begins."""
    has_seasons: bool = False
    """Whether any season was begun: before, the first has no boards of its own."""
    factor: int = 1
    """By what a boost that ran then multiplies plus points."""

    @property
    def periods(self) -> tuple[Period, ...]:
        """Every period whose boards hold the vote, the longest first."""
        month, day = periods.find_month(self.day), periods.find_day(self.day)
        week = periods.find_week(self.day, self.week_shift)
        season = (periods.build_season(self.season),) if self.has_seasons else ()
        return EVER, *season, month, week, day

    def multiply(self, points: int) -> int:
        """Return what *points* that are given then come to: only plus is multiplied."""
        return points * self.factor if points > 0 else points


@dataclass(frozen=True, slots=True)
class GiverDay:
    """A giver's own day, from whose allowance they give."""

    day: date
    since: datetime
    """When it began: midnight, where they are."""


def find_giver_day(at: datetime, zone: tzinfo) -> GiverDay:
    """Return the day that the moment *at* is in for somebody in *zone*."""
    day = at.astimezone(zone).date()
    return GiverDay(day, datetime.combine(day, time(), zone))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days, weeks and seasons of a workspace as they are at one moment."""

    now: datetime
    zone: tzinfo = UTC
    week_shift: int = 0
    """The days before Monday with which a week begins."""
    seasons: Sequence[Season] = ()
    """Those that were begun."""

    @property
    def today(self) -> date:
        """The workspace's day."""
        return self.now.astimezone(self.zone).date()

    @property
    def zone_name(self) -> str:
        """What the time zone is called."""
        return getattr(self.zone, "key", "UTC")

    @property
    def season(self) -> Period | None:
        """The season that is now, once one was begun."""
        return self.resolve_span("season") if self.seasons else None

    @property
    def span(self) -> str:
        """The time that is shown where none is asked for: the season, once one was begun."""
        return "season" if self.seasons else "all"

    def list_periods(self) -> tuple[Period, ...]:
        """Return all time, this month, this week and today."""
        return periods.list_periods(self.today, self.week_shift)

    def find_rows(self, period: Period) -> Period:
        """Return the period whose boards hold what *period* is: all time before any season."""
        return EVER if period.kind == SEASON and not self.seasons else period

    def resolve_span(self, span: str) -> Period:
        """Return the period that *span* means now: all time, where it means none."""
        season = seasons.resolve_span(span, self.seasons, self.zone)
        return season or periods.resolve_span(span, self.today, self.week_shift) or EVER
