"""Parses messages that begin by mentioning the app: requests for boards or help, thanks, talk."""

import re
from collections.abc import Container
from typing import Final

from app.core.boards.seasons import SeasonNumbers
from app.core.commands import command_words
from app.core.commands.leaderboard import (
    NO_NAMES,
    BoardCommand,
    ShowChart,
    ShowHelp,
    find_person,
    read_leaderboard,
    shorten,
    suggest_nearest,
)
from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.core.grammar.parse import parse
from app.core.grammar.tokens import Lines
from app.core.grammar.words import GrammarWords
from app.core.settings.definitions import Settings

_ADDRESS: Final = re.compile(r"^[\s:,]*")
_GIVE: Final = "give @bob 2"
_WORDS: Final = ("leaderboard", "help")
_FEW: Final = 3
"""The most words of a request for a person's points, such as `please show @bob`."""
_CLEAR_WISHES: Final = frozenset({
    UnclearReason.OWN, UnclearReason.PERSON, UnclearReason.COMMAND, UnclearReason.SEASON,
    UnclearReason.SINCE,
})  # fmt: skip
"""Requests that no board can fulfil, but that are answered when addressed to the app."""


def read_request(
    lines: Lines,
    bot: str,
    settings: Settings,
    words: GrammarWords,
    known: SeasonNumbers = NO_NAMES,
    subcommands: Container[str] = (),
) -> BoardCommand | None:
    """Parse what a message asks of *bot*; None if it gives points, to *bot* or to others."""
    request = read_mention(lines, bot, known, subcommands)
    if request is None or not settings.votes:  # no vote can count there
        return request
    heard = parse(lines, settings, words)
    return None if heard.votes or heard.query else request


def read_mention(
    lines: Lines, bot: str, known: SeasonNumbers = NO_NAMES, subcommands: Container[str] = ()
) -> BoardCommand | None:
    """Parse a message of one line that begins by mentioning *bot*; None for any other.

    *known* maps names of seasons to numbers; *subcommands* are those of `/karma`.
    """
    if len(lines.lines) != 1:
        return None
    line = lines.lines[0].strip()
    if not line or lines.atoms.values.get(line[0]) != ("user", bot):
        return None
    said = lines.atoms.expand(" ".join(_ADDRESS.sub("", line[1:], 1).split()))
    return _read_wish(said, known, subcommands)


def _read_wish(said: str, known: SeasonNumbers, subcommands: Container[str]) -> BoardCommand:
    """Return what text addressed to the app asks for: help, thanks, or a board."""
    spoken = [word.strip(".,!?") for word in said.casefold().split()]
    first, second = [*spoken, "", ""][:2]
    if wish := _find_wish(first, second, spoken, subcommands):
        return wish
    if command_words.SMALL_WORDS.issuperset(spoken):
        return UnclearQuery(shorten(first), UnclearReason.TALK)
    named = first == "leaderboard"
    asked = read_leaderboard(said.partition(" ")[2] if named else said, known, subcommands)
    if isinstance(asked, ShowChart):
        return UnclearQuery("chart", UnclearReason.MENTION)
    if isinstance(asked, UnclearQuery) and not named and not _is_clear_wish(asked, spoken):
        near = suggest_nearest(said.split(maxsplit=1)[0], _WORDS)
        return near if near.nearest else UnclearQuery(shorten(first), UnclearReason.TALK)
    return asked


def _is_clear_wish(asked: UnclearQuery, spoken: list[str]) -> bool:
    """Return whether *asked* merits an answer; a person named in a longer sentence doesn't."""
    talks = asked.why is UnclearReason.PERSON and len(spoken) > _FEW
    return asked.why in _CLEAR_WISHES and not talks


def _find_wish(
    first: str, second: str, spoken: list[str], subcommands: Container[str]
) -> BoardCommand | None:
    """Return what the words *spoken* ask for if it isn't a board, or None."""
    if first in command_words.GIVING and find_person(spoken):
        return UnclearQuery(_GIVE, UnclearReason.COMMAND)
    if command_words.POINTS & set(spoken) and (person := find_person(spoken)):
        return UnclearQuery(shorten(person), UnclearReason.PERSON)
    if f"{first}-{second}" in subcommands:
        return UnclearQuery(f"{first}-{second}", UnclearReason.COMMAND)
    if {first, f"{first} {second}"} & command_words.THANKS:
        return UnclearQuery("thanks", UnclearReason.THANKS)
    return ShowHelp() if first in {"", "help", *command_words.GREETINGS} else None
