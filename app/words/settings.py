"""What is said to those who look after the workspace: its settings, and what they change."""

from collections.abc import Sequence
from typing import Any, Final

from babel import Locale

from app.core.settings.definitions import DECLARED
from app.core.settings.form_text import NONE as NONE_WRITTEN
from app.core.settings.form_text import UnfitReason, UnfitText
from app.core.settings.kinds import Choice, Emoji, Flag, Ids, Kind, SettingGroup
from app.words.catalogue import Phrase
from app.words.text import escape, format_number

TITLE: Final = Phrase("settings-title")
SAVE: Final = Phrase("settings-save")
CANCEL: Final = Phrase("settings-cancel")
CLOSE: Final = Phrase("settings-close")
OPENED: Final = Phrase("settings-opened")
MANAGERS_ONLY: Final = Phrase("settings-managers-only")
ADMINS_ONLY: Final = Phrase("settings-admins-only")
UNCHECKED: Final = Phrase("settings-unchecked")
OF_WORKSPACE: Final = Phrase("settings-of-workspace")
CHOOSE_CHANNEL: Final = Phrase("settings-choose-channel")
BACK: Final = Phrase("settings-back")
ON: Final = Phrase("settings-on")
OFF: Final = Phrase("settings-off")
_OF_CHANNEL: Final = Phrase("settings-of-channel")
_MANAGERS_ARE: Final = Phrase("settings-managers-are")
_INHERITED: Final = Phrase("settings-inherited")
_AS_IN_WORKSPACE: Final = Phrase("settings-as-in-workspace")
_INHERIT_NUMBER: Final = Phrase("settings-inherit-number")
_INHERIT_EMOJI: Final = Phrase("settings-inherit-emoji")
_NONE: Final = Phrase("settings-none")
_NO_LIMIT: Final = Phrase("settings-no-limit")
_SAVED: Final = Phrase("settings-saved")
_SAVED_IN: Final = Phrase("settings-saved-in")
_CHANGE: Final = Phrase("settings-change")
_SAME: Final = Phrase("settings-same")
_ZONE_NEAR: Final = Phrase("settings-wrong-zone-near")
_WRONG: Final = {why: Phrase(f"settings-wrong-{why}") for why in UnfitReason}
_MOST_NAMED: Final = 12
"""The entries of a list that are named one by one."""
_EXAMPLES: Final = {UnfitReason.EMOJI: ":+1: :tada:", UnfitReason.ZONE: "Europe/Berlin"}

GROUPS: Final = {group: Phrase(f"setting-group-{group}") for group in SettingGroup}
_LABELS: Final = {name: Phrase(f"setting-{name.replace('_', '-')}") for name in DECLARED}
_HELPS: Final = {name: Phrase(f"setting-{name.replace('_', '-')}-help") for name in DECLARED}
_OPTIONS: Final = {
    name: {word: Phrase(f"{_LABELS[name].id}-is-{word}") for word in one.kind.options}
    for name, one in DECLARED.items()
    if isinstance(one.kind, Choice) and name != "language"
}


def name_setting(name: str) -> str:
    """Return what the setting is called in the form."""
    return _LABELS[name]()


def explain_setting(name: str, *, inherits: str | None = None) -> str:
    """Return what the setting does; for a channel, what its empty field means as well.

    *inherits* is what holds in the workspace, as `format_value` says it.
    """
    said = _HELPS[name]()
    if inherits is None or isinstance(DECLARED[name].kind, Choice | Flag):
        return said
    if isinstance(DECLARED[name].kind, Emoji):
        return f"{said} {_INHERIT_EMOJI(value=inherits, none=NONE_WRITTEN)}"
    return f"{said} {_INHERIT_NUMBER(value=inherits)}"


def name_option(name: str, word: str) -> str:
    """Return how one of the words is called that a setting can be."""
    if name == "language":
        return Locale.parse(word, sep="-").get_display_name(word) or word
    return _OPTIONS[name][word]()


def name_inherited_option(value: str) -> str:
    """Return the option of a channel that follows the workspace, where *value* holds."""
    return _AS_IN_WORKSPACE(value=value)


def format_value(name: str, raw: Any) -> str:
    """Return the JSON *raw*, as it is stored, in words; the links in it mention nobody here."""
    kind = DECLARED[name].kind
    if isinstance(raw, bool):
        return ON() if raw else OFF()
    if raw is None:
        return _NO_LIMIT()
    if isinstance(raw, list):
        return _format_list(kind, raw)
    if isinstance(raw, int):
        return format_number(raw)
    return name_option(name, raw) if isinstance(kind, Choice) else escape(str(raw))


def _format_list(kind: Kind, items: Sequence[str]) -> str:
    if not items:
        return _NONE()
    more = ["…"] if len(items) > _MOST_NAMED else []
    items = items[:_MOST_NAMED]
    if isinstance(kind, Ids):
        mark = "@" if kind.entity == "people" else "#"
        return ", ".join([f"<{mark}{item}>" for item in items] + more)
    if isinstance(kind, Emoji):
        return " ".join([f":{item}:" for item in items] + more)
    return ", ".join([*map(escape, items), *more])


def describe_channel(channel: str) -> str:
    """Say that the settings are those of *channel*."""
    return _OF_CHANNEL(channel=f"<#{channel}>")


def list_managers(people: Sequence[str]) -> str:
    """Say who the managers are to somebody who cannot change that."""
    return _MANAGERS_ARE(people=format_value("managers", list(people)))


def report_changes(channel: str, changes: Sequence[tuple[str, Any, Any]]) -> list[str]:
    """Say line by line which settings, by name, have changed, from what to what."""
    if not changes:
        return [_SAME()]
    told = _SAVED_IN(channel=f"<#{channel}>") if channel else _SAVED()
    return [told, *(_format_change(*change, channel) for change in changes)]


def _format_change(name: str, before: Any, after: Any, channel: str) -> str:
    def format_side(raw: Any) -> str:
        # None: the channel follows the workspace.
        return _INHERITED() if raw is None and channel else format_value(name, raw)

    return _CHANGE(setting=name_setting(name), before=format_side(before), after=format_side(after))


def explain_unfit(unfit: UnfitText) -> str:
    """Say at its field what is wrong with what was written there, as plain text."""
    if unfit.why is UnfitReason.ZONE and unfit.about.get("near"):
        return _ZONE_NEAR(near=unfit.about["near"])
    about = {"example": _EXAMPLES.get(unfit.why, ""), **unfit.about}
    return _WRONG[unfit.why](**about)
