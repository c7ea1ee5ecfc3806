"""Leaderboard messages: a table, the same ranking as text, and buttons.

The table uses one of the block kinds in KINDS, from the newest to the plainest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from app.core.boards.definitions import OF_THINGS
from app.core.commands.leaderboard import ShowBoard, ShowChart
from app.slack.views.blocks import Block, Page, actions, button, header, note, section, sections
from app.usecases.standings import Leaderboard
from app.words import boards as words
from app.words import text as texts
from app.words.catalog import Phrase, say
from app.words.text import format_number

SWITCH: Final = "leaderboard_switch"
EVERYONE: Final = "leaderboard_everyone"
OPEN: Final = "leaderboard_open"
"""The action of a button in another post, which stays unchanged."""

DATA_TABLE: Final = "data_table"
TABLE: Final = "table"
SECTIONS: Final = "sections"
TEXT: Final = "text"
"""Text without blocks."""
KINDS: Final = (DATA_TABLE, TABLE, SECTIONS, TEXT)

Cell = str | int

Shown = TypeVar("Shown", ShowBoard, ShowChart)

_PAGE: Final = 10
_EXACT: Final = 1 << 53
"""Integers up to here are exact in JavaScript, in which Slack sorts the rows."""


def render_board(
    board: Leaderboard,
    names: Mapping[str, str],
    kind: str = DATA_TABLE,
    reader: str | None = None,
    *,
    shared: bool = False,
) -> Page:
    """Return *board* as one message, with its reader's standing.

    *reader* is set when everyone sees it: then the reader is named and there are no buttons.
    *shared* adds that they shared it. Otherwise the message addresses the person who asked.
    """
    buttons = [] if reader else _render_buttons(board)
    if not board.places:
        explain = partial(
            words.explain_empty_board, board.show, board.period, board.zone, pruned=board.pruned
        )
        return Page(explain(), [section(explain(bold=True)), *buttons] if buttons else [])
    ends = _describe_reader(board, names, reader)
    if reader and shared:
        ends.append(words.describe_sharer(texts.find_name(reader, names)))
    full = len(board.places) == board.show.count
    title = words.format_board_title(board.show, board.period, board.zone, full=full)
    text = words.render_board(title, board.places, names, ends)
    if kind == TEXT:
        return Page(text, kind=kind)
    heading = section(f"*{title}*") if board.show.channel else header(title)
    blocks = [heading, *_render_table(board, names, kind)]
    return Page(text, [*blocks, *map(note, ends), *buttons], kind)


def render_own_standing(board: Leaderboard) -> Page:
    """Return only the standing of the reader of *board*, without anyone else."""
    own = replace(board.own, ahead=None) if board.own else None
    alone = replace(board, places=[], own=own)
    lines = _describe_reader(alone, {}, None)
    title = words.format_board_title(board.show, board.period, board.zone, full=False)
    heading = section("\n".join([f"*{title}*", *lines]))
    return Page("\n".join([title, *lines]), [heading, *_render_buttons(alone)])


def _describe_reader(board: Leaderboard, names: Mapping[str, str], reader: str | None) -> list[str]:
    """Return the lines below the places: the reader's standing.

    In public, a *reader* without a standing isn't mentioned.
    """
    if board.show.board in OF_THINGS:
        return []
    if board.own:
        return [words.describe_standing(board.own, names, reader)]
    if reader:
        return []
    if board.hidden:
        return [say("board-hidden")]
    return [words.explain_no_standing(board.show, board.period)]


def _render_table(board: Leaderboard, names: Mapping[str, str], kind: str) -> list[Block]:
    """Return *board* as blocks of *kind*, with at most 51 rows; Slack's limit is 100."""
    if kind == SECTIONS:
        return sections(words.format_place(place, names) for place in board.places)
    columns = 4 if board.has_comparison else 3
    head = [_text(column()) for column in words.COLUMNS[:columns]]
    body = [
        (p.rank, _format_name(p.target, names), p.score, words.format_movement(p))[:columns]
        for p in board.places
    ]
    if kind == TABLE:
        return [_render_plain_table(head, body)]
    table = {"caption": words.format_caption(board.show), "page_size": _PAGE}
    rows = [head, *([_render_cell(value) for value in row] for row in body)]
    return [{"type": "data_table", **table, "row_header_column_index": 1, "rows": rows}]


def _format_name(target: str, names: Mapping[str, str]) -> str:
    # cells are plain text, in which Slack decodes no entities
    return texts.format_plain_name(texts.find_name(target, names))


def _render_buttons(board: Leaderboard) -> list[Block]:
    spans = {s: label for s, label in words.PERIODS.items() if s != "season" or board.seasons}
    everyone = make_button(EVERYONE, "", say("board-show-everyone"), board.show)
    rows = render_switches(SWITCH, board.show, spans)
    return [*rows, actions([everyone])] if board.places else rows


def render_switches(
    action: str, show: Shown, spans: Mapping[str, Phrase] | Mapping[str | None, Phrase]
) -> list[Block]:
    """Return a row of buttons for other *spans* of *show*, and a row for other boards."""
    times = [
        make_button(
            action, span or "weeks", label(), replace(show, span=span), chosen=show.span == span
        )
        for span, label in spans.items()
    ]
    boards = [
        _render_board_button(action, show, board, label()) for board, label in words.BOARDS.items()
    ]
    if show.channel:
        boards.insert(0, make_button(action, "channel", say("board-channel"), show, chosen=True))
    return [actions(times), actions(boards)]


def _render_board_button(action: str, show: Shown, board: str, label: str) -> Block:
    chosen = show.board == board and not show.channel
    shown = replace(show, board=board, channel=None)
    if isinstance(shown, ShowBoard) and board in OF_THINGS:
        shown = replace(shown, group=None)
    return make_button(action, board, label, shown, chosen=chosen)


def make_button(
    action: str, part: str, label: str, show: ShowBoard | ShowChart, *, chosen: bool = False
) -> Block:
    """Return the button that requests *show*; *part* makes its action unique within the message."""
    name = f"{action}_{part}" if part else action
    return button(name, label, show.words, chosen=chosen)


def _render_plain_table(head: list[Block], body: Sequence[Sequence[Cell]]) -> Block:
    numbers = [isinstance(value, int) for value in body[0]]
    columns = [{"align": "right"} if n else {"align": "left", "is_wrapped": True} for n in numbers]
    rows = [head, *([_text(_format_cell(value)) for value in row] for row in body)]
    return {"type": "table", "rows": rows, "column_settings": columns}


def _render_cell(value: Cell) -> Block:
    if isinstance(value, int) and abs(value) <= _EXACT:
        return {"type": "raw_number", "value": value, "text": _format_cell(value)}
    return _text(_format_cell(value))


def _format_cell(value: Cell) -> str:
    return format_number(value) if isinstance(value, int) else value


def _text(text: str) -> Block:
    # Slack accepts no empty cell
    return {"type": "raw_text", "text": text or "–"}
