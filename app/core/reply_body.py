"""What every reply has in common: its kind, and how it stands in the outbox."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self


class ReplyKind(StrEnum):
    """What a reply tells of: the word that its row in the outbox has."""

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
    """What a reply is worded from."""

    kind: ClassVar[ReplyKind]
    joins: ClassVar[bool] = False
    """Whether several that wait in one place are put into one post."""
    is_direct: ClassVar[bool] = False
    """Whether it stands in somebody's own conversation with the app."""

    def to_json(self) -> Any:
        """Return it as it stands in the outbox."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return what *body* tells; raises TypeError or ValueError where it does not fit."""
        return cls(**body)
