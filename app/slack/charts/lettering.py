"""Text in charts: which characters the fonts can draw, and how wide text is."""

import functools
import re
import unicodedata
from decimal import Decimal
from itertools import chain, groupby, islice
from typing import Any, Final

from babel.numbers import format_decimal
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from app.core.grammar.characters import JOINERS, MARKS
from app.words.catalog import Phrase, get_locale, say
from app.words.text import format_number as write_number

_FONTS: Final = (
    "DejaVu Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans Thai", "Noto Sans Devanagari",
    "WenQuanYi Zen Hei",
)  # fmt: skip
"""The first comes with matplotlib; the others cover more scripts where they're installed."""
_MOST_MARKS: Final = 3
_LOOSE: Final = re.compile(
    rf"[\u2066-\u2069\ufe00-\ufe0f]|(?<![\w{MARKS}])[{JOINERS}]+|[{JOINERS}]+(?!\w)"
)
"""Isolates, variation selectors and joiners of emoji that aren't drawn: fonts leave a gap."""
_UNITS: Final = (
    (1e6, Phrase("number-millions")),
    (1e9, Phrase("number-billions")),
    (1e12, Phrase("number-trillions")),
)


def format_number(value: float) -> str:
    """Return *value* in few characters: `12,345`, `1.25M`, `9.2e18`."""
    if abs(round(value)) < 1_000_000:
        return write_number(round(value))
    for unit, phrase in _UNITS:
        digits = f"{value / unit:.2f}"
        if abs(float(digits)) < 1000:  # not 1000M, but 1B
            return phrase(number=_format_digits(digits, "0.##"))
    digits, exponent = f"{value:.1e}".split("e")
    return f"{_format_digits(digits, '0.0')}e{int(exponent)}"


def _format_digits(digits: str, pattern: str) -> str:
    return format_decimal(Decimal(digits), pattern, locale=get_locale())


def fit_name(name: str, nr: int, size: float, width: float) -> str:
    """Return *name* cut to *width*, or its place if the fonts can draw no letter or digit of it."""
    drawable = keep_drawable(name)
    if not any(map(str.isalnum, drawable)):
        # the description beside the picture has the name
        return say("chart-nameless", place=nr + 1)
    short = drawable
    while len(drawable) > 1 and measure_width(short, size) > width:
        drawable = drawable[:-1]
        short = f"{drawable.rstrip()}…"
    return short


def measure_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of *text* in units of the picture's 800."""
    properties = FontProperties(family=find_fonts(), size=size, weight=weight)
    renderer = _create_canvas().get_renderer()
    width, _, _ = renderer.get_text_width_height_descent(text, properties, ismath=False)
    return float(width)


@functools.cache
def _create_canvas() -> Any:
    return FigureCanvasAgg(Figure(figsize=(1, 1), dpi=100))


def keep_drawable(text: str) -> str:
    """Return *text* on one line, with only the characters that the fonts can draw.

    Of marks stacked on one letter, the first few stay: more would cover the lines around it.
    """
    drawn = "".join(c if ord(c) in _find_glyphs() else " " for c in text)
    runs = groupby(_LOOSE.sub("", drawn), lambda c: unicodedata.category(c) in {"Mn", "Me"})
    kept = (islice(run, _MOST_MARKS if are_marks else None) for are_marks, run in runs)
    return " ".join("".join(chain.from_iterable(kept)).split())


@functools.cache
def find_fonts() -> list[str]:
    """Return the installed fonts, in order of preference."""
    installed = set(font_manager.get_font_names())
    return [name for name in _FONTS if name in installed]


@functools.cache
def _find_glyphs() -> frozenset[int]:
    fonts = (font_manager.get_font(font_manager.findfont(name)) for name in find_fonts())
    return frozenset(code for font in fonts for code in font.get_charmap())
