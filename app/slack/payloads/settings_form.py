"""What was filled into the form of settings, read with suspicion; None is what no form holds."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.core.grammar.richtext import list_dicts
from app.core.settings.definitions import DECLARED
from app.core.settings.list_kinds import MOST_ITEMS
from app.core.settings.widgets import LONGEST, Field
from app.slack.payloads import events
from app.slack.payloads.state import Elements, read_state
from app.slack.views.settings_form import FORM, build_block_id

_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{1,63}")
_MARK: Final = re.compile(r"[0-9a-f]{12}")
_LONGEST_METADATA: Final = 3000


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """The form as it was filled in."""

    channel: str
    """Whose settings they are; empty for the whole workspace."""
    marks: Mapping[str, str]
    """A mark of what each field held at first, by the name of its setting."""
    fields: Mapping[str, Field]
    """What it holds now."""


def read_settings_form(body: dict[str, Any]) -> SettingsForm | None:
    """Return what the submission *body* holds, each field that the form showed and no other."""
    view = _as_dict(body.get("view"))
    metadata, held = _parse_metadata(view.get("private_metadata")), read_state(body)
    if view.get("callback_id") != FORM or metadata is None or held is None:
        return None
    channel, shown = metadata
    blocks = {build_block_id(name, channel): name for name in shown}
    if not held.keys() <= {*blocks, build_block_id("place", channel)}:
        return None
    fields: dict[str, Field] = {}
    for block, name in blocks.items():
        field = _read_field(held.get(block), name, inherits=bool(channel))
        if field is None:
            return None
        fields[name] = field
    return SettingsForm(channel, shown, fields)


def read_picked_channel(body: dict[str, Any]) -> str | None:
    """Return the channel whose settings are to be shown; an empty text is the whole workspace."""
    pressed = next(iter(list_dicts(body.get("actions"))), {})
    if pressed.get("type") == "button":
        return ""
    chosen = pressed.get("selected_conversation")
    return chosen if isinstance(chosen, str) and _CHANNEL.fullmatch(chosen) else None


def _parse_metadata(raw: object) -> tuple[str, dict[str, str]] | None:
    """Return the channel and the marks that the form was made with."""
    if not isinstance(raw, str) or len(raw) > _LONGEST_METADATA:
        return None
    try:
        held = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    channel, shown = _as_dict(held).get("channel"), _as_dict(_as_dict(held).get("shown"))
    known = channel == "" or (isinstance(channel, str) and _CHANNEL.fullmatch(channel))
    marked = all(isinstance(mark, str) and _MARK.fullmatch(mark) for mark in shown.values())
    return (str(channel), shown) if known and marked and shown else None


def _read_field(block: Elements | None, name: str, *, inherits: bool) -> Field | None:
    """Return what the element of a setting holds; what Slack leaves out is empty where it may be.

    None is what no such element holds.
    """
    setting = DECLARED.get(name)
    if setting is None:
        return None
    widget, may_be_empty = setting.kind.build_widget(None), setting.may_be_empty(inherits=inherits)
    held = (block or {}).get(name, {}).get(widget.held_as)
    if held is None and (may_be_empty or (widget.is_written and block is not None)):
        return [] if widget.is_list else ""
    if widget.is_list:
        return _parse_ids(held)
    return _parse_text(_as_dict(held).get("value") if widget.options else held)


def _parse_ids(value: object) -> list[str] | None:
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        return None
    return value if all(map(events.parse_slack_id, value)) else None


def _parse_text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST else None


def _as_dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
