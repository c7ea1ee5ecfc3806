"""Reads and changes settings: shows those in effect, and stores what somebody has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.reactions import normalize_emoji
from app.core.settings.definitions import DECLARED, Settings
from app.core.settings.setting import Setting, SettingChange, SettingScope
from app.core.settings.widgets import UnfitReason, UnfitText
from app.store.workspace import stored_settings as store
from app.store.workspace.rulebook import Rulebook
from app.store.workspace.workspace_rules import EVERYWHERE


@dataclass(frozen=True, slots=True)
class ChannelScope:
    """Where settings apply: in the whole workspace, or in one channel."""

    team: str
    channel: str = EVERYWHERE

    @property
    def kind(self) -> SettingScope:
        """Return whether it's a workspace or a channel."""
        return SettingScope.CHANNEL if self.channel else SettingScope.WORKSPACE

    @property
    def settings(self) -> Mapping[str, Setting]:
        """Return the settings that exist here."""
        return {name: one for name, one in DECLARED.items() if one.fits(self.kind)}


def read_decided(rulebook: Rulebook, scope: ChannelScope) -> dict[str, Any]:
    """Return the decided values, as JSON by name; None where a channel follows the workspace."""
    if not scope.channel:
        return _to_json(rulebook.get_settings(scope.team), scope)
    stored = rulebook.get_stored(scope.team, scope.channel)
    return {
        name: stored[name] if name in stored and _fits(one, stored[name]) else None
        for name, one in scope.settings.items()
    }


def read_inherited(rulebook: Rulebook, scope: ChannelScope) -> dict[str, Any]:
    """Return the values in effect without a decision, as JSON by name."""
    return _to_json(rulebook.get_settings(scope.team) if scope.channel else rulebook.base, scope)


def find_wrong(
    rulebook: Rulebook, scope: ChannelScope, values: Mapping[str, Any]
) -> dict[str, UnfitText]:
    """Return the fields that are wrong in combination with others, and why."""
    now = read_inherited(rulebook, scope)
    for decided in (read_decided(rulebook, scope), values):
        now |= {name: value for name, value in decided.items() if value is not None}
    wrong = {}
    lists = [name for name in ("plus_reactions", "minus_reactions") if name in values]
    taking = set(map(normalize_emoji, now["minus_reactions"]))
    both = [emoji for emoji in now["plus_reactions"] if normalize_emoji(emoji) in taking]
    if lists and both:
        wrong[lists[-1]] = UnfitText(UnfitReason.BOTH, {"word": f":{both[0]}:"})
    if {"recap", "recap_channel"} & values.keys():
        now = read_decided(rulebook, scope) | dict(values)
        if now["recap"] != "off" and not now["recap_channel"]:
            wrong["recap_channel"] = UnfitText(UnfitReason.NO_CHANNEL)
    return wrong


async def decide(
    rulebook: Rulebook, scope: ChannelScope, by: str, values: Mapping[str, Any]
) -> list[SettingChange]:
    """Store *values*, as JSON by name; return what has changed. This process knows it at once."""
    unset = {} if scope.channel else read_inherited(rulebook, scope)
    where = (scope.team, scope.channel)
    return await rulebook.change(store.decide, where, by, values, unset)


def _to_json(settings: Settings, scope: ChannelScope) -> dict[str, Any]:
    return {name: one.kind.to_json(getattr(settings, name)) for name, one in scope.settings.items()}


def _fits(setting: Setting, raw: Any) -> bool:
    try:
        setting.kind.read(raw)
    except ValueError:
        return False
    return True
