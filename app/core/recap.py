"""The recap of a week or a month: who got and gave most, what for, and who is new."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.core.boards import periods
from app.core.boards.periods import Period
from app.core.settings.definitions import RecapPace, Settings

LEADERS: Final = 3
QUOTES: Final = 3
NEWCOMERS: Final = 10
"""Those who are named; more are only counted."""
MILESTONES: Final = 10


@dataclass(frozen=True, slots=True)
class Leader:
    """Somebody among the first of a period."""

    user: str
    points: int
    leads_again: bool = False
    """Whether they lead as in the period before: then others are named first."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody got points for."""

    receiver: str
    giver: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone that somebody's score has reached."""

    user: str
    score: int


@dataclass(frozen=True, slots=True)
class Recap:
    """What there is to tell of a period, of public channels and of those who are shown."""

    period: Period
    receivers: tuple[Leader, ...] = ()
    givers: tuple[Leader, ...] = ()
    quotes: tuple[Quote, ...] = ()
    newcomers: tuple[str, ...] = ()
    """Those who got their first point ever."""
    milestones: tuple[Reached, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything happened."""
        return bool(self.receivers or self.givers or self.quotes or self.newcomers)

    @property
    def people(self) -> Iterator[str]:
        """Return everybody who is named, but those whom reasons mention."""
        for leader in (*self.receivers, *self.givers):
            yield leader.user
        for quote in self.quotes:
            yield from (quote.receiver, quote.giver)
        yield from self.newcomers
        for reached in self.milestones:
            yield reached.user

    def without_standings(self) -> "Recap":
        """Return what is left where people do not see each other's standing."""
        return replace(self, receivers=(), givers=(), milestones=())


def name_others_first(leaders: Sequence[Leader], before: Sequence[Leader]) -> tuple[Leader, ...]:
    """Return *leaders*, the first one last where they led the period *before* too."""
    if not (leaders and before and leaders[0].user == before[0].user):
        return tuple(leaders)
    return (*leaders[1:], replace(leaders[0], leads_again=True))


def choose_quotes(said: Iterable[Quote]) -> tuple[Quote, ...]:
    """Return the first ones of what was *said*, each person once, and each reason of a giver."""
    chosen, told = list[Quote](), set[object]()
    for quote in said:
        marks: set[object] = {quote.receiver, (quote.giver, quote.reason)}
        if told.isdisjoint(marks):
            chosen.append(quote)
            told |= marks
    return tuple(chosen[:QUOTES])


def find_recap_period(settings: Settings, day: date) -> Period:
    """Return what a recap on *day* is about: the week or month before the one of that day."""
    if settings.recap is RecapPace.MONTHLY:
        now = periods.find_month(day)
    else:
        now = periods.find_week(day, settings.week_shift)
    return now.find_previous() or now
