"""Reads what follows an operator: a reason, or what joins one vote to the next.

Rules: GRAMMAR.md, section 4, and the end of section 3.
"""

import re
from typing import Final, NamedTuple

from app.core.grammar.operators import CLOSING
from app.core.grammar.tokens import EMOJI, Atoms

MAX_REASON: Final = 200

_AND: Final = r"\b(?i:and)\b"
_CLOSED: Final = re.compile(rf"[\s{CLOSING}]*+")
_EMOJI: Final = re.compile(rf"[\s{CLOSING}]*+[\s{EMOJI}]*+")
_JOINED: Final = re.compile(rf"(?:[\s{CLOSING}&]|{_AND})*")
_LED: Final = re.compile(rf"(?:[\s{CLOSING}&{EMOJI}]|{_AND})*")
_REASON: Final = re.compile(
    rf"[\s{CLOSING}]*+(?P<because>for|because|cause|cuz|coz|as|since|due\s+to)\s++(?=\S)",
    re.IGNORECASE,
)
_HALF_MENTION: Final = re.compile(r"<[@#!][A-Za-z0-9^]*$")


class Reason(NamedTuple):
    """A reason and the word that led to it, as typed."""

    text: str | None
    because: str | None

    def __bool__(self) -> bool:
        """Tell whether a reason was given."""
        return self.text is not None


NO_REASON: Final = Reason(None, None)


def read_typed_reason(text: str) -> Reason:
    """Return the reason that *text* is, where only a reason is asked for."""
    match = _REASON.match(text)
    said = _shorten((text[match.end() :] if match else text).strip())
    if not said:
        return NO_REASON
    return Reason(said, " ".join(match["because"].lower().split()) if match else None)


def read_reason(line: str, end: int, following: int | None, atoms: Atoms) -> Reason:
    """Return the reason that follows the operator ending at *end*.

    It ends where the next vote's target begins, at *following*; None: at the end of the line.
    """
    match = _REASON.match(line, end)
    if match is None:
        return NO_REASON
    text = _shorten(atoms.expand(line[match.end() : following]).strip())
    return Reason(text, " ".join(match["because"].lower().split())) if text else NO_REASON


def _shorten(text: str) -> str:
    """Return at most 200 characters of *text*, the last mention whole or left out."""
    if len(text) <= MAX_REASON:
        return text
    return _HALF_MENTION.sub("", text[:MAX_REASON]).strip()


def is_only_closing(line: str, start: int) -> bool:
    """Tell whether nothing but closing marks is left on *line*."""
    return _CLOSED.fullmatch(line, start) is not None


def is_only_emoji(line: str, start: int, end: int) -> bool:
    """Tell whether closing marks, then emoji, are all that stands between *start* and *end*."""
    return _EMOJI.fullmatch(line, start, end) is not None


def is_only_joining(line: str, start: int, end: int, *, emoji: bool = False) -> bool:
    """Tell whether what stands between two votes joins them: marks, `and` or `&`."""
    return (_LED if emoji else _JOINED).fullmatch(line, start, end) is not None
