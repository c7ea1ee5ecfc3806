"""Emoji as characters and as Slack's codes; Slack's client turns pasted ones into ``:tada:``."""

import re
import unicodedata

from rich._emoji_codes import EMOJI  # the table behind Emoji; rich has no public name for it
from rich.emoji import Emoji

_BASE = "[\u2190-\u21ff\u231a-\u27bf\u2934-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_TONE = "[\U0001f3fb-\U0001f3ff]"
_JOINER = "\u200d"
_PART = rf"{_BASE}\ufe0f?{_TONE}?"
PASTED = rf"[\U0001f1e6-\U0001f1ff]{{2}} | {_PART}(?:{_JOINER}{_PART})*"
"""A pattern for what may be a pasted emoji, as part of a verbose regular expression."""

_PASTED = re.compile(PASTED, re.VERBOSE)
_FLAG = re.compile(r":flag-([a-z])([a-z]):")
_TONED = re.compile(r":skin-tone-([2-6]):")
_CODE = re.compile(r":([a-z0-9_]+):")
_NAME = re.compile(r"[a-z0-9_+'-]+")
_FIRST_LETTER = 0x1F1E6


def _name_characters() -> dict[str, str]:
    names: dict[str, str] = {}
    for name, character in EMOJI.items():
        bare = character.replace("\ufe0f", "")
        # Slack mostly uses the shortest of several names: tada, not party_popper.
        if _NAME.fullmatch(name) and len(name) < len(names.get(bare, name + " ")):
            names[bare] = name
    return names


_NAMES = _name_characters()


def write_codes(text: str) -> str:
    """Return *text* with each emoji character replaced by its code."""
    return _PASTED.sub(lambda match: find_code(match[0]) or match[0], text)


def find_code(pasted: str) -> str:
    """Return the code of one pasted emoji, empty if it isn't one, such as a plain text arrow."""
    if "\U0001f1e6" <= pasted[0] <= "\U0001f1ff":
        return f":flag-{''.join(chr(ord(letter) - _FIRST_LETTER + 97) for letter in pasted)}:"
    tone = re.search(_TONE, pasted)
    bare = re.sub(rf"{_TONE}|\ufe0f", "", pasted)
    name = "" if _is_text(pasted) else _NAMES.get(bare) or _name_newer(bare)
    color = f":skin-tone-{ord(tone[0]) - 0x1F3FB + 2}:" if tone else ""
    return f":{name}:{color}" if name else ""


def _is_text(pasted: str) -> bool:
    """Return whether a character is displayed as text by default, not as an emoji."""
    return len(pasted) == 1 and pasted < "\u2600" and unicodedata.east_asian_width(pasted) != "W"


def _name_newer(bare: str) -> str:
    """Return the name of a single emoji that rich's table doesn't have yet, else empty."""
    if len(bare) != 1 or bare < "\U0001f300" or unicodedata.category(bare) != "So":
        return ""
    name = unicodedata.name(bare, "").lower().replace(" ", "_")
    return name if _NAME.fullmatch(name) else ""


def render_emoji(text: str) -> str:
    """Return *text* with each ``:code:`` replaced by its character, where there is one."""
    flags = _FLAG.sub(
        lambda match: "".join(chr(ord(letter) - 97 + _FIRST_LETTER) for letter in match.groups()),
        Emoji.replace(text),
    )
    toned = _TONED.sub(lambda match: chr(0x1F3FB - 2 + int(match[1])), flags)
    return _CODE.sub(_render_newer, toned)


def _render_newer(match: re.Match[str]) -> str:
    try:
        found = unicodedata.lookup(match[1].replace("_", " "))
    except KeyError:
        return match[0]
    return found if _name_newer(found) else match[0]
