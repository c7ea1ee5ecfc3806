"""Slack's limits on modals and App Homes."""

import json
from typing import Any, Final

from app.devtools.fake_slack.arguments import MethodError
from app.devtools.fake_slack.blocks import KNOWN, TABLES, find_fault
from app.devtools.fake_slack.elements import find_first, find_text_fault

LARGEST: Final = 250_000
"""Bytes that a view may have."""


def check_view(view: dict[str, Any]) -> None:
    """Raise what Slack answers to a view that it would not show."""
    if len(json.dumps(view)) > LARGEST:
        raise MethodError("view_too_large")
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise MethodError("invalid_arguments", "missing required field: blocks")
    reason = find_fault(blocks, most=100, known=KNOWN - TABLES) or _find_names_fault(view)
    if view.get("type") == "modal":
        reason = reason or _find_modal_fault(view)
    if reason:
        raise MethodError("invalid_arguments", reason.replace("pointer:/", "pointer:/view/"))


def _find_names_fault(view: dict[str, Any]) -> str:
    for name, most in (("callback_id", 255), ("external_id", 255), ("private_metadata", 3000)):
        if len(str(view.get(name) or "")) > most:
            return f"must be less than {most + 1} characters [json-pointer:/{name}]"
    return ""


def _find_modal_fault(view: dict[str, Any]) -> str:
    if "title" not in view:
        return "missing required field: title [json-pointer:/title]"
    asks = any(block.get("type") == "input" for block in view["blocks"])
    if asks and not view.get("submit"):
        return "missing required field: submit [json-pointer:/submit]"
    names = [name for name in ("title", "submit", "close") if view.get(name)]
    return find_first(find_text_fault(view[name], 24, plain=True) for name in names)
