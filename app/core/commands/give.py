"""Parses what follows `/karma give`, by rewriting it as a message and parsing that."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.commands.admin import UnknownHandle
from app.core.commands.command_words import EVERYBODY, GIVING
from app.core.commands.karma import (
    GIVE_EXAMPLE,
    CardTarget,
    UnclearCommand,
    read_target,
    read_text,
    split_words,
)
from app.core.commands.points import (
    EACH,
    END,
    NUMBERS,
    SIGNS,
    UNIT,
    begins_reason,
    begins_with_number,
    is_number,
    read_points,
)
from app.core.grammar.parse import parse
from app.core.grammar.tokens import EMOJI, GROUP, USER, Atoms, Lines
from app.core.grammar.words import GrammarWords, build_alternatives
from app.core.settings.definitions import Settings
from app.core.vote import Vote, is_thing

_TO: Final = frozenset({"to", "an"})
_POINTS: Final = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
_PEOPLE: Final = re.compile(
    rf"[{USER}{GROUP}](?:(?:[\s,;&+/]|and\b|und\b)*[{USER}{GROUP}])*", re.IGNORECASE
)
# Text attached to a mention, as in `@bob's team` and `@bob/redis`: neither points nor a reason.
_ATTACHED: Final = re.compile(rf"{_PEOPLE.pattern}['’‘/\w]", re.IGNORECASE)
_PERSON: Final = re.compile(f"[{USER}{GROUP}]")
_EMOJI: Final = re.compile(f"[{EMOJI}]")
# A number after an operator, as in `@bob ++ 2`: in a message, it doesn't set the points.
_OPERATOR_AND: Final = re.compile(rf"[{USER}{GROUP}{EMOJI}\"]\s*(?:\+{{2,}}|--+|—)\s+(?=\S)")
# People and something else, as in `@carol, postgres 2`: no message gives points to both.
_MIXED: Final = re.compile(
    rf"(?:[,;&]|and\b|und\b)\s*(?:[{EMOJI}]|[^\s]+)\s+[+-]?[0-9]+", re.IGNORECASE | re.ASCII
)
_UNIT: Final = re.compile(rf"{UNIT}\s*", re.IGNORECASE)
# Points before their target: `2 @bob`, `2 points to postgres`, `karma to @bob`.
_FIRST: Final = re.compile(
    rf"(?:(?P<points>[+-]?[0-9]{{1,9}})\s+(?:{UNIT}\s+)?"
    rf"|(?:(?P<number>{'|'.join(NUMBERS)})\s+)?{UNIT}\s+)(?:{EACH}\s+)?"
    rf"(?:(?:to|an)\s+(?=\S)|(?:(?:for|für)\s+)?(?=[{USER}{GROUP}{EMOJI}]|me(?!\S)))",
    re.IGNORECASE,
)
_NAME: Final = r"(?P<name>[^\W\d][\w.'’-]*(?: (?![0-9]+ )\w[\w.'’-]*){1,2})"
# A thing of several words, as `/karma adjust` accepts it: `code review 2`.
_WORDS: Final = re.compile(rf"{_NAME} (?P<rest>[+-]?[0-9]{{1,9}}(?={END}).*)")
_WORDS_APART: Final = re.compile(
    rf"{_NAME} (?P<rest>(?:[-+–—−]|(?:{'|'.join(SIGNS)}) ).*)", re.IGNORECASE
)
# A number after a character that no name in a message may contain: `redis*2`, `redis(2)`.
_SIGNED: Final = re.compile(r".*[^\w.'’‘·‐‑-][+-]?[0-9]+[)\]]?|.*==")


@dataclass(frozen=True, slots=True)
class GiveCommand:
    """A command to give points without a message."""

    lines: Lines
    """The message that would give the points."""
    names: tuple[str, ...] = ()
    """The targets typed without an @, a # or quotation marks, which may be names of people."""
    typed: str = ""
    """What was typed, with the target moved to the front."""

    def quote(self, name: str) -> str:
        """Return a command that gives the same to the thing called *name*."""
        if self.typed.startswith('"'):
            return self.typed
        return self.typed.replace(name, f'"{name}"', 1)

    def read_votes(self, settings: Settings, words: GrammarWords) -> Sequence[Vote]:
        """Return the votes that a message would have in a channel with *settings*."""
        return parse(self.lines, settings, words).votes


