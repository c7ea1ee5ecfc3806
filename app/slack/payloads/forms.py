"""Reads submitted forms and workflow steps, as untrusted input; malformed ones read as None."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.core.grammar.reasons import MAX_REASON
from app.core.grammar.tokens import clean
from app.core.settings.definitions import DECLARED
from app.core.settings.kinds import CHANNEL
from app.core.settings.widgets import LONGEST, Field
from app.slack.payloads import events
from app.slack.payloads.identifiers import (
    as_dict,
    parse_author,
    parse_slack_id,
    parse_time,
    parse_timestamp,
)
from app.slack.payloads.requests import Elements, read_fields, read_pressed, read_state
from app.slack.views import gift_forms as views
from app.slack.views.settings_form import build_block_id

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,6}", re.ASCII)
_EXECUTION: Final = re.compile(r"[A-Za-z0-9]{1,64}")
_TOKEN: Final = re.compile(r"[!-~]{1,511}")
"""A token of characters that a header can contain."""

_HASH: Final = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """The message that a form is about."""

    channel: str
    ts: str
    author: str | None
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class GiftForm:
    """A submitted gift form, whether or not its values are valid."""

    receiver: str | None
    channel: str | None
    points: int | None
    reason: str | None
    about: SourceMessage | None = None
    view: str = ""


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """One run of a workflow's step."""

    team: str
    """Empty if Slack names none."""
    name: str
    """The step's callback id."""
    execution: str
    token: str | None
    """Authorizes the app to end the step."""
    giver: str | None
    receiver: str | None
    channel: str | None
    points: int | None
    reason: str | None
    at: datetime | None = None
    """When the workflow reached the step, by Slack's clock."""


def read_source_message(body: dict[str, Any]) -> SourceMessage | None:
    """Return the message on which a shortcut was used, or None if malformed."""
    message = as_dict(body.get("message"))
    ts = parse_timestamp(body.get("message_ts")) or parse_timestamp(message.get("ts"))
    channel = parse_slack_id(as_dict(body.get("channel")).get("id"))  # or a direct message
    if not (channel and ts):
        return None
    thread = parse_timestamp(message.get("thread_ts"))
    author = parse_author(message.get("user"))
    return SourceMessage(channel, ts, author, thread if thread != ts else None)


def read_gift_form(body: dict[str, Any]) -> GiftForm | None:
    """Return the submitted gift form, or None if malformed."""
    view, values = as_dict(body.get("view")), read_state(body)
    view_id = view.get("id")
    if values is None or not isinstance(view_id, str) or not _EXECUTION.fullmatch(view_id):
        return None
    points = _parse_number(_read_value(values, views.POINTS))
    reason = _read_value(values, views.REASON)
    if reason is not None and (not isinstance(reason, str) or len(reason) > LONGEST):
        return None
    if view.get("callback_id") == views.FOR_MESSAGE:
        if (about := _read_source(read_fields(body))) is None:
            return None
        return GiftForm(about.author, about.channel, points, _parse_reason(reason), about, view_id)
    receiver = parse_slack_id(_read_value(values, views.WHOM, "selected_user"))
    channel = _parse_channel(_read_value(values, views.CHANNEL, "selected_conversation"))
    return GiftForm(receiver, channel, points, _parse_reason(reason), None, view_id)


def read_step(body: dict[str, Any]) -> WorkflowStep | None:
    """Return the step run in *body*, even with inputs missing; None if it has no valid id."""
    event = as_dict(body.get("event"))
    inputs, token = as_dict(event.get("inputs")), event.get("bot_access_token")
    execution, function = event.get("function_execution_id"), as_dict(event.get("function"))
    if not isinstance(execution, str) or not _EXECUTION.fullmatch(execution):
        return None
    reason = inputs.get("reason")
    return WorkflowStep(
        events.read_team_id(body) or "",
        str(function.get("callback_id"))[:100],
        execution,
        token if isinstance(token, str) and _TOKEN.fullmatch(token) else None,
        parse_slack_id(inputs.get("giver")),
        parse_slack_id(inputs.get("receiver")),
        _parse_channel(inputs.get("channel")),
        _parse_number(inputs.get("points")),
        _parse_reason(reason[:LONGEST]) if isinstance(reason, str) else None,
        parse_time(ts) if (ts := parse_timestamp(event.get("event_ts"))) else None,
    )


