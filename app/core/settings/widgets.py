"""The interface between kinds of settings and forms: widgets, errors, and words for values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

LONGEST: Final = 3000
"""The most characters in a form's field, by Slack's limit."""
NONE: Final = "none"
"""The word for an empty list where an empty field means something else."""

Field = str | list[str]
"""The content of a form's field: text, an option's value, or ids."""


@dataclass(frozen=True, slots=True)
class Widget:
    """The form element that asks for a value, in Slack's terms."""

    type: str
    held_as: str = "value"
    """The key of the element's content in the form's state."""
    initial: str = "initial_value"
    """The element's key for its initial content."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """Further properties of the element."""
    options: tuple[str, ...] = ()
    """The options, if it's a menu of a few words."""
    option_phrases: tuple[str, ...] = ()
    """The options that have a phrase in the catalogs: `setting-NAME-is-OPTION`."""
    is_list: bool = False
    """Whether its content is a list of ids."""
    may_be_empty: bool = False
    inherit_hint: str = ""
    """The phrase that explains an empty field of a channel."""

    @property
    def is_written(self) -> bool:
        """Whether the value is typed rather than chosen."""
        return not (self.options or self.is_list or self.type.endswith("_select"))


class UnfitReason(StrEnum):
    """Why the content of a field is invalid; also the name of the phrase that explains it."""

    NUMBER = "number"
    """It isn't a whole number from `least` to `most`."""
    EMOJI = "emoji"
    """The `word` isn't an emoji's name."""
    MANY = "many"
    """There are more than `most` entries, or one is too long."""
    ZONE = "zone"
    """There is no such time zone."""
    ZONE_NEAR = "zone-near"
    """There is no such time zone; `near` is what may have been meant."""
    NO_CHANNEL = "no-channel"
    """Something is to be posted, but no channel is set for it."""
    BOTH = "both"
    """The emoji `word` is in both lists."""


@dataclass(frozen=True, slots=True)
class UnfitText:
    """Why a field's content is invalid, with the details that its phrase names."""

    why: UnfitReason
    about: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ValueWords:
    """What puts a setting's values into words, in the current language."""

    say: Callable[[str], str]
    """Returns the phrase `settings-PHRASE`."""
    name_option: Callable[[str], str]
    name_language: Callable[[str], str]
    format_number: Callable[[int], str]
    escape: Callable[[str], str]
