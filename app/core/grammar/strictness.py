"""Decides whether a candidate counts, by the text around it.

Signs are also punctuation and code: `x = count++`, `f(count++);`, `while (count--)`. Mentions are
interpreted generously; other targets, and minus signs, count only if hardly anything else can be
meant.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.core.grammar.candidates import Candidate
from app.core.grammar.characters import CJK, CLOSING, OPENING_NOT_CJK, PARTNERS, QUOTATION, QUOTES
from app.core.grammar.line import Line
from app.core.grammar.operators import OperatorKind
from app.core.grammar.targets import TargetKind
from app.core.grammar.tokens import EMOJI

_ONLY_EMOJI: Final = re.compile(rf"[\s{CLOSING}{CJK}{EMOJI}]*+")
_OPENS_QUOTE: Final = re.compile(rf"\s++[{QUOTATION}](?!\s|$)")
_SPACES: Final = re.compile(r"\s*+")

_COMPILERS: Final = ("-c", "-g")
"""The ends of names of languages and compilers before `++`: `objective-c`, `arm-none-eabi-g`."""
# A member of an object: `this.count`, `stats.totalCount`; not `node.js` or `GitHub.com`.
_MEMBER: Final = re.compile(r"(?:this|self)\.|[\w.]*?\b[a-z]{2,}[A-Z]\w*\.|[\w.]*?\.[a-z]{2,}[A-Z]")
_RETURN: Final = "return"
_TOUCHING: Final = re.compile(f"[{CLOSING}]*+")
_AFTER: Final = re.compile(rf"[\s{CLOSING}]*+")
# The end of a block, of a comment, or of a line in a macro; or the beginning of a comment.
_SIGNS_OF_CODE: Final = re.compile(r"[}\\]|\*/|//")
_OPENERS: Final = frozenset(PARTNERS)
_BEFORE: Final = OPENING_NOT_CJK | _OPENERS
_CLOSERS: Final = frozenset(PARTNERS.values())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What follows a candidate."""

    joins: bool
    """Whether another vote follows with only filler in between."""
    has_reason: bool
    """Whether it has a reason, its own or that of the votes it joins."""
    is_filled: bool
    """Whether the rest of the line is only votes and filler."""
    is_filled_below: bool
    """Whether the later lines of the message are only votes and filler."""


def counts(line: Line, candidate: Candidate, rest: Surroundings) -> bool:
    """Return whether *candidate* is a vote.

    `parse.read_line` checks that a minus on a bare thing is on a line of only votes and filler.
    """
    if candidate.operator.is_plus:
        return _plus_counts(line, candidate, rest)
    return _is_strict(line, candidate, rest) and _minus_counts(line, candidate, rest)


def _is_strict(line: Line, candidate: Candidate, rest: Surroundings) -> bool:
    """Return whether the rest of the line is strict: empty, only emoji, a vote or a reason."""
    if rest.joins or rest.has_reason:
        return True
    return _ONLY_EMOJI.fullmatch(line.text, candidate.operator.end) is not None


def _plus_counts(line: Line, candidate: Candidate, rest: Surroundings) -> bool:
    match candidate.target.kind:
        case TargetKind.QUOTED if candidate.touches:
            return rest.joins or not _opens_quote(line.text, candidate)
        case TargetKind.BARE | TargetKind.QUOTED:
            return _is_strict(line, candidate, rest) and not is_code(line, candidate)
        case _:
            return True


def _opens_quote(text: str, candidate: Candidate) -> bool:
    """Return whether a quotation mark opens after `"foo"++`, as in Haskell's `"a"++ "b"`."""
    end = candidate.operator.end
    own = next(marks for marks in QUOTES if text[candidate.target.end - 1] in marks)
    return text[end : end + 1] in {*own} or _OPENS_QUOTE.match(text, end) is not None


def _minus_counts(line: Line, candidate: Candidate, rest: Surroundings) -> bool:
    is_long = candidate.operator.kind is OperatorKind.LONG_DASH
    match candidate.target.kind:
        case TargetKind.BARE:
            return not is_long and not is_code(line, candidate)
        case TargetKind.QUOTED | TargetKind.EMOJI:
            return not is_long
    if is_long:
        return _long_dash_counts(line.text, candidate, rest)
    if candidate.operator.is_dashes and not candidate.touches:
        return rest.is_filled and rest.is_filled_below
    return True


def _long_dash_counts(text: str, candidate: Candidate, rest: Surroundings) -> bool:
    """Return whether a long dash touches its target or ends its line, and isn't prose."""
    is_last = _SPACES.fullmatch(text, candidate.operator.end) is not None
    return (candidate.touches or is_last) and (rest.has_reason or rest.is_filled_below)


def is_code(line: Line, candidate: Candidate) -> bool:
    """Return whether the text around *candidate*, a bare or quoted thing, makes it code."""
    target, text = candidate.target, line.text
    is_increment = target.kind is TargetKind.BARE and candidate.operator.is_plus
    return bool(
        (is_increment and target.ids[0][0].endswith(_COMPILERS))
        or (target.kind is TargetKind.BARE and _MEMBER.match(text, target.start, target.end))
        or _is_assigned(text, target.start)
        or _is_conditional(line, target.start)
        or _is_ended(text, target.start, candidate.operator.end)
    )


def _is_assigned(text: str, start: int) -> bool:
    """Return whether `=` or `return` precedes *start*, ignoring spaces and opening marks."""
    while start and (text[start - 1].isspace() or text[start - 1] in OPENING_NOT_CJK):
        start -= 1
    if text.endswith("=", 0, start):
        return True
    word = start - len(_RETURN)
    return text.endswith(_RETURN, 0, start) and not (word and _is_word(text[word - 1]))


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _is_conditional(line: Line, start: int) -> bool:
    """Return whether *start* is in or right after the brackets of an `if`, `while` or the like."""
    opened, closed = line.conditions
    at = bisect_right(opened, start) - 1
    return at >= 0 and not line.text[min(start, closed[at] + 1) : start].strip()


def _is_ended(text: str, start: int, end: int) -> bool:
    """Return whether the marks after the operator that ends at *end* are those of code.

    In a vote, no mark touching the operator is a semicolon or a quotation mark, and brackets
    touching it close those that open right before the thing, at *start*.
    """
    touching, after = _TOUCHING.match(text, end), _AFTER.match(text, end)
    marks = touching[0] if touching else ""
    if ";" in marks or any(char in QUOTATION for char in marks):
        return True
    if after and _SIGNS_OF_CODE.search(after[0]):
        return True
    brackets = [char for char in marks if char in _CLOSERS]
    return brackets != list(islice(_find_partners(text, start), len(brackets)))


def _find_partners(text: str, start: int) -> Iterator[str]:
    """Yield the closing partners of the brackets right before *start*, nearest first."""
    while start and text[start - 1] in _BEFORE:
        start -= 1
        if text[start] in _OPENERS:
            yield PARTNERS[text[start]]
