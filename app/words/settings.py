"""Wording of the settings form and of its results."""

import json
from collections.abc import Collection, Sequence
from typing import Any, Final

from babel import Locale

from app.core.settings.definitions import DECLARED, LANGUAGES
from app.core.settings.setting import RequiredRole, SettingChange, SettingGroup
from app.core.settings.widgets import NONE, UnfitReason, UnfitText, ValueWords
from app.words.catalog import Phrase, say
from app.words.text import escape, escape_line, format_number

_DECIDERS: Final = {
    RequiredRole.MANAGERS: Phrase("settings-managers-only"),
    RequiredRole.ADMINS: Phrase("settings-admins-only"),
}
_MOST_DECIDERS: Final = 5
_LONGEST: Final = 200
"""The most characters shown of an unreadable value."""
_WRONG: Final = {why: Phrase(f"settings-wrong-{why}") for why in UnfitReason}

GROUPS: Final = {group: Phrase(f"setting-group-{group}") for group in SettingGroup}
_LABELS: Final = {name: Phrase(f"setting-{name.replace('_', '-')}") for name in DECLARED}
_HELPS: Final = {name: Phrase(f"setting-{name.replace('_', '-')}-help") for name in DECLARED}
_OPTIONS: Final = {
    name: {
        word: Phrase(f"{_LABELS[name].id}-is-{word}")
        for word in one.kind.build_widget(None).option_phrases
    }
    for name, one in DECLARED.items()
}
_VALUES: Final = {
    name: Phrase(f"settings-{name}")
    for name in ("on", "off", "none", "no-channel", "no-limit", "inherit-number", "inherit-emoji")
}


def name_setting(name: str) -> str:
    """Return the setting's label in the form."""
    return _LABELS[name]()


def explain_setting(name: str, *, inherits: str | None = None) -> str:
    """Return the setting's help; for a channel, also what an empty field means.

    *inherits* is the workspace's value, as `format_value` returns it.
    """
    help_text = _HELPS[name]()
    hint = DECLARED[name].kind.build_widget(None).inherit_hint
    if inherits is None or not hint:
        return help_text
    return f"{help_text} {_VALUES[hint](value=inherits, none=NONE)}"


def name_option(name: str, word: str) -> str:
    """Return the label of a setting's option *word*."""
    return format_value(name, DECLARED[name].kind.read_field(word))


def format_value(name: str, raw: Any) -> str:
    """Return the stored JSON value *raw* as text; its mentions notify no one where it's used.

    An unreadable value, such as one of another version, is returned as JSON.
    """
    words = ValueWords(
        say=lambda phrase: _VALUES[phrase](),
        name_option=lambda word: _OPTIONS[name][word](),
        name_language=_name_language,
        format_number=format_number,
        escape=escape,
    )
    try:
        return DECLARED[name].kind.format(raw, words)
    except (KeyError, TypeError, AttributeError):
        return format_json(raw)


def _name_language(code: str) -> str:
    """Return the own name of the language *code*; raises KeyError if it isn't the app's."""
    if code not in LANGUAGES:
        raise KeyError(code)
    name = Locale.parse(code, sep="-").get_display_name(code) or code
    return name[:1].upper() + name[1:]


def format_json(raw: Any) -> str:
    """Return the JSON value *raw*, escaped, on one line, and cut if it's long."""
    if raw is None:
        return say("admin-nothing")
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
    return escape_line(text[:_LONGEST]) or say("admin-nothing")


def name_deciders(who: RequiredRole, people: Sequence[str]) -> str:
    """Explain who may do what was requested; *people* are the ids of known deciders."""
    named = ", ".join(f"<@{user}>" for user in people[:_MOST_DECIDERS])
    return _DECIDERS[who](people=named, some="some" if named else "none")


def explain_suggested(names: Collection[str]) -> str:
    """Explain that the language, the time zone or both, by setting name, are prefilled.

    The values come from the reader's profile.
    """
    alone = "language" if "language" in names else "zone"
    return say("settings-suggested", what="both" if len(names) > 1 else alone)


def list_managers(people: Sequence[str]) -> str:
    """Name the managers to someone who can't change them."""
    return say("settings-managers-are", people=format_value("managers", list(people)))


def report_changes(
    channel: str, changes: Sequence[SettingChange], absent: Sequence[str] = ()
) -> list[str]:
    """Report each changed setting on a line, with its old and new value.

    Lines after those say how to bring the app into the channels from which it's *absent*.
    """
    if not changes:
        return [say("settings-same")]
    heading = (
        say("settings-saved-in", channel=f"<#{channel}>") if channel else say("settings-saved")
    )
    lines = [_format_change(change, channel) for change in changes]
    return [heading, *lines, *(say("settings-absent", channel=f"<#{one}>") for one in absent)]


def _format_change(change: SettingChange, channel: str) -> str:
    name, before, after = change

    def format_side(raw: Any) -> str:
        # None: the channel inherits the workspace's value
        return say("settings-inherited") if raw is None and channel else format_value(name, raw)

    return say(
        "settings-change",
        setting=name_setting(name),
        before=format_side(before),
        after=format_side(after),
    )


def explain_unfit(unfit: UnfitText) -> str:
    """Explain in plain text, for display at the field, what is wrong with its input."""
    return _WRONG[unfit.why](**unfit.about)
