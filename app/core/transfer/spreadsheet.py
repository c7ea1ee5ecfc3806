"""Cells of CSV that no spreadsheet runs as a formula, and that read back as they were.

A text that begins like a formula gets an apostrophe in front, and so does one that begins with
apostrophes and then like a formula: taking one away gives every text back.
"""

import re
from typing import Final

FORMULA: Final = r"^'*[=+\-@\t\r\n]"
"""What such a text begins with, for Python and for PostgreSQL."""
_FORMULA: Final = re.compile(FORMULA)


def guard_cell(text: str) -> str:
    """Return *text* as a cell that a spreadsheet shows and does not run."""
    return f"'{text}" if _FORMULA.match(text) else text


def read_cell(cell: str) -> str:
    """Return the text that *cell* was made of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
