"""What is said of votes: what they came to, and what a score is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.words.catalogue import Phrase
from app.words.text import plain, shown, signed

_MENTION: Final = re.compile(
    r"<(?:@(?P<user>[A-Z0-9]+)|!subteam\^[A-Z0-9]+|(?P<channel>#[A-Z0-9]+))>"
)
_LOOSE_END: Final = re.compile(r"(?P<emoji>:[a-z0-9_+'-]+:)?(?:[\s,;:&]|\band\b)*$")
"""What joins a reason to what followed; the colon of an emoji is its own."""

_VOTE: Final = Phrase("vote")
_VOTE_FOR: Final = Phrase("vote-for")
_GIVEN_BY: Final = Phrase("vote-given-by")
_WITHDRAWN: Final = Phrase("vote-withdrawn")
_SCORE: Final = Phrase("score")
_GROUP: Final = Phrase("the-group")


@dataclass(frozen=True, slots=True)
class Told:
    """One counted vote, as it is told in the channel."""

    target: str
    points: int
    score: int
    reason: str | None = None
    because: str | None = None
    was: int = 0
    """The points of a vote that was withdrawn; it has none any more."""
    by: str | None = None
    """Who gave it, where that is not whoever wrote the message."""


def vote(told: Told, names: Mapping[str, str]) -> str:
    """Say what a vote came to: `Bob has 3 points (+1 for the docs)`."""
    name = shown(names.get(told.target, told.target))
    if not told.points:
        return _WITHDRAWN(name=name, count=told.score, given=signed(told.was))
    given = signed(told.points)
    if told.by:
        given = _GIVEN_BY(given=given, giver=shown(names.get(told.by, told.by)))
    why = reason(told.reason, names) if told.reason else ""
    if not why:
        return _VOTE(name=name, count=told.score, given=given)
    because = told.because or "for"
    return _VOTE_FOR(name=name, count=told.score, given=given, because=because, reason=why)


def score(target: str, count: int, names: Mapping[str, str]) -> str:
    """Say what somebody has: `Bob has 3 points`."""
    return _SCORE(name=shown(names.get(target, target)), count=count)


def mentioned(reason: str) -> list[str]:
    """Return the ids of the people that *reason* mentions."""
    return [m["user"] for m in _MENTION.finditer(reason) if m["user"]]


def reason(said: str, names: Mapping[str, str], words: Callable[[str], str] = plain) -> str:
    """Return the reason *said* with names instead of mentions, so that nobody is pinged twice.

    What stands between them is shown as *words* has it, which escapes it.
    """
    said = _LOOSE_END.sub(r"\g<emoji>", said)
    pieces, end = [], 0
    for match in _MENTION.finditer(said):
        pieces.append(words(said[end : match.start()]))
        pieces.append(_named(match, names))
        end = match.end()
    pieces.append(words(said[end:]))
    return "".join(pieces).strip()


def _named(match: re.Match[str], names: Mapping[str, str]) -> str:
    if match["user"]:
        return shown(names.get(match["user"], match["user"]))
    return match[0] if match["channel"] else _GROUP()
