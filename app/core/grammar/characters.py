"""The classes of characters in the grammar, by Unicode (docs/use/grammar.md).

Unless noted, each is a string to be inserted into a regex character class as it is.
"""

import re
import unicodedata
from collections import defaultdict
from typing import Final

# The ranges of Unicode's first plane that contain marks; in between are ideographs, syllables and
# private use. Punctuation in other planes belongs to scripts no longer written (cuneiform, …).
_RANGES: Final = (range(0x3400), range(0xA000, 0xAC00), range(0xF900, 0x10000))


def _group_by_category() -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for char in (chr(code) for range_ in _RANGES for code in range_):
        grouped[unicodedata.category(char)].append(char)
    return grouped


_BY_CATEGORY: Final = _group_by_category()


def _list_chars(*categories: str) -> list[str]:
    return [char for category in categories for char in _BY_CATEGORY[category]]


def _is_cjk(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WFH"


def _escape_chars(chars: list[str]) -> str:
    return re.escape("".join(dict.fromkeys(chars)))


QUOTES: Final = ('"“”„‟＂', "'‘’‚‛", "«»", "‹›", "「」", "『』")
"""The six kinds of quotation marks."""
STRAIGHT_QUOTES: Final = "\"'＂"
SINGLE_QUOTES: Final = QUOTES[1]
QUOTATION: Final = "".join(QUOTES)
_BRACKETS: Final = [char for char in _list_chars("Ps") if char not in QUOTATION]
_CLOSING: Final = [*_list_chars("Pe", "Pf", "Po"), *QUOTATION]
_CJK: Final = [char for char in _list_chars("Pc", "Ps", "Pe", "Pi", "Pf", "Po") if _is_cjk(char)]
_OPENING: Final = [*_list_chars("Ps", "Pi"), *QUOTATION, *"¡¿"]

CLOSING: Final = _escape_chars(_CLOSING)
OPENING: Final = _escape_chars(_OPENING)
OPENING_BRACKETS: Final = _escape_chars([char for char in _OPENING if char not in QUOTATION])
"""Opening marks that aren't quotation marks."""
CLOSING_BRACKETS: Final = _escape_chars(_list_chars("Pe"))
CJK: Final = _escape_chars(_CJK)
"""East Asian marks that count as white space before and after a vote."""
CLOSING_NOT_CJK: Final = _escape_chars([char for char in _CLOSING if char not in _CJK])
OPENING_NOT_CJK: Final = frozenset(_OPENING) - frozenset(_CJK)
DASHES: Final = _escape_chars(_list_chars("Pd"))

PARTNERS: Final = {
    char: next(c for c in (chr(ord(char) + 1), chr(ord(char) + 2)) if c in _BY_CATEGORY["Pe"])
    for char in _BRACKETS
    if {chr(ord(char) + 1), chr(ord(char) + 2)} & {*_BY_CATEGORY["Pe"]}
}
"""The closing bracket of each opening one: it's one or two code points further in Unicode."""

MARKS: Final = _escape_chars(_list_chars("Mn", "Mc", "Me")) + (
    # Beyond the first plane: whole ranges of the scripts in use that have such marks; those of
    # ancient scripts, music and SignWriting are left out.
    "\U00010a00-\U00011fff\U00016af0-\U00016b36\U00016f4f-\U00016f92\U0001e000-\U0001e94a"
    "\U000e0100-\U000e01ef"
)
"""Combining marks."""
SENTENCE_ENDS: Final = ".!?…"
"""Marks that end a sentence if what follows begins one."""
CJK_SENTENCE_ENDS: Final = "。！？"
"""Marks that end a sentence whatever follows."""
END_MARKS: Final = ".,;:!?…‥‼⁇⁈⁉‽¡¿、。，．：；！？｡､･・،؛؟۔։՞՜՝׃।॥።፣፤፥፦፧፨᠂᠃။၊៖។៕"
"""Marks at the end of a sentence or clause, in any script; not escaped."""
SENTENCE_MARKS: Final = _escape_chars(list(END_MARKS))
"""The same marks."""
QUESTION_MARKS: Final = "?？؟՞⁇⁈⁉፧⸮"

# Category Cf except ZWNJ and ZWJ, Cc except white space (a terminal may obey the others), and the
# variation selectors of emoji.
INVISIBLE: Final = (
    "\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
JOINERS: Final = "\u200c\u200d"
"""ZWNJ and ZWJ, which are part of the spelling in some scripts."""

AFTER_LETTER: Final = rf"(?:(?<=[^\W\d_])|(?<=[{MARKS}]))"
BEFORE_LETTER: Final = rf"(?=[^\W\d_]|[{MARKS}])"
"""Patterns for the position after and before a letter; combining marks count as letters."""


def is_printable(text: str) -> bool:
    """Return whether *text* contains only what is shown, or joins letters or emoji."""
    return "".join(char for char in text if char not in JOINERS).isprintable()
