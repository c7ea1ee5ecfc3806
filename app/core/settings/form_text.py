"""Settings as people write them into a form: text that becomes what is stored, and back."""

import difflib
import hashlib
import json
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Final

from app.core.settings.kinds import MOST_ITEMS, Emoji, Flag, Kind, Number, Setting, Words, Zone
from app.core.vote import THING, build_thing_id

LONGEST: Final = 3000
"""Characters that a field of a form takes, by Slack's limit."""
NONE: Final = "none"
"""What is written for an empty list where an empty field means something else."""
INHERIT: Final = "inherit"
"""What is chosen where a channel is to follow the workspace."""
ON, OFF = "on", "off"

_PARTS: Final = re.compile(r"[\s,;]+")
_TONE: Final = re.compile(r"::?skin-tone-[2-6]:?$")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)


class UnfitReason(StrEnum):
    """Why what was written is no value of a setting."""

    NUMBER = "number"
    """It is no whole number, or not one from `least` to `most`."""
    EMOJI = "emoji"
    """The `word` is no emoji's name."""
    MANY = "many"
    """There are more than `most` words, or one is too long."""
    ZONE = "zone"
    """There is no such time zone; `near` is what may have been meant."""
    BOTH = "both"
    """The emoji `word` is in both lists."""


@dataclass(frozen=True, slots=True)
class UnfitText:
    """What was written is no value of a setting."""

    why: UnfitReason
    about: Mapping[str, str | int] = field(default_factory=dict)


def read_field(setting: Setting, field: str | list[str], *, inherits: bool) -> Any | UnfitText:
    """Return the JSON of what a *field* of the form holds.

    None is a channel that *inherits* from the workspace, where there is no value that is None.
    Raises ValueError for what the form has no way to say.
    """
    kind = setting.kind
    if is_written(kind):
        if not isinstance(field, str):
            raise ValueError(field)
        return None if inherits and not field.strip() else read(kind, field)
    if inherits and field == INHERIT:
        return None
    found = {ON: True, OFF: False}.get(str(field)) if isinstance(kind, Flag) else field
    kind.read(found)
    return found


def write_field(setting: Setting, value: Any, *, inherits: bool) -> str | list[str]:
    """Return what the field of the form holds for the JSON *value*, as `read_field` takes it."""
    kind = setting.kind
    if is_written(kind):
        return write(kind, value, inherits=inherits)
    if inherits and value is None:
        return INHERIT
    if isinstance(kind, Flag):
        return ON if value else OFF
    return list(value) if isinstance(value, list) else str(value)


def hash_field(setting: Setting, field: str | list[str], *, inherits: bool) -> str:
    """Return what tells a *field* from one that means something else, in a few characters."""
    try:
        found = read_field(setting, field, inherits=inherits)
    except ValueError:
        found = UnfitText(UnfitReason.MANY)
    if isinstance(found, UnfitText):
        found = field
    raw = json.dumps(sorted(found) if isinstance(found, list) else found)
    return hashlib.blake2b(raw.encode(errors="replace"), digest_size=6).hexdigest()


def read(kind: Kind, text: str) -> Any | UnfitText:
    """Return the JSON that *text* is for a setting of that *kind*."""
    found = _READERS[type(kind)](kind, text.strip())
    if isinstance(found, UnfitText):
        return found
    try:
        kind.read(found)
    except ValueError:
        return UnfitText(UnfitReason.MANY, {"most": MOST_ITEMS})
    return found


def write(kind: Kind, value: Any, *, inherits: bool = False) -> str:
    """Return what would be written for the JSON *value*, as far as a field has room.

    Where it *inherits*, an empty field is for None alone.
    """
    if value is None:
        return ""
    if value == [] and inherits:
        return NONE
    if not isinstance(value, list):
        return str(value)
    marks = ":" if isinstance(kind, Emoji) else ""
    said = "".join(f"{marks}{item}{marks} " for item in value)
    return said[: LONGEST + 1].rpartition(" ")[0]


def is_written(kind: Kind) -> bool:
    """Tell whether settings of that *kind* are written; others are chosen."""
    return type(kind) in _READERS


def _read_number(kind: Any, text: str) -> int | UnfitText | None:
    if not text and kind.optional:
        return None
    limits = {"least": kind.least, "most": kind.most}
    if not _NUMBER.fullmatch(text) or not kind.least <= int(text) <= kind.most:
        return UnfitText(UnfitReason.NUMBER, limits)
    return int(text)


def _read_words(_kind: Any, text: str) -> list[str]:
    """Read names as votes have them: `Notepad++` is that of `notepad`."""
    names = (word.rstrip("+-") for word in _PARTS.split(text))
    return sorted({(build_thing_id(name) or name).removeprefix(THING) for name in names if name})


def _read_emoji(kind: Any, text: str) -> list[str] | UnfitText:
    """Read `:+1: :tada:` or `+1, tada`; a tone of skin makes no other emoji."""
    if text.casefold() == NONE:
        return []
    written = filter(None, _PARTS.split(text.replace("::", ": :")))
    names: dict[str, None] = {}
    for word in written:
        if word.startswith(":skin-tone-"):
            continue
        name = _TONE.sub("", word.strip(":").casefold())
        try:
            kind.read([name])
        except ValueError:
            return UnfitText(UnfitReason.EMOJI, {"word": word[:80]})
        names[name] = None
    return list(names)


def _read_zone(_kind: Any, text: str) -> str | UnfitText:
    known = _load_zones()
    asked = "_".join(text.casefold().split())
    if asked in known:
        return known[asked]
    cities = {zone.rpartition("/")[2]: zone for zone in known}
    near = difflib.get_close_matches(asked[:40], [*known, *cities], 1, 0.6)
    return UnfitText(
        UnfitReason.ZONE, {"near": known[cities.get(near[0], near[0])] if near else ""}
    )


@cache
def _load_zones() -> dict[str, str]:
    """Return the names of all time zones by their casefolded form."""
    found = {zone.casefold(): zone for zone in sorted(zoneinfo.available_timezones())}
    return found | {"utc": "UTC"}


_READERS: Final[Mapping[type, Callable[[Any, str], Any]]] = {
    Number: _read_number,
    Words: _read_words,
    Emoji: _read_emoji,
    Zone: _read_zone,
}
