"""Votes, boards and charts in German."""

import io
import json
from dataclasses import replace

import pytest
from PIL import Image

from app.core.boards import chart_series as core
from app.core.boards import periods
from app.core.boards.chart_series import Chart, ChartRow, decode_chart, encode_chart
from app.core.boards.shares import RankedScore, Standing
from app.core.commands.leaderboard import ShowBoard, ShowChart, read_leaderboard
from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.devtools.fake_slack.blocks import read_content
from app.devtools.fake_slack.values import File
from app.devtools.fake_slack.workspace import Workspace
from app.slack.charts import lettering
from app.slack.charts.chart_pool import ChartPool
from app.slack.charts.drawing import draw
from app.slack.views import charts as chart_views
from app.slack.views import leaderboard as board_views
from app.slack.views.leaderboard import KINDS
from app.usecases.standings import Leaderboard
from app.words import boards, charts, text, usage, votes
from app.words.catalog import LANGUAGES, use_language
from app.words.votes import CountedVote
from tests.patience import PATIENCE

NAMES = {"U1": "Ann", "U2": "Bob", "thing:db": "DB"}
WEEK = periods.parse_period("2026-W47")
MONTH = periods.parse_period("2026-11")
DAY = periods.parse_period("2026-11-20")
TURN_OF_YEAR = periods.parse_period("2026-W53")
BOARD = Leaderboard(
    ShowBoard(2, span="week"), WEEK, "UTC",
    [RankedScore(1, "U1", 1234, 3), RankedScore(2, "U2", 1, 0)],
    Standing(2, 1, RankedScore(1, "U1", 1234), 1),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _german():
    with use_language("de"):
        yield


@pytest.mark.parametrize(
    ("vote", "expected"),
    [
        (CountedVote("U1", 1, 1), "Ann hat 1 Punkt (+1)"),
        (CountedVote("U1", -1, -1), "Ann hat -1 Punkt (-1)"),
        (CountedVote("U1", 2, 1234), "Ann hat 1.234 Punkte (+2)"),
        (CountedVote("U1", 0, 0, was=1), "Ann hat 0 Punkte (+1 rückgängig gemacht)"),
        (CountedVote("U1", 1, 2, "die Doku"), "Ann hat 2 Punkte (+1: „die Doku“)"),
        (CountedVote("U1", 1, 2, "die Doku", "für"), "Ann hat 2 Punkte (+1 für die Doku)"),
        (CountedVote("U1", 1, 2, "er da war", "weil"), "Ann hat 2 Punkte (+1, weil er da war)"),
        (CountedVote("U1", 1, 2, "the docs", "for"), "Ann hat 2 Punkte (+1 for the docs)"),
        (
            CountedVote("U1", 1, 2, "she cares", "because"),
            "Ann hat 2 Punkte (+1 because she cares)",
        ),
        (
            CountedVote("U1", 1, 2, "<!subteam^S1>", "due to"),
            "Ann hat 2 Punkte (+1 due to die Gruppe)",
        ),
    ],
)
def test_vote_is_worded_in_german(vote, expected):
    assert votes.format_vote(vote, NAMES) == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (periods.EVER, "insgesamt"),
        (DAY, "20. November 2026, UTC"),
        (WEEK, "16.–22. November 2026, UTC"),
        (periods.parse_period("2026-W49"), "30. November – 6. Dezember 2026, UTC"),
        (TURN_OF_YEAR, "28. Dezember 2026 – 3. Januar 2027, UTC"),
        (periods.parse_period("2026-03"), "1.–31. März 2026, UTC"),
    ],
)
def test_board_dates_are_formatted_in_german(period, expected):
    assert boards.describe_dates(period, "UTC") == expected


def test_months_numbers_and_lists_are_formatted_in_german():
    assert text.format_month(MONTH.first) == "November 2026"
    assert text.format_days(WEEK.first, WEEK.last) == "16.–22. November"
    assert [text.format_ordinal(n) for n in (1, 2, 1003)] == ["1.", "2.", "1.003."]
    assert [text.format_number(n) for n in (0, 999, 1000, -1234)] == ["0", "999", "1.000", "-1.234"]
    assert text.join_words(["a", "b", "c"]) == "a, b und c"


@pytest.mark.parametrize(
    ("show", "full", "title"),
    [
        (ShowBoard(), True, "Rangliste: Top 10, insgesamt"),
        (ShowBoard(board="things"), False, "Rangliste der Dinge, insgesamt"),
        (ShowBoard(board="givers", bottom=True), False,
         "Rangliste nach gegebenen Punkten: von unten, insgesamt"),
        (ShowBoard(3, bottom=True), True, "Rangliste: letzte 3 Plätze, insgesamt"),
        (ShowBoard(1, bottom=True), True, "Rangliste: letzter Platz, insgesamt"),
        (ShowBoard(5, channel="C1"), True, "Rangliste in <#C1>: Top 5, insgesamt"),
    ],
)  # fmt: skip
def test_board_title_is_worded_in_german(show, full, title):
    assert boards.format_board_title(show, periods.EVER, "UTC", full=full) == title


