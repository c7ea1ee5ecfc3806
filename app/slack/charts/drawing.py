"""Draws charts as PNGs; that's slow, so it runs in a separate process.

The background is light and opaque, so that charts look the same in Slack's light and dark themes.
Text stays readable on a phone, 360 pixels wide. Lines differ by dashes, markers and names as well
as color. The colors of the first two can be told apart with color blindness; the others are black
and gray. All have a contrast of more than 4.5 to 1 (WCAG 2.2, 1.4.3).
"""

import io
from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from app.core.boards.chart_series import Chart, ChartRow
from app.slack.charts.lettering import (
    find_fonts,
    fit_name,
    format_number,
    keep_drawable,
    measure_width,
)
from app.words.catalog import use_language

WIDTH: Final = 800
HEIGHT: Final = 600
_SCALE: Final = 2
"""Pixels per unit of WIDTH and HEIGHT, for high-resolution screens."""

_CARD: Final = "#fbfaf7"
_INK: Final = "#1d1c1d"
_FAINT: Final = "#55595e"
_GRID: Final = "#dcdad4"
_COLORS: Final = ("#0b5cad", "#b3480a", _INK, "#5f6368", "#5f6368")
_DASHES: Final[tuple[Any, ...]] = (
    "solid", (0, (5, 1.6)), (0, (1, 1.4)), (0, (6, 1.5, 1, 1.5)), (0, (2.5, 1.2)),
)  # fmt: skip
_WIDTHS: Final = (3.2, 3.0, 3.0, 2.4, 2.4)
_MARKERS: Final = ("o", "s", "^", "D", "v")
_TITLE: Final = 21.0
_SPAN: Final = 15.0
_NAME: Final = 17.0
_MARGIN: Final = 0.035
_BAR: Final = 17.0
_TICK: Final = 16.0
_LEFT: Final = 0.09
_BOTTOM: Final = 0.1
_TOP: Final = 0.8
_NAMES: Final = 0.3
"""Where bars begin and their names end, as a share of the width."""
_RIGHT: Final = 0.67
"""Where lines end and their names begin, as a share of the width."""
_MOST_TICKS: Final = 4
"""Maximum number of dates below the lines, so that they don't touch."""
_APART: Final = 9.0
"""Distance between lines with equal scores, in units of HEIGHT."""
_GAP: Final = 14
"""Space beside a number, in units of WIDTH."""


def draw(chart: Chart) -> bytes:
    """Return *chart* as a PNG of 1,600 by 1,200 pixels."""
    style = mpl.rc_context({"font.family": find_fonts(), "text.parse_math": False})
    with use_language(chart.language), style:
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100 * _SCALE, facecolor=_CARD)
        axes = figure.add_axes((_LEFT, _BOTTOM, _RIGHT - _LEFT, _TOP - _BOTTOM))
        _draw_titles(figure, chart)
        _clear_axes(axes)
        _draw_lines(axes, chart) if chart.ticks else _draw_bars(axes, chart)
        written = io.BytesIO()
        figure.savefig(written, format="png", facecolor=_CARD)
    return written.getvalue()


def _draw_titles(figure: Figure, chart: Chart) -> None:
    lines: tuple[tuple[str, float, float, dict[str, Any]], ...] = (
        (chart.title, 0.915, _TITLE, {"color": _INK, "weight": "bold"}),
        (chart.span, 0.855, _SPAN, {"color": _FAINT}),
    )
    for text, height, size, style in lines:
        drawable = keep_drawable(text)
        weight = style.get("weight", "normal")
        room = WIDTH * (1 - 2 * _MARGIN) / max(measure_width(drawable, size, weight), 1.0)
        style["size"] = size * min(1.0, room)
        figure.text(_MARGIN, height, drawable, **style)


def _clear_axes(axes: Any) -> None:
    axes.set_facecolor(_CARD)
    axes.tick_params(colors=_FAINT, labelsize=_TICK, length=0, pad=6)
    for side in axes.spines.values():
        side.set_visible(False)


def _draw_lines(axes: Any, chart: Chart) -> None:
    places = list(range(len(chart.ticks)))
    _set_limits(axes, [score for line in chart.rows for score in line.scores])
    low, high = axes.get_ylim()
    unit = (high - low) / (HEIGHT * (_TOP - _BOTTOM)) * _APART
    heights = _separate([line.scores for line in chart.rows], unit)
    for nr in reversed(range(len(chart.rows))):  # the leader on top
        axes.plot(places, heights[nr], markersize=7, clip_on=False, **_choose_style(nr))
    axes.grid(axis="y", color=_GRID, linewidth=1)
    axes.set_axisbelow(True)
    shown = _choose_ticks(len(places))
    axes.set_xticks(shown, [keep_drawable(chart.ticks[at]) for at in shown])
    axes.set_xlim(-0.25, len(chart.ticks) - 0.8)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value)))
    axes.set_ylim(low, high)
    _set_left_margin(axes)
    _name_lines(axes, chart, [line[-1] for line in heights])


def _choose_style(nr: int) -> dict[str, Any]:
    """Return the style of line number *nr*, recognizable with and without color."""
    at = nr % len(_COLORS)
    return {
        "color": _COLORS[at], "linestyle": _DASHES[at], "linewidth": _WIDTHS[at],
        "marker": _MARKERS[at],
    }  # fmt: skip


