"""Parses the admin subcommands of `/karma`: adjust, merge, unmerge, ban, unban, audit, report."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.boards import periods
from app.core.commands import command_words
from app.core.commands.karma import (
    CardTarget,
    UnclearCommand,
    read_count,
    read_target,
    read_text,
    split_words,
)
from app.core.commands.points import UNIT
from app.core.grammar.characters import END_MARKS, QUOTATION, SENTENCE_MARKS
from app.core.grammar.reasons import read_typed_reason
from app.core.grammar.tokens import Atoms
from app.core.grammar.words import GrammarWords

MOST_POINTS: Final = 1_000_000
LONGEST_BAN: Final = timedelta(days=3650)
ACTIONS: Final = 10
MOST_ACTIONS: Final = 50
"""The most actions that `/karma audit` shows at once."""

_POINTS: Final = re.compile(rf"([+-][0-9]{{1,18}})[{SENTENCE_MARKS}]*", re.ASCII)
_UNIT: Final = re.compile(UNIT, re.IGNORECASE)
_BAN_SPAN: Final = re.compile(
    r"\s(?:(?:for|für)\s+(?:an?|eine[nr]?)\s|(?:(?:for|für)\s+)?(?P<many>[0-9]{1,6}))\s*"
    r"(?P<unit>h|hrs?|hours?|std|stunden?|d|days?|tage?|w|wks?|weeks?|wochen?)"
    rf"[{SENTENCE_MARKS}]*\Z",
    re.IGNORECASE | re.ASCII,
)
_MARKS: Final = f"{END_MARKS}{QUOTATION}*_~`()"
_HOURS: Final = {"h": 1, "s": 1, "d": 24, "t": 24, "w": 168}

_EVERYBODY: Final = frozenset({"all", "last", "latest", "alle", "letzte"})
"""Words that `/karma audit` ignores, unless they are part of a name."""
_RELATIVE_MONTHS: Final = {
    "": "last-month", "last-month": "last-month", "month": "month",
}  # fmt: skip


class MisreadCommand(StrEnum):
    """What is wrong with a command; each is explained with an example."""

    ADJUST = "adjust"
    POINTS = "points"
    """The points are 0 or beyond the limit."""
    MERGE = "merge"
    MIXED = "mixed"
    """One is a person, the other a thing."""
    ITSELF = "itself"
    UNMERGE = "unmerge"
    BAN = "ban"
    SPAN = "span"
    """The ban would be too long, or have no length."""
    UNBAN = "unban"
    AUDIT = "audit"


class UnfitCommand(StrEnum):
    """Why a well-formed command isn't carried out."""

    OPTED_OUT = "opted_out"
    LEFT = "left"
    """Boards wouldn't show the person: the account with all points has left."""
    TOO_MUCH = "too_much"
    """The score would exceed the limit."""
    ALREADY = "already"
    """It's already merged into another target."""
    ELSEWHERE = "elsewhere"
    """The target it would be, or was, merged into is itself merged into another."""
    NOT_MERGED = "not_merged"
    TOO_LONG = "too_long"
    """The names don't fit into a form."""
    YOURSELF = "yourself"
    AN_ADMIN = "an_admin"
    UNCHECKED = "unchecked"
    """Slack didn't say whether the person is an admin."""
    NOT_BANNED = "not_banned"


@dataclass(frozen=True, slots=True)
class UnknownHandle:
    """A person typed as `@name`, which Slack didn't turn into a mention."""

    handle: str


@dataclass(frozen=True, slots=True)
class AdjustCommand:
    """A command to give or take points by hand."""

    target: CardTarget
    points: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MergeCommand:
    """A command to merge one target's points, and future votes for it, into another."""

    source: CardTarget
    into: CardTarget


@dataclass(frozen=True, slots=True)
class BanCommand:
    """A command to ban a person from voting, for some time or until it's lifted."""

    target: CardTarget
    """Whom to ban; if it's a thing, the person with that name."""
    span: timedelta | None = None
    whole: CardTarget | None = None
    """Whom to ban if the typed time is really the end of a name."""


@dataclass(frozen=True, slots=True)
class AuditCommand:
    """A command to show the last actions, all of them or those about one target."""

    count: int = ACTIONS
    target: CardTarget | None = None


