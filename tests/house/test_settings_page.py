"""docs/admin/settings.md lists every setting as declared: name, values, default, meaning."""

from typing import Any

from app.core.settings.definitions import DECLARED
from app.core.settings.kinds import ChannelId, Choice, Flag, Number, Zone
from app.core.settings.list_kinds import Emoji, Ids, Words
from app.core.settings.setting import RequiredRole, Setting, SettingScope
from app.words import settings as words
from tests.house.pages import expect_generated

SIMPLE = {
    Flag: "on or off", Words: "words", Emoji: "emoji", Zone: "the name of a time zone",
    ChannelId: "a channel, or empty",
}  # fmt: skip
HEAD = "| setting | takes | default | what it does |\n|---|---|---|---|"


def table() -> str:
    """Return the page's table, grouped as in the settings form."""
    groups = dict.fromkeys(one.group for one in DECLARED.values())
    lines = [HEAD]
    for group in groups:
        lines.append(f"| **{words.GROUPS[group]()}** | | | |")
        lines += [row(one) for one in DECLARED.values() if one.group is group]
    return "\n".join(lines)


def row(setting: Setting) -> str:
    default = setting.kind.to_json(setting.default)
    marks = [
        "*channel*" * (setting.where is SettingScope.CHANNEL),
        "*admins only*" * (setting.who is RequiredRole.ADMINS),
    ]
    cells = [
        " ".join([f"{words.name_setting(setting.name)} (`{setting.name}`)", *filter(None, marks)]),
        takes(setting),
        format_default(words.format_value(setting.name, default), default),
        words.explain_setting(setting.name),
    ]
    return f"| {' | '.join(cells)} |"


def format_default(formatted: str, default: Any) -> str:
    """Return a list of names as code, so that Markdown doesn't turn them into emoji."""
    return f"`{formatted}`" if isinstance(default, list) and default else formatted


def takes(setting: Setting) -> str:
    match setting.kind:
        case Choice(options):
            return "one of: " + "; ".join(words.name_option(setting.name, word) for word in options)
        case Number(least, most, optional):
            return f"{least:,} to {most:,}" + (", or empty" if optional else "")
        case Ids(of):
            return of
        case other:
            return SIMPLE[type(other)]


def test_the_settings_page_matches_the_declarations():
    expect_generated("docs/admin/settings.md", "settings", table())
