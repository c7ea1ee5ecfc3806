"""How a value is asked for and said, whatever kind it is: what kinds and forms have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol

LONGEST: Final = 3000
"""Characters that a field of a form takes, by Slack's limit."""
NONE: Final = "none"
"""What is written for an empty list where an empty field means something else."""

Field = str | list[str]
"""What a field of a form holds: a text, the value of an option, or ids."""


@dataclass(frozen=True, slots=True)
class Widget:
    """The element of a form that asks for a value, in Slack's words."""

    type: str
    held_as: str = "value"
    """What the state of a form calls what the element holds."""
    initial: str = "initial_value"
    """What the element calls what it holds at first."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """What else the element is made of."""
    options: tuple[str, ...] = ()
    """What can be chosen, where a few words can."""
    said: tuple[str, ...] = ()
    """Those of them that the catalogs have a word for: `setting-NAME-is-OPTION`."""
    is_list: bool = False
    """Whether it holds ids."""
    may_be_empty: bool = False
    inherit_hint: str = ""
    """The phrase that tells what an empty field of a channel means."""

    @property
    def is_written(self) -> bool:
        """Tell whether the value is written; others are chosen."""
        return not (self.options or self.is_list or self.type.endswith("_select"))


class UnfitReason(StrEnum):
    """Why what was written isn't a value of a setting; the phrase is called so as well."""

    NUMBER = "number"
    """It isn't a whole number, or not one from `least` to `most`."""
    EMOJI = "emoji"
    """The `word` isn't an emoji's name."""
    MANY = "many"
    """There are more than `most` words, or one is too long."""
    ZONE = "zone"
    """There is no such time zone."""
    ZONE_NEAR = "zone-near"
    """The same; `near` is what may have been meant."""
    NO_CHANNEL = "no-channel"
    """It says that something is posted, but not where."""
    BOTH = "both"
    """The emoji `word` is in both lists."""


@dataclass(frozen=True, slots=True)
class UnfitText:
    """What was written isn't a value of a setting."""

    why: UnfitReason
    about: Mapping[str, str | int] = field(default_factory=dict)


class ValueWords(Protocol):
    """What a kind says a value with, in the language now spoken."""

    def say(self, phrase: str) -> str:
        """Return the phrase `settings-PHRASE`."""
        ...

    def name_option(self, word: str) -> str:
        """Return how one of the words is called that this setting can be."""
        ...

    def name_language(self, code: str) -> str:
        """Return how a language is called in itself."""
        ...

    def format_number(self, number: int) -> str:
        """Return a number as the language writes it."""
        ...

    def escape(self, text: str) -> str:
        """Return people's text so that nothing in it is a link."""
        ...
