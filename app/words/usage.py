"""What is said to whoever asks how the app is used, or asks for what it cannot do."""

import re
from typing import Final

from app.core.boards.chart_series import MOST_BARS, MOST_LINES
from app.core.commands.leaderboard import MOST_PLACES, UnclearQuery, UnclearReason
from app.words.catalogue import Phrase
from app.words.karma_help import restore_mentions
from app.words.text import format_name

HELP: Final = Phrase("leaderboard-help")
AWAY: Final = Phrase("away")
UNREADABLE: Final = Phrase("form-unreadable")
NOT_YOURS: Final = Phrase("form-not-yours")

_TRY: Final = Phrase("unclear-try")
_NOTHING: Final = Phrase("unclear-nothing")
_NEAR: Final = Phrase("unclear-near")
_CONTRARY: Final = Phrase("unclear-contrary")
_TROUBLE: Final = {
    UnclearReason.UNKNOWN: Phrase("unclear-unknown"),
    UnclearReason.TWICE: Phrase("unclear-twice"),
    UnclearReason.COUNT: Phrase("unclear-count"),
    UnclearReason.PEOPLE: Phrase("unclear-people"),
    UnclearReason.CHART: Phrase("unclear-chart"),
    UnclearReason.MENTION: Phrase("unclear-mention"),
    UnclearReason.NAME: Phrase("unclear-name"),
    UnclearReason.SEASON: Phrase("unclear-season"),
    UnclearReason.FIRST: Phrase("unclear-first"),
    UnclearReason.OWN: Phrase("unclear-own"),
    UnclearReason.PERSON: Phrase("unclear-person"),
    UnclearReason.GROUP: Phrase("unclear-group"),
    UnclearReason.SINCE: Phrase("unclear-since"),
    UnclearReason.COMMAND: Phrase("unclear-command"),
    UnclearReason.THANKS: Phrase("unclear-thanks"),
}
_ID: Final = re.compile(r"<(?:[@#]|!subteam\^)[^<>]*>?")
_COMPLETE: Final = frozenset({
    UnclearReason.OWN, UnclearReason.PERSON, UnclearReason.SINCE, UnclearReason.COMMAND,
    UnclearReason.THANKS,
})  # fmt: skip
"""Reasons whose sentences say what to type instead, or need nothing more."""


def explain_unclear(query: UnclearQuery) -> str:
    """Say which word is not understood, and what may have been meant."""
    said = _describe_trouble(query, _quote(query.word)) if query.word else _NOTHING()
    return said if query.why in _COMPLETE else f"{said} {_TRY()}"


def _describe_trouble(query: UnclearQuery, word: str) -> str:
    if query.why == UnclearReason.UNKNOWN and query.nearest:
        return _NEAR(word=word, near=query.nearest)
    if query.why == UnclearReason.TWICE and (first := _quote(query.nearest)) != word:
        return _CONTRARY(first=first, word=word)
    if query.why == UnclearReason.COMMAND:
        return _TROUBLE[query.why](command=query.word)
    return _TROUBLE[query.why](word=word, most=MOST_PLACES, lines=MOST_LINES, bars=MOST_BARS)


def _quote(word: str) -> str:
    # A backtick would end the code in which the word is shown.
    shown = _ID.sub(lambda match: restore_mentions(match[0]), word).replace("`", chr(0x2019))
    return f"`{format_name(shown) or '?'}`"
