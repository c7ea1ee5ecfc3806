"""What is said of charts: their titles, and what they show in words."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.boards import GIVERS, THINGS, USERS
from app.core.charts import MOST_BARS, MOST_LINES, Bar, Bars, Chart, Line, Lines
from app.core.commands import ShowChart
from app.core.periods import Period
from app.core.replies import boards
from app.core.replies.text import escaped, shown
from app.core.tokens import unescaped

DRAWING: Final = "I am drawing the chart. It will be here in a moment."
ALREADY: Final = "I am still drawing the chart that you asked for before."
BUSY: Final = "I have my hands full. Please try again in a moment."
NOT_DRAWN: Final = "I could not draw the chart. `/leaderboard` shows the board as a table."
NOT_SENT: Final = "Slack would not take the picture. `/leaderboard` shows the board as a table."
NOT_POSTED: Final = (
    "I could not post the chart here: invite me with `/invite @pptbot`, then try again."
)
SENT_DIRECTLY: Final = "Slack would not show the picture here. I have sent it to you directly."
FILE_NAME: Final = "leaderboard.png"
SPANS: Final = {None: "12 weeks", "month": "This month", "all": "All time"}
"""What the buttons below a chart say, by the span that they show."""
MOST_TOLD: Final = 1_000
"""Characters of the words that stand for a picture, by Slack's limit."""

_LONGEST_TOLD: Final = 40
_WHO: Final = {USERS: "people", THINGS: "things", GIVERS: "givers"}


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
        title = _title(show, full=len(bars) == MOST_BARS, most=MOST_BARS)
        return Bars(title, boards.dates(periods[0], zone), bars)
    lines = tuple(Line(called[target], each) for target, each in scores.items())
    title = f"{_title(show, full=len(lines) == MOST_LINES, most=MOST_LINES)} a week"
    ticks = tuple(period.name.partition("-")[2] for period in periods)
    return Lines(title, span(show, periods, zone), ticks, lines)


def _title(show: ShowChart, *, full: bool, most: int) -> str:
    who = f"Top {most} {_WHO[show.board]}" if full else _WHO[show.board].capitalize()
    given = "points given" if show.board == GIVERS else "points"
    return f"{who}{' in the channel' if show.channel else ''}, {given}"


def span(show: ShowChart, periods: Sequence[Period], zone: str) -> str:
    """Return the days that a chart covers: `12 weeks, 7 September – 22 November 2026, UTC`."""
    if show.span is not None:
        return boards.dates(periods[0], zone)
    whole = Period("weeks", periods[0].first, periods[-1].last)
    return f"{len(periods)} weeks, {boards.dates(whole, zone)}"


def plain(name: str) -> str:
    """Return *name* on one line, at most 80 characters, where nothing needs to be escaped."""
    return unescaped(shown(name))


def told(chart: Chart) -> str:
    """Return in words what *chart* shows, in at most 1,000 characters of plain text."""
    head = f"{chart.title}, {chart.span}."
    if isinstance(chart, Bars):
        each = [f"{nr}. {_cut(b.name)}: {b.score:,}." for nr, b in enumerate(chart.bars, 1)]
        return _fitting([head, *each])
    ends = f"From {chart.ticks[0]} to {chart.ticks[-1]}:"
    whole = [
        f"{nr}. {_cut(line.name)}: {', '.join(f'{score:,}' for score in line.scores)}."
        for nr, line in enumerate(chart.lines, 1)
    ]
    if len(said := " ".join([head, ends, *whole])) <= MOST_TOLD:
        return said
    sums = [
        f"{nr}. {_cut(line.name)}: {sum(line.scores):,} in all."
        for nr, line in enumerate(chart.lines, 1)
    ]
    return _fitting([head, *sums])


def text(chart: Chart, channel: str | None) -> str:
    """Return the same for the message's text, as mrkdwn that names the *channel*, if it is one's.

    It is what a screen reader says, and what stands in a notification.
    """
    where = f" (<#{channel}>)" if channel else ""
    return f"{escaped(told(chart))}{where}"


def empty(show: ShowChart, periods: Sequence[Period], zone: str) -> str:
    """Say that there is nothing to draw."""
    where = f" in <#{show.channel}>" if show.channel else ""
    nobody = {USERS: "Nobody has", THINGS: "No thing has", GIVERS: "Nobody has given"}[show.board]
    if show.span is not None:
        return f"There is nothing to draw. {nobody} points{where}: {span(show, periods, zone)}."
    who = f"first {MOST_LINES} {_WHO[show.board]}"
    return (
        f"There is nothing to draw. {nobody} points{where}, or none that the {who} got in these"
        f" {span(show, periods, zone)}."
    )


def comment(chart: Chart, by: str | None) -> str:
    """Return what stands above a picture that is posted as a file, and *by* whom it is shown."""
    title = f"{escaped(chart.title)}, {escaped(chart.span)}."
    return f"{title} {boards.shown_by(by)}" if by else title


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_TOLD else f"{name[: _LONGEST_TOLD - 1]}…"


def _fitting(parts: Sequence[str]) -> str:
    said = " ".join(parts)
    return said if len(said) <= MOST_TOLD else f"{said[: MOST_TOLD - 1]}…"