def read_give(typed: str, words: GrammarWords) -> GiveCommand | UnclearCommand | UnknownHandle:
    """Parse `@bob 2 for the release`, `@bob for the release`, or anything a message may say."""
    text, atoms = read_text(typed)
    text, words_of_thing = _quote_words(_drop_comma(_put_target_first(text)), words)
    word = split_words(text)[0] if text else ""
    if not text or _POINTS.fullmatch(word) or _UNIT.fullmatch(text):
        return UnclearCommand(atoms.expand(text) if text != word else "", example=GIVE_EXAMPLE)
    found = read_target(word, atoms)
    if found and (found.handle or _is_everybody(found)):
        return UnknownHandle(found.spelling)
    as_message = _read_votes(text, atoms, words)
    if as_message and not _adds_number(text, words):
        return _give_written(as_message, text, atoms)
    if (
        _is_misplaced(text, word, atoms, words)
        or _is_talk(text, word, words)
        or _is_list(text, word)
    ):
        return UnclearCommand(atoms.expand(text), example=GIVE_EXAMPLE)
    # The first of several words may be a person: `bob thanks 2`.
    bare = found.spelling if found and found.spelling == word else ""
    first, _, _ = words_of_thing.partition(" ")
    names = tuple(filter(None, (words_of_thing, first) if words_of_thing else (bare,)))
    for message, needs_reason in _list_readings(text, atoms, words):
        votes = _read_votes(message, atoms, words)
        if any(vote.points for vote in votes) and (votes[0].reason or not needs_reason):
            return GiveCommand(Lines((message,), atoms), names, atoms.expand(text))
    return UnclearCommand(atoms.expand(text), example=GIVE_EXAMPLE)


def _is_everybody(target: CardTarget) -> bool:
    return not target.quoted and target.spelling.casefold() in EVERYBODY


def _give_written(votes: Sequence[Vote], text: str, atoms: Atoms) -> GiveCommand | UnknownHandle:
    """Return the command that gives *votes* of *text*; UnknownHandle for words such as `all`."""
    if everybody := [vote.spelling for vote in votes if _means_everybody(vote, text)]:
        return UnknownHandle(everybody[0])
    return GiveCommand(Lines((text,), atoms), _list_bare_names(votes, text), atoms.expand(text))


def _means_everybody(vote: Vote, text: str) -> bool:
    named = re.search(rf"(?<!\S)@?{re.escape(vote.spelling)}[+-]", text)
    return bool(named) and is_thing(vote.target) and vote.spelling.casefold() in EVERYBODY


def _adds_number(text: str, words: GrammarWords) -> bool:
    """Return whether a number follows an operator in *text*, which is ambiguous."""
    found = _OPERATOR_AND.finditer(text)
    return any(begins_with_number(text[operator.end() :], words) for operator in found)


def _is_misplaced(text: str, word: str, atoms: Atoms, words: GrammarWords) -> bool:
    """Return whether signs or numbers in *text* are in ambiguous places.

    That is before the target (`(2) @bob`), in its *word* (`redis++ 2`), or after several words that
    don't show where a thing's name ends (`code review - 2`, `code review 2 more`).
    """
    if not (word[0].isalnum() or _EMOJI.match(word)):
        return is_number(word) and word[0] not in {*"\"“„‘’'", *atoms.values}
    with_sign = _SIGNED.fullmatch(word) or _read_votes(word, atoms, words)
    apart = _WORDS_APART.match(text)
    is_apart = apart and begins_with_number(apart["rest"], words)
    return bool(with_sign or is_apart or _find_words(text, words))


def _is_talk(text: str, word: str, words: GrammarWords) -> bool:
    """Return whether *text* begins with talk (`kudos to @bob`), a number or a word for giving."""
    rest = text[len(word) :].strip()
    first = rest.partition(" ")[0].casefold()
    if word.casefold() in NUMBERS:
        return not _POINTS.fullmatch(first)
    if word.casefold() in _TO | GIVING:
        return bool(rest) and not _POINTS.fullmatch(first)
    names_others = bool(_PERSON.search(rest)) and not begins_reason(rest, words)
    return word[0].isalnum() and not _POINTS.fullmatch(first) and (names_others or first in _TO)


