"""Rows of a table in each kind of block that Slack may take, from the newest to the plainest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.slack.views.blocks import Block, sections
from app.words.text import format_number

DATA_TABLE: Final = "data_table"
TABLE: Final = "table"
SECTIONS: Final = "sections"
TEXT: Final = "text"
"""No blocks at all."""
KINDS: Final = (DATA_TABLE, TABLE, SECTIONS, TEXT)

Cell = str | int

_PAGE: Final = 10
_EXACT: Final = 1 << 53
"""Up to here a number is the same in JavaScript, where Slack sorts the rows."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: what it is called, its columns' heads, its rows, and the same rows as mrkdwn."""

    caption: str
    head: Sequence[str]
    body: Sequence[Sequence[Cell]]
    lines: Sequence[str]


def render_table(rows: Rows, kind: str) -> list[Block]:
    """Return *rows*, at least one, as blocks of *kind*."""
    if kind == DATA_TABLE:
        return [_render_data_table(rows)]
    if kind == TABLE:
        return [_render_plain_table(rows)]
    return sections(rows.lines)


def render_sample(kind: str) -> list[Block]:
    """Return a small table of *kind* to try; nothing for the kinds that Slack always takes."""
    if kind not in (DATA_TABLE, TABLE):
        return []
    return render_table(Rows("Leaderboard", ("Rank", "Name"), [(1, "pptbot")], ()), kind)


def _render_data_table(rows: Rows) -> Block:
    head = [_text(word) for word in rows.head]
    return {
        "type": "data_table",
        "caption": rows.caption,
        "page_size": _PAGE,
        "row_header_column_index": 1,
        "rows": [head, *([_render_cell(value) for value in row] for row in rows.body)],
    }


def _render_plain_table(rows: Rows) -> Block:
    numbers = [isinstance(value, int) for value in rows.body[0]]
    columns = [{"align": "right"} if n else {"align": "left", "is_wrapped": True} for n in numbers]
    body = [[_text(_format_cell(value)) for value in row] for row in rows.body]
    head = [_text(word) for word in rows.head]
    return {"type": "table", "rows": [head, *body], "column_settings": columns}


def _render_cell(value: Cell) -> Block:
    if isinstance(value, int) and abs(value) <= _EXACT:
        return {"type": "raw_number", "value": value, "text": _format_cell(value)}
    return _text(_format_cell(value))


def _format_cell(value: Cell) -> str:
    return format_number(value) if isinstance(value, int) else value


def _text(text: str) -> Block:
    # Slack takes no empty cell.
    return {"type": "raw_text", "text": text or "–"}
