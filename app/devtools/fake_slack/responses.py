"""What the app says through a response_url, or in its direct answer to a slash command."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.devtools.fake_slack.arguments import MethodError, flag
from app.devtools.fake_slack.blocks import content_in
from app.devtools.fake_slack.replies import Reply, refused
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace

USES = 5
URL_FAULTS = {"expired_url", "used_url"}


class ResponseUrls:
    """The response_urls given out, each good for five responses."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._used: Counter[str] = Counter()

    def reply(self, ident: str, payload: Mapping[str, Any]) -> Reply:
        """Post *payload* where the url with *ident* belongs, and give Slack's answer."""
        try:
            self._respond(ident, payload)
        except MethodError as refusal:
            return Reply(404 if refusal.error in URL_FAULTS else 200, refused(refusal))
        return Reply(200, {"ok": True})

    def _respond(self, ident: str, payload: Mapping[str, Any]) -> None:
        channel, _, rest = ident.partition("-")
        user, _, _ = rest.partition("-")
        if channel not in self._workspace.channels or user not in self._workspace.members:
            raise MethodError("expired_url")
        if self._used[ident] >= USES:
            raise MethodError("used_url")
        original = self._original(ident, channel)
        if original and flag(payload, "delete_original"):
            self._workspace.remove(original)
        elif original and flag(payload, "replace_original"):
            self._workspace.amend(original, *content_in(self._workspace, payload))
        elif not flag(payload, "delete_original"):
            respond(self._workspace, channel, user, payload)
        self._used[ident] += 1

    def _original(self, ident: str, channel: str) -> Post | None:
        return self._workspace.post(channel, self._workspace.originals.get(ident, ""))


def url_for(workspace: Workspace, channel: str, user: str, original: str = "") -> str:
    """Give a new response_url for what *user* did in *channel*, to the post *original* if any."""
    ident = f"{channel}-{user}-{workspace.next_number()}"
    workspace.originals[ident] = original
    return f"{workspace.url}response/{ident}"


def respond(workspace: Workspace, channel: str, user: str, payload: Mapping[str, Any]) -> Post:
    """Post *payload* in *channel*, to *user* alone unless it is in_channel."""
    text, blocks = content_in(workspace, payload)
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
