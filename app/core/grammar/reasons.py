"""Parses reasons: the text after an operator that says why points are given.

The rules are those under "Reasons" in docs/use/grammar.md.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from app.core.grammar.characters import (
    CLOSING,
    DASHES,
    MARKS,
    OPENING,
    OPENING_BRACKETS,
    PARTNERS,
    QUESTION_MARKS,
    QUOTATION,
    QUOTES,
    SENTENCE_MARKS,
    SINGLE_QUOTES,
)
from app.core.grammar.line import Line
from app.core.grammar.operators import Operator
from app.core.grammar.tokens import EMOJI, OPAQUE
from app.core.grammar.words import GrammarWords, build_alternatives

MAX_REASON: Final = 200
_MOST_EXAMINED: Final = 1000
"""How many characters of a reason are examined at either end; only a few are ever cut off."""

_APART: Final = rf"[\s{CLOSING}{EMOJI}]*+"
_BRACKET: Final = f"(?P<bracket>[{OPENING_BRACKETS}])"
_LED: Final = rf"{_APART}(?>(?:[-–—]{_APART})?)(?>(?:{_BRACKET}{_APART})?)"
# A word ends where nothing continues it: `as-is` doesn't begin with the word `as`.
_WORD_ENDS: Final = rf"(?![\w{MARKS}]|[-‐‑'’‘·][^\W_])[\s{SENTENCE_MARKS}]*+"
_WITHOUT_WORD: Final = re.compile(rf"{_APART}(?<=\s)[-–—]\s++|:\s++|：\s*+|{_APART}{_BRACKET}\s*+")
_HALF_MENTION: Final = re.compile(r"<(?:[@#!][A-Za-z0-9^]*)?$")
_WORDS: Final = re.compile(rf"[^\W_]|[{OPAQUE}]")

_TRAILING: Final = re.compile(rf"[\s{SENTENCE_MARKS}{DASHES}{OPENING_BRACKETS}]")
_CLOSING_MARKS: Final = re.compile(rf"[\s{CLOSING}{OPENING}{DASHES}]*+")
_CLOSERS: Final = {closing: opening for opening, closing in PARTNERS.items()}
_KINDS: Final = {mark: marks for marks in QUOTES for mark in marks}
_PAIRED: Final = re.compile(f"[{re.escape(''.join([*PARTNERS, *_CLOSERS, *QUOTATION]))}]")
# A quotation mark opens if it touches a word, perhaps behind other marks: `".gitignore"`.
_TOUCHES_WORD: Final = re.compile(
    rf"(?>(?:(?![{QUOTATION}])[{CLOSING}])*)(?:[^\s{CLOSING}]|[{OPENING}])"
)
_LONGEST_JOINER: Final = 40
"""The most characters that a joiner at the end can have."""


@dataclass
class Reason:
    """The reason for a vote: a part of a line, and the word that introduced it."""

    line: Line
    start: int
    end: int
    word: str | None = None
    before_vote: bool = False
    """Whether it ends where the next vote begins."""

    @cached_property
    def text(self) -> str | None:
        """The reason to store, at most 200 characters; None if nothing is left of it."""
        text = self.line.text[self.start : min(self.end, self.start + _MOST_EXAMINED)]
        kept = text[: find_end(text, self._joining)]
        return _shorten(self.line.atoms.expand(kept).strip()) or None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing would be left of it, found out without examining all of it."""
        pattern = self._joining.nothing if self._joining else _CLOSING_MARKS
        return pattern.fullmatch(self.line.text, self.start, self.end) is not None

    @property
    def says_something(self) -> bool:
        """Whether it counts without a reason word: it has words and isn't a question."""
        says = _WORDS.search(self.line.text, self.start, self.end) is not None
        last = self.line.text[max(self.start, self.end - _MOST_EXAMINED) : self.end]
        return says and not ends_in_question(last)

    @property
    def _joining(self) -> GrammarWords | None:
        return self.line.words if self.before_vote else None


def read_reason(
    line: Line, operator: Operator, *, people: bool, limit: int | None
) -> Reason | None:
    """Return the reason after *operator*, which ends at the latest at *limit*, the next vote.

    After a plus on *people* it needs no reason word. Dashes apart from their target don't count
    with a reason (`strictness.py`).
    """
    word = _build_opening(line.words, is_plus=operator.is_plus).match(line.text, operator.end)
    if word:
        reason = _find_extent(line, word, limit)
        return None if reason.is_nothing else reason
    if operator.is_plus and people and (opening := _WITHOUT_WORD.match(line.text, operator.end)):
        reason = _find_extent(line, opening, limit)
        return reason if reason.says_something else None
    return None


def read_typed_reason(text: str, words: GrammarWords) -> tuple[str | None, str | None]:
    """Return the reason in *text*, where only that is expected, and the word that introduced it."""
    word = _build_opening(words, is_plus=True).match(text)
    after = _shorten(text[word.end() :].strip()) if word else ""
    if word and after:
        return after, _fold(word["word"])
    return _shorten(text.strip()) or None, None


@cache
def _build_opening(words: GrammarWords, *, is_plus: bool) -> re.Pattern[str]:
    led = build_alternatives(words.reasons if is_plus else words.minus_reasons)
    return re.compile(rf"{_LED}(?P<word>{led}){_WORD_ENDS}")


def _find_extent(line: Line, opening: re.Match[str], limit: int | None) -> Reason:
    """Return the reason that begins after *opening* and runs to the first possible end."""
    start, text = opening.end(), line.text
    ends = [len(text)]
    if limit is not None:
        ends.append(limit)
    if (at := bisect_right(line.sentence_ends, start)) < len(line.sentence_ends):
        ends.append(line.sentence_ends[at])
    if opening["bracket"]:
        closed = line.partners.get(opening.start("bracket"), -1)
        ends += [closed] if closed >= start else []
    end = max(start, min(ends))
    word = opening.groupdict().get("word")
    return Reason(line, start, end, _fold(word) if word else None, end == limit)


def _fold(word: str) -> str:
    return " ".join(word.lower().split())


def _shorten(text: str) -> str:
    """Return *text* cut to 200 characters, dropping a mention at the cut."""
    if len(text) <= MAX_REASON:
        return text
    text = _HALF_MENTION.sub("", text[:MAX_REASON])
    return text[: find_end(text)].strip()


def find_end(text: str, joining: GrammarWords | None = None) -> int:
    """Return where the reason *text* ends once marks at its end are cut off.

    *joining* is given if a vote follows: then joiners are cut off as well.
    """
    alone, end = set(_find_unopened(text)), len(text)
    while end:
        start = max(0, end - _LONGEST_JOINER)
        last = joining.last_joiner.search(text, start, end) if joining else None
        if _TRAILING.match(text, end - 1) or end - 1 in alone:
            end -= 1
        elif last:
            end = last.start()
        else:
            break
    return end


def ends_in_question(text: str) -> bool:
    """Return whether the reason *text* ends in a question mark."""
    return any(mark in QUESTION_MARKS for mark in text[find_end(text) :])


def _find_unopened(text: str) -> Iterator[int]:
    """Yield the positions of closing brackets and quotation marks without an opening one."""
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
    return text[at] in SINGLE_QUOTES and len(around) == 3 and (around[0] + around[2]).isalpha()


def _may_open(text: str, at: int) -> bool:
    """Return whether the quotation mark at *at* is in a position to open."""
    return _TOUCHES_WORD.match(text, at + 1) is not None and (
        text[at] in "“‘«‹„‚「『" or at == 0 or not text[at - 1].isalnum()
    )
