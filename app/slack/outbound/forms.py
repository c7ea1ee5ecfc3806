"""Opens and changes forms in Slack while whoever asked for it still waits."""

import asyncio
from typing import Any, Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from app.slack.outbound.failures import FAILURES, failure
from app.slack.payloads.requests import Asking

_log = structlog.get_logger()

PATIENCE: Final = 2.0
"""Seconds that Slack has to open it; it waits for 3 itself, and its trigger is gone then."""


async def opened(client: AsyncWebClient, said: Asking, view: dict[str, Any]) -> bool:
    """Show *view* to whoever asks; tell whether Slack has opened it in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            await client.views_open(trigger_id=said.trigger, view=view)
    except FAILURES as error:
        _log.info("form.not_opened", team=said.team, reason=failure(error).reason)
        return False
    return True


async def updated(client: AsyncWebClient, said: Asking, shown: str, view: dict[str, Any]) -> None:
    """Show *view* where the form with the id *shown* is open."""
    try:
        async with asyncio.timeout(PATIENCE):
            await client.views_update(view_id=shown, view=view)
    except FAILURES as error:
        _log.info("form.not_updated", team=said.team, reason=failure(error).reason)
