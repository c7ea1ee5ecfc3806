"""Parses the `rich_text` blocks of a message, which Slack's clients always send, into lines.

Blocks are untrusted input: anything that doesn't have Slack's shape is skipped, never an error.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from app.core.grammar.mrkdwn import add_atoms
from app.core.grammar.tokens import SKIN_TONE, Atoms, Lines, clean

_QUOTE: Final = "rich_text_quote"
_OPAQUE_STYLES: Final = ("code", "strike")
_OPAQUE_ELEMENTS: Final = ("rich_text_preformatted", _QUOTE)
_ID: Final = re.compile(r"[A-Z0-9]+")
_WITHOUT_EDGES: Final = re.compile(r"\S(?:.*\S)?")
_EMOJI: Final = re.compile(rf"([^\s:<>]+)(?::{SKIN_TONE})?")


def read(blocks: object) -> Lines | None:
    """Return the lines of the rich_text in *blocks*, or None if there is none."""
    rich = [b for b in list_dicts(blocks) if b.get("type") == "rich_text"]
    if not rich:
        return None
    atoms = Atoms()
    elements = (e for block in rich for e in list_dicts(block.get("elements")))
    text = "\n".join(_read_line(s, atoms) for element in elements for s in _split_sections(element))
    return Lines.split(text, atoms)


def list_dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects in the JSON array *value*; an empty list if it isn't an array."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _split_sections(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if element.get("type") != "rich_text_list":
        yield element
        return
    for item in list_dicts(element.get("elements")):
        # Slack's clients send a list inside a quote as a list with a border.
        yield item | {"type": _QUOTE} if element.get("border") else item


def _read_line(section: dict[str, Any], atoms: Atoms) -> str:
    text = "".join(_read_leaf(leaf, atoms) for leaf in list_dicts(section.get("elements")))
    return atoms.add_opaque(text) if section.get("type") in _OPAQUE_ELEMENTS else text


def _read_leaf(leaf: dict[str, Any], atoms: Atoms) -> str:
    text = _read_plain(leaf, atoms)
    style = leaf.get("style")
    if isinstance(style, dict) and any(style.get(name) for name in _OPAQUE_STYLES):
        # Struck text may span several lines, which stay separate. A word selected with the space
        # beside it takes that along.
        return _WITHOUT_EDGES.sub(lambda match: atoms.add_opaque(match[0]), text)
    return text


def _read_plain(leaf: dict[str, Any], atoms: Atoms) -> str:
    match leaf:
        # Slack's clients turn `#` and six hexadecimal digits into a color: `#facade` is one.
        case {"type": "text", "text": str(text)} | {"type": "color", "value": str(text)}:
            return add_atoms(clean(text), atoms)
        case {"type": "user", "user_id": str(user)} if _ID.fullmatch(user):
            return atoms.add("user", user)
        case {"type": "usergroup", "usergroup_id": str(group)} if _ID.fullmatch(group):
            return atoms.add("group", group)
        case {"type": "emoji", "name": str(name)} if emoji := _EMOJI.fullmatch(clean(name)):
            return atoms.add("emoji", emoji[1].casefold())
        case _:
            return atoms.add("opaque", clean(_read_opaque_text(leaf)))


def _read_opaque_text(leaf: dict[str, Any]) -> str:
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
