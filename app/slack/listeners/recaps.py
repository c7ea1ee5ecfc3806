"""Previews of the recap for managers, by command or from the settings."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.boards import periods
from app.core.recap import find_recap_period
from app.slack.background_tasks import StartResult
from app.slack.listeners import permissions
from app.slack.listeners.context import INTERRUPTIONS, Context
from app.slack.outbound import answers
from app.slack.outbound.unasked_posts import render_recap
from app.slack.payloads import requests
from app.slack.payloads.requests import UserRequest
from app.slack.views import recaps as views
from app.slack.views.blocks import Page
from app.words.catalog import say


def register(app: AsyncApp, context: Context) -> None:
    """Register the preview button."""

    async def handle_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request = requests.read_button(body)
        if request is None or not request.view:
            permissions.log_refusal(request, "recap", "misshapen")
            return
        refused = await permissions.check_permission(request, "recap", context)
        page = Page(refused) if refused else await show_preview(None, request, context)
        # a preview that came later than Slack waits may have been shown already
        await _send(request, page, context, unchanged=request.view_hash)

    app.action(views.PREVIEW)(handle_button)


async def show_preview(_: None, request: UserRequest, context: Context) -> Page:
    """Show a preview or, if that takes longer than Slack waits, say so and send it later."""
    key = ("recap", request.team, request.user, request.view)
    work = partial(_render, request, context)
    later, patience = partial(_send, request, context=context), context.client.timings.work
    match await context.tasks.finish_soon(key, work, later, patience):
        case Page() as page:
            return page
        case StartResult.BUSY:
            return Page(say("self-service-busy"))
        case _:
            return Page(say("recap-wait"))


async def _send(
    request: UserRequest, page: Page, context: Context, *, unchanged: str | None = None
) -> None:
    if request.view:
        shown = views.render_preview_form(page)
        await answers.update_form(context.client, request, shown, unchanged)
    else:
        await answers.send_page(context.client, request, page, "recap")


async def _render(request: UserRequest, context: Context) -> Page:
    try:
        return await _preview(request, context)
    except INTERRUPTIONS:
        return Page(say("away"))


async def _preview(request: UserRequest, context: Context) -> Page:
    """Return the recap that would be posted now or, if it's empty, that of the current period."""
    settings = context.rulebook.get_settings(request.team)
    today = settings.find_day(datetime.now(UTC))
    period = find_recap_period(settings, today)
    month = periods.find_month(today)
    now = month if period.kind == month.kind else periods.find_week(today, settings.week_shift)
    patience = context.client.timings.preview
    page = await render_recap(context, request.team, period, patience)
    page = page if page.text else await render_recap(context, request.team, now, patience)
    return views.render_preview(page, settings.recap_channel)
