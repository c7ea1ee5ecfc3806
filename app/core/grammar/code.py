"""Tells things from code: `x = count++`, `f(count++);`, `while (count--)` (sections 2 and 3)."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from typing import Final

from app.core.grammar.candidates import Candidate
from app.core.grammar.characters import CLOSING, OPENING_NOT_CJK, PARTNERS, QUOTATION
from app.core.grammar.line import Line
from app.core.grammar.targets import TargetKind

_COMPILERS: Final = ("-c", "-g")
"""How names of languages and compilers end before `++`: `objective-c`, `arm-none-eabi-g`."""
# A member of an object: `this.count`, `stats.totalCount`; not `node.js` nor `GitHub.com`.
_MEMBER: Final = re.compile(r"(?:this|self)\.|[\w.]*?\b[a-z]{2,}[A-Z]\w*\.|[\w.]*?\.[a-z]{2,}[A-Z]")
_RETURN: Final = "return"
_TOUCHING: Final = re.compile(f"[{CLOSING}]*+")
_AFTER: Final = re.compile(rf"[\s{CLOSING}]*+")
# The end of a block, of a comment or, in a macro, of a line; and the beginning of a comment.
_SIGNS_OF_CODE: Final = re.compile(r"[}\\]|\*/|//")
_OPENERS: Final = frozenset(PARTNERS)
_BEFORE: Final = OPENING_NOT_CJK | _OPENERS
_CLOSERS: Final = frozenset(PARTNERS.values())


def is_code(line: Line, candidate: Candidate) -> bool:
    """Tell whether what stands around *candidate*, a bare or quoted thing, makes it code."""
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
    """Tell whether `=` or `return` stands before *start*, spaces and opening marks apart."""
    while start and (text[start - 1].isspace() or text[start - 1] in OPENING_NOT_CJK):
        start -= 1
    if text.endswith("=", 0, start):
        return True
    word = start - len(_RETURN)
    return text.endswith(_RETURN, 0, start) and not (word and _is_word(text[word - 1]))


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _is_conditional(line: Line, start: int) -> bool:
    """Tell whether *start* is in or right after brackets after `if`, `while`, `for` or `switch`."""
    opened, closed = line.conditions
    at = bisect_right(opened, start) - 1
    return at >= 0 and not line.text[min(start, closed[at] + 1) : start].strip()


def _is_ended(text: str, start: int, end: int) -> bool:
    """Tell whether the marks after the operator that ends at *end* are those of code.

    Of those that touch it none is a semicolon or a quotation mark, and a bracket closes what opens
    right before the thing, at *start*.
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
    """Yield what closes the brackets right before *start*, the nearest first."""
    while start and text[start - 1] in _BEFORE:
        start -= 1
        if text[start] in _OPENERS:
            yield PARTNERS[text[start]]
