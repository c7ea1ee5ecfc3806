"""Boosts: stretches of time in which plus points count double or three times."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from operator import attrgetter
from typing import Final

from app.core.timers import Timer, TimerKind

EVERYWHERE: Final = ""
"""The channel of a boost that is for the whole workspace."""
FACTORS: Final = (2, 3)
SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=7)
"""What may be left of one at any time."""
LONGEST_NAME: Final = 40
WARNINGS: Final = (15, 5)
"""Minutes before its end at which it is told that it ends."""


class BoostEvent(StrEnum):
    """What a channel is told of a boost."""

    BEGUN = "begun"
    EXTENDED = "extended"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDING = "ending"
    """It ends in some minutes."""
    ENDED = "ended"


class UnfitBoost(StrEnum):
    """Why a command that was understood changes no boost."""

    OVERLAPS = "overlaps"
    NONE_OPEN = "none_open"
    WHICH = "which"
    """The channel has one, and the workspace too."""
    PAUSED = "paused"
    NOT_PAUSED = "not_paused"
    TOO_LONG = "too_long"
    NO_CHANNEL = "no_channel"
    """It was to be for a channel, and the app is in none here."""
    UNCHECKED = "unchecked"
    """Slack did not say whether the app is there."""


@dataclass(frozen=True, slots=True)
class Boost:
    """A stretch of time in which plus points are multiplied, in one channel or in all."""

    number: int
    channel: str
    """Empty for the whole workspace."""
    factor: int
    name: str
    begins_at: datetime
    ends_at: datetime
    """While it is paused, that is `paused_at` and the time that is left."""
    paused_at: datetime | None = None
    """None while it runs."""
    pauses: Sequence[tuple[datetime, datetime]] = ()
    """Those that are over."""
    told_in: str = ""
    """The channel that is told of it; empty for none."""

    def counts_at(self, at: datetime) -> bool:
        """Tell whether what is written at the moment *at* is multiplied."""
        if not self.begins_at <= at < self.ends_at or (self.paused_at and at >= self.paused_at):
            return False
        return not any(since <= at < until for since, until in self.pauses)

    def is_open(self, now: datetime) -> bool:
        """Tell whether it has not ended: it runs, or is paused."""
        return self.paused_at is not None or now < self.ends_at

    def compute_left(self, now: datetime) -> timedelta:
        """Return how long it still runs, once it does."""
        return max(self.ends_at - (self.paused_at or now), timedelta())

    def extend(self, span: timedelta) -> "Boost":
        """Return it as it ends that much later."""
        return replace(self, ends_at=self.ends_at + span)

    def pause(self, now: datetime) -> "Boost":
        """Return it as it counts no more, until it is resumed."""
        return replace(self, paused_at=max(now, self.begins_at))

    def resume(self, now: datetime) -> "Boost":
        """Return it as it counts again, for as long as was left; a clock set back moves nothing."""
        if self.paused_at is None:
            return self
        pause = self.paused_at, max(now, self.paused_at)
        ends_at = self.ends_at + (pause[1] - pause[0])
        return replace(self, ends_at=ends_at, paused_at=None, pauses=(*self.pauses, pause))

    def end(self, now: datetime) -> "Boost":
        """Return it as it has ended: when it was paused, if it was."""
        ends_at = self.paused_at or min(max(now, self.begins_at), self.ends_at)
        return replace(self, ends_at=ends_at, paused_at=None)

    def list_timers(self, now: datetime) -> list[Timer]:
        """Return what is due by itself after *now*: the warnings, and the end."""
        if self.paused_at or not self.is_open(now):
            return []
        before = [(minutes, self.ends_at - timedelta(minutes=minutes)) for minutes in WARNINGS]
        return [
            Timer(TimerKind.BOOST_WARNING, due_at, f"{self.number}/{minutes}")
            for minutes, due_at in before
            if due_at > now
        ] + [Timer(TimerKind.BOOST_END, self.ends_at, f"{self.number}/")]


@dataclass(frozen=True, slots=True)
class BoostState:
    """A boost as it was at one moment."""

    boost: Boost
    now: datetime


@dataclass(frozen=True, slots=True)
class BoostRefusal:
    """Why a command changes no boost."""

    why: UnfitBoost
    state: BoostState | None = None
    """The boost that is in the way."""


class BoostTimeline:
    """All boosts that a workspace ever had, by their channels and times."""

    def __init__(self, boosts: Iterable[Boost]) -> None:
        self._places: dict[str, list[Boost]] = {}
        for boost in sorted(boosts, key=attrgetter("begins_at")):
            self._places.setdefault(boost.channel, []).append(boost)
        self._last_ends = {
            channel: list(accumulate((one.ends_at for one in found), max))
            for channel, found in self._places.items()
        }

    def find_factor(self, channel: str, at: datetime) -> int:
        """Return by what points are multiplied in *channel* at the moment *at*.

        Of a boost of the channel and one of the workspace the higher one counts: they do not add
        up.
        """
        factors = (self._find_factor(place, at) for place in {EVERYWHERE, channel})
        return max(factors, default=1)

    def _find_factor(self, place: str, at: datetime) -> int:
        boosts, last_ends = self._places.get(place, ()), self._last_ends.get(place, ())
        number, factor = bisect_right(boosts, at, key=attrgetter("begins_at")), 1
        # Those of one place follow each other, so this looks at one.
        while number and at < last_ends[number - 1]:
            number -= 1
            if boosts[number].counts_at(at):
                factor = max(factor, boosts[number].factor)
        return factor


def choose_boost(
    boosts: Sequence[Boost], channel: str, *, here: bool | None = None
) -> Boost | UnfitBoost:
    """Return which of the open *boosts* is meant in *channel*.

    That of the channel if it is to be *here*, that of the workspace if not, and the only one of
    both where that was not said.
    """
    places = {None: (channel, EVERYWHERE), True: (channel,), False: (EVERYWHERE,)}[here]
    found = [one for one in boosts if one.channel in places]
    if not found:
        return UnfitBoost.NONE_OPEN
    return UnfitBoost.WHICH if len(found) > 1 else found[0]
