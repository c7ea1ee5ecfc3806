"""What can be asked with `/karma`, and what is said to whoever asks for something else."""

import re
from typing import Final

from app.core.commands.karma import MOST_LINES, UnclearCommand
from app.words.catalogue import Phrase
from app.words.text import format_name

HELP_MORE: Final = Phrase("help-more")
NOT_VOTING: Final = Phrase("karma-not-voting")
_FIRST_HELP: Final = Phrase("help-first")
_HELP: Final = Phrase("karma-help")
_UNCLEAR: Final = Phrase("karma-unclear")
_UNCLEAR_ALL: Final = Phrase("karma-unclear-all")
_DID_YOU_MEAN: Final = Phrase("karma-did-you-mean")
_TRY: Final = Phrase("karma-try")
_COUNT: Final = Phrase("karma-count")
_INCOMPLETE: Final = Phrase("karma-incomplete")
_MORE: Final = Phrase("karma-more")
_NO_GROUPS: Final = Phrase("karma-no-groups")
_GROUP: Final = re.compile(r"<!subteam\^[^<>]*>")
_MENTION: Final = re.compile(r"<([@!#])[^<>]*>?")
_MENTIONED: Final = {
    "@": Phrase("karma-typed-person"),
    "#": Phrase("karma-typed-channel"),
    "!": Phrase("karma-typed-group"),
}


def render_first_help(undo_window: int) -> str:
    """Say in three lines how to give, see and undo."""
    return _FIRST_HELP(minutes=undo_window // 60)


def render_help(undo_window: int) -> str:
    """Say all that can be asked, where votes can be taken back for *undo_window* seconds."""
    return _HELP(minutes=undo_window // 60)


def explain_unclear(command: UnclearCommand) -> str:
    """Say what was not understood, and the command that comes nearest."""
    word, near, example = command.word, command.nearest, command.example
    if example and not word:
        return _INCOMPLETE(command=example)
    if not (near or example) and _GROUP.fullmatch(word.strip()):
        return _NO_GROUPS()
    can_show = word.strip() and not (example and _MENTION.search(word))
    if near and near.startswith("history ") and word.isdigit():
        return _COUNT(most=MOST_LINES, command=near)
    said = _UNCLEAR(word=format_name(restore_mentions(word))) if can_show else _UNCLEAR_ALL()
    hint = _DID_YOU_MEAN(command=near) if near else _TRY(command=example or "@bob")
    return f"{said} {hint}" if example else f"{said} {hint} {_MORE()}"


def restore_mentions(text: str) -> str:
    """Return *text* with what Slack made of mentions written as words again."""
    return _MENTION.sub(lambda match: _MENTIONED[match[1]](), text)
