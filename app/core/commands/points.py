"""Parses the points after a target, and the reason: `2 for the release`.

A number ends the way it does after `+=` in a message. Text that begins with a number or a sign, but
is neither points nor a reason, is ambiguous and gives nothing.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from app.core.commands.karma import split_words
from app.core.grammar.characters import CLOSING_BRACKETS, QUOTATION, SENTENCE_MARKS
from app.core.grammar.tokens import EMOJI, GROUP, USER
from app.core.grammar.words import GrammarWords, build_alternatives

NUMBERS: Final = {
    "a": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    "ein": "1", "einen": "1", "zwei": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6",
    "sieben": "7", "acht": "8", "neun": "9", "zehn": "10",
}  # fmt: skip
UNIT: Final = r"(?:points?|pts?|punkte?n?|pkte?|karma)(?![\w-])"
"""The pattern of a word for points."""
_MARKS: Final = f"[{SENTENCE_MARKS}{CLOSING_BRACKETS}{QUOTATION}]"
END: Final = rf"{_MARKS}*+(?:(?=[{EMOJI}{USER}{GROUP}])|\s+|\Z)"
"""The pattern of what has to follow a number."""
_ARTICLES: Final = frozenset({"a", "ein", "einen"})
SIGNS: Final = frozenset({"plus", "minus", "x"})
_DASHES: Final = frozenset("-–")
"""Dashes that may introduce a reason if they stand alone."""

_UNIT: Final = re.compile(rf"{UNIT}[,;:.!]*\s*", re.IGNORECASE)
EACH: Final = r"(?:each|apiece|je|jeweils)(?![\w-])"
"""The pattern of a word saying that each target gets that many points."""
_NUMBER: Final = rf"(?:[+-]?[0-9]{{1,9}}|{'|'.join(NUMBERS)})"
_EACH_FIRST: Final = re.compile(
    rf"{EACH}\s+(?={_NUMBER}{END}(?P<rest>.*))", re.IGNORECASE | re.DOTALL
)
_EACH_AFTER: Final = re.compile(
    rf"{EACH}(?P<mark>[,;:.!]*)\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_TO: Final = r"(?:to|for|an|für)\s+"
_MORE: Final = re.compile(
    rf"[,;&+\s]*(?:[0-9]+\s+(?:{UNIT}\s+)?(?:{_TO})?"
    rf"|(?:{'|'.join(NUMBERS.keys() - _ARTICLES)})\s+(?:{UNIT}\s+)?{_TO})"
    rf"[{USER}{GROUP}{EMOJI}]",
    re.IGNORECASE,
)
"""Points for another target: `3 to @carol`."""
_ADDRESS: Final = re.compile(r"\A[,;:]*(?:\s+|(?=[+-]?\d))")
_COUNT: Final = re.compile(rf"(?P<sign>[+-]?)(?P<points>[0-9]{{1,9}}){END}", re.ASCII)
_COUNT_WORD: Final = re.compile(rf"(?P<points>{'|'.join(NUMBERS)}){END}", re.IGNORECASE)
_FRACTION: Final = re.compile(r"[+-]?[0-9]*[.,][0-9]+", re.ASCII)
_OPERATOR: Final = re.compile(rf"[+±—−]|--|-?=[\s\d=]|[-–]{_MARKS}*\Z")
_DASH: Final = re.compile(r"\A[-–—]\s+")
_WORD: Final = re.compile(r"[0-9]+:[0-9]\w*|\w+")
_EMOJI: Final = re.compile(f"[{EMOJI}]")
_ENDED: Final = re.compile(rf"{_MARKS}\Z")
_NUMERALS: Final = frozenset({"Nd", "Nl", "No"})
_QUANTITY: Final = (
    r"half|quarter|zero|nil|no|few|several|many|all|more|max|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|(?:hundred|thousand|million|dozen|couple|lot|ton)s?|my|of|and"
    r"|halb(?:e[nrs]?)?|viertel|null|keine?n?|elf|zwölf|dutzend|paar|einige|mehrere|viele|alle"
    r"|mehr|anderthalb|eineinhalb|und|von|meine|\w*(?:zehn|zig|ßig|hundert|tausend)"
    rf"|[0-9]+(?:[.,/][0-9]+)?|[½⅓⅔¼¾]|{'|'.join(NUMBERS)}"
)
_QUANTITIES: Final = re.compile(
    rf"(?>(?:{_QUANTITY})(?:\s+|-))+{UNIT}(?:\s+{EACH})?(?P<end>[,;:.!–—-]*)\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""Points in words that aren't numbers here: `half a point`, `twenty points`, `no points`."""
_PART: Final = re.compile(r"(?:of|von)\s", re.IGNORECASE)
"""The beginning of what a number of points is a part of: `3 of my points`."""
_FURTHER: Final = re.compile(rf"\A(?:more|mehr|weitere)\s+(?={UNIT})", re.IGNORECASE)
_FACTORS: Final = frozenset({"", "x", "k", "p", "pt", "pts"})
"""Letters that may be attached to a number: `2x`, `10k`."""
_SIGNED: Final = re.compile(r"[-–][0-9]")
_JOINING_MARKS: Final = re.compile(r"[,;&]")


@dataclass(frozen=True, slots=True)
class Points:
    """The number of points, and the reason given."""

    sign: str
    count: str
    reason: str


