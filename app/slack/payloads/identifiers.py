"""Checks single values in Slack's payloads, which are untrusted input: ids, times and objects."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from app.core.message import TIMESTAMP
from app.core.vote import MAX_KEY_BYTES, THING, is_thing

SLACKBOT: Final = "USLACKBOT"
_ID: Final = re.compile(r"[A-Z0-9]{1,64}")


def parse_slack_id(value: object) -> str | None:
    """Return *value* if it's a valid Slack id, which is opaque (`[A-Z0-9]+`), else None."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def parse_author(user: object) -> str | None:
    """Return the id of a message's author, or None if it's Slackbot.

    Slackbot is the author of a thread's first message once that is deleted, and of huddles.
    """
    return None if user == SLACKBOT else parse_slack_id(user)


def parse_target(value: object) -> str | None:
    """Return *value* if it's a valid target: a person's id, or `thing:` and a key; else None."""
    if not isinstance(value, str) or not is_thing(value):
        return parse_slack_id(value)
    key = value.removeprefix(THING)
    return value if key and len(key.encode()) <= MAX_KEY_BYTES and "\x00" not in key else None


def parse_timestamp(value: object) -> str | None:
    """Return *value* if it's a valid timestamp such as `1763660000.000100`, else None."""
    return value if isinstance(value, str) and TIMESTAMP.fullmatch(value) else None


def as_dict(value: object) -> dict[str, Any]:
    """Return *value* if it's a dict, else an empty dict."""
    return value if isinstance(value, dict) else {}


def parse_time(ts: str) -> datetime:
    """Return Slack's timestamp *ts* as a datetime in UTC."""
    return datetime.fromtimestamp(float(ts), UTC)
