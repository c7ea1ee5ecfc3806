"""A modal being filled in: prompts for its fields one by one, then for its submission."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.devtools.fake_slack.fields import KEYS, Block, read_initial
from app.devtools.fake_slack.workspace import View, Workspace
from app.devtools.playground.values import ValueRefused, describe_initial, list_choices, read_value

KEEP = {"", "keep"}


@dataclass(slots=True)
class Form:
    """A modal's *view*, the values *filled* in by action_id, and the *open_fields* to ask for."""

    view: View
    filled: dict[str, Any] = field(default_factory=dict)
    open_fields: list[Block] = field(default_factory=list)

    @classmethod
    def create(cls, view: View, before: "Form | None" = None) -> "Form":
        """Start to fill in *view*, keeping the values of *before* if it's the same modal, updated.

        As in Slack, a block with another block_id is another field.
        """
        fields = _find_fields(view)
        held: dict[str, Any] = {}
        if before is not None and before.view["id"] == view["id"]:
            names = {ident: block["block_id"] for ident, block in _find_fields(before.view).items()}
            same = {i for i, block in fields.items() if block["block_id"] == names.get(i)}
            held = {ident: value for ident, value in before.filled.items() if ident in same}
        return cls(view, held, [block for ident, block in fields.items() if ident not in held])

    def render_prompt(self, workspace: Workspace) -> str:
        """Return the prompt for the next field, with its value and options, or for submitting."""
        if not self.open_fields:
            submit = self.view.get("submit")
            return f"{submit['text']}? (yes, cancel) > " if submit else "(Enter closes it) > "
        block, element = self.open_fields[0], self.open_fields[0]["element"]
        offered = list_choices(element) or ("optional" if block.get("optional") else "")
        current = describe_initial(element, workspace)
        hints = [hint for hint in (offered, f"now {current}" if current else "") if hint]
        suffix = f" ({'; '.join(hints)})" if hints else ""
        return f"{block['label']['text']}{suffix} > "

    def answer(self, typed: str, workspace: Workspace) -> str:
        """Fill the next field with *typed*; return an error, or ""."""
        block = self.open_fields[0]
        element = block["element"]
        if typed.strip().casefold() in KEEP:
            empty = (
                read_initial(element) in (None, [], "") and element["action_id"] not in self.filled
            )
            if empty and not block.get("optional"):
                return "This field is required."
        else:
            try:
                self.filled[element["action_id"]] = read_value(element, typed, workspace)
            except ValueRefused as refusal:
                return str(refusal)
        del self.open_fields[0]
        return ""

    def ask_again(self, errors: Mapping[str, str]) -> list[str]:
        """Reopen the fields that the app rejected; return each one's label and reason."""
        inputs = {b["block_id"]: b for b in self.view["blocks"] if b["type"] == "input"}
        self.open_fields = [inputs[ident] for ident in inputs if ident in errors]
        labels = {ident: block["label"]["text"] for ident, block in inputs.items()}
        return [f"{labels.get(ident, ident)}: {reason}" for ident, reason in errors.items()]


def _find_fields(view: View) -> dict[str, Block]:
    found = (block for block in view["blocks"] if block["type"] == "input")
    return {_read_ident(block): block for block in found if _read_kind(block) in KEYS}


def _read_ident(block: Block) -> str:
    return str(block["element"]["action_id"])


def _read_kind(block: Block) -> str:
    return str(block["element"].get("type"))
