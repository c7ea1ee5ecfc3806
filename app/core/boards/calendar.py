"""The time of a vote as boards count it, and the period that a query's words mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from app.core.boards import periods, seasons
from app.core.boards.definitions import SEASON
from app.core.boards.periods import EVER, Period
from app.core.boards.seasons import Season


@dataclass(frozen=True, slots=True)
class VoteTime:
    """The time of a vote, in the calendar that its workspace had at that time."""

    day: date
    """The message's day, in the workspace's time zone."""
    season: int = 1
    """The season's number; the first season begins with the first vote, others when begun."""
    week_shift: int = 0
    """How many days before Monday a week begins."""
    has_seasons: bool = False
    """Whether any season was begun; until then, the first has no boards of its own."""
    factor: int = 1
    """The factor that a boost running at the time multiplies plus points by."""

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods whose boards count the vote, longest first."""
        month, day = periods.find_month(self.day), periods.find_day(self.day)
        week = periods.find_week(self.day, self.week_shift)
        season = (periods.build_season(self.season),) if self.has_seasons else ()
        return EVER, *season, month, week, day

    def multiply(self, points: int) -> int:
        """Return *points* times the boost's factor; minus points aren't multiplied."""
        return points * self.factor if points > 0 else points


@dataclass(frozen=True, slots=True)
class GiverDay:
    """A giver's own day, whose allowance their votes use."""

    day: date
    since: datetime
    """When the day began: midnight in the giver's time zone."""


def find_giver_day(at: datetime, zone: tzinfo) -> GiverDay:
    """Return the day that the moment *at* falls on for a giver in *zone*."""
    day = at.astimezone(zone).date()
    return GiverDay(day, find_midnight(day, zone))


def find_midnight(day: date, zone: tzinfo) -> datetime:
    """Return the moment at which *day* begins in *zone*, even if the clock skips midnight."""
    return datetime.combine(day, time(), zone)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days, weeks and seasons of a workspace at one moment."""

    now: datetime
    zone: tzinfo = UTC
    week_shift: int = 0
    """How many days before Monday a week begins."""
    seasons: Sequence[Season] = ()
    """The seasons that were begun, oldest first."""

    @property
    def today(self) -> date:
        """The current day in the workspace's time zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def zone_name(self) -> str:
        """The time zone's IANA name."""
        return getattr(self.zone, "key", "UTC")

    @property
    def season(self) -> Period | None:
        """The current season, or None if no season was begun."""
        return self.resolve_span("season") if self.seasons else None

    @property
    def span(self) -> str:
        """The default span of boards: the season if one was begun, otherwise all time."""
        return "season" if self.seasons else "all"

    def list_periods(self) -> tuple[Period, ...]:
        """Return all time, this month, this week and today."""
        return periods.list_periods(self.today, self.week_shift)

    def find_rows(self, period: Period) -> Period:
        """Return *period*, or all time instead of a season if none was begun."""
        return EVER if period.kind == SEASON and not self.seasons else period

    def resolve_span(self, span: str) -> Period:
        """Return the period that *span* means now; all time if it means none."""
        season = seasons.resolve_span(span, self.seasons, self.zone)
        return season or periods.resolve_span(span, self.today, self.week_shift) or EVER
