"""Slack's payloads end here: what is delivered becomes our own Message, or nothing.

Payloads come from outside and are read with suspicion: what lacks Slack's shape is nothing.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from app.core.channel_ids import ChannelIdChange
from app.core.grammar import mrkdwn, richtext
from app.core.grammar.tokens import EMOJI_NAME, Lines
from app.core.message import DELETED, FIRST, NOTHING, Message
from app.core.reactions import Reaction
from app.core.vote import MAX_KEY_BYTES, THING, is_thing

# A message without a subtype, and those that differ only in how they were sent (see the grammar).
_HEARD: Final = (None, "thread_broadcast", "file_share", "me_message")
_LONGEST: Final = 40_000
"""Characters of a message; Slack cuts off the rest."""
_SLACKBOT: Final = "USLACKBOT"
_ID: Final = re.compile(r"[A-Z0-9]{1,64}")
_KINDS: Final = {"channel": False, "group": True, "mpim": True, "im": True}
_TS: Final = re.compile(r"[0-9]{1,11}\.[0-9]{1,9}")


def read_message(body: dict[str, Any]) -> Message | None:
    """Return the message that *body* delivers, in the version that it delivers.

    None for what no person wrote, and for changes that no person made: link previews, reply
    counters and the like arrive as changes without `edited`, or with that of an earlier edit.
    """
    event = body["event"]
    match event.get("subtype"):
        case "message_changed":
            return _read_edit(body, event)
        case "message_deleted":
            return _read_deletion(body, event, event.get("deleted_ts"))
        case _ if event.get("edited") and event.get("type") == "app_mention":
            return None  # a mention in an edit; the change itself arrives as well
        case _:
            return _read_standing(body, event, event.get("channel"))


def read_historic_message(team: str, channel: str, payload: dict[str, Any]) -> Message | None:
    """Return the message that the history of *channel* shows, in the version that stands there.

    The version has the edit's time alone: it is later than every one before that edit, and
    earlier than what was delivered of it, so that reading it again changes nothing.
    """
    body, event = {"team_id": team}, {"channel": channel}
    if payload.get("subtype") == "tombstone":
        return _read_deletion(body, event, payload.get("ts"))
    return _read_standing(body, payload, channel)


def read_reaction(body: dict[str, Any]) -> Reaction | None:
    """Return the reaction that *body* tells of, to a message; None for all else."""
    event = body["event"]
    item = event.get("item")
    if not isinstance(item, dict) or item.get("type") != "message":
        return None
    team, channel = read_team_id(body), parse_slack_id(item.get("channel"))
    ts, changed = (parse_timestamp(item.get("ts")), parse_timestamp(event.get("event_ts")))
    voter, emoji = parse_slack_id(event.get("user")), event.get("reaction")
    if not (team and channel and ts and changed and voter):
        return None
    if not isinstance(emoji, str) or not EMOJI_NAME.fullmatch(emoji):
        return None
    author = parse_author(event.get("item_user"))
    added = event.get("type") == "reaction_added"
    return Reaction(team, channel, ts, voter, author, emoji, added, changed)


@dataclass(frozen=True, slots=True)
class Invitation:
    """That somebody was invited into a channel."""

    team: str
    channel: str
    user: str
    by: str
    ts: str
    """When."""


def read_invitation(body: dict[str, Any]) -> Invitation | None:
    """Return who was invited where, and by whom; None where nobody has invited them."""
    event = body["event"]
    team, ts = read_team_id(body), parse_timestamp(event.get("event_ts"))
    channel, user = parse_slack_id(event.get("channel")), parse_slack_id(event.get("user"))
    inviter = parse_slack_id(event.get("inviter"))
    if not (team and channel and user and inviter and ts):
        return None
    return Invitation(team, channel, user, inviter, ts)


def read_channel_id_change(body: dict[str, Any]) -> ChannelIdChange | None:
    """Return which channel has which id from now on."""
    event = body["event"]
    team, at = read_team_id(body), parse_timestamp(event.get("event_ts"))
    ids = parse_slack_id(event.get("old_channel_id")), parse_slack_id(event.get("new_channel_id"))
    if not (team and at and ids[0] and ids[1]):
        return None
    return ChannelIdChange(team, ids[0], ids[1], parse_time(at))


def read_origin(body: dict[str, Any]) -> tuple[str, str, str] | None:
    """Return where and when the event in *body* happened: team, channel, timestamp."""
    event = body["event"]
    team, channel = read_team_id(body), parse_slack_id(event.get("channel"))
    ts = parse_timestamp(event.get("event_ts")) or parse_timestamp(event.get("ts"))
    return (team, channel, ts) if team and channel and ts else None


def is_private(body: dict[str, Any]) -> bool | None:
    """Tell whether only members know of the channel in *body*; None where it does not say."""
    kind = body["event"].get("channel_type")
    return _KINDS.get(kind) if isinstance(kind, str) else None


def read_edit_time(payload: dict[str, Any]) -> str | None:
    """Return when a person last edited the message *payload*."""
    return parse_timestamp(as_dict(payload.get("edited")).get("ts"))


def _read_edit(body: dict[str, Any], event: dict[str, Any]) -> Message | None:
    now = event.get("message")
    if not isinstance(now, dict):
        return None
    if now.get("subtype") == "tombstone":
        return _read_deletion(body, event, now.get("ts"))
    at = read_edit_time(now)
    if at is None:
        return None
    # `edited` counts whole seconds, the event's own timestamp tells two edits in one apart.
    tie = parse_timestamp(event.get("event_ts")) or parse_timestamp(event.get("ts")) or ""
    version = _read_version(body, now, event.get("channel"), f"{at}/{tie}")
    return replace(version, changed_at=parse_time(at)) if version else None


def _read_deletion(body: dict[str, Any], event: dict[str, Any], deleted: object) -> Message | None:
    team, channel = read_team_id(body), parse_slack_id(event.get("channel"))
    ts = parse_timestamp(deleted)
    if not (team and channel and ts):
        return None
    return Message(team, channel, ts, "", NOTHING, revision=DELETED)


def _read_standing(body: dict[str, Any], payload: dict[str, Any], where: object) -> Message | None:
    """Return the message *payload* in the version that stands there: its latest edit's, if any."""
    at = read_edit_time(payload)
    version = _read_version(body, payload, where, f"{at}/" if at else FIRST)
    return replace(version, changed_at=parse_time(at)) if version and at else version


