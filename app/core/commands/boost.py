"""Parses what managers type after `/karma boost`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.boosts import FACTORS, LONGEST, LONGEST_NAME, SHORTEST
from app.core.commands.karma import read_text, split_words
from app.core.grammar.characters import END_MARKS, QUOTATION, is_printable
from app.core.grammar.tokens import Atoms

_FACTOR: Final = re.compile(r"x([0-9]{1,3})|([0-9]{1,3})x", re.ASCII | re.IGNORECASE)
_SPAN: Final = re.compile(
    r"(?:([0-9]{1,6})(?:w(?:ee)?ks?|w|wochen?))?(?:([0-9]{1,6})(?:d(?:ays?)?|tage?))?"
    r"(?:([0-9]{1,6})(?:h(?:(?:ou)?rs?)?|std|stunden?))?"
    r"(?:([0-9]{1,6})m(?:in(?:ute[ns]?)?s?)?)?",
    re.ASCII | re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_HERE: Final = ("here", "hier")
_EVERYWHERE: Final = ("everywhere", "überall")
_ACTIONS: Final = {
    "stop": "end", "cancel": "end", "off": "end", "ende": "end", "beenden": "end",
    "extend": "add", "continue": "resume", "weiter": "resume", "status": "left",
}  # fmt: skip
"""Synonyms of a command's first word, which is the action."""
_FACTORS: Final = {
    "double": "x2", "doppelt": "x2", "triple": "x3", "dreifach": "x3",
}  # fmt: skip
_ONE: Final = ("a", "an", "one", "ein", "eine", "einen")
_IGNORED: Final = ("for", "für", "start", "begin")


class BoostAction(StrEnum):
    """An action on an open boost."""

    ADD = "add"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


class MisreadBoost(StrEnum):
    """What is wrong with a command; each is explained with an example."""

    SPAN = "span"
    """No length was given."""
    LENGTH = "length"
    """The length is too short or too long."""
    FACTOR = "factor"
    NAME = "name"
    """The name is too long, unprintable, or mentions somebody."""
    ALONE = "alone"
    """An action is followed by more than the place."""
    WORD = "word"


@dataclass(frozen=True, slots=True)
class UnclearBoost:
    """Why a command isn't understood."""

    why: MisreadBoost
    word: str = ""


@dataclass(frozen=True, slots=True)
class BeginBoost:
    """A command to begin a boost."""

    span: timedelta
    factor: int = 2
    name: str = ""
    here: bool = False
    """Whether the boost is for this channel only."""


@dataclass(frozen=True, slots=True)
class ChangeBoost:
    """A command to change an open boost."""

    action: BoostAction
    here: bool | None = None
    """True for the channel's boost, False for the workspace's, None for the only one open."""
    span: timedelta = timedelta()
    """How much longer the boost should run."""


@dataclass(frozen=True, slots=True)
class ListBoosts:
    """A command to show the boosts."""

    only_open: bool = False
    """Whether to leave out boosts that have ended."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a command parsed so far."""

    span: timedelta | None = None
    factor: int | None = None
    name: str | None = None
    here: bool | None = None


BoostCommand = BeginBoost | ChangeBoost | ListBoosts | UnclearBoost


def read_boost(typed: str) -> BoostCommand:
    """Parse `2h "Release day"`, optionally with `x3` and `here`; or an action on an open boost."""
    text, atoms = read_text(typed)
    words = [stripped for word in split_words(text) if (stripped := word.rstrip(END_MARKS))]
    first = words[0].casefold() if words else "list"
    first = _ACTIONS.get(first, first)
    if first in {"list", "left"}:
        if len(words) > 1:
            return UnclearBoost(MisreadBoost.WORD, atoms.expand(words[1]))
        return ListBoosts(first == "left")
    is_action = first in list(BoostAction)
    parts = _read_words(words[is_action:], atoms)
    if isinstance(parts, UnclearBoost):
        return parts
    if is_action:
        return _read_change(BoostAction(first), words[0], parts)
    if parts.span is None:
        return UnclearBoost(MisreadBoost.SPAN)
    return BeginBoost(parts.span, parts.factor or FACTORS[0], parts.name or "", bool(parts.here))


def _read_change(action: BoostAction, typed: str, parts: _Parts) -> ChangeBoost | UnclearBoost:
    if action is BoostAction.ADD and (parts.span is None or parts.factor or parts.name):
        return UnclearBoost(MisreadBoost.SPAN, action)
    if action is not BoostAction.ADD and (parts.span or parts.factor or parts.name):
        return UnclearBoost(MisreadBoost.ALONE, typed)
    return ChangeBoost(action, parts.here, parts.span or timedelta())


def _read_words(words: Sequence[str], atoms: Atoms) -> _Parts | UnclearBoost:
    parts, left = _Parts(), [word for word in words if word.casefold() not in _IGNORED]
    while left:
        word = typed = left.pop(0)
        number = "1" if word.casefold() in _ONE else word
        if left and _NUMBER.fullmatch(number) and not left[0][:1].isdigit():  # `2 hours`
            typed, word = f"{word} {left[0]}", number + left.pop(0)
        read = _read_word(word, parts, atoms)
        if isinstance(read, UnclearBoost):
            return replace(read, word=atoms.expand(typed)) if read.word else read
        parts = read
    if parts.span is not None and not SHORTEST <= parts.span <= LONGEST:
        return UnclearBoost(MisreadBoost.LENGTH)
    return parts


def _read_word(word: str, parts: _Parts, atoms: Atoms) -> _Parts | UnclearBoost:
    """Return *parts* with *word* added; only times may be repeated."""
    unknown = UnclearBoost(MisreadBoost.WORD, atoms.expand(word))
    folded = word.casefold()
    if folded in (*_HERE, *_EVERYWHERE):
        return replace(parts, here=folded in _HERE) if parts.here is None else unknown
    if len(word) > 1 and word[0] in QUOTATION and word[-1] in QUOTATION:
        return _read_name(word[1:-1].strip(), parts, atoms) if parts.name is None else unknown
    if match := _FACTOR.fullmatch(_FACTORS.get(folded, word)):
        factor = int(match[1] or match[2])
        if factor not in FACTORS or parts.factor:
            return UnclearBoost(MisreadBoost.FACTOR)
        return replace(parts, factor=factor)
    if (match := _SPAN.fullmatch(word)) and any(match.groups()):
        return _add_span(match, parts)
    return unknown


def _add_span(match: re.Match[str], parts: _Parts) -> _Parts | UnclearBoost:
    """Return *parts* with the time in *match* added, unless that time alone is too long."""
    weeks, days, hours, minutes = (int(number or 0) for number in match.groups())
    more = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    if more > LONGEST:  # several such times could overflow a timedelta
        return UnclearBoost(MisreadBoost.LENGTH)
    return replace(parts, span=(parts.span or timedelta()) + more)


def _read_name(name: str, parts: _Parts, atoms: Atoms) -> _Parts | UnclearBoost:
    """Return *parts* with *name* added, unless it mentions somebody, is too long or unprintable."""
    mentions = any(atoms.values.get(char, ("emoji", ""))[0] != "emoji" for char in name)
    name = atoms.expand(name)
    if mentions or not is_printable(name) or len(name) > LONGEST_NAME:
        return UnclearBoost(MisreadBoost.NAME)
    return replace(parts, name=name)
