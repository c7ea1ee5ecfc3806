"""Reads what follows `/karma give`: it is written as a message would be, and read as one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.commands.admin import UnknownHandle
from app.core.commands.board_words import GIVING
from app.core.commands.karma import (
    GIVE_EXAMPLE,
    UnclearCommand,
    read_target,
    read_text,
    split_words,
)
from app.core.grammar.parse import parse
from app.core.grammar.tokens import EMOJI, GROUP, USER, Atoms, Lines
from app.core.grammar.words import GrammarWords, build_alternatives
from app.core.settings.definitions import Settings
from app.core.vote import Vote

NUMBERS: Final = {
    "a": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "ein": "1", "einen": "1", "zwei": "2", "drei": "3", "vier": "4", "fünf": "5",
}  # fmt: skip
"""Words for numbers of points."""
_TO: Final = frozenset({"to", "an"})
_POINTS: Final = re.compile(r"([+-]?)([0-9]{1,9})", re.ASCII)
_FRACTION: Final = re.compile(r"[+-]?[0-9]*[.,][0-9]+", re.ASCII)
_PEOPLE: Final = re.compile(
    rf"[{USER}{GROUP}](?:(?:[\s,;&+/]|and\b|und\b)*[{USER}{GROUP}])*", re.IGNORECASE
)
_SOMEBODY: Final = re.compile(f"[{USER}{GROUP}]")
_EMOJI: Final = re.compile(f"[{EMOJI}]")
# Points whose sign stands apart from them, as in `redis - 2`: a reason says more than a number.
_APART: Final = re.compile(r"[-+−–—]+\s+[0-9]+(?:[.,][0-9]+)?(?P<rest>\Z|\s.*)")
# People and something else, as `@carol, postgres 2`: no message gives to both.
_MIXED: Final = re.compile(
    rf"(?:[,;&]|and\b|und\b)\s*(?:[{EMOJI}]|[^\s]+)\s+[+-]?[0-9]+", re.IGNORECASE | re.ASCII
)
_POINT: Final = r"(?:points?|punkte?n?|karma)(?![\w-])"
_UNIT: Final = re.compile(rf"{_POINT}\s*", re.IGNORECASE)
# A number before whom it is for: `2 @bob`, `2 points to postgres`, `karma to @bob`.
_FIRST: Final = re.compile(
    rf"(?:(?P<points>[+-]?[0-9]{{1,9}})\s+(?:{_POINT}\s+)?"
    rf"|(?:(?P<number>{'|'.join(NUMBERS)})\s+)?{_POINT}\s+)"
    rf"(?:(?:to|an)\s+(?=\S)|(?:(?:for|für)\s+)?(?=[{USER}{GROUP}{EMOJI}]|me(?!\S)))",
    re.IGNORECASE,
)
# A thing of several words, as `/karma adjust` takes it: `code review 2`.
_WORDS: Final = re.compile(
    r"(?P<name>[^\W\d][\w.'’-]*(?: \w[\w.'’-]*){1,2}) (?P<rest>[+-]?[0-9]{1,9}(?!\S).*)"
)


@dataclass(frozen=True, slots=True)
class GiveCommand:
    """Give points without a message."""

    lines: Lines
    """What a message would say that gives them."""
    names: tuple[str, ...] = ()
    """What it is for, as far as it was typed without an @, a # or quotation marks."""
    typed: str = ""
    """What was typed, whom or what it is for first."""

    def quote(self, name: str) -> str:
        """Return what to type that gives the same to the thing called *name*."""
        if self.typed.startswith('"'):
            return self.typed
        return self.typed.replace(name, f'"{name}"', 1)

    def read_votes(self, settings: Settings, words: GrammarWords) -> Sequence[Vote]:
        """Return the votes, as a message in a channel with *settings* would have them."""
        return parse(self.lines, settings, words).votes


def read_give(typed: str, words: GrammarWords) -> GiveCommand | UnclearCommand | UnknownHandle:
    """Read `@bob 2 for the release`, `@bob for the release`, or what a message would say."""
    text, atoms = read_text(typed)
    text, words_of_thing = _quote_words(_drop_comma(_put_target_first(text)), words)
    word = split_words(text)[0] if text else ""
    if not text or _POINTS.fullmatch(word) or _UNIT.fullmatch(text):
        return UnclearCommand(atoms.expand(text) if text != word else "", example=GIVE_EXAMPLE)
    found = read_target(word, atoms)
    if found and found.handle:
        return UnknownHandle(found.spelling)
    if written := _read_votes(text, atoms, words):
        names = _list_bare_names(written, text)
        return GiveCommand(Lines((text,), atoms), names, atoms.expand(text))
    if _is_talk(text, word, words) or _is_list(text, word):
        return UnclearCommand(atoms.expand(text), example=GIVE_EXAMPLE)
    # Of several words the first may be somebody: `bob thanks 2`.
    bare = found.spelling if found and found.spelling == word else ""
    first, _, _ = words_of_thing.partition(" ")
    names = tuple(filter(None, (words_of_thing, first) if words_of_thing else (bare,)))
    for said, reasoned in _list_readings(text, atoms, words):
        votes = _read_votes(said, atoms, words)
        if any(vote.points for vote in votes) and (votes[0].reason or not reasoned):
            return GiveCommand(Lines((said,), atoms), names, atoms.expand(text))
    return UnclearCommand(atoms.expand(text), example=GIVE_EXAMPLE)


