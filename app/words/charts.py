"""Wording of charts: titles, and descriptions of the picture."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from app.core.boards.chart_series import (
    FEWEST_WEEKS,
    MOST_BARS,
    MOST_LINES,
    Chart,
    ChartRow,
    count_empty_weeks,
    sum_up,
)
from app.core.boards.definitions import GIVERS
from app.core.boards.periods import Period, build_span
from app.core.commands.leaderboard import ShowChart
from app.core.grammar.tokens import unescape
from app.words import boards
from app.words.catalog import Phrase, get_language, get_locale, say
from app.words.text import cut, escape, find_name, format_number, format_plain_name, join_words

FILE_NAME: Final = "leaderboard.png"
SPANS: Final = {
    None: Phrase("chart-12-weeks"), "month": boards.PERIODS["month"], "all": boards.PERIODS["all"],
}  # fmt: skip
"""The labels of the buttons below a chart, by span."""
LONGEST_DESCRIPTION: Final = 1_000
"""Maximum characters of a picture's description, which is Slack's limit."""

_LONGEST_NAME: Final = 40


def build_chart(
    show: ShowChart,
    periods: Sequence[Period],
    zone: str,
    scores: Mapping[str, tuple[int, ...]],
    names: Mapping[str, str],
) -> Chart:
    """Return a chart of *scores*: bars if *show* has one span, otherwise lines over *periods*.

    Lines start with the first week that has a score. If that leaves only one or two weeks, bars
    show the sums instead.
    """
    ticks, most = tuple[str, ...](), MOST_BARS
    if show.span is None:
        begin = min(count_empty_weeks(scores), len(periods) - 1)
        periods, most = periods[begin:], MOST_LINES
        if len(periods) < FEWEST_WEEKS:
            scores = sum_up(scores)
        else:
            scores = {target: each[begin:] for target, each in scores.items()}
            ticks = tuple(_format_tick(period.first) for period in periods)
    rows = tuple(
        ChartRow(format_plain_name(find_name(target, names)), each)
        for target, each in scores.items()
    )
    where, part = boards.build_board_arguments(show)["where"], "top" if len(rows) == most else "all"
    each = "week" if ticks else "all"
    title = say("chart-title", where=where, part=part, count=most, each=each)
    span = describe_span(show, periods, zone)
    return Chart(title, span, rows, ticks, get_language(), show.board == GIVERS)


def _format_tick(day: date) -> str:
    """Return a short date: `31 Aug`."""
    month = get_locale().months["format"]["abbreviated"][day.month]
    return say("chart-tick", day=day.day, month=str(month))


def describe_span(show: ShowChart, periods: Sequence[Period], zone: str) -> str:
    """Return the dates that a chart covers: `12 weeks, 7 September – 22 November 2026, UTC`."""
    if show.span is not None:
        return unescape(boards.describe_dates(periods[0], zone))
    whole = build_span(periods[0].first, periods[-1].last)
    return say("chart-weeks", count=len(periods), dates=boards.describe_dates(whole, zone))


def describe_chart(chart: Chart) -> str:
    """Describe *chart* in at most 1,000 characters of plain text.

    The first sentence says who leads: `Bob leads with 3 points this week, followed by ann (1).`.
    """
    head = say("chart-head", title=chart.title, span=chart.span)
    if not chart.ticks:
        return _join_to_fit([_describe_lead(chart), head])
    ends = {"first": chart.ticks[0], "last": chart.ticks[-1]}
    lines = "; ".join(map(_describe_line, chart.rows))
    course = say("chart-ends", **ends, lines=lines) if lines else ""
    if len(description := _join([_describe_lead(chart), course, head])) <= LONGEST_DESCRIPTION:
        return description
    sums_by_name = [_format_score(line.name, sum(line.scores)) for line in chart.rows]
    sums = say("chart-sum", lines=", ".join(sums_by_name))
    return _join_to_fit([_describe_lead(chart), sums, head])


def _describe_lead(chart: Chart) -> str:
    """Describe who leads and who follows; with several weeks, in the last one."""
    what = "given" if chart.given else "got"
    when = "week" if chart.ticks else "all"
    scores = [(row.name, row.scores[-1]) for row in chart.rows]
    if chart.ticks:
        scores = sorted((s for s in scores if s[1]), key=lambda score: -score[1])
    if not scores or scores[0][1] <= 0:  # no one leads without a positive score
        listed = [_format_score(name, score) for name, score in scores]
        if listed:
            return f"{join_words(listed)}."
        return say("chart-no-lead", what=what) if when == "week" else ""
    first = [name for name, score in scores if score == scores[0][1]]
    others = [_format_score(name, score) for name, score in scores[len(first) :]]
    rest = say("chart-followed", others=join_words(others)) if others else ""
    arguments: dict[str, str | int] = {
        "count": scores[0][1],
        "what": what,
        "when": when,
        "rest": rest,
    }
    if len(first) == 1:
        return say("chart-leads", name=_shorten(first[0]), **arguments)
    return say("chart-lead-together", names=join_words(list(map(_shorten, first))), **arguments)


def _describe_line(line: ChartRow) -> str:
    scores = ", ".join(map(format_number, line.scores))
    return say("chart-line", name=_shorten(line.name), scores=scores)


def _format_score(name: str, score: int) -> str:
    return say("chart-score", name=_shorten(name), score=score)


def render_message_text(chart: Chart, channel: str | None) -> str:
    """Return the description as mrkdwn, with the *channel* if the chart is of one.

    It's the message's text, for screen readers and notifications.
    """
    where = f" (<#{channel}>)" if channel else ""
    return f"{escape(describe_chart(chart))}{where}"


def explain_empty_chart(show: ShowChart, periods: Sequence[Period], zone: str) -> str:
    """Explain that there is nothing to draw."""
    where, spans = boards.build_board_arguments(show), describe_span(show, periods, zone)
    return say("chart-empty" if show.span is not None else "chart-empty-weeks", **where, span=spans)


def format_comment(chart: Chart, by: str | None) -> str:
    """Return the comment above a picture posted as a file; *by* names who shares it."""
    title = escape(say("chart-head", title=chart.title, span=chart.span))
    return f"{title} {boards.describe_sharer(by)}" if by else title


def _shorten(name: str) -> str:
    return cut(name, _LONGEST_NAME)


def _join(parts: Sequence[str]) -> str:
    return " ".join(filter(None, parts))


def _join_to_fit(parts: Sequence[str]) -> str:
    return cut(_join(parts), LONGEST_DESCRIPTION)
