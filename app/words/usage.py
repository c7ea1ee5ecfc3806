"""Wording of help: the welcome, help pages, and responses to unclear requests."""

import re
from collections.abc import Mapping
from typing import Final

from app.core.boards.chart_series import MOST_BARS, MOST_LINES
from app.core.commands.karma import GIVE_EXAMPLE, UnclearCommand
from app.core.commands.karma import MOST_LINES as MOST_VOTES
from app.core.commands.leaderboard import MOST_PLACES
from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.core.settings.definitions import Minus, Settings
from app.words.catalog import Phrase
from app.words.text import format_name

HELP: Final = Phrase("leaderboard-help")
AWAY: Final = Phrase("away")
UNREADABLE: Final = Phrase("form-unreadable")
NOT_YOURS: Final = Phrase("form-not-yours")

_TRY: Final = Phrase("unclear-try")
_NOTHING: Final = Phrase("unclear-nothing")
_NEAR: Final = Phrase("unclear-near")
_CONTRARY: Final = Phrase("unclear-contrary")
# small talk is answered with help
_TROUBLE: Final[Mapping[UnclearReason, Phrase]] = {
    why: Phrase(f"unclear-{why}") for why in UnclearReason if why is not UnclearReason.TALK
}
_ID: Final = re.compile(r"<(?:[@#]|!subteam\^)[^<>]*>?")
_COMPLETE: Final = frozenset({
    UnclearReason.OWN, UnclearReason.PERSON, UnclearReason.SINCE, UnclearReason.COMMAND,
    UnclearReason.THANKS, UnclearReason.MENTION, UnclearReason.SEASON,
})  # fmt: skip
"""Reasons whose sentences already say what to type, or need no advice."""

HELP_MORE: Final = Phrase("help-more")
NOT_VOTING: Final = Phrase("karma-not-voting")
_FIRST_HELP: Final = Phrase("help-first")
_KARMA_HELP: Final = Phrase("karma-help")
_UNCLEAR: Final = Phrase("karma-unclear")
_UNCLEAR_ALL: Final = Phrase("karma-unclear-all")
_DID_YOU_MEAN: Final = Phrase("karma-did-you-mean")
_KARMA_TRY: Final = Phrase("karma-try")
_TRY_PERSON: Final = Phrase("karma-try-person")
_TOO_MANY: Final = Phrase("karma-count")
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

WELCOME: Final = Phrase("welcome")
WELCOME_MEMBER: Final = Phrase("welcome-member")
WELCOME_HELLO: Final = Phrase("welcome-hello")
WELCOME_SETTINGS: Final = Phrase("welcome-settings")
WELCOME_SAID: Final = Phrase("welcome-said")
_HELLO: Final = Phrase("hello")
_MINUS: Final = {minus: Phrase(f"hello-minus-{minus}") for minus in Minus}


def explain_unclear(query: UnclearQuery) -> str:
    """Explain which word wasn't understood, and suggest what may have been meant."""
    sentence = _describe_trouble(query, _quote(query.word)) if query.word else _NOTHING()
    return sentence if query.why in _COMPLETE else f"{sentence} {_TRY()}"


def _describe_trouble(query: UnclearQuery, word: str) -> str:
    if query.why == UnclearReason.UNKNOWN and query.nearest:
        return _NEAR(word=word, near=query.nearest)
    if query.why == UnclearReason.TWICE and (first := _quote(query.nearest)) != word:
        return _CONTRARY(first=first, word=word)
    if query.why == UnclearReason.COMMAND:
        return _TROUBLE[query.why](command=query.word)
    mention = "typed" if query.word.startswith("@") else "picked"
    most = {"most": MOST_PLACES, "lines": MOST_LINES, "bars": MOST_BARS}
    return _TROUBLE[query.why](word=word, mention=mention, **most)


def _quote(word: str) -> str:
    # a backtick would end the code span
    shown = _ID.sub(lambda match: restore_mentions(match[0]), word).replace("`", chr(0x2019))
    return f"`{format_name(shown) or '?'}`"


def render_first_help(settings: Settings) -> str:
    """Explain in three lines how to give, see and undo under *settings*."""
    return _FIRST_HELP(minutes=settings.undo_window // 60, boards=settings.boards)


def render_help(undo_window: int) -> str:
    """Explain all commands; votes can be undone for *undo_window* seconds."""
    return _KARMA_HELP(minutes=undo_window // 60)


def explain_unclear_command(command: UnclearCommand) -> str:
    """Explain what wasn't understood, and suggest the nearest command."""
    word, near, example = command.word, command.nearest, command.example
    if example and not word:
        return _INCOMPLETE(command=example)
    if not (near or example) and _GROUP.fullmatch(word.strip()):
        return _NO_GROUPS()
    can_show = word.strip() and not (example and _MENTION.search(word))
    if near and near.startswith("history ") and word.isdigit():
        return _TOO_MANY(most=MOST_VOTES, command=near)
    sentence = _UNCLEAR(word=format_name(restore_mentions(word))) if can_show else _UNCLEAR_ALL()
    if near:
        hint = _DID_YOU_MEAN(command=near)
    elif "<@" in word and not example:
        hint = _TRY_PERSON(command=GIVE_EXAMPLE)
    else:
        hint = _KARMA_TRY(command=example or "@bob")
    return f"{sentence} {hint}" if example else f"{sentence} {hint} {_MORE()}"


def restore_mentions(text: str) -> str:
    """Return *text* with Slack's mention markup replaced by words."""
    return _MENTION.sub(lambda match: _MENTIONED[match[1]](), text)


def say_hello(settings: Settings) -> str:
    """Explain to everyone in a channel how the app works under *settings*."""
    minutes, minus = settings.undo_window // 60, _MINUS[settings.counted_minus]()
    return _HELLO(minutes=minutes, boards=settings.boards, minus=minus)
