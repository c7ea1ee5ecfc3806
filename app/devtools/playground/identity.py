"""Where the person at the terminal sits: which member they are, in which channel."""

from dataclasses import dataclass

from app.devtools.fake_slack.values import Channel, Member
from app.devtools.fake_slack.workspace import Workspace


@dataclass(slots=True)
class Seat:
    """The member one writes as and the channel one writes in; both change with /as and /in.

    *asked* stands before the line while a modal waits for what is typed.
    """

    member: Member
    channel: Channel
    asked: str = ""

    @property
    def prompt(self) -> str:
        """Give what stands before the line being typed."""
        place = "@pptbot" if self.channel.user else f"#{self.channel.name}"
        return self.asked or f"{self.member.name} in {place} > "


def first_seat(workspace: Workspace) -> Seat:
    """Give the first member a place in the first channel."""
    return Seat(next(iter(workspace.members.values())), next(iter(workspace.channels.values())))