def _is_talk(text: str, word: str, words: GrammarWords) -> bool:
    """Tell whether *text* does not begin with whom or what it is for: `kudos to @bob`.

    What begins with a *word* for a number, or for giving, names no thing either.
    """
    rest = text[len(word) :].strip()
    first = rest.partition(" ")[0].casefold()
    if word.casefold() in NUMBERS:
        return not _POINTS.fullmatch(first)
    if word.casefold() in _TO | GIVING:
        return bool(rest) and not _POINTS.fullmatch(first)
    names_others = bool(_SOMEBODY.search(rest)) and not _begins_reason(rest, words)
    return word[0].isalnum() and not _POINTS.fullmatch(first) and (names_others or first in _TO)


def _is_list(text: str, word: str) -> bool:
    """Tell whether *text* begins with a list of bare words, as `bob, carol 2`: none is known."""
    return word[0].isalnum() and bool(_MIXED.fullmatch(word[-1] + text[len(word) :]))


def _put_target_first(text: str) -> str:
    """Return *text* with its number behind whom or what it is for."""
    found = _FIRST.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    people = _PEOPLE.match(rest)
    target = people[0] if people else split_words(rest)[0]
    points = found["points"] or NUMBERS[(found["number"] or "one").casefold()]
    return f"{target} {points} {rest[len(target) :].strip()}".strip()


def _drop_comma(text: str) -> str:
    """Return *text* without what ends its first word, unless a list goes on: `bob, carol 2`."""
    word, _, rest = text.partition(" ")
    if not word or not word[0].isalnum() or word[-1] not in ",;:" or _MIXED.fullmatch(f", {rest}"):
        return text
    return f"{word.rstrip(',;:')} {rest}"


def _quote_words(text: str, words: GrammarWords) -> tuple[str, str]:
    """Return *text* with several words for a thing, up to its points, as one; and these words."""
    found = _WORDS.fullmatch(text)
    between = words.reasons | words.joiners | _TO | GIVING
    if found is None or not between.isdisjoint(found["name"].casefold().split()):
        return text, ""
    _, _, reason = _split_points(found["rest"], words)
    if reason and not _begins_reason(reason, words):
        return text, ""
    return f'"{found["name"]}" {found["rest"]}', found["name"]


def _list_bare_names(votes: Sequence[Vote], text: str) -> tuple[str, ...]:
    names = [vote.spelling for vote in votes if vote.handle and not vote.has_at]
    return tuple(name for name in names if re.search(rf"(?<!\S){re.escape(name)}[+-]", text))


def _begins_reason(text: str, words: GrammarWords) -> bool:
    return bool(re.match(rf"{build_alternatives(words.reasons)}(?!\w)", text))


def _read_votes(said: str, atoms: Atoms, words: GrammarWords) -> Sequence[Vote]:
    return GiveCommand(Lines((said,), atoms)).read_votes(Settings(), words)


def _list_readings(text: str, atoms: Atoms, words: GrammarWords) -> list[tuple[str, bool]]:
    """Return what a message would say, and whether it has a reason: none needs a word for it."""
    target, rest = _split_target(text, atoms)
    if _MIXED.fullmatch(rest) or _FRACTION.fullmatch(rest.partition(" ")[0]):
        return []
    if (apart := _APART.match(rest)) and not _is_text(apart["rest"].strip(), words):
        return []
    sign, points, reason = _split_points(rest, words)
    vote = f"{target}{sign}= {points}"
    if not any(char.isalnum() for char in atoms.expand(_EMOJI.sub("", reason))):
        return [(f"{vote} {reason}", False)]
    return [(f"{vote}{lead} {reason}", True) for lead in ("", " -", " for")]


def _is_text(text: str, words: GrammarWords) -> bool:
    """Tell whether *text* after a number belongs to it: `2 great talks`, not `2 for the mess`."""
    return bool(text) and not (_UNIT.match(text) or _begins_reason(text, words))


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


def _split_points(rest: str, words: GrammarWords) -> tuple[str, str, str]:
    """Return the sign, the number of points, and the reason."""
    rest = rest.lstrip(",;: ")
    word, _, after = rest.partition(" ")
    reason = _drop_unit(after.strip())
    if match := _POINTS.fullmatch(word):
        return match[1] or "+", match[2], reason
    number = NUMBERS.get(word.casefold())
    if number and (not after or reason != after.strip() or _begins_reason(reason, words)):
        return "+", number, reason
    return "+", "1", _drop_unit(rest)


def _drop_unit(text: str) -> str:
    """Return *text* without the word for points that it begins with."""
    unit = _UNIT.match(text)
    return text[unit.end() :] if unit else text
