"""The form of the workspace's settings, made from their declaration."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from app.core.settings.setting import INHERIT, RequiredRole, Setting
from app.slack.views.blocks import (
    Block,
    actions,
    button,
    field_block,
    form,
    header,
    notice,
    plain,
    section,
)
from app.words import settings as words
from app.words.text import cut

FORM: Final = "settings"
"""The callback of the form."""
CHANNEL: Final = "settings_channel"
"""The action of what chooses a channel."""
WORKSPACE: Final = "settings_workspace"
"""The action of the button that leads back."""

_OPTION: Final = 75


@dataclass(frozen=True, slots=True)
class SettingsView:
    """What the form shows: the settings of a place, as JSON by name."""

    declared: Mapping[str, Setting]
    values: Mapping[str, Any]
    """None where a channel follows the workspace."""
    inherited: Mapping[str, Any]
    channel: str = ""
    """Empty for the whole workspace."""
    admin: bool = False
    """Whether it is shown to somebody who may change all of them."""

    suggested: Mapping[str, Any] = field(default_factory=dict)
    """What is filled in where nothing was decided yet; saving the form decides it."""

    def is_open(self, setting: Setting) -> bool:
        """Tell whether whoever sees the form may change the *setting*."""
        return self.admin or setting.who is RequiredRole.MANAGERS

    def read_field(self, setting: Setting) -> str | list[str]:
        """Return what the field of the *setting* holds for what was decided."""
        return setting.write_field(self.values[setting.name], inherits=bool(self.channel))

    def fill_field(self, setting: Setting) -> str | list[str]:
        """Return what the field of the *setting* holds at first."""
        if setting.name in self.suggested:
            return setting.write_field(self.suggested[setting.name], inherits=bool(self.channel))
        return self.read_field(setting)


def build_block_id(name: str, channel: str) -> str:
    """Return the id of the block of a setting, another for each channel.

    Slack keeps what was filled in where a block of the same id is shown instead.
    """
    return f"{name}/{channel or 'workspace'}"


def render_form(view: SettingsView) -> dict[str, Any]:
    """Return the form; what was decided is marked, so that changes can be told."""
    marks = {
        name: one.hash_field(view.read_field(one), inherits=bool(view.channel))
        for name, one in view.declared.items()
        if view.is_open(one)
    }
    scope = words.describe_channel(view.channel) if view.channel else words.OF_WORKSPACE()
    said = [scope, words.explain_suggested(view.suggested)] if view.suggested else [scope]
    blocks = [*map(section, said), _render_channel_choice(view.channel), *_render_fields(view)]
    made = form(FORM, words.TITLE(), words.SAVE(), words.CANCEL(), blocks)
    return made | {"private_metadata": json.dumps({"channel": view.channel, "shown": marks})}


def render_outcome(lines: Sequence[str]) -> dict[str, Any]:
    """Return the modal that says what became of it, each line as a block of its own."""
    return notice(words.TITLE(), words.CLOSE(), [section(line) for line in lines])


def _render_channel_choice(channel: str) -> Block:
    """Return what chooses whose settings are shown."""
    select: Block = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "placeholder": plain(words.CHOOSE_CHANNEL()),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    elements = [select]
    if channel:
        select["initial_conversation"] = channel
        elements.append(button(WORKSPACE, words.BACK(), "workspace"))
    return actions(elements, build_block_id("place", channel))


def _render_fields(view: SettingsView) -> list[Block]:
    blocks: list[Block] = []
    for group, settings in groupby(view.declared.values(), lambda one: one.group):
        blocks.append(header(words.GROUPS[group]()))
        blocks += [_render_field(one, view) for one in settings]
    return blocks


def _render_field(setting: Setting, view: SettingsView) -> Block:
    name = setting.name
    if not view.is_open(setting):
        return section(words.list_managers(view.values[name]))
    inherits = words.format_value(name, view.inherited[name]) if view.channel else None
    return field_block(
        build_block_id(name, view.channel),
        words.name_setting(name),
        _render_element(setting, view, inherits),
        hint=plain(words.explain_setting(name, inherits=inherits)),
        optional=setting.may_be_empty(inherits=bool(view.channel)),
    )


def _render_element(setting: Setting, view: SettingsView, inherited: str | None) -> Block:
    """Return the widget of the setting, with what holds now; *inherited* is what the workspace has.

    Slack takes no empty text or list as what an element holds at first.
    """
    widget = setting.kind.build_widget(view.values[setting.name])
    element: Block = {"type": widget.type, "action_id": setting.name, **widget.limits}
    begun: Any = view.fill_field(setting)
    if widget.options:
        labels = {} if inherited is None else {INHERIT: words.AS_IN_WORKSPACE(value=inherited)}
        labels |= {word: words.name_option(setting.name, word) for word in widget.options}
        options = {
            word: {"text": plain(cut(label, _OPTION)), "value": word}
            for word, label in labels.items()
        }
        element["options"], begun = [*options.values()], options[str(begun)]
    return element | ({widget.initial: begun} if begun else {})