def _read_source(data: dict[str, Any]) -> SourceMessage | None:
    """Return the message stored in a form's metadata, or None if malformed."""
    channel, author = _parse_channel(data.get("channel")), parse_slack_id(data.get("author"))
    ts, thread = parse_timestamp(data.get("ts")), parse_timestamp(data.get("thread"))
    return SourceMessage(channel, ts, author, thread) if channel and ts and author else None


def _read_value(values: dict[str, Elements], name: str, key: str = "value") -> Any:
    return values.get(name, {}).get(name, {}).get(key)


def _parse_number(raw: object) -> int | None:
    """Return *raw* as a whole number of at most 6 digits, from a number or text, else None."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, float):
        raw = int(raw) if raw.is_integer() else None
    if isinstance(raw, int):
        return raw if abs(raw) < 1_000_000 else None
    text = raw.strip() if isinstance(raw, str) else ""
    return int(text) if _NUMBER.fullmatch(text) else None


def _parse_reason(typed: str | None) -> str | None:
    """Return a reason on one line, or None if empty.

    It keeps one character beyond the limit, so that callers can detect a longer one.
    """
    return " ".join(clean(typed or "").split())[: MAX_REASON + 1].strip() or None


def _parse_channel(value: object) -> str | None:
    return value if isinstance(value, str) and CHANNEL.fullmatch(value) else None


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """A submitted settings form."""

    channel: str
    """The channel whose settings these are; empty for the whole workspace."""
    hashes: Mapping[str, str]
    """A hash of each setting's value when the form was opened, by its name."""
    fields: Mapping[str, Field]
    """Each field's submitted value, by the name of its setting."""


def read_settings_form(body: dict[str, Any]) -> SettingsForm | None:
    """Return the submitted form with exactly the fields it showed, or None if malformed."""
    metadata, values = _read_hashes(read_fields(body)), read_state(body)
    if metadata is None or values is None:
        return None
    channel, hashes = metadata
    blocks = {build_block_id(name, channel): name for name in hashes}
    if not values.keys() <= {*blocks, build_block_id("place", channel)}:
        return None
    fields: dict[str, Field] = {}
    for block, name in blocks.items():
        field = _read_field(values.get(block), name, inherits=bool(channel))
        if field is None:
            return None
        fields[name] = field
    return SettingsForm(channel, hashes, fields)


def read_picked_channel(body: dict[str, Any]) -> str | None:
    """Return the channel whose settings to show: empty for the workspace, None if malformed."""
    pressed = read_pressed(body)
    if pressed.get("type") == "button":
        return ""
    chosen = pressed.get("selected_conversation")
    return chosen if isinstance(chosen, str) and CHANNEL.fullmatch(chosen) else None


def _read_hashes(metadata: dict[str, Any]) -> tuple[str, dict[str, str]] | None:
    """Return the channel and the hashes in the form's metadata, or None if malformed."""
    channel, hashes = metadata.get("channel"), as_dict(metadata.get("shown"))
    known = channel == "" or (isinstance(channel, str) and CHANNEL.fullmatch(channel))
    valid = all(isinstance(one, str) and _HASH.fullmatch(one) for one in hashes.values())
    return (str(channel), hashes) if known and valid and hashes else None


def _read_field(block: Elements | None, name: str, *, inherits: bool) -> Field | None:
    """Return the value of a setting's element; one that Slack omits is empty if it may be.

    None if the element can't hold such a value.
    """
    setting = DECLARED.get(name)
    if setting is None:
        return None
    widget, may_be_empty = setting.kind.build_widget(None), setting.may_be_empty(inherits=inherits)
    value = (block or {}).get(name, {}).get(widget.held_as)
    if value is None and (may_be_empty or (widget.is_written and block is not None)):
        return [] if widget.is_list else ""
    if widget.is_list:
        return _parse_ids(value)
    return _parse_text(as_dict(value).get("value") if widget.options else value)


def _parse_ids(value: object) -> list[str] | None:
    if not isinstance(value, list) or not all(map(parse_slack_id, value)):
        return None
    return value


def _parse_text(value: object) -> str | None:
    return clean(value) if isinstance(value, str) and len(value) <= LONGEST else None