def _read_version(
    body: dict[str, Any], payload: dict[str, Any], where: object, revision: str
) -> Message | None:
    if payload.get("subtype") not in _HEARD or payload.get("bot_id"):
        return None
    team, channel = read_team_id(body), parse_slack_id(where)
    author, ts = parse_slack_id(payload.get("user")), parse_timestamp(payload.get("ts"))
    if not (team and channel and author and ts) or author == _SLACKBOT:
        return None
    lines = richtext.read(payload.get("blocks")) or mrkdwn.read(_read_text(payload))
    if not _names_only_ids(lines):
        return None
    home = _read_home_team(body, payload, team)
    return Message(
        team, channel, ts, author, lines, *_read_thread(payload, ts), revision, home=home
    )


def _read_home_team(body: dict[str, Any], payload: dict[str, Any], team: str) -> str | None:
    """Return the author's own workspace where it is another than *team* (Slack Connect).

    Within an organization of several workspaces that says nothing: people are of many at once. The
    delivery itself may name that of the others, with whom a channel is shared.
    """
    if (_read_authorization(body) or body).get("enterprise_id"):
        return None
    named = (parse_slack_id(payload.get(field)) for field in ("user_team", "source_team", "team"))
    home = next(filter(None, named), None)
    return home if home != team else None


def _names_only_ids(lines: Lines) -> bool:
    """Tell whether every mention could be one: a longer id than any would fit no index."""
    named = (v for kind, v in lines.atoms.values.values() if kind in ("user", "group"))
    return all(map(parse_slack_id, named))


