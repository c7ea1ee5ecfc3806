"""The buttons that show something else in place: a word, and a mark on what is shown now."""

from typing import Any


def button(
    action: str, part: str, label: str, value: str, *, chosen: bool = False
) -> dict[str, Any]:
    """Return a button whose *value* is what one would type; *part* tells it from its siblings."""
    # The mark says by more than a colour which one is shown.
    text = {"type": "plain_text", "text": f"✓ {label}" if chosen else label}
    name = f"{action}_{part}" if part else action
    made: dict[str, Any] = {"type": "button", "action_id": name, "text": text, "value": value}
    return made | {"style": "primary"} if chosen else made
