"""Actions of a member in Slack, applied to the workspace and then delivered to the app."""

import json
from typing import Any

from app.devtools.fake_slack import events
from app.devtools.fake_slack.arguments import MethodError
from app.devtools.fake_slack.composer import compose, compose_command
from app.devtools.fake_slack.delivery import Answer, Delivery
from app.devtools.fake_slack.responses import respond
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.identity import PlaygroundIdentity
from app.devtools.playground.intents import explain_unknown_command

NOTHING_SAID = "Nobody has written anything in this channel yet."
READ_ONLY = "You can't write to the app here: its manifest makes this read-only. /karma works."
NOTHING_YOURS = "You haven't written anything in this channel yet."


class Actions:
    """Messages and slash commands of one member; each method returns an error, or ""."""

    def __init__(
        self, workspace: Workspace, delivery: Delivery, identity: PlaygroundIdentity
    ) -> None:
        self._workspace = workspace
        self._delivery = delivery
        self._identity = identity

    async def say(self, typed: str, thread_ts: str | None = None) -> str:
        """Post a message in the channel, or in the thread *thread_ts*."""
        if self._identity.channel.user and self._workspace.manifest.read_only:
            return READ_ONLY
        text, blocks = compose(typed, self._workspace)
        post = Post(
            channel=self._identity.channel.id,
            ts=self._workspace.next_ts(),
            text=text,
            user=self._identity.member.id,
            blocks=blocks,
            thread_ts=thread_ts,
            at=self._workspace.monotonic(),
        )
        return await self._announce(self._workspace.add(post))

    async def _announce(self, post: Post) -> str:
        trouble = await self._deliver(events.build_posted_event(self._workspace, post))
        if f"<@{self._workspace.bot_user_id}>" in post.text:
            mention_trouble = await self._deliver(events.build_mention_event(self._workspace, post))
            trouble = trouble or mention_trouble
        return trouble

    async def _deliver(self, payload: dict[str, Any]) -> str:
        return find_trouble(await self._delivery.deliver(payload))

    async def reply(self, typed: str) -> str:
        """Reply in the thread of the channel's last message by a member."""
        last = self._find_last()
        if not typed:
            return "Add the reply: /reply thanks @bob++"
        if last is None:
            return NOTHING_SAID
        return await self.say(typed, last.thread_ts or last.ts)

    def _find_last(self, user: str | None = None) -> Post | None:
        return find_last_message(self._workspace, self._identity.channel.id, user)

    async def edit(self, typed: str) -> str:
        """Edit the member's own last message in the channel."""
        before = self._find_last(self._identity.member.id)
        if not typed:
            return "Add the new text: /edit @eve++"
        if before is None:
            return NOTHING_YOURS
        after = self._workspace.amend(before, *compose(typed, self._workspace))
        event_ts = self._workspace.next_ts()
        return await self._deliver(
            events.build_changed_event(
                self._workspace, before=before, after=after, event_ts=event_ts
            )
        )

    async def delete(self) -> str:
        """Delete the member's own last message in the channel."""
        post = self._find_last(self._identity.member.id)
        if post is None:
            return NOTHING_YOURS
        self._workspace.remove(post)
        event_ts = self._workspace.next_ts()
        return await self._deliver(
            events.build_deleted_event(self._workspace, post=post, event_ts=event_ts)
        )

    async def use_command(self, command: str, typed: str) -> str:
        """Send a slash command to the app, and show its immediate response."""
        if command not in self._workspace.manifest.commands:
            return explain_unknown_command(command, self._workspace)
        user, channel = self._identity.member.id, self._identity.channel.id
        text = compose_command(typed, self._workspace)
        answer = await self._delivery.deliver_command(
            events.build_slash_command(
                self._workspace, user=user, channel=channel, command=command, text=text
            )
        )
        if answer.status != 200 or not answer.body:
            return find_trouble(answer)
        try:
            respond(self._workspace, channel, user, read_payload(answer.body))
        except MethodError as refusal:
            return f"Slack would reject the app's response: {refusal.error}"
        return ""


def find_last_message(workspace: Workspace, channel: str, user: str | None = None) -> Post | None:
    """Return the channel's last message by *user*, by default by anyone but the app, or None."""
    posts = [p for p in workspace.posts if p.channel == channel and p.user != workspace.bot_user_id]
    return next((post for post in reversed(posts) if user in {None, post.user}), None)


def find_trouble(answer: Answer) -> str:
    """Return a one-line error if Slack would reject *answer*, else ""."""
    if answer.status == 200:
        return ""
    return f"the app responded with {answer.status}" if answer.status else "the app did not respond"


def read_payload(body: str) -> dict[str, Any]:
    """Parse the immediate response to a command, which is JSON or plain text."""
    try:
        payload = json.loads(body)
    except json.JSONDecodeError:
        return {"text": body}
    return payload if isinstance(payload, dict) else {"text": body}
