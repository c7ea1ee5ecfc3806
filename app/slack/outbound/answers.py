"""Answers through the response_url of a command or a button: five, within half an hour."""

import asyncio
import json
from typing import Any

from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from app.slack.client import SlackClient
from app.slack.outbound.failures import FAILURES, Failure, classify_failure


async def answer(client: SlackClient, url: object, content: dict[str, Any]) -> Failure | None:
    """Post *content* to the response_url *url*; return why Slack did not take it, if so."""
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return Failure("no response_url", permanent=True)
    hook = AsyncWebhookClient(url, session=client.session, retry_handlers=[])
    try:
        async with asyncio.timeout(client.timings.answer):
            response = await hook.send_dict(content)
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
