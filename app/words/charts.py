"""What is said of charts: their titles, and what they show in words."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.boards.chart_series import (
    MOST_BARS,
    MOST_LINES,
    BarChart,
    Chart,
    ChartBar,
    ChartLine,
    LineChart,
)
from app.core.boards.periods import Period
from app.core.commands.leaderboard import ShowChart
from app.core.grammar.tokens import unescape
from app.words import boards
from app.words.catalogue import Phrase, get_language
from app.words.text import escape, format_name, format_number

DRAWING: Final = Phrase("chart-drawing")
ALREADY: Final = Phrase("chart-already")
BUSY: Final = Phrase("chart-busy")
NOT_DRAWN: Final = Phrase("chart-not-drawn")
NOT_SENT: Final = Phrase("chart-not-sent")
NOT_POSTED: Final = Phrase("chart-not-posted")
SENT_DIRECTLY: Final = Phrase("chart-sent-directly")
FILE_NAME: Final = "leaderboard.png"
SPANS: Final = {
    None: Phrase("chart-12-weeks"), "month": boards.PERIODS["month"], "all": boards.PERIODS["all"],
}  # fmt: skip
"""What the buttons below a chart say, by the span that they show."""
NAMELESS: Final = Phrase("chart-nameless")
"""What a picture says instead of a name that no font can draw."""
MILLIONS: Final = Phrase("number-millions")
BILLIONS: Final = Phrase("number-billions")
TRILLIONS: Final = Phrase("number-trillions")
LONGEST_DESCRIPTION: Final = 1_000
"""Characters of the words that stand for a picture, by Slack's limit."""

_TITLE: Final = Phrase("chart-title")
_WEEKS: Final = Phrase("chart-weeks")
_TICK: Final = Phrase("chart-tick")
_HEAD: Final = Phrase("chart-head")
_BAR: Final = Phrase("chart-bar")
_ENDS: Final = Phrase("chart-ends")
_LINE: Final = Phrase("chart-line")
_SUM: Final = Phrase("chart-sum")
_EMPTY: Final = Phrase("chart-empty")
_EMPTY_WEEKS: Final = Phrase("chart-empty-weeks")
_LONGEST_NAME: Final = 40


def build_chart(
    show: ShowChart,
    periods: Sequence[Period],
    zone: str,
    scores: Mapping[str, tuple[int, ...]],
    names: Mapping[str, str],
) -> Chart:
    """Return the chart of *scores*: lines over the *periods* where no single one is asked for."""
    called = {target: format_plain_name(names.get(target, target)) for target in scores}
    if show.span is not None:
        bars = tuple(ChartBar(called[target], each[0]) for target, each in scores.items())
        title = _format_title(show, len(bars), MOST_BARS, each="all")
        return BarChart(
            title, unescape(boards.describe_dates(periods[0], zone)), bars, get_language()
        )
    lines = tuple(ChartLine(called[target], each) for target, each in scores.items())
    title = _format_title(show, len(lines), MOST_LINES, each="week")
    ticks = tuple(_TICK(week=period.name.partition("-W")[2]) for period in periods)
    return LineChart(title, describe_span(show, periods, zone), ticks, lines, get_language())


def _format_title(show: ShowChart, count: int, most: int, *, each: str) -> str:
    part = "top" if count == most else "all"
    return _TITLE(
        where=boards.build_board_arguments(show)["where"], part=part, count=most, each=each
    )


def describe_span(show: ShowChart, periods: Sequence[Period], zone: str) -> str:
    """Return the days that a chart covers: `12 weeks, 7 September – 22 November 2026, UTC`."""
    if show.span is not None:
        return unescape(boards.describe_dates(periods[0], zone))
    whole = Period("weeks", periods[0].first, periods[-1].last)
    return _WEEKS(count=len(periods), dates=boards.describe_dates(whole, zone))


def format_plain_name(name: str) -> str:
    """Return *name* on one line, at most 80 characters, where nothing needs to be escaped."""
    return unescape(format_name(name))


def describe_chart(chart: Chart) -> str:
    """Return in words what *chart* shows, in at most 1,000 characters of plain text."""
    head = _HEAD(title=chart.title, span=chart.span)
    if isinstance(chart, BarChart):
        each = [_describe_bar(nr, bar) for nr, bar in enumerate(chart.bars, 1)]
        return _join_to_fit([head, *each])
    ends = _ENDS(first=chart.ticks[0], last=chart.ticks[-1])
    whole = [_describe_line(nr, line) for nr, line in enumerate(chart.lines, 1)]
    if len(said := " ".join([head, ends, *whole])) <= LONGEST_DESCRIPTION:
        return said
    return _join_to_fit(
        [head, *(_describe_sum(nr, line) for nr, line in enumerate(chart.lines, 1))]
    )


def _describe_bar(nr: int, bar: ChartBar) -> str:
    return _BAR(place=nr, name=_shorten(bar.name), score=bar.score)


def _describe_line(nr: int, line: ChartLine) -> str:
    return _LINE(
        place=nr, name=_shorten(line.name), scores=", ".join(map(format_number, line.scores))
    )


def _describe_sum(nr: int, line: ChartLine) -> str:
    return _SUM(place=nr, name=_shorten(line.name), score=sum(line.scores))


def render_message_text(chart: Chart, channel: str | None) -> str:
    """Return the same for the message's text, as mrkdwn that names the *channel*, if it is one's.

    It is what a screen reader says, and what stands in a notification.
    """
    where = f" (<#{channel}>)" if channel else ""
    return f"{escape(describe_chart(chart))}{where}"


def explain_empty_chart(show: ShowChart, periods: Sequence[Period], zone: str) -> str:
    """Say that there is nothing to draw."""
    where, spans = boards.build_board_arguments(show), describe_span(show, periods, zone)
    if show.span is not None:
        return _EMPTY(**where, span=spans)
    return _EMPTY_WEEKS(**where, count=MOST_LINES, span=spans)


def format_comment(chart: Chart, by: str | None) -> str:
    """Return what stands above a picture that is posted as a file, and *by* whom it is shown."""
    title = escape(_HEAD(title=chart.title, span=chart.span))
    return f"{title} {boards.describe_sharer(by)}" if by else title


def _shorten(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _join_to_fit(parts: Sequence[str]) -> str:
    said = " ".join(parts)
    return said if len(said) <= LONGEST_DESCRIPTION else f"{said[: LONGEST_DESCRIPTION - 1]}…"
