"""What is said to whoever asks how the app is used, or asks for what it cannot do."""

from typing import Final

from app.core.charts import MOST_BARS, MOST_LINES
from app.core.commands import MOST_PLACES, Unclear, Why
from app.core.replies.catalogue import Phrase
from app.core.replies.text import shown

HELP: Final = Phrase("leaderboard-help")
AWAY: Final = Phrase("away")

_TRY: Final = Phrase("unclear-try")
_NOTHING: Final = Phrase("unclear-nothing")
_UNKNOWN: Final = Phrase("unclear-unknown")
_NEAR: Final = Phrase("unclear-near")
_TWICE: Final = Phrase("unclear-twice")
_CONTRARY: Final = Phrase("unclear-contrary")
_COUNT: Final = Phrase("unclear-count")
_PEOPLE: Final = Phrase("unclear-people")
_CHART: Final = Phrase("unclear-chart")
_MENTION: Final = Phrase("unclear-mention")
_NAME: Final = Phrase("unclear-name")


def unclear(said: Unclear) -> str:
    """Say which word is not understood, and what may have been meant."""
    return f"{_trouble(said, _quoted(said.word)) if said.word else _NOTHING()} {_TRY()}"


def _trouble(said: Unclear, word: str) -> str:
    match said.why:
        case Why.UNKNOWN:
            return _NEAR(word=word, near=said.nearest) if said.nearest else _UNKNOWN(word=word)
        case Why.TWICE if said.word != said.nearest:
            return _CONTRARY(first=_quoted(said.nearest), word=word)
        case Why.TWICE:
            return _TWICE(word=word)
        case Why.COUNT:
            return _COUNT(word=word, most=MOST_PLACES)
        case Why.PEOPLE:
            return _PEOPLE(word=word)
        case Why.CHART:
            return _CHART(word=word, lines=MOST_LINES, bars=MOST_BARS)
        case Why.MENTION:
            return _MENTION(word=word)
        case Why.NAME:
            return _NAME(word=word)


def _quoted(word: str) -> str:
    # A backtick would end the code in which the word is shown.
    return f"`{shown(word.replace('`', chr(0x2019))) or '?'}`"
