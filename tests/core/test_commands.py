"""Requests for boards, charts and help, as people type them."""

from datetime import date
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from app.core.commands.leaderboard import (
    HERE,
    BoardCommand,
    ShowBoard,
    ShowChart,
    ShowHelp,
    read_leaderboard,
)
from app.core.commands.mention import read_mention
from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.words import boards as words
from app.words import usage
from app.words.catalog import LANGUAGES, say, use_language
from app.words.text import format_month
from tests.core.reading import lines
from tests.tables import each


@each(
    ("arguments", "expected"),
    [
        ("", ShowBoard()),
        ("  ", ShowBoard()),
        ("1", ShowBoard(1)),
        (" 25 ", ShowBoard(25)),
        ("050", ShowBoard(50)),
        ("help", ShowHelp()),
        (" HELP ", ShowHelp()),
        ("help week", ShowHelp()),
        ("?", ShowHelp()),
        ("previous week", ShowBoard(span="last-week")),
        ("7 days", ShowBoard(span="last-7-days")),
        ("last 7 days", ShowBoard(span="last-7-days")),
        ("november 2025", ShowBoard(span="2025-11")),
        ("5 Nov, 2025 things", ShowBoard(5, "things", "2025-11")),
        ("2025 november", ShowBoard(span="2025-11")),
        ("März 2026", ShowBoard(span="2026-03")),
        ("Q4 2025", ShowBoard(span="2025-Q4")),
        ("Jahr 2025 dinge", ShowBoard(board="things", span="2025")),
        ("month november 2025", ShowBoard(span="2025-11")),
        ("the month of november 2025", ShowBoard(span="2025-11")),
        ("year of 2025", ShowBoard(span="2025")),
        ("Monat Mai", ShowBoard(span="month-05")),
        ("2025 q4 givers", ShowBoard(board="givers", span="2025-Q4")),
        ("last 1 day", ShowBoard(span="last-1-days")),
        ("last 2 weeks", ShowBoard(span="last-14-days")),
        ("2 weeks", ShowBoard(span="last-14-days")),
        ("last 2 week", ShowBoard(span="last-14-days")),
        ("letzte 2 woche", ShowBoard(span="last-14-days")),
        ("2 week", ShowBoard(count=2, span="week")),
        ("1 tag", ShowBoard(span="last-1-days")),
        ("2 week", ShowBoard(2, span="week")),
        ("q1", ShowBoard(span="quarter-1")),
        ("first quarter 5", ShowBoard(5, span="quarter-1")),
        ("4. Quartal", ShowBoard(span="quarter-4")),
        ("w47", ShowBoard(span="week-47")),
        ("KW 7", ShowBoard(span="week-07")),
        ("top 5 kw47", ShowBoard(5, span="week-47")),
        ("kw 53 2020 givers", ShowBoard(board="givers", span="2020-W53")),
        ("2026 cw9", ShowBoard(span="2026-W09")),
        ("week 47", ShowBoard(47, span="week")),
        ("week 47, 2026", ShowBoard(span="2026-W47")),
        ("Woche 9 2026", ShowBoard(span="2026-W09")),
        ("kw47,2026", ShowBoard(span="2026-W47")),
        ("quarter 3", ShowBoard(3, span="quarter")),
        ("Quarter 3, 2026", ShowBoard(span="2026-Q3")),
        ("3rd quarter of 2026", ShowBoard(span="2026-Q3")),
        ("march of 2026", ShowBoard(span="2026-03")),
        ("things,march,2026", ShowBoard(board="things", span="2026-03")),
        ("<#C0DEV|a,b>,2026", ShowBoard(span="2026", channel="C0DEV")),
        ("first", ShowBoard()),
        ("current month", ShowBoard(span="month")),
        ("past 30 days", ShowBoard(span="last-30-days")),
        ("voriges Quartal", ShowBoard(span="last-quarter")),
        ("all-time", ShowBoard(span="all")),
        ("things, last week!", ShowBoard(board="things", span="last-week")),
        ("givers 5.", ShowBoard(5, "givers")),
        ("month?", ShowBoard(span="month")),
        ("this channel", ShowBoard(channel=HERE)),
        ("week channel", ShowBoard(span="week", channel=HERE)),
        ("top10", ShowBoard(10)),
        ("top-3 emoji", ShowBoard(3, "things")),
        ("worst things", ShowBoard(board="things", bottom=True)),
        ("today", ShowBoard(span="today")),
        ("Yesterday", ShowBoard(span="yesterday")),
        ("WEEK", ShowBoard(span="week")),
        ("this week", ShowBoard(span="week")),
        ("last week", ShowBoard(span="last-week")),
        ("last-month", ShowBoard(span="last-month")),
        ("all time", ShowBoard(span="all")),
        ("2026-10", ShowBoard(span="2026-10")),
        ("2026-w47", ShowBoard(span="2026-W47")),
        ("2026-11-20", ShowBoard(span="2026-11-20")),
        ("1.11.2026", ShowBoard(span="2026-11-01")),
        ("01.11.26", ShowBoard(span="2026-11-01")),
        ("Dinge seit 05.09.2026.", ShowBoard(board="things", span="since-2026-09-05")),
        ("people", ShowBoard()),
        ("givers month", ShowBoard(board="givers", span="month")),
        ("month givers", ShowBoard(board="givers", span="month")),
        ("bottom", ShowBoard(bottom=True)),
        ("top 5 week", ShowBoard(5, span="week")),
        ("last week last", ShowBoard(span="last-week", bottom=True)),
        ("<#C0DEV|dev>", ShowBoard(channel="C0DEV")),
        ("<#C0SECRET|>", ShowBoard(channel="C0SECRET")),
        ("<#C0DEV>", ShowBoard(channel="C0DEV")),
        ("#here", ShowBoard(channel=HERE)),
        (
            "bottom <#C0DEV|dev> users 2026-W47 5",
            ShowBoard(5, "users", "2026-W47", bottom=True, channel="C0DEV"),
        ),
        ("chart", ShowChart()),
        ("Graph things", ShowChart("things")),
        ("month chart", ShowChart(span="month")),
        ("givers chart 2026-w47", ShowChart("givers", "2026-W47")),
        ("<#C0DEV|dev> chart last week", ShowChart(span="last-week", channel="C0DEV")),
        ("here chart", ShowChart(channel=HERE)),
    ],
)
def test_words_are_read_in_any_order_and_case(arguments: str, expected: BoardCommand):
    assert read_leaderboard(arguments) == expected