def read_adjustment(
    typed: str, known: GrammarWords
) -> AdjustCommand | UnknownHandle | MisreadCommand:
    """Parse `@bob +5 because …`: a target, points with their sign, and optionally a reason.

    A reason begins with one of the *known* words.
    """
    text, atoms = read_text(typed)
    words = split_words(text)
    at = next((i for i, word in enumerate(words) if i and _POINTS.fullmatch(word)), 0)
    if not at:
        return MisreadCommand.ADJUST
    target = _read_target(words[:at], atoms)
    units = words[at + 1 : at + 2]
    after = atoms.expand(" ".join(words[at + 1 + bool(units and _UNIT.fullmatch(units[0])) :]))
    reason = _read_reason(after, known)
    if not isinstance(target, CardTarget) or (after and not reason):
        return target if isinstance(target, UnknownHandle) else MisreadCommand.ADJUST
    points = int(words[at].rstrip(END_MARKS))
    return (
        AdjustCommand(target, points, reason)
        if 0 < abs(points) <= MOST_POINTS
        else MisreadCommand.POINTS
    )


def read_merge(typed: str) -> MergeCommand | UnknownHandle | MisreadCommand:
    """Parse `A into B`: two people or two things; a bare name may mean either."""
    text, atoms = read_text(typed)
    words = split_words(text)
    at = next((i for i, word in enumerate(words) if word.casefold() == "into"), 0)
    source, into = _read_target(words[:at], atoms), _read_target(words[at + 1 :], atoms)
    for side in (source, into):
        if isinstance(side, UnknownHandle):
            return side
    if not (at and isinstance(source, CardTarget) and isinstance(into, CardTarget)):
        return MisreadCommand.MERGE
    return MergeCommand(source, into) if source.id != into.id else MisreadCommand.ITSELF


def read_named(typed: str, misread: MisreadCommand) -> CardTarget | UnknownHandle | MisreadCommand:
    """Parse `A`: a person or a thing; return *misread* if it names none."""
    text, atoms = read_text(typed)
    return _read_target(split_words(text), atoms) or misread


def read_ban(typed: str) -> BanCommand | UnknownHandle | MisreadCommand:
    """Parse `@bob`, optionally with `for 7 days`; the units are hours, days and weeks."""
    text, atoms = read_text(typed)
    match = _BAN_SPAN.search(text)
    whole = _read_target(split_words(text), atoms)
    target = _read_target(split_words(text[: match.start()]), atoms) if match else whole
    if not isinstance(target, CardTarget):
        return target or MisreadCommand.BAN
    if match is None:
        return BanCommand(target)
    span, longer = _read_span(match), whole if isinstance(whole, CardTarget) else None
    return (
        BanCommand(target, span, longer)
        if timedelta() < span <= LONGEST_BAN
        else MisreadCommand.SPAN
    )


def read_audit(typed: str) -> AuditCommand | UnknownHandle | MisreadCommand:
    """Parse an optional number of actions and an optional target, in any order."""
    text, atoms = read_text(typed)
    words = split_words(text)
    counts = [count for word in words if (count := read_count(word)) is not None]
    others = [word for word in words if read_count(word) is None]
    rest = [word for word in others if word.casefold().rstrip(END_MARKS) not in _EVERYBODY]
    count = counts[0] if counts else ACTIONS
    if len(counts) > 1 or not 1 <= count <= MOST_ACTIONS:
        return MisreadCommand.AUDIT
    if not rest:
        return AuditCommand(count)
    target = _read_target(others, atoms) or _read_target(rest, atoms)
    if isinstance(target, CardTarget):
        return AuditCommand(count, target)
    return target or MisreadCommand.AUDIT


def _read_target(words: Sequence[str], atoms: Atoms) -> CardTarget | UnknownHandle | None:
    """Return the target that *words* name; several words without quotation marks are one thing.

    Only a name in quotation marks can end with punctuation.
    """
    target = read_target(" ".join(words).rstrip(f"{END_MARKS} "), atoms)
    return UnknownHandle(target.spelling) if target and target.handle else target


def _read_reason(after: str, known: GrammarWords) -> str | None:
    text, because = read_typed_reason(after, known)
    if text is None or because is None:
        return None
    return text.removeprefix("of ") if because == "because" else text


def _read_span(match: re.Match[str]) -> timedelta:
    many = int(match["many"] or 1)
    return timedelta(hours=many * _HOURS[match["unit"][0].lower()])


def read_report(typed: str) -> str | UnclearCommand:
    """Parse `2026-10`, `october`, `october 2025`, `this month`, or nothing (last month).

    Return the span: `month`, `last-month`, `month-10`, or a month's name such as `2026-10`.
    """
    tokens = [word.strip(_MARKS) for word in typed.casefold().split()]
    words = " ".join(command_words.join_pairs(tokens))
    if words in _RELATIVE_MONTHS:
        return _RELATIVE_MONTHS[words]
    if words in command_words.MONTHS:
        return f"month-{command_words.MONTHS[words]:02}"
    month = periods.parse_period(words)
    if month and month.kind == "month":
        return month.name
    return UnclearCommand(typed, example="report 2026-10")
