"""The numbered, pressable elements of the message, App Home or modal shown last."""

import copy
from dataclasses import dataclass
from typing import Any

from app.devtools.fake_slack import interactions
from app.devtools.fake_slack.events import Payload
from app.devtools.fake_slack.fields import (
    KEYS,
    Block,
    Element,
    add_block_ids,
    build_state,
    list_elements,
)
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import View, Workspace
from app.devtools.playground.values import ValueRefused, list_choices, read_value

NOTHING = "There is nothing to press yet."


@dataclass(frozen=True, slots=True)
class Surface:
    """A message, or a view whose fields hold the *filled* values, as shown to a member."""

    content: Post | View
    filled: dict[str, Any]

    @property
    def blocks(self) -> list[Block]:
        """The blocks, each with the block_id that Slack gives it."""
        return add_block_ids(
            self.content.blocks if isinstance(self.content, Post) else self.content["blocks"]
        )

    def list_pressable(self) -> list[tuple[Block, Element]]:
        """Return the numbered elements: all but a modal's fields, which are prompted for."""
        modal = isinstance(self.content, dict) and self.content["type"] == "modal"
        found = list_elements(self.blocks)
        return [pair for pair in found if not (modal and pair[0]["type"] == "input")]

    def press(self, number: int, typed: str, user: str, workspace: Workspace) -> Payload:
        """Return the payload for *user* pressing element *number*, or raise ValueRefused."""
        pressable = self.list_pressable()
        if not 1 <= number <= len(pressable):
            raise ValueRefused(f"Nothing here has the number {number}." if pressable else NOTHING)
        pressed = pressable[number - 1]
        value = _choose_value(pressed[1], number, typed, workspace)
        if isinstance(self.content, Post):
            return interactions.build_message_press(
                workspace, self.content, pressed, user=user, value=value
            )
        state = build_state(self.content["blocks"], self.filled, workspace)
        return interactions.build_view_press(
            workspace, self.content, pressed, user=user, value=value, state=state
        )


def _choose_value(element: Element, number: int, typed: str, workspace: Workspace) -> Any:
    if element["type"] in KEYS or element["type"] == "overflow":
        if not typed:
            raise ValueRefused(f"Add a choice, as in press {number} 1: {list_choices(element)}")
        menu = element | {"type": "static_select"} if element["type"] == "overflow" else element
        return read_value(menu, typed, workspace)
    if (asks := element.get("confirm")) and typed.casefold() not in {"yes", "y"}:
        question = f"{asks['title']['text']} {asks['text']['text']}"
        raise ValueRefused(f"{question} To confirm: press {number} yes")
    return None


def number_blocks(surface: Surface) -> list[Block]:
    """Return the blocks of *surface* with a number in each pressable element."""
    shown = Surface(copy.deepcopy(surface.content), {})
    for number, (_, element) in enumerate(shown.list_pressable(), start=1):
        element["number"] = number
    return shown.blocks