MARKED = (
    "{}.", "{}!", "{}?", "{} .", "{}…", "{}。", "{}！？", "{}؟", "{}...", "({})", '"{}"', "“{}”",
    "„{}“", "'{}'", "«{}».", "`{}`", "```{}```", "*{}*", "_{}_!", "~{}~",
)  # fmt: skip


@each("marked", MARKED)
@each(
    "arguments",
    [
        "week", "last week", "bottom 5", "kw 47, 2025", "november", "since 2026-09-01", "season 1",
        'season "autumn"', "<#C0DEV|dev>", "chart things", "2026-w47", "givers",
    ],
)  # fmt: skip
def test_marks_around_words_change_nothing(arguments: str, marked: str):
    known = {"first": 1, "autumn": 2}
    read = read_leaderboard(arguments, known)
    assert not isinstance(read, UnclearQuery)
    assert read_leaderboard(marked.format(arguments), known) == read
    assert read_leaderboard(f"{marked.format('top')} {arguments}", known) == (
        read_leaderboard(f"top {arguments}", known)
    )


@each(
    ("arguments", "expected"),
    [
        ("0", UnclearQuery("0", UnclearReason.COUNT)),
        ("51", UnclearQuery("51", UnclearReason.COUNT)),
        ("-1", UnclearQuery("-1", UnclearReason.COUNT)),
        ("+5", UnclearQuery("+5", UnclearReason.COUNT)),
        ("2.5", UnclearQuery("2.5", UnclearReason.COUNT)),
        ("9" * 500, UnclearQuery("9" * 39 + "…", UnclearReason.COUNT)),
        ("ten", UnclearQuery("ten")),
        ("٣", UnclearQuery("٣")),
        ("²", UnclearQuery("²")),
        ("wek", UnclearQuery("wek", nearest="week")),
        ("las week", UnclearQuery("las", nearest="last")),
        ("novembr", UnclearQuery("novembr", nearest="november")),
        ("25 gviers", UnclearQuery("gviers", nearest="givers")),
        ("1,000", UnclearQuery("1,000", UnclearReason.COUNT)),
        ("1.000.000", UnclearQuery("1.000.000", UnclearReason.COUNT)),
        ("2026-13", UnclearQuery("2026-13", UnclearReason.PERIOD)),
        ("2026-02-30", UnclearQuery("2026-02-30", UnclearReason.PERIOD)),
        ("30.2.2026", UnclearQuery("2026-02-30", UnclearReason.PERIOD)),
        ("2026-w54", UnclearQuery("week 54 2026", UnclearReason.PERIOD)),
        ("week 53, 2025", UnclearQuery("week 53 2025", UnclearReason.PERIOD)),
        ("kw 00 2025", UnclearQuery("week 0 2025", UnclearReason.PERIOD)),
        ("kw54", UnclearQuery("week 54", UnclearReason.PERIOD)),
        ("`wek`", UnclearQuery("wek", nearest="week")),
        ('"lst week"', UnclearQuery("lst", nearest="last")),
        ('"zorpf week"', UnclearQuery('"zorpf')),
        ("`week zorpf`", UnclearQuery("zorpf")),
        ("*things* week *zorpf*", UnclearQuery("zorpf")),
        ("(week) month!", UnclearQuery("month", UnclearReason.TWICE, "week")),
        ("…", UnclearQuery("…")),
        ("week month", UnclearQuery("month", UnclearReason.TWICE, "week")),
        ("last year 2025", UnclearQuery("2025", UnclearReason.TWICE, "last-year")),
        ("5 10", UnclearQuery("10", UnclearReason.TWICE, "5")),
        ("bottom bottom", UnclearQuery("bottom", UnclearReason.TWICE, "bottom")),
        ("top 5 bottom", UnclearQuery("bottom", UnclearReason.TWICE, "top")),
        ("worst 5 bottom", UnclearQuery("bottom", UnclearReason.TWICE, "worst")),
        ("bottom 5 worst", UnclearQuery("worst", UnclearReason.TWICE, "bottom")),
        ("leute personen", UnclearQuery("personen", UnclearReason.TWICE, "leute")),
        ("things users", UnclearQuery("users", UnclearReason.TWICE, "things")),
        ("#dev", UnclearQuery("#dev", UnclearReason.NAME)),
        ("<#C0DEV|dev> givers", UnclearQuery("givers", UnclearReason.PEOPLE)),
        ("things here", UnclearQuery("things", UnclearReason.PEOPLE)),
        ("chart things here", UnclearQuery("things", UnclearReason.PEOPLE)),
        ("chart 7", UnclearQuery("7", UnclearReason.CHART)),
        ("bottom chart", UnclearQuery("bottom", UnclearReason.CHART)),
        ("chart graph", UnclearQuery("graph", UnclearReason.TWICE, "chart")),
        ("chrt", UnclearQuery("chrt", nearest="chart")),
        ("<@U0BOB>", UnclearQuery("<@u0bob>", UnclearReason.PERSON)),
        ("current", UnclearQuery("current")),
        ("previous", UnclearQuery("previous")),
        ("past 5", UnclearQuery("past")),
        ("season q3", UnclearQuery("q3", UnclearReason.TWICE, "season")),
        ("q3 saison", UnclearQuery("saison", UnclearReason.TWICE, "q3")),
    ],
)
def test_an_unknown_word_is_quoted_with_the_nearest_known_one(
    arguments: str, expected: BoardCommand
):
    assert read_leaderboard(arguments) == expected


