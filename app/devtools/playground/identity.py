"""The member and channel that the person at the terminal currently acts as and in."""

from dataclasses import dataclass

from app.devtools.fake_slack.values import Channel, SlackMember
from app.devtools.fake_slack.workspace import Workspace


@dataclass(slots=True)
class PlaygroundIdentity:
    """The current member and channel, which /as and /in change.

    *question* replaces the prompt while a modal waits for input.
    """

    member: SlackMember
    channel: Channel
    question: str = ""

    @property
    def prompt(self) -> str:
        """The prompt before the line being typed."""
        place = "@pptbot" if self.channel.user else f"#{self.channel.name}"
        return self.question or f"{self.member.name} in {place} > "


def choose_first_identity(workspace: Workspace) -> PlaygroundIdentity:
    """Return the first member in the first channel."""
    return PlaygroundIdentity(
        next(iter(workspace.members.values())), next(iter(workspace.channels.values()))
    )
