"""Reads slash commands, buttons and modals from Slack's payloads, as untrusted input."""

import json
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from app.core.grammar.richtext import list_dicts
from app.core.grammar.tokens import clean
from app.slack.payloads import events
from app.slack.payloads.identifiers import as_dict, parse_slack_id
from app.slack.views.blocks import LONGEST_VALUE, MOST_METADATA

_ROW: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)

Elements = dict[str, dict[str, Any]]
"""The values in a block, by the names of its elements."""


@dataclass(frozen=True, slots=True)
class UserRequest:
    """A use of a slash command, button or form; Slack's signature vouches for the user."""

    team: str
    user: str
    channel: str
    """Where it was made; empty if not in a channel."""
    text: str
    """The text after the command, the button's value, or the text of a form's field."""
    trigger: str = ""
    """The trigger_id, which opens one modal within 3 s."""
    url: str = ""
    """The response_url, which accepts further responses for 30 minutes."""
    home: str = ""
    """The user's own workspace, if Slack says that it's another one."""
    enterprise: str = ""
    """The workspace's organization, if any; the user's own workspace may then be a sister."""
    action: str = ""
    """The name of the button, form or shortcut that was used."""
    view: str = ""
    """The id of the modal in which it was used."""
    view_hash: str | None = None
    """The modal's hash, which changes whenever the app updates it."""

    @property
    def row(self) -> int | None:
        """The number of a table's row, if that is the button's value."""
        return int(self.text) if _ROW.fullmatch(self.text) else None

    def build_key(self, kind: str) -> str:
        """Return a key in place of a message's timestamp; a redelivered command gets the same.

        So does a form that is submitted again.
        """
        origin = self.view or self.trigger
        seed = f"{self.team} {self.user} {origin}" if origin else secrets.token_hex(16)
        return f"{kind}/{sha256(seed.encode()).hexdigest()[:24]}"


def read_command(body: dict[str, Any]) -> UserRequest | None:
    """Return the slash command in *body*, or None if malformed."""
    return _read_request(body, body.get("user_id"), body.get("channel_id"), body.get("text"))


def read_button(body: dict[str, Any]) -> UserRequest | None:
    """Return the press of a button in *body*, or None if malformed."""
    user, channel = as_dict(body.get("user")), as_dict(body.get("channel"))
    value = read_pressed(body).get("value")
    if not isinstance(value, str) or len(value) > LONGEST_VALUE:
        return None
    return _read_request(body, user.get("id"), channel.get("id"), value)


def read_submission(body: dict[str, Any], field: str) -> UserRequest | None:
    """Return the submission of a modal with the text of its *field*, or None if malformed."""
    blocks = read_state(body)
    if blocks is None:
        return None
    text = next((block[field].get("value") for block in blocks.values() if field in block), None)
    if not isinstance(text, str | None):
        return None
    return _read_request(body, as_dict(body.get("user")).get("id"), None, text)


def read_user(body: dict[str, Any]) -> UserRequest | None:
    """Return an interaction's user and form, without channel or text; None if malformed."""
    return _read_request(body, as_dict(body.get("user")).get("id"), None, None)


def read_metadata(body: dict[str, Any]) -> str:
    """Return the metadata that the app stored in the modal of *body*, or an empty string."""
    metadata = as_dict(body.get("view")).get("private_metadata")
    return metadata if isinstance(metadata, str) else ""


def read_fields(body: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON object that the app stored in the modal of *body*, or an empty dict."""
    raw = read_metadata(body)
    try:
        return as_dict(json.loads(raw)) if len(raw) <= MOST_METADATA else {}
    except (ValueError, RecursionError):
        return {}


def read_pressed(body: dict[str, Any]) -> dict[str, Any]:
    """Return the button or menu that was used, or an empty dict."""
    return next(iter(list_dicts(body.get("actions"))), {})


def read_action(body: dict[str, Any]) -> str:
    """Return the name of the button, form or shortcut that was used, or an empty string."""
    pressed = read_pressed(body).get("action_id")
    candidates = (pressed, as_dict(body.get("view")).get("callback_id"), body.get("callback_id"))
    return next((name for name in candidates if name and isinstance(name, str)), "")


def _read_request(
    body: dict[str, Any], user: object, channel: object, text: object
) -> UserRequest | None:
    team, user_id = events.read_workspace_id(body), parse_slack_id(user)
    if not (team and user_id):
        return None
    typed = clean(text) if isinstance(text, str) else ""
    trigger, url = body.get("trigger_id"), body.get("response_url")
    view = as_dict(body.get("view"))
    view_id, view_hash = view.get("id"), view.get("hash")
    return UserRequest(
        team,
        user_id,
        parse_slack_id(channel) or "",
        typed,
        trigger if isinstance(trigger, str) else "",
        url if isinstance(url, str) else "",
        _read_home(body, team),
        _read_enterprise(body),
        read_action(body),
        view_id if isinstance(view_id, str) else "",
        view_hash if isinstance(view_hash, str) else None,
    )


def _read_home(body: dict[str, Any], team: str) -> str:
    """Return the user's own workspace if it isn't *team*, `?` if malformed, or else empty.

    Where an organization has the app, another organization's form names none of its workspaces, so
    *team* is the user's own; it's from outside nevertheless.
    """
    installed = parse_slack_id(as_dict(body.get("view")).get("app_installed_team_id")) or ""
    has_organization = "enterprise" in body or _read_enterprise(body)
    if installed.startswith("E") and has_organization and installed != _read_enterprise(body):
        return "?"
    named = as_dict(body.get("user")).get("team_id"), as_dict(body.get("team")).get("id")
    elsewhere = [home for home in named if home not in (None, team)]
    return (parse_slack_id(elsewhere[0]) or "?") if elsewhere else ""


def _read_enterprise(body: dict[str, Any]) -> str:
    named = (
        as_dict(body.get("enterprise")).get("id"),
        as_dict(body.get("team")).get("enterprise_id"),
    )
    return next(filter(None, map(parse_slack_id, named)), "")


def read_state(body: dict[str, Any]) -> dict[str, Elements] | None:
    """Return the blocks of the submitted form by name, or None if malformed."""
    view = body.get("view")
    state = view.get("state") if isinstance(view, dict) else None
    values = state.get("values") if isinstance(state, dict) else state
    if values is None:
        return {}
    if not isinstance(values, dict):
        return None
    blocks = {name: block for name, block in values.items() if block is not None}
    if not all(isinstance(block, dict) for block in blocks.values()):
        return None
    filled = {
        name: {element: value for element, value in block.items() if value is not None}
        for name, block in blocks.items()
    }
    fits = all(isinstance(value, dict) for block in filled.values() for value in block.values())
    return filled if fits else None
