"""Cuts a reason to what is kept of it (the end of section 4)."""

import re
from collections.abc import Iterator
from typing import Final

from app.core.grammar.characters import (
    CLOSING,
    DASHES,
    OPENING,
    OPENING_BRACKETS,
    PARTNERS,
    QUESTION_MARKS,
    QUOTATION,
    QUOTES,
    SENTENCE_MARKS,
)
from app.core.grammar.words import GrammarWords

_LAST: Final = re.compile(rf"[\s{SENTENCE_MARKS}{DASHES}{OPENING_BRACKETS}]")
_MARKS: Final = re.compile(rf"[\s{CLOSING}{OPENING}{DASHES}]*+")
_CLOSERS: Final = {closing: opening for opening, closing in PARTNERS.items()}
_KINDS: Final = {mark: marks for marks in QUOTES for mark in marks}
_PAIRED: Final = re.compile(f"[{re.escape(''.join([*PARTNERS, *_CLOSERS, *QUOTATION]))}]")
_GOES_ON: Final = re.compile(rf"[^\s{CLOSING}]|[{OPENING}]")
_FAR: Final = 40
"""A joiner at the end is no longer."""


def find_end(text: str, joining: GrammarWords | None = None) -> int:
    """Return where what is kept of the reason *text* ends.

    *joining* are given where a vote comes next: then joiners are cut off, too.
    """
    alone, end = set(_find_unopened(text)), len(text)
    while end:
        last = joining.last_joiner.search(text, max(0, end - _FAR), end) if joining else None
        if _LAST.match(text, end - 1) or end - 1 in alone:
            end -= 1
        elif last:
            end = last.start()
        else:
            break
    return end


def is_nothing(text: str, start: int, end: int, joining: GrammarWords | None = None) -> bool:
    """Tell whether nothing is kept of a reason between *start* and *end*, reading little of it."""
    pattern = joining.nothing if joining else _MARKS
    return pattern.fullmatch(text, start, end) is not None


def ends_in_question(text: str) -> bool:
    """Tell whether the reason *text* ends in a question mark."""
    return any(mark in QUESTION_MARKS for mark in text[find_end(text) :])


def _find_unopened(text: str) -> Iterator[int]:
    """Yield where *text* has a closing bracket or a quotation mark without its opening one."""
    opened: dict[str, int] = {}
    for match in _PAIRED.finditer(text):
        mark, at = match[0], match.start()
        if mark in PARTNERS:
            opened[mark] = opened.get(mark, 0) + 1
            continue
        if _is_apostrophe(text, at):
            continue
        pair = _CLOSERS.get(mark) or _KINDS[mark]
        if opened.get(pair):
            opened[pair] -= 1
        elif mark in QUOTATION and _may_open(text, at):
            opened[pair] = 1
        else:
            yield at


def _is_apostrophe(text: str, at: int) -> bool:
    around = text[at - 1 : at + 2] if at else ""
    return text[at] in QUOTES[1] and len(around) == 3 and (around[0] + around[2]).isalpha()


def _may_open(text: str, at: int) -> bool:
    """Tell whether the quotation mark at *at* stands where one opens."""
    return _GOES_ON.match(text, at + 1) is not None and (
        text[at] in "“‘«‹„‚「『" or at == 0 or not text[at - 1].isalnum()
    )
