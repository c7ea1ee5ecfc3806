"""What happens when somebody decides on settings: what holds is shown, what they changed stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.reactions import normalize_emoji
from app.core.settings.definitions import DECLARED, Settings
from app.core.settings.setting import Setting, SettingScope
from app.core.settings.widgets import UnfitReason, UnfitText
from app.store.database import Database
from app.store.workspace import stored_settings as store
from app.store.workspace.rulebook import Rulebook
from app.store.workspace.stored_settings import Change
from app.store.workspace.workspace_rules import EVERYWHERE


@dataclass(frozen=True, slots=True)
class ChannelScope:
    """Where settings hold: in the whole workspace, or in one channel."""

    team: str
    channel: str = EVERYWHERE

    @property
    def kind(self) -> SettingScope:
        """Return what kind of place it is."""
        return SettingScope.CHANNEL if self.channel else SettingScope.WORKSPACE

    @property
    def settings(self) -> Mapping[str, Setting]:
        """Return the settings that there are here."""
        return {name: one for name, one in DECLARED.items() if one.fits(self.kind)}


def read_decided(rulebook: Rulebook, scope: ChannelScope) -> dict[str, Any]:
    """Return what was decided, as JSON by name; None where a channel follows the workspace."""
    if not scope.channel:
        return _to_json(rulebook.get_settings(scope.team), scope)
    stored = rulebook.get_stored(scope.team, scope.channel)
    return {
        name: stored[name] if name in stored and _fits(one, stored[name]) else None
        for name, one in scope.settings.items()
    }


def read_inherited(rulebook: Rulebook, scope: ChannelScope) -> dict[str, Any]:
    """Return what holds where nothing was decided, as JSON by name."""
    return _to_json(rulebook.get_settings(scope.team) if scope.channel else rulebook.base, scope)


def find_wrong(
    rulebook: Rulebook, scope: ChannelScope, values: Mapping[str, Any]
) -> dict[str, UnfitText]:
    """Return which fields are wrong beside others, and why."""
    found = [find_clash(rulebook, scope, values)]
    for name, channel in (("recap", "recap_channel"),):
        now = read_decided(rulebook, scope) | dict(values)
        if {name, channel} & values.keys() and now[name] != "off" and not now[channel]:
            found.append((channel, UnfitText(UnfitReason.NO_CHANNEL)))
    return dict(one for one in found if one)


def find_clash(
    rulebook: Rulebook, scope: ChannelScope, values: Mapping[str, Any]
) -> tuple[str, UnfitText] | None:
    """Return which field is wrong since an emoji would give a point and take one, and why."""
    lists = ("plus_reactions", "minus_reactions")
    changed = [name for name in lists if name in values]
    now = read_inherited(rulebook, scope)
    for decided in (read_decided(rulebook, scope), values):
        now |= {name: value for name, value in decided.items() if value is not None}
    taking = set(map(normalize_emoji, now[lists[1]]))
    both = [emoji for emoji in now[lists[0]] if normalize_emoji(emoji) in taking]
    if not (changed and both):
        return None
    return changed[-1], UnfitText(UnfitReason.BOTH, {"word": f":{both[0]}:"})


async def decide(
    database: Database, rulebook: Rulebook, scope: ChannelScope, by: str, values: Mapping[str, Any]
) -> list[Change]:
    """Let *values*, as JSON by name, hold from now on; return what has changed.

    This process goes by it at once. Raises UnavailableError when that was not known to be stored.
    """
    unset = {} if scope.channel else read_inherited(rulebook, scope)
    where = (scope.team, scope.channel)
    return await rulebook.change(
        database, lambda conn: store.decide(conn, where, by, values, unset)
    )


def _to_json(settings: Settings, scope: ChannelScope) -> dict[str, Any]:
    return {name: one.kind.to_json(getattr(settings, name)) for name, one in scope.settings.items()}


def _fits(setting: Setting, raw: Any) -> bool:
    try:
        setting.kind.read(raw)
    except ValueError:
        return False
    return True
