"""Reads the `rich_text` blocks of a message, which Slack's clients always send, into lines.

Blocks come from outside: whatever does not have Slack's shape is passed over, never an error.
"""

from collections.abc import Iterator
from typing import Any, Final

from app.core.mrkdwn import written
from app.core.tokens import Atoms, Lines, cleaned

_OPAQUE_STYLES: Final = ("code", "strike")
_OPAQUE_ELEMENTS: Final = ("rich_text_preformatted", "rich_text_quote")


def read(blocks: object) -> Lines | None:
    """Return the lines of the rich_text in *blocks*, or None where there is none."""
    rich = [b for b in dicts(blocks) if b.get("type") == "rich_text"]
    if not rich:
        return None
    atoms = Atoms()
    elements = (e for block in rich for e in dicts(block.get("elements")))
    text = "\n".join(line for element in elements for line in _lines(element, atoms))
    return Lines.split(text, atoms)


def dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects in the JSON array *value*; of anything else, none."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _lines(element: dict[str, Any], atoms: Atoms) -> Iterator[str]:
    leaves = dicts(element.get("elements"))
    if element.get("type") == "rich_text_list":
        for item in leaves:
            yield from _lines(item, atoms)
    elif element.get("type") in _OPAQUE_ELEMENTS:
        yield atoms.add("opaque", "".join(atoms.plain(_leaf(leaf, atoms)) for leaf in leaves))
    else:
        yield "".join(_leaf(leaf, atoms) for leaf in leaves)


def _leaf(leaf: dict[str, Any], atoms: Atoms) -> str:
    style = leaf.get("style")
    mark = _styled(leaf, atoms)
    if isinstance(style, dict) and any(style.get(name) for name in _OPAQUE_STYLES):
        return atoms.add("opaque", atoms.plain(mark))
    return mark


def _styled(leaf: dict[str, Any], atoms: Atoms) -> str:
    match leaf:
        case {"type": "text", "text": str(text)}:
            return written(cleaned(text), atoms)
        case {"type": "user", "user_id": str(user)} if _is_id(user):
            return atoms.add("user", user)
        case {"type": "usergroup", "usergroup_id": str(group)} if _is_id(group):
            return atoms.add("group", group)
        case {"type": "emoji", "name": str(name)}:
            return atoms.add("emoji", cleaned(name).partition("::skin-tone-")[0].casefold())
        case _:
            return atoms.add("opaque", cleaned(_opaque_text(leaf)))


def _opaque_text(leaf: dict[str, Any]) -> str:
    match leaf:
        case {"type": "channel", "channel_id": str(channel)}:
            return f"<#{channel}>"
        case {"type": "broadcast", "range": str(range_)}:
            return f"@{range_}"
        case {"text": str(text)} | {"fallback": str(text)} | {"url": str(text)}:
            return text
        case _:
            return ""


def _is_id(value: str) -> bool:
    return value.isascii() and value.isalnum() and value == value.upper()
