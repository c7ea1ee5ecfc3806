"""Where the person at the terminal sits: which member they are, in which channel."""

from dataclasses import dataclass

from app.ops.local_slack.values import Channel, Member
from app.ops.local_slack.workspace import Workspace


@dataclass(slots=True)
class Seat:
    """The member one writes as and the channel one writes in; both change with /as and /in."""

    member: Member
    channel: Channel

    @property
    def prompt(self) -> str:
        """Give what stands before the line being typed."""
        return f"{self.member.name} in #{self.channel.name} > "


def first_seat(workspace: Workspace) -> Seat:
    """Give the first member a place in the first channel."""
    return Seat(next(iter(workspace.members.values())), next(iter(workspace.channels.values())))
