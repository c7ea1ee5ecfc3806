"""What the app posts by itself, as it waits to be said: the recap, the feed, and boosts."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Self

from app.core.boards.periods import Period
from app.core.boosts import EVERYWHERE, Boost, BoostEvent
from app.core.reply_body import ReplyBody, ReplyKind


@dataclass(frozen=True, slots=True)
class RecapReply(ReplyBody):
    """A week or a month, as it is read from the ledger when it is posted."""

    name: str
    first: str
    last: str
    """The days of the period, in ISO 8601."""

    kind: ClassVar = ReplyKind.RECAP

    @classmethod
    def create(cls, period: Period) -> Self:
        """Return the recap of *period*."""
        return cls(period.name, period.first.isoformat(), period.last.isoformat())

    @property
    def period(self) -> Period:
        """Return what it is about."""
        return Period(self.name, date.fromisoformat(self.first), date.fromisoformat(self.last))


@dataclass(frozen=True, slots=True)
class FeedReply(ReplyBody):
    """What a message in another channel gave, as it stands."""

    giver: str
    """Empty for somebody who is shown nowhere."""
    channel: str
    votes: tuple[tuple[str, int, str | None], ...] = ()
    """The target, points and reason of each; none where all was taken back."""
    factor: int = 1
    """By what a boost multiplied its points."""

    kind: ClassVar = ReplyKind.FEED
    joins: ClassVar = True

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return what *body* tells."""
        votes = tuple((target, points, reason) for target, points, reason in body["votes"])
        return cls(body["giver"], body["channel"], votes, body.get("factor", 1))

    def rename(self, resolve: Callable[[str], str]) -> Self:
        """Return it about those whom *resolve* gives for the people and things in it."""
        votes = tuple((resolve(target), points, reason) for target, points, reason in self.votes)
        return replace(self, giver=resolve(self.giver), votes=votes)

    def without(self, hidden: Collection[str]) -> Self:
        """Return it without those who are *hidden*."""
        votes = tuple(vote for vote in self.votes if vote[0] not in hidden)
        return replace(self, giver="" if self.giver in hidden else self.giver, votes=votes)


@dataclass(frozen=True, slots=True)
class BoostReply(ReplyBody):
    """What has become of a boost, as its channel is told."""

    event: BoostEvent
    factor: int
    name: str
    everywhere: bool
    """Whether it is for the whole workspace."""
    ends_at: str
    """When it ends, in ISO 8601."""
    minutes: int
    """How long it still runs, or runs once it is resumed: each begun minute is one."""

    kind: ClassVar = ReplyKind.BOOST

    @classmethod
    def create(cls, event: BoostEvent, boost: Boost, now: datetime) -> Self:
        """Return what *event* makes of *boost*, as it is then."""
        minutes = -(-boost.compute_left(now).total_seconds() // 60)
        everywhere = boost.channel == EVERYWHERE
        ends_at = boost.ends_at.isoformat()
        return cls(event, boost.factor, boost.name, everywhere, ends_at, int(minutes))

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return what *body* tells."""
        return cls(**body | {"event": BoostEvent(body["event"])})

    @property
    def end(self) -> datetime:
        """Return when it ends."""
        return datetime.fromisoformat(self.ends_at)
