"""When timers are due, in the workspace's time zone and across clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.core.timers import LATEST, Schedule, Timer, TimerKind
from tests.tables import each

BERLIN, NUUK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Nuuk")
TROLL = ZoneInfo("Antarctica/Troll")
ZONES = [
    *(ZoneInfo(name) for name in ("America/New_York", "Asia/Kathmandu", "Africa/Cairo", "UTC")),
    BERLIN, NUUK, TROLL,
]  # fmt: skip


def _at(*parts, zone=UTC):
    return datetime(*parts, tzinfo=zone)


@each(
    ("schedule", "after", "due"),
    [
        (Schedule(UTC, 9), _at(2026, 11, 28, 8, 59), _at(2026, 11, 28, 9)),
        (Schedule(UTC, 9), _at(2026, 11, 28, 9), _at(2026, 11, 29, 9)),
        (Schedule(UTC, 0), _at(2026, 12, 31, 23, 59), _at(2027, 1, 1)),
        (Schedule(BERLIN, 9), _at(2026, 11, 28, 8), _at(2026, 11, 29, 8)),
        (Schedule(UTC, 9, 0), _at(2026, 11, 28), _at(2026, 11, 30, 9)),
        (Schedule(UTC, 9, 0), _at(2026, 11, 30, 9), _at(2026, 12, 7, 9)),
        (Schedule(UTC, 9, 0, is_monthly=True), _at(2026, 11, 2, 9), _at(2026, 12, 7, 9)),
        (Schedule(UTC, 9, 1, is_monthly=True), _at(2026, 11, 30), _at(2026, 12, 1, 9)),
        (Schedule(UTC, 9, is_monthly=True), _at(2026, 11, 1, 10), _at(2026, 12, 1, 9)),
        # The clock skips 2:00 to 3:00 on 29 March, and repeats that hour on 25 October.
        (Schedule(BERLIN, 2), _at(2026, 3, 28, 12), _at(2026, 3, 29, 1)),
        (Schedule(BERLIN, 2), _at(2026, 3, 29, 1), _at(2026, 3, 30, 0)),
        (Schedule(BERLIN, 2), _at(2026, 10, 24, 12), _at(2026, 10, 25, 0)),
        (Schedule(BERLIN, 2), _at(2026, 10, 25, 0), _at(2026, 10, 26, 1)),
        (Schedule(TROLL, 2), _at(2027, 3, 27, 12), _at(2027, 3, 28, 1)),  # it skips 1:00 to 3:00
        (Schedule(NUUK, 23, 5), _at(2027, 3, 27), _at(2027, 3, 28, 0, 59, 59, 999_999)),
        (Schedule(NUUK, 23, 5), _at(2027, 3, 28, 1), _at(2027, 4, 4, 0)),
        (Schedule(BERLIN, 9), _at(2026, 3, 28, 9), _at(2026, 3, 29, 7)),
        (Schedule(BERLIN, 9), _at(2026, 10, 24, 8), _at(2026, 10, 25, 8)),
    ],
)
def test_each_schedule_is_due_at_its_hour(schedule, after, due):
    assert schedule.find_next(after) == due


@given(
    st.sampled_from(ZONES), st.integers(0, 23), st.none() | st.integers(0, 6), st.booleans(),
    st.integers(0, 365 * 24 * 60),
)  # fmt: skip
def test_a_schedule_is_due_once_on_each_of_its_days(zone, hour, weekday, is_monthly, minutes):
    schedule = Schedule(zone, hour, weekday, is_monthly)
    at = _at(2026, 1, 1) + timedelta(minutes=minutes)
    days = []
    for _ in range(5):
        due = schedule.find_next(at)
        assert due.timestamp() > at.timestamp()
        days.append(due.astimezone(zone).date())
        at = due
    assert days == sorted(set(days))
    assert weekday is None or all(day.weekday() == weekday for day in days)
    assert not is_monthly or len({(day.year, day.month) for day in days}) == len(days)


def test_every_kind_of_timer_has_a_limit_for_being_late():
    assert LATEST.keys() == set(TimerKind)


def test_a_digest_may_be_sent_until_midnight():
    timer = Timer(TimerKind.DIGEST, _at(2026, 11, 28, 9))
    assert not timer.is_too_late(timer.due_at + timedelta(hours=14))
    assert timer.is_too_late(timer.due_at + timedelta(hours=15))
