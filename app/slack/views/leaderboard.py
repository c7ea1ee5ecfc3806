"""The leaderboard as Slack shows it: a table block, and the same ranking whole in the text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.boards import Place
from app.core.replies import boards as words
from app.core.replies.text import shown
from app.core.tokens import unescaped
from app.standings import Leaderboard


@dataclass(frozen=True, slots=True)
class Page:
    """What one message holds."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


def page(board: Leaderboard, names: Mapping[str, str], reader: str | None = None) -> Page:
    """Return the board as one message with the own standing of its reader.

    *reader* is named where everybody sees it; otherwise it speaks to whoever asked.
    """
    own = words.standing(board.own, names, reader)
    text = words.board(board.places, board.asked, names, own)
    if not board.places:
        return Page(text)
    title = words.board_title(len(board.places), board.asked)
    blocks = [_heading(title), _table(board.places, names)]
    return Page(text, [*blocks, _context(own)])


def _heading(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _table(places: Sequence[Place], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the table: at most 51 rows of the 100 that Slack takes."""
    head = [_cell("Rank"), _cell("Name"), _cell("Points")]
    rows = [[_cell(str(p.rank)), _cell(_name(p, names)), _cell(f"{p.score:,}")] for p in places]
    columns = [{"align": "right"}, {"align": "left", "is_wrapped": True}, {"align": "right"}]
    return {"type": "table", "rows": [head, *rows], "column_settings": columns}


def _name(place: Place, names: Mapping[str, str]) -> str:
    # A cell is plain text: Slack shows it as it is, entities and all.
    return unescaped(shown(names.get(place.target, place.target)))


def _cell(text: str) -> dict[str, Any]:
    return {"type": "raw_text", "text": text}


def _context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
