"""The vote: what the parser finds, the rules judge and the store keeps."""

import unicodedata
from dataclasses import dataclass, field
from typing import Final

GROUP: Final = "group:"
THING: Final = "thing:"

_ALIKE: Final = str.maketrans("’‘‐‑", "''--")
"""What phones and typesetting make of the apostrophe and the hyphen."""

# A key stands in indexes, whose rows PostgreSQL holds to about 2,700 bytes.
MAX_KEY_BYTES: Final = 2000


@dataclass(frozen=True, slots=True)
class Vote:
    """Points for one target, with the reason that was given."""

    target: str
    """A Slack user id, `thing:` and the thing's key, or (before expansion) `group:` and its id."""
    points: int
    reason: str | None = None
    because: str | None = None
    """The word that led to the reason, as typed: `for`, `because`, …"""
    spelling: str = ""
    """How a thing was written, for showing it; empty for people."""
    handle: str = ""
    """What a thing was typed as, casefolded, where it may be meant for a person."""
    has_at: bool = field(default=False, compare=False)
    """Whether it was typed after an @."""
    is_cut: bool = field(default=False, compare=False)
    """Whether more points were written than one message may give."""
    joins_thread: bool = field(default=False, compare=False)
    """Whether it is an operator alone in a thread: a vote for whoever began it, or, where that
    first message gave points itself, for those who got them."""


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """What a message says in the grammar's terms: its votes, or the score it asks for."""

    votes: tuple[Vote, ...] = ()
    query: str | None = None
    """The target whose score the whole message asks for (`@bob==`)."""
    spelling: str = ""
    """How the query's thing was written."""
    asks_bare: bool = False
    """Whether the query's thing is a bare word, which may be no question at all."""

    @property
    def joining(self) -> Vote | None:
        """The operator that the whole message is, alone in a thread."""
        return next((vote for vote in self.votes if vote.joins_thread), None)


def build_thing_id(name: str) -> str | None:
    """Return the target id of the thing called *name*, or None when it cannot be a key.

    The key is NFC, casefolded, with white space folded and one kind of apostrophe and of hyphen
    (docs/use/grammar.md).
    """
    key = " ".join(_normalize(_normalize(name).casefold()).translate(_ALIKE).split())
    return THING + key if key and len(key.encode()) <= MAX_KEY_BYTES else None


def _normalize(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def is_thing(target: str) -> bool:
    """Tell whether *target* is a thing, not a person."""
    return target.startswith(THING)
