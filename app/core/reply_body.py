"""What all replies have in common: a kind, and a JSON form for the outbox."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self


class ReplyKind(StrEnum):
    """A reply's kind, as its row in the outbox names it."""

    VOTES = "votes"
    REFUSALS = "refusals"
    SCORE = "score"
    OPT_OUTS = "opt_outs"
    BOARD = "board"
    HELP = "help"
    UNCLEAR = "unclear"
    OFFER = "offer"
    HINT = "hint"
    WELCOME = "welcome"
    HELLO = "hello"
    FIRST_POINT = "first_point"
    NOTICE = "notice"
    DIGEST = "digest"
    RECAP = "recap"
    FEED = "feed"
    BOOST = "boost"


@dataclass(frozen=True, slots=True)
class ReplyBody:
    """The data that a reply is rendered from."""

    kind: ClassVar[ReplyKind]
    joins: ClassVar[bool] = False
    """Whether several of them waiting for one place share a post."""
    is_direct: ClassVar[bool] = False
    """Whether it goes to a person's own conversation with the app."""

    def to_json(self) -> Any:
        """Return the JSON form that the outbox stores."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return the reply that *body* encodes; raises TypeError, ValueError or KeyError."""
        return cls(**body)
