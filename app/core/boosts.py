"""Boosts: stretches of time in which plus points count double or three times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

EVERYWHERE: Final = ""
"""The channel of a boost that is for the whole workspace."""


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

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended; one that is paused has not."""
        return self.paused_at is None and self.ends_at <= now

    def compute_left(self, now: datetime) -> timedelta:
        """Return how long it still runs, once it does."""
        return max(self.ends_at - (self.paused_at or now), timedelta())


def find_factor(boosts: Iterable[Boost], channel: str, at: datetime) -> int:
    """Return by what points are multiplied in *channel* at the moment *at*.

    Of a boost of the channel and one of the workspace the higher one counts: they do not add up.
    """
    places = (EVERYWHERE, channel)
    running = (one.factor for one in boosts if one.channel in places and one.counts_at(at))
    return max(running, default=1)
