"""Replies that the app posts on its own: recaps, the feed, and boost events."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Self

from app.core.boards.periods import Period
from app.core.boosts import EVERYWHERE, Boost, BoostEvent
from app.core.reply_body import ReplyBody, ReplyKind


@dataclass(frozen=True, slots=True)
class RecapReply(ReplyBody):
    """A recap of a week or a month, whose content is read from the ledger when it's posted."""

    name: str
    first: date
    last: date

    kind: ClassVar = ReplyKind.RECAP

    @property
    def period(self) -> Period:
        """The period that the recap is about."""
        return Period(self.name, self.first, self.last)


@dataclass(frozen=True, slots=True)
class FeedReply(ReplyBody):
    """The current votes of a message in another channel."""

    giver: str
    """Empty for a hidden person."""
    channel: str
    votes: tuple[tuple[str, int, str | None], ...] = ()
    """The target, points and reason of each vote; empty if all were taken back."""
    factor: int = 1
    """The factor that a boost multiplied its points by."""

    kind: ClassVar = ReplyKind.FEED
    joins: ClassVar = True

    def rename(self, resolve: Callable[[str], str]) -> Self:
        """Return a copy with each person and thing replaced by what *resolve* returns for it."""
        votes = tuple((resolve(target), points, reason) for target, points, reason in self.votes)
        return replace(self, giver=resolve(self.giver), votes=votes)

    def without(self, hidden: Collection[str]) -> Self:
        """Return a copy without votes for *hidden* targets, and with a hidden giver left empty."""
        votes = tuple(vote for vote in self.votes if vote[0] not in hidden)
        return replace(self, giver="" if self.giver in hidden else self.giver, votes=votes)


@dataclass(frozen=True, slots=True)
class BoostReply(ReplyBody):
    """An event of a boost, as posted in its channel."""

    event: BoostEvent
    factor: int
    name: str
    everywhere: bool
    """Whether the boost is for the whole workspace."""
    ends_at: datetime
    minutes: int
    """Minutes left, rounded up; of a paused boost, those it will run once resumed."""

    kind: ClassVar = ReplyKind.BOOST

    @classmethod
    def create(cls, event: BoostEvent, boost: Boost, now: datetime) -> Self:
        """Return the reply announcing *event* of *boost*, as the boost is at *now*."""
        minutes = -(-boost.compute_left(now).total_seconds() // 60)
        everywhere = boost.channel == EVERYWHERE
        return cls(event, boost.factor, boost.name, everywhere, boost.ends_at, int(minutes))
