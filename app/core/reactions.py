"""Reactions that are votes: which emoji give a point and which take one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from app.core.settings.definitions import Settings

FORM: Final = "/form"
"""Stands where an emoji's name would for points that were given by a form: no emoji has a slash."""

JOINED: Final = "/joined"
"""Follows the voter in the slot of a vote that joins a thank-you: no id has a slash."""

# What Slack's own picker calls one emoji in two ways.
_ALIASES: Final = {"thumbsup": "+1", "thumbsdown": "-1"}


@dataclass(frozen=True, slots=True)
class Reaction:
    """Somebody's reaction to a message, put there or taken away."""

    team: str
    channel: str
    ts: str
    """The message's."""
    voter: str
    author: str | None
    """Who wrote the message; None where Slack does not say."""
    emoji: str
    added: bool
    changed: str
    """Slack's timestamp of the change: of two changes the later one holds."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells these votes from all others: team, channel, ts and the voter's slot."""
        return self.team, self.channel, self.ts, self.voter

    @property
    def at(self) -> datetime:
        """When the reaction changed."""
        return datetime.fromtimestamp(float(self.changed), UTC)


def count_points(emoji: str, settings: Settings) -> int:
    """Return what *emoji* gives: 1, -1, or 0 where it isn't a vote. Any skin tone is the emoji."""
    names = {emoji, normalize_emoji(emoji)}
    if names & _normalize_emoji(settings.plus_reactions):
        return 1
    return -1 if names & _normalize_emoji(settings.minus_reactions) else 0


def limit_points(total: int) -> int:
    """Return what reactions that come to *total* together are worth: one point at most."""
    return (total > 0) - (total < 0)


def _normalize_emoji(listed: tuple[str, ...]) -> set[str]:
    return {_ALIASES.get(name, name) for name in listed}


def normalize_emoji(emoji: str) -> str:
    """Return the one name of *emoji*, whatever it is called and in any skin tone."""
    name = emoji.partition("::")[0]
    return _ALIASES.get(name, name)
