"""The kinds of characters that the grammar tells apart, by Unicode (docs/use/grammar.md).

Each is a string that may be put into a character class as it is.
"""

import re
import unicodedata
from collections import defaultdict
from typing import Final

# Where marks stand in Unicode's first plane; between these ranges are ideographs, syllables and
# private use. Punctuation of other planes is that of scripts no longer written (cuneiform, …).
_PLACES: Final = (range(0x3400), range(0xA000, 0xAC00), range(0xF900, 0x10000))


def _sort() -> dict[str, list[str]]:
    sorted_: dict[str, list[str]] = defaultdict(list)
    for char in (chr(code) for place in _PLACES for code in place):
        sorted_[unicodedata.category(char)].append(char)
    return sorted_


_SORTED: Final = _sort()


def _list(*categories: str) -> list[str]:
    return [char for category in categories for char in _SORTED[category]]


def _is_cjk(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WFH"


def _write(chars: list[str]) -> str:
    return re.escape("".join(dict.fromkeys(chars)))


QUOTES: Final = ('"“”„‟＂', "'‘’‚‛", "«»", "‹›", "「」", "『』")
"""The six kinds of quotation marks."""
STRAIGHT_QUOTES: Final = "\"'＂"
SINGLE_QUOTES: Final = QUOTES[1]
QUOTATION: Final = "".join(QUOTES)

_BRACKETS: Final = [char for char in _list("Ps") if char not in QUOTATION]
_CLOSING: Final = [*_list("Pe", "Pf", "Po"), *QUOTATION]
_CJK: Final = [char for char in _list("Pc", "Ps", "Pe", "Pi", "Pf", "Po") if _is_cjk(char)]
_OPENING: Final = [*_list("Ps", "Pi"), *QUOTATION, *"¡¿"]

CLOSING: Final = _write(_CLOSING)
"""Closing marks."""
OPENING: Final = _write(_OPENING)
"""Opening marks."""
OPENING_BRACKETS: Final = _write([char for char in _OPENING if char not in QUOTATION])
"""Opening marks that aren't quotation marks."""
CLOSING_BRACKETS: Final = _write(_list("Pe"))
CJK: Final = _write(_CJK)
"""Marks that count as white space before and after a vote."""
CLOSING_NOT_CJK: Final = _write([char for char in _CLOSING if char not in _CJK])
OPENING_NOT_CJK: Final = frozenset(_OPENING) - frozenset(_CJK)
DASHES: Final = _write(_list("Pd"))

PARTNERS: Final = {
    char: next(c for c in (chr(ord(char) + 1), chr(ord(char) + 2)) if c in _SORTED["Pe"])
    for char in _BRACKETS
    if {chr(ord(char) + 1), chr(ord(char) + 2)} & {*_SORTED["Pe"]}
}
"""The closing bracket of each opening one: Unicode has it next, or next but one."""

MARKS: Final = _write(_list("Mn", "Mc", "Me")) + (
    # Beyond the first plane whole ranges, of scripts that have such marks.
    "\U00010a00-\U00011fff\U00016af0-\U00016b36\U00016f4f-\U00016f92\U0001e000-\U0001e94a"
    "\U000e0100-\U000e01ef"
)
"""Combining marks."""
SENTENCE_ENDS: Final = ".!?…"
"""What ends a sentence, if something that begins one follows."""
CJK_SENTENCE_ENDS: Final = "。！？"
"""What ends a sentence, whatever follows."""
SENTENCE_MARKS: Final = _write([
    *".,;:!?…‥‼⁇⁈⁉‽¡¿", *"、。，．：；！？｡､･・", *"،؛؟۔", *"։՞՜՝׃", *"।॥", *"።፣፤፥፦፧፨",
    *"᠂᠃", *"။၊", *"៖។៕",
])  # fmt: skip
"""What stands at the end of a sentence or of a part of one, in any script."""
QUESTION_MARKS: Final = "?？؟՞⁇⁈⁉፧⸮"

# Category Cf, but for ZWNJ and ZWJ; and the selectors of how an emoji is drawn.
INVISIBLE: Final = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
JOINERS: Final = "\u200c\u200d"
"""ZWNJ and ZWJ, which spell words in some scripts."""

AFTER_LETTER: Final = rf"(?:(?<=[^\W\d_])|(?<=[{MARKS}]))"
BEFORE_LETTER: Final = rf"(?=[^\W\d_]|[{MARKS}])"
"""Combining marks are letters there."""
