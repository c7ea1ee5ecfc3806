"""What a setting is: the kinds of values there are, who may change one, and where it applies."""

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Any, Final, Protocol

MOST_ITEMS: Final = 100
"""The entries of a list; Slack lets somebody choose about as many."""
_LONGEST_ITEM: Final = 80
_EMOJI: Final = re.compile(r"[\w+'-]{1,100}(?:::skin-tone-[2-6])?")
_ID: Final = re.compile(r"[A-Z0-9]{1,64}")


class SettingScope(StrEnum):
    """Where a setting applies: in the whole workspace, or in each channel as it likes."""

    WORKSPACE = "workspace"
    CHANNEL = "channel"


class RequiredRole(StrEnum):
    """Who may change a setting."""

    ADMINS = "admins"
    """Slack's own admins and owners of the workspace."""
    MANAGERS = "managers"
    """Those, and whom they have named in the setting `managers`."""


class SettingGroup(StrEnum):
    """What settings stand together in the form."""

    REPLIES = "replies"
    VOTES = "votes"
    LIMITS = "limits"
    REACTIONS = "reactions"
    TIME = "time"
    PEOPLE = "people"


class Kind(Protocol):
    """What values a setting takes; as JSON they are stored, as Python the rules use them."""

    def read(self, raw: object) -> Any:
        """Return the value that the JSON *raw* is; raises ValueError where it is none."""
        ...

    def to_json(self, value: Any) -> Any:
        """Return *value* as it is stored."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]
    convert: Callable[[str], Any] = str
    """What makes the value of a word."""

    def read(self, raw: object) -> Any:
        """Return the value of the word."""
        if raw not in self.options:
            raise ValueError(raw)
        return self.convert(str(raw))

    def to_json(self, value: Any) -> str:
        """Return the word."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """On or off."""

    def read(self, raw: object) -> bool:
        """Return whether it is on."""
        if isinstance(raw, bool):
            return raw
        raise ValueError(raw)

    def to_json(self, value: bool) -> bool:  # noqa: FBT001 (it is the value)
        """Return whether it is on."""
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number; where there may be none, that means no limit."""

    least: int
    most: int
    optional: bool = False
    scale: int = 1
    """What the rules count for each one of it: 60, where minutes are seconds."""

    def read(self, raw: object) -> int | None:
        """Return the number as the rules count it."""
        if raw is None and self.optional:
            return None
        if isinstance(raw, bool) or not isinstance(raw, int) or not self.least <= raw <= self.most:
            raise ValueError(raw)
        return raw * self.scale

    def to_json(self, value: int | None) -> int | None:
        """Return the number as people count it."""
        return None if value is None else value // self.scale


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words, without order: names of things, casefolded."""

    def read(self, raw: object) -> frozenset[str]:
        """Return the words."""
        return frozenset(item.strip().casefold() for item in _read_items(raw) if item.strip())

    def to_json(self, value: frozenset[str]) -> list[str]:
        """Return the words in the order of the alphabet."""
        return sorted(value)


@dataclass(frozen=True, slots=True)
class Emoji:
    """A list of emoji by their names, without colons."""

    def read(self, raw: object) -> tuple[str, ...]:
        """Return the names."""
        return _read_matching(raw, _EMOJI)

    def to_json(self, value: tuple[str, ...]) -> list[str]:
        """Return the names."""
        return list(value)


@dataclass(frozen=True, slots=True)
class Ids:
    """A list of people or channels by their ids in Slack."""

    entity: str
    """`people` or `channels`."""

    def read(self, raw: object) -> tuple[str, ...]:
        """Return the ids."""
        return _read_matching(raw, _ID)

    def to_json(self, value: tuple[str, ...]) -> list[str]:
        """Return the ids."""
        return list(value)


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone of the IANA database, by its name: `Europe/Berlin`."""

    def read(self, raw: object) -> tzinfo:
        """Return the time zone."""
        name = _read_text(raw)
        if name == "UTC":
            return UTC
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
            raise ValueError(raw) from error

    def to_json(self, value: tzinfo) -> str:
        """Return its name."""
        return getattr(value, "key", "UTC")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, as it is declared."""

    name: str
    kind: Kind
    default: Any
    group: SettingGroup
    where: SettingScope
    who: RequiredRole

    def fits(self, where: SettingScope) -> bool:
        """Tell whether it can be set there: in the workspace all can."""
        return where is SettingScope.WORKSPACE or self.where is where


def _read_text(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueError(raw)  # noqa: TRY004 (whatever is wrong with a value is one error)
    return raw


def _read_items(raw: object) -> list[str]:
    if not isinstance(raw, list) or len(raw) > MOST_ITEMS:
        raise ValueError(raw)
    if not all(isinstance(item, str) and len(item) <= _LONGEST_ITEM for item in raw):
        raise ValueError(raw)
    return raw


def _read_matching(raw: object, pattern: re.Pattern[str]) -> tuple[str, ...]:
    items = tuple(dict.fromkeys(_read_items(raw)))
    if not all(map(pattern.fullmatch, items)):
        raise ValueError(raw)
    return items
