"""Reads what people ask the app for, by slash command or by mention."""

import re
from dataclasses import dataclass
from typing import Final

from app.core.tokens import Lines

PLACES: Final = 10
MOST_PLACES: Final = 50

_ADDRESS: Final = re.compile(r"^[\s:,]*")


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """Show the first *count* places."""

    count: int = PLACES


@dataclass(frozen=True, slots=True)
class Help:
    """Say what the app can do."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Say how the command is used."""


Command = ShowBoard | Help | Unclear


def leaderboard(arguments: str) -> Command:
    """Read what follows `/leaderboard`: nothing, a count from 1 to 50, or `help`."""
    word = arguments.strip().casefold()
    if word == "help":
        return Help()
    if not word:
        return ShowBoard()
    if word.isascii() and word.isdigit() and len(word) <= 3 and 1 <= int(word) <= MOST_PLACES:
        return ShowBoard(int(word))
    return Unclear()


def mention(lines: Lines, bot: str) -> Command | None:
    """Read a message that is one line and begins by mentioning *bot*; None for any other."""
    if len(lines.lines) != 1:
        return None
    line = lines.lines[0].strip()
    if not line or lines.atoms.values.get(line[0]) != ("user", bot):
        return None
    words = _ADDRESS.sub("", line[1:], 1).split(maxsplit=1)
    match [word.casefold() for word in words[:1]]:
        case ["help"]:
            return Help()
        case ["leaderboard"]:
            return leaderboard(lines.atoms.plain("".join(words[1:])))
        case _:
            return Unclear()
