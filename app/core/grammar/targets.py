"""Finds possible targets on a line, whether or not an operator follows.

Every pattern is atomic, possessive or bounded, so that parsing a line takes linear time. Python
before 3.11.5 mishandles possessive repeats of groups (gh-106052); an atomic group around a greedy
repeat does the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from app.core.grammar.characters import (
    AFTER_LETTER,
    BEFORE_LETTER,
    CJK,
    JOINERS,
    MARKS,
    OPENING,
    OPENING_BRACKETS,
    OPENING_NOT_CJK,
    PARTNERS,
    QUOTATION,
    QUOTES,
    SINGLE_QUOTES,
    STRAIGHT_QUOTES,
)
from app.core.grammar.line import Line
from app.core.grammar.operators import AFTER_QUOTES, SIGN
from app.core.grammar.tokens import EMOJI, GROUP, OPAQUE, USER, Atoms
from app.core.grammar.words import GrammarWords
from app.core.settings.definitions import Settings
from app.core.vote import GROUP as GROUP_TARGET
from app.core.vote import THING, build_thing_id

MAX_NAME: Final = 500
MAX_QUOTED: Final = 80

_HYPHENS: Final = "-‐‑"
_PUNCTUATION: Final = "_.'’‘·"
_INSIDE: Final = _HYPHENS + _PUNCTUATION + JOINERS
_PART: Final = rf"[\w{_PUNCTUATION}{JOINERS}{MARKS}]"
_ENDS: Final = rf"(?<![{_PUNCTUATION}{JOINERS}])"
# The part of a name after its first letter.
_NAME: Final = rf"(?>{_PART}*+(?:[{_HYPHENS}](?![{_HYPHENS}]){_PART}++)*){_ENDS}(?={SIGN})"
_MENTION: Final = f"[{USER}{GROUP}]"
_OPENERS: Final = re.escape("".join(PARTNERS))
_CLOSERS: Final = re.escape("".join(PARTNERS.values()))
# A name stands free: right before it is white space, the line's start or an opening mark, which for
# a bare name has to be a bracket. `_is_free` looks further back.
_FREE: Final = rf"(?<![^\s{CJK}{OPENING}].)"
_FREE_OF_QUOTES: Final = rf"(?<![^\s{CJK}{OPENING_BRACKETS}].)"
_WHITE: Final = re.compile(rf"[\s{CJK}]")


class TargetKind(StrEnum):
    """How a target is written."""

    PEOPLE = "people"
    """One or more mentions of people or groups."""
    EMOJI = "emoji"
    QUOTED = "quoted"
    MARKED = "marked"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class TargetMatch:
    """A possible target: its position, and the ids it refers to."""

    start: int
    end: int
    kind: TargetKind
    ids: tuple[tuple[str, str], ...]
    """Pairs of target id and, for things, spelling."""
    handle: str = ""
    """The key of a name typed after an @ without becoming a mention."""

    @property
    def name(self) -> str:
        """The key of a thing whose name may be a person's; empty for other targets."""
        is_name = self.kind in (TargetKind.QUOTED, TargetKind.MARKED, TargetKind.BARE)
        return self.ids[0][0].removeprefix(THING) if is_name else ""


def find_targets(line: Line) -> Iterator[tuple[re.Match[str], TargetKind]]:
    """Yield everything on *line* that looks like a target, from left to right."""
    for match in _build_pattern(line.words).finditer(line.text):
        yield match, _KINDS[match.lastgroup or ""]


def read_target(match: re.Match[str], kind: TargetKind, line: Line) -> TargetMatch | None:
    """Return the target of *match*, one of `find_targets`; None if it isn't one after all."""
    if kind in (TargetKind.MARKED, TargetKind.BARE) and not _is_free(line.text, match.start()):
        return None
    if kind is TargetKind.QUOTED and match.start() in line.closing_quotes:
        return None
    ids = (
        _read_mentions(match, line.atoms)
        if kind is TargetKind.PEOPLE
        else _read_name(match, kind, line)
    )
    if not ids:
        return None
    typed = kind is TargetKind.MARKED and match[0].startswith("@")
    handle = ids[0][0].removeprefix(THING) if typed else ""
    return TargetMatch(match.start(), match.end(), kind, ids, handle)


