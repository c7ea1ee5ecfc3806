"""The kinds of settings that are lists: of words, emoji, people or channels."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.grammar.characters import QUOTATION
from app.core.grammar.tokens import EMOJI_NAME
from app.core.settings.kinds import Kind, build_text_field
from app.core.settings.widgets import LONGEST, NONE, UnfitReason, UnfitText, ValueWords, Widget
from app.core.vote import THING, build_thing_id

MOST_ITEMS: Final = 100
"""The most entries of a list; Slack's menus allow about as many."""
_LONGEST_ITEM: Final = 80
_MOST_NAMED: Final = 12
"""How many entries of a list are shown one by one."""
_ID: Final = re.compile(r"[A-Z0-9]{1,64}")
_PARTS: Final = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Words(Kind):
    """An unordered list of words: casefolded names of things."""

    def read(self, raw: object) -> frozenset[str]:
        """Return the words."""
        return frozenset(item.strip().casefold() for item in _read_items(raw))

    def to_json(self, value: frozenset[str]) -> list[str]:
        """Return the words in alphabetical order."""
        return sorted(value)

    def build_widget(self, _raw: Any) -> Widget:
        """Return a multi-line text field."""
        return build_text_field(multiline=True, may_be_empty=True, inherit_hint="inherit-number")

    def read_field(self, field: str) -> list[str] | UnfitText:
        """Parse names the way votes do: `Notepad++` and `"Notepad"++` give `notepad`."""
        names = (word.lstrip(QUOTATION).rstrip(f"+-{QUOTATION}") for word in _PARTS.split(field))
        found = {(build_thing_id(name) or name).removeprefix(THING) for name in names if name}
        return _limit(sorted(found), self)

    def write_field(self, raw: Sequence[str]) -> str:
        """Return as many words as fit into a field."""
        return _cut_to_field(f"{item} " for item in raw)

    def format(self, raw: Sequence[str], words: ValueWords) -> str:
        """Return the first words, separated by commas."""
        return _join(raw, ", ", words.escape, words)


@dataclass(frozen=True, slots=True)
class Emoji(Kind):
    """A list of emoji names, without colons."""

    def read(self, raw: object) -> tuple[str, ...]:
        """Return the names."""
        return _read_matching(raw, EMOJI_NAME)

    def build_widget(self, _raw: Any) -> Widget:
        """Return a single-line text field."""
        return build_text_field(multiline=False, may_be_empty=True, inherit_hint="inherit-emoji")

    def read_field(self, field: str) -> list[str] | UnfitText:
        """Parse `:+1: :tada:` or `+1, tada`; skin tones are dropped."""
        if field.strip().casefold() == NONE:
            return []
        names: dict[str, None] = {}
        for word in filter(None, _PARTS.split(field.strip().replace("::", ": :"))):
            if word.startswith(":skin-tone-"):
                continue
            name = word.strip(":").lower()
            if len(name) > _LONGEST_ITEM or not EMOJI_NAME.fullmatch(name):
                about = {"word": word[:_LONGEST_ITEM], "example": ":+1: :tada:"}
                return UnfitText(UnfitReason.EMOJI, about)
            names[name] = None
        return _limit(list(names), self)

    def write_field(self, raw: Sequence[str]) -> str:
        """Return as many emoji as fit into a field, as in a message."""
        return _cut_to_field(f":{item}: " for item in raw)

    def format(self, raw: Sequence[str], words: ValueWords) -> str:
        """Return the first emoji, as in a message."""
        return _join(raw, " ", ":{}:".format, words)


@dataclass(frozen=True, slots=True)
class Ids(Kind):
    """A list of people or channels by Slack id."""

    entity: str
    """`people` or `channels`."""

    def read(self, raw: object) -> tuple[str, ...]:
        """Return the ids."""
        return _read_matching(raw, _ID)

    def build_widget(self, _raw: Any) -> Widget:
        """Return a menu of people or channels."""
        limits: dict[str, Any] = {"max_selected_items": MOST_ITEMS}
        if self.entity != "people":
            limits["filter"] = {"include": ["public", "private"], "exclude_bot_users": True}
        chosen = "users" if self.entity == "people" else "conversations"
        return Widget(
            f"multi_{chosen}_select",
            f"selected_{chosen}",
            f"initial_{chosen}",
            limits,
            is_list=True,
            may_be_empty=True,
        )

    def format(self, raw: Sequence[str], words: ValueWords) -> str:
        """Return links to the first people or channels."""
        mark = "@" if self.entity == "people" else "#"
        return _join(raw, ", ", f"<{mark}{{}}>".format, words)


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


def _limit(items: list[str], kind: Kind) -> list[str] | UnfitText:
    """Return *items*, or an UnfitText if they're too many or too long for *kind*."""
    try:
        kind.read(items)
    except ValueError:
        return UnfitText(UnfitReason.MANY, {"most": MOST_ITEMS})
    return items


def _cut_to_field(items: Iterable[str]) -> str:
    return "".join(items)[: LONGEST + 1].rpartition(" ")[0]


def _join(items: Sequence[str], between: str, mark: Callable[[str], str], words: ValueWords) -> str:
    if not items:
        return words.say("none")
    more = ["…"] if len(items) > _MOST_NAMED else []
    return between.join([*map(mark, items[:_MOST_NAMED]), *more])
