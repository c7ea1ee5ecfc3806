"""The kinds of settings: one object each parses, renders and describes a value.

A value has three forms: JSON in the database, Python in the rules, and a field in the form.
"""

import difflib
import re
import zoneinfo
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cache
from typing import Any, Final

from app.core.settings.widgets import LONGEST, Field, UnfitReason, UnfitText, ValueWords, Widget

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{1,63}")
_ON, _OFF = "on", "off"


class Kind(ABC):
    """The kind of values a setting takes; JSON and form field are the same unless overridden."""

    __slots__ = ()

    @abstractmethod
    def read(self, raw: object) -> Any:
        """Return the value that the JSON *raw* encodes; raises ValueError if it's invalid."""

    def to_json(self, value: Any) -> Any:
        """Return the JSON of *value*; a tuple becomes a list."""
        return list(value) if isinstance(value, tuple) else value

    @abstractmethod
    def build_widget(self, raw: Any) -> Widget:
        """Return the widget that asks for the value; *raw* is the current one."""

    def read_field(self, field: Any) -> Any | UnfitText:
        """Return the JSON of a filled-in *field*, or why it's invalid."""
        return field

    def write_field(self, raw: Any) -> Field:
        """Return the content of the field for the JSON *raw*, empty for None."""
        return "" if raw is None else raw

    @abstractmethod
    def format(self, raw: Any, words: ValueWords) -> str:
        """Return the JSON *raw* as text; in a form, its links to people notify nobody."""


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few words."""

    options: tuple[str, ...]
    convert: Callable[[str], Any] = str
    """Converts a word to the value."""

    def read(self, raw: object) -> Any:
        """Return the word's value."""
        if raw not in self.options:
            raise ValueError(raw)
        return self.convert(str(raw))

    def build_widget(self, _raw: Any) -> Widget:
        """Return a menu of the words."""
        return _build_menu(self.options, self.options)

    def format(self, raw: str, words: ValueWords) -> str:
        """Return the word's name."""
        return words.name_option(raw)


class Language(Choice):
    """One of the app's languages, each named in itself."""

    __slots__ = ()

    def build_widget(self, _raw: Any) -> Widget:
        """Return a menu of the languages."""
        return _build_menu(self.options)

    def format(self, raw: str, words: ValueWords) -> str:
        """Return the language's own name."""
        return words.name_language(raw)


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    """On or off."""

    def read(self, raw: object) -> bool:
        """Return whether it's on."""
        if isinstance(raw, bool):
            return raw
        raise ValueError(raw)

    def build_widget(self, _raw: Any) -> Widget:
        """Return a menu of on and off."""
        return _build_menu((_ON, _OFF))

    def read_field(self, field: str) -> bool | str:
        """Return True or False; text other than the two options is returned unchanged."""
        return {_ON: True, _OFF: False}.get(field, field)

    def write_field(self, raw: bool) -> str:  # noqa: FBT001 (it is the value)
        """Return the word for it."""
        return _ON if raw else _OFF

    def format(self, raw: bool, words: ValueWords) -> str:  # noqa: FBT001 (it is the value)
        """Return the name of on or off."""
        return words.say(self.write_field(raw))


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A whole number; if *optional*, None means no limit."""

    least: int
    most: int
    optional: bool = False
    scale: int = 1
    """What the rules multiply it by: 60 if it's entered in minutes and used in seconds."""

    def read(self, raw: object) -> int | None:
        """Return the number in the rules' unit."""
        if raw is None and self.optional:
            return None
        if isinstance(raw, bool) or not isinstance(raw, int) or not self.least <= raw <= self.most:
            raise ValueError(raw)
        return raw * self.scale

    def to_json(self, value: int | None) -> int | None:
        """Return the number in the form's unit."""
        return None if value is None else value // self.scale

    def build_widget(self, raw: int | None) -> Widget:
        """Return a number field; its maximum grows to a larger *raw* that the operator has set."""
        limits = {"min_value": str(self.least), "max_value": str(max(self.most, raw or 0))}
        return Widget(
            "number_input",
            limits={"is_decimal_allowed": False, **limits},
            may_be_empty=self.optional,
            inherit_hint="inherit-number",
        )

    def read_field(self, field: str) -> int | UnfitText | None:
        """Return the number, None for no limit, or why *field* is invalid."""
        text = field.strip()
        if not text and self.optional:
            return None
        if not _NUMBER.fullmatch(text) or not self.least <= int(text) <= self.most:
            return UnfitText(UnfitReason.NUMBER, {"least": self.least, "most": self.most})
        return int(text)

    def write_field(self, raw: int | None) -> str:
        """Return the number's digits, or '' for None."""
        return "" if raw is None else str(raw)

    def format(self, raw: int | None, words: ValueWords) -> str:
        """Return the number, or the phrase for no limit."""
        return words.say("no-limit") if raw is None else words.format_number(raw)


