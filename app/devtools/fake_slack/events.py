"""Events that Slack sends to the app, built from the state of a workspace."""

import hashlib
import hmac
import uuid
from typing import Any

from app.devtools.fake_slack.conversations import name_kind
from app.devtools.fake_slack.messages import build_message
from app.devtools.fake_slack.responses import make_url
from app.devtools.fake_slack.triggers import make_trigger
from app.devtools.fake_slack.users import build_user
from app.devtools.fake_slack.values import Channel, Post, SlackMember
from app.devtools.fake_slack.workspace import Workspace

Payload = dict[str, Any]


def build_posted_event(workspace: Workspace, post: Post, *, event_id: str | None = None) -> Payload:
    """Return the event for the new message *post*."""
    return build_message_event(workspace, event_id=event_id, **_build_message(workspace, post))


def build_mention_event(
    workspace: Workspace, post: Post, *, event_id: str | None = None
) -> Payload:
    """Return the extra event that Slack sends for *post* because it mentions the app."""
    return build_app_mention_event(workspace, event_id=event_id, **_build_message(workspace, post))


def _build_message(workspace: Workspace, post: Post) -> Payload:
    message = build_message(workspace, post)
    return {key: message[key] for key in message if key != "type"} | {"channel": post.channel}


def build_message_event(
    workspace: Workspace,
    *,
    user: str,
    channel: str,
    text: str,
    ts: str,
    event_id: str | None = None,
    **fields: Any,
) -> Payload:
    """Return a message event; *fields* are further fields of Slack's, omitted where None."""
    event = {"type": "message", "user": user, "text": text, "ts": ts, "event_ts": ts}
    event |= {"channel": channel, "channel_type": _find_channel_type(workspace, channel)}
    event |= {"team": workspace.team_id, "client_msg_id": _make_client_msg_id(channel, ts)}
    event |= {key: value for key, value in fields.items() if value is not None}
    return wrap_event(workspace, event, event_id)


def build_app_mention_event(workspace: Workspace, **fields: Any) -> Payload:
    """Return an app_mention event; takes the arguments of build_message_event."""
    payload = build_message_event(workspace, **fields)
    payload["event"]["type"] = "app_mention"
    del payload["event"]["channel_type"]
    return payload


