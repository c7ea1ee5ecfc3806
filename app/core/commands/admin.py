"""Reads what admins type after `/karma adjust`, `merge`, `unmerge`, `ban`, `unban` and `audit`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.commands.karma import Target, split, target_of
from app.core.grammar import mrkdwn
from app.core.grammar.reasons import reason_at
from app.core.grammar.tokens import Atoms
from app.core.vote import is_thing

MOST_POINTS: Final = 1_000_000
"""The points that one adjustment gives or takes."""
LONGEST_BAN: Final = timedelta(days=3650)
ACTS: Final = 10
MOST_ACTS: Final = 50
"""The acts that `/karma audit` shows at once."""

_POINTS: Final = re.compile(r"([+\-−–])([0-9]{1,18})", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_SPAN: Final = re.compile(
    r"(?:for\s+)?(?P<many>[0-9]{1,6}|an?)\s*(?P<unit>h|hours?|d|days?|w|weeks?)",
    re.IGNORECASE | re.ASCII,
)
_HOURS: Final = {"h": 1, "d": 24, "w": 168}


class Misread(StrEnum):
    """What is wrong with what was typed; each is told with an example."""

    ADJUST = "adjust"
    POINTS = "points"
    """Beyond the limit, or none."""
    MERGE = "merge"
    MIXED = "mixed"
    """A person and a thing."""
    ITSELF = "itself"
    UNMERGE = "unmerge"
    BAN = "ban"
    SPAN = "span"
    """Longer than a ban can be, or no time at all."""
    UNBAN = "unban"
    AUDIT = "audit"


class Unfit(StrEnum):
    """Why an act that was understood is not done."""

    OPTED_OUT = "opted_out"
    TOO_MUCH = "too_much"
    """The score would be more than can be counted."""
    ALREADY = "already"
    """It is merged into another."""
    ELSEWHERE = "elsewhere"
    """What it is to be merged into, or was, is itself merged into another."""
    NOT_MERGED = "not_merged"
    TOO_LONG = "too_long"
    """The names do not fit into a form."""
    YOURSELF = "yourself"
    AN_ADMIN = "an_admin"
    UNCHECKED = "unchecked"
    """Slack did not say whether somebody is an admin."""
    NOT_BANNED = "not_banned"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Somebody typed as `@name`, of whom Slack did not say who that is."""

    handle: str


@dataclass(frozen=True, slots=True)
class Adjust:
    """Give or take points by hand."""

    target: Target
    points: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Let the points of one be another's, and the votes for it too."""

    source: Target
    into: Target


@dataclass(frozen=True, slots=True)
class Unmerge:
    """Take a merge back."""

    target: Target


@dataclass(frozen=True, slots=True)
class Ban:
    """Let somebody's votes not count, for some time or until it is lifted."""

    user: str
    span: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unban:
    """Let somebody's votes count again."""

    user: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Show the last acts, of everybody or about one."""

    count: int = ACTS
    target: Target | None = None


def adjust(typed: str) -> Adjust | Unknown | Misread:
    """Read `@bob +5 because …`: whom or what, the points with their sign, and maybe a reason."""
    text, atoms = _read(typed)
    words = split(text)
    at = next((i for i, word in enumerate(words) if i and _POINTS.fullmatch(word)), 0)
    if not at:
        return Misread.ADJUST
    target = _target(words[:at], atoms)
    after = " ".join(words[at + 1 :])
    reason = _reason(after, atoms)
    if not isinstance(target, Target) or (after and not reason):
        return target if isinstance(target, Unknown) else Misread.ADJUST
    points = _signed(words[at])
    return Adjust(target, points, reason) if 0 < abs(points) <= MOST_POINTS else Misread.POINTS


def merge(typed: str) -> Merge | Unknown | Misread:
    """Read `A into B`: two people or two things."""
    text, atoms = _read(typed)
    words = split(text)
    at = next((i for i, word in enumerate(words) if word.casefold() == "into"), 0)
    source, into = _target(words[:at], atoms), _target(words[at + 1 :], atoms)
    for side in (source, into):
        if isinstance(side, Unknown):
            return side
    if not (at and isinstance(source, Target) and isinstance(into, Target)):
        return Misread.MERGE
    if is_thing(source.id) is not is_thing(into.id):
        return Misread.MIXED
    return Merge(source, into) if source.id != into.id else Misread.ITSELF


def unmerge(typed: str) -> Unmerge | Unknown | Misread:
    """Read `A`: a person or a thing."""
    text, atoms = _read(typed)
    target = _target(split(text), atoms)
    if isinstance(target, Target):
        return Unmerge(target)
    return target or Misread.UNMERGE


def ban(typed: str) -> Ban | Unknown | Misread:
    """Read `@bob`, maybe with `for 7 days`; hours, days and weeks are understood."""
    text, atoms = _read(typed)
    who, _, rest = text.partition(" ")
    target = _target([who], atoms) if who else None
    if not isinstance(target, Target) or is_thing(target.id):
        return target if isinstance(target, Unknown) else Misread.BAN
    if not rest:
        return Ban(target.id)
    match = _SPAN.fullmatch(rest)
    if match is None:
        return Misread.BAN
    span = _span(match)
    return Ban(target.id, span) if timedelta() < span <= LONGEST_BAN else Misread.SPAN


def unban(typed: str) -> Unban | Unknown | Misread:
    """Read `@bob`."""
    text, atoms = _read(typed)
    target = _target(split(text), atoms)
    if isinstance(target, Target) and not is_thing(target.id):
        return Unban(target.id)
    return target if isinstance(target, Unknown) else Misread.UNBAN


def audit(typed: str) -> Audit | Unknown | Misread:
    """Read nothing, or how many acts, or about whom or what, in any order."""
    text, atoms = _read(typed)
    words = split(text)
    counts = [word for word in words if _COUNT.fullmatch(word)]
    named = [word for word in words if not _COUNT.fullmatch(word)]
    count = int(counts[0]) if counts else ACTS
    if len(counts) > 1 or not 1 <= count <= MOST_ACTS:
        return Misread.AUDIT
    if not named:
        return Audit(count)
    target = _target(named, atoms)
    if isinstance(target, Target):
        return Audit(count, target)
    return target or Misread.AUDIT


def _read(typed: str) -> tuple[str, Atoms]:
    lines = mrkdwn.read(typed)
    return " ".join(" ".join(lines.lines).split()), lines.atoms


def _target(words: Sequence[str], atoms: Atoms) -> Target | Unknown | None:
    """Return whom or what *words* name; several without quotation marks are one thing."""
    target = target_of(" ".join(words), atoms) if words else None
    return Unknown(target.spelling) if target and target.handle else target


def _reason(after: str, atoms: Atoms) -> str | None:
    reason = reason_at(after, 0, None, atoms)
    text = reason.text
    return text.removeprefix("of ") if text and reason.because == "because" else text


def _signed(word: str) -> int:
    match = _POINTS.fullmatch(word)
    return 0 if match is None else int(match[2]) * (1 if match[1] == "+" else -1)


def _span(match: re.Match[str]) -> timedelta:
    many = int(match["many"]) if match["many"].isdigit() else 1
    return timedelta(hours=many * _HOURS[match["unit"][0].lower()])
