"""Reactions, read from Slack's payloads with suspicion: what lacks their shape is nothing."""

import re
from typing import Any, Final

from app.core.reactions import Reaction
from app.slack.payloads import events

_EMOJI: Final = re.compile(r"[\w+'-]{1,100}(?:::skin-tone-[2-6])?")


def read_reaction(body: dict[str, Any]) -> Reaction | None:
    """Return the reaction that *body* tells of, to a message; None for all else."""
    event = body["event"]
    item = event.get("item")
    if not isinstance(item, dict) or item.get("type") != "message":
        return None
    team, channel = events.read_team_id(body), events.parse_slack_id(item.get("channel"))
    ts, changed = (
        events.parse_timestamp(item.get("ts")),
        events.parse_timestamp(event.get("event_ts")),
    )
    voter, emoji = events.parse_slack_id(event.get("user")), event.get("reaction")
    if not (team and channel and ts and changed and voter):
        return None
    if not isinstance(emoji, str) or not _EMOJI.fullmatch(emoji):
        return None
    author = events.parse_slack_id(event.get("item_user"))
    added = event.get("type") == "reaction_added"
    return Reaction(team, channel, ts, voter, author, emoji, added, changed)
