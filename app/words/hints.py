"""What somebody is told who has written what looks like a vote and is none."""

from typing import Final

from app.core.grammar.hints import HintKind
from app.words.catalogue import Phrase
from app.words.text import format_name

_HINTS: Final = {
    HintKind.BROADCAST: Phrase("hint-broadcast"),
    HintKind.BEFORE: Phrase("hint-before"),
    HintKind.PLUS_ONE: Phrase("hint-plus-one"),
    HintKind.THREAD: Phrase("hint-thread"),
    HintKind.SLIP: Phrase("hint-slip"),
    HintKind.FIRST_VOTE: Phrase("hint-first-vote"),
}


def render_hint(kind: HintKind, name: str, spelling: str, undo_minutes: int) -> str:
    """Say what to type instead; *name* is that of the person meant, *spelling* what was typed.

    To whoever gives for the first time, how to undo that within *undo_minutes*.
    """
    shown = {"name": format_name(name).replace("`", "'"), "spelling": format_name(spelling)}
    return _HINTS[kind](**shown, minutes=undo_minutes)