@pytest.mark.parametrize(
    ("own", "reader", "expected"),
    [
        (Standing(37, 12, RankedScore(36, "U1", 14), 39), None,
         "Du bist auf Platz 37 (▲2) mit 12 Punkten, 2 hinter Ann."),
        (Standing(1, 1, None, 0), None, "Du bist auf Platz 1 (neu) mit 1 Punkt."),
        (Standing(2, 0, RankedScore(1, "U1", 1500)), "U2",
         "Bob ist auf Platz 2 mit 0 Punkten, 1.500 hinter Ann."),
        (Standing(1, -1), "U2", "Bob ist auf Platz 1 mit -1 Punkt."),
    ],
)  # fmt: skip
def test_standing_is_worded_in_german(own, reader, expected):
    assert boards.describe_standing(own, NAMES, reader) == expected


def test_missing_standing_is_explained_in_german():
    givers = ShowBoard(board="givers")
    assert (
        boards.explain_no_standing(givers, WEEK) == "Du hast in dieser Zeit keine Punkte gegeben."
    )
    assert boards.explain_no_standing(ShowBoard(), periods.EVER) == "Du hast noch keine Punkte."
    group = ShowBoard(group="S0ENG00001")
    assert boards.explain_no_standing(group, periods.EVER) == "Du bist hier nicht dabei."


@pytest.mark.parametrize(
    ("unclear", "expected"),
    [
        (UnclearQuery(), "Das habe ich leider nicht verstanden."),
        (
            UnclearQuery("foo", UnclearReason.UNKNOWN, "top"),
            "`foo` kenne ich nicht. Meinst du `top`?",
        ),
        (
            UnclearQuery("week", UnclearReason.TWICE, "today"),
            "`today` und `week` passen nicht zusammen.",
        ),
        (
            UnclearQuery("99", UnclearReason.COUNT),
            "Ich kann 1 bis 50 Plätze zeigen, darum geht `99` nicht.",
        ),
        (
            UnclearQuery("7", UnclearReason.CHART),
            "Ein Diagramm zeigt die ersten Plätze, bis zu 5 als Linien oder 10 als",
        ),
        (read_leaderboard("KW 53 2025"), "`KW 53 2025` gibt es im Kalender nicht."),
        (read_leaderboard("2026-w60"), "`KW 60 2026` gibt es im Kalender nicht."),
    ],
)
def test_unclear_query_is_explained_in_german(unclear, expected):
    explanation = usage.explain_unclear(unclear)
    assert explanation.startswith(expected)
    assert explanation.endswith(
        " Versuch es mit `/leaderboard`, `/leaderboard 25 week` oder `/leaderboard help`."
    )


@pytest.mark.parametrize("kind", KINDS)
def test_board_is_worded_in_german_in_every_table_kind(kind):
    page = board_views.render_board(BOARD, NAMES, kind)
    read_content(Workspace.create_example(), {"text": page.text, "blocks": page.blocks})
    assert page.text == (
        "Rangliste: Top 2, 16.–22. November 2026, UTC\n"
        "1. Ann, 1.234 Punkte ▲2\n"
        "2. Bob, 1 Punkt neu\n"
        "Du bist auf Platz 2 (▼1) mit 1 Punkt, 1.233 hinter Ann."
    )
    if kind == "data_table":
        rows = json.dumps(page.blocks[1]["rows"], ensure_ascii=False)
        assert '"text": "1.234"' in rows
        assert [f'"{word}"' in rows for word in ("Platz", "Name", "Punkte", "Änderung")] == [
            True
        ] * 4
        assert page.blocks[1]["caption"] == "Leute nach Punkten"


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_accepts_boards_and_charts_in_every_language(language):
    file = File("F1", "leaderboard.png", b"x", completed=True)
    workspace = Workspace.create_example()
    workspace.files["F1"] = file
    with use_language(language):
        shows = [ShowBoard(board=board) for board in boards.BOARDS] + [ShowBoard(channel="C1")]
        pages = [board_views.render_board(replace(BOARD, show=show), NAMES) for show in shows]
        pages += [
            board_views.render_board(replace(BOARD, show=show, places=[]), NAMES) for show in shows
        ]
        for board in boards.BOARDS:
            show = ShowChart(board, "month")
            chart = charts.build_chart(show, [MONTH], "UTC", {"U1": (3,)}, NAMES)
            pages.append(chart_views.render_chart(chart, show, "F1"))
            pages.append(
                chart_views.render_no_chart(charts.explain_empty_chart(show, [MONTH], "UTC"), show)
            )
    for page in pages:
        text, _ = read_content(workspace, {"text": page.text, "blocks": page.blocks})
        assert text == page.text


