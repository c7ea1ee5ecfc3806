"""One line of a message, with lookups that are computed once for all its votes."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from typing import Final

from app.core.grammar.characters import (
    CJK_SENTENCE_ENDS,
    CLOSING,
    PARTNERS,
    SENTENCE_ENDS,
    SINGLE_QUOTES,
    STRAIGHT_QUOTES,
)
from app.core.grammar.tokens import EMOJI, USER, Atoms
from app.core.grammar.words import GrammarWords
from app.core.settings.definitions import Settings

_CLOSERS: Final = {closing: opening for opening, closing in PARTNERS.items()}
_CONDITION: Final = re.compile(r"\b(?:if|while|for|switch)\s*+(?P<bracket>[(\[])")
_MARKS: Final = re.compile(rf"(?<![{CLOSING}])[{CLOSING}]++(?=\s++(\S))")
_CJK_END: Final = re.compile(f"[{CJK_SENTENCE_ENDS}]")
_SENTENCE_ENDS: Final = frozenset(SENTENCE_ENDS)
_STRAIGHT_QUOTE: Final = re.compile(f"[{STRAIGHT_QUOTES}]")
_BRACKET: Final = re.compile(f"[{re.escape(''.join([*PARTNERS, *_CLOSERS]))}]")


_MOST_QUOTES: Final = 2000
"""No person writes more quotation marks on a line; beyond that, each may open."""


@dataclass
class Line:
    """The text of a line, and the atoms, settings and words to parse it with."""

    text: str
    atoms: Atoms
    settings: Settings
    words: GrammarWords

    def is_filler(self, start: int, end: int | None = None) -> bool:
        """Return whether only filler is between *start* and *end* (the line's end by default)."""
        filler = self.words.filler if start else self.words.line_filler
        end = len(self.text) if end is None else end
        return filler.fullmatch(self.text, start, end) is not None

    @cached_property
    def partners(self) -> Mapping[int, int]:
        """The position of the closing partner of each opening bracket that has one."""
        closed: dict[int, int] = {}
        opened: dict[str, list[int]] = {char: [] for char in PARTNERS}
        for match in _BRACKET.finditer(self.text):
            if match[0] in opened:
                opened[match[0]].append(match.start())
            elif waiting := opened[_CLOSERS[match[0]]]:
                closed[waiting.pop()] = match.start()
        return closed

    @cached_property
    def closing_quotes(self) -> Collection[int]:
        """The positions of straight quotation marks that close an earlier one, and so don't open.

        In `"a", "b"--`, the second mark doesn't open `, `.
        """
        closing: set[int] = set()
        opened: set[str] = set()
        for match in islice(_STRAIGHT_QUOTE.finditer(self.text), _MOST_QUOTES):
            mark, at = match[0], match.start()
            before, after = self.text[at - 1 : at] or " ", self.text[at + 1 : at + 2] or " "
            if mark in SINGLE_QUOTES and before.isalpha() and after.isalpha():
                continue  # an apostrophe
            if mark in opened and not before.isspace():
                opened.remove(mark)
                closing.add(at)
            elif not (after.isspace() or before.isalnum()):
                opened.add(mark)
        return closing

    @cached_property
    def conditions(self) -> tuple[Sequence[int], Sequence[int]]:
        """Where brackets after `if` and the like open, and the latest close of those up to each."""
        opened = [match.start("bracket") for match in _CONDITION.finditer(self.text)]
        closed = (self.partners.get(at, len(self.text)) for at in opened)
        return opened, list(accumulate(closed, max))

    @cached_property
    def sentence_ends(self) -> Sequence[int]:
        """The sorted positions where sentences end, regardless of votes."""
        ends = {match.end() for match in _CJK_END.finditer(self.text)}
        starts = self.sentence_starts.items()
        return sorted(ends | {end for start, end in starts if _begins_sentence(self.text[start])})

    @cached_property
    def sentence_starts(self) -> Mapping[int, int]:
        """The positions where a sentence may begin, each with the end of the one before."""
        marks = _MARKS.finditer(self.text)
        return {m.start(1): m.end() for m in marks if not _SENTENCE_ENDS.isdisjoint(m[0])}


def _begins_sentence(char: str) -> bool:
    """Return whether *char* is an upper-case letter or a mention."""
    return char.isupper() or char.istitle() or USER[0] <= char < EMOJI[0]
