"""What is shown to people who act: votes to take back, and the form before one is forgotten."""

from typing import Any, Final

from app.core.grammar.tokens import unescape
from app.slack.views.leaderboard import Page
from app.words import self_service as words

UNDO: Final = "karma_undo"
"""The action of the button that takes votes back; its value is a row of the ledger."""
FORGET: Final = "karma_forget"
"""The callback of the form that forgets somebody."""
CONFIRM: Final = "karma_forget_confirm"
"""Its field."""
CONFIRM_BLOCK: Final = "forget_confirm"

_SECTION: Final = 3000
_LABEL: Final = 75

Block = dict[str, Any]


def render_undo(text: str, more: tuple[int, str] | None) -> Page:
    """Return what was taken back, and with *more* (a ledger row, its votes) a button for those."""
    if more is None:
        return Page(text)
    row, votes = more
    offer = words.offer_undo(votes)
    button = render_undo_button(row, words.UNDO())
    blocks = [_section(text), _section(offer) | {"accessory": button}]
    return Page(f"{text}\n{offer}", blocks)


def render_undo_button(row: int, label: str) -> Block:
    """Return the button that takes back the votes of the ledger's *row*."""
    return {
        "type": "button",
        "action_id": UNDO,
        "style": "danger",
        "text": _plain(_cut(unescape(label), _LABEL)),
        "value": str(row),
    }


def render_forget_form() -> dict[str, Any]:
    """Return the modal that says what being forgotten means, and asks for a word of it."""
    field = {"type": "plain_text_input", "action_id": CONFIRM, "max_length": 100}
    input_block = {"type": "input", "block_id": CONFIRM_BLOCK, "element": field}
    return {
        "type": "modal",
        "callback_id": FORGET,
        "title": _plain(words.FORGET_TITLE()),
        "submit": _plain(words.FORGET_SUBMIT()),
        "close": _plain(words.FORGET_CLOSE()),
        "blocks": [
            _section(words.FORGET_WHAT()),
            _section(words.FORGET_AFTER()),
            input_block | {"label": _plain(words.format_forget_label())},
        ],
    }


def render_forget_outcome(text: str) -> dict[str, Any]:
    """Return the modal that says what became of it."""
    return {
        "type": "modal",
        "title": _plain(words.FORGET_TITLE()),
        "close": _plain(words.FORGET_DONE()),
        "blocks": [_section(text)],
    }


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, _SECTION)}}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
