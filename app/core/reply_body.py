"""What all replies have in common: a kind, and a JSON form for the outbox."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from pydantic import TypeAdapter


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

    only: ClassVar[str] = ""
    """The one field whose JSON form is the whole body, if the body isn't an object of all."""

    def to_json(self) -> Any:
        """Return the JSON form that the outbox stores."""
        body = encode(self)
        return body[self.only] if self.only else body

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return the reply that *body* encodes; raises ValueError."""
        reply: Self = _adapt(cls).validate_python({cls.only: body} if cls.only else body)
        return reply


def encode(value: Any) -> Any:
    """Return a dataclass as a JSON object, with only the fields that aren't None."""
    return _adapt(type(value)).dump_python(value, mode="json", exclude_none=True)


_ADAPTERS: Final[dict[Any, TypeAdapter[Any]]] = {}


def _adapt(kind: Any) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
