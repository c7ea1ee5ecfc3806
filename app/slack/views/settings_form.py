"""The settings form, generated from the declarations of the settings."""

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
from app.words.catalog import say
from app.words.text import cut

FORM: Final = "settings"
"""The callback id of the form."""
CHANNEL: Final = "settings_channel"
"""The action of the channel menu."""
WORKSPACE: Final = "settings_workspace"
"""The action of the button back to the workspace's settings."""

_OPTION: Final = 75


@dataclass(frozen=True, slots=True)
class SettingsView:
    """The content of the form: values of the settings as JSON, by name."""

    declared: Mapping[str, Setting]
    values: Mapping[str, Any]
    """None where a channel inherits the workspace's value."""
    inherited: Mapping[str, Any]
    channel: str = ""
    """Empty for the whole workspace."""
    admin: bool = False
    """Whether the reader may change all settings."""

    suggested: Mapping[str, Any] = field(default_factory=dict)
    """Values to prefill where nothing was decided yet; saving the form decides them."""

    def is_open(self, setting: Setting) -> bool:
        """Return whether the reader may change *setting*."""
        return self.admin or setting.who is RequiredRole.MANAGERS


def build_block_id(name: str, channel: str) -> str:
    """Return the block id of a setting, different for each channel.

    Slack keeps typed input when a view is replaced by one with a block of the same id.
    """
    return f"{name}/{channel or 'workspace'}"


def render_form(view: SettingsView) -> dict[str, Any]:
    """Return the form, with a hash of each stored value so that changes can be detected."""
    inherits = bool(view.channel)
    hashes = {
        name: one.hash_field(
            one.write_field(view.values[name], inherits=inherits), inherits=inherits
        )
        for name, one in view.declared.items()
        if view.is_open(one)
    }
    scope = say("settings-of-workspace")
    if view.channel:
        scope = say("settings-of-channel", channel=f"<#{view.channel}>")
    intro = [scope, words.explain_suggested(view.suggested)] if view.suggested else [scope]
    blocks = [*map(section, intro), _render_channel_choice(view.channel), *_render_fields(view)]
    modal = form(FORM, say("settings-title"), say("settings-save"), blocks)
    return modal | {"private_metadata": json.dumps({"channel": view.channel, "shown": hashes})}


def render_outcome(lines: Sequence[str]) -> dict[str, Any]:
    """Return the modal that reports the outcome, one section per line."""
    return notice(say("settings-title"), [section(line) for line in lines])


def _render_channel_choice(channel: str) -> Block:
    """Return the menu that chooses the channel whose settings are shown."""
    select: Block = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "placeholder": plain(say("settings-choose-channel")),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    elements = [select]
    if channel:
        select["initial_conversation"] = channel
        elements.append(button(WORKSPACE, say("settings-back"), "workspace"))
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
    """Return the widget of *setting* with its current value; *inherited* is the workspace's value.

    Slack accepts no empty text or list as an initial value.
    """
    widget = setting.kind.build_widget(view.values[setting.name])
    element: Block = {"type": widget.type, "action_id": setting.name, **widget.limits}
    raw = view.suggested.get(setting.name, view.values[setting.name])
    initial: Any = setting.write_field(raw, inherits=bool(view.channel))
    if widget.options:
        labels = (
            {} if inherited is None else {INHERIT: say("settings-as-in-workspace", value=inherited)}
        )
        labels |= {word: words.name_option(setting.name, word) for word in widget.options}
        options = {
            word: {"text": plain(cut(label, _OPTION)), "value": word}
            for word, label in labels.items()
        }
        element["options"], initial = [*options.values()], options[str(initial)]
    return element | ({widget.initial: initial} if initial else {})