@each(
    ("arguments", "said"),
    [
        ("wek", "I don't know `wek`. Did you mean `week`?"),
        ("ten", "I don't know `ten`."),
        ("51", "I can show 1 to 50 places, so `51` doesn't work."),
        ("week month", "`week` and `month` don't go together. Keep one of them."),
        ("<#C1|x> <#C2|y>", "`#channel` is in there twice."),
        (
            "chart <!subteam^S1>",
            "A chart shows the first places, up to 5 as lines or 10 as bars. Leave out `@group`.",
        ),
        ("week week", "`week` is in there twice."),
        ("week 53, 2025", "There's no `week 53 2025` in the calendar."),
        ("#dev", "I can't tell which channel `#dev` is. Pick it from Slack's list."),
        ("things here", "A channel's board is for people. Leave out `things`, or the channel."),
        ("`<!everyone>`", "I don't know `’&lt;!everyone&gt;’`."),
        ("{0}", "I don't know `{0}`."),
    ],
)
def test_an_unknown_word_is_explained_in_one_line(arguments: str, said: str):
    unclear = read_leaderboard(arguments)
    assert isinstance(unclear, UnclearQuery)
    assert usage.explain_unclear(unclear).startswith(f"{said} Try `/leaderboard`")
    assert "\n" not in usage.explain_unclear(unclear)


