"""The day that a digest is about, in the workspace's time zone, by Python's time zones alone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core.settings.definitions import Settings
from app.store.outbox import notices
from app.usecases.notices import find_digest_day
from tests.store import casting

_SECOND = timedelta(seconds=1)


def _at(*parts):
    return datetime(*parts, tzinfo=UTC)


async def _cast(database, at):
    """Store a vote given at the moment *at*."""
    message = casting.spoken(f"{at.timestamp():.6f}")
    one = casting.ballot(message, casting.ruled({"UB": 1}))
    await database.run(lambda conn: casting.cast(conn, one))


@pytest.mark.parametrize(
    ("zone", "day", "begins_at", "hours"),
    [
        ("CET", date(2027, 7, 1), _at(2027, 6, 30, 22), 24),  # an abbreviation, to PostgreSQL
        ("Europe/Berlin", date(2027, 3, 28), _at(2027, 3, 27, 23), 23),
        ("Australia/Lord_Howe", date(2027, 4, 4), _at(2027, 4, 3, 13), 24.5),
        ("Africa/Cairo", date(2027, 4, 30), _at(2027, 4, 29, 22), 23),  # it begins at 1:00
        ("America/Havana", date(2027, 11, 7), _at(2027, 11, 7, 4), 25),  # midnight comes twice
    ],
)
async def test_a_digest_is_about_a_day_of_the_workspace(database, zone, day, begins_at, hours):
    ends_at = begins_at + timedelta(hours=hours)
    inside = (begins_at, ends_at - _SECOND)
    for at in (begins_at - _SECOND, *inside, ends_at):
        await _cast(database, at)
    asked = find_digest_day(Settings(time_zone=ZoneInfo(zone)), day)
    received = await database.run(lambda conn: notices.read_received(conn, "T1", "UB", asked))
    assert sum(notice.points for notice in received) == len(inside)
    assert (asked.begins_at.astimezone(UTC), asked.ends_at.astimezone(UTC)) == (begins_at, ends_at)
