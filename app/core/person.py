"""A person as Slack describes one: names, time zone, home workspace and kind of account.

Limits identify people by keyed hashes, so that forgetting a person doesn't reset their limits. A
hash doesn't reveal the person, but anyone with both the database and the key can test a guess.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MARK: Final = "~"
"""The prefix of every hash; no Slack id begins with it."""
_LENGTH: Final = 32
"""Hexadecimal digits of a person's hash, 128 bits: no two people ever share one."""
_MESSAGE_LENGTH: Final = 16
"""Those of a message's hash, which only has to differ within one giver's limits."""


class PersonKind(StrEnum):
    """A person's kind of account in a workspace."""

    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    STRANGER = "stranger"
    """A person from another organization, in a shared channel (Slack Connect)."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person, as Slack last described them."""

    name: str
    handle: str | None = None
    """The name that is typed after an @, casefolded."""
    nickname: str | None = None
    """The name that Slack shows, casefolded; it may be typed after an @ as well."""
    time_zone: str | None = None
    """The name in the IANA database."""
    home_team: str | None = None
    """A stranger's own workspace."""
    home_name: str | None = None
    """That workspace's name, if Slack has given it."""
    kind: PersonKind = PersonKind.MEMBER


def derive_key(secret: str) -> bytes:
    """Return a key derived from *secret* for hashing people; the secret has other uses too."""
    return hmac.digest(secret.encode(), b"pptbot people", hashlib.sha256)


def hash_person(key: bytes, team: str, user: str) -> str:
    """Return the hash that identifies *user* of *team*; a hash is returned unchanged."""
    return user if user.startswith(MARK) else _hash(key, ("person", team, user), _LENGTH)


def hash_message(key: bytes, parts: Iterable[str]) -> str:
    """Return the hash that identifies a message's votes, which *parts* identify uniquely."""
    return _hash(key, ("message", *parts), _MESSAGE_LENGTH)


def _hash(key: bytes, parts: Iterable[str], length: int) -> str:
    return MARK + hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:length]
