"""Seasons: valid names, which one a query means, and when they begin and end."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from app.core.boards import chart_series, seasons
from app.core.boards.calendar import Calendar
from app.core.boards.periods import EVER
from app.core.boards.seasons import Season, UnfitSeason, fold_name, index_names, read_name
from app.core.commands.leaderboard import (
    ShowBoard,
    ShowChart,
    ShowHelp,
    read_leaderboard,
)
from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.words import seasons as words
from app.words.catalog import use_language
from tests.tables import each

AUTUMN = Season(2, "Autumn 2026", datetime(2026, 11, 20, 11, 30, tzinfo=UTC))
THINGS = Season(3, "Things", datetime(2027, 1, 4, 23, 30, tzinfo=UTC))
BEGUN = [AUTUMN, THINGS]
KNOWN = index_names(BEGUN, "First season")
NOW = datetime(2027, 1, 6, tzinfo=UTC)


@each(
    ("typed", "expected"),
    [
        ("season", ShowBoard(span="season")),
        ("this season", ShowBoard(span="season")),
        ("last season", ShowBoard(span="last-season")),
        ("last-season givers", ShowBoard(span="last-season", board="givers")),
        ("last season 1", ShowBoard(1, span="last-season")),
        ("this season 3", ShowBoard(3, span="season")),
        ("season 1", ShowBoard(span="season-1")),
        ("season 3 5", ShowBoard(5, span="season-3")),
        ("5 season", ShowBoard(5, span="season")),
        ("season givers 7", ShowBoard(7, span="season", board="givers")),
        ("season-2", ShowBoard(span="season-2")),
        ("season 2, things", ShowBoard(span="season-2", board="things")),
        ("season 1.", ShowBoard(span="season-1")),
        ("season autumn 2026, 5", ShowBoard(5, span="season-2")),
        ('season "Autumn 2026", 5', ShowBoard(5, span="season-2")),
        ('season "Autumn 2026"', ShowBoard(span="season-2")),
        ("Saison „Autumn 2026“", ShowBoard(span="season-2")),
        ("saison autumn 2026", ShowBoard(span="season-2")),
        ("Saison 1", ShowBoard(span="season-1")),
        ("diese Saison 5", ShowBoard(5, span="season")),
        ("current season 2", ShowBoard(2, span="season")),
        ("dieser Saison 2", ShowBoard(2, span="season")),
        ("previous season 3", ShowBoard(3, span="last-season")),
        ("in der letzten Saison 3", ShowBoard(3, span="last-season")),
        ("vorige Saison 3", ShowBoard(3, span="last-season")),
        ("givers season “autumn  2026” 7", ShowBoard(7, span="season-2", board="givers")),
        ("season Autumn 2026 things", ShowBoard(span="season-2", board="things")),
        ("season things", ShowBoard(span="season-3")),
        ("season things things", ShowBoard(span="season-3", board="things")),
        ('things season "first season"', ShowBoard(span="season-1", board="things")),
        ("chart season 2", ShowChart(span="season-2")),
        ('season "help"', UnclearQuery("help", UnclearReason.SEASON)),
        ("season help", ShowHelp()),
        ("season 4", UnclearQuery("4", UnclearReason.SEASON)),
        ('season "Winter"', UnclearQuery("winter", UnclearReason.SEASON)),
        ('season ""', UnclearQuery("", UnclearReason.SEASON)),
        ("season winter", UnclearQuery("winter")),
        ("season week", UnclearQuery("week", UnclearReason.TWICE, "season")),
        ("season-0", UnclearQuery("season-0", nearest="season")),
        ("season " + "9" * 400, UnclearQuery(f"{'9' * 39}…", UnclearReason.SEASON)),
    ],
)
def test_a_season_can_be_requested_by_word_number_and_name(typed, expected):
    assert read_leaderboard(typed, KNOWN) == expected


@each(
    ("typed", "expected"),
    [
        ("season 1", ShowBoard(span="season-2")),
        ("season 1!", ShowBoard(span="season-2")),
        ('season "Season 1" 5', ShowBoard(5, span="season-2")),
        ("Saison 1 givers", ShowBoard(span="season-2", board="givers")),
        ("season 2", ShowBoard(span="season-3")),
        ("season 3", ShowBoard(span="season-3")),
        ("season of joy 3", ShowBoard(3, span="season-4")),
        ("season first season", ShowBoard(span="season-1")),
    ],
)
def test_a_name_with_a_number_is_preferred_to_the_number(typed, expected):
    names = ("Season 1", "Saison 2", "Season of joy")
    known = index_names([Season(n, name) for n, name in enumerate(names, 2)], "First season")
    assert read_leaderboard(typed, known) == expected


@each(
    ("name", "shown"),
    [("Season 1", "Season 1"), ("season of joy", "season of joy"), ("Joy", "Season Joy")],
)
def test_a_name_that_says_season_is_shown_as_it_is(name, shown):
    assert words.name_season(seasons.build_period(2, [Season(2, name)], UTC)) == shown


@each("show", [ShowBoard(), ShowBoard(7, span="season-2", board="things")])
def test_the_words_of_a_button_request_the_same_whatever_the_names_of_seasons(show):
    assert read_leaderboard(show.words, KNOWN) == show


def test_there_is_no_last_season_until_one_was_begun():
    assert read_leaderboard("last season", index_names([], "First season")) == UnclearQuery(
        "last season", UnclearReason.FIRST
    )
    assert read_leaderboard("season", index_names([], "First season")) == ShowBoard(span="season")


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_any_input_is_parsed_whatever_the_names_of_seasons(typed, called):
    begun = [Season(number, name) for number, name in enumerate(called, 2)]
    assert read_leaderboard(f"season {typed}", index_names(begun, "First season")) is not None


@each(
    ("typed", "name"),
    [
        ("Autumn", "Autumn"),
        ("Spring Cleaning", "Spring Cleaning"),
        ('"Autumn"', "Autumn"),
        ('"Autumn".', "Autumn"),
        ("„Autumn“ !", "Autumn"),
        ('"What now?"', "What now?"),
        ("“Herbst  2026”", "Herbst 2026"),
        ("R&amp;D &lt;3", "R&D <3"),
        ("x" * 40, "x" * 40),
        ("2026 H2", "2026 H2"),
        ("👩\u200d💻 week", "👩\u200d💻 week"),
        ("", UnfitSeason.EMPTY),
        ('""', UnfitSeason.EMPTY),
        ("\u200d\ufe0f", UnfitSeason.EMPTY),
        ("x" * 41, UnfitSeason.LONG),
        ("2027", UnfitSeason.NUMBER),
        ("#3", UnfitSeason.NUMBER),
        ("٣", UnfitSeason.NUMBER),
        ("Season 1", "Season 1"),
        ("<@U0BOB00002>", UnfitSeason.MARKS),
        ('a "quoted" word', UnfitSeason.MARKS),
        ("turned \u202e round", UnfitSeason.MARKS),
        ("a\x00b", UnfitSeason.MARKS),
        ("AUTUMN  2026", UnfitSeason.TAKEN),
        ("first Season", UnfitSeason.TAKEN),
    ],
)
def test_names_have_to_be_short_and_new_and_not_a_number(typed, name):
    assert read_name(typed, KNOWN) == name


@example("סתיו")
@given(st.text(max_size=50))
def test_a_season_is_found_by_whatever_name_it_could_get(typed):
    name = read_name(typed, {})
    if not isinstance(name, UnfitSeason):
        known = index_names([Season(2, name)], "First season")
        asked = read_leaderboard(f'season "{words.format_name(name)}"', known)
        assert fold_name(name) in known
        assert asked == ShowBoard(span="season-2") or len(words.format_name(name)) > seasons.LONGEST


def test_the_default_span_is_the_season_once_one_was_begun():
    before, after = Calendar(NOW), Calendar(NOW, seasons=BEGUN)
    assert (before.span, before.season, before.resolve_span(before.span)) == ("all", None, EVER)
    assert (after.span, after.season and after.season.name) == ("season", "S3")
    meant = {"all": "", "season": "S3", "last-season": "S2", "season-1": "S1", "season-9": "S9"}
    assert {span: after.resolve_span(span).name for span in meant} == meant
    assert after.resolve_span("season").find_previous().name == "S2"
    assert before.resolve_span("season").name == "S1"
    assert before.resolve_span("season").find_previous() is None


@each(
    ("number", "zone", "said"),
    [
        (1, "UTC", "First season, until 20 November 2026"),
        (2, "UTC", "Season Autumn 2026, 20 November 2026 – 4 January 2027"),
        (3, "UTC", "Season Things, since 4 January 2027"),
        (3, "Europe/Berlin", "Season Things, since 5 January 2027"),
        (1, "Pacific/Auckland", "First season, until 21 November 2026"),
        (7, "UTC", "Season 7"),
    ],
)
def test_a_season_is_named_with_the_days_on_which_it_began_and_ended(number, zone, said):
    assert words.describe_season(seasons.build_period(number, BEGUN, ZoneInfo(zone))) == said


def test_a_season_that_ended_on_its_first_day_has_that_day():
    same = [AUTUMN, Season(3, "X", AUTUMN.begins_at)]
    told = words.describe_season(seasons.build_period(2, same, UTC))
    assert told == "Season Autumn 2026, 20 November 2026"


def test_seasons_are_listed_with_their_days_and_the_newest_where_there_are_many():
    known = [seasons.build_period(number, BEGUN, UTC) for number in (1, 2, 3)]
    assert words.list_seasons(known).splitlines()[:-1] == [
        "*Seasons*",
        "1. First season, until 20 November 2026",
        "2. Season Autumn 2026, 20 November 2026 – 4 January 2027",
        "3. Season Things, since 4 January 2027 (now)",
    ]
    begun = [Season(n, f"No {n}", AUTUMN.begins_at) for n in range(2, 101)]
    many = [seasons.build_period(n, begun, UTC) for n in range(1, 101)]
    told = words.list_seasons(many).splitlines()
    assert told[1] == "… and 50 earlier"
    assert (len(told), told[-2].endswith("(now)")) == (53, True)
    alone = words.list_seasons(many[:1])
    assert alone.startswith("There's just one season")
    assert "last season" not in alone


def test_names_are_escaped_and_in_the_language_of_the_workspace():
    period = seasons.build_period(2, [Season(2, "R&D <!here>", AUTUMN.begins_at)], UTC)
    assert words.name_season(period) == "Season R&amp;D &lt;!here&gt;"
    with use_language("de"):
        assert (
            words.describe_season(period) == "Saison R&amp;D &lt;!here&gt;, seit 20. November 2026"
        )
        assert words.name_season(seasons.build_period(1, [], UTC)) == "Erste Saison"


@each(
    ("zone", "at", "today", "week", "month"),
    [
        # Just before and after midnight, and around changes to and from daylight saving time.
        ("Europe/Berlin", "2026-11-20T22:59:59", "2026-11-20", "2026-W47", "2026-11"),
        ("Europe/Berlin", "2026-11-20T23:00:00", "2026-11-21", "2026-W47", "2026-11"),
        ("Europe/Berlin", "2026-03-28T23:00:00", "2026-03-29", "2026-W13", "2026-03"),
        ("Europe/Berlin", "2026-03-29T21:59:59", "2026-03-29", "2026-W13", "2026-03"),
        ("Europe/Berlin", "2026-03-29T22:00:00", "2026-03-30", "2026-W14", "2026-03"),
        ("Europe/Berlin", "2026-10-25T22:59:59", "2026-10-25", "2026-W43", "2026-10"),
        ("Europe/Berlin", "2026-10-25T23:00:00", "2026-10-26", "2026-W44", "2026-10"),
        ("Pacific/Auckland", "2026-12-31T10:59:59", "2026-12-31", "2026-W53", "2026-12"),
        ("Pacific/Auckland", "2026-12-31T11:00:00", "2027-01-01", "2026-W53", "2027-01"),
        ("Pacific/Auckland", "2026-04-04T10:59:59", "2026-04-04", "2026-W14", "2026-04"),
        ("Pacific/Auckland", "2026-04-05T11:59:59", "2026-04-05", "2026-W14", "2026-04"),
        ("Pacific/Auckland", "2026-04-05T12:00:00", "2026-04-06", "2026-W15", "2026-04"),
    ],
)
def test_days_begin_in_the_time_zone_of_the_workspace(zone, at, today, week, month):
    calendar = Calendar(datetime.fromisoformat(f"{at}+00:00"), ZoneInfo(zone))
    assert calendar.today == date.fromisoformat(today)
    assert [calendar.resolve_span(span).name for span in ("week", "month")] == [week, month]
    assert calendar.zone_name == zone


def test_the_weeks_of_a_chart_begin_on_that_day_too():
    weeks = chart_series.list_weeks(date(2026, 11, 15), 1)
    assert (len(weeks), weeks[-1].name) == (12, "2026-W47")
    assert {week.first.strftime("%A") for week in weeks} == {"Sunday"}
    assert [week.name for week in weeks] == sorted({week.name for week in weeks})


@each(
    ("shift", "span", "days"),
    [
        (0, "week", ("2026-11-16", "2026-11-22")),
        (1, "week", ("2026-11-15", "2026-11-21")),
        (2, "week", ("2026-11-14", "2026-11-20")),
        (1, "last-week", ("2026-11-08", "2026-11-14")),
        (1, "2026-W47", ("2026-11-15", "2026-11-21")),
        (2, "2026-W53", ("2026-12-26", "2027-01-01")),
        (2, "2026-11", ("2026-11-01", "2026-11-30")),
    ],
)
def test_a_week_begins_on_the_day_that_the_workspace_has_chosen(shift, span, days):
    calendar = Calendar(datetime(2026, 11, 20, tzinfo=UTC), week_shift=shift)
    found = calendar.resolve_span(span)
    assert (found.first, found.last) == tuple(map(date.fromisoformat, days))
