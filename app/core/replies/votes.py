"""What is said of votes: what they came to, what is refused, and what a score is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.core.replies.text import plain, points, shown
from app.core.rules import Refusal

_MENTION: Final = re.compile(
    r"<(?:@(?P<user>[A-Z0-9]+)|!subteam\^[A-Z0-9]+|(?P<channel>#[A-Z0-9]+))>"
)
_LOOSE_END: Final = re.compile(r"(?:[\s,;:&]|\band\b)+$")


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
    if not told.points:
        return f"{score(told.target, told.score, names)} ({told.was:+d} withdrawn)"
    why = reason(told.reason, names) if told.reason else ""
    given = f"{told.points:+d} {told.because or 'for'} {why}" if why else f"{told.points:+d}"
    return f"{score(told.target, told.score, names)} ({given})"


def score(target: str, count: int, names: Mapping[str, str]) -> str:
    """Say what somebody has: `Bob has 3 points`."""
    return f"{shown(names.get(target, target))} has {points(count)}"


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
    return match[0] if match["channel"] else "the group"


def refusal(refused: Refusal, limit: int | None = None) -> str:
    """Say to the voter alone why votes did not count, and what to do instead."""
    match refused:
        case Refusal.SELF:
            return "Votes for yourself do not count, but it is good to hear that you are proud."
        case Refusal.TOO_MANY:
            return f"That is too many at once: I count at most {limit} in one message, so none did."
        case Refusal.ALLOWANCE:
            return (
                f"That is more than you have left today: you can give {points(limit or 0)} a day,"
                " so this message did not count. Tomorrow there is more."
            )
        case Refusal.GROUP:
            return "I could not look up the members of that group, so it got no points."
        case Refusal.OPTED_OUT:
            return "Somebody you voted for has opted out, so those votes did not count."
