"""What all replies have in common: a kind, and a JSON form for the outbox."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final, Self, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


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
        return encode(self)

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Return the reply that *body* encodes; raises ValueError."""
        return decode(cls, body)


def encode(value: Any) -> Any:
    """Return a dataclass as a JSON object, with only the fields that aren't None."""
    return _adapt(type(value)).dump_python(value, mode="json", exclude_none=True)


def decode(kind: type[T], value: Any) -> T:
    """Return the dataclass of *kind* that `encode` returned as *value*; raises ValueError."""
    adapter: TypeAdapter[T] = _adapt(kind)
    return adapter.validate_python(value)


_ADAPTERS: Final[dict[Any, TypeAdapter[Any]]] = {}


def _adapt(kind: Any) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
