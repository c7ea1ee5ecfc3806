"""Keyed hashes of people: what limits know them by, so that being forgotten renews nothing.

Nobody can read a person from one. Whoever holds the database and the key can test a guess.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

MARK: Final = "~"
"""What every hash begins with, and no id of Slack's."""
_LENGTH: Final = 32


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
