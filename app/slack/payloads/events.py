"""Reads Slack's event payloads into types of our own, such as Message.

Payloads are untrusted input: one that doesn't have Slack's shape reads as None.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from app.core.channel_ids import ChannelIdChange
from app.core.grammar import mrkdwn, richtext
from app.core.grammar.tokens import EMOJI_NAME, Lines
from app.core.message import DELETED, FIRST, NOTHING, Message, build_edit_revision
from app.core.reactions import Reaction
from app.slack.payloads.identifiers import (
    SLACKBOT,
    as_dict,
    parse_author,
    parse_slack_id,
    parse_time,
    parse_timestamp,
)

# No subtype, and the subtypes that only say how a message was sent (see the grammar).
_SUBTYPES: Final = (None, "thread_broadcast", "file_share", "me_message")
_LONGEST: Final = 40_000
"""Characters of a message; Slack truncates the rest."""
_KINDS: Final = {"channel": False, "group": True, "mpim": True, "im": True}


def read_message(body: dict[str, Any]) -> Message | None:
    """Return the message in *body*, in the version delivered.

    None for messages that no person wrote, and for changes that no person made: link previews,
    reply counters and the like arrive as changes without `edited`, or with an earlier edit's.
    """
    event = body["event"]
    match event.get("subtype"):
        case "message_changed":
            return _read_edit(body, event)
        case "message_deleted":
            return _read_deletion(body, event, event.get("deleted_ts"))
        case _ if event.get("edited") and event.get("type") == "app_mention":
            return None  # a mention in an edit: the edit itself arrives as an event too
        case _:
            return _read_current(body, event, event.get("channel"))


def read_historic_message(
    team: str, enterprise: str | None, channel: str, payload: dict[str, Any]
) -> Message | None:
    """Return a message from the history of *channel*, in its current version.

    Its revision is the edit's time alone, which sorts after all versions before that edit and
    before the delivered version of it, so that reading a message again changes nothing.
    """
    body, event = {"team_id": team, "enterprise_id": enterprise}, {"channel": channel}
    if payload.get("subtype") == "tombstone":
        return _read_deletion(body, event, payload.get("ts"))
    return _read_current(body, payload, channel)


def read_reaction(body: dict[str, Any]) -> Reaction | None:
    """Return the reaction in *body*, or None if it isn't a valid reaction to a message."""
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
    """An invitation of somebody into a channel."""

    team: str
    channel: str
    user: str
    inviter: str
    ts: str
    """When the user joined."""


def read_invitation(body: dict[str, Any]) -> Invitation | None:
    """Return the invitation in *body*, or None if malformed or the user joined uninvited."""
    event = body["event"]
    team, ts = read_team_id(body), parse_timestamp(event.get("event_ts"))
    channel, user = parse_slack_id(event.get("channel")), parse_slack_id(event.get("user"))
    inviter = parse_slack_id(event.get("inviter"))
    if not (team and channel and user and inviter and ts):
        return None
    return Invitation(team, channel, user, inviter, ts)


def read_channel_id_change(body: dict[str, Any]) -> ChannelIdChange | None:
    """Return a channel's former and new id from *body*, or None if malformed."""
    event = body["event"]
    team, at = read_team_id(body), parse_timestamp(event.get("event_ts"))
    ids = parse_slack_id(event.get("old_channel_id")), parse_slack_id(event.get("new_channel_id"))
    if not (team and at and ids[0] and ids[1]):
        return None
    return ChannelIdChange(team, ids[0], ids[1], parse_time(at))


def read_origin(body: dict[str, Any]) -> tuple[str, str, str] | None:
    """Return the team, channel and timestamp of the event in *body*, or None if one is missing."""
    event = body["event"]
    team, channel = read_team_id(body), parse_slack_id(event.get("channel"))
    ts = parse_timestamp(event.get("event_ts")) or parse_timestamp(event.get("ts"))
    return (team, channel, ts) if team and channel and ts else None


def is_private(body: dict[str, Any]) -> bool | None:
    """Return whether the channel in *body* is private, or None if *body* doesn't say."""
    kind = body["event"].get("channel_type")
    return _KINDS.get(kind) if isinstance(kind, str) else None


def read_edit_time(payload: dict[str, Any]) -> str | None:
    """Return the timestamp of the last edit of the message *payload* by a person, if any."""
    return parse_timestamp(as_dict(payload.get("edited")).get("ts"))


def _read_edit(body: dict[str, Any], event: dict[str, Any]) -> Message | None:
    current = event.get("message")
    if not isinstance(current, dict):
        return None
    if current.get("subtype") == "tombstone":
        return _read_deletion(body, event, current.get("ts"))
    edited_at = read_edit_time(current)
    if edited_at is None or _is_as_written(current, as_dict(event.get("previous_message"))):
        return None
    tiebreaker = parse_timestamp(event.get("event_ts")) or parse_timestamp(event.get("ts")) or ""
    revision = build_edit_revision(edited_at, tiebreaker)
    version = _read_version(body, current, event.get("channel"), revision)
    return replace(version, changed_at=parse_time(edited_at)) if version else None


def _is_as_written(after: dict[str, Any], before: dict[str, Any]) -> bool:
    """Return whether no person changed the message *before*, as far as Slack says."""
    return bool(before) and all(after.get(n) == before.get(n) for n in ("text", "blocks", "edited"))


