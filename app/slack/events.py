"""Slack's payloads end here: what is delivered becomes our own Message, or nothing.

Payloads come from outside and are read with suspicion: what lacks Slack's shape is nothing.
"""

import re
from typing import Any, Final

from app.core import mrkdwn, richtext
from app.core.message import Message

# A message without a subtype, and those that differ only in how they were sent (GRAMMAR.md, 6).
_HEARD: Final = (None, "thread_broadcast", "file_share", "me_message")
_SLACKBOT: Final = "USLACKBOT"
_ID: Final = re.compile(r"[A-Z0-9]{1,64}")
_TS: Final = re.compile(r"[0-9]{1,11}\.[0-9]{1,9}")


def message(body: dict[str, Any]) -> Message | None:
    """Return the message that *body* delivers, or None if it is not one of a person."""
    event = body["event"]
    if event.get("subtype") not in _HEARD or event.get("bot_id") or event.get("edited"):
        return None
    team, channel = team_id(body), slack_id(event.get("channel"))
    author, ts = slack_id(event.get("user")), timestamp(event.get("ts"))
    if not (team and channel and author and ts) or author == _SLACKBOT:
        return None
    lines = richtext.read(event.get("blocks")) or mrkdwn.read(_text(event))
    return Message(team, channel, ts, author, lines, *_thread(event, ts))


def team_id(body: dict[str, Any]) -> str | None:
    """Return the workspace in whose ledger *body* belongs: the one that installed the app."""
    for granted in richtext.dicts(body.get("authorizations"))[:1]:
        if team := slack_id(granted.get("team_id")):
            return team
    return slack_id(body.get("team_id"))


def bot_user(body: dict[str, Any]) -> str | None:
    """Return the app's own user id, where the delivery names it."""
    granted = richtext.dicts(body.get("authorizations"))[:1]
    return slack_id(granted[0].get("user_id")) if granted and granted[0].get("is_bot") else None


def slack_id(value: object) -> str | None:
    """Return *value* if it can be an id of Slack's, which are opaque `[A-Z0-9]+`."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def timestamp(value: object) -> str | None:
    """Return *value* if it can be a message's timestamp, such as `1763660000.000100`."""
    return value if isinstance(value, str) and _TS.fullmatch(value) else None


def _text(event: dict[str, Any]) -> str:
    text = event.get("text")
    return text if isinstance(text, str) else ""


def _thread(event: dict[str, Any], ts: str) -> tuple[str | None, str | None]:
    """Return the thread that the message replies to, and who began it."""
    thread = timestamp(event.get("thread_ts"))
    if thread is None or thread == ts:
        return None, None
    root = event.get("root")
    began = root.get("user") if isinstance(root, dict) else None
    return thread, slack_id(event.get("parent_user_id")) or slack_id(began)
