"""The periods of boards: their days, their predecessors, and their names."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.boards import periods
from app.core.boards.periods import (
    EVER,
    Period,
    find_day,
    find_month,
    find_quarter,
    find_week,
    find_year,
    list_periods,
    parse_period,
)
from tests.tables import each

DAYS = st.dates(date(1970, 1, 1), date(9000, 1, 1))


@given(DAYS)
def test_a_day_is_in_each_period_around_it(at: date):
    for period in list_periods(at):
        assert period.first <= at <= period.last


@given(DAYS, st.sampled_from([find_day, find_week, find_month, find_quarter, find_year]))
def test_periods_of_a_kind_follow_each_other_without_a_gap(at: date, kind):
    period = kind(at)
    before = period.find_previous()
    assert before == kind(before.first) == kind(before.last)
    assert (period.first - before.last).days == 1


@given(
    st.dates(date(1970, 1, 1), date(2099, 12, 31)),
    st.sampled_from([find_day, find_week, find_month, find_quarter, find_year]),
)
def test_a_period_is_found_by_its_name(at: date, kind):
    assert parse_period(kind(at).name) == kind(at)


@given(DAYS, st.sampled_from([find_quarter, find_year]))
def test_quarters_and_years_are_made_of_whole_months(at: date, kind):
    months = periods.list_months(kind(at))
    assert len(months) == {find_quarter: 3, find_year: 12}[kind]
    assert (months[0].first, months[-1].last) == (kind(at).first, kind(at).last)
    assert all(month.find_previous() in months for month in months[1:])


@each(
    ("word", "first"),
    [("last-1-days", date(2026, 11, 28)), ("last-30-days", date(2026, 10, 30)),
     ("since-2026-09-01", date(2026, 9, 1)), ("since-2026-11-28", date(2026, 11, 28))],
)  # fmt: skip
def test_a_span_ends_today_and_the_one_before_it_is_as_long(word: str, first: date):
    today = date(2026, 11, 28)
    span = periods.resolve_span(word, today)
    before = span.find_previous()
    assert (span.first, span.last, span.kind) == (first, today, periods.SPAN)
    assert len(periods.list_days(before)) == len(periods.list_days(span))
    assert (span.first - before.last).days == 1


def test_a_span_that_begins_on_a_day_to_come_is_that_day():
    span = periods.resolve_span("since-2027-01-01", date(2026, 11, 28))
    assert (span.first, span.last) == (date(2027, 1, 1), date(2027, 1, 1))
    assert periods.resolve_span("since-2026-02-30", date(2026, 11, 28)) is None


def test_all_time_has_no_period_before_it():
    assert EVER.find_previous() is None
    assert EVER.name_board("users") == "users"
    assert find_month(date(2026, 2, 3)).name_board("users") == "users/2026-02"


@each(
    ("name", "period"),
    [
        ("2026-02", Period("2026-02", date(2026, 2, 1), date(2026, 2, 28))),
        ("2026", Period("2026", date(2026, 1, 1), date(2026, 12, 31))),
        ("2026-Q1", Period("2026-Q1", date(2026, 1, 1), date(2026, 3, 31))),
        ("2026-q4", Period("2026-Q4", date(2026, 10, 1), date(2026, 12, 31))),
        ("2026-12", Period("2026-12", date(2026, 12, 1), date(2026, 12, 31))),
        ("2026-W53", Period("2026-W53", date(2026, 12, 28), date(2027, 1, 3))),
        ("2026-w01", Period("2026-W01", date(2025, 12, 29), date(2026, 1, 4))),
        ("2024-02-29", Period("2024-02-29", date(2024, 2, 29), date(2024, 2, 29))),
    ],
)
def test_names_of_periods(name: str, period: Period):
    assert parse_period(name) == period


@each(
    "name",
    ["", "1899", "202", "2026-Q0", "2026-Q5", "2026-13", "2026-00", "2025-W53", "2026-W00",
     "2026-02-30", "2026-2", "0000-01",
     "9999-W60", "2026-W1", "12026-01", "2026-11-20-1", "٢٠٢٦-١١"],
)  # fmt: skip
def test_invalid_names_of_periods(name: str):
    assert parse_period(name) is None


def test_the_end_of_the_calendar_does_no_harm():
    assert periods.find_month(date(9999, 11, 5)).last == date(9999, 11, 30)
    assert parse_period("9999-12") is None
    assert parse_period("0001-01").find_previous() is None


@each(
    ("today", "word", "month"),
    [
        (date(2026, 11, 20), "month-11", date(2026, 11, 1)),
        (date(2026, 11, 20), "month-02", date(2026, 2, 1)),
        (date(2026, 11, 20), "month-12", date(2025, 12, 1)),
    ],
)
def test_a_month_without_a_year_is_the_last_one_that_began(today: date, word: str, month: date):
    assert periods.resolve_span(word, today) == find_month(month)
    assert periods.is_span(word)
    assert not periods.is_span("month-13")


@each(
    ("today", "word", "name"),
    [
        (date(2026, 11, 20), "quarter-4", "2026-Q4"),
        (date(2026, 9, 30), "quarter-4", "2025-Q4"),
        (date(2026, 1, 1), "quarter-1", "2026-Q1"),
    ],
)
def test_a_quarter_without_a_year_is_the_last_one_that_began(today: date, word: str, name: str):
    assert periods.resolve_span(word, today) == parse_period(name)
    assert periods.is_span(word)
    assert not periods.is_span("quarter-5")


@each(
    ("today", "word", "name"),
    [
        (date(2026, 11, 20), "week-47", "2026-W47"),
        (date(2026, 11, 15), "week-47", "2025-W47"),
        (date(2027, 1, 2), "week-53", "2026-W53"),  # of which this Saturday is a day
        (date(2026, 11, 20), "week-53", "2020-W53"),  # the years between have 52
        (date(2024, 12, 30), "week-01", "2025-W01"),
    ],
)
def test_a_week_without_a_year_is_the_latest_that_began(today: date, word: str, name: str):
    assert periods.resolve_span(word, today) == parse_period(name)
    assert periods.is_span(word)
    assert not periods.is_span("week-54")


def test_a_numbered_week_begins_where_the_workspace_s_weeks_do():
    sunday = date(2026, 11, 15)
    assert periods.resolve_span("week-47", sunday, shift=1) == parse_period("2026-W47", shift=1)


@each("days", [1, 15, 29, 45, 90])
@each("back", [0, 9, 27, 58])
def test_a_span_is_made_of_as_few_months_and_days_as_can_be(days, back):
    last = date(2026, 11, 28) - timedelta(days=back)
    span = periods.build_span(last - timedelta(days=days - 1), last)
    counted = Counter()
    parts = periods.split_span(span)
    for part, sign in parts:
        for day in periods.list_days(part):
            counted[day] += sign
    assert {day for day, times in counted.items() if times} == {*periods.list_days(span)}
    assert set(counted.values()) <= {0, 1}
    assert all(part.first >= span.first for part, _ in parts)
    assert len(parts) <= 48