def _read_deletion(body: dict[str, Any], event: dict[str, Any], deleted: object) -> Message | None:
    team, channel = read_team_id(body), parse_slack_id(event.get("channel"))
    ts = parse_timestamp(deleted)
    if not (team and channel and ts):
        return None
    return Message(team, channel, ts, "", NOTHING, revision=DELETED)


def _read_current(body: dict[str, Any], payload: dict[str, Any], where: object) -> Message | None:
    """Return the message *payload* in its current version: that of its latest edit, if any."""
    edited_at = read_edit_time(payload)
    revision = build_edit_revision(edited_at) if edited_at else FIRST
    version = _read_version(body, payload, where, revision)
    return replace(version, changed_at=parse_time(edited_at)) if version and edited_at else version


def _read_version(
    body: dict[str, Any], payload: dict[str, Any], where: object, revision: str
) -> Message | None:
    if payload.get("subtype") not in _SUBTYPES or payload.get("bot_id"):
        return None
    team, channel = read_team_id(body), parse_slack_id(where)
    author, ts = parse_slack_id(payload.get("user")), parse_timestamp(payload.get("ts"))
    if not (team and channel and author and ts) or author == SLACKBOT:
        return None
    text = payload.get("text")
    plain = text[:_LONGEST] if isinstance(text, str) else ""
    lines = richtext.read(payload.get("blocks")) or mrkdwn.read(plain)
    if not _names_only_ids(lines):
        return None
    home = _read_home_team(body, payload, team)
    return Message(
        team, channel, ts, author, lines, *_read_thread(payload, ts), revision, home=home
    )


def _read_home_team(body: dict[str, Any], payload: dict[str, Any], team: str) -> str | None:
    """Return the author's own workspace if it isn't *team* (Slack Connect).

    None in an organization, whose people can belong to several workspaces at once. For a shared
    channel, the delivery itself may name the other side's organization, so the app's authorization
    takes precedence.
    """
    if (_read_authorization(body) or body).get("enterprise_id"):
        return None
    teams = (parse_slack_id(payload.get(field)) for field in ("user_team", "source_team", "team"))
    home = next(filter(None, teams), None)
    return home if home != team else None


def _names_only_ids(lines: Lines) -> bool:
    """Return whether every mention has a valid id; an overlong one wouldn't fit into an index."""
    mentioned = (v for kind, v in lines.atoms.values.values() if kind in ("user", "group"))
    return all(map(parse_slack_id, mentioned))


def read_team_id(body: dict[str, Any]) -> str | None:
    """Return the workspace whose ledger *body* belongs to: the one that installed the app.

    If a whole organization did, an event from a shared channel may name the other side's team;
    `context_team_id` is then ours.
    """
    granted = parse_slack_id(_read_authorization(body).get("team_id"))
    context_team = parse_slack_id(body.get("context_team_id"))
    is_shared = body.get("is_ext_shared_channel") is True
    ours = context_team if is_shared and context_team and context_team.startswith("T") else None
    return granted or ours or parse_slack_id(body.get("team_id"))


def read_workspace_id(body: dict[str, Any]) -> str | None:
    """Return the workspace where somebody acted; interactions name it in a field of their own.

    A form that an external person submits names their workspace, and ours only as the one that
    installed the app. For a button, that may be a sister workspace which installed it too. With an
    organization-wide installation, interactions may name none. Then it's the workspace where the
    form was opened, or the user's own.
    """
    team, view, user = (as_dict(body.get(part)) for part in ("team", "view", "user"))
    named = read_team_id(body) or parse_slack_id(team.get("id"))
    if not named and body.get("is_enterprise_install") not in (True, "true"):
        return None
    installed = parse_slack_id(view.get("app_installed_team_id"))
    is_form = body.get("type") in ("view_submission", "view_closed")
    if is_form and installed and installed.startswith("T"):  # it may also be the organization
        return installed
    return named or parse_slack_id(view.get("team_id")) or parse_slack_id(user.get("team_id"))


def read_bot_user(body: dict[str, Any]) -> str | None:
    """Return the app's own user id, or None if the delivery doesn't name it."""
    granted = _read_authorization(body)
    return parse_slack_id(granted.get("user_id")) if granted.get("is_bot") else None


def _read_authorization(body: dict[str, Any]) -> dict[str, Any]:
    """Return the first of the app's authorizations for *body*, or an empty dict."""
    return next(iter(richtext.list_dicts(body.get("authorizations"))), {})


def read_actor(body: dict[str, Any]) -> str:
    """Return the id of the user who caused *body*, or an empty string if it names none."""
    event = body.get("event")
    data = event if isinstance(event, dict) else body
    users = (as_dict(data.get("message")).get("user"), data.get("user"), data.get("user_id"))
    ids = [user.get("id") if isinstance(user, dict) else user for user in users]
    return next(filter(None, map(parse_slack_id, ids)), "")


def _read_thread(event: dict[str, Any], ts: str) -> tuple[str | None, str | None]:
    """Return the thread that a message replies to and its author, or None for each."""
    thread = parse_timestamp(event.get("thread_ts"))
    if thread is None or thread == ts:
        return None, None
    root_author = as_dict(event.get("root")).get("user")
    return thread, parse_author(event.get("parent_user_id")) or parse_author(root_author)