def _build_quoted_pattern(number: int, marks: str) -> str:
    """Return the pattern of text between two marks of one kind; straight ones touch the text."""
    straight = "".join(char for char in marks if char in STRAIGHT_QUOTES)
    curly = "".join(char for char in marks if char not in STRAIGHT_QUOTES)
    alone = rf"(?<![^\W_][{marks}])(?<![{MARKS}][{marks}])"
    opening, closing = [], []
    if straight:
        opening.append(rf"(?<=[{straight}])(?!\s){alone}")
        closing.append(rf"[{straight}](?<!\s[{straight}])")
    opening.append(f"(?<=[{curly}])" + (alone if marks == SINGLE_QUOTES else ""))
    closing.append(f"[{curly}]")
    char = f"[^{USER}{GROUP}{OPAQUE}{marks}]"
    if marks == SINGLE_QUOTES:  # between two letters, it's an apostrophe
        char = f"(?:{char}|{AFTER_LETTER}[{marks}]{BEFORE_LETTER})"
    inside = f"(?>{char}{{1,{MAX_QUOTED}}})"
    end = f"(?:{'|'.join(closing)}){AFTER_QUOTES}"
    return rf"[{marks}](?:{'|'.join(opening)}){inside}{end}(?P<quoted{number}>)"


_KINDS: Final = {
    "bracketed": TargetKind.PEOPLE,
    "list": TargetKind.PEOPLE,
    "emoji": TargetKind.EMOJI,
    "marked": TargetKind.MARKED,
    "bare": TargetKind.BARE,
    **{f"quoted{number}": TargetKind.QUOTED for number in range(len(QUOTES))},
}


@cache
def _build_pattern(words: GrammarWords) -> re.Pattern[str]:
    """Return the pattern of all targets; an empty group at the end of each names its kind.

    Each alternative begins with a set of characters, so that Python skips those that can't match
    without entering them.
    """
    more = rf"(?>(?:{words.between_targets}{_MENTION})*)"
    return re.compile(
        # This lookahead only serves to skip signs and spaces quickly.
        rf"(?=[\w@#{_OPENERS}{QUOTATION}{USER}{GROUP}{EMOJI}])(?:"
        rf"[{_OPENERS}]\s*+{_MENTION}{more}\s*+[{_CLOSERS}](?P<bracketed>)"
        rf"|{_MENTION}{more}(?P<list>)"
        rf"|[{EMOJI}](?=\s*+{SIGN})(?P<emoji>)"
        rf"|{'|'.join(_build_quoted_pattern(n, marks) for n, marks in enumerate(QUOTES))}"
        rf"|[@#]{_FREE}[^\W_]{_NAME}(?P<marked>)"
        rf"|[^\W_]{_FREE_OF_QUOTES}{_NAME}(?P<bare>))"
    )


def _is_free(text: str, start: int) -> bool:
    """Return whether only opening marks separate the name at *start* from white space."""
    while start and text[start - 1] in OPENING_NOT_CJK:
        start -= 1
    return start == 0 or _WHITE.match(text, start - 1) is not None


def _read_mentions(match: re.Match[str], atoms: Atoms) -> tuple[tuple[str, str], ...]:
    bracketed = match.lastgroup == "bracketed"
    if bracketed and match[0][-1] != PARTNERS[match[0][0]]:
        return ()
    mentioned = (atoms.values[char] for char in match[0] if char in atoms.values)
    return tuple((id_ if kind == "user" else GROUP_TARGET + id_, "") for kind, id_ in mentioned)


def _read_name(match: re.Match[str], kind: TargetKind, line: Line) -> tuple[tuple[str, str], ...]:
    words = match[0]
    if kind is TargetKind.QUOTED:
        words = words[1:-1]
    elif kind is TargetKind.MARKED:
        words = words[1:]
    name = line.atoms.expand(words).strip()
    target = build_thing_id(name)
    if kind is TargetKind.EMOJI:  # Slack knows emoji by lower-case names only
        name = name.casefold()
    if target is None or not _fits(words, name, kind):
        return ()
    if kind is TargetKind.BARE and not _may_be_bare(name, target, line.settings):
        return ()
    return ((target, name),)


def _fits(words: str, name: str, kind: TargetKind) -> bool:
    match kind:
        case TargetKind.QUOTED:
            return len(name) <= MAX_QUOTED and any(map(str.isalnum, words))
        case TargetKind.MARKED | TargetKind.BARE:
            return len(name) <= MAX_NAME and all(map(_is_spelled, name))
        case _:
            return True


def _is_spelled(char: str) -> bool:
    return char.isalnum() or char in _INSIDE or unicodedata.category(char).startswith("M")


def _may_be_bare(name: str, target: str, settings: Settings) -> bool:
    name = unicodedata.normalize("NFC", name)
    long_enough = len(name) > 1 or not name.isascii()
    lettered = any(unicodedata.category(char).startswith("L") for char in name)
    return long_enough and lettered and target.removeprefix(THING) not in settings.stop_list
