"""What people ask by slash command and by button, read from Slack's payloads with suspicion."""

import json
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from app.core.grammar.richtext import list_dicts
from app.core.grammar.tokens import replace_unfit
from app.slack.payloads import events
from app.slack.payloads.events import as_dict

_LONGEST_VALUE: Final = 2000
"""Characters of a button's value, by Slack's limit."""

_LONGEST_METADATA: Final = 3000
"""Characters that Slack keeps with a form."""

Elements = dict[str, dict[str, Any]]
"""What a block holds, by the names of its elements."""


@dataclass(frozen=True, slots=True)
class UserRequest:
    """Somebody's use of a slash command, or of a button; who it is, Slack's signature tells."""

    team: str
    user: str
    channel: str
    """Where it is asked; empty where that isn't a channel."""
    text: str
    """What follows the command, or the button's value."""
    trigger: str = ""
    """What opens a modal, once and within 3 s."""
    url: str = ""
    """The response_url, which takes further answers for half an hour."""
    home: str = ""
    """Their own workspace, where Slack says that it is another."""
    enterprise: str = ""
    """The organization of the workspace, if it is of one: people's own may be a sister then."""
    action: str = ""
    """The name of the button that was pressed, or of what was submitted."""
    view: str = ""
    """The id of the modal in which that was."""

    def build_key(self, kind: str) -> str:
        """Return what stands for a message: the same for one command that is delivered twice."""
        told = f"{self.team} {self.user} {self.trigger}" if self.trigger else secrets.token_hex(16)
        return f"{kind}/{sha256(told.encode()).hexdigest()[:24]}"


def read_command(body: dict[str, Any]) -> UserRequest | None:
    """Return the use of a slash command, or None where *body* lacks what one has."""
    return _read_request(body, body.get("user_id"), body.get("channel_id"), body.get("text"))


def read_button(body: dict[str, Any]) -> UserRequest | None:
    """Return the press of a button, or None where *body* lacks what one has."""
    user, channel = as_dict(body.get("user")), as_dict(body.get("channel"))
    value = read_pressed(body).get("value")
    if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
        return None
    return _read_request(body, user.get("id"), channel.get("id"), value)


def read_submission(body: dict[str, Any], field: str) -> UserRequest | None:
    """Return the submission of a modal with the text of its *field*, or None as above."""
    text = _read_state_text(body, field)
    if text is None:
        return None
    return _read_request(body, as_dict(body.get("user")).get("id"), None, text)


def _read_state_text(body: dict[str, Any], field: str) -> str | None:
    """Return what the *field* of a modal holds, empty where it holds nothing; None: no text."""
    blocks = read_state(body)
    if blocks is None:
        return None
    text = next((block[field].get("value") for block in blocks.values() if field in block), None)
    return "" if text is None else text if isinstance(text, str) else None


def read_user(body: dict[str, Any]) -> UserRequest | None:
    """Return who did something in a modal, whatever it was, or None as above."""
    return _read_request(body, as_dict(body.get("user")).get("id"), None, None)


def read_metadata(body: dict[str, Any]) -> str:
    """Return what the app has put into the modal that *body* is about, or an empty text."""
    put = as_dict(body.get("view")).get("private_metadata")
    return put if isinstance(put, str) else ""


def read_fields(body: dict[str, Any]) -> dict[str, Any]:
    """Return what the app has put as JSON into the modal that *body* is about; nothing if none."""
    raw = read_metadata(body)
    try:
        return as_dict(json.loads(raw)) if len(raw) <= _LONGEST_METADATA else {}
    except (ValueError, RecursionError):
        return {}


def read_pressed(body: dict[str, Any]) -> dict[str, Any]:
    """Return the button or menu that was used, an empty one where none was."""
    return next(iter(list_dicts(body.get("actions"))), {})


def read_action(body: dict[str, Any]) -> str:
    """Return what was pressed, submitted or taken, by its name, or an empty text."""
    pressed = read_pressed(body).get("action_id")
    named = (pressed, as_dict(body.get("view")).get("callback_id"), body.get("callback_id"))
    return next((name for name in named if name and isinstance(name, str)), "")


def _read_request(
    body: dict[str, Any], user: object, channel: object, text: object
) -> UserRequest | None:
    team, who = events.read_workspace_id(body), events.parse_slack_id(user)
    if not (team and who):
        return None
    typed = replace_unfit(text) if isinstance(text, str) else ""
    trigger, url = body.get("trigger_id"), body.get("response_url")
    view = as_dict(body.get("view")).get("id")
    return UserRequest(
        team,
        who,
        events.parse_slack_id(channel) or "",
        typed,
        trigger if isinstance(trigger, str) else "",
        url if isinstance(url, str) else "",
        _read_home(body, team),
        _read_enterprise(body),
        read_action(body),
        view if isinstance(view, str) else "",
    )


def _read_home(body: dict[str, Any], team: str) -> str:
    """Return the own workspace of whoever acts, where it is another than *team*."""
    home = as_dict(body.get("user")).get("team_id")
    return "" if home in (None, team) else events.parse_slack_id(home) or "?"


def _read_enterprise(body: dict[str, Any]) -> str:
    named = (
        as_dict(body.get("enterprise")).get("id"),
        as_dict(body.get("team")).get("enterprise_id"),
    )
    return next(filter(None, map(events.parse_slack_id, named)), "")


def read_state(body: dict[str, Any]) -> dict[str, Elements] | None:
    """Return the blocks of the form that *body* submits; None where they have not Slack's shape."""
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
    found = {
        name: {element: held for element, held in block.items() if held is not None}
        for name, block in blocks.items()
    }
    fits = all(isinstance(held, dict) for block in found.values() for held in block.values())
    return found if fits else None
