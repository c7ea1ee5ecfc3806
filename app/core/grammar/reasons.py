"""Reads why points are given: what follows an operator and says so (section 4)."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, NamedTuple

from app.core.grammar.characters import CLOSING, MARKS, OPENING_BRACKETS, SENTENCE_MARKS
from app.core.grammar.line import Line
from app.core.grammar.operators import Operator
from app.core.grammar.reason_text import ends_in_question, find_end, is_nothing
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
        closed = line.partners.get(opening.start("bracket"), start)
        ends += [closed] if closed > start else []
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
