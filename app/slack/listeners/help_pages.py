"""The button behind which the rest of the help is: it works below an answer and in a form."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.settings.setting import RequiredRole
from app.slack.directory.roles import allows
from app.slack.listeners import permissions
from app.slack.listeners.context import Context
from app.slack.outbound import answers
from app.slack.payloads import requests
from app.slack.payloads.requests import UserRequest
from app.slack.views import help_pages as views
from app.slack.views.blocks import Page
from app.words import admin as admin_words

_log = structlog.get_logger()


def register(app: AsyncApp, context: Context) -> None:
    """Show the rest to whoever presses the button."""

    async def handle_more(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request, view = requests.read_button(body), requests.read_view_id(body)
        if request is None or request.text != views.MORE:
            _log.info("action.refused", action=views.MORE, reason="misshapen")
            return
        page = await _render_rest(request, context)
        if view:
            form = views.render_help_form(page)
            await answers.update_form(context.client, request, view, form)
            return
        await answers.send_page(context.client, request, page, views.MORE, replaces=True)

    app.action(views.MORE)(handle_more)


def render_help(team: str, context: Context) -> Page:
    """Return the first three lines, with the button to the rest."""
    return views.render_help(context.rulebook.get_settings(team).undo_window)


async def _render_rest(request: UserRequest, context: Context) -> Page:
    """Return all of the help, and what else those may do who look after the workspace."""
    role = await context.roles.read_recent_role(request.team, request.user)
    manages = allows(role, RequiredRole.MANAGERS) and not await permissions.is_foreign(
        context, request
    )
    window = context.rulebook.get_settings(request.team).undo_window
    return views.render_full_help(window, admin_words.HELP() if manages else "")
