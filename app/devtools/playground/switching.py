"""Changing places: writing as another member, or in another channel."""

from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground import phrases
from app.devtools.playground.identity import Seat


class Seating:
    """Whoever sits on *seat*, and what they may change it to; each gives the trouble it met."""

    def __init__(self, workspace: Workspace, seat: Seat) -> None:
        self._workspace = workspace
        self._seat = seat

    def sit_as(self, name: str) -> str:
        """Become another member; in a conversation with the app, that is then their own."""
        member = self._workspace.member_called(name)
        if member is None or member.deleted:
            known = phrases.members(self._workspace)
            return f"Nobody here is called {name or 'that'}. There are {known}"
        if member.id == self._workspace.bot_user_id:
            return "pptbot writes for itself."
        self._seat.member = member
        if self._seat.channel.user:
            self._seat.channel = self._workspace.direct_with(member.id)
        return ""

    def sit_in(self, name: str) -> str:
        """Go to another channel, or with @pptbot to the conversation with the app."""
        if name.removeprefix("@").casefold() == "pptbot" and name.startswith("@"):
            self._seat.channel = self._workspace.direct_with(self._seat.member.id)
            return ""
        channel = self._workspace.channel_called(name)
        if channel is None or channel.user:
            known = phrases.channels(self._workspace)
            return f"There is no channel {name or 'without a name'}. There are {known}"
        self._seat.channel = channel
        return ""
