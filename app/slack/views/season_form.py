"""The form that begins a season."""

from typing import Any, Final

from app.core.boards.seasons import LONGEST
from app.slack.views.blocks import field_block, form, notice, section
from app.words import seasons as words

FORM: Final = "season"
"""The callback of the form; its metadata is the number of the season that it begins."""
NAME: Final = "season_name"
"""Its field."""
NAME_BLOCK: Final = "season_name"


def render_form(number: int, name: str, what: str) -> dict[str, Any]:
    """Return the form that begins the season of that *number*, and says *what* that means."""
    typed = {"type": "plain_text_input", "action_id": NAME, "max_length": LONGEST}
    name_field = field_block(NAME_BLOCK, words.LABEL(), typed | {"initial_value": name})
    blocks = [name_field, section(what)]
    view = form(FORM, words.TITLE(), words.SUBMIT(), words.CLOSE(), blocks)
    return view | {"private_metadata": str(number)}


def render_outcome(text: str) -> dict[str, Any]:
    """Return the form that says what became of it."""
    return notice(words.TITLE(), words.DONE(), [section(text)])