@dataclass(frozen=True, slots=True)
class Zone(Kind):
    """A time zone of the IANA database, by its name: `Europe/Berlin`."""

    def read(self, raw: object) -> tzinfo:
        """Return the time zone."""
        if not isinstance(raw, str):
            raise ValueError(raw)  # noqa: TRY004 (an invalid value is always a ValueError)
        if raw == "UTC":
            return UTC
        try:
            return zoneinfo.ZoneInfo(raw)
        except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
            raise ValueError(raw) from error

    def to_json(self, value: tzinfo) -> str:
        """Return the time zone's name."""
        return getattr(value, "key", "UTC")

    def build_widget(self, _raw: Any) -> Widget:
        """Return a single-line text field."""
        return build_text_field(multiline=False, may_be_empty=False, inherit_hint="inherit-number")

    def read_field(self, field: str) -> str | UnfitText:
        """Return the time zone's name, ignoring case and spaces; for a typo, suggest one."""
        known, folded = _load_zones(), "_".join(field.casefold().split())
        if folded in known:
            return known[folded]
        cities = {zone.rpartition("/")[2]: zone for zone in known}
        near = difflib.get_close_matches(folded[:40], [*known, *cities], 1, 0.75)
        # Etc/GMT+2, which GMT+2 is close to, is two hours behind.
        if not near or any(map(str.isdigit, folded)):
            return UnfitText(UnfitReason.ZONE, {"example": "Europe/Berlin"})
        return UnfitText(UnfitReason.ZONE_NEAR, {"near": known[cities.get(near[0], near[0])]})

    def format(self, raw: str, words: ValueWords) -> str:
        """Return the time zone's name."""
        return words.escape(raw)


@dataclass(frozen=True, slots=True)
class ChannelId(Kind):
    """A channel by its Slack id, or None."""

    def read(self, raw: object) -> str | None:
        """Return the id."""
        if raw is None:
            return None
        if not isinstance(raw, str) or not CHANNEL.fullmatch(raw):
            raise ValueError(raw)
        return raw

    def build_widget(self, _raw: Any) -> Widget:
        """Return a menu of channels."""
        return Widget(
            "conversations_select",
            "selected_conversation",
            "initial_conversation",
            {"filter": {"include": ["public", "private"], "exclude_bot_users": True}},
            may_be_empty=True,
        )

    def read_field(self, field: str) -> str | None:
        """Return the id; None for an empty field."""
        return field or None

    def format(self, raw: str | None, words: ValueWords) -> str:
        """Return a link to the channel, or the phrase for none."""
        return f"<#{raw}>" if raw else words.say("no-channel")


def build_text_field(*, multiline: bool, may_be_empty: bool, inherit_hint: str) -> Widget:
    """Return a text field."""
    limits = {"max_length": LONGEST, "multiline": multiline}
    return Widget(
        "plain_text_input", limits=limits, may_be_empty=may_be_empty, inherit_hint=inherit_hint
    )


def _build_menu(options: tuple[str, ...], option_phrases: tuple[str, ...] = ()) -> Widget:
    return Widget(
        "static_select",
        "selected_option",
        "initial_option",
        options=options,
        option_phrases=option_phrases,
    )


@cache
def _load_zones() -> Mapping[str, str]:
    """Return the names of all time zones by casefolded name."""
    # Some systems also list their own zone, which differs from machine to machine.
    names = zoneinfo.available_timezones() - {"localtime"}
    found = {zone.casefold(): zone for zone in sorted(names)}
    return found | {"utc": "UTC"}
