"""Opens and changes forms in Slack while whoever asked for it still waits."""

import asyncio
from typing import Any

import structlog

from app.slack.client import SlackClient
from app.slack.outbound.failures import FAILURES, classify_failure
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.words.self_service import NO_MODAL

_log = structlog.get_logger()


async def open_form(client: SlackClient, request: UserRequest, view: dict[str, Any]) -> bool:
    """Show *view* to whoever asks; tell whether Slack has opened it in time."""
    try:
        async with asyncio.timeout(client.timings.form):
            await client.views_open(trigger_id=request.trigger, view=view)
    except FAILURES as error:
        _log.info("form.not_opened", team=request.team, reason=classify_failure(error).reason)
        return False
    return True


async def answer_by_form(client: SlackClient, request: UserRequest, view: dict[str, Any]) -> Page:
    """Show *view* to whoever asks; return nothing to say, or that it could not be opened."""
    opened = await open_form(client, request, view)
    return Page("" if opened else NO_MODAL())


async def update_form(
    client: SlackClient, request: UserRequest, view_id: str, view: dict[str, Any]
) -> None:
    """Show *view* where the form with the id *view_id* is open."""
    try:
        async with asyncio.timeout(client.timings.form):
            await client.views_update(view_id=view_id, view=view)
    except FAILURES as error:
        _log.info("form.not_updated", team=request.team, reason=classify_failure(error).reason)