def read_team_id(body: dict[str, Any]) -> str | None:
    """Return the workspace in whose ledger *body* belongs: the one that installed the app.

    Where a whole organization did, what is shared with others may name theirs as the team; from
    whose side it is seen is ours.
    """
    granted = parse_slack_id(_read_authorization(body).get("team_id"))
    seen_from = parse_slack_id(body.get("context_team_id"))
    is_shared = body.get("is_ext_shared_channel") is True
    ours = seen_from if is_shared and seen_from and seen_from.startswith("T") else None
    return granted or ours or parse_slack_id(body.get("team_id"))


def read_workspace_id(body: dict[str, Any]) -> str | None:
    """Return the workspace in which somebody has acted; interactions name it in their own way.

    Where the app is installed in a whole organization, they may name none: then it is the one
    that the form was opened in, or that whoever acts is of.
    """
    team, view, user = (as_dict(body.get(part)) for part in ("team", "view", "user"))
    named = read_team_id(body) or parse_slack_id(team.get("id"))
    if named or body.get("is_enterprise_install") not in (True, "true"):
        return named
    return parse_slack_id(view.get("team_id")) or parse_slack_id(user.get("team_id"))


def read_bot_user(body: dict[str, Any]) -> str | None:
    """Return the app's own user id, where the delivery names it."""
    granted = _read_authorization(body)
    return parse_slack_id(granted.get("user_id")) if granted.get("is_bot") else None


def _read_authorization(body: dict[str, Any]) -> dict[str, Any]:
    """Return for whom the delivery *body* is, if it says so: the first is one of the app's."""
    return next(iter(richtext.list_dicts(body.get("authorizations"))), {})


def read_actor(body: dict[str, Any]) -> str:
    """Return who has done what *body* tells of, as far as it says so, or an empty text."""
    event = body.get("event")
    told = event if isinstance(event, dict) else body
    named = (as_dict(told.get("message")).get("user"), told.get("user"), told.get("user_id"))
    ids = [who.get("id") if isinstance(who, dict) else who for who in named]
    return next(filter(None, map(parse_slack_id, ids)), "")


def parse_slack_id(value: object) -> str | None:
    """Return *value* if it can be an id of Slack's, which are opaque `[A-Z0-9]+`."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def parse_author(user: object) -> str | None:
    """Return who has written a message: nobody where it's Slackbot's.

    It stands at the head of a thread whose first message was deleted, and of huddles.
    """
    return None if user == _SLACKBOT else parse_slack_id(user)


def parse_target(value: object) -> str | None:
    """Return *value* if it can be a target: a person's id, or a thing's key after `thing:`."""
    if not isinstance(value, str) or not is_thing(value):
        return parse_slack_id(value)
    key = value.removeprefix(THING)
    return value if key and len(key.encode()) <= MAX_KEY_BYTES and "\x00" not in key else None


def parse_timestamp(value: object) -> str | None:
    """Return *value* if it can be a message's timestamp, such as `1763660000.000100`."""
    return value if isinstance(value, str) and _TS.fullmatch(value) else None


def as_dict(value: object) -> dict[str, Any]:
    """Return *value* where it is an object, and an empty one where it is anything else."""
    return value if isinstance(value, dict) else {}


def parse_time(ts: str) -> datetime:
    """Return the moment that Slack's timestamp *ts* is."""
    return datetime.fromtimestamp(float(ts), UTC)


def _read_text(event: dict[str, Any]) -> str:
    text = event.get("text")
    return text[:_LONGEST] if isinstance(text, str) else ""


def _read_thread(event: dict[str, Any], ts: str) -> tuple[str | None, str | None]:
    """Return the thread that the message replies to, and who began it."""
    thread = parse_timestamp(event.get("thread_ts"))
    if thread is None or thread == ts:
        return None, None
    began = as_dict(event.get("root")).get("user")
    return thread, parse_author(event.get("parent_user_id")) or parse_author(began)
