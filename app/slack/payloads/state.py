"""What the fields of a form hold: absent is empty, since Slack leaves out what nobody filled in."""

from typing import Any

Elements = dict[str, dict[str, Any]]
"""What a block holds, by the names of its elements."""


def read_state(body: dict[str, Any]) -> dict[str, Elements] | None:
    """Return the blocks of the form that *body* submits; None where they have not Slack's shape."""
    view = body.get("view")
    state = view.get("state") if isinstance(view, dict) else None
    values = state.get("values") if isinstance(state, dict) else state
    if values is None:
        return {}
    if not isinstance(values, dict):
        return None
    blocks = {name: block for name, block in values.items() if block is not None}
    if not all(isinstance(block, dict) for block in blocks.values()):
        return None
    found = {name: _drop_absent(block) for name, block in blocks.items()}
    fits = all(isinstance(held, dict) for block in found.values() for held in block.values())
    return found if fits else None


def _drop_absent(block: dict[str, Any]) -> dict[str, Any]:
    return {name: held for name, held in block.items() if held is not None}