def test_board_buttons_are_labeled_in_german():
    *_, spans, kinds, everyone = board_views.render_board(BOARD, NAMES).blocks
    assert read_labels(spans) == ["Heute", "✓ Diese Woche", "Dieser Monat", "Insgesamt"]
    assert read_labels(kinds) == ["✓ Leute", "Dinge", "Gegeben"]
    assert read_labels(everyone) == ["Allen zeigen"]


def read_labels(block):
    return [element["text"]["text"] for element in block["elements"]]


def make_chart(show=None):
    weeks = core.list_weeks(DAY.first)
    return charts.build_chart(
        show or ShowChart(), weeks, "UTC", {"U1": (0,) * 9 + (1, 2, 1234)}, NAMES
    )


def test_chart_is_described_in_german():
    assert charts.describe_chart(make_chart()) == (
        "Ann liegt diese Woche mit 1.234 Punkten vorn."
        " Woche für Woche von 2. Nov. bis 16. Nov.: Ann 1, 2, 1.234."
        " Leute, Punkte pro Woche, 3 Wochen, 2.–22. November 2026, UTC."
    )
    page = chart_views.render_chart(make_chart(), ShowChart(), "F1", "Bob")
    assert page.text.endswith(" Gezeigt von Bob.")


def test_full_and_channel_charts_are_titled_in_german():
    ten = {f"U{nr}": (nr,) for nr in range(10)}
    full = charts.build_chart(ShowChart("givers", "month"), [MONTH], "UTC", ten, {})
    assert (full.language, make_chart().language) == ("de", "de")
    assert full.title == "Top 10, gegebene Punkte"
    there = charts.build_chart(ShowChart(span="month", channel="C1"), [MONTH], "UTC", ten, {})
    assert there.title == "Top 10 im Channel, Punkte"


def test_empty_chart_is_explained_in_german():
    explanation = charts.explain_empty_chart(ShowChart("things"), core.list_weeks(DAY.first), "UTC")
    assert explanation == (
        "Es gibt noch nichts zu zeichnen: keine Punkte für die Dinge, die vorn liegen (12 Wochen,"
        " 31. August – 22. November 2026, UTC)."
    )


@pytest.mark.parametrize(
    ("value", "in_english", "in_german"),
    [
        (12_345.0, "12,345", "12.345"),
        (1_250_000.0, "1.25M", "1,25 Mio."),
        (-2_500_000_000.0, "-2.5B", "-2,5 Mrd."),
        (3e12, "3T", "3 Bio."),
        (999_999.0, "999,999", "999.999"),
        (999_999_999.0, "1B", "1 Mrd."),
        (-999_994_999.0, "-999.99M", "-999,99 Mio."),
        (999_999_999_999_999.0, "1.0e15", "1,0e15"),
        (9.2e18, "9.2e18", "9,2e18"),
    ],
)
def test_chart_numbers_follow_language(value, in_english, in_german):
    assert lettering.format_number(value) == in_german
    with use_language("en"):
        assert lettering.format_number(value) == in_english


@pytest.mark.parametrize(
    "chart",
    [
        Chart("Title", "span", (ChartRow("\ue000", (1_250_000,)), ChartRow("Ann", (1234,)))),
        Chart("Title", "span", (ChartRow("\ue000", (0, 1_250_000)),), ("a", "b")),
    ],
)
def test_chart_is_drawn_in_its_own_language(chart):
    german = replace(chart, language="de")
    assert decode_chart(encode_chart(german)) == german
    assert draw(german) != draw(chart)
    with use_language("en"):
        assert draw(german) == draw(decode_chart(encode_chart(german)))


async def test_chart_cache_is_separate_for_each_language():
    pool = ChartPool(patience=PATIENCE)
    try:
        german = await pool.draw(make_chart())
        with use_language("en"):
            english = await pool.draw(make_chart())
    finally:
        await pool.close()
    assert german != english
    assert german == draw(make_chart())


def test_long_numbers_stay_inside_picture_and_clear_of_names():
    lines = Chart("", "", (ChartRow("Ann", (0, 12_500_000)),), ("a", "b"), "de")
    with Image.open(io.BytesIO(draw(lines))) as picture:
        assert len(picture.crop((0, 0, 4, picture.height)).getcolors()) == 1
    rows = tuple(ChartRow("W" * 99, (score,)) for score in (999_990_000, -250_000_000))
    bars = Chart("", "", rows, language="de")
    with Image.open(io.BytesIO(draw(bars))) as picture:
        between = picture.crop((470, 240, 478, picture.height))
        assert len(between.getcolors()) == 1
