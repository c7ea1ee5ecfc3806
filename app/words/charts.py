"""What is said of charts: their titles, and what they show in words."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.boards.chart_series import MOST_BARS, MOST_LINES, Bar, Bars, Chart, Line, Lines
from app.core.boards.periods import Period
from app.core.commands.leaderboard import ShowChart
from app.core.grammar.tokens import unescaped
from app.words import boards
from app.words.catalogue import Phrase, spoken
from app.words.text import escaped, number, shown

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
MOST_TOLD: Final = 1_000
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
_LONGEST_TOLD: Final = 40


def picture(
    show: ShowChart,
    periods: Sequence[Period],
    zone: str,
    scores: Mapping[str, tuple[int, ...]],
    names: Mapping[str, str],
) -> Chart:
    """Return the chart of *scores*: lines over the *periods* where no single one is asked for."""
    called = {target: plain(names.get(target, target)) for target in scores}
    if show.span is not None:
        bars = tuple(Bar(called[target], each[0]) for target, each in scores.items())
        title = _title(show, len(bars), MOST_BARS, each="all")
        return Bars(title, unescaped(boards.dates(periods[0], zone)), bars, spoken())
    lines = tuple(Line(called[target], each) for target, each in scores.items())
    title = _title(show, len(lines), MOST_LINES, each="week")
    ticks = tuple(_TICK(week=period.name.partition("-W")[2]) for period in periods)
    return Lines(title, span(show, periods, zone), ticks, lines, spoken())


def _title(show: ShowChart, count: int, most: int, *, each: str) -> str:
    part = "top" if count == most else "all"
    return _TITLE(where=boards.where(show)["where"], part=part, count=most, each=each)


def span(show: ShowChart, periods: Sequence[Period], zone: str) -> str:
    """Return the days that a chart covers: `12 weeks, 7 September – 22 November 2026, UTC`."""
    if show.span is not None:
        return unescaped(boards.dates(periods[0], zone))
    whole = Period("weeks", periods[0].first, periods[-1].last)
    return _WEEKS(count=len(periods), dates=boards.dates(whole, zone))


def plain(name: str) -> str:
    """Return *name* on one line, at most 80 characters, where nothing needs to be escaped."""
    return unescaped(shown(name))


def told(chart: Chart) -> str:
    """Return in words what *chart* shows, in at most 1,000 characters of plain text."""
    head = _HEAD(title=chart.title, span=chart.span)
    if isinstance(chart, Bars):
        each = [_bar(nr, bar) for nr, bar in enumerate(chart.bars, 1)]
        return _fitting([head, *each])
    ends = _ENDS(first=chart.ticks[0], last=chart.ticks[-1])
    whole = [_line(nr, line) for nr, line in enumerate(chart.lines, 1)]
    if len(said := " ".join([head, ends, *whole])) <= MOST_TOLD:
        return said
    return _fitting([head, *(_sum(nr, line) for nr, line in enumerate(chart.lines, 1))])


def _bar(nr: int, bar: Bar) -> str:
    return _BAR(place=nr, name=_cut(bar.name), score=bar.score)


def _line(nr: int, line: Line) -> str:
    return _LINE(place=nr, name=_cut(line.name), scores=", ".join(map(number, line.scores)))


def _sum(nr: int, line: Line) -> str:
    return _SUM(place=nr, name=_cut(line.name), score=sum(line.scores))


def text(chart: Chart, channel: str | None) -> str:
    """Return the same for the message's text, as mrkdwn that names the *channel*, if it is one's.

    It is what a screen reader says, and what stands in a notification.
    """
    where = f" (<#{channel}>)" if channel else ""
    return f"{escaped(told(chart))}{where}"


def empty(show: ShowChart, periods: Sequence[Period], zone: str) -> str:
    """Say that there is nothing to draw."""
    where, spans = boards.where(show), span(show, periods, zone)
    if show.span is not None:
        return _EMPTY(**where, span=spans)
    return _EMPTY_WEEKS(**where, count=MOST_LINES, span=spans)


def comment(chart: Chart, by: str | None) -> str:
    """Return what stands above a picture that is posted as a file, and *by* whom it is shown."""
    title = escaped(_HEAD(title=chart.title, span=chart.span))
    return f"{title} {boards.shown_by(by)}" if by else title


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_TOLD else f"{name[: _LONGEST_TOLD - 1]}…"


def _fitting(parts: Sequence[str]) -> str:
    said = " ".join(parts)
    return said if len(said) <= MOST_TOLD else f"{said[: MOST_TOLD - 1]}…"
