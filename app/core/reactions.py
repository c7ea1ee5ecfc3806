"""Reactions that count as votes: which emoji give a point and which take one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from app.core.settings.definitions import Settings

FORM: Final = "/form"
"""Stands in for the emoji's name when points are given by form: no emoji name has a slash."""

JOINED: Final = "/joined"
"""The suffix of the slot of a vote that joins a thank-you: no id has a slash."""

# Emoji that Slack's own picker knows by two names.
_ALIASES: Final = {"thumbsup": "+1", "thumbsdown": "-1"}


@dataclass(frozen=True, slots=True)
class Reaction:
    """A person's reaction to a message, added or removed."""

    team: str
    channel: str
    ts: str
    """The message's ts."""
    voter: str
    author: str | None
    """The message's author; None if Slack doesn't say."""
    emoji: str
    added: bool
    changed: str
    """Slack's timestamp of the change; of two changes, the later one wins."""

    @property
    def at(self) -> datetime:
        """When the reaction changed."""
        return datetime.fromtimestamp(float(self.changed), UTC)


def count_points(emoji: str, settings: Settings) -> int:
    """Return the points *emoji* gives: 1, -1, or 0 if it isn't a vote. Skin tones don't matter."""
    name = normalize_emoji(emoji)
    if name in map(normalize_emoji, settings.plus_reactions):
        return 1
    return -1 if name in map(normalize_emoji, settings.minus_reactions) else 0


def limit_points(total: int) -> int:
    """Return *total* reaction points limited to one point either way."""
    return (total > 0) - (total < 0)


def normalize_emoji(emoji: str) -> str:
    """Return the canonical name of *emoji*, without its skin tone."""
    name = emoji.partition("::")[0]
    return _ALIASES.get(name, name)
