"""Channels by their ids, and changes of these: an old private channel gets one when it's shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

T = TypeVar("T")

NOT_SEEN: Final = "channel_not_found"
"""Slack's error for a channel that doesn't exist by that id, or that the app may not see."""


@dataclass(frozen=True, slots=True)
class ChannelIdChange:
    """A channel's change from its *former* id to a new one."""

    team: str
    former: str
    channel: str
    at: datetime
    """When it changed, by Slack's clock."""


def group_by_team(values: Mapping[tuple[str, str], T]) -> dict[str, dict[str, T]]:
    """Return *values*, which are by team and channel, as a dict by channel for each team."""
    grouped: dict[str, dict[str, T]] = {}
    for (team, channel), value in values.items():
        grouped.setdefault(team, {})[channel] = value
    return grouped
