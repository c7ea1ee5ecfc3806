"""What is shown to people who act: votes to take back, and the form before one is forgotten."""

from typing import Final

from app.core.grammar.tokens import unescape
from app.slack.views.blocks import Block, Page, button, field_block, form, notice, section
from app.words import self_service as words

UNDO: Final = "karma_undo"
"""The action of the button that takes votes back; its value is a row of the ledger."""
FORGET: Final = "karma_forget"
"""The callback of the form that forgets somebody."""
CONFIRM: Final = "karma_forget_confirm"
"""Its field."""
CONFIRM_BLOCK: Final = "forget_confirm"


def render_undo(text: str, more: tuple[int, str] | None) -> Page:
    """Return what was taken back, and with *more* (a ledger row, its votes) a button for those."""
    if more is None:
        return Page(text)
    row, votes = more
    offer = words.OFFER(votes=votes)
    undo = render_undo_button(row, words.UNDO())
    return Page(f"{text}\n{offer}", [section(text), section(offer, accessory=undo)])


def render_undo_button(row: int, label: str) -> Block:
    """Return the button that takes back the votes of the ledger's *row*."""
    return button(UNDO, unescape(label), str(row), style="danger")


def render_forget_form() -> Block:
    """Return the modal that says what being forgotten means, and asks for a word of it."""
    typed = {"type": "plain_text_input", "action_id": CONFIRM, "max_length": 100}
    blocks = [
        section(words.FORGET_WHAT()),
        section(words.FORGET_AFTER()),
        field_block(CONFIRM_BLOCK, words.format_forget_label(), typed),
    ]
    return form(FORGET, words.FORGET_TITLE(), words.FORGET_SUBMIT(), words.FORGET_CLOSE(), blocks)


def render_forget_outcome(text: str) -> Block:
    """Return the modal that says what became of it."""
    return notice(words.FORGET_TITLE(), words.FORGET_DONE(), [section(text)])
