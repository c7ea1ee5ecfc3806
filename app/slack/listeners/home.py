"""The App Home: published when its person opens it, changed in place by its buttons.

Whose page it is and for whom a button acts, Slack's signature says; what a button carries is one
of a few words, or nothing happens.
"""

import re
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.slack.listeners.context import Context
from app.slack.listeners.self_service import opt_in, opt_out
from app.slack.outbound import forms
from app.slack.outbound.homes import Homes
from app.slack.payloads import events, requests
from app.slack.payloads.requests import Asking
from app.slack.views import home as views
from app.store.database import UnavailableError
from app.store.outbox.homes import SPANS

_log = structlog.get_logger()

_SPAN: Final = re.compile(rf"{views.BOARD}_[a-z]{{1,16}}")
_ACTS: Final = {views.OPT_OUT: ("out", opt_out), views.OPT_IN: ("in", opt_in)}


def register(app: AsyncApp, context: Context) -> None:
    """Publish the page of whoever opens it, and answer its buttons."""
    homes = context.homes
    if homes is None:
        return

    async def opened(body: dict[str, Any]) -> None:
        event = body["event"]
        team, user = events.team_id(body), events.slack_id(event.get("user"))
        if event.get("tab") == "home" and team and user and _at_home(team, context):
            await homes.opened(team, user)

    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        said = _pressed(body, context)
        if said is None:
            _log.warning("action.refused", action="home", reason="misshapen")
            return
        try:
            await _act(requests.action(body), said, context, homes)
        except UnavailableError:  # the page stays as it is, and the button can be pressed again
            _log.warning("home.waits", reason="database away")

    app.event("app_home_opened")(opened)
    app.action(_SPAN)(pressed)
    for action in (views.HELP, *_ACTS):
        app.action(action)(pressed)


def _pressed(body: dict[str, Any], context: Context) -> Asking | None:
    """Return who pressed a button of their page and what it carries, None for what is no such.

    Somebody of another workspace has no page here.
    """
    said = requests.button(body)
    if said is None or not _at_home(said.team, context):
        return None
    if requests.stranger(body, said.team):
        return None
    action = requests.action(body)
    if _SPAN.fullmatch(action):
        fits = said.text in SPANS
    else:
        fits = said.text == ("help" if action == views.HELP else _ACTS[action][0])
    return said if fits else None


def _at_home(team: str, context: Context) -> bool:
    """Tell whether *team* is the workspace that the app is installed in, as far as it knows."""
    return context.identity.team in (None, team)


async def _act(action: str, said: Asking, context: Context, homes: Homes) -> None:
    if action == views.HELP:
        window = context.ears.rulebook.of(said.team).undo_window
        await forms.opened(homes.client, said, views.help_form(window))
        return
    if action in _ACTS:
        await _ACTS[action][1](said, context)
        await homes.opened(said.team, said.user)
    else:
        await homes.opened(said.team, said.user, said.text)
