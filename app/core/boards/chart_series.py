"""What a chart shows: lines over weeks or bars side by side, before anybody draws them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from app.core.boards import periods
from app.core.boards.periods import Period

WEEKS: Final = 12
"""Weeks that lines go over, the present one among them."""
MOST_LINES: Final = 5
MOST_BARS: Final = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One score over time."""

    name: str
    scores: tuple[int, ...]
    """One for each tick of the chart."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Scores over time, the leader first."""

    title: str
    span: str
    """What time it covers, in words."""
    ticks: tuple[str, ...]
    lines: tuple[Line, ...]
    language: str = "en"
    """What its words are in, and its numbers are written for."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One score."""

    name: str
    score: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Scores side by side, the leader first."""

    title: str
    span: str
    """What time it covers, in words."""
    bars: tuple[Bar, ...]
    language: str = "en"
    """What its words are in, and its numbers are written for."""


Chart = Lines | Bars


def weeks(today: date, shift: int = 0) -> tuple[Period, ...]:
    """Return the week of *today* and those before it, twelve in all, the oldest first.

    They begin *shift* days before Monday.
    """
    found = [periods.week(today, shift)]
    while len(found) < WEEKS and (before := found[-1].before()):
        found.append(before)
    return tuple(reversed(found))


def over_time(
    scores: Mapping[tuple[str, str], int], boards: Sequence[str], targets: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    """Return the scores of each of *targets* on each of *boards*, 0 where it has none."""
    return {t: tuple(scores.get((board, t), 0) for board in boards) for t in targets}


def encoded(chart: Chart) -> bytes:
    """Return *chart* as bytes, for another process."""
    return json.dumps(asdict(chart)).encode()


def decoded(content: bytes) -> Chart:
    """Return the chart that `encoded` gave as *content*."""
    told = json.loads(content)
    title, span, language = told["title"], told["span"], told["language"]
    if "bars" in told:
        return Bars(title, span, tuple(Bar(**bar) for bar in told["bars"]), language)
    lines = tuple(Line(line["name"], tuple(line["scores"])) for line in told["lines"])
    return Lines(title, span, tuple(told["ticks"]), lines, language)