def _choose_ticks(weeks: int) -> list[int]:
    """Return the indexes of the weeks to label: the last one, and others at equal distances."""
    step = -(-weeks // _MOST_TICKS)
    return list(range(weeks - 1, -1, -step))[::-1]


def _separate(lines: Sequence[Sequence[int]], apart: float) -> list[list[float]]:
    """Return the heights of *lines*; where several are equal, they're spread *apart*."""
    heights = [list(map(float, line)) for line in lines]
    for at in range(len(lines[0]) if lines else 0):
        for score in {line[at] for line in lines}:
            same = [nr for nr, line in enumerate(lines) if line[at] == score]
            for place, nr in enumerate(same):
                heights[nr][at] += ((len(same) - 1) / 2 - place) * apart
    return heights


def _set_limits(axes: Any, scores: Sequence[int]) -> None:
    """Leave a margin above and below, even if all scores are equal."""
    low, high = float(min(0, *scores, 0)), float(max(0, *scores, 0))
    room = max((high - low) * 0.06, 0.5)
    axes.set_ylim(low - (room if low < 0 else room / 2), high + room)


def _set_left_margin(axes: Any) -> None:
    """Make the left margin wide enough for the longest number, such as `12,5 Mio.`."""
    widest = max(measure_width(format_number(tick), _TICK) for tick in axes.get_yticks())
    left = max(_LEFT, (widest + _GAP) / WIDTH)
    axes.set_position((left, _BOTTOM, _RIGHT - left, _TOP - _BOTTOM))


def _name_lines(axes: Any, chart: Chart, ends: Sequence[float]) -> None:
    """Write each line's name at its end; names of lines that end together are stacked."""
    low, high = axes.get_ylim()
    wanted = [(end - low) / (high - low) for end in ends]
    for nr, height in enumerate(_spread(wanted, 0.085)):
        style = _choose_style(nr) | {"linewidth": 1.6, "marker": ""}
        axes.plot(
            (1.015, 1.06), (wanted[nr], height), transform=axes.transAxes, clip_on=False, **style
        )
        _write_name(axes, nr, height, chart.rows[nr])


def _write_name(axes: Any, nr: int, height: float, line: ChartRow) -> None:
    # separate labels, because a name may run from right to left
    score = format_number(line.scores[-1])
    used = measure_width(score, _NAME, weight="bold") + 0.06 * WIDTH * _RIGHT + 3 * _GAP
    room = WIDTH * (1 - _RIGHT) - used
    color = _choose_style(nr)["color"]
    style: dict[str, Any] = {"color": color, "va": "center", "size": _NAME}
    style["xycoords"] = "axes fraction"
    label = axes.annotate(score, xy=(1.075, height), weight="bold", **style)
    style |= {"xycoords": label, "textcoords": "offset points", "xytext": (7, 0)}
    name = fit_name(line.name, nr, _NAME, room)
    axes.annotate(name, xy=(1, 0.5), annotation_clip=False, **style)


def _spread(heights: Sequence[float], least: float) -> list[float]:
    """Return *heights*, moved as little as possible to be *least* apart and within 0 and 1."""
    order = sorted(range(len(heights)), key=lambda nr: (heights[nr], -nr))
    moved: list[float] = []
    for nr in order:
        moved.append(max(heights[nr], moved[-1] + least) if moved else heights[nr])
    over = max(0.0, moved[-1] - 1.0) if moved else 0.0
    ceiling = 1.0 if over else float("inf")
    for place in reversed(range(len(moved))):
        moved[place] = min(moved[place], ceiling)
        ceiling = moved[place] - least
    return [height for _, height in sorted(zip(order, moved, strict=True))]


def _draw_bars(axes: Any, chart: Chart) -> None:
    axes.set_position((_NAMES, 0.04, 1 - _NAMES - _MARGIN, 0.77))
    places = range(len(chart.rows))
    widths = [float(bar.scores[0]) for bar in chart.rows]
    colors = [_COLORS[bar.scores[0] < 0] for bar in chart.rows]
    axes.barh(places, widths, height=0.62, color=colors)
    axes.invert_yaxis()
    axes.set_ylim(max(len(chart.rows), 5) - 0.5, -0.5)
    names = [
        fit_name(bar.name, nr, _BAR, WIDTH * _NAMES - 2 * _GAP) for nr, bar in enumerate(chart.rows)
    ]
    axes.set_yticks(list(places), names)
    axes.tick_params(axis="y", labelcolor=_INK, labelsize=_BAR)
    axes.set_xticks([])
    low, high = min(0.0, *widths, 0.0), max(0.0, *widths, 0.0)
    room = (high - low) * _measure_room(widths, (low < 0) + (high > 0)) or 0.5
    axes.set_xlim(low - (room if low < 0 else 0), high + (room if high > 0 or low == 0 else 0))
    for place, bar in enumerate(chart.rows):
        _label_bar(axes, place, bar.scores[0])


def _measure_room(widths: Sequence[float], sides: int) -> float:
    """Return the room for the numbers on each side, as a share of the span of the bars."""
    widest = max(
        (measure_width(format_number(width), _BAR, weight="bold") for width in widths), default=0.0
    )
    share = (widest + _GAP) / (WIDTH * (1 - _NAMES - _MARGIN))
    return max(0.14, share / (1 - sides * share))


def _label_bar(axes: Any, place: int, score: int) -> None:
    offset, side = (6, "left") if score >= 0 else (-6, "right")
    axes.annotate(
        format_number(score), xy=(float(score), place), xytext=(offset, 0),
        textcoords="offset points", color=_INK, size=_BAR, weight="bold",
        va="center_baseline", ha=side,
    )  # fmt: skip
