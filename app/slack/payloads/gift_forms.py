"""What forms and steps give, read from Slack's payloads with suspicion; None is what none holds."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from app.core.grammar.reasons import MAX_REASON
from app.core.grammar.tokens import cleaned
from app.slack.payloads import events
from app.slack.views import gift_forms as views

_LONGEST_METADATA: Final = 3000
_LONGEST_TEXT: Final = 3000
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,6}", re.ASCII)
_EXECUTION: Final = re.compile(r"[A-Za-z0-9]{1,64}")
_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{1,63}")
_TOKEN: Final = re.compile(r"[!-~]{1,511}")
"""What can stand in a header."""


@dataclass(frozen=True, slots=True)
class About:
    """The message that a form is about."""

    channel: str
    ts: str
    author: str | None
    thread: str | None = None

    @property
    def parts(self) -> dict[str, str | None]:
        """Return these as a form carries them."""
        return {
            "channel": self.channel,
            "ts": self.ts,
            "author": self.author,
            "thread": self.thread,
        }


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in, whatever is wrong with it."""

    receiver: str | None
    channel: str | None
    points: int | None
    reason: str | None
    about: About | None = None
    view: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One run of a workflow's step."""

    team: str
    execution: str
    token: str | None
    """What lets the app end the step."""
    giver: str | None
    receiver: str | None
    channel: str | None
    points: int | None
    reason: str | None


def about(body: dict[str, Any]) -> About | None:
    """Return the message from whose menu a shortcut was taken."""
    message = _dict(body.get("message"))
    ts = events.timestamp(body.get("message_ts")) or events.timestamp(message.get("ts"))
    channel = events.slack_id(_dict(body.get("channel")).get("id"))  # or a direct message
    if not (channel and ts):
        return None
    thread = events.timestamp(message.get("thread_ts"))
    author = events.slack_id(message.get("user"))
    return About(channel, ts, author, thread if thread != ts else None)


def filled(body: dict[str, Any]) -> Filled | None:
    """Return what a submission holds."""
    view = _dict(body.get("view"))
    values, ident = _dict(_dict(view.get("state")).get("values")), view.get("id")
    if not isinstance(ident, str) or not _EXECUTION.fullmatch(ident):
        return None
    points, reason = _number(_held(values, views.POINTS, "value")), _held(values, views.REASON)
    if reason is not None and (not isinstance(reason, str) or len(reason) > _LONGEST_TEXT):
        return None
    if view.get("callback_id") == views.FOR_MESSAGE:
        at = _carried(view.get("private_metadata"))
        said = _reason(reason)
        return Filled(at.author, at.channel, points, said, at, ident) if at else None
    whom = events.slack_id(_held(values, views.WHOM, "selected_user"))
    channel = _channel(_held(values, views.CHANNEL, "selected_conversation"))
    return Filled(whom, channel, points, _reason(reason), None, ident)


def step(body: dict[str, Any]) -> Step | None:
    """Return the run of a step that *body* tells of, whatever its inputs lack."""
    event = _dict(body.get("event"))
    inputs, token = _dict(event.get("inputs")), event.get("bot_access_token")
    team, execution = events.team_id(body), event.get("function_execution_id")
    if not team or not isinstance(execution, str) or not _EXECUTION.fullmatch(execution):
        return None
    reason = inputs.get("reason")
    return Step(
        team,
        execution,
        token if isinstance(token, str) and _TOKEN.fullmatch(token) else None,
        events.slack_id(inputs.get("giver")),
        events.slack_id(inputs.get("receiver")),
        _channel(inputs.get("channel")),
        _number(inputs.get("points")),
        _reason(reason[:_LONGEST_TEXT]) if isinstance(reason, str) else None,
    )


def _carried(raw: object) -> About | None:
    """Return the message that a form carries."""
    if not isinstance(raw, str) or len(raw) > _LONGEST_METADATA:
        return None
    try:
        held = _dict(json.loads(raw))
    except (ValueError, RecursionError):
        return None
    channel, author = _channel(held.get("channel")), events.slack_id(held.get("author"))
    ts, thread = events.timestamp(held.get("ts")), events.timestamp(held.get("thread"))
    return About(channel, ts, author, thread) if channel and ts and author else None


def _held(values: dict[str, Any], name: str, key: str = "value") -> Any:
    return _dict(_dict(values.get(name)).get(name)).get(key)


def _number(raw: object) -> int | None:
    """Return a whole number, written or as it is."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, float):
        raw = int(raw) if raw.is_integer() and abs(raw) < 1_000_000 else None
    if isinstance(raw, int):
        return raw if abs(raw) < 1_000_000 else None
    said = raw.strip() if isinstance(raw, str) and len(raw) < 32 else ""
    return int(said) if _NUMBER.fullmatch(said) else None


def _reason(typed: str | None) -> str | None:
    """Return a reason on one line, as long as one may be; what is longer is told elsewhere."""
    return " ".join(cleaned(typed or "").split())[: MAX_REASON + 1].strip() or None


def _channel(value: object) -> str | None:
    return value if isinstance(value, str) and _CHANNEL.fullmatch(value) else None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
