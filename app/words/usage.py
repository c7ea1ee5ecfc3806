"""Wording of help: the welcome, help pages, and responses to unclear requests."""

import re
from collections.abc import Mapping
from typing import Final

from app.core.boards.chart_series import MOST_BARS, MOST_LINES
from app.core.commands.karma import GIVE_EXAMPLE, UnclearCommand
from app.core.commands.karma import MOST_LINES as MOST_VOTES
from app.core.commands.leaderboard import MOST_PLACES
from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.core.settings.definitions import BoardAccess, Minus, Settings
from app.words.catalog import Phrase, say
from app.words.text import format_name

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

_WEEK: Final = "week "
"""How a week that is missing from the calendar begins."""
_GROUP: Final = re.compile(r"<!subteam\^[^<>]*>")
_MENTION: Final = re.compile(r"<([@!#])[^<>]*>?")
_MENTIONED: Final = {
    "@": Phrase("karma-typed-person"),
    "#": Phrase("karma-typed-channel"),
    "!": Phrase("karma-typed-group"),
}

_MINUS: Final = {minus: Phrase(f"hello-minus-{minus}") for minus in Minus}


def explain_unclear(query: UnclearQuery) -> str:
    """Explain which word wasn't understood, and suggest what may have been meant."""
    sentence = (
        _describe_trouble(query, _quote(query.word)) if query.word else say("unclear-nothing")
    )
    return sentence if query.why in _COMPLETE else f"{sentence} {say('unclear-try')}"


def _describe_trouble(query: UnclearQuery, word: str) -> str:
    if query.why == UnclearReason.UNKNOWN and query.nearest:
        return say("unclear-near", word=word, near=query.nearest)
    if query.why == UnclearReason.TWICE and (first := _quote(query.nearest)) != word:
        return say("unclear-contrary", first=first, word=word)
    if query.why == UnclearReason.COMMAND:
        return _TROUBLE[query.why](command=query.word)
    if query.why == UnclearReason.PERIOD and query.word.startswith(_WEEK):
        word = _quote(say("unclear-week", week=query.word.removeprefix(_WEEK)))
    mention = "typed" if query.word.startswith("@") else "picked"
    most = {"most": MOST_PLACES, "lines": MOST_LINES, "bars": MOST_BARS}
    return _TROUBLE[query.why](word=word, mention=mention, **most)


def _quote(word: str) -> str:
    # a backtick would end the code span
    shown = _ID.sub(lambda match: restore_mentions(match[0]), word).replace("`", chr(0x2019))
    return f"`{format_name(shown) or '?'}`"


def render_first_help(settings: Settings) -> str:
    """Explain in three lines how to give, see and undo under *settings*."""
    return say("help-first", minutes=settings.undo_window // 60, boards=settings.boards)


def render_boards_help(settings: Settings) -> str:
    """Explain boards, charts and queries; empty if *settings* switch them off."""
    off = settings.boards is BoardAccess.OFF
    return "" if off else say("leaderboard-help-boards", boards=settings.boards)


def render_help(settings: Settings) -> str:
    """Explain all commands that *settings* allow."""
    return say("karma-help", minutes=settings.undo_window // 60, boards=settings.boards)


def explain_unclear_command(command: UnclearCommand) -> str:
    """Explain what wasn't understood, and suggest the nearest command."""
    word, near, giving = command.word, command.nearest, say("karma-give-example")
    example = giving if command.example == GIVE_EXAMPLE else command.example
    if example and not word:
        return say("karma-incomplete", command=example)
    if not (near or example) and _GROUP.fullmatch(word.strip()):
        return say("karma-no-groups")
    can_show = word.strip() and not (example and _MENTION.search(word))
    if near and near.startswith("history ") and word.isdigit():
        return say("karma-count", most=MOST_VOTES, command=near)
    sentence = (
        say("karma-unclear", word=format_name(restore_mentions(word)))
        if can_show
        else say("unclear-nothing")
    )
    if near:
        hint = say("karma-did-you-mean", command=near)
    elif "<@" in word and not example:
        hint = say("karma-try-person", command=giving)
    else:
        hint = say("karma-try", command=example or "@bob")
    return f"{sentence} {hint}" if example else f"{sentence} {hint} {say('karma-more')}"


def restore_mentions(text: str) -> str:
    """Return *text* with Slack's mention markup replaced by words."""
    return _MENTION.sub(lambda match: _MENTIONED[match[1]](), text)


def say_hello(settings: Settings) -> str:
    """Explain to everyone in a channel how the app works under *settings*."""
    minutes, minus = settings.undo_window // 60, _MINUS[settings.counted_minus]()
    return say("hello", minutes=minutes, boards=settings.boards, minus=minus)
