"""The App Home as Slack shows it: sections and fields, since it takes no tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from app.core.grammar.tokens import unescaped
from app.core.ledger import Entry
from app.slack.views.karma import Known
from app.slack.views.tables import SECTIONS, Rows, table
from app.usecases.home import Home
from app.words import boards as board_words
from app.words import home as words
from app.words import karma as karma_words
from app.words import settings as settings_words
from app.words import usage

BOARD: Final = "home_board"
"""The beginning of the actions whose value is the span of the board to show."""
HELP: Final = "home_help"
OPT_OUT: Final = "home_opt_out"
OPT_IN: Final = "home_opt_in"
SETTINGS: Final = "home_settings"

Block = dict[str, Any]


def page(
    home: Home,
    known: Known,
    at: datetime,
    *,
    invited: bool,
    manages: bool = False,
    refused: str = "",
) -> dict[str, Any]:
    """Return the view of *home*, made *at*; where the app is not *invited* yet, with how to.

    Whoever *manages* the workspace finds its settings there, and what was *refused* of late.
    """
    blocks = [] if invited else [_section(words.NO_CHANNEL()), _divider()]
    if home.out:
        blocks += [_header(words.OUT_TITLE()), _section(words.OUT())]
    elif home.is_new:
        blocks += [_header(words.WELCOME()), _section(words.FIRST()), *_allowance(home)]
    else:
        blocks += [_header(words.TITLE()), _standings(home, known), *_allowance(home)]
    blocks += [_divider(), *_board(home, known)]
    if not (home.out or home.is_new):
        blocks += [_divider(), *_votes(home, known)]
    return {
        "type": "home",
        "blocks": [
            *blocks,
            _divider(),
            _buttons(home, manages=manages),
            *([_context(refused)] if refused else []),
            _context(words.as_of(at)),
        ],
    }


def help_form(undo_window: int) -> dict[str, Any]:
    """Return the modal that says all that can be asked; of *undo_window*, its seconds."""
    asked = karma_words.help_text(undo_window)
    return {
        "type": "modal",
        "title": _plain(words.HELP_TITLE()),
        "close": _plain(words.HELP_CLOSE()),
        "blocks": [_section(usage.HELP()), _divider(), _section(asked)],
    }


def _standings(home: Home, known: Known) -> Block:
    told = [
        (words.SPANS[span](), words.standing(own, known.names))
        for span, own in zip(home.spans, home.standings, strict=True)
    ]
    told.append((words.GAVE(), words.gave(home.gave)))
    return {"type": "section", "fields": [_text(f"*{label}*\n{said}") for label, said in told]}


def _allowance(home: Home) -> list[Block]:
    of = home.allowance
    return [_context(words.allowance(of.left, of.of))] if of else []


def _board(home: Home, known: Known) -> list[Block]:
    """Return the board and, below it, what switches to another time's."""
    board = home.board
    buttons = [_span(board.show.span, span, words.SPANS[span]()) for span in home.spans]
    switch = {"type": "actions", "block_id": "home_spans", "elements": buttons}
    if not board.places:
        nobody = board_words.empty(board.show, board.period, board.zone)
        return [_section(nobody), switch]
    full = len(board.places) == board.show.count
    title = board_words.board_title(board.show, board.period, board.zone, full=full)
    lines = [board_words.place(place, known.names) for place in board.places]
    return [_header(unescaped(title)), *_sections(lines), switch]


def _votes(home: Home, known: Known) -> list[Block]:
    return [
        _section(f"*{words.RECEIVED()}*"),
        *_lines(home.received, words.NONE_RECEIVED(), home, known),
        _section(f"*{words.GIVEN()}*"),
        *_lines(home.given, words.NONE_GIVEN(), home, known),
        _context(words.PRIVATE()),
    ]


def _lines(votes: Sequence[Entry], none: str, home: Home, known: Known) -> list[Block]:
    return _sections([_line(vote, home.user, known) for vote in votes] or [none])


def _line(vote: Entry, user: str, known: Known) -> str:
    said = karma_words.entry(vote, user, known.names, reader=known.reader)
    link = karma_words.link(known.address, vote)
    rest = [karma_words.where(vote), karma_words.when(vote.at), link]
    return " · ".join(filter(None, [f"• {said}", *rest]))


def _buttons(home: Home, *, manages: bool) -> Block:
    privacy = _button(OPT_IN, words.OPT_IN(), "in") | {"style": "primary"}
    if not home.out:
        privacy = _button(OPT_OUT, words.OPT_OUT(), "out") | {"confirm": _confirm()}
    elements = [_button(HELP, words.HELP(), "help"), privacy]
    if manages:
        elements.append(_button(SETTINGS, settings_words.TITLE(), "settings"))
    return {"type": "actions", "block_id": "home_acts", "elements": elements}


def _confirm() -> Block:
    return {
        "title": _plain(words.CONFIRM_TITLE()),
        "text": _plain(words.CONFIRM()),
        "confirm": _plain(words.CONFIRM_YES()),
        "deny": _plain(words.CONFIRM_NO()),
        "style": "danger",
    }


def _span(chosen: str | None, span: str, label: str) -> Block:
    # The mark says by more than a colour which one is shown.
    if span != chosen:
        return _button(f"{BOARD}_{span}", label, span)
    return _button(f"{BOARD}_{span}", f"✓ {label}", span) | {"style": "primary"}


def _button(action: str, label: str, value: str) -> Block:
    return {"type": "button", "action_id": action, "text": _plain(label), "value": value}


def _sections(lines: Sequence[str]) -> list[Block]:
    """Return *lines* in as few sections as their length allows."""
    return table(Rows("", (), (), lines), SECTIONS)


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain(text)}


def _section(text: str) -> Block:
    return {"type": "section", "text": _text(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_text(text)]}


def _text(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _divider() -> Block:
    return {"type": "divider"}
