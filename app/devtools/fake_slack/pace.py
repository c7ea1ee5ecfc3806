"""Slack's pace for posting: one message a second in a channel."""

from typing import Final

from app.devtools.fake_slack.arguments import Args
from app.devtools.fake_slack.workspace import Workspace

APART: Final = 1.0
"""Seconds between two messages in a channel."""


class Pace:
    """When each channel last took a message, by the workspace's monotonic clock."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._last: dict[str, float] = {}

    def allows(self, method: str, args: Args) -> bool:
        """Say whether Slack would take this call now."""
        last = self._last.get(self._find_channel(args))
        if method != "chat.postMessage" or last is None:
            return True
        return self._workspace.monotonic() - last >= APART

    def record(self, method: str, args: Args) -> None:
        """Remember that this call went through."""
        if method == "chat.postMessage":
            self._last[self._find_channel(args)] = self._workspace.monotonic()

    def _find_channel(self, args: Args) -> str:
        named = str(args.get("channel", ""))
        channel = self._workspace.find_channel(named)
        return channel.id if channel else named  # each person's conversation is one of its own
