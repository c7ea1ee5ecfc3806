"""What happens when somebody decides on settings: what holds is shown, what they changed stored."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.reactions import plain
from app.core.settings.definitions import DECLARED, Settings
from app.core.settings.form_text import Unfit, Why
from app.core.settings.kinds import Setting, Where
from app.store.database import Database, UnavailableError
from app.store.workspace import stored_settings as store
from app.store.workspace.rulebook import EVERYWHERE, Rulebook
from app.store.workspace.stored_settings import Change


@dataclass(frozen=True, slots=True)
class Place:
    """Where settings hold: in the whole workspace, or in one channel."""

    team: str
    channel: str = EVERYWHERE

    @property
    def where(self) -> Where:
        """Return what kind of place it is."""
        return Where.CHANNEL if self.channel else Where.WORKSPACE

    @property
    def declared(self) -> Mapping[str, Setting]:
        """Return the settings that there are here."""
        return {name: one for name, one in DECLARED.items() if one.fits(self.where)}


def held(rulebook: Rulebook, place: Place) -> dict[str, Any]:
    """Return what was decided, as JSON by name; None where a channel follows the workspace."""
    if not place.channel:
        return _json(rulebook.of(place.team), place)
    stored = rulebook.stored(place.team, place.channel)
    return {
        name: stored[name] if name in stored and _fits(one, stored[name]) else None
        for name, one in place.declared.items()
    }


def inherited(rulebook: Rulebook, place: Place) -> dict[str, Any]:
    """Return what holds where nothing was decided, as JSON by name."""
    return _json(rulebook.of(place.team) if place.channel else rulebook.base, place)


def clash(rulebook: Rulebook, place: Place, wanted: Mapping[str, Any]) -> tuple[str, Unfit] | None:
    """Return which field is wrong since an emoji would give a point and take one, and why."""
    lists = ("plus_reactions", "minus_reactions")
    changed = [name for name in lists if name in wanted]
    now = inherited(rulebook, place)
    for decided in (held(rulebook, place), wanted):
        now |= {name: value for name, value in decided.items() if value is not None}
    taking = set(map(plain, now[lists[1]]))
    both = [emoji for emoji in now[lists[0]] if plain(emoji) in taking]
    if not (changed and both):
        return None
    return changed[-1], Unfit(Why.BOTH, {"word": f":{both[0]}:"})


async def decide(
    database: Database, rulebook: Rulebook, place: Place, by: str, wanted: Mapping[str, Any]
) -> list[Change]:
    """Let *wanted*, as JSON by name, hold from now on; return what has changed.

    This process goes by it at once. Raises UnavailableError when that was not known to be stored.
    """
    unset = {} if place.channel else inherited(rulebook, place)
    where = (place.team, place.channel)
    changes = await database.run(lambda conn: store.decide(conn, where, by, wanted, unset))
    if changes:
        with contextlib.suppress(UnavailableError):  # then it is learnt a second later
            await rulebook.learn(database)
    return changes


def _json(settings: Settings, place: Place) -> dict[str, Any]:
    return {name: one.kind.json(getattr(settings, name)) for name, one in place.declared.items()}


def _fits(setting: Setting, raw: Any) -> bool:
    try:
        setting.kind.read(raw)
    except ValueError:
        return False
    return True
