"""Timers: when the app acts on its own, and how late it may still do so."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final


class TimerKind(StrEnum):
    """What happens when a timer is due."""

    DIGEST = "digest"
    """Send people the digest of points they got the day before."""
    RECAP = "recap"
    """Post the recap of the previous week or month in a channel."""
    FEED = "feed"
    """Post the votes given in public channels since the last time in the feed's channel."""
    BOOST_WARNING = "boost_warning"
    """Warn a boost's channel that it ends in a few minutes."""
    BOOST_END = "boost_end"
    """Announce in a boost's channel that it has ended."""


LATEST: Final[Mapping[TimerKind, timedelta]] = {
    TimerKind.DIGEST: timedelta(hours=14, minutes=59),
    TimerKind.RECAP: timedelta(days=1),
    TimerKind.FEED: timedelta.max,
    TimerKind.BOOST_WARNING: timedelta(minutes=4),
    TimerKind.BOOST_END: timedelta(hours=1),
}
"""How late each kind may run; a later timer is skipped, until its next time if it has one."""

_PLANNED_AT: Final = "planned_at"
_QUARTER: Final = timedelta(minutes=15)
"""All changes of clocks begin at full quarters."""


@dataclass(frozen=True, slots=True)
class Timer:
    """An action due at a time; *kind* and *about* identify it within a team."""

    kind: TimerKind
    due_at: datetime
    about: str = ""
    plan: str = ""
    """The schedule it comes from, as text; empty for a timer set by a person's action."""
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def planned_at(self) -> datetime:
        """When it was first due, before any failed attempts."""
        first = self.body.get(_PLANNED_AT)
        return datetime.fromisoformat(first) if first else self.due_at

    def postpone(self, until: datetime) -> "Timer":
        """Return this timer due again at *until*; its lateness still counts from `planned_at`."""
        body = {**self.body, _PLANNED_AT: self.planned_at.isoformat()}
        return replace(self, due_at=until, body=body)

    def is_too_late(self, now: datetime) -> bool:
        """Return whether *now* is too late to run it."""
        return now - self.planned_at > LATEST[self.kind]


@dataclass(frozen=True, slots=True)
class Schedule:
    """An hour of every day, of one weekday, or of the first such day of the month."""

    zone: tzinfo
    hour: int
    weekday: int | None = None
    """Days after Monday; None: any day."""
    is_monthly: bool = False

    def find_next(self, after: datetime) -> datetime:
        """Return the first scheduled time later than *after*.

        An hour that the clock skips comes once the clock has moved on, or right before if that is
        on another day; of a repeated hour, the first one counts.
        """
        day = after.astimezone(self.zone).date() - timedelta(days=1)
        while True:
            day += timedelta(days=1)
            due = self._find_hour(day)
            if self._is_day(day) and due > after:
                return due

    def _find_hour(self, day: date) -> datetime:
        hour = datetime.combine(day, time(self.hour), self.zone)
        due = hour.astimezone(UTC)
        while self._read_clock(due - _QUARTER) >= hour:  # Troll skips two hours
            due -= _QUARTER
        is_late = self._read_clock(due).date() > day  # Greenland skips the last hour of a day
        return due - datetime.resolution if is_late else due

    def _read_clock(self, at: datetime) -> datetime:
        """Return *at* in the time zone, comparable by its wall clock."""
        return at.astimezone(self.zone)

    def plan(self, kind: TimerKind, now: datetime) -> Timer:
        """Return the timer of *kind* for the next scheduled time after *now*."""
        return Timer(kind, self.find_next(now), plan=self._describe())

    def _is_day(self, day: date) -> bool:
        if self.weekday is not None and day.weekday() != self.weekday:
            return False
        return not self.is_monthly or day.day <= (1 if self.weekday is None else 7)

    def _describe(self) -> str:
        when = "" if self.weekday is None else f" {self.weekday}"
        often = " monthly" if self.is_monthly else ""
        return f"{self.hour:02}:00{when}{often} {getattr(self.zone, 'key', 'UTC')}"
