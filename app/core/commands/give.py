"""Reads what follows `/karma give`: it is written as a message would be, and read as one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.commands.admin import UnknownHandle
from app.core.commands.karma import UnclearCommand, read_target, read_text, split_words
from app.core.grammar.parse import parse
from app.core.grammar.tokens import EMOJI, GROUP, USER, Atoms, Lines
from app.core.grammar.words import GrammarWords, build_alternatives
from app.core.settings.definitions import Settings
from app.core.vote import Vote

_POINTS: Final = re.compile(r"([+-]?)([0-9]{1,9})", re.ASCII)
_PEOPLE: Final = re.compile(rf"[{USER}{GROUP}](?:[\s,;]*[{USER}{GROUP}])*")
_EMOJI: Final = re.compile(f"[{EMOJI}]")
# People and something else, as `@carol, postgres 2`: no message gives to both.
_MIXED: Final = re.compile(
    rf"(?:[,;&]|and\b|und\b)\s*(?:[{EMOJI}]|[^\s]+)\s+[+-]?[0-9]+", re.IGNORECASE | re.ASCII
)
# A number before whom it is for: `2 @bob`, `2 points to postgres`.
_FIRST: Final = re.compile(
    rf"(?P<points>[+-]?[0-9]{{1,9}})\s+(?:(?:points?|punkte?n?)\s+)?"
    rf"(?:(?:to|an)\s+(?=\S)|(?:(?:for|für)\s+)?(?=[{USER}{GROUP}{EMOJI}]|me(?!\S)))",
    re.IGNORECASE | re.ASCII,
)
# A thing of several words, as `/karma adjust` takes it: `code review 2`.
_WORDS: Final = re.compile(
    r"(?P<name>[^\W\d][\w.'’-]*(?: [\w.'’-]+){1,2}) (?P<rest>[+-]?[0-9]{1,9}(?!\S).*)"
)
_UNIT: Final = re.compile(r"(?:points?|punkte?n?)\b\s*", re.IGNORECASE)
_EXAMPLE: Final = "give @bob 2 for the release"


@dataclass(frozen=True, slots=True)
class GiveCommand:
    """Give points without a message."""

    lines: Lines
    """What a message would say that gives them."""
    name: str = ""
    """What it is for, as it was typed without an @ or quotation marks."""

    def read_votes(self, settings: Settings, words: GrammarWords) -> Sequence[Vote]:
        """Return the votes, as a message in a channel with *settings* would have them."""
        return parse(self.lines, settings, words).votes


def read_give(typed: str, words: GrammarWords) -> GiveCommand | UnclearCommand | UnknownHandle:
    """Read `@bob 2 for the release`, `@bob for the release`, or what a message would say."""
    text, atoms = read_text(typed)
    text, words_of_thing = _quote_words(_put_target_first(text), words)
    word = split_words(text)[0] if text else ""
    if not text or _POINTS.fullmatch(word):
        return UnclearCommand(atoms.expand(text) if text != word else "", example=_EXAMPLE)
    found = read_target(word, atoms)
    if found and found.handle:
        return UnknownHandle(found.spelling)
    if _read_votes(text, atoms, words):
        return GiveCommand(Lines((text,), atoms))
    name = words_of_thing or (found.spelling if found and found.spelling == word else "")
    for said, reasoned in _list_readings(text, atoms):
        votes = _read_votes(said, atoms, words)
        if any(vote.points for vote in votes) and (votes[0].reason or not reasoned):
            return GiveCommand(Lines((said,), atoms), name)
    return UnclearCommand(atoms.expand(text), example=_EXAMPLE)


def _put_target_first(text: str) -> str:
    """Return *text* with its number behind whom or what it is for."""
    found = _FIRST.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    people = _PEOPLE.match(rest)
    target = people[0] if people else split_words(rest)[0]
    return f"{target} {found['points']} {rest[len(target) :].strip()}".strip()


def _quote_words(text: str, words: GrammarWords) -> tuple[str, str]:
    """Return *text* with several words for a thing, up to its points, as one; and these words."""
    found = _WORDS.fullmatch(text)
    if found is None or not words.reasons.isdisjoint(found["name"].casefold().split()):
        return text, ""
    _, _, reason = _split_points(found["rest"])
    if reason and not re.match(rf"{build_alternatives(words.reasons)}(?!\w)", reason):
        return text, ""
    return f'"{found["name"]}" {found["rest"]}', found["name"]


def _read_votes(said: str, atoms: Atoms, words: GrammarWords) -> Sequence[Vote]:
    return GiveCommand(Lines((said,), atoms)).read_votes(Settings(), words)


def _list_readings(text: str, atoms: Atoms) -> list[tuple[str, bool]]:
    """Return what a message would say, and whether it has a reason: none needs a word for it."""
    target, rest = _split_target(text, atoms)
    if _MIXED.fullmatch(rest):
        return []
    sign, points, reason = _split_points(rest)
    vote = f"{target}{sign}= {points}"
    if not any(char.isalnum() for char in atoms.expand(_EMOJI.sub("", reason))):
        return [(f"{vote} {reason}", False)]
    return [(f"{vote}{lead} {reason}", True) for lead in ("", " -", " for")]


def _split_target(text: str, atoms: Atoms) -> tuple[str, str]:
    """Return whom or what *text* begins with, up to the operator, and what follows it."""
    if people := _PEOPLE.match(text):
        return f"{people[0]} ", text[people.end() :].strip()
    word = split_words(text)[0]
    rest = text[len(word) :].strip()
    if _EMOJI.fullmatch(word):
        return word, rest
    target = read_target(word, atoms)
    name = target.spelling if target else word
    return f'"{name.removeprefix("#")}"', rest


def _split_points(rest: str) -> tuple[str, str, str]:
    """Return the sign, the number of points, and the reason."""
    word, _, reason = rest.partition(" ")
    if match := _POINTS.fullmatch(word):
        return match[1] or "+", match[2], _UNIT.sub("", reason.strip(), count=1)
    return "+", "1", rest.lstrip(",;: ")
