"""What is said of votes: what they came to, what is refused, and what a score is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.core.replies.catalogue import Phrase
from app.core.replies.text import plain, shown, signed
from app.core.rules import Refusal

_MENTION: Final = re.compile(
    r"<(?:@(?P<user>[A-Z0-9]+)|!subteam\^[A-Z0-9]+|(?P<channel>#[A-Z0-9]+))>"
)
_LOOSE_END: Final = re.compile(r"(?:[\s,;:&]|\band\b)+$")

_VOTE: Final = Phrase("vote")
_VOTE_FOR: Final = Phrase("vote-for")
_WITHDRAWN: Final = Phrase("vote-withdrawn")
_SCORE: Final = Phrase("score")
_GROUP: Final = Phrase("the-group")
_SELF: Final = Phrase("refusal-self")
_TOO_MANY: Final = Phrase("refusal-too-many")
_ALLOWANCE: Final = Phrase("refusal-allowance")
_NO_GROUP: Final = Phrase("refusal-group")
_OPTED_OUT: Final = Phrase("refusal-opted-out")


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


def vote(told: Told, names: Mapping[str, str]) -> str:
    """Say what a vote came to: `Bob has 3 points (+1 for the docs)`."""
    name = shown(names.get(told.target, told.target))
    if not told.points:
        return _WITHDRAWN(name=name, count=told.score, given=signed(told.was))
    given = signed(told.points)
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
    said = _LOOSE_END.sub("", said)
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


def refusal(refused: Refusal, limit: int | None = None) -> str:
    """Say to the voter alone why votes did not count, and what to do instead."""
    match refused:
        case Refusal.SELF:
            return _SELF()
        case Refusal.TOO_MANY:
            return _TOO_MANY(most=limit or 0)
        case Refusal.ALLOWANCE:
            return _ALLOWANCE(count=limit or 0)
        case Refusal.GROUP:
            return _NO_GROUP()
        case Refusal.OPTED_OUT:
            return _OPTED_OUT()
