"""`/karma`: runs the subcommands of `karma_subcommands.py`, and replies only to the requester."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.commands.admin import MisreadCommand, UnknownHandle
from app.core.commands.karma import (
    CARD,
    CardTarget,
    ExplainVoting,
    ShowCard,
    ShowHistory,
    UnclearCommand,
)
from app.slack.listeners import help_pages, permissions
from app.slack.listeners.context import Context, log_done, render_or_away
from app.slack.listeners.karma_subcommands import ROWS, Subcommand, read_subcommand
from app.slack.listeners.targets import explain_unknown, write_mentions
from app.slack.outbound.answers import respond
from app.slack.payloads import requests
from app.slack.payloads.identifiers import parse_target
from app.slack.payloads.requests import UserRequest
from app.slack.views import karma as views
from app.slack.views.blocks import Page
from app.store.database import UnavailableError
from app.words import admin as admin_words
from app.words import usage
from app.words.catalog import say


def register(app: AsyncApp, context: Context) -> None:
    """Register the command and the buttons in its replies."""

    async def handle_command(body: dict[str, Any], ack: AsyncAck) -> None:
        request = requests.read_command(body)
        if request is None:
            await _acknowledge(ack, help_pages.render_help("", context))
            return
        what, page = await _run(request, context)
        await _acknowledge(ack, page)
        log_done("karma.shown", request, what=what)

    async def handle_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        press, action = requests.read_button(body), requests.read_action(body)
        target = parse_target(press.text) if press else None
        request = await permissions.admit(press, action, context, fits=target is not None)
        if request and target:
            row: Subcommand = ROWS[CARD]
            shown: ShowCard | ShowHistory = ShowCard(CardTarget(target))
            if request.action == views.HISTORY:
                row, shown = ROWS["history"], ShowHistory(CardTarget(target))
            page = await render_or_away(row.answer(shown, request, context))
            failed = await respond(context.client, request.url, page, replaces=True)
            more = {"failed": failed.reason} if failed else {}
            log_done("karma.shown", request, what=row.word, **more)

    app.command("/karma")(handle_command)
    app.action(views.CARD)(handle_button)
    app.action(views.HISTORY)(handle_button)


async def _acknowledge(ack: AsyncAck, page: Page) -> None:
    """Acknowledge with *page*; an empty one means that a form has opened instead."""
    if page.text:
        await ack(text=page.text, blocks=page.blocks, response_type="ephemeral")
    else:
        await ack()


async def _run(request: UserRequest, context: Context) -> tuple[str, Page]:
    """Return the reply, after its name in the log; without permission, it says only that."""
    try:
        request = await write_mentions(request, context)
    except UnavailableError:
        return "unread", Page(say("away"))
    row, command = read_subcommand(request.text)
    what = row.word
    if row.who:
        refused = await permissions.check_permission(request, f"karma {what}", context, row.who)
        if refused:
            return what, Page(refused)
    match command:
        case UnclearCommand():
            what, page = "unclear", Page(usage.explain_unclear_command(command))
        case ExplainVoting():
            what, page = "voting", Page(say("karma-not-voting"))
        case MisreadCommand():
            page = Page(admin_words.explain_misread(command))
        case UnknownHandle(handle):
            page = await render_or_away(explain_unknown(handle, request, context))
        case _:
            page = await render_or_away(row.answer(command, request, context))
    return what, page
