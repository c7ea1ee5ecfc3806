"""The workspace's settings: the form that shows them, and its submission.

Slack is asked for the user's role each time. The contents of a form are untrusted input.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.settings.definitions import POSTED_IN
from app.core.settings.setting import RequiredRole
from app.core.settings.widgets import UnfitText
from app.slack.directory.membership import Membership
from app.slack.directory.roles import Role, allows
from app.slack.listeners import permissions
from app.slack.listeners.context import Context, log_done
from app.slack.outbound import answers
from app.slack.payloads import forms, requests
from app.slack.payloads.forms import SettingsForm
from app.slack.payloads.requests import UserRequest
from app.slack.views import help_pages, home
from app.slack.views import recaps as recap_views
from app.slack.views import settings_form as views
from app.slack.views.blocks import Page
from app.store.database import UnavailableError
from app.usecases.change_settings import (
    ChannelScope,
    decide,
    find_wrong,
    read_decided,
    read_inherited,
)
from app.words import settings as words
from app.words.catalog import say

_log = structlog.get_logger()

ACTION: Final = "settings"
"""The action's name in logged refusals."""


def register(app: AsyncApp, context: Context) -> None:
    """Register the buttons that open the form, its choice of a channel, and its submission."""

    async def handle_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request = requests.read_button(body)
        if request is None:
            permissions.log_refusal(request, ACTION, "misshapen")
            return
        # The button in a channel's welcome shows that channel's settings.
        from_welcome = request.action == help_pages.WELCOME_SETTINGS
        view = await _show_form(request, request.channel if from_welcome else "", context)
        await answers.open_form(context.client, request, view)

    async def handle_channel(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request, channel = requests.read_user(body), forms.read_picked_channel(body)
        if request is None or channel is None or not request.view:
            permissions.log_refusal(request, ACTION, "misshapen")
            return
        shown = await _show_form(request, channel, context)
        await answers.update_form(context.client, request, shown)

    async def handle_form(body: dict[str, Any], ack: AsyncAck) -> None:
        request, filled = requests.read_user(body), forms.read_settings_form(body)
        if request is None or filled is None:
            permissions.log_refusal(request, ACTION, "misshapen")
            await ack(**_show_outcome([say("form-unreadable")]))
        else:
            await ack(**await _save(request, filled, context))

    app.action(home.SETTINGS)(handle_button)
    app.action(home.SETUP)(handle_button)
    app.action(help_pages.WELCOME_SETTINGS)(handle_button)
    app.action(views.CHANNEL)(handle_channel)
    app.action(views.WORKSPACE)(handle_channel)
    app.view(views.FORM)(handle_form)


async def show_settings(_: None, request: UserRequest, context: Context) -> Page:
    """Open the settings form."""
    role = await context.roles.read_recent_role(request.team, request.user)
    view = _render_form(request, "", role, context)
    return await answers.open_form_or_explain(context.client, request, view)


async def _show_form(request: UserRequest, channel: str, context: Context) -> dict[str, Any]:
    """Return the form, or why the requester can't have it."""
    role = await permissions.ask_role(request, context)
    if refused := permissions.check_role(request, role, ACTION, RequiredRole.MANAGERS, context):
        return views.render_outcome([refused])
    return _render_form(request, channel, role, context)


def _render_form(
    request: UserRequest, channel: str, role: Role, context: Context
) -> dict[str, Any]:
    place, rulebook = ChannelScope(request.team, channel), context.rulebook
    decided, inherited = read_decided(rulebook, place), read_inherited(rulebook, place)
    admin = allows(role, RequiredRole.ADMINS)
    suggested = {} if channel else _suggest(request, context)
    view = views.SettingsView(place.settings, decided, inherited, channel, admin, suggested)
    return views.render_form(view)


def _suggest(request: UserRequest, context: Context) -> Mapping[str, Any]:
    """Return the requester's language and time zone if the workspace has no settings yet."""
    if context.rulebook.get_stored(request.team):
        return {}
    return context.roles.read_preferences(request.team, request.user)


async def _save(request: UserRequest, filled: SettingsForm, context: Context) -> dict[str, Any]:
    """Store the changes; return the response to Slack."""
    place = ChannelScope(request.team, filled.channel)
    changes = _read_changes(filled, place)
    changed = changes or {}
    wrong = {name: value for name, value in changed.items() if isinstance(value, UnfitText)}
    wanted = {name: value for name, value in changed.items() if name not in wrong}
    # Concurrently, because each waits for Slack, and Slack for the response.
    role, absent = await asyncio.gather(
        permissions.ask_role(request, context), _list_absent(request, wanted, context)
    )
    if refused := permissions.check_role(request, role, ACTION, RequiredRole.MANAGERS, context):
        return _show_outcome([refused])
    if changes is None:
        permissions.log_refusal(request, ACTION, "misshapen")
        return _show_outcome([say("form-unreadable")])
    needs_admin = any(place.settings[name].who is RequiredRole.ADMINS for name in changes)
    if needs_admin and (
        refused := permissions.check_role(request, role, ACTION, RequiredRole.ADMINS, context)
    ):
        return _show_outcome([refused])
    if wrong := wrong or find_wrong(context.rulebook, place, wanted):
        return _show_errors(
            {name: words.explain_unfit(unfit) for name, unfit in wrong.items()}, place
        )
    return await _store_changes(request, place, wanted, absent, context)


async def _list_absent(
    request: UserRequest, wanted: Mapping[str, Any], context: Context
) -> Sequence[str]:
    """Return the channels in *wanted* in which the app is to post, but isn't a member."""
    chosen = dict.fromkeys(wanted[name] for name in POSTED_IN if wanted.get(name))
    found = await asyncio.gather(
        *(context.check_membership(request.team, one, request.user) for one in chosen)
    )
    return [one for one, both in zip(chosen, found, strict=True) if both is Membership.NOT_BOTH]


def _read_changes(filled: SettingsForm, place: ChannelScope) -> dict[str, Any] | None:
    """Return, by setting, the new value of each that was changed since the form was opened.

    An invalid one is an UnfitText. None if the form isn't one of ours.
    """
    changes: dict[str, Any] = {}
    inherits = bool(place.channel)
    for name, field in filled.fields.items():
        try:
            setting = place.settings[name]
            value = setting.read_field(field, inherits=inherits)
            if setting.hash_field(field, inherits=inherits) != filled.hashes[name]:
                changes[name] = value
        except (KeyError, ValueError):  # it isn't a channel's, or can't have that value
            return None
    return changes


async def _store_changes(
    request: UserRequest,
    place: ChannelScope,
    wanted: Mapping[str, Any],
    absent: Sequence[str],
    context: Context,
) -> dict[str, Any]:
    """Store what is *wanted*; warn about the channels from which the app is *absent*."""
    try:
        changes = await decide(context.rulebook, place, request.user, wanted)
    except UnavailableError:
        _log.warning("settings.not_stored", team=request.team, reason="database away")
        return _show_errors({next(iter(place.settings)): say("away")}, place)
    if changes:
        names = [one.name for one in changes]
        log_done("settings.changed", request, channel=place.channel, names=names)
    outcome = _show_outcome(words.report_changes(place.channel, changes, absent))
    if any(one.name.startswith("recap") for one in changes):
        outcome["view"]["blocks"].append(recap_views.render_preview_button())
    return outcome


def _show_errors(texts: Mapping[str, str], place: ChannelScope) -> dict[str, Any]:
    fields = {views.build_block_id(name, place.channel): text for name, text in texts.items()}
    return {"response_action": "errors", "errors": fields}


def _show_outcome(lines: list[str]) -> dict[str, Any]:
    return {"response_action": "update", "view": views.render_outcome(lines)}
