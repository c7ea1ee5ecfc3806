"""The leaderboard as Slack shows it: a table, the same ranking whole in the text, and buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from app.core.commands.leaderboard import ShowBoard
from app.core.grammar.tokens import unescaped
from app.slack.views.buttons import button
from app.slack.views.tables import DATA_TABLE, TEXT, Rows, table
from app.usecases.standings import Leaderboard
from app.words import boards as words
from app.words import text as texts

Block = dict[str, Any]

SWITCH: Final = "leaderboard_switch"
EVERYONE: Final = "leaderboard_everyone"


@dataclass(frozen=True, slots=True)
class Page:
    """What one message holds."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    kind: str = ""
    """The kind of table in it, if there is one: Slack may refuse it."""


def page(
    board: Leaderboard,
    names: Mapping[str, str],
    kind: str = DATA_TABLE,
    reader: str | None = None,
    *,
    shown: bool = False,
) -> Page:
    """Return the board as one message with the own standing of its reader.

    *reader* is named where everybody sees it, *shown* to them by that person, and there are no
    buttons then; otherwise it speaks to whoever asked.
    """
    buttons = [] if reader else _buttons(board)
    if not board.places:
        said = words.empty(board.show, board.period, board.zone, pruned=board.pruned)
        return Page(said, [_section(said), *buttons] if buttons else [])
    ends = _ends(board, names, reader)
    if reader and shown:
        ends.append(words.shown_by(names.get(reader, reader)))
    title = words.board_title(board.show, board.period, board.zone, full=_full(board))
    text = words.board(title, board.places, names, ends)
    if kind == TEXT:
        return Page(text, kind=kind)
    heading = _section(f"*{title}*") if board.show.channel else _header(unescaped(title))
    blocks = [heading, *table(_rows(board, names), kind)]
    return Page(text, [*blocks, *map(_context, ends), *buttons], kind)


def _full(board: Leaderboard) -> bool:
    return len(board.places) == board.show.count


def _ends(board: Leaderboard, names: Mapping[str, str], reader: str | None) -> list[str]:
    """Return what is said below the places: where the reader stands."""
    if board.show.board not in words.WITH_READERS:
        return []
    if board.own:
        return [words.standing(board.own, names, reader)]
    if board.hidden:
        return [] if reader else [words.HIDDEN()]
    name = names.get(reader, reader) if reader else None
    return [words.no_standing(board.show, board.period, name)]


def _rows(board: Leaderboard, names: Mapping[str, str]) -> Rows:
    """Return the table: at most 51 rows of the 100 that Slack takes in each kind."""
    columns = 4 if board.compared else 3
    body = [
        (p.rank, _name(p.target, names), p.score, words.movement(p))[:columns] for p in board.places
    ]
    lines = [words.place(place, names) for place in board.places]
    head = [column() for column in words.COLUMNS[:columns]]
    return Rows(words.caption(board.show), head, body, lines)


def _name(target: str, names: Mapping[str, str]) -> str:
    # A cell is plain text: Slack shows it as it is, entities and all.
    return unescaped(texts.shown(names.get(target, target)))


def _header(text: str) -> Block:
    # Plain text: a channel cannot be named in it.
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _buttons(board: Leaderboard) -> list[Block]:
    show = board.show
    spans = [
        _span(show, span, label())
        for span, label in words.PERIODS.items()
        if span != "season" or board.seasons
    ]
    boards = [_board(show, board, label()) for board, label in words.BOARDS.items()]
    if show.channel:
        boards.insert(0, _button(SWITCH, "channel", words.IN_CHANNEL(), show, chosen=True))
    everyone = _button(EVERYONE, "", words.SHOW_EVERYONE(), show)
    return [{"type": "actions", "elements": spans}, {"type": "actions", "elements": boards},
            {"type": "actions", "elements": [everyone]}]  # fmt: skip


def _span(show: ShowBoard, span: str, label: str) -> Block:
    return _button(SWITCH, span, label, replace(show, span=span), chosen=show.span == span)


def _board(show: ShowBoard, board: str, label: str) -> Block:
    chosen = show.board == board and not show.channel
    return _button(SWITCH, board, label, replace(show, board=board, channel=None), chosen=chosen)


def _button(action: str, part: str, label: str, show: ShowBoard, *, chosen: bool = False) -> Block:
    return button(action, part, label, show.words, chosen=chosen)
