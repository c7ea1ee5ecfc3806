"""Answers to someone who is waiting: response_url messages, modals and files."""

import asyncio
import json
from dataclasses import dataclass
from typing import IO, Any, Final, cast

import aiohttp
import structlog
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from app.slack.client import FAILURES, UNSURE, Failure, SlackClient, classify_failure, try_call
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.words.catalog import say

_log = structlog.get_logger()

_UPLOAD_PATIENCE: Final = 120.0
"""Timeout for a file upload, in seconds."""


async def respond(
    client: SlackClient, url: str, page: Page, *, public: bool = False, replaces: bool = False
) -> Failure | None:
    """Post *page* to the response_url *url*; return Slack's error, or None on success.

    Only the requester sees it unless it's *public*. With *replaces*, it replaces the message whose
    button was pressed.
    """
    if not url.startswith(("https://", "http://")):
        return Failure("no response_url")
    options = {
        "response_type": "in_channel" if public else "ephemeral",
        "replace_original": replaces,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    blocks = {"blocks": page.blocks} if page.blocks else {}
    webhook = AsyncWebhookClient(url, session=client.session, retry_handlers=[])
    try:
        async with asyncio.timeout(client.timings.answer):
            response = await webhook.send_dict({"text": page.text, **options, **blocks})
    except (*FAILURES, ValueError) as error:  # ValueError: a malformed URL
        return classify_failure(error)
    return _read_refusal(response)


def _read_refusal(response: WebhookResponse) -> Failure | None:
    """Return Slack's error, taken from the HTTP status, the body, or both; None on success."""
    status, error = response.status_code, _read_error(response.body)
    if status == 200 and error is None:
        return None
    return Failure(error or f"http {status}", unsure=status >= 500 or error in UNSURE)


def _read_error(body: str) -> str | None:
    """Return the error in *body*, either JSON or a bare word; None if there is none."""
    if body.strip() in ("", "ok"):
        return None
    try:
        parsed = json.loads(body)
    except ValueError:
        return body.strip()[:64]
    if not isinstance(parsed, dict) or parsed.get("ok") is True:
        return None
    return str(parsed.get("error", "refused"))[:64]


async def send_page(
    client: SlackClient, request: UserRequest, page: Page, action: str, *, replaces: bool = False
) -> None:
    """Show *page* to the requester; with *replaces*, in place of the message with the button.

    A failure is logged with *action*, to which this is the answer.
    """
    if failed := await respond(client, request.url, page, replaces=replaces):
        _log.warning("answer.failed", action=action, team=request.team, reason=failed.reason)


async def open_form(client: SlackClient, request: UserRequest, view: dict[str, Any]) -> None:
    """Open the modal *view*; if that fails, say so through the response_url, if there is one."""
    if not await _open_in_time(client, request, view) and request.url:
        await send_page(client, request, Page(say("self-service-no-modal")), "form")


async def _open_in_time(client: SlackClient, request: UserRequest, view: dict[str, Any]) -> bool:
    """Open the modal *view*; return whether Slack did so in time."""
    opened = await try_call(
        client.views_open(trigger_id=request.trigger, view=view), client.timings.form
    )
    if isinstance(opened, Failure):
        _log.info("form.not_opened", team=request.team, reason=opened.reason)
    return not isinstance(opened, Failure)


async def open_form_or_explain(
    client: SlackClient, request: UserRequest, view: dict[str, Any]
) -> Page:
    """Open the modal *view*; return an empty page, or one saying that it couldn't be opened."""
    opened = await _open_in_time(client, request, view)
    return Page("" if opened else say("self-service-no-modal"))


async def update_form(
    client: SlackClient, request: UserRequest, view: dict[str, Any], unchanged: str | None = None
) -> None:
    """Replace the open modal of *request* with *view*, provided its hash is still *unchanged*."""
    call = client.views_update(view_id=request.view, view=view, hash=unchanged)
    updated = await try_call(call, client.timings.form)
    if isinstance(updated, Failure):
        _log.info("form.not_updated", team=request.team, reason=updated.reason)


@dataclass(frozen=True, slots=True)
class Sharing:
    """A file's name and title, and the channel and comment to share it with."""

    name: str
    title: str
    channel: str = ""
    """Empty for a file that isn't shared yet: only the app can see it."""
    comment: str = ""
    alt_text: str = ""
    """A picture's description for screen readers."""


async def open_direct(client: SlackClient, user: str) -> str:
    """Return the id of the DM channel with *user*; raises one of FAILURES if Slack refuses."""
    opened = await client.conversations_open(users=user)
    return str((opened.get("channel") or {}).get("id"))


async def share(client: SlackClient, file: IO[bytes], sharing: Sharing) -> str:
    """Upload *file* from its beginning, share it and return its id; raises one of FAILURES."""
    length = file.seek(0, 2)
    file.seek(0)
    announced = await client.files_getUploadURLExternal(
        filename=sharing.name, length=length, alt_txt=sharing.alt_text or None
    )
    await _upload(client, str(announced.get("upload_url")), file)
    await client.files_completeUploadExternal(
        files=[{"id": announced.get("file_id"), "title": sharing.title}],
        channel_id=sharing.channel or None,
        initial_comment=sharing.comment or None,
    )
    return str(announced.get("file_id"))


async def _upload(client: SlackClient, url: str, file: IO[bytes]) -> None:
    timeout = aiohttp.ClientTimeout(total=_UPLOAD_PATIENCE, connect=5)
    session = cast("aiohttp.ClientSession", client.session)
    async with session.post(url, data=file, timeout=timeout, proxy=client.proxy) as response:
        response.raise_for_status()