def test_mentions_are_never_shown_as_ids():
    said = usage.explain_unclear(cast("UnclearQuery", read_leaderboard("chart <!subteam^S1>")))
    assert "Leave out `@group`." in said


@each("arguments", ["week " * 150, "week" + ";" * 600, "week" + " ;<" * 4000])
def test_a_text_longer_than_any_request_is_unclear(arguments: str):
    assert read_leaderboard(arguments) == UnclearQuery()


@given(st.text(max_size=3000))
def test_any_argument_is_answered_in_one_line(arguments: str):
    command = read_leaderboard(arguments)
    if isinstance(command, UnclearQuery):
        assert len(usage.explain_unclear(command)) < 500
        assert "<" not in usage.explain_unclear(command)


@each(
    ("arguments", "said"),
    [
        ("<@U0BOB|bob>", "`/karma @bob` shows one person's points."),
        ("@bob", "`/karma @bob` shows one person's points. For a group's board, pick"),
        ("<!subteam^S1|@eng> things", "A group's board is for people. Leave out `things`"),
        ("since 2026-02-30", "I don't know that day."),
        ("since monday", "I don't know that day."),
        ("since november", "I don't know that day."),
        ("me", "`/karma` shows your own points."),
        ("<https://example.com>", "Sorry, I didn't get that. Try `/leaderboard`"),
    ],
)
def test_requests_that_no_board_can_fulfill_are_answered_with_what_to_type(
    arguments: str, said: str
):
    unclear = read_leaderboard(arguments)
    assert isinstance(unclear, UnclearQuery)
    assert usage.explain_unclear(unclear).startswith(said)


@each(
    "query",
    [
        UnclearQuery("chart", UnclearReason.MENTION), UnclearQuery("xmas", UnclearReason.SEASON),
        UnclearQuery("karma", UnclearReason.OWN), UnclearQuery("undo", UnclearReason.COMMAND),
    ],
)  # fmt: skip
def test_an_answer_with_what_to_type_has_no_other_example(query: UnclearQuery):
    assert "25 week" not in usage.explain_unclear(query)


