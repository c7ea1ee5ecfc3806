"""What is sent to whoever asked and waits: answers through a response_url, forms, and files."""

import asyncio
import json
from dataclasses import dataclass
from typing import IO, Any, Final, cast

import aiohttp
import structlog
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from app.slack.client import FAILURES, Failure, SlackClient, classify_failure, try_call
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.words.self_service import NO_MODAL

_log = structlog.get_logger()

_UPLOAD_PATIENCE: Final = 120.0
"""Seconds that the upload of a file may take."""


async def answer(
    client: SlackClient, url: str, page: Page, *, public: bool = False, replaces: bool = False
) -> Failure | None:
    """Post *page* to the response_url *url*; return why Slack did not take it, if so.

    Whoever asks sees it, or everybody where it is *public*. It *replaces* the answer whose button
    was pressed, or not.
    """
    if not url.startswith(("https://", "http://")):
        return Failure("no response_url", permanent=True)
    how = {"response_type": "in_channel" if public else "ephemeral", "replace_original": replaces}
    blocks = {"blocks": page.blocks} if page.blocks else {}
    hook = AsyncWebhookClient(url, session=client.session, retry_handlers=[])
    try:
        async with asyncio.timeout(client.timings.answer):
            response = await hook.send_dict({"text": page.text, **how, **blocks})
    except (*FAILURES, ValueError) as error:  # ValueError: what only looks like an address
        return classify_failure(error)
    return _read_refusal(response)


def _read_refusal(response: WebhookResponse) -> Failure | None:
    """Return what Slack has against it: told by the status, or in the body, or both."""
    word = _read_error_word(response.body)
    if response.status_code == 200 and word is None:
        return None
    passing = response.status_code == 429 or response.status_code >= 500
    return Failure(word or f"http {response.status_code}", permanent=not passing)


def _read_error_word(body: str) -> str | None:
    """Return the error that *body* names, as JSON or as a bare word; None where it is none."""
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
    """Show *page* to whoever asks; it *replaces* the answer whose button was pressed, or not.

    A failure is a line in the log, which says that it was the answer to *action*.
    """
    if failed := await answer(client, request.url, page, replaces=replaces):
        _log.warning("answer.failed", action=action, team=request.team, reason=failed.reason)


async def open_form(client: SlackClient, request: UserRequest, view: dict[str, Any]) -> None:
    """Show *view* to whoever asks; say so where Slack does not open it in time, if that can be."""
    if not await _open_in_time(client, request, view) and request.url:
        await send_page(client, request, Page(NO_MODAL()), "form")


async def _open_in_time(client: SlackClient, request: UserRequest, view: dict[str, Any]) -> bool:
    """Tell whether Slack shows *view* to whoever asks."""
    opened = await try_call(
        client.views_open(trigger_id=request.trigger, view=view), client.timings.form
    )
    if isinstance(opened, Failure):
        _log.info("form.not_opened", team=request.team, reason=opened.reason)
    return not isinstance(opened, Failure)


async def answer_by_form(client: SlackClient, request: UserRequest, view: dict[str, Any]) -> Page:
    """Show *view* to whoever asks; return nothing to say, or that it could not be opened."""
    opened = await _open_in_time(client, request, view)
    return Page("" if opened else NO_MODAL())


async def update_form(client: SlackClient, request: UserRequest, view: dict[str, Any]) -> None:
    """Show *view* where the form of *request* is open."""
    call = client.views_update(view_id=request.view, view=view)
    shown = await try_call(call, client.timings.form)
    if isinstance(shown, Failure):
        _log.info("form.not_updated", team=request.team, reason=shown.reason)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a file is called, and where it goes with which words."""

    name: str
    title: str
    channel: str = ""
    """Empty where the file is not shared yet, so that only the app can see it."""
    comment: str = ""
    alt_text: str = ""
    """What a picture shows, for those who do not see it."""
    thread: str | None = None


async def open_direct(client: SlackClient, user: str) -> str:
    """Return the direct conversation with *user*; raises one of FAILURES if Slack refuses."""
    opened = await client.conversations_open(users=user)
    return str((opened.get("channel") or {}).get("id"))


async def share(client: SlackClient, file: IO[bytes], sharing: Sharing) -> str:
    """Upload *file* from its beginning and share it; return its id.

    Raises one of FAILURES if Slack refuses.
    """
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
        thread_ts=sharing.thread,
    )
    return str(announced.get("file_id"))


async def _upload(client: SlackClient, url: str, file: IO[bytes]) -> None:
    timeout = aiohttp.ClientTimeout(total=_UPLOAD_PATIENCE, connect=5)
    session = cast("aiohttp.ClientSession", client.session)
    async with session.post(url, data=file, timeout=timeout) as response:
        response.raise_for_status()
