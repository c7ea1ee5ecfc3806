"""What people ask by slash command and by button, read from Slack's payloads with suspicion."""

from dataclasses import dataclass
from typing import Any, Final

from app.core.grammar.richtext import list_dicts
from app.slack.payloads import events
from app.slack.payloads.state import read_state

_LONGEST_VALUE: Final = 2000
"""Characters of a button's value, by Slack's limit."""


@dataclass(frozen=True, slots=True)
class UserRequest:
    """Somebody's use of a slash command, or of a button; who it is, Slack's signature tells."""

    team: str
    user: str
    channel: str
    """Where it is asked; empty where that is no channel."""
    text: str
    """What follows the command, or the button's value."""
    trigger: str = ""
    """What opens a modal, once and within 3 s."""
    url: str = ""
    """The response_url, which takes further answers for half an hour."""
    foreign: bool = False
    """Whether Slack says that they are of another workspace."""


def read_command(body: dict[str, Any]) -> UserRequest | None:
    """Return the use of a slash command, or None where *body* lacks what one has."""
    return _read_request(body, body.get("user_id"), body.get("channel_id"), body.get("text"))


def read_button(body: dict[str, Any]) -> UserRequest | None:
    """Return the press of a button, or None where *body* lacks what one has."""
    user, channel = _as_dict(body.get("user")), _as_dict(body.get("channel"))
    pressed = next(iter(list_dicts(body.get("actions"))), {})
    value = pressed.get("value")
    if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
        return None
    body = {"team_id": _as_dict(body.get("team")).get("id")} | body
    return _read_request(body, user.get("id"), channel.get("id"), value)


def read_submission(body: dict[str, Any], field: str) -> UserRequest | None:
    """Return the submission of a modal with the text of its *field*, or None as above."""
    text = _read_state_text(body, field)
    if text is None:
        return None
    body = {"team_id": _as_dict(body.get("team")).get("id")} | body
    return _read_request(body, _as_dict(body.get("user")).get("id"), None, text)


def _read_state_text(body: dict[str, Any], field: str) -> str | None:
    """Return what the *field* of a modal holds, empty where it holds nothing; None: no text."""
    blocks = read_state(body)
    if blocks is None:
        return None
    text = next((block[field].get("value") for block in blocks.values() if field in block), None)
    return "" if text is None else text if isinstance(text, str) else None


def read_user(body: dict[str, Any]) -> UserRequest | None:
    """Return who did something in a modal, whatever it was, or None as above."""
    body = {"team_id": _as_dict(body.get("team")).get("id")} | body
    return _read_request(body, _as_dict(body.get("user")).get("id"), None, None)


def read_view_id(body: dict[str, Any]) -> str:
    """Return the id of the modal that *body* is about, or an empty text."""
    named = _as_dict(body.get("view")).get("id")
    return named if isinstance(named, str) else ""


def read_metadata(body: dict[str, Any]) -> str:
    """Return what the app has put into the modal that *body* is about, or an empty text."""
    put = _as_dict(body.get("view")).get("private_metadata")
    return put if isinstance(put, str) else ""


def is_stranger(body: dict[str, Any], team: str) -> bool:
    """Tell whether somebody of another workspace pressed it, in a channel that both share."""
    return _as_dict(body.get("user")).get("team_id") not in (None, team)


def read_action_id(body: dict[str, Any]) -> str:
    """Return the name of the button that was pressed, or an empty text."""
    named = next(iter(list_dicts(body.get("actions"))), {}).get("action_id")
    return named if isinstance(named, str) else ""


def read_action_name(body: dict[str, Any]) -> str:
    """Return what was pressed, submitted or taken, by its name, or an empty text."""
    named = (read_action_id(body), _as_dict(body.get("view")).get("callback_id"))
    return next((n for n in (*named, body.get("callback_id")) if n and isinstance(n, str)), "")


def _read_request(
    body: dict[str, Any], user: object, channel: object, text: object
) -> UserRequest | None:
    team, who = events.read_team_id(body), events.parse_slack_id(user)
    if not (team and who):
        return None
    typed = text if isinstance(text, str) else ""
    trigger, url = body.get("trigger_id"), body.get("response_url")
    return UserRequest(
        team,
        who,
        events.parse_slack_id(channel) or "",
        typed,
        trigger if isinstance(trigger, str) else "",
        url if isinstance(url, str) else "",
        is_stranger(body, team),
    )


def _as_dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
