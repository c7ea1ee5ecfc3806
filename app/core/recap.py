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
"""How many are named; of others it's only said that there are more."""
MILESTONES: Final = 10


@dataclass(frozen=True, slots=True)
class Leader:
    """One of the people leading a period."""

    user: str
    points: int
    leads_again: bool = False
    """Whether they also led the previous period; then others are named first."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A reason for which somebody got points."""

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
    """A period's highlights, limited to public channels and people who aren't hidden."""

    period: Period
    receivers: tuple[Leader, ...] = ()
    givers: tuple[Leader, ...] = ()
    quotes: tuple[Quote, ...] = ()
    newcomers: tuple[str, ...] = ()
    """People who got their first point ever."""
    milestones: tuple[Reached, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything happened."""
        return bool(self.receivers or self.givers or self.quotes or self.newcomers)

    @property
    def people(self) -> Iterator[str]:
        """Everyone who is named, apart from people mentioned in reasons."""
        for leader in (*self.receivers, *self.givers):
            yield leader.user
        for quote in self.quotes:
            yield from (quote.receiver, quote.giver)
        yield from self.newcomers
        for reached in self.milestones:
            yield reached.user

    def without_standings(self) -> "Recap":
        """Return a copy for workspaces whose people don't see each other's standings."""
        return replace(self, receivers=(), givers=(), milestones=())


def name_others_first(leaders: Sequence[Leader], before: Sequence[Leader]) -> tuple[Leader, ...]:
    """Return *leaders*, moving the first one last if they also led the period *before*."""
    if not (leaders and before and leaders[0].user == before[0].user):
        return tuple(leaders)
    return (*leaders[1:], replace(leaders[0], leads_again=True))


def choose_quotes(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """Return the first few *quotes*, with each receiver, and each giver's reason, only once."""
    chosen, seen = list[Quote](), set[object]()
    for quote in quotes:
        keys: set[object] = {quote.receiver, (quote.giver, quote.reason)}
        if seen.isdisjoint(keys):
            chosen.append(quote)
            seen |= keys
    return tuple(chosen[:QUOTES])


def find_recap_period(settings: Settings, day: date) -> Period:
    """Return the period that a recap on *day* covers: the week or month before that day's."""
    if settings.recap is RecapPace.MONTHLY:
        now = periods.find_month(day)
    else:
        now = periods.find_week(day, settings.week_shift)
    return now.find_previous() or now