@each(
    ("arguments", "expected"),
    [
        ("november", ShowBoard(span="month-11")), ("Nov", ShowBoard(span="month-11")),
        ("märz 5", ShowBoard(5, span="month-03")), ("heute", ShowBoard(span="today")),
        ("dinge woche", ShowBoard(board="things", span="week")),
        ("chart dezember", ShowChart(span="month-12")),
        ("diesen Monat", ShowBoard(span="month")), ("in diesem Channel", ShowBoard(channel=HERE)),
        ("vergangene Woche", ShowBoard(span="last-week")), ("als Bild", ShowChart()),
        ("zeig mir die Rangliste der Dinge", ShowBoard(board="things")),
        ("Dinge von unten", ShowBoard(board="things", bottom=True)),
    ],
)  # fmt: skip
def test_months_and_words_of_another_language_are_understood(
    arguments: str, expected: BoardCommand
):
    assert read_leaderboard(arguments) == expected


@each(
    ("arguments", "expected"),
    [
        ("leader board", ShowBoard()),
        ("loserboard 5", ShowBoard(5, bottom=True)),
        ("this november", ShowBoard(span="month-11")),
        ("in the <#C0DEV|dev> channel", ShowBoard(channel="C0DEV")),
        ("this sprint", UnclearQuery("sprint")),
        ("this", UnclearQuery("this")),
    ],
)
def test_small_words_change_nothing(arguments: str, expected: BoardCommand):
    assert read_leaderboard(arguments) == expected


@each("language", LANGUAGES)
def test_months_can_be_typed_in_all_languages(language: str):
    with use_language(language):
        for number in range(1, 13):
            name = format_month(date(2025, number, 1))
            assert read_leaderboard(name) == ShowBoard(span=f"2025-{number:02}")


@each("language", LANGUAGES)
def test_labels_of_a_board_s_buttons_can_be_typed_in_all_languages(language: str):
    with use_language(language):
        for span, label in words.PERIODS.items():
            assert read_leaderboard(label()) == ShowBoard(span=span)
        for board, label in words.BOARDS.items():
            assert read_leaderboard(label()) == ShowBoard(board=board)
        assert read_leaderboard(say("board-channel")) == ShowBoard(channel=HERE)


@each("word", ["remember", "thread", "place"])
def test_only_near_words_are_suggested(word: str):
    assert read_leaderboard(word) == UnclearQuery(word)


SHOWS = st.builds(
    ShowBoard,
    st.integers(1, 50),
    st.sampled_from(["users", "things", "givers"]),
    st.sampled_from(["all", "today", "yesterday", "week", "last-week", "month", "last-month",
                     "2026-10", "2026-W53", "2026-11-20", "month-02"]),
    st.booleans(),
)  # fmt: skip
CHARTS = st.builds(
    ShowChart,
    st.sampled_from(["users", "things", "givers"]),
    st.sampled_from([None, "all", "today", "last-month", "2026-10", "2026-W53", "2026-11-20"]),
) | st.builds(ShowChart, channel=st.sampled_from([HERE, "C0DEV", "G1", "D2"]))
IN_CHANNELS = st.builds(ShowBoard, channel=st.sampled_from([HERE, "C0DEV", "G1", "D2"]))


@each(
    ("arguments", "instead"),
    [
        ("3 months", "90 days"),
        ("last 2 months things", "60 days"),
        ("letzten 3 monate", "90 days"),
        ("6 months", "year"),
        ("2 quarters", "year"),
        ("2 years", "year"),
    ],
)
def test_for_several_months_or_years_days_or_a_year_are_suggested(arguments: str, instead: str):
    read = read_leaderboard(arguments)
    assert isinstance(read, UnclearQuery)
    assert (read.word in arguments, read.word[0].isdigit(), read.nearest) == (True, True, instead)
    assert isinstance(read_leaderboard(instead), ShowBoard)


@given(SHOWS | IN_CHANNELS | CHARTS)
def test_every_board_can_be_requested_again_by_its_words(show: ShowBoard | ShowChart):
    assert read_leaderboard(show.words) == show


