"""What waits to be said: a frozen value for each kind of reply, and how it stands in the outbox.

A new kind is a word of ReplyKind, a dataclass here that REPLIES lists, whoever writes it, and the
case of the renderer that puts it into words.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Self

from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.core.grammar.hints import HintKind
from app.core.own_posts import BoostReply, FeedReply, RecapReply
from app.core.refusals import Refusal
from app.core.reply_body import ReplyBody, ReplyKind


@dataclass(frozen=True, slots=True)
class CountedVote:
    """One counted vote, as it is told in the channel."""

    target: str
    points: int
    score: int
    reason: str | None = None
    because: str | None = None
    was: int = 0
    """The points of a vote that was withdrawn; it has none any more."""
    by: str | None = None
    """Who gave it, where that is not whoever wrote the message."""
    by_workflow: bool = False
    """Whether a workflow gave it in their name."""
    is_cut: bool = False
    """Whether more points were written than one message may give."""
    factor: int = 1
    """By what a boost multiplied plus points of its message; *points* are multiplied already."""


@dataclass(frozen=True, slots=True)
class VotesReply(ReplyBody):
    """What the votes of a message came to."""

    votes: tuple[CountedVote, ...] = ()

    kind: ClassVar = ReplyKind.VOTES
    joins: ClassVar = True

    def to_json(self) -> Any:
        """Return a list with an object for each vote."""
        return [asdict(vote) for vote in self.votes]

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return the votes that *body* lists."""
        return cls(tuple(CountedVote(**vote) for vote in body))


@dataclass(frozen=True, slots=True)
class RefusalNote:
    """One reason why votes do not count, with what its sentence has to name."""

    reason: Refusal
    limit: int | None = None
    """The limit in force then, for a reason that is one."""
    until: str | None = None
    """When a ban ends, in ISO 8601; None: when it is lifted."""
    is_rest: bool | None = None
    """Whether it stands for all that follows for a while, whatever the reasons."""
    targets: tuple[str, ...] | None = None
    """Those for whom they were, for a reason that lies with them alone."""

    def to_json(self) -> dict[str, Any]:
        """Return it as an object that names only what it has."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, note: Mapping[str, Any]) -> Self:
        """Return the reason that *note* names, as `to_json` has it."""
        of = dict(note) | {"reason": Refusal(note["reason"])}
        return cls(**of | ({"targets": tuple(note["targets"])} if "targets" in note else {}))


@dataclass(frozen=True, slots=True)
class RefusalsReply(ReplyBody):
    """Why votes of a message do not count."""

    notes: tuple[RefusalNote, ...] = ()

    kind: ClassVar = ReplyKind.REFUSALS

    def to_json(self) -> Any:
        """Return a list with an object for each reason."""
        return [note.to_json() for note in self.notes]

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return the reasons that *body* lists."""
        return cls(tuple(RefusalNote.from_json(note) for note in body))


@dataclass(frozen=True, slots=True)
class ScoreReply(ReplyBody):
    """What somebody or something has."""

    target: str
    score: int
    spelling: str = ""
    """How a thing was written by whoever asked."""

    kind: ClassVar = ReplyKind.SCORE


@dataclass(frozen=True, slots=True)
class OptOutsReply(ReplyBody):
    """Who of those named has opted out."""

    people: tuple[str, ...]

    kind: ClassVar = ReplyKind.OPT_OUTS

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return the people that *body* lists."""
        return cls(tuple(body["people"]))


@dataclass(frozen=True, slots=True)
class BoardReply(ReplyBody):
    """A board, as it is when it is posted."""

    words: str
    """What was asked for."""
    reader: str
    shown: bool = False
    """Whether the reader shows it to everybody."""

    kind: ClassVar = ReplyKind.BOARD


@dataclass(frozen=True, slots=True)
class HelpReply(ReplyBody):
    """How the app is used."""

    kind: ClassVar = ReplyKind.HELP


@dataclass(frozen=True, slots=True)
class UnclearReply(ReplyBody):
    """That what was asked for is not understood."""

    query: UnclearQuery

    kind: ClassVar = ReplyKind.UNCLEAR

    def to_json(self) -> Any:
        """Return the parts of the query."""
        return asdict(self.query)

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return what *body* says was not understood."""
        return cls(UnclearQuery(body["word"], UnclearReason(body["why"]), body["nearest"]))


