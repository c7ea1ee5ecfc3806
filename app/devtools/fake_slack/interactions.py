"""What Slack sends when somebody presses, submits, closes or takes a shortcut."""

from typing import Any

from app.devtools.fake_slack.events import Payload, shown_name
from app.devtools.fake_slack.fields import Block, Element, State, acted, state_of, with_block_ids
from app.devtools.fake_slack.messages import message_of
from app.devtools.fake_slack.responses import url_for
from app.devtools.fake_slack.triggers import trigger_for
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import View, Workspace


def pressed_in_message(
    workspace: Workspace,
    post: Post,
    pressed: tuple[Block, Element],
    *,
    user: str,
    value: Any = None,
) -> Payload:
    """Tell that *user* pressed an element of *post*, or chose *value* in it."""
    container: Payload = {"type": "message", "is_ephemeral": bool(post.ephemeral_to)}
    container |= {"message_ts": post.ts, "channel_id": post.channel}
    if post.thread_ts:
        container["thread_ts"] = post.thread_ts
    told = _pressed(workspace, user, pressed, value) | {"container": container}
    told |= _place(workspace, post)
    if not post.ephemeral_to:  # Slack keeps those from apps, also from their own
        told["message"] = message_of(workspace, post) | {"blocks": with_block_ids(post.blocks)}
    state = state_of(with_block_ids(post.blocks), {}, workspace)
    url = url_for(workspace, post.channel, user, original=post.ts)
    return told | {"state": {"values": state}, "response_url": url}


def pressed_in_view(
    workspace: Workspace,
    view: View,
    pressed: tuple[Block, Element],
    *,
    user: str,
    value: Any = None,
    state: State | None = None,
) -> Payload:
    """Tell that *user* pressed an element of a modal or of their App Home."""
    held = state_of(view["blocks"], {}, workspace) if state is None else state
    told = _pressed(workspace, user, pressed, value)
    told["container"] = {"type": "view", "view_id": view.get("id")}
    return told | {"view": view | {"state": {"values": held}}}


def _pressed(
    workspace: Workspace, user: str, pressed: tuple[Block, Element], value: Any
) -> Payload:
    action = acted(*pressed, value, workspace) | {"action_ts": workspace.next_ts()}
    return _by(workspace, user, "block_actions") | {"actions": [action]}


def submitted(workspace: Workspace, view: View, *, user: str, state: State) -> Payload:
    """Tell that *user* submitted a modal that holds *state*."""
    held = view | {"state": {"values": state}}
    return _by(workspace, user, "view_submission") | {"view": held, "response_urls": []}


def closed(workspace: Workspace, view: View, *, user: str, cleared: bool = False) -> Payload:
    """Tell that *user* closed a modal, and with *cleared* those below it."""
    told = _by(workspace, user, "view_closed", trigger=False)
    return told | {"view": view, "is_cleared": cleared}


def message_shortcut(workspace: Workspace, callback_id: str, *, user: str, post: Post) -> Payload:
    """Tell that *user* took a shortcut from the menu of *post*."""
    told = _by(workspace, user, "message_action") | _place(workspace, post)
    told |= {"callback_id": callback_id, "action_ts": workspace.next_ts()}
    told |= {"message_ts": post.ts, "message": message_of(workspace, post)}
    return told | {"response_url": url_for(workspace, post.channel, user)}


def global_shortcut(workspace: Workspace, callback_id: str, *, user: str) -> Payload:
    """Tell that *user* took a shortcut that belongs to no message."""
    told = _by(workspace, user, "shortcut")
    return told | {"callback_id": callback_id, "action_ts": workspace.next_ts()}


def _by(workspace: Workspace, user: str, kind: str, *, trigger: bool = True) -> Payload:
    member = workspace.members[user]
    team = member.team_id or workspace.team_id
    told: Payload = {"type": kind, "token": "deprecated", "api_app_id": workspace.app_id}
    told["team"] = {"id": workspace.team_id, "domain": workspace.team_name}
    told["user"] = {"id": user, "username": member.name, "name": member.name, "team_id": team}
    told |= {"enterprise": None, "is_enterprise_install": False}
    return told | ({"trigger_id": trigger_for(workspace, user)} if trigger else {})


def _place(workspace: Workspace, post: Post) -> Payload:
    channel = workspace.channels[post.channel]
    return {"channel": {"id": channel.id, "name": shown_name(channel)}}
