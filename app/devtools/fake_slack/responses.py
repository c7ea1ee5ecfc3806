"""The app's replies through a response_url, or in the response to a slash command."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.devtools.fake_slack.arguments import MethodError, read_flag
from app.devtools.fake_slack.blocks import read_content
from app.devtools.fake_slack.replies import ApiReply, build_refusal
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace

USES = 5
NOT_FOUND = {"expired_url", "used_url", "invalid_blocks", "invalid_attachments"}
"""Errors that Slack sends from a response_url with status 404."""


class ResponseUrls:
    """The response_urls issued so far, each valid for five responses."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._used: Counter[str] = Counter()

    def reply(self, ident: str, payload: Mapping[str, Any]) -> ApiReply:
        """Post *payload* through the response_url *ident*; return Slack's response."""
        try:
            self._respond(ident, payload)
        except MethodError as refusal:
            return ApiReply(404 if refusal.error in NOT_FOUND else 200, build_refusal(refusal))
        return ApiReply(200, {"ok": True})

    def _respond(self, ident: str, payload: Mapping[str, Any]) -> None:
        channel, _, rest = ident.partition("-")
        user, _, _ = rest.partition("-")
        if channel not in self._workspace.channels or user not in self._workspace.members:
            raise MethodError("expired_url")
        if self._used[ident] >= USES:
            raise MethodError("used_url")
        original = self._find_original(ident, channel)
        if original and read_flag(payload, "delete_original"):
            self._workspace.remove(original)
        elif original and read_flag(payload, "replace_original"):
            self._workspace.amend(original, *read_content(self._workspace, payload))
        elif not read_flag(payload, "delete_original"):
            respond(self._workspace, channel, user, payload)
        self._used[ident] += 1

    def _find_original(self, ident: str, channel: str) -> Post | None:
        return self._workspace.find_post(channel, self._workspace.originals.get(ident, ""))


def make_url(workspace: Workspace, channel: str, user: str, original: str = "") -> str:
    """Return a new response_url for an action of *user* in *channel*, on *original* if any."""
    ident = f"{channel}-{user}-{workspace.next_number()}"
    workspace.originals[ident] = original
    return f"{workspace.url}response/{ident}"


def respond(workspace: Workspace, channel: str, user: str, payload: Mapping[str, Any]) -> Post:
    """Post *payload* in *channel*, visible to *user* alone unless it's in_channel."""
    text, blocks = read_content(workspace, payload)
    everybody = payload.get("response_type") == "in_channel"
    return workspace.add(
        Post(
            channel=channel,
            ts=workspace.next_ts(),
            text=text,
            user=workspace.bot_user_id,
            blocks=blocks,
            thread_ts=payload.get("thread_ts"),
            ephemeral_to=None if everybody else user,
            at=workspace.monotonic(),
        )
    )
