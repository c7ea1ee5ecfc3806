"""Actions of a member other than writing: presses, forms, reactions, shortcuts, the App Home."""

import json
from typing import Any

from app.devtools.fake_slack import events, interactions, modals
from app.devtools.fake_slack.arguments import MethodError
from app.devtools.fake_slack.delivery import Answer, Delivery
from app.devtools.fake_slack.emoji import write_codes
from app.devtools.fake_slack.events import Payload
from app.devtools.fake_slack.fields import build_state
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.actions import NOTHING_SAID, find_last_message, find_trouble
from app.devtools.playground.forms import Form
from app.devtools.playground.identity import PlaygroundIdentity
from app.devtools.playground.intents import explain_unknown_shortcut
from app.devtools.playground.pressing import NOTHING, Surface
from app.devtools.playground.values import ValueRefused


class Interactions:
    """Interactions of the current member; most methods return an error, or ""."""

    def __init__(
        self, workspace: Workspace, delivery: Delivery, identity: PlaygroundIdentity
    ) -> None:
        self._workspace = workspace
        self._delivery = delivery
        self._identity = identity

    async def press(self, surface: Surface | None, number: int, typed: str) -> str:
        """Press element *number* on *surface*, or choose *typed* in it."""
        if surface is None:
            return NOTHING
        try:
            payload = surface.press(number, typed, self._identity.member.id, self._workspace)
        except ValueRefused as refusal:
            return str(refusal)
        return await self._interact(payload)

    async def submit(self, form: Form) -> list[str]:
        """Submit a modal; return the app's errors by field, or another error."""
        user, view = self._identity.member.id, form.view
        state = build_state(view["blocks"], form.filled, self._workspace)
        payload = interactions.build_submission(self._workspace, view, user=user, state=state)
        answer = await self._delivery.deliver_interaction(payload)
        if trouble := find_trouble(answer):
            return [trouble]
        action = _read_answer(answer)
        try:
            modals.apply_submission(self._workspace, user, view, action)
        except MethodError as refusal:
            return [f"Slack would reject the app's response: {refusal.error}"]
        errors = action.get("errors") if action.get("response_action") == "errors" else None
        return form.ask_again(errors) if errors else []

    async def close(self, form: Form) -> str:
        """Close a modal, and notify the app if it asked for that."""
        user = self._identity.member.id
        modals.close(self._workspace, user)
        if not form.view["notify_on_close"]:
            return ""
        return await self._interact(
            interactions.build_closing(self._workspace, form.view, user=user)
        )

    async def open_home(self) -> str:
        """Open the App Home."""
        user = self._identity.member.id
        return await self._deliver(events.build_home_opened_event(self._workspace, user=user))

    async def react(self, emoji: str, *, added: bool) -> str:
        """Add an emoji reaction to the channel's last message by a member, or remove it."""
        workspace, user, name = (
            self._workspace,
            self._identity.member.id,
            write_codes(emoji).strip(":"),
        )
        post = find_last_message(workspace, self._identity.channel.id)
        if not name:
            return "Add an emoji: /react :tada:"
        if post is None:
            return NOTHING_SAID
        did = workspace.react if added else workspace.unreact
        if not did(post, name, user):
            return "You already reacted with that." if added else "You haven't reacted with that."
        return await self._deliver(
            events.build_reaction_event(workspace, post=post, emoji=name, user=user, added=added)
        )

    async def take_shortcut(self, callback_id: str, *, on_message: bool) -> str:
        """Use a shortcut of the app, a global one or that of the channel's last message."""
        workspace, user = self._workspace, self._identity.member.id
        if not callback_id:
            return "Add the shortcut's callback id, as in the manifest."
        manifest = workspace.manifest
        known = manifest.message_shortcuts if on_message else manifest.shortcuts
        if callback_id not in known:
            return explain_unknown_shortcut(callback_id, known)
        if not on_message:
            return await self._interact(
                interactions.build_global_shortcut(workspace, callback_id, user=user)
            )
        post = find_last_message(workspace, self._identity.channel.id)
        if post is None:
            return NOTHING_SAID
        return await self._interact(
            interactions.build_message_shortcut(workspace, callback_id, user=user, post=post)
        )

    async def _interact(self, payload: Payload) -> str:
        return find_trouble(await self._delivery.deliver_interaction(payload))

    async def _deliver(self, payload: Payload) -> str:
        return find_trouble(await self._delivery.deliver(payload))


def _read_answer(answer: Answer) -> dict[str, Any]:
    try:
        payload = json.loads(answer.body or "{}")
    except json.JSONDecodeError:
        return {}
    return payload if isinstance(payload, dict) else {}
