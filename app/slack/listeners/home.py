"""The App Home: published when its owner opens it, updated in place by its buttons.

Slack's signature vouches for the user, who can only act on their own page. A button's value is one
of a few words; any other is refused.
"""

import re
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.slack.directory.roles import Role
from app.slack.listeners import permissions
from app.slack.listeners.context import Context
from app.slack.listeners.self_service import opt_in, opt_out
from app.slack.outbound import answers
from app.slack.payloads import events, requests
from app.slack.payloads.identifiers import parse_slack_id
from app.slack.payloads.requests import UserRequest
from app.slack.views import home as views
from app.slack.views.gift_forms import render_free_form
from app.slack.views.help_pages import render_help, render_help_form
from app.store.database import UnavailableError
from app.store.outbox.homes import SPANS

_SPAN: Final = re.compile(rf"{views.BOARD}_[a-z]{{1,16}}")
_FORMS: Final = {views.HELP: "help", views.GIVE: "give"}
"""The buttons that open a form, and their values."""
_ACTIONS: Final = {views.OPT_OUT: ("out", opt_out), views.OPT_IN: ("in", opt_in)}


def register(app: AsyncApp, context: Context) -> None:
    """Register the event of opening the page, and its buttons."""

    async def handle_opened(body: dict[str, Any]) -> None:
        event = body["event"]
        team, user = events.read_team_id(body), parse_slack_id(event.get("user"))
        if not (event.get("tab") == "home" and team and user and context.identity.serves(team)):
            return
        if await context.people.is_stranger(team, user):
            permissions.log_refusal(UserRequest(team, user, "", ""), "home", Role.STRANGER)
            return
        await context.homes.open_page(team, user)

    async def handle_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request = await _read_press(body, context)
        if request is None:
            return
        try:
            await _act(request, context)
        except UnavailableError:  # the page stays unchanged, and the button can be pressed again
            context.homes.log_trouble("database away")

    app.event("app_home_opened")(handle_opened)
    app.action(_SPAN)(handle_button)
    for action in (*_FORMS, *_ACTIONS):
        app.action(action)(handle_button)


async def _read_press(body: dict[str, Any], context: Context) -> UserRequest | None:
    """Return the press of a button on the user's own page, or None if it isn't valid.

    People of another workspace have no page here.
    """
    request, action = requests.read_button(body), requests.read_action(body)
    known = SPANS if _SPAN.fullmatch(action) else (_FORMS.get(action) or _ACTIONS[action][0],)
    fits = request and request.text in known and context.identity.serves(request.team)
    return await permissions.admit(request, "home", context, fits=bool(fits))


async def _act(request: UserRequest, context: Context) -> None:
    if request.action in _FORMS:
        form = _render_form(request, context)
        await answers.open_form(context.client, request, form)
        return
    if request.action in _ACTIONS:
        await _ACTIONS[request.action][1](None, request, context)
        await context.homes.open_page(request.team, request.user)
    else:
        await context.homes.open_page(request.team, request.user, request.text)


def _render_form(request: UserRequest, context: Context) -> dict[str, Any]:
    settings = context.rulebook.get_settings(request.team)
    if request.action == views.GIVE:
        return render_free_form(settings)
    return render_help_form(render_help(settings))
