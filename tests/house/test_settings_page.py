"""docs/admin/settings.md has every setting as it is declared: name, default, where, who, what."""

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
HEAD = "| setting | takes | at first | where | who | what it does |\n|---|---|---|---|---|---|"


def table() -> str:
    """Return the tables of the page, one for each group of the form."""
    groups = dict.fromkeys(one.group for one in DECLARED.values())
    return "\n\n".join(
        "\n".join([
            f"### {words.GROUPS[group]()}", "", HEAD,
            *(row(one) for one in DECLARED.values() if one.group is group),
        ])
        for group in groups
    )  # fmt: skip


def row(setting: Setting) -> str:
    default = setting.kind.to_json(setting.default)
    cells = [
        f"**{words.name_setting(setting.name)}** (`{setting.name}`)",
        takes(setting),
        coded(words.format_value(setting.name, default), default),
        "workspace, channel" if setting.where is SettingScope.CHANNEL else "workspace",
        "admins" if setting.who is RequiredRole.ADMINS else "admins, managers",
        words.explain_setting(setting.name),
    ]
    return f"| {' | '.join(cells)} |"


def coded(said: str, default: Any) -> str:
    """Return a list of names as code, so that no emoji is made of it."""
    return f"`{said}`" if isinstance(default, list) and default else said


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


def test_the_page_of_settings_has_them_as_they_are_declared():
    expect_generated("docs/admin/settings.md", "settings", table())
