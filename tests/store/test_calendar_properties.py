"""Boards agree with the ledger, however a workspace changes time zone, weeks and seasons."""

import asyncio
import contextlib
import itertools
import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.core.boards.calendar import VoteTime
from app.store.database import Database
from app.store.server import operating
from tests.differences import find_differences
from tests.examples import scaled
from tests.store.casting import add_seasons, ballot, cast, revise, ruled, spoken
from tests.talk import PATIENT_LIMITS

NUMBERS = itertools.count(1)
ZONES = ("UTC", "Europe/Berlin", "Pacific/Auckland", "Pacific/Pago_Pago")
PEOPLE = ("U1", "U2", "U3")
# Around the ends of days, weeks, months and a year, and where clocks change.
MOMENTS = tuple(
    datetime.fromisoformat(f"{at}+00:00")
    for at in (
        "2026-11-21T23:30", "2026-11-22T11:30", "2026-11-22T23:30", "2026-11-20T23:30",
        "2026-12-31T10:30", "2026-12-31T23:30", "2026-10-25T00:30", "2026-09-26T13:59",
    )
)  # fmt: skip
POINTS = st.dictionaries(
    st.sampled_from((*PEOPLE, "thing:x")), st.sampled_from((-2, -1, 1, 3)), max_size=3
)
WRITE = st.tuples(
    st.just("write"), st.sampled_from(PEOPLE), st.sampled_from(MOMENTS), POINTS, st.booleans()
)
CHANGES = st.one_of(
    WRITE,
    st.tuples(st.just("edit"), st.integers(0, 9), POINTS),
    st.tuples(st.just("withdraw"), st.integers(0, 9), st.sampled_from(("deleted", "undone"))),
    st.tuples(st.just("zone"), st.sampled_from(ZONES)),
    st.tuples(st.just("shift"), st.integers(0, 2)),
    st.tuples(st.just("season"), st.sampled_from(MOMENTS)),
)


class Workspace:
    """A workspace that changes its calendar, and whose members vote by message and reaction."""

    def __init__(self, database, team):
        self.database, self.team = database, team
        self.zone, self.shift, self.seasons = ZONES[0], 0, []
        self.given, self.versions = [], itertools.count(1)

    def when(self, at):
        season = 1 + sum(begun <= at for begun in self.seasons)
        day = at.astimezone(ZoneInfo(self.zone)).date()
        return VoteTime(day, season, self.shift, has_seasons=bool(self.seasons))

    async def do(self, change):
        match change:
            case ("write", voter, at, points, reacted):
                ts = f"{(at + timedelta(seconds=len(self.given))).timestamp():.0f}.000001"
                if reacted and self.given:
                    ts = self.given[0].ts
                slot = voter if reacted else ""
                message = replace(spoken(ts, voter, team=self.team), slot=slot, given_at=at)
                self.given.append(message)
                await self._store(cast, message, points)
            case ("edit", number, points) if self.given:
                await self._revise(number, f"18{next(self.versions):08}.000000/1", points)
            case ("withdraw", number, revision) if self.given:
                await self._revise(number, revision, {})
            case ("zone", zone):
                self.zone = zone
            case ("shift", shift):
                self.shift = shift
            case ("season", at):
                self.seasons.append(at)
                await add_seasons(self.database, 1 + len(self.seasons), self.team)

    async def _revise(self, number, revision, points):
        message = self.given[number % len(self.given)]
        await self._store(revise, replace(message, revision=revision), points)

    async def _store(self, store, message, points):
        points = {target: n for target, n in points.items() if target != message.author}
        vote = replace(ballot(message, ruled(points)), when=self.when(message.at))
        await self.database.run(lambda conn: store(conn, vote))


@pytest.fixture
def beside(database_url):
    """A runner for coroutines (Hypothesis calls plain functions), a database, a connection."""
    with (
        asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner,
        contextlib.closing(operating.connect(database_url, "test")) as conn,
    ):
        database = Database(database_url, replace(PATIENT_LIMITS, pool_min=1, pool_max=1))
        runner.run(database.open())
        yield runner, database, conn
        runner.run(database.close())


@settings(
    max_examples=scaled(120),
    suppress_health_check=list(HealthCheck),
    deadline=None,
    database=None,
)
@given(st.lists(CHANGES, max_size=25))
@example([
    ("shift", 1), ("write", "U1", MOMENTS[1], {"U2": 3}, False), ("season", MOMENTS[1]),
    ("write", "U3", MOMENTS[1], {"U2": 1}, True), ("shift", 2), ("edit", 0, {"U2": 1, "U3": 1}),
    ("zone", "Pacific/Auckland"), ("edit", 0, {}), ("edit", 0, {"U3": -2}),
    ("withdraw", 1, "undone"),
])  # fmt: skip
def test_boards_agree_with_the_ledger_whatever_the_workspace_changes(beside, changes):
    runner, database, conn = beside
    team = f"T{os.getpid()}Z{next(NUMBERS)}"
    place = Workspace(database, team)
    for change in changes:
        runner.run(place.do(change))
    assert find_differences(conn, team) == []
    whole, by_season = totals(conn, team)
    assert by_season == (whole if place.seasons else {})


def totals(conn, team):
    """Return the all-time scores, and the sums of the seasons' scores."""
    query = "SELECT board, target_id, score FROM leaderboard WHERE team_id = %s AND score <> 0"
    whole, by_season = Counter(), Counter()
    for name, target, score in conn.execute(query, [team]).fetchall():
        board, _, time = name.rpartition("/")
        if time.startswith("S"):
            by_season[board, target] += score
        elif not time[:1].isdigit():
            whole[name, target] += score
    return {k: n for k, n in whole.items() if n}, {k: n for k, n in by_season.items() if n}


def test_days_of_the_examples_differ_by_time_zone():
    days = {at.astimezone(ZoneInfo(zone)).date() for zone in ZONES for at in MOMENTS[:1]}
    assert len(days) > 1
    assert MOMENTS[0].tzinfo == UTC
