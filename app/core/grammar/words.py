"""The words of people's languages that the grammar understands, and what joins votes with them.

They come with the catalogs of each language and are passed to the parser: this reads no file.
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
# Of joiners, `+` only single: two are an operator.
_PLUS: Final = r"(?<!\+)\+(?!\+)"


@dataclass(frozen=True)
class GrammarWords:
    """Words of all languages, those of several with one space between each two."""

    joiners: frozenset[str] = frozenset()
    """Those that join targets and votes: `and`."""
    reasons: frozenset[str] = frozenset()
    """Those that a reason begins with: `for`, `due to`."""
    minus_reasons: frozenset[str] = frozenset()
    """Those of them that begin the reason of a minus, too."""

    def __or__(self, other: "GrammarWords") -> "GrammarWords":
        """Return the words of both."""
        return GrammarWords(
            self.joiners | other.joiners,
            self.reasons | other.reasons,
            self.minus_reasons | other.minus_reasons,
        )

    @cached_property
    def between_targets(self) -> str:
        """The pattern of what may stand between two targets of one vote."""
        return rf"(?>(?:[\s,;/&、，]++|{_PLUS}|{self._joiner})*)"

    @cached_property
    def _joiner(self) -> str:
        return rf"(?<!\w){build_alternatives(self.joiners)}(?!\w)"

    @cached_property
    def nothing(self) -> re.Pattern[str]:
        """What is cut off a reason before the next vote, and leaves nothing if it is all."""
        marks = rf"[\s{CLOSING}{OPENING}{DASHES}]++"
        return re.compile(rf"(?>(?:{marks}|{_PLUS}|{self._joiner})*)")

    @cached_property
    def _filled(self) -> str:
        return rf"(?>(?:[\s{CLOSING}{OPENING}{EMOJI}]++|{_PLUS}|{self._joiner})*)"

    @cached_property
    def filler(self) -> re.Pattern[str]:
        """What may stand between two votes."""
        return re.compile(self._filled)

    @cached_property
    def line_filler(self) -> re.Pattern[str]:
        """What may stand before the first vote of a line: filler, and a list marker."""
        return re.compile(rf"(?>(?:{_LIST_MARKER})?){self._filled}")

    @cached_property
    def last_joiner(self) -> re.Pattern[str]:
        """A joiner at the end of a text, but for the marks among them."""
        return re.compile(rf"(?:[/&]|{_PLUS}|{self._joiner})\Z")


def build_alternatives(words: Iterable[str]) -> str:
    """Return the pattern of any of *words*, in any case, however their accents are stored."""
    forms = {unicodedata.normalize(form, word) for word in words for form in ("NFC", "NFD")}
    longest_first = sorted(forms, key=lambda word: (-len(word), word))
    written = (r"\s++".join(map(re.escape, word.split())) for word in longest_first)
    return f"(?i:{'|'.join(written) or '(?!)'})"
