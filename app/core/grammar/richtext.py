"""Reads the `rich_text` blocks of a message, which Slack's clients always send, into lines.

Blocks come from outside: whatever does not have Slack's shape is passed over, never an error.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from app.core.grammar.mrkdwn import written
from app.core.grammar.tokens import Atoms, Lines, cleaned

_QUOTE: Final = "rich_text_quote"
_OPAQUE_STYLES: Final = ("code", "strike")
_OPAQUE_ELEMENTS: Final = ("rich_text_preformatted", _QUOTE)
_ID: Final = re.compile(r"[A-Z0-9]+")
_EMOJI: Final = re.compile(r"([^\s:<>]+)(?:::skin-tone-[2-6])?")


def read(blocks: object) -> Lines | None:
    """Return the lines of the rich_text in *blocks*, or None where there is none."""
    rich = [b for b in dicts(blocks) if b.get("type") == "rich_text"]
    if not rich:
        return None
    atoms = Atoms()
    elements = (e for block in rich for e in dicts(block.get("elements")))
    text = "\n".join(_line(s, atoms) for element in elements for s in _sections(element))
    return Lines.split(text, atoms)


def dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects in the JSON array *value*; of anything else, none."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _sections(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if element.get("type") != "rich_text_list":
        yield element
        return
    for item in dicts(element.get("elements")):
        # Slack's clients write a list inside a quote as a list with a border.
        yield item | {"type": _QUOTE} if element.get("border") else item


def _line(section: dict[str, Any], atoms: Atoms) -> str:
    text = "".join(_leaf(leaf, atoms) for leaf in dicts(section.get("elements")))
    return atoms.opaque(text) if section.get("type") in _OPAQUE_ELEMENTS else text


def _leaf(leaf: dict[str, Any], atoms: Atoms) -> str:
    text = _plain(leaf, atoms)
    style = leaf.get("style")
    if isinstance(style, dict) and any(style.get(name) for name in _OPAQUE_STYLES):
        # Struck words may run over the end of a line, which stays one.
        return "\n".join(atoms.opaque(part) for part in text.split("\n"))
    return text


def _plain(leaf: dict[str, Any], atoms: Atoms) -> str:
    match leaf:
        case {"type": "text", "text": str(text)}:
            return written(cleaned(text), atoms)
        case {"type": "user", "user_id": str(user)} if _ID.fullmatch(user):
            return atoms.add("user", user)
        case {"type": "usergroup", "usergroup_id": str(group)} if _ID.fullmatch(group):
            return atoms.add("group", group)
        case {"type": "emoji", "name": str(name)} if emoji := _EMOJI.fullmatch(cleaned(name)):
            return atoms.add("emoji", emoji[1].casefold())
        case _:
            return atoms.add("opaque", cleaned(_opaque_text(leaf)))


def _opaque_text(leaf: dict[str, Any]) -> str:
    match leaf:
        case {"type": "channel", "channel_id": str(channel)}:
            return f"<#{channel}>"
        case {"type": "broadcast", "range": str(range_)}:
            return f"@{range_}"
        case {"text": str(text)} | {"fallback": str(text)} if text:
            return text
        case {"url": str(text)}:
            return text.removeprefix("mailto:")
        case _:
            return ""