def _is_list(text: str, word: str) -> bool:
    """Return whether *text* begins with a list of bare words, as `bob, carol 2`."""
    return word[0].isalnum() and bool(_MIXED.fullmatch(word[-1] + text[len(word) :]))


def _put_target_first(text: str) -> str:
    """Return *text* with a leading number moved behind the target."""
    found = _FIRST.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    people = _PEOPLE.match(rest)
    target = people[0] if people else split_words(rest)[0]
    points = found["points"] or NUMBERS[(found["number"] or "one").casefold()]
    return f"{target} {points} {rest[len(target) :].strip()}".strip()


def _drop_comma(text: str) -> str:
    """Return *text* without punctuation after its first word, unless that begins a list."""
    word, _, rest = text.partition(" ")
    name = word.rstrip(",;:.!?")
    if not word[:1].isalnum() or name == word or _MIXED.fullmatch(f", {rest}"):
        return text
    return f"{name} {rest}"


def _quote_words(text: str, words: GrammarWords) -> tuple[str, str]:
    """Return *text* with the several words of a thing quoted, and those words; '' if none are."""
    found = _find_words(text, words)
    points = read_points(found["rest"], words) if found else None
    if found is None or points is None:
        return text, ""
    if points.reason and not begins_reason(points.reason, words):
        return text, ""
    return f'"{found["name"]}" {found["rest"]}', found["name"]


def _find_words(text: str, words: GrammarWords) -> re.Match[str] | None:
    """Match several words, which may all be one name, and a number at the beginning of *text*."""
    found = _WORDS.fullmatch(text)
    between = words.reasons | words.joiners | _TO | GIVING | SIGNS
    return found if found and between.isdisjoint(found["name"].casefold().split()) else None


def _list_bare_names(votes: Sequence[Vote], text: str) -> tuple[str, ...]:
    names = [vote.spelling for vote in votes if vote.handle and not vote.has_at]
    return tuple(name for name in names if re.search(rf"(?<!\S){re.escape(name)}[+-]", text))


def _read_votes(text: str, atoms: Atoms, words: GrammarWords) -> Sequence[Vote]:
    return GiveCommand(Lines((text,), atoms)).read_votes(Settings(), words)


def _list_readings(text: str, atoms: Atoms, words: GrammarWords) -> list[tuple[str, bool]]:
    """Return messages that *text* may mean, each with whether its vote has to have a reason."""
    if _ATTACHED.match(text):
        return []
    target, rest = _split_target(text, atoms)
    points = None if _MIXED.fullmatch(rest) else read_points(rest, words)
    if points is None:
        return [(f"{target} {rest}", False)] if target.startswith('"') else []
    if _PERSON.match(points.reason) and not _PERSON.match(target):
        return []
    vote = f"{target}{points.sign}= {points.count}"
    if not _says_something(points.reason, atoms, words):
        return [(f"{vote} {points.reason}", False)]
    return [(f"{vote}{lead} {points.reason}", True) for lead in ("", " -", " for")]


def _says_something(reason: str, atoms: Atoms, words: GrammarWords) -> bool:
    """Return whether *reason* is more than punctuation, emoji and a reason word."""
    led = re.compile(build_alternatives(words.reasons)).fullmatch(reason)
    return not led and any(char.isalnum() for char in atoms.expand(_EMOJI.sub("", reason)))


def _split_target(text: str, atoms: Atoms) -> tuple[str, str]:
    """Return the target that *text* begins with, as written before an operator, and the rest."""
    if people := _PEOPLE.match(text):
        return f"{people[0]} ", text[people.end() :].strip()
    word = split_words(text)[0]
    rest = text[len(word) :].strip()
    if _EMOJI.fullmatch(word):
        return word, rest
    target = read_target(word, atoms)
    name = target.spelling if target else word
    return f'"{name.removeprefix("#")}"', rest
