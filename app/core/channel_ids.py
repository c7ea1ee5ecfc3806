"""Changes of a channel's id, as when an old private channel is shared with another workspace."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChannelIdChange:
    """A channel's change from its *former* id to a new one."""

    team: str
    former: str
    channel: str
    at: datetime
    """When it changed, by Slack's clock."""

    @property
    def parameters(self) -> dict[str, str]:
        """Return the query parameters."""
        return {"team": self.team, "former": self.former, "channel": self.channel}
