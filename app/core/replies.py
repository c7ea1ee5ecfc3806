"""Every sentence that the app says, as functions of data; what they return is mrkdwn.

Names, things and reasons come from people: they are escaped here, so that nothing they hold can
mention anybody ("Formatting text for app surfaces": only `&`, `<` and `>` need it).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.core.boards import Place, Standing
from app.core.rules import Refusal

MAX_NAME: Final = 80

# Line ends and control characters, and those that turn the direction of the text around them.
_UNSHOWN: Final = re.compile("[\\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_MENTION: Final = re.compile(
    r"<(?:@(?P<user>[A-Z0-9]+)|!subteam\^[A-Z0-9]+|(?P<channel>#[A-Z0-9]+))>"
)
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}
_LOOSE_END: Final = re.compile(r"(?:[\s,;:&]|\band\b)+$")

HELP: Final = """\
*Give points* by writing in a channel that I am in:
• `@bob++ for the release`, `@ann @carol ++`, `postgres++`, `"code review"++`, `:tada:++`
• `+++` gives 2, `++++` gives 3, `+= 5` gives 5; `@bob--` takes one away
• `++ for the write-up` as a reply in a thread thanks whoever began it
*See who leads:* `/leaderboard`, `/leaderboard 25` (1 to 50), or `@pptbot leaderboard`
*Ask for a score:* a message that is only `@bob==` or `postgres==`"""

USAGE: Final = (
    "I did not get that. Try `/leaderboard`, `/leaderboard 25` (1 to 50) or `/leaderboard help`."
)
AWAY: Final = "I cannot reach my database right now. Nothing is lost; please try again in a minute."
EMPTY_BOARD: Final = "Nobody has points yet. Give the first ones: `@someone++ for being great`."
NO_STANDING: Final = "You have no points yet."


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


def shown(name: str) -> str:
    """Return *name* on one line, at most 80 characters, escaped."""
    folded = _UNSHOWN.sub(" ", name).strip()
    return escaped(folded if len(folded) <= MAX_NAME else folded[: MAX_NAME - 1] + "…")


def escaped(text: str) -> str:
    """Return *text* so that Slack shows it as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def points(count: int) -> str:
    """Return `1 point`, `3 points` or `-1 point`."""
    return f"{count:,} point{'' if abs(count) == 1 else 's'}"


def vote(told: Told, names: Mapping[str, str]) -> str:
    """Say what a vote came to: `Bob has 3 points (+1 for the docs)`."""
    if not told.points:
        return f"{score(told.target, told.score, names)} ({told.was:+d} withdrawn)"
    reason = _reason(told.reason, names) if told.reason else ""
    given = f"{told.points:+d} {told.because or 'for'} {reason}" if reason else f"{told.points:+d}"
    return f"{score(told.target, told.score, names)} ({given})"


def score(target: str, count: int, names: Mapping[str, str]) -> str:
    """Say what somebody has: `Bob has 3 points`."""
    return f"{shown(names.get(target, target))} has {points(count)}"


def mentioned(reason: str) -> list[str]:
    """Return the ids of the people that *reason* mentions."""
    return [m["user"] for m in _MENTION.finditer(reason) if m["user"]]


def _reason(reason: str, names: Mapping[str, str]) -> str:
    """Return *reason* with names instead of mentions, so that nobody is pinged twice."""
    reason = _LOOSE_END.sub("", reason)
    pieces, end = [], 0
    for match in _MENTION.finditer(reason):
        pieces.append(_plain(reason[end : match.start()]))
        pieces.append(_named(match, names))
        end = match.end()
    pieces.append(_plain(reason[end:]))
    return "".join(pieces).strip()


def _plain(text: str) -> str:
    return escaped(_UNSHOWN.sub(" ", text))


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


def board_title(shown: int, asked: int) -> str:
    """Return the heading of a board that shows *shown* places of the *asked*."""
    return f"Leaderboard: top {asked}, all time" if shown == asked else "Leaderboard, all time"


def place(row: Place, names: Mapping[str, str]) -> str:
    """Return one line of a board: `1. Ann, 14 points`."""
    return f"{row.rank}. {shown(names.get(row.target, row.target))}, {points(row.score)}"


def standing(own: Standing | None, names: Mapping[str, str], reader: str | None = None) -> str:
    """Say where the reader stands: `You are 37th with 12 points, 2 behind Ann`.

    Where others read it too, *reader* says of whom it speaks: `Bob is 37th …`.
    """
    who = shown(names.get(reader, reader)) if reader else None
    if own is None:
        return f"{who} has no points yet." if who else NO_STANDING
    said = f"{who or 'You'} {'is' if who else 'are'} {ordinal(own.rank)} with {points(own.score)}"
    if own.ahead is None:
        return f"{said}."
    name = shown(names.get(own.ahead.target, own.ahead.target))
    return f"{said}, {own.ahead.score - own.score:,} behind {name}."


def board(places: Sequence[Place], asked: int, names: Mapping[str, str], own: str | None) -> str:
    """Return the whole ranking as text, for screen readers and notifications."""
    if not places:
        return EMPTY_BOARD
    lines = [board_title(len(places), asked), *(place(row, names) for row in places)]
    return "\n".join([*lines, own] if own else lines)


def ordinal(number: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `4th`, `11th`, `112th`."""
    ending = "th" if 10 <= number % 100 <= 20 else _ENDINGS.get(number % 10, "th")
    return f"{number:,}{ending}"
