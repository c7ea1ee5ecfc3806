"""Views for one's own data: undoing votes, and the confirmation before being forgotten."""

from typing import Final

from app.slack.views.blocks import Block, Page, button, field_block, form, notice, plain, section
from app.words.catalog import say
from app.words.self_service import FORGET_WORDS

UNDO: Final = "karma_undo"
"""The action of the undo button; its value is the id of a ledger row."""
FORGET: Final = "karma_forget"
"""The callback id of the form for being forgotten."""
CONFIRM: Final = "karma_forget_confirm"
CONFIRM_BLOCK: Final = "forget_confirm"


def render_undo(text: str, more: tuple[int, str] | None) -> Page:
    """Return what was undone; *more* (a ledger row, its votes) adds a button to undo those too."""
    if more is None:
        return Page(text)
    row, votes = more
    offer = say("self-service-offer", votes=votes)
    undo = render_undo_button(row, say("self-service-undo"))
    return Page(f"{text}\n{offer}", [section(text), section(offer, accessory=undo)])


def render_undo_button(row: int, label: str) -> Block:
    """Return the button that undoes the votes of the ledger's *row*."""
    return button(UNDO, label, str(row), style="danger")


def render_forget_form() -> Block:
    """Return the modal that explains being forgotten and asks to type a phrase."""
    typed = {"type": "plain_text_input", "action_id": CONFIRM, "max_length": 100}
    label = say("self-service-forget-label", words=FORGET_WORDS)
    blocks = [
        section(say("self-service-forget-what")),
        section(say("self-service-forget-after")),
        field_block(CONFIRM_BLOCK, label, typed),
    ]
    view = form(FORGET, say("self-service-forget-title"), say("self-service-forget-title"), blocks)
    return view | {"close": plain(say("self-service-forget-close"))}


def render_forget_outcome(text: str) -> Block:
    """Return the modal that reports whether someone was forgotten."""
    return notice(say("self-service-forget-title"), [section(text)])
