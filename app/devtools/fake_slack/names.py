"""What an @ or a # may stand for in a workspace, as Slack's client offers it while one types."""

import re
from typing import Any

from app.devtools.fake_slack.workspace import Workspace

Piece = tuple[str, dict[str, Any]]


class Names:
    """The mentions that can be typed in *workspace*, found in any case."""

    def __init__(self, workspace: Workspace) -> None:
        self._mentions = _list_broadcasts() | _list_groups(workspace) | _list_members(workspace)
        self._channels = {
            channel.name: (f"<#{channel.id}>", {"type": "channel", "channel_id": channel.id})
            for channel in workspace.channels.values()
            if not channel.user
        }

    def make_pattern(self) -> str:
        """Give a regular expression with the groups ``at`` and ``hash``, longest name first."""
        at, channels = _match_any(self._mentions), _match_any(self._channels)
        return rf"(?<![\w@/])@(?P<at>{at})(?!\w|[.-]\w)|(?<![\w#/&])\#(?P<hash>{channels})(?![\w-])"

    def find_mention(self, name: str) -> Piece | None:
        """Give the text and the element of the mention *name*, its style still to come."""
        return self._mentions.get(name.casefold())

    def find_channel(self, name: str) -> Piece | None:
        """Give the text and the element of the channel *name*."""
        return self._channels.get(name.casefold())


def _match_any(names: dict[str, Piece]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name) for name in longest_first) or "(?!)"


def _list_broadcasts() -> dict[str, Piece]:
    ranges = ("here", "channel", "everyone")
    return {name: (f"<!{name}>", {"type": "broadcast", "range": name}) for name in ranges}


def _list_groups(workspace: Workspace) -> dict[str, Piece]:
    return {
        group.handle.casefold(): (
            f"<!subteam^{group.id}>",
            {"type": "usergroup", "usergroup_id": group.id},
        )
        for group in workspace.groups.values()
    }


def _list_members(workspace: Workspace) -> dict[str, Piece]:
    return {
        name.casefold(): (f"<@{member.id}>", {"type": "user", "user_id": member.id})
        for member in workspace.members.values()
        if not member.deleted
        for name in (member.name, member.display_name)
    }
