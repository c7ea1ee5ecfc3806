"""Where the person at the terminal sits: which member they are, in which channel."""

from dataclasses import dataclass

from app.devtools.fake_slack.values import Channel, SlackMember
from app.devtools.fake_slack.workspace import Workspace


@dataclass(slots=True)
class PlaygroundIdentity:
    """The member one writes as and the channel one writes in; both change with /as and /in.

    *asked* stands before the line while a modal waits for what is typed.
    """

    member: SlackMember
    channel: Channel
    question: str = ""

    @property
    def prompt(self) -> str:
        """Give what stands before the line being typed."""
        place = "@pptbot" if self.channel.user else f"#{self.channel.name}"
        return self.question or f"{self.member.name} in {place} > "


def choose_first_identity(workspace: Workspace) -> PlaygroundIdentity:
    """Give the first member a place in the first channel."""
    return PlaygroundIdentity(
        next(iter(workspace.members.values())), next(iter(workspace.channels.values()))
    )
