"""What was filled into the form of settings, read with suspicion; None is what no form holds."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.core.grammar.richtext import dicts
from app.core.settings.definitions import DECLARED
from app.core.settings.form_text import LONGEST, is_written
from app.core.settings.kinds import MOST_ITEMS, Ids
from app.slack.payloads import events
from app.slack.views.settings_form import FORM, block_of

Field = str | list[str]
_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{1,63}")
_MARK: Final = re.compile(r"[0-9a-f]{12}")
_LONGEST_METADATA: Final = 3000


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was filled in."""

    channel: str
    """Whose settings they are; empty for the whole workspace."""
    shown: Mapping[str, str]
    """A mark of what each field held at first, by the name of its setting."""
    given: Mapping[str, Field]
    """What it holds now."""


def filled(body: dict[str, Any]) -> Filled | None:
    """Return what the submission *body* holds, each field that the form showed and no other."""
    view = _dict(body.get("view"))
    metadata, state = _metadata(view.get("private_metadata")), _dict(view.get("state"))
    if view.get("callback_id") != FORM or metadata is None:
        return None
    channel, shown = metadata
    blocks = {block_of(name, channel): name for name in shown}
    values = {
        block: held
        for block, held in _dict(state.get("values")).items()
        if block != block_of("place", channel)
    }
    if values.keys() != blocks.keys():
        return None
    given = {name: _field(_dict(values[block]).get(name), name) for block, name in blocks.items()}
    fields = {name: field for name, field in given.items() if field is not None}
    return Filled(channel, shown, fields) if len(fields) == len(given) else None


def picked(body: dict[str, Any]) -> str | None:
    """Return the channel whose settings are to be shown; an empty text is the whole workspace."""
    pressed = next(iter(dicts(body.get("actions"))), {})
    if pressed.get("type") == "button":
        return ""
    chosen = pressed.get("selected_conversation")
    return chosen if isinstance(chosen, str) and _CHANNEL.fullmatch(chosen) else None


def _metadata(raw: object) -> tuple[str, dict[str, str]] | None:
    """Return the channel and the marks that the form was made with."""
    if not isinstance(raw, str) or len(raw) > _LONGEST_METADATA:
        return None
    try:
        held = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    channel, shown = _dict(held).get("channel"), _dict(_dict(held).get("shown"))
    known = channel == "" or (isinstance(channel, str) and _CHANNEL.fullmatch(channel))
    marked = all(isinstance(mark, str) and _MARK.fullmatch(mark) for mark in shown.values())
    return (str(channel), shown) if known and marked and shown else None


def _field(held: object, name: str) -> Field | None:
    """Return what the element of a setting holds: a text, the value of an option, or ids."""
    element, setting = _dict(held), DECLARED.get(name)
    if setting is None:
        return None
    if isinstance(setting.kind, Ids):
        of_people = setting.kind.of == "people"
        return _ids(element.get("selected_users" if of_people else "selected_conversations"))
    if is_written(setting.kind):
        text = element.get("value", 0)
        return _text("" if text is None else text)
    return _text(_dict(element.get("selected_option")).get("value"))


def _ids(held: object) -> list[str] | None:
    if not isinstance(held, list) or len(held) > MOST_ITEMS:
        return None
    return held if all(map(events.slack_id, held)) else None


def _text(held: object) -> str | None:
    return held if isinstance(held, str) and len(held) <= LONGEST else None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
