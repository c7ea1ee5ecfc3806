"""Help and welcome: the button that shows the full help, and a message to people who invite it.

Only the person who invites the app into a channel is told how it works there. If they may change
the channel's settings, they can have it say hello to everybody.
"""

from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.message import SlotKey
from app.core.replies import HelloReply, WelcomeReply
from app.core.settings.setting import RequiredRole
from app.slack.directory.roles import Role, allows
from app.slack.listeners import permissions
from app.slack.listeners.context import Context, render_or_away
from app.slack.outbound import answers
from app.slack.payloads import events, requests
from app.slack.payloads.requests import UserRequest
from app.slack.views import help_pages as views
from app.slack.views.blocks import Page
from app.store.outbox.outbox import ReplyToWrite
from app.words.catalog import say

_ONCE: Final = "hello"
"""Stands in for the message's timestamp in a hello's key, so that a channel gets only one."""


def register(app: AsyncApp, context: Context) -> None:
    """Register the button for the full help, invitations of the app, and the hello button."""

    async def handle_more(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request = requests.read_button(body)
        if request is None or request.text != views.MORE:
            permissions.log_refusal(request, views.MORE, "misshapen")
            return
        page = await _render_rest(request, context)
        if request.view:
            form = views.render_help_form(page)
            await answers.update_form(context.client, request, form)
            return
        await answers.send_page(context.client, request, page, views.MORE, replaces=True)

    async def handle_joined(body: dict[str, Any]) -> None:
        invitation = events.read_invitation(body)
        bot = context.identity.find_bot_user(body)
        if invitation is None or invitation.user != bot:
            return
        if invitation.channel in context.rulebook.get_settings(invitation.team).quiet_channels:
            return
        key = SlotKey(invitation.team, invitation.channel, invitation.ts)
        role = await context.roles.read_recent_role(invitation.team, invitation.inviter)
        # If the role is unknown, offer the buttons: they ask Slack again.
        may_decide = role is Role.UNKNOWN or allows(role, RequiredRole.MANAGERS)
        reply = ReplyToWrite(key, WelcomeReply(may_decide), invitation.inviter)
        await context.queue_reply(reply)

    async def handle_hello(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request = requests.read_button(body)
        if request is None or not request.channel:
            permissions.log_refusal(request, views.WELCOME_HELLO, "misshapen")
            return
        refused = await permissions.check_permission(request, views.WELCOME_HELLO, context)
        refused = refused or _explain_quiet(request, context)
        page = Page(refused) if refused else await render_or_away(_say_hello(request, context))
        # A refusal must not replace the explanation of how the app works.
        hello = views.WELCOME_HELLO
        await answers.send_page(context.client, request, page, hello, replaces=not refused)

    app.action(views.MORE)(handle_more)
    app.event("member_joined_channel")(handle_joined)
    app.action(views.WELCOME_HELLO)(handle_hello)


def render_help(team: str, context: Context) -> Page:
    """Return the short help, with the button to the rest."""
    return views.render_help(context.rulebook.get_settings(team))


async def _render_rest(request: UserRequest, context: Context) -> Page:
    """Return the full help; for managers, it includes their commands."""
    role = await context.roles.read_recent_role(request.team, request.user)
    more = say("admin-help") if allows(role, RequiredRole.MANAGERS) else ""
    return views.render_full_help(context.rulebook.get_settings(request.team), more)


def _explain_quiet(request: UserRequest, context: Context) -> str:
    """Return why the app may say nothing in the channel, or an empty string."""
    quiet = context.rulebook.get_settings(request.team).quiet_channels
    return say("welcome-quiet") if request.channel in quiet else ""


async def _say_hello(request: UserRequest, context: Context) -> Page:
    """Queue a hello in the channel; return the confirmation."""
    key = SlotKey(request.team, request.channel, _ONCE)
    await context.queue_reply(ReplyToWrite(key, HelloReply()))
    return Page(say("welcome-said"))
