"""Seasons: stretches of time with boards of their own, begun by admins one after another.

The first season begins with the first vote and has no name of its own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Final

from app.core.boards import periods
from app.core.boards.periods import Period
from app.core.grammar.characters import (
    END_MARKS,
    INVISIBLE,
    JOINERS,
    SENTENCE_MARKS,
    is_printable,
)
from app.core.grammar.tokens import unescape

RELATIVE: Final = ("season", "last-season")
"""The words for seasons relative to the current moment."""
LONGEST: Final = 40
"""The most characters of a season's name."""

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]+")
_NUMBERED: Final = re.compile(r"season-([1-9][0-9]{0,5})")
_QUOTES: Final = '"“”„'
_SEASON_WORDS: Final = ("season", "saison")
_RELATIVE_WORD: Final = re.compile(
    r"this|current|last|past|previous|(?:diese|letzte|vorige|vergangene)[mnrs]?"
)
"""A word before `season` that means no name follows."""
_QUOTED: Final = re.compile(
    rf"(?:^|(?<=\s))(?:{'|'.join(_SEASON_WORDS)})\s+[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]"
    rf"[{SENTENCE_MARKS}]*"
)
_AFTER_QUOTE: Final = re.compile(rf"(?<=[{_QUOTES}])\s*[{SENTENCE_MARKS}]+\Z")
_MOST_WORDS: Final = 20
"""How many words are compared with names; the rest of a longer text stays one."""

SeasonNumbers = Mapping[str, int]
"""The numbers of seasons by folded name."""


class UnfitSeason(StrEnum):
    """Why something can't be a season's name."""

    EMPTY = "empty"
    LONG = "long"
    NUMBER = "number"
    """It could be mistaken for a season's number."""
    MARKS = "marks"
    """It contains quotation marks, mentions or unprintable characters."""
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Season:
    """A stretch of time with boards of its own."""

    number: int
    name: str = ""
    begins_at: datetime | None = None
    """None for the first season, which begins with the first vote."""


FIRST: Final = Season(1)


class UnknownSeasonError(Exception):
    """There's no season with that name or number."""


def fold_name(name: str) -> str:
    """Return *name* in the form used to compare names, without the marks around a shown one."""
    return " ".join(_INVISIBLE.sub("", name).split()).casefold()


def says_season(name: str) -> bool:
    """Return whether *name* begins with the word season: `Season of joy`."""
    return fold_name(name).split(" ")[0] in _SEASON_WORDS


def index_names(begun: Sequence[Season], first: str) -> dict[str, int]:
    """Return the numbers of the seasons *begun*, and of season 1 called *first*, by folded name."""
    return {fold_name(first): 1} | {fold_name(one.name): one.number for one in begun}


def read_name(typed: str, known: SeasonNumbers) -> str | UnfitSeason:
    """Return the name *typed*, as Slack sent it, without its quotes; or why it can't be one."""
    text = " ".join(typed.split())
    text = _AFTER_QUOTE.sub("", text) if text[:1] in _QUOTES else text
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    name = unescape(text)
    if not fold_name(name).strip(JOINERS):
        return UnfitSeason.EMPTY
    if len(name) > LONGEST:
        return UnfitSeason.LONG
    if re.fullmatch(r"[-+#]?\d+", name):
        return UnfitSeason.NUMBER
    if "<" in text or not is_printable(name) or any(mark in name for mark in _QUOTES):
        return UnfitSeason.MARKS
    return UnfitSeason.TAKEN if fold_name(name) in known else name


def split_words(text: str, known: SeasonNumbers) -> list[str]:
    """Return the words of *text*, with words that name a season as one: `season-2`.

    Raises UnknownSeasonError for a season that doesn't exist.
    """
    quoted = _QUOTED.sub(lambda match: f"{_number_season(match[1], known)} ", text)
    words, result = quoted.split(maxsplit=_MOST_WORDS), list[str]()
    while words:
        word = words.pop(0)
        may_name = word in _SEASON_WORDS and not _RELATIVE_WORD.fullmatch("".join(result[-1:]))
        if may_name and (name_words := _find_longest_name(words, known)):
            word = _number_season(" ".join(name_words), known)
            del words[: len(name_words)]
        result.append(word)
    return result


def _find_longest_name(words: Sequence[str], known: SeasonNumbers) -> Sequence[str]:
    """Return the longest beginning of *words* that is a season's name or number, if any."""
    for count in range(len(words), 0, -1):
        if _find_named(" ".join(words[:count]), known):
            return words[:count]
    return words[:1] if words and words[0].rstrip(END_MARKS).isdecimal() else ()


def _fold_typed(name: str, known: SeasonNumbers) -> str:
    """Return *name* folded, without punctuation at its end unless a season's name has it too."""
    folded = fold_name(unescape(name))
    return folded if folded in known else folded.rstrip(END_MARKS)


def _find_named(typed: str, known: SeasonNumbers) -> int:
    """Return the number of the season that *typed*, which follows `season`, names; or 0.

    A name may include that word. A season called `Season 1` may be the second.
    """
    folded = _fold_typed(typed, known)
    names = (folded, *(f"{word} {folded}" for word in _SEASON_WORDS))
    return next((known[name] for name in names if name in known), 0)


def _number_season(name: str, known: SeasonNumbers) -> str:
    folded = _fold_typed(name, known)
    number = _find_named(name, known) or (int(folded[:LONGEST]) if folded.isdecimal() else 0)
    if number not in {1, *known.values()}:
        raise UnknownSeasonError(folded)
    return f"season-{number}"


def is_span(word: str) -> bool:
    """Return whether *word* is a season as `split_words` returns it, or one of RELATIVE."""
    return word in RELATIVE or bool(_NUMBERED.fullmatch(word))


def resolve_span(span: str, begun: Sequence[Season], zone: tzinfo) -> Period | None:
    """Return the season that *span* means now, as a period; None if it doesn't mean one."""
    current = begun[-1].number if begun else FIRST.number
    match = _NUMBERED.fullmatch(span)
    number = int(match[1]) if match else {"season": current, "last-season": current - 1}.get(span)
    return build_period(number, begun, zone) if number else None


def build_period(number: int, begun: Sequence[Season], zone: tzinfo) -> Period:
    """Return season *number* as a period, with its first and last day in *zone*."""
    known = {one.number: one for one in (FIRST, *begun)}
    own, after = known.get(number, Season(number)), known.get(number + 1)
    first = _find_day(own, zone) or date.min
    last = (_find_day(after, zone) if after else None) or date.max
    return replace(periods.build_season(number), first=first, last=last, title=own.name)


def _find_day(season: Season, zone: tzinfo) -> date | None:
    return season.begins_at.astimezone(zone).date() if season.begins_at else None
