"""Draws a chart as a PNG; it takes a while, so it is done in a process of its own.

The card is opaque and dark, so that it looks the same in Slack's light and dark themes. Its colours
are told apart by people who see few of them, and so are the markers; all have a contrast of more
than 4.5 to 1 with the card (WCAG 2.2, 1.4.3).
"""

import functools
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import matplotlib as mpl
from babel.numbers import format_decimal
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FuncFormatter, MaxNLocator

from app.core.boards.chart_series import BarChart, Chart, LineChart
from app.words import charts as words
from app.words.catalogue import get_locale, use_language
from app.words.text import format_number

WIDTH: Final = 800
HEIGHT: Final = 450
_SCALE: Final = 2
"""Pixels for each of the two above, for sharp screens."""

_CARD: Final = "#1e242c"
_INK: Final = "#e6ebf0"
_FAINT: Final = "#a9b4c0"
_GRID: Final = "#37414d"
_COLOURS: Final = ("#56b4e9", "#f5a623", "#3ccfa0", "#f0e442", "#e48fc0")
_MARKERS: Final = ("o", "s", "^", "D", "v")
_TITLE: Final = 15.0
_SPAN: Final = 10.0
_NAME: Final = 10.5
_MARGIN: Final = 0.04
_BAR: Final = 11.0
_TICK: Final = 10.0
_LEFT: Final = 0.08
_GAP: Final = 12
"""What is left free beside a number, of the picture's 800."""
_FONTS: Final = (
    "DejaVu Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans Thai", "Noto Sans Devanagari",
    "WenQuanYi Zen Hei",
)  # fmt: skip
"""The first comes with matplotlib; the others draw more scripts on machines that have them."""
_UNITS: Final = ((1e12, words.TRILLIONS), (1e9, words.BILLIONS), (1e6, words.MILLIONS))
_FAR: Final = 1e15
"""From here on scores are told as powers of ten."""


def draw(chart: Chart) -> bytes:
    """Return *chart* as a PNG of 1,600 by 900 pixels."""
    style = mpl.rc_context({"font.family": _find_fonts(), "text.parse_math": False})
    with use_language(chart.language), style:
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100 * _SCALE, facecolor=_CARD)
        axes = figure.add_axes((_LEFT, 0.13, 0.77 - _LEFT, 0.68))
        _draw_titles(figure, chart)
        _clear_axes(axes)
        _draw_lines(axes, chart) if isinstance(chart, LineChart) else _draw_bars(axes, chart)
        written = io.BytesIO()
        figure.savefig(written, format="png", facecolor=_CARD)
    return written.getvalue()


def _draw_titles(figure: Figure, chart: Chart) -> None:
    title, span = _keep_drawable(chart.title), _keep_drawable(chart.span)
    figure.text(_MARGIN, 0.91, title, color=_INK, size=_TITLE, weight="bold")
    figure.text(_MARGIN, 0.855, span, color=_FAINT, size=_SPAN)


def _clear_axes(axes: Any) -> None:
    axes.set_facecolor(_CARD)
    axes.tick_params(colors=_FAINT, labelsize=_TICK, length=0, pad=6)
    for side in axes.spines.values():
        side.set_visible(False)


def _draw_lines(axes: Any, chart: LineChart) -> None:
    places = range(len(chart.ticks))
    for nr, line in reversed(list(enumerate(chart.lines))):  # the leader on top
        style = {"color": _COLOURS[nr % 5], "marker": _MARKERS[nr % 5]}
        axes.plot(places, list(map(float, line.scores)), linewidth=2.4, markersize=5.5, **style)
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xticks(list(places), [_keep_drawable(tick) for tick in chart.ticks])
    axes.set_xlim(-0.3, len(chart.ticks) - 0.7)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _format_number(value)))
    _set_limits(axes, [score for line in chart.lines for score in line.scores])
    _set_left_margin(axes)
    _name_lines(axes, chart)


def _set_limits(axes: Any, scores: Sequence[int]) -> None:
    """Leave a little above and below, also where all scores are the same."""
    low, high = float(min(0, *scores, 0)), float(max(0, *scores, 0))
    room = max((high - low) * 0.06, 0.5)
    axes.set_ylim(low - (room if low < 0 else room / 3), high + room)


def _set_left_margin(axes: Any) -> None:
    """Leave as much on the left as the longest number needs: `12,5 Mio.` is one."""
    widest = max(_measure_width(_format_number(tick), _TICK) for tick in axes.get_yticks())
    left = max(_LEFT, (widest + _GAP) / WIDTH)
    axes.set_position((left, 0.13, 0.77 - left, 0.68))


