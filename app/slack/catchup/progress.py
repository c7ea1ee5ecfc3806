"""What a catch-up has read so far, by channel."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class ChannelProgress:
    """Progress in a channel: *done* grows from 0 to 1; *skipped* is why it can't be read, if so."""

    channel: str
    done: float = 0.0
    messages: int = 0
    votes: int = 0
    skipped: str = ""


@dataclass(slots=True)
class CatchUpSummary:
    """The results of a catch-up, by channel."""

    read: list[ChannelProgress] = field(default_factory=list)
    """The channels in the order they were read, including skipped ones."""
    refused: dict[str, str] = field(default_factory=dict)
    """Why Slack doesn't list the channels of the workspaces that were left out."""
    failed: dict[str, str] = field(default_factory=dict)
    """Why the channels that stay unread couldn't be read now."""

    @property
    def messages(self) -> int:
        """The number of messages processed."""
        return sum(channel.messages for channel in self.read)

    @property
    def votes(self) -> int:
        """The number of rows added to the ledger."""
        return sum(channel.votes for channel in self.read)

    @property
    def skipped(self) -> list[ChannelProgress]:
        """The channels that Slack didn't let the app read."""
        return [channel for channel in self.read if channel.skipped]
