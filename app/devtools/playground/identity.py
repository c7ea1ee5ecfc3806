"""Which member the person at the terminal is, and in which channel; both can be changed."""

from dataclasses import dataclass

from app.devtools.fake_slack.values import Channel, SlackMember
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground import phrases
from app.devtools.playground.intents import ask_if_meant


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


class IdentitySwitcher:
    """Whoever sits on *seat*, and what they may change it to; each gives the trouble it met."""

    def __init__(self, workspace: Workspace, identity: PlaygroundIdentity) -> None:
        self._workspace = workspace
        self._identity = identity

    def switch_member(self, name: str) -> str:
        """Become another member; in a conversation with the app, that is then their own."""
        member = self._workspace.find_member(name)
        if member is None or member.deleted:
            meant = ask_if_meant(name.lstrip("@"), phrases.find_member_names(self._workspace))
            known = phrases.list_members(self._workspace)
            return f"Nobody here is called {name or 'that'}.{meant} There are {known}"
        if member.id == self._workspace.bot_user_id:
            return "pptbot writes for itself."
        self._identity.member = member
        if self._identity.channel.user:
            self._identity.channel = self._workspace.open_direct(member.id)
        return ""

    def switch_channel(self, name: str) -> str:
        """Go to another channel, or with @pptbot to the conversation with the app."""
        if name.removeprefix("@").casefold() == "pptbot" and name.startswith("@"):
            self._identity.channel = self._workspace.open_direct(self._identity.member.id)
            return ""
        channel = self._workspace.find_channel(name)
        if channel is None or channel.user:
            channels = phrases.find_channel_names(self._workspace)
            meant = ask_if_meant(f"#{name.lstrip('#')}", channels)
            known = phrases.list_channels(self._workspace)
            return f"There is no channel {name or 'without a name'}.{meant} There are {known}"
        self._identity.channel = channel
        return ""
