"""Answers through the response_url of a command or a button: five, within half an hour."""

import asyncio
import json
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from app.slack.outbound.failures import FAILURES, Failure, failure

PATIENCE: Final = 1.2
"""Seconds that Slack has to take an answer; whoever pressed a button waits for less than 3."""


async def answer(client: AsyncWebClient, url: object, content: dict[str, Any]) -> Failure | None:
    """Post *content* to the response_url *url*; return why Slack did not take it, if so."""
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return Failure("no response_url", permanent=True)
    hook = AsyncWebhookClient(url, session=client.session, retry_handlers=[])
    try:
        async with asyncio.timeout(PATIENCE):
            said = await hook.send_dict(content)
    except (*FAILURES, ValueError) as error:  # ValueError: what only looks like an address
        return failure(error)
    return _refusal(said)


def _refusal(said: WebhookResponse) -> Failure | None:
    """Return what Slack has against it: told by the status, or in the body, or both."""
    word = _word(said.body)
    if said.status_code == 200 and word is None:
        return None
    passing = said.status_code == 429 or said.status_code >= 500
    return Failure(word or f"http {said.status_code}", permanent=not passing)


def _word(body: str) -> str | None:
    """Return the error that *body* names, as JSON or as a bare word; None where it is none."""
    if body.strip() in ("", "ok"):
        return None
    try:
        told = json.loads(body)
    except ValueError:
        return body.strip()[:64]
    if not isinstance(told, dict) or told.get("ok") is True:
        return None
    return str(told.get("error", "refused"))[:64]
