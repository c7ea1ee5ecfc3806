"""Opens a form in Slack while whoever asked for it still waits."""

import asyncio
from typing import Any, Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from app.slack.asking import Asking
from app.slack.failures import FAILURES, failure

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
