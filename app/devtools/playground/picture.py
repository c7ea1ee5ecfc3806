"""A conversation as an SVG picture, for the documentation."""

import html
import re
from itertools import groupby
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme

_WIDTH = 76
"""Columns of a picture: as many as fit a documentation page with readable text."""

# Light text on a dark card is readable on both light and dark pages. Rich's own frame would load
# its font from a third-party host; this one uses the reader's.
_THEME = TerminalTheme(
    (30, 36, 44),
    (222, 228, 234),
    [(30, 36, 44), (240, 113, 120), (126, 211, 133), (229, 192, 109), (108, 172, 240),
     (200, 146, 234), (100, 200, 212), (222, 228, 234)],
)  # fmt: skip
_FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font: bold 17px system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""

_TEXT: Final = re.compile(
    r'(?P<before><text [^>]*?)x="(?P<x>[\d.]+)"(?P<between>[^>]*?)textLength="(?P<length>[\d.]+)"'
    r"(?P<after>[^>]*>)(?P<text>[^<]+)</text>"
)


def create_recorder() -> Console:
    """Return a console whose output can be exported as a picture."""
    return Console(record=True, highlight=False, soft_wrap=False, width=_WIDTH)


def render_picture(console: Console) -> str:
    """Return the output of *console* as an SVG picture."""
    drawn = console.export_svg(title="pptbot", theme=_THEME, code_format=_FRAME)
    return _TEXT.sub(_place_wide, drawn)


def _place_wide(match: re.Match[str]) -> str:
    """Return SVG text elements that give wide characters two columns, as in a terminal.

    Rich squeezes the whole text into as many columns as it has characters.
    """
    text = html.unescape(match["text"])
    if all(cell_len(char) == 1 for char in text.rstrip("\n")):
        return match[0]
    column, x = float(match["length"]) / len(text), float(match["x"])
    placed = []
    for _, run in groupby(text, key=lambda char: cell_len(char) > 1):
        part = "".join(run)
        length = cell_len(part) * column
        place = f'x="{x:g}"{match["between"]}textLength="{length:g}"'
        shown = html.escape(part).replace("\xa0", "&#160;")
        placed.append(f"{match['before']}{place}{match['after']}{shown}</text>")
        x += length
    return "".join(placed)
