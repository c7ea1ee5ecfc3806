"""Boosts: stretches of time in which plus points count double or triple."""

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
"""The channel of a boost for the whole workspace."""
FACTORS: Final = (2, 3)
SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=7)
"""The most time that a boost may have left at any moment."""
LONGEST_NAME: Final = 40
WARNINGS: Final = (15, 5)
"""The minutes before a boost's end at which its channel is warned."""


class BoostEvent(StrEnum):
    """The events of a boost that are posted in its channel."""

    BEGUN = "begun"
    EXTENDED = "extended"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDING = "ending"
    """It ends in a few minutes."""
    ENDED = "ended"


class UnfitBoost(StrEnum):
    """Why a well-formed command can't be carried out."""

    OVERLAPS = "overlaps"
    NONE_OPEN = "none_open"
    WHICH = "which"
    """Both the channel and the workspace have an open boost."""
    PAUSED = "paused"
    NOT_PAUSED = "not_paused"
    TOO_LONG = "too_long"
    NO_CHANNEL = "no_channel"
    """It was meant for this channel, but the app isn't in it."""
    UNCHECKED = "unchecked"
    """Slack didn't say whether the app is in the channel."""


@dataclass(frozen=True, slots=True)
class Boost:
    """A stretch of time in which plus points are multiplied, in one channel or everywhere."""

    number: int
    channel: str
    """Empty for the whole workspace."""
    factor: int
    name: str
    begins_at: datetime
    ends_at: datetime
    """While paused: `paused_at` plus the time left."""
    paused_at: datetime | None = None
    """None while it runs."""
    pauses: Sequence[tuple[datetime, datetime]] = ()
    """Past pauses, each as its start and end."""
    told_in: str = ""
    """The channel in which its events are posted; empty for none."""

    def counts_at(self, at: datetime) -> bool:
        """Return whether votes written at the moment *at* are multiplied."""
        if not self.begins_at <= at < self.ends_at or (self.paused_at and at >= self.paused_at):
            return False
        return not any(since <= at < until for since, until in self.pauses)

    def is_open(self, now: datetime) -> bool:
        """Return whether it hasn't ended: it's running or paused."""
        return self.paused_at is not None or now < self.ends_at

    def compute_left(self, now: datetime) -> timedelta:
        """Return the time left; of a paused boost, the time it will run once resumed."""
        return max(self.ends_at - (self.paused_at or now), timedelta())

    def extend(self, span: timedelta) -> "Boost":
        """Return this boost ending *span* later."""
        return replace(self, ends_at=self.ends_at + span)

    def pause(self, now: datetime) -> "Boost":
        """Return this boost paused: it multiplies nothing until resumed."""
        return replace(self, paused_at=max(now, self.begins_at))

    def resume(self, now: datetime) -> "Boost":
        """Return this boost running again for the time left; a clock set back changes nothing."""
        paused_at = self.paused_at or now
        pause = paused_at, max(now, paused_at)
        ends_at = self.ends_at + (pause[1] - pause[0])
        return replace(self, ends_at=ends_at, paused_at=None, pauses=(*self.pauses, pause))

    def end(self, now: datetime) -> "Boost":
        """Return this boost ended at *now*, or at the time it was paused."""
        ends_at = self.paused_at or min(max(now, self.begins_at), self.ends_at)
        return replace(self, ends_at=ends_at, paused_at=None)

    def list_timers(self, now: datetime) -> list[Timer]:
        """Return the timers due after *now*: the warnings and the end."""
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
    """A boost at one moment."""

    boost: Boost
    now: datetime


@dataclass(frozen=True, slots=True)
class BoostRefusal:
    """Why a command was refused."""

    why: UnfitBoost
    state: BoostState | None = None
    """The boost that prevents it, if any."""


class BoostTimeline:
    """All boosts a workspace ever had, by channel and start time."""

    def __init__(self, boosts: Iterable[Boost]) -> None:
        self._by_channel: dict[str, list[Boost]] = {}
        for boost in sorted(boosts, key=attrgetter("begins_at")):
            self._by_channel.setdefault(boost.channel, []).append(boost)
        self._last_ends = {
            channel: list(accumulate((one.ends_at for one in boosts_there), max))
            for channel, boosts_there in self._by_channel.items()
        }

    def find_factor(self, channel: str, at: datetime) -> int:
        """Return the factor for plus points in *channel* at the moment *at*; 1 without a boost.

        If both the channel and the workspace have a boost, the higher factor applies.
        """
        factors = (self._find_factor(place, at) for place in {EVERYWHERE, channel})
        return max(factors, default=1)

    def _find_factor(self, place: str, at: datetime) -> int:
        boosts, last_ends = self._by_channel.get(place, ()), self._last_ends.get(place, ())
        number, factor = bisect_right(boosts, at, key=attrgetter("begins_at")), 1
        # Boosts in one place don't overlap, so this checks one; two if its channel got a new id.
        while number and at < last_ends[number - 1]:
            number -= 1
            if boosts[number].counts_at(at):
                factor = max(factor, boosts[number].factor)
        return factor


def choose_boost(boosts: Sequence[Boost], channel: str, *, here: bool | None) -> Boost | UnfitBoost:
    """Return which of the open *boosts* a command in *channel* means, or why none.

    The channel's if *here* is True, the workspace's if False; if None, whichever of the two is
    open. Of two in one channel, which is possible once it got a new id, it's the older one.
    """
    channels = {None: (channel, EVERYWHERE), True: (channel,), False: (EVERYWHERE,)}[here]
    matching = [one for one in boosts if one.channel in channels]
    if not matching:
        return UnfitBoost.NONE_OPEN
    return UnfitBoost.WHICH if len({one.channel for one in matching}) > 1 else matching[0]
