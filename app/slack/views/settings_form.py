"""The form of the workspace's settings, made from their declaration."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from app.core.settings.form_text import INHERIT, LONGEST, OFF, ON, is_written, mark, shown
from app.core.settings.kinds import (
    MOST_ITEMS,
    Choice,
    Emoji,
    Flag,
    Ids,
    Number,
    Setting,
    Who,
    Words,
)
from app.core.settings.kinds import Zone as ZoneKind
from app.words import settings as words

FORM: Final = "settings"
"""The callback of the form."""
CHANNEL: Final = "settings_channel"
"""The action of what chooses a channel."""
WORKSPACE: Final = "settings_workspace"
"""The action of the button that leads back."""

_OPTION: Final = 75

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form shows: the settings of a place, as JSON by name."""

    declared: Mapping[str, Setting]
    held: Mapping[str, Any]
    """None where a channel follows the workspace."""
    inherited: Mapping[str, Any]
    channel: str = ""
    """Empty for the whole workspace."""
    admin: bool = False
    """Whether it is shown to somebody who may change all of them."""

    def open(self, setting: Setting) -> bool:
        """Tell whether whoever sees the form may change the *setting*."""
        return self.admin or setting.who is Who.MANAGERS

    def field(self, setting: Setting) -> str | list[str]:
        """Return what the field of the *setting* holds at first."""
        return shown(setting, self.held[setting.name], inherits=bool(self.channel))


def block_of(name: str, channel: str) -> str:
    """Return the id of the block of a setting, another for each channel.

    Slack keeps what was filled in where a block of the same id is shown instead.
    """
    return f"{name}/{channel or 'workspace'}"


def form(of: Shown) -> dict[str, Any]:
    """Return the form; what it holds at first is marked, so that changes can be told."""
    marks = {
        name: mark(one, of.field(one), inherits=bool(of.channel))
        for name, one in of.declared.items()
        if of.open(one)
    }
    told = words.of_channel(of.channel) if of.channel else words.OF_WORKSPACE()
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": json.dumps({"channel": of.channel, "shown": marks}),
        "title": _plain(words.TITLE()),
        "submit": _plain(words.SAVE()),
        "close": _plain(words.CANCEL()),
        "blocks": [_section(told), _places(of.channel), *_fields(of)],
    }


def told(lines: Sequence[str]) -> dict[str, Any]:
    """Return the modal that says what became of it, each line as a block of its own."""
    return {
        "type": "modal",
        "title": _plain(words.TITLE()),
        "close": _plain(words.CLOSE()),
        "blocks": [_section(line) for line in lines],
    }


def _places(channel: str) -> Block:
    """Return what chooses whose settings are shown."""
    select: Block = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "placeholder": _plain(words.CHOOSE_CHANNEL()),
        "filter": _channels(),
    }
    elements = [select]
    if channel:
        select["initial_conversation"] = channel
        back = {"type": "button", "action_id": WORKSPACE, "text": _plain(words.BACK())}
        elements.append(back | {"value": "workspace"})
    return {"type": "actions", "block_id": block_of("place", channel), "elements": elements}


def _fields(of: Shown) -> list[Block]:
    blocks: list[Block] = []
    for group, settings in groupby(of.declared.values(), lambda one: one.group):
        blocks.append({"type": "header", "text": _plain(words.GROUPS[group]())})
        blocks += [_field(one, of) for one in settings]
    return blocks


def _field(setting: Setting, of: Shown) -> Block:
    name, kind = setting.name, setting.kind
    if not of.open(setting):
        return _section(words.managers_are(of.held[name]))
    inherits = words.value(name, of.inherited[name]) if of.channel else None
    element = _ELEMENTS[type(kind)](setting, of) | {"action_id": name}
    may_be_empty = isinstance(kind, Words | Emoji | Ids) or getattr(kind, "optional", False)
    return {
        "type": "input",
        "block_id": block_of(name, of.channel),
        "label": _plain(words.label(name)),
        "hint": _plain(words.explained(name, inherits=inherits)),
        "optional": may_be_empty or (bool(of.channel) and is_written(kind)),
        "element": element,
    }


def _choice(setting: Setting, of: Shown) -> Block:
    options = {word: words.option(setting.name, word) for word in setting.kind.options}  # type: ignore[attr-defined]
    return _select(options, setting, of)


def _flag(setting: Setting, of: Shown) -> Block:
    return _select({ON: words.ON(), OFF: words.OFF()}, setting, of)


def _select(labels: dict[str, str], setting: Setting, of: Shown) -> Block:
    if of.channel:
        now = words.value(setting.name, of.inherited[setting.name])
        labels = {INHERIT: words.as_in_workspace(now)} | labels
    options = {word: _option(word, label) for word, label in labels.items()}
    initial = options[str(of.field(setting))]
    return {"type": "static_select", "options": [*options.values()], "initial_option": initial}


def _option(word: str, label: str) -> Block:
    cut = label if len(label) <= _OPTION else label[: _OPTION - 1] + "…"
    return {"text": _plain(cut), "value": word}


def _number(setting: Setting, of: Shown) -> Block:
    kind: Any = setting.kind
    # What the operator has set may be more than can be decided here.
    most = max(kind.most, of.held[setting.name] or 0)
    limits = {"min_value": str(kind.least), "max_value": str(most)}
    made = {"type": "number_input", "is_decimal_allowed": False} | limits
    return made | _begun(of.field(setting))


def _text(setting: Setting, of: Shown) -> Block:
    made = {"type": "plain_text_input", "max_length": LONGEST}
    return made | {"multiline": isinstance(setting.kind, Words)} | _begun(of.field(setting))


def _begun(text: str | list[str]) -> Block:
    return {"initial_value": text} if text else {}


def _ids(setting: Setting, of: Shown) -> Block:
    kind: Any = setting.kind
    begun = of.field(setting)
    most = {"max_selected_items": MOST_ITEMS}
    if kind.of == "people":
        initial = {"initial_users": begun} if begun else {}
        return {"type": "multi_users_select"} | most | initial
    initial = {"initial_conversations": begun} if begun else {}
    return {"type": "multi_conversations_select", "filter": _channels()} | most | initial


_ELEMENTS: Final[Mapping[type, Callable[[Setting, Shown], Block]]] = {
    Choice: _choice,
    Flag: _flag,
    Number: _number,
    Words: _text,
    Emoji: _text,
    ZoneKind: _text,
    Ids: _ids,
}


def _channels() -> Block:
    return {"include": ["public", "private"], "exclude_bot_users": True}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
