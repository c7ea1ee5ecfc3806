"""Channels that get another id, as private ones of old do when they are shared with others."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChannelIdChange:
    """That a channel has another id from now on."""

    team: str
    former: str
    channel: str
    at: datetime
    """When, by Slack's clock."""

    @property
    def parameters(self) -> dict[str, str]:
        """Return what queries are given of it."""
        return {"team": self.team, "former": self.former, "channel": self.channel}