def _make_client_msg_id(channel: str, ts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{channel}/{ts}"))


def _find_channel_type(workspace: Workspace, channel: str) -> str:
    found = workspace.channels.get(channel)
    kinds = {"im": "im", "mpim": "mpim", "private_channel": "group"}
    return kinds.get(name_kind(found), "channel") if found else "channel"


def build_changed_event(
    workspace: Workspace,
    *,
    before: Post | None,
    after: Post,
    event_ts: str,
    event_id: str | None = None,
) -> Payload:
    """Return the event for a message that became *after*.

    It's a member's edit if *after* is marked as edited; otherwise Slack changed the message itself.
    """
    message = _embed_post(workspace, after)
    if after.edited:
        message["edited"] = {"user": after.user, "ts": event_ts}
    event: Payload = {"subtype": "message_changed", "message": message}
    if before:
        event["previous_message"] = _embed_post(workspace, before)
    return _build_hidden_event(workspace, after.channel, event, event_ts, event_id)


def build_deleted_event(
    workspace: Workspace, *, post: Post, event_ts: str, event_id: str | None = None
) -> Payload:
    """Return the event for the deletion of *post*."""
    event: Payload = {"subtype": "message_deleted", "deleted_ts": post.ts}
    event["previous_message"] = _embed_post(workspace, post)
    return _build_hidden_event(workspace, post.channel, event, event_ts, event_id)


def _embed_post(workspace: Workspace, post: Post) -> Payload:
    return build_message(workspace, post) | {
        "client_msg_id": _make_client_msg_id(post.channel, post.ts)
    }


def _build_hidden_event(
    workspace: Workspace, channel: str, event: Payload, event_ts: str, event_id: str | None
) -> Payload:
    event |= {"type": "message", "hidden": True, "ts": event_ts, "event_ts": event_ts}
    event |= {"channel": channel, "channel_type": _find_channel_type(workspace, channel)}
    return wrap_event(workspace, event, event_id)


def build_user_change_event(
    workspace: Workspace, *, member: SlackMember, event_ts: str, event_id: str | None = None
) -> Payload:
    """Return the event for a change to *member*: a name, time zone, role or deactivation."""
    event = {"type": "user_change", "user": build_user(workspace, member), "event_ts": event_ts}
    return wrap_event(workspace, event, event_id)


def build_team_join_event(
    workspace: Workspace, *, member: SlackMember, event_ts: str, event_id: str | None = None
) -> Payload:
    """Return the event for *member* joining the workspace."""
    event = {"type": "team_join", "user": build_user(workspace, member), "event_ts": event_ts}
    return wrap_event(workspace, event, event_id)


def build_member_joined_event(
    workspace: Workspace, *, channel: str, user: str, inviter: str = ""
) -> Payload:
    """Return the event for *user*, possibly the app, joining a channel, invited by *inviter*."""
    event: Payload = {"type": "member_joined_channel", "user": user, "channel": channel}
    event |= {"channel_type": "C", "team": workspace.team_id, "event_ts": workspace.next_ts()}
    return wrap_event(workspace, event | ({"inviter": inviter} if inviter else {}), None)


def build_channel_id_changed_event(workspace: Workspace, *, former: str, new: str) -> Payload:
    """Return the event for a channel whose id changed from *former* to *new*."""
    event: Payload = {"type": "channel_id_changed", "old_channel_id": former}
    event |= {"new_channel_id": new, "event_ts": workspace.next_ts()}
    return wrap_event(workspace, event, None)


def build_home_opened_event(
    workspace: Workspace, *, user: str, tab: str = "home", event_id: str | None = None
) -> Payload:
    """Return the event for a member opening the App Home, with its current view if any."""
    event: Payload = {"type": "app_home_opened", "user": user, "tab": tab}
    event |= {"channel": workspace.open_direct(user).id, "event_ts": workspace.next_ts()}
    if tab == "home" and user in workspace.homes:
        event["view"] = workspace.homes[user]
    return wrap_event(workspace, event, event_id)


def build_reaction_event(
    workspace: Workspace,
    *,
    post: Post,
    emoji: str,
    user: str,
    added: bool = True,
    event_id: str | None = None,
) -> Payload:
    """Return the event for a reaction that a member added to *post* or removed."""
    event: Payload = {"type": "reaction_added" if added else "reaction_removed", "user": user}
    event["item"] = {"type": "message", "channel": post.channel, "ts": post.ts}
    event |= {"reaction": emoji, "item_user": post.user, "event_ts": workspace.next_ts()}
    return wrap_event(workspace, event, event_id)


def wrap_event(workspace: Workspace, event: Payload, event_id: str | None) -> Payload:
    """Return *event* in the envelope in which Slack delivers it."""
    number = workspace.next_number()
    authorization: Payload = {"enterprise_id": None, "team_id": workspace.team_id}
    authorization |= {"user_id": workspace.bot_user_id, "is_bot": True}
    return {
        "token": "deprecated",
        "type": "event_callback",
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "context_enterprise_id": None,
        "api_app_id": workspace.app_id,
        "event": event,
        "event_id": event_id or f"Ev{number:09d}",
        "event_time": int(float(event["event_ts"])),
        "event_context": f"4-{number}",
        "authorizations": [authorization | {"is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }


def build_slash_command(
    workspace: Workspace, *, user: str, channel: str, command: str, text: str
) -> dict[str, str]:
    """Return the form that Slack sends when *user* types *command* and *text* in *channel*."""
    return {
        "token": "deprecated",
        "team_id": workspace.team_id,
        "team_domain": workspace.team_name,
        "channel_id": channel,
        "channel_name": show_name(workspace.channels[channel]),
        "user_id": user,
        "user_name": workspace.members[user].name,
        "command": command,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": make_url(workspace, channel, user),
        "trigger_id": make_trigger(workspace, user),
    }


def show_name(channel: Channel) -> str:
    """Return the channel name that Slack puts into payloads; private channels' names are hidden."""
    return "privategroup" if channel.is_private and not channel.user else channel.name


def sign_request(secret: str, body: bytes, now: float) -> dict[str, str]:
    """Return the headers that sign *body* as Slack does; *now* is Unix seconds."""
    timestamp = str(int(now))
    base = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}