@dataclass(frozen=True, slots=True)
class OfferReply(ReplyBody):
    """The question whom a typed name means."""

    handle: str
    offers: tuple[tuple[int, str], ...]
    """The number of each offer, and the person that it is of."""

    kind: ClassVar = ReplyKind.OFFER

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return the offers that *body* lists."""
        return cls(body["handle"], tuple((row, user) for row, user in body["offers"]))


@dataclass(frozen=True, slots=True)
class HintReply(ReplyBody):
    """What to type instead of what somebody wrote."""

    hint: HintKind
    person: str = ""
    """Whom they seem to have meant."""
    spelling: str = ""
    """What they typed for a name."""

    kind: ClassVar = ReplyKind.HINT

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return the hint that *body* is."""
        return cls(HintKind(body["hint"]), body["person"], body["spelling"])


@dataclass(frozen=True, slots=True)
class WelcomeReply(ReplyBody):
    """How the app works in a channel, for whoever has invited it there."""

    decides: bool = True
    """Whether they may say hello to everybody and change the channel's settings."""

    kind: ClassVar = ReplyKind.WELCOME


@dataclass(frozen=True, slots=True)
class HelloReply(ReplyBody):
    """How the app works in a channel, for everybody there."""

    kind: ClassVar = ReplyKind.HELLO


@dataclass(frozen=True, slots=True)
class NoticeReply(ReplyBody):
    """One vote, as whoever got its points is told of it directly."""

    voter: str
    """Empty, when it is told, for somebody who is not shown."""
    channel: str
    """Empty, when it is told, for a private one."""
    points: int
    reason: str | None = None
    because: str | None = None
    by_workflow: bool = False
    """Whether a workflow gave it in the voter's name."""
    factor: int = 1
    """By what a boost multiplied it, where that is known; *points* are multiplied already."""

    kind: ClassVar = ReplyKind.NOTICE
    joins: ClassVar = True
    is_direct: ClassVar = True


@dataclass(frozen=True, slots=True)
class FirstPointReply(ReplyBody):
    """The vote that gave somebody their first point, as they are told of it directly."""

    gift: NoticeReply

    kind: ClassVar = ReplyKind.FIRST_POINT
    is_direct: ClassVar = True

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return the vote that *body* tells of."""
        return cls(NoticeReply.from_json(body["gift"]))


@dataclass(frozen=True, slots=True)
class DigestReply(ReplyBody):
    """A day's votes for one person; they are read from the ledger when it is sent."""

    kind: ClassVar = ReplyKind.DIGEST
    is_direct: ClassVar = True


REPLIES: Final[tuple[type[ReplyBody], ...]] = (
    VotesReply, RefusalsReply, ScoreReply, OptOutsReply, BoardReply, HelpReply, UnclearReply,
    OfferReply, HintReply, WelcomeReply, HelloReply, NoticeReply, FirstPointReply, DigestReply,
    RecapReply, FeedReply, BoostReply,
)  # fmt: skip
_BY_KIND: Final = {reply.kind: reply for reply in REPLIES}
JOINING: Final = tuple(reply.kind for reply in REPLIES if reply.joins)
"""The kinds of which several are put into one post."""
DIRECT: Final = tuple(reply.kind for reply in REPLIES if reply.is_direct)
"""The kinds that stand in somebody's own conversation with the app."""


def read_reply(kind: str, body: Any) -> ReplyBody:
    """Return the reply of *kind* that *body*, of the outbox, tells.

    Raises TypeError, ValueError or KeyError where it is none.
    """
    return _BY_KIND[ReplyKind(kind)].from_json(body)
