"""What is shown to people who act: votes to take back, and the form before one is forgotten."""

from typing import Any, Final

from app.core.grammar.tokens import unescaped
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


def undone(said: str, more: tuple[int, str] | None) -> Page:
    """Return what was taken back, and with *more* (a ledger row, its votes) a button for those."""
    if more is None:
        return Page(said)
    row, votes = more
    offer = words.offer(votes)
    button = undo_button(row, words.UNDO())
    blocks = [_section(said), _section(offer) | {"accessory": button}]
    return Page(f"{said}\n{offer}", blocks)


def undo_button(row: int, label: str) -> Block:
    """Return the button that takes back the votes of the ledger's *row*."""
    return {
        "type": "button",
        "action_id": UNDO,
        "style": "danger",
        "text": _plain(_cut(unescaped(label), _LABEL)),
        "value": str(row),
    }


def forget_form() -> dict[str, Any]:
    """Return the modal that says what being forgotten means, and asks for a word of it."""
    field = {"type": "plain_text_input", "action_id": CONFIRM, "max_length": 100}
    asked = {"type": "input", "block_id": CONFIRM_BLOCK, "element": field}
    return {
        "type": "modal",
        "callback_id": FORGET,
        "title": _plain(words.FORGET_TITLE()),
        "submit": _plain(words.FORGET_SUBMIT()),
        "close": _plain(words.FORGET_CLOSE()),
        "blocks": [
            _section(words.FORGET_WHAT()),
            _section(words.FORGET_AFTER()),
            asked | {"label": _plain(words.forget_label())},
        ],
    }


def forget_told(said: str) -> dict[str, Any]:
    """Return the modal that says what became of it."""
    return {
        "type": "modal",
        "title": _plain(words.FORGET_TITLE()),
        "close": _plain(words.FORGET_DONE()),
        "blocks": [_section(said)],
    }


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, _SECTION)}}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
