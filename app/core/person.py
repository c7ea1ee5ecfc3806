"""A person as Slack describes one: what they are called, where they are, and of which kind.

Limits know people by keyed hashes, so that being forgotten renews nothing. Nobody can read a person
from one. Whoever holds the database and the key can test a guess.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MARK: Final = "~"
"""What every hash begins with, and no id of Slack's."""
_LENGTH: Final = 32


class PersonKind(StrEnum):
    """What somebody is in a workspace."""

    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    STRANGER = "stranger"
    """Somebody of another organization, in a channel that both share (Slack Connect)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as Slack last described them."""

    name: str
    handle: str | None = None
    """What is typed after an @, casefolded."""
    nickname: str | None = None
    """The display name, casefolded: it may be typed so as well."""
    time_zone: str | None = None
    """By its name in the IANA database."""
    home_team: str | None = None
    """The workspace of a stranger."""
    home_name: str | None = None
    """What that is called, where Slack has said."""
    kind: PersonKind = PersonKind.MEMBER


def derive_key(secret: str) -> bytes:
    """Return the key that *secret*, which has other uses too, gives for people alone."""
    return hmac.digest(secret.encode(), b"pptbot people", hashlib.sha256)


def hash_person(key: bytes, team: str, user: str) -> str:
    """Return what *user* of *team* is known by; what is a hash already stays as it is."""
    return user if user.startswith(MARK) else _hash(key, ("person", team, user))


def hash_message(key: bytes, parts: Iterable[str]) -> str:
    """Return what the votes of a message, which *parts* tell from all others, are known by."""
    return _hash(key, ("message", *parts))[:17]


def _hash(key: bytes, parts: Iterable[str]) -> str:
    return MARK + hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:_LENGTH]
