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
class ChartLine:
    """One score over time."""

    name: str
    scores: tuple[int, ...]
    """One for each tick of the chart."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """Scores over time, the leader first."""

    title: str
    span: str
    """What time it covers, in words."""
    ticks: tuple[str, ...]
    lines: tuple[ChartLine, ...]
    language: str = "en"
    """What its words are in, and its numbers are written for."""


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One score."""

    name: str
    score: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """Scores side by side, the leader first."""

    title: str
    span: str
    """What time it covers, in words."""
    bars: tuple[ChartBar, ...]
    language: str = "en"
    """What its words are in, and its numbers are written for."""


Chart = LineChart | BarChart


def list_weeks(today: date, shift: int = 0) -> tuple[Period, ...]:
    """Return the week of *today* and those before it, twelve in all, the oldest first.

    They begin *shift* days before Monday.
    """
    found = [periods.find_week(today, shift)]
    while len(found) < WEEKS and (before := found[-1].find_previous()):
        found.append(before)
    return tuple(reversed(found))


def collect_scores(
    scores: Mapping[tuple[str, str], int], boards: Sequence[str], targets: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    """Return the scores of each of *targets* on each of *boards*, 0 where it has none."""
    return {t: tuple(scores.get((board, t), 0) for board in boards) for t in targets}


def encode_chart(chart: Chart) -> bytes:
    """Return *chart* as bytes, for another process."""
    return json.dumps(asdict(chart)).encode()


def decode_chart(content: bytes) -> Chart:
    """Return the chart that `encode_chart` gave as *content*."""
    told = json.loads(content)
    title, span, language = told["title"], told["span"], told["language"]
    if "bars" in told:
        return BarChart(title, span, tuple(ChartBar(**bar) for bar in told["bars"]), language)
    lines = tuple(ChartLine(line["name"], tuple(line["scores"])) for line in told["lines"])
    return LineChart(title, span, tuple(told["ticks"]), lines, language)
