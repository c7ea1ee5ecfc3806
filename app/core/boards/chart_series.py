"""The data of a chart to be drawn: lines over weeks, or bars side by side."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from app.core.boards import periods
from app.core.boards.periods import Period

WEEKS: Final = 12
"""The weeks that a line chart covers, including the current one."""
FEWEST_WEEKS: Final = 3
"""The fewest weeks worth drawing as lines; with fewer, bars are drawn."""
MOST_LINES: Final = 5
MOST_BARS: Final = 10


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A line or a bar."""

    name: str
    scores: tuple[int, ...]
    """A line has one score per tick, a bar only one."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Scores over time as lines, or side by side as bars; the leader first."""

    title: str
    span: str
    """The time it covers, in words."""
    rows: tuple[ChartRow, ...]
    ticks: tuple[str, ...] = ()
    """The dates below the lines; bars have none."""
    language: str = "en"
    """The language of its words and number format."""
    given: bool = False
    """Whether it shows points given instead of points received."""


def list_weeks(today: date, shift: int = 0) -> tuple[Period, ...]:
    """Return the twelve weeks up to that of *today*, oldest first; *shift* is as in `find_week`."""
    weeks = [periods.find_week(today, shift)]
    while len(weeks) < WEEKS and (previous := weeks[-1].find_previous()):
        weeks.append(previous)
    return tuple(reversed(weeks))


def count_empty_weeks(scores: Mapping[str, tuple[int, ...]]) -> int:
    """Return how many weeks at the beginning have no scores."""
    weeks = list(zip(*scores.values(), strict=True))
    return next((at for at, week in enumerate(weeks) if any(week)), len(weeks))


def sum_up(scores: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return the sum of each target's *scores*, highest first, leaving out sums of 0."""
    sums = {target: sum(each) for target, each in scores.items()}
    return {t: (sums[t],) for t in sorted(sums, key=lambda t: -sums[t]) if sums[t]}


def encode_chart(chart: Chart) -> bytes:
    """Return *chart* encoded as JSON, for the chart worker's process."""
    return json.dumps(asdict(chart)).encode()


def decode_chart(content: bytes) -> Chart:
    """Return the chart that `encode_chart` encoded as *content*."""
    data = json.loads(content)
    rows = tuple(ChartRow(row["name"], tuple(row["scores"])) for row in data["rows"])
    return Chart(**data | {"rows": rows, "ticks": tuple(data["ticks"])})
