"""A benchmark's results: rows with one figure per round, a target and a verdict."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Self


class BenchError(Exception):
    """A benchmark couldn't be run; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class BenchTarget:
    """The required range of a figure, in words and as a predicate."""

    words: str
    is_met: Callable[[float], bool]
    always: bool = False
    """Whether every round must meet it, instead of the median."""

    @classmethod
    def below(cls, most: float, unit: str) -> Self:
        """Require less than *most*."""
        return cls(f"< {most:g} {unit}", lambda figure: figure < most)

    @classmethod
    def at_most(cls, most: float) -> Self:
        """Require *most* or less."""
        return cls(f"<= {most:g}", lambda figure: figure <= most)

    @classmethod
    def at_least(cls, least: float) -> Self:
        """Require *least* or more."""
        return cls(f">= {least:g}", lambda figure: figure >= least)

    @classmethod
    def exactly(cls, wanted: float, unit: str) -> Self:
        """Require exactly *wanted*, in every round."""
        return cls(f"= {wanted:,.0f} {unit}", lambda figure: figure == wanted, always=True)


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One measured quantity; *figures* holds a figure per round."""

    name: str
    what: str
    figures: Sequence[float]
    unit: str
    target: BenchTarget | None = None

    @property
    def median(self) -> str:
        """The median, with its unit."""
        return f"{format_figure(median(self.figures))} {self.unit}".strip()

    @property
    def spread(self) -> str:
        """The lowest and highest figure."""
        if len(self.figures) == 1:
            return "one round"
        return f"{format_figure(min(self.figures))}-{format_figure(max(self.figures))}"

    @property
    def verdict(self) -> str:
        """Whether the target is met; a dash if there is none."""
        if self.target is None:
            return "-"
        judged = self.figures if self.target.always else [median(self.figures)]
        return "met" if all(map(self.target.is_met, judged)) else "MISSED"


def format_figure(figure: float) -> str:
    """Return *figure* with thousands separators and at most two decimals, fewer if it's large."""
    if figure >= 100 or figure == int(figure):
        return f"{figure:,.0f}"
    return f"{figure:.2f}" if figure < 10 else f"{figure:.1f}"


def divide(ones: Iterable[float], others: Iterable[float]) -> list[float]:
    """Return the ratio of each of *ones* to its counterpart in *others*, omitting zero divisors."""
    return [one / other for one, other in zip(ones, others, strict=True) if other]


def percentile(values: Iterable[float], percent: int) -> float:
    """Return the value below which *percent* of *values* lie."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