def read_points(text: str, words: GrammarWords) -> Points | None:
    """Parse points (1 by default) and reason; None if a leading number or sign is ambiguous."""
    text = _drop_leading_each(_ADDRESS.sub("", text, 1), words)
    if _gives_others(text, words):
        return None
    if count := _COUNT.match(text):
        reason = _DASH.sub("", _drop_units(text[count.end() :], words), 1)
        if _continues_points(reason, words):
            return None
        return Points(count["sign"] or "+", count["points"], reason)
    if word := _read_word(text, words):
        return word
    reason = _drop_unit(text)
    if any(_OPERATOR.match(one) or begins_with_number(one, words) for one in (text, reason)):
        return None
    return None if _is_quantity(text, words) else Points("+", "1", _DASH.sub("", reason, 1))


def _continues_points(text: str, words: GrammarWords) -> bool:
    """Return whether *text*, which follows a number, is more about points: `and a half points`."""
    if is_number(text) or (_is_quantity(text, words) and not _PART.match(text)):
        return True
    return _lists_others(text, words) and not begins_reason(text, words)


def _gives_others(text: str, words: GrammarWords) -> bool:
    """Return whether *text* continues with points for another target: `2 and 3 to @carol`."""
    number = _COUNT.match(text) or _COUNT_WORD.match(text)
    rest = _drop_units(text[number.end() :], words) if number else ""
    joiner = re.match(rf"{build_alternatives(words.joiners)}(?!\w)", rest)
    return bool(_MORE.match(rest[joiner.end() :] if joiner else rest))


def _lists_others(text: str, words: GrammarWords) -> bool:
    """Return whether *text* may list further targets and points: `postgres 3`, even `sprint 3`."""
    words_of_text = split_words(_JOINING_MARKS.sub(" ", text))
    tokens = [word for word in words_of_text if word.casefold() not in words.joiners]
    numbers = tokens[1::2] if len(tokens) % 2 == 0 else tokens
    return bool(tokens) and all(map(_COUNT.fullmatch, numbers))


def begins_reason(text: str, words: GrammarWords) -> bool:
    """Return whether *text* begins with a reason word."""
    return bool(re.match(rf"{build_alternatives(words.reasons)}(?!\w)", text))


def _read_word(text: str, words: GrammarWords) -> Points | None:
    """Parse points if *text* begins with a number in words: `two`, `two points`; else None."""
    if not (count := _COUNT_WORD.match(text)):
        return None
    after = text[count.end() :]
    reason = _drop_units(after, words)
    if _WORD.search(after) and reason == after and not begins_reason(reason, words):
        return None
    return Points("+", NUMBERS[count["points"].casefold()], _DASH.sub("", reason, 1))


def _is_quantity(text: str, words: GrammarWords) -> bool:
    """Return whether *text* is a quantity of points that no number says: `half a point`."""
    quantity = _QUANTITIES.match(text)
    return bool(quantity and (quantity["end"] or _ends_points(quantity["rest"], words)))


def _drop_unit(text: str) -> str:
    """Return *text* without a leading word for points."""
    unit = _UNIT.match(text)
    return text[unit.end() :] if unit else text


def _drop_units(text: str, words: GrammarWords) -> str:
    """Return *text*, which follows a number, without a leading `points each` or `more points`."""
    text = _drop_unit(_FURTHER.sub("", text, 1))
    each = _EACH_AFTER.match(text)
    if each and (each["mark"] or _ends_points(each["rest"], words)):
        return each["rest"]
    return text


def _drop_leading_each(text: str, words: GrammarWords) -> str:
    """Return *text* without the `each` of `each 2 points`; `each 2 weeks` is a reason."""
    each = _EACH_FIRST.match(text)
    if each and (_UNIT.match(each["rest"]) or _ends_points(each["rest"], words)):
        return text[each.end() :]
    return text


def _ends_points(rest: str, words: GrammarWords) -> bool:
    """Return whether *rest* is separate from the points before it: a reason, or no words."""
    return not _WORD.search(rest) or begins_reason(rest, words)


def begins_with_number(text: str, words: GrammarWords) -> bool:
    """Return whether *text* begins with a number that isn't part of a reason.

    `2 of us`, `- 2 great talks`, `24/7 support` and `2FA` are reasons; `(2)`, `1.5`, `-2FA` and
    `- 2 for the mess` aren't.
    """
    tokens = _EMOJI.sub(" ", text).split()
    lead = list(takewhile(lambda word: not _WORD.search(word) or word.casefold() in SIGNS, tokens))
    number, rest = [*tokens[len(lead) :], ""][0], " ".join(tokens[len(lead) + 1 :])
    if _SIGNED.match(number):
        return True
    if not (first := _WORD.search(number)) or not _is_numeral(first[0]):
        return False
    is_odd = not _DASHES.issuperset(lead) or _ENDED.search(number) or _FRACTION.fullmatch(number)
    return bool(
        is_odd
        or not rest[:1].isalnum()
        or _UNIT.match(rest)
        or begins_reason(rest, words)
        or is_number(rest)
    )


def is_number(text: str) -> bool:
    """Return whether all words of *text* are numbers, and there is at least one."""
    found = _WORD.findall(text)
    return bool(found) and all(map(_is_numeral, found))


def _is_numeral(word: str) -> bool:
    """Return whether *word* is a number, like `2x` and `x2`, but unlike `k8s` and `2FA`."""
    folded = word.casefold()
    letters = "".join(char for char in folded if unicodedata.category(char) not in _NUMERALS)
    counts = letters != folded and letters in _FACTORS
    return counts or folded in NUMBERS.keys() - _ARTICLES
