"""The replies that wait in the outbox: a frozen value for each kind, and its JSON form.

A new kind takes a member of ReplyKind, a dataclass here that REPLIES lists, the code that writes
it, and a case in the renderer.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from app.core.commands.unclear import UnclearQuery
from app.core.grammar.hints import HintKind
from app.core.own_posts import BoostReply, FeedReply, RecapReply
from app.core.refusals import Refusal
from app.core.reply_body import ReplyBody, ReplyKind


@dataclass(frozen=True, slots=True)
class CountedVote:
    """One counted vote, as shown in the channel."""

    target: str
    points: int
    score: int | None = None
    """None if it isn't shown, because the person has opted out."""
    reason: str | None = None
    because: str | None = None
    was: int = 0
    """The points of a withdrawn vote, which now has none."""
    by: str | None = None
    """The giver, if not the author of the message."""
    by_workflow: bool = False
    """Whether a workflow gave it on their behalf."""
    is_cut: bool = False
    """Whether more points were written than one message may give."""
    factor: int = 1
    """The boost's factor for the message's plus points; *points* include it."""


@dataclass(frozen=True, slots=True)
class VotesReply(ReplyBody):
    """The results of a message's votes."""

    votes: tuple[CountedVote, ...] = ()

    kind: ClassVar = ReplyKind.VOTES
    joins: ClassVar = True
    only: ClassVar = "votes"


@dataclass(frozen=True, slots=True)
class RefusalNote:
    """One reason why votes don't count, with the details that its sentence names."""

    reason: Refusal
    limit: int | None = None
    """The limit at the time, for a reason that has one: in points, targets or minutes."""
    until: datetime | None = None
    """When a ban ends; None: when it's lifted."""
    is_rest: bool | None = None
    """Whether it announces that further refusals, for any reason, go unmentioned for a while."""


@dataclass(frozen=True, slots=True)
class RefusalsReply(ReplyBody):
    """Why votes of a message don't count."""

    notes: tuple[RefusalNote, ...] = ()

    kind: ClassVar = ReplyKind.REFUSALS
    only: ClassVar = "notes"


@dataclass(frozen=True, slots=True)
class ScoreReply(ReplyBody):
    """The score of a person or thing."""

    target: str
    score: int
    spelling: str = ""
    """A thing as the asker spelled it."""

    kind: ClassVar = ReplyKind.SCORE


@dataclass(frozen=True, slots=True)
class OptOutsReply(ReplyBody):
    """Which of the people named have opted out."""

    people: tuple[str, ...]

    kind: ClassVar = ReplyKind.OPT_OUTS


@dataclass(frozen=True, slots=True)
class BoardReply(ReplyBody):
    """A board, read when it's posted."""

    words: str
    """The command's words that ask for it."""
    reader: str
    shown: bool = False
    """Whether the reader shares it with everyone."""

    kind: ClassVar = ReplyKind.BOARD


@dataclass(frozen=True, slots=True)
class HelpReply(ReplyBody):
    """How to use the app."""

    kind: ClassVar = ReplyKind.HELP


@dataclass(frozen=True, slots=True)
class UnclearReply(ReplyBody):
    """A query that wasn't understood."""

    query: UnclearQuery

    kind: ClassVar = ReplyKind.UNCLEAR


@dataclass(frozen=True, slots=True)
class OfferReply(ReplyBody):
    """A question asking whom a typed name means."""

    handle: str
    offers: tuple[tuple[int, str], ...]
    """Each offer's row number, and the person offered."""

    kind: ClassVar = ReplyKind.OFFER


@dataclass(frozen=True, slots=True)
class HintReply(ReplyBody):
    """What to type instead of what somebody wrote."""

    hint: HintKind
    person: str = ""
    """The person they seem to have meant."""
    spelling: str = ""
    """The name as they typed it."""

    kind: ClassVar = ReplyKind.HINT


@dataclass(frozen=True, slots=True)
class WelcomeReply(ReplyBody):
    """How the app works in a channel, for the person who invited it."""

    decides: bool = True
    """Whether they may post the hello for everyone and change the channel's settings."""

    kind: ClassVar = ReplyKind.WELCOME


@dataclass(frozen=True, slots=True)
class HelloReply(ReplyBody):
    """How the app works in a channel, for everyone there."""

    kind: ClassVar = ReplyKind.HELLO


@dataclass(frozen=True, slots=True)
class NoticeReply(ReplyBody):
    """One vote, in a direct message to the person who got its points."""

    voter: str
    """Emptied before posting if the voter is hidden."""
    channel: str
    """Emptied before posting if the channel is private."""
    points: int
    reason: str | None = None
    because: str | None = None
    by_workflow: bool = False
    """Whether a workflow gave it on the voter's behalf."""
    factor: int = 1
    """The boost's factor, if known; *points* include it."""

    kind: ClassVar = ReplyKind.NOTICE
    joins: ClassVar = True
    is_direct: ClassVar = True


@dataclass(frozen=True, slots=True)
class FirstPointReply(ReplyBody):
    """The vote that gave a person their first point, in a direct message to them."""

    gift: NoticeReply

    kind: ClassVar = ReplyKind.FIRST_POINT
    is_direct: ClassVar = True
    only: ClassVar = "gift"  # so that edits update it like a notice


@dataclass(frozen=True, slots=True)
class DigestReply(ReplyBody):
    """A day's votes for one person, read from the ledger when the digest is sent."""

    kind: ClassVar = ReplyKind.DIGEST
    is_direct: ClassVar = True


REPLIES: Final[tuple[type[ReplyBody], ...]] = (
    VotesReply, RefusalsReply, ScoreReply, OptOutsReply, BoardReply, HelpReply, UnclearReply,
    OfferReply, HintReply, WelcomeReply, HelloReply, NoticeReply, FirstPointReply, DigestReply,
    RecapReply, FeedReply, BoostReply,
)  # fmt: skip
_BY_KIND: Final = {reply.kind: reply for reply in REPLIES}
JOINING: Final = tuple(reply.kind for reply in REPLIES if reply.joins)
"""The kinds whose replies can share one post."""
DIRECT: Final = tuple(reply.kind for reply in REPLIES if reply.is_direct)
"""The kinds that go to a person's own conversation with the app."""


def read_reply(kind: str, body: Any) -> ReplyBody:
    """Return the reply of *kind* stored as *body*; raises ValueError if it isn't one."""
    return _BY_KIND[ReplyKind(kind)].from_json(body)