@each(
    ("typed", "expected"),
    [
        ("@bob leaderboard", ShowBoard(10)),
        ("@bob: leaderboard 25", ShowBoard(25)),
        ("@bob, Leaderboard", ShowBoard(10)),
        ("@bob\u00a0leaderboard\u00a05", ShowBoard(5)),
        ("  @bob   leaderboard   5  ", ShowBoard(5)),
        ("*@bob* leaderboard", ShowBoard(10)),
        ("@bob leaderboard Week givers", ShowBoard(board="givers", span="week")),
        ("@bob leaderboard! Week", ShowBoard(span="week")),
        ("@bob leaderboard help", ShowHelp()),
        ("@bob leaderboard chart month", UnclearQuery("chart", UnclearReason.MENTION)),
        ("@bob leaderboard please", ShowBoard()),
        ("@bob show me the leaderboard of things", ShowBoard(board="things")),
        ("@bob leaderbord", UnclearQuery("leaderbord", nearest="leaderboard")),
        ("@bob @ann", UnclearQuery("<@uann>", UnclearReason.PERSON)),
        ("@bob please show @ann", UnclearQuery("<@uann>", UnclearReason.PERSON)),
        ("@bob could you look at this, @ann?", UnclearQuery("could", UnclearReason.TALK)),
        ("@bob karma", UnclearQuery("karma", UnclearReason.OWN)),
        ("@bob my score", UnclearQuery("my", UnclearReason.OWN)),
        ("@bob undo", UnclearQuery("undo", UnclearReason.COMMAND)),
        ("@bob opt out", UnclearQuery("opt-out", UnclearReason.COMMAND)),
        ("@bob karma @ann", UnclearQuery("<@uann>", UnclearReason.PERSON)),
        ("@bob how many points does @ann have?", UnclearQuery("<@uann>", UnclearReason.PERSON)),
        ("@bob give @ann 2", UnclearQuery("give @bob 2", UnclearReason.COMMAND)),
        ("@bob gib @ann 3 Punkte", UnclearQuery("give @bob 2", UnclearReason.COMMAND)),
        ("@bob who are you", ShowHelp()),
        ("@bob stats", ShowBoard()),
        ("@bob good bot!", UnclearQuery("thanks", UnclearReason.THANKS)),
        ("@bob good morning", UnclearQuery("good", UnclearReason.TALK)),
        ("@bob guten Morgen", ShowHelp()),
        ("@bob we should talk", UnclearQuery("we", UnclearReason.TALK)),
        ("@bob please", UnclearQuery("please", UnclearReason.TALK)),
        ("@bob show me this, please!", UnclearQuery("show", UnclearReason.TALK)),
        ("@bob leader board", ShowBoard()),
        ("@bob leaderboard @ann", UnclearQuery("<@uann>", UnclearReason.PERSON)),
        ("@bob help", ShowHelp()),
        ("@bob HELP me", ShowHelp()),
        ("@bob", ShowHelp()),
        ("@bob hi!", ShowHelp()),
        ("@bob week", ShowBoard(span="week")),
        ("@bob thanks!", UnclearQuery("thanks", UnclearReason.THANKS)),
        ("@bob thanks", UnclearQuery("thanks", UnclearReason.THANKS)),
        ("@bob++", UnclearQuery("++", UnclearReason.TALK)),
        ("@ann leaderboard", None),
        ("hey @bob leaderboard", None),
        ("leaderboard @bob", None),
        ("@bob leaderboards", UnclearQuery("leaderboards", nearest="leaderboard")),
        ("@bob leaderboard\nsecond line", None),
        ("&gt; @bob leaderboard", None),
        ("`@bob leaderboard`", None),
        ("", None),
    ],
)
def test_a_mention_of_the_app_may_be_a_command(typed: str, expected: BoardCommand | None):
    assert read_mention(lines(typed), "UBOB", subcommands={"undo", "opt-out"}) == expected
