"""Seasons: stretches of time with boards of their own, which admins begin one after the other.

The first begins with the first vote and has no name of its own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Final

from app.core.boards import periods
from app.core.boards.periods import Period
from app.core.grammar.tokens import unescape

SPOKEN: Final = ("season", "last-season")
"""The words for a season that depend on the moment at which they are said."""
LONGEST: Final = 40
"""Characters of a season's name."""

_NUMBERED: Final = re.compile(r"season-([1-9][0-9]{0,5})")
_QUOTES: Final = '"“”„'
_SAID: Final = ("season", "saison")
_BEFORE: Final = ("last", "this", "letzte", "diese")
"""Words with which a season is not named."""
_QUOTED: Final = re.compile(
    rf"(?:^|(?<=\s))(?:{'|'.join(_SAID)})\s+[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]"
)
_MOST_WORDS: Final = 20

SeasonNumbers = Mapping[str, int]
"""The numbers of seasons by their names, folded."""


class UnfitSeason(StrEnum):
    """Why something can be no season's name."""

    EMPTY = "empty"
    LONG = "long"
    NUMBER = "number"
    """It would be taken for a season's number."""
    MARKS = "marks"
    """It holds quotation marks, mentions or what nobody sees."""
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Season:
    """A stretch of time with boards of its own."""

    number: int
    name: str = ""
    begins_at: datetime | None = None
    """None: with the first vote."""


FIRST: Final = Season(1)


class UnknownSeasonError(Exception):
    """There is no season that is called so."""


def fold_name(name: str) -> str:
    """Return *name* as names are compared."""
    return " ".join(name.split()).casefold()


def index_names(begun: Sequence[Season], first: str) -> dict[str, int]:
    """Return the names of those *begun* and of the one before them, which is called *first*."""
    return {fold_name(first): 1} | {fold_name(one.name): one.number for one in begun}


def read_name(typed: str, known: SeasonNumbers) -> str | UnfitSeason:
    """Return the name that somebody *typed*, as Slack sent it, or why it can be none."""
    text = " ".join(typed.split())
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    name = unescape(text)
    if not name:
        return UnfitSeason.EMPTY
    if len(name) > LONGEST:
        return UnfitSeason.LONG
    if re.fullmatch(r"[-+#]?\d+", name):
        return UnfitSeason.NUMBER
    if "<" in text or not name.isprintable() or any(mark in name for mark in _QUOTES):
        return UnfitSeason.MARKS
    return UnfitSeason.TAKEN if fold_name(name) in known else name


def split_words(text: str, known: SeasonNumbers) -> list[str]:
    """Return the words of *text*, those that name a season as one: `season-2`.

    Raises UnknownSeasonError where one is named that is not there.
    """
    quoted = _QUOTED.sub(lambda match: f"{_number_season(match[1], known)} ", text)
    words, found = quoted.split(maxsplit=_MOST_WORDS), list[str]()
    while words:
        word = words.pop(0)
        named = word in _SAID and (not found or found[-1] not in _BEFORE)
        if named and (said := _find_longest_name(words, known)):
            word = _number_season(" ".join(said), known)
            del words[: len(said)]
        found.append(word)
    return found


def _find_longest_name(words: Sequence[str], known: SeasonNumbers) -> Sequence[str]:
    """Return the first of *words* that are a season's name or number, as many as can be."""
    for count in range(len(words), 0, -1):
        if fold_name(unescape(" ".join(words[:count]))) in known:
            return words[:count]
    return words[:1] if words and words[0].isdecimal() else ()


def _number_season(name: str, known: SeasonNumbers) -> str:
    called = fold_name(unescape(name))
    number = known.get(called) or (int(called[:LONGEST]) if called.isdecimal() else 0)
    if number not in {1, *known.values()}:
        raise UnknownSeasonError(called)
    return f"season-{number}"


def is_span(word: str) -> bool:
    """Tell whether *word* is one that `split_words` gives for a season, or one of SPOKEN."""
    return word in SPOKEN or bool(_NUMBERED.fullmatch(word))


def resolve_span(span: str, begun: Sequence[Season], zone: tzinfo) -> Period | None:
    """Return the season that *span* means now, as a period; None where it is none."""
    now = begun[-1].number if begun else FIRST.number
    if match := _NUMBERED.fullmatch(span):
        return build_period(int(match[1]), begun, zone)
    if span == "season":
        return build_period(now, begun, zone)
    return build_period(now - 1, begun, zone) if span == "last-season" and now > 1 else None


def build_period(number: int, begun: Sequence[Season], zone: tzinfo) -> Period:
    """Return the season of that *number* with the days in *zone* on which it began and ended."""
    known = {one.number: one for one in (FIRST, *begun)}
    own, after = known.get(number, Season(number)), known.get(number + 1)
    first = _find_day(own, zone) or date.min
    last = (_find_day(after, zone) if after else None) or date.max
    return replace(periods.build_season(number), first=first, last=last, called=own.name)


def _find_day(season: Season, zone: tzinfo) -> date | None:
    return season.begins_at.astimezone(zone).date() if season.begins_at else None
