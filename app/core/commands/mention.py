"""Parses messages that begin by mentioning the app: requests for boards or help, thanks, talk."""

import re
from collections.abc import Container
from typing import Final

from app.core.boards.seasons import SeasonNumbers
from app.core.commands import command_words
from app.core.commands.leaderboard import (
    NO_NAMES,
    ShowBoard,
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

MentionRequest = ShowBoard | ShowHelp | UnclearQuery
"""What a message may ask of the app; a chart is only drawn for the slash command."""

_ADDRESS: Final = re.compile(r"^[\s:,]*")
_GIVE: Final = "give @bob 2"
_WORDS: Final = ("leaderboard", "help")
_FEW: Final = 3
"""The most words of a request for a person's points, such as `please show @bob`."""
_ANSWERED: Final = frozenset({
    UnclearReason.OWN, UnclearReason.PERSON, UnclearReason.COMMAND, UnclearReason.SEASON,
    UnclearReason.SINCE,
})  # fmt: skip
"""Requests that no board can fulfill, but that are answered when addressed to the app."""


def read_request(
    lines: Lines,
    bot: str,
    settings: Settings,
    words: GrammarWords,
    known: SeasonNumbers = NO_NAMES,
    subcommands: Container[str] = (),
) -> MentionRequest | None:
    """Parse what a message asks of *bot*; None if it gives points, to *bot* or to others."""
    request = read_mention(lines, bot, known, subcommands)
    if request is None or not settings.votes:  # no vote can count there
        return request
    parsed = parse(lines, settings, words)
    return None if parsed.votes or parsed.query else request


def read_mention(
    lines: Lines, bot: str, known: SeasonNumbers = NO_NAMES, subcommands: Container[str] = ()
) -> MentionRequest | None:
    """Parse a message of one line that begins by mentioning *bot*; None for any other.

    *known* maps names of seasons to numbers; *subcommands* are those of `/karma`.
    """
    if not is_addressed(lines, bot):
        return None
    line = lines.lines[0].strip()
    text = lines.atoms.expand(" ".join(_ADDRESS.sub("", line[1:]).split()))
    return _read_text(text, known, subcommands)


def is_addressed(lines: Lines, bot: str) -> bool:
    """Return whether a message is one line that begins by mentioning *bot*."""
    line = lines.lines[0].lstrip() if len(lines.lines) == 1 else ""
    return bool(line) and lines.atoms.values.get(line[0]) == ("user", bot)


def _read_text(text: str, known: SeasonNumbers, subcommands: Container[str]) -> MentionRequest:
    """Return what text addressed to the app asks for: help, thanks, or a board."""
    tokens = [word.strip(".,!?") for word in text.casefold().split()]
    first, second = [*tokens, "", ""][:2]
    if request := _find_other_request(first, second, tokens, subcommands):
        return request
    if command_words.SMALL_WORDS.issuperset(tokens):
        return UnclearQuery(shorten(first), UnclearReason.TALK)
    names_command = first == "leaderboard"
    query = read_leaderboard(text.partition(" ")[2] if names_command else text, known, subcommands)
    if isinstance(query, ShowChart):
        return UnclearQuery("chart", UnclearReason.MENTION)
    if isinstance(query, UnclearQuery) and not names_command and not _merits_answer(query, tokens):
        near = suggest_nearest(text.split(maxsplit=1)[0], _WORDS)
        return near if near.nearest else UnclearQuery(shorten(first), UnclearReason.TALK)
    return query


def _merits_answer(query: UnclearQuery, tokens: list[str]) -> bool:
    """Return whether *query* merits an answer; a person named in a longer sentence doesn't."""
    is_long = query.why is UnclearReason.PERSON and len(tokens) > _FEW
    return query.why in _ANSWERED and not is_long


def _find_other_request(
    first: str, second: str, tokens: list[str], subcommands: Container[str]
) -> MentionRequest | None:
    """Return what *tokens* ask for if it isn't a board, or None."""
    if first in command_words.GIVING and find_person(tokens):
        return UnclearQuery(_GIVE, UnclearReason.COMMAND)
    if command_words.POINTS & set(tokens) and (person := find_person(tokens)):
        return UnclearQuery(shorten(person), UnclearReason.PERSON)
    if f"{first}-{second}" in subcommands:
        return UnclearQuery(f"{first}-{second}", UnclearReason.COMMAND)
    if {first, f"{first} {second}"} & command_words.THANKS:
        return UnclearQuery("thanks", UnclearReason.THANKS)
    return ShowHelp() if first in {"", "help", *command_words.GREETINGS} else None
