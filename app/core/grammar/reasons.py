"""Reads why points are given: what follows an operator and says so, and is kept (section 4)."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, NamedTuple

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
)
from app.core.grammar.line import Line
from app.core.grammar.operators import Operator
from app.core.grammar.tokens import EMOJI, OPAQUE
from app.core.grammar.words import GrammarWords, build_alternatives

MAX_REASON: Final = 200
_READ: Final = 1000
"""Characters of a reason that are looked at, from either end: what is cut off is few of them."""

_APART: Final = rf"[\s{CLOSING}{EMOJI}]*+"
_BRACKET: Final = f"(?P<bracket>[{OPENING_BRACKETS}])"
_LED: Final = rf"{_APART}(?>(?:[-–—]{_APART})?)(?>(?:{_BRACKET}{_APART})?)"
# A word ends where nothing goes on that could be one with it: `as-is` does not begin with `as`.
_WORD_ENDS: Final = rf"(?![\w{MARKS}]|[-‐‑'’‘·][^\W_])[\s{SENTENCE_MARKS}]*+"
_WITHOUT_WORD: Final = re.compile(rf"{_APART}(?<=\s)[-–—]\s++|:\s++|：\s*+|{_APART}{_BRACKET}\s*+")
_HALF_MENTION: Final = re.compile(r"<[@#!][A-Za-z0-9^]*$")
_WORDS: Final = re.compile(rf"[^\W_]|[{OPAQUE}]")

_LAST: Final = re.compile(rf"[\s{SENTENCE_MARKS}{DASHES}{OPENING_BRACKETS}]")
_CLOSING_MARKS: Final = re.compile(rf"[\s{CLOSING}{OPENING}{DASHES}]*+")
_CLOSERS: Final = {closing: opening for opening, closing in PARTNERS.items()}
_KINDS: Final = {mark: marks for marks in QUOTES for mark in marks}
_PAIRED: Final = re.compile(f"[{re.escape(''.join([*PARTNERS, *_CLOSERS, *QUOTATION]))}]")
_GOES_ON: Final = re.compile(rf"[^\s{CLOSING}]|[{OPENING}]")
_FAR: Final = 40
"""A joiner at the end is no longer."""


class TypedReason(NamedTuple):
    """A reason that was typed into a form or a command, and the word that led to it."""

    text: str | None
    because: str | None


@dataclass
class Reason:
    """Why points are given: a part of a line, and the word that led to it as it was typed."""

    line: Line
    start: int
    end: int
    word: str | None = None
    before_vote: bool = False
    """Whether it ends because the next vote begins."""

    @cached_property
    def text(self) -> str | None:
        """The reason as it is kept, at most 200 characters; None where nothing is left of it."""
        text = self.line.text[self.start : min(self.end, self.start + _READ)]
        kept = text[: find_end(text, self._joining)]
        return _shorten(self.line.atoms.expand(kept).strip()) or None

    @property
    def is_nothing(self) -> bool:
        """Tell, without reading all of it, whether nothing is left of it."""
        return is_nothing(self.line.text, self.start, self.end, self._joining)

    @property
    def says_something(self) -> bool:
        """Tell whether it says something, so that no word need lead to it."""
        says = _WORDS.search(self.line.text, self.start, self.end) is not None
        last = self.line.text[max(self.start, self.end - _READ) : self.end]
        return says and not ends_in_question(last)

    @property
    def _joining(self) -> GrammarWords | None:
        return self.line.words if self.before_vote else None


def read_reason(
    line: Line, operator: Operator, *, people: bool, near: bool, limit: int | None
) -> Reason | None:
    """Return the reason that follows *operator*, up to *limit*, where the next vote begins.

    After a plus on *people* no word need lead to it. After dashes one has to, and they have to be
    *near*: to touch their target, or to have none.
    """
    if operator.is_dashes and not near:
        return None
    word = _build_opening(line.words, is_plus=operator.is_plus).match(line.text, operator.end)
    if word:
        reason = _find_extent(line, word, limit)
        return None if reason.is_nothing else reason
    if operator.is_plus and people and (told := _WITHOUT_WORD.match(line.text, operator.end)):
        reason = _find_extent(line, told, limit)
        return reason if reason.says_something else None
    return None


def read_typed_reason(text: str, words: GrammarWords) -> TypedReason:
    """Return the reason that *text* is, where only a reason is asked for."""
    word = _build_opening(words, is_plus=True).match(text)
    after = _shorten(text[word.end() :].strip()) if word else ""
    if word and after:
        return TypedReason(after, _fold(word["word"]))
    return TypedReason(_shorten(text.strip()) or None, None)


@cache
def _build_opening(words: GrammarWords, *, is_plus: bool) -> re.Pattern[str]:
    led = build_alternatives(words.reasons if is_plus else words.minus_reasons)
    return re.compile(rf"{_LED}(?P<word>{led}){_WORD_ENDS}")


def _find_extent(line: Line, opening: re.Match[str], limit: int | None) -> Reason:
    """Return the reason that begins after *opening*: it runs to the first of what may end it."""
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
    """Return at most 200 characters of *text*, the last mention whole or left out."""
    if len(text) <= MAX_REASON:
        return text
    text = _HALF_MENTION.sub("", text[:MAX_REASON])
    return text[: find_end(text)].strip()


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
    pattern = joining.nothing if joining else _CLOSING_MARKS
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
