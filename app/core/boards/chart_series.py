"""What a chart shows: lines over weeks or bars side by side, before they are drawn."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from app.core.boards import periods
from app.core.boards.periods import Period

WEEKS: Final = 12
"""Weeks that lines go over, the present one among them."""
FEWEST_WEEKS: Final = 3
"""Weeks that make lines worth drawing; fewer are told by bars."""
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
    given: bool = False
    """Whether it is points given, not got."""


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
    given: bool = False
    """Whether it is points given, not got."""


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


def count_empty_weeks(scores: Mapping[str, tuple[int, ...]]) -> int:
    """Return for how many weeks from the first nobody has a score."""
    weeks = list(zip(*scores.values(), strict=True))
    return next((at for at, week in enumerate(weeks) if any(week)), len(weeks))


def sum_up(scores: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return the sums of *scores*, the highest first, without those of 0."""
    sums = {target: sum(each) for target, each in scores.items()}
    return {t: (sums[t],) for t in sorted(sums, key=lambda t: -sums[t]) if sums[t]}


def encode_chart(chart: Chart) -> bytes:
    """Return *chart* as bytes, for another process."""
    return json.dumps(asdict(chart)).encode()


def decode_chart(content: bytes) -> Chart:
    """Return the chart that `encode_chart` gave as *content*."""
    told = json.loads(content)
    title, span = told["title"], told["span"]
    ends = (told["language"], told["given"])
    if "bars" in told:
        return BarChart(title, span, tuple(ChartBar(**bar) for bar in told["bars"]), *ends)
    lines = tuple(ChartLine(line["name"], tuple(line["scores"])) for line in told["lines"])
    return LineChart(title, span, tuple(told["ticks"]), lines, *ends)
