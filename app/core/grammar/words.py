"""The natural-language words that the grammar knows, and the patterns built from them.

They're loaded with each language's catalogs and passed to the parser; this module reads no file.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from app.core.grammar.characters import CLOSING, DASHES, OPENING
from app.core.grammar.tokens import EMOJI

_LIST_MARKER: Final = r"\s*+(?:[-•◦▪]|[0-9]{1,9}[.)])\s++"
# As a joiner, `+` has to be single: two are an operator.
_PLUS: Final = r"(?<!\+)\+(?!\+)"


@dataclass(frozen=True)
class GrammarWords:
    """Words of one or all languages; phrases have single spaces between their words."""

    joiners: frozenset[str] = frozenset()
    """Words that join targets and votes: `and`."""
    reasons: frozenset[str] = frozenset()
    """Words that introduce a reason: `for`, `due to`."""
    minus_reasons: frozenset[str] = frozenset()
    """The reason words that also introduce the reason of a minus."""

    def __or__(self, other: "GrammarWords") -> "GrammarWords":
        """Return the union of both."""
        return GrammarWords(
            self.joiners | other.joiners,
            self.reasons | other.reasons,
            self.minus_reasons | other.minus_reasons,
        )

    @cached_property
    def between_targets(self) -> str:
        """The pattern of the text between two targets of one vote."""
        return rf"(?>(?:[\s,;/&、，]++|{_PLUS}|{self._joiner})*)"

    @cached_property
    def _joiner(self) -> str:
        return rf"(?<!\w){build_alternatives(self.joiners)}(?!\w)"

    @cached_property
    def nothing(self) -> re.Pattern[str]:
        """Text that is cut off a reason before the next vote; a reason of only that is nothing."""
        marks = rf"[\s{CLOSING}{OPENING}{DASHES}]++"
        return re.compile(rf"(?>(?:{marks}|{_PLUS}|{self._joiner})*)")

    @cached_property
    def _filled(self) -> str:
        return rf"(?>(?:[\s{CLOSING}{OPENING}{EMOJI}]++|{_PLUS}|{self._joiner})*)"

    @cached_property
    def filler(self) -> re.Pattern[str]:
        """Filler that may be between two votes."""
        return re.compile(self._filled)

    @cached_property
    def line_filler(self) -> re.Pattern[str]:
        """Filler that may precede a line's first vote, including a list marker."""
        return re.compile(rf"(?>(?:{_LIST_MARKER})?){self._filled}")

    @cached_property
    def last_joiner(self) -> re.Pattern[str]:
        """A joiner at the end of a text, except those that are sentence marks."""
        return re.compile(rf"(?:[/&]|{_PLUS}|{self._joiner})\Z")


def build_alternatives(words: Iterable[str]) -> str:
    """Return the pattern of any of *words*, ignoring case, with accents composed or decomposed."""
    forms = {unicodedata.normalize(form, word) for word in words for form in ("NFC", "NFD")}
    longest_first = sorted(forms, key=lambda word: (-len(word), word))
    written = (r"\s++".join(map(re.escape, word.split())) for word in longest_first)
    return f"(?i:{'|'.join(written) or '(?!)'})"
