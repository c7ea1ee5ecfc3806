"""What is said to whoever asks how the app is used, or asks for what it cannot do."""

from typing import Final

from app.core.boards.chart_series import MOST_BARS, MOST_LINES
from app.core.commands.leaderboard import MOST_PLACES, Unclear, Why
from app.words.catalogue import Phrase
from app.words.text import shown

HELP: Final = Phrase("leaderboard-help")
AWAY: Final = Phrase("away")

_TRY: Final = Phrase("unclear-try")
_NOTHING: Final = Phrase("unclear-nothing")
_NEAR: Final = Phrase("unclear-near")
_CONTRARY: Final = Phrase("unclear-contrary")
_TROUBLE: Final = {
    Why.UNKNOWN: Phrase("unclear-unknown"),
    Why.TWICE: Phrase("unclear-twice"),
    Why.COUNT: Phrase("unclear-count"),
    Why.PEOPLE: Phrase("unclear-people"),
    Why.CHART: Phrase("unclear-chart"),
    Why.MENTION: Phrase("unclear-mention"),
    Why.NAME: Phrase("unclear-name"),
    Why.SEASON: Phrase("unclear-season"),
    Why.FIRST: Phrase("unclear-first"),
}


def unclear(said: Unclear) -> str:
    """Say which word is not understood, and what may have been meant."""
    return f"{_trouble(said, _quoted(said.word)) if said.word else _NOTHING()} {_TRY()}"


def _trouble(said: Unclear, word: str) -> str:
    if said.why == Why.UNKNOWN and said.nearest:
        return _NEAR(word=word, near=said.nearest)
    if said.why == Why.TWICE and said.word != said.nearest:
        return _CONTRARY(first=_quoted(said.nearest), word=word)
    return _TROUBLE[said.why](word=word, most=MOST_PLACES, lines=MOST_LINES, bars=MOST_BARS)


def _quoted(word: str) -> str:
    # A backtick would end the code in which the word is shown.
    return f"`{shown(word.replace('`', chr(0x2019))) or '?'}`"
