"""The form that begins a season."""

from typing import Any, Final

from app.core.boards.seasons import LONGEST
from app.words import seasons as words

FORM: Final = "season"
"""The callback of the form; its metadata is the number of the season that it begins."""
NAME: Final = "season_name"
"""Its field."""
NAME_BLOCK: Final = "season_name"

Block = dict[str, Any]


def render_form(number: int, name: str, what: str) -> dict[str, Any]:
    """Return the form that begins the season of that *number*, and says *what* that means."""
    field = {"type": "plain_text_input", "action_id": NAME, "max_length": LONGEST}
    input_block = {
        "type": "input",
        "block_id": NAME_BLOCK,
        "element": field | {"initial_value": name},
    }
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": str(number),
        "title": _plain(words.TITLE()),
        "submit": _plain(words.SUBMIT()),
        "close": _plain(words.CLOSE()),
        "blocks": [input_block | {"label": _plain(words.LABEL())}, _section(what)],
    }


def render_outcome(text: str) -> dict[str, Any]:
    """Return the form that says what became of it."""
    return {
        "type": "modal",
        "title": _plain(words.TITLE()),
        "close": _plain(words.DONE()),
        "blocks": [_section(text)],
    }


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
