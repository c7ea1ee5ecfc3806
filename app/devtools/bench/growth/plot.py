"""Plots the growth of each measured quantity with the ledger, one panel each.

The background is opaque and dark, so that it looks the same on light and dark pages.
"""

import io
import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

_CARD: Final = "#1e242c"
_INK: Final = "#e6ebf0"
_FAINT: Final = "#a9b4c0"
_GRID: Final = "#37414d"
_LINE: Final = "#56b4e9"
_WANTED: Final = "#f5a623"
_COLUMNS: Final = 4
_WIDE: Final = 12.0
_HIGH: Final = 2.3
"""Inches: _WIDE is the picture's width, _HIGH the height of each row of panels."""


def plot(figures: Mapping[str, Mapping[int, Sequence[float]]], most: Mapping[str, float]) -> bytes:
    """Return a PNG: for each name the median of the rounds by size, their spread and the target."""
    down = math.ceil(len(figures) / _COLUMNS)
    with mpl.rc_context({"font.family": "DejaVu Sans", "text.parse_math": False}):
        figure = Figure(figsize=(_WIDE, _HIGH * down + 0.7), dpi=130, facecolor=_CARD)
        panels = figure.subplots(down, _COLUMNS, squeeze=False).flat
        for panel, (name, by_size) in zip(panels, figures.items(), strict=False):
            _draw_panel(panel, name, by_size, most[name])
        for panel in list(figure.axes)[len(figures) :]:
            panel.set_visible(False)
        figure.suptitle(
            "p95 in milliseconds, by rows of the ledger; dashed: the target",
            color=_INK, size=13, x=0.02, ha="left",
        )  # fmt: skip
        figure.tight_layout(rect=(0, 0, 1, 0.98), h_pad=1.6)
        written = io.BytesIO()
        figure.savefig(written, format="png", facecolor=_CARD)
    return written.getvalue()


def _draw_panel(axes: Any, name: str, by_size: Mapping[int, Sequence[float]], most: float) -> None:
    sizes = sorted(by_size)
    middles = [median(by_size[size]) for size in sizes]
    places = range(len(sizes))
    axes.set_facecolor(_CARD)
    axes.axhline(most, color=_WANTED, linewidth=1.2, linestyle="--")
    axes.vlines(
        places, [min(by_size[s]) for s in sizes], [max(by_size[s]) for s in sizes],
        color=_LINE, alpha=0.45, linewidth=5,
    )  # fmt: skip
    axes.plot(places, middles, color=_LINE, marker="o", linewidth=2.2, markersize=5)
    for place, middle in zip(places, middles, strict=True):
        axes.annotate(
            f"{middle:.1f}", (place, middle), xytext=(0, 8), textcoords="offset points",
            ha="center", color=_INK, size=9,
        )  # fmt: skip
    axes.set_title(name, color=_INK, size=11, loc="left", weight="bold")
    axes.set_xticks(list(places), [_shorten(size) for size in sizes])
    axes.set_xlim(-0.4, len(sizes) - 0.6)
    axes.set_ylim(0, max([most, *(max(by_size[s]) for s in sizes)]) * 1.2)
    axes.grid(axis="y", color=_GRID, linewidth=0.7)
    axes.tick_params(colors=_FAINT, labelsize=9, length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _shorten(size: int) -> str:
    for many, name in ((1_000_000, "million"), (1_000, "thousand")):
        if size >= many:
            return f"{size // many} {name}"
    return str(size)
