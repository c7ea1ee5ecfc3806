"""Payloads that Slack sends for presses, submissions, closed modals and shortcuts."""

from typing import Any

from app.devtools.fake_slack.events import Payload, show_name
from app.devtools.fake_slack.fields import (
    Block,
    Element,
    State,
    add_block_ids,
    build_action,
    build_state,
)
from app.devtools.fake_slack.messages import build_message
from app.devtools.fake_slack.responses import make_url
from app.devtools.fake_slack.triggers import make_trigger
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import View, Workspace


def build_message_press(
    workspace: Workspace,
    post: Post,
    pressed: tuple[Block, Element],
    *,
    user: str,
    value: Any = None,
) -> Payload:
    """Return the payload for *user* pressing an element of *post*, or choosing *value* in it."""
    container: Payload = {"type": "message", "is_ephemeral": bool(post.ephemeral_to)}
    container |= {"message_ts": post.ts, "channel_id": post.channel}
    if post.thread_ts:
        container["thread_ts"] = post.thread_ts
    payload = _build_press(workspace, user, pressed, value) | {"container": container}
    payload |= _describe_place(workspace, post)
    if not post.ephemeral_to:  # Slack doesn't send ephemeral messages, even the app's own
        payload["message"] = build_message(workspace, post) | {"blocks": add_block_ids(post.blocks)}
    state = build_state(add_block_ids(post.blocks), {}, workspace)
    url = make_url(workspace, post.channel, user, original=post.ts)
    return payload | {"state": {"values": state}, "response_url": url}


def build_view_press(
    workspace: Workspace,
    view: View,
    pressed: tuple[Block, Element],
    *,
    user: str,
    value: Any = None,
    state: State | None = None,
) -> Payload:
    """Return the payload for *user* pressing an element of a modal or their App Home."""
    held = build_state(view["blocks"], {}, workspace) if state is None else state
    payload = _build_press(workspace, user, pressed, value)
    payload["container"] = {"type": "view", "view_id": view.get("id")}
    return payload | {"view": view | {"state": {"values": held}}}


def _build_press(
    workspace: Workspace, user: str, pressed: tuple[Block, Element], value: Any
) -> Payload:
    action = build_action(*pressed, value, workspace) | {"action_ts": workspace.next_ts()}
    return _build_interaction(workspace, user, "block_actions") | {"actions": [action]}


def build_submission(workspace: Workspace, view: View, *, user: str, state: State) -> Payload:
    """Return the payload for *user* submitting a modal whose fields hold *state*."""
    filled = view | {"state": {"values": state}}
    return _build_interaction(workspace, user, "view_submission") | {
        "view": filled,
        "response_urls": [],
    }


def build_closing(workspace: Workspace, view: View, *, user: str, cleared: bool = False) -> Payload:
    """Return the payload for *user* closing a modal, and with *cleared* all below it too."""
    payload = _build_interaction(workspace, user, "view_closed", trigger=False)
    return payload | {"view": view, "is_cleared": cleared}


def build_message_shortcut(
    workspace: Workspace, callback_id: str, *, user: str, post: Post
) -> Payload:
    """Return the payload for *user* choosing a shortcut from the menu of *post*."""
    payload = _build_interaction(workspace, user, "message_action") | _describe_place(
        workspace, post
    )
    payload |= {"callback_id": callback_id, "action_ts": workspace.next_ts()}
    payload |= {"message_ts": post.ts, "message": build_message(workspace, post)}
    return payload | {"response_url": make_url(workspace, post.channel, user)}


def build_global_shortcut(workspace: Workspace, callback_id: str, *, user: str) -> Payload:
    """Return the payload for *user* choosing a global shortcut."""
    payload = _build_interaction(workspace, user, "shortcut")
    return payload | {"callback_id": callback_id, "action_ts": workspace.next_ts()}


def _build_interaction(
    workspace: Workspace, user: str, kind: str, *, trigger: bool = True
) -> Payload:
    member = workspace.members[user]
    team = member.team_id or workspace.team_id
    payload: Payload = {"type": kind, "token": "deprecated", "api_app_id": workspace.app_id}
    # a form names the workspace of the person who fills it in, which may be another one
    acting = team if kind.startswith("view_") else workspace.team_id
    payload["team"] = {"id": acting, "domain": workspace.team_name}
    payload["user"] = {"id": user, "username": member.name, "name": member.name, "team_id": team}
    payload |= {"enterprise": None, "is_enterprise_install": False}
    return payload | ({"trigger_id": make_trigger(workspace, user)} if trigger else {})


def _describe_place(workspace: Workspace, post: Post) -> Payload:
    channel = workspace.channels[post.channel]
    return {"channel": {"id": channel.id, "name": show_name(channel)}}