def _name_lines(axes: Any, chart: LineChart) -> None:
    """Name each line at its end, those that end together one above the other."""
    low, high = axes.get_ylim()
    wanted = [(float(line.scores[-1]) - low) / (high - low) for line in chart.lines]
    for nr, height in enumerate(_spread(wanted, 0.075)):
        line, colour = chart.lines[nr], _COLOURS[nr % 5]
        axes.plot(
            (1.008, 1.03), (wanted[nr], height),
            color=colour, linewidth=0.8, transform=axes.transAxes, clip_on=False,
        )  # fmt: skip
        # Apart, because a name may run from right to left.
        score = _format_number(line.scores[-1])
        left = WIDTH * 0.17 - _measure_width(
            score, _NAME, weight="bold"
        )  # to the left margin's mirror
        beside = {"xycoords": "axes fraction", "color": colour, "va": "center", "size": _NAME}
        label = axes.annotate(score, xy=(1.04, height), weight="bold", **beside)
        beside |= {"xycoords": label, "textcoords": "offset points", "xytext": (7, 0)}
        axes.annotate(
            _fit_name(line.name, nr, _NAME, left), xy=(1, 0.5), annotation_clip=False, **beside
        )


def _spread(heights: Sequence[float], least: float) -> list[float]:
    """Return *heights*, moved as little as keeps any two *least* apart and all within 0 and 1."""
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


def _draw_bars(axes: Any, chart: BarChart) -> None:
    axes.set_position((0.24, 0.06, 0.68, 0.74))
    places = range(len(chart.bars))
    widths = [float(bar.score) for bar in chart.bars]
    axes.barh(places, widths, height=0.62, color=[_choose_colour(bar.score) for bar in chart.bars])
    axes.invert_yaxis()
    axes.set_ylim(max(len(chart.bars), 5) - 0.5, -0.5)
    names = [_fit_name(bar.name, nr, _BAR, WIDTH * 0.19) for nr, bar in enumerate(chart.bars)]
    axes.set_yticks(list(places), names)
    axes.tick_params(axis="y", labelcolor=_INK, labelsize=_BAR)
    axes.set_xticks([])
    low, high = min(0.0, *widths, 0.0), max(0.0, *widths, 0.0)
    room = (high - low) * _measure_room(widths, (low < 0) + (high > 0)) or 0.5
    axes.set_xlim(low - (room if low < 0 else 0), high + (room if high > 0 or low == 0 else 0))
    for place, bar in enumerate(chart.bars):
        _label_bar(axes, place, bar.score)


def _measure_room(widths: Sequence[float], sides: int) -> float:
    """Return the room for the numbers on each side, as a share of the longest bars together."""
    widest = max(
        (_measure_width(_format_number(width), _BAR, weight="bold") for width in widths),
        default=0.0,
    )
    share = (widest + _GAP) / (WIDTH * 0.68)
    return max(0.2, share / (1 - sides * share))


def _label_bar(axes: Any, place: int, score: int) -> None:
    away, side = (6, "left") if score >= 0 else (-6, "right")
    axes.annotate(
        _format_number(score), xy=(float(score), place), xytext=(away, 0),
        textcoords="offset points", color=_INK, size=_BAR, weight="bold",
        va="center_baseline", ha=side,
    )  # fmt: skip


def _choose_colour(score: int) -> str:
    return _COLOURS[0] if score >= 0 else _COLOURS[1]


def _format_number(value: float) -> str:
    """Return *value* in few characters: `12,345`, `1.25M`, `9.2e18`."""
    if abs(value) >= _FAR:
        digits, exponent = f"{value:.1e}".split("e")
        return f"{_format_digits(digits, '0.0')}e{int(exponent)}"
    for unit, words_of in _UNITS:
        if abs(value) >= unit:
            return words_of(number=_format_digits(f"{value / unit:.2f}", "0.##"))
    return format_number(round(value))


def _format_digits(digits: str, pattern: str) -> str:
    return format_decimal(Decimal(digits), pattern, locale=get_locale())


def _fit_name(name: str, nr: int, size: float, width: float) -> str:
    """Return *name*, no wider than *width*, or its place where no font has a letter of it."""
    drawn = _keep_drawable(name)
    if not any(map(str.isalnum, drawn)):
        return words.NAMELESS(place=nr + 1)  # the words beside the picture tell the name
    short = drawn
    while len(drawn) > 1 and _measure_width(short, size) > width:
        drawn = drawn[:-1]
        short = f"{drawn.rstrip()}…"
    return short


def _measure_width(text: str, size: float, weight: str = "normal") -> float:
    """Return how wide *text* is drawn, of the picture's 800."""
    properties = FontProperties(family=_find_fonts(), size=size, weight=weight)
    renderer = _create_canvas().get_renderer()
    width, _, _ = renderer.get_text_width_height_descent(text, properties, ismath=False)
    return float(width)


@functools.cache
def _create_canvas() -> Any:
    return FigureCanvasAgg(Figure(figsize=(1, 1), dpi=100))


def _keep_drawable(text: str) -> str:
    """Return *text* in characters that the fonts have, on one line."""
    return " ".join("".join(c if ord(c) in _find_glyphs() else " " for c in text).split())


@functools.cache
def _find_fonts() -> list[str]:
    there = set(font_manager.get_font_names())
    return [name for name in _FONTS if name in there]


@functools.cache
def _find_glyphs() -> frozenset[int]:
    fonts = (font_manager.get_font(font_manager.findfont(name)) for name in _find_fonts())
    return frozenset(code for font in fonts for code in font.get_charmap())
