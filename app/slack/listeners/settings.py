"""The workspace's settings: the form that shows them, and what is submitted with it.

Who may, Slack is asked each time; what a form holds is checked like anything from outside.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.settings.form_text import Unfit, given, mark
from app.core.settings.kinds import Who
from app.slack.directory.roles import Role, allows
from app.slack.listeners import permissions
from app.slack.listeners.context import Context
from app.slack.listeners.karma import AdminActing
from app.slack.outbound import forms
from app.slack.payloads import requests, settings_form
from app.slack.payloads.requests import Asking
from app.slack.payloads.settings_form import Filled
from app.slack.views import home
from app.slack.views import settings_form as views
from app.slack.views.leaderboard import Page
from app.store.database import UnavailableError
from app.usecases.change_settings import Place, clash, decide, held, inherited
from app.words import self_service, usage
from app.words import settings as words

_log = structlog.get_logger()

ACTION: Final = "settings"
"""What is refused, as the log names it."""


@dataclass(frozen=True, slots=True)
class Read:
    """What somebody changed in the form: what it would be, and what is wrong, by setting."""

    wanted: Mapping[str, Any]
    wrong: Mapping[str, Unfit]

    @property
    def names(self) -> list[str]:
        """Return the settings that were changed."""
        return [*self.wanted, *self.wrong]


def register(app: AsyncApp, context: Context) -> None:
    """Answer what opens the form, what chooses a channel in it, and its submission."""

    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        said = requests.button(body)
        if said is None:
            permissions.note(said, ACTION, "misshapen")
            return
        role = await permissions.role_of(context, said)
        refused = permissions.denied(role, said, ACTION, Who.MANAGERS)
        view = views.told([refused]) if refused else _form(said, "", role, context)
        await forms.opened(context.errands.client, said, view)

    async def chosen(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        said, channel = requests.anybody(body), settings_form.picked(body)
        view = requests.view(body)
        if said is None or channel is None or not view:
            permissions.note(said, ACTION, "misshapen")
            return
        role = await permissions.role_of(context, said)
        refused = permissions.denied(role, said, ACTION, Who.MANAGERS)
        shown = views.told([refused]) if refused else _form(said, channel, role, context)
        await forms.updated(context.errands.client, said, view, shown)

    async def saved(body: dict[str, Any], ack: AsyncAck) -> None:
        said, filled = requests.anybody(body), settings_form.filled(body)
        if said is None or filled is None:
            permissions.note(said, ACTION, "misshapen")
            await ack()
        else:
            await ack(**await _saved(said, filled, context))

    app.action(home.SETTINGS)(pressed)
    app.action(views.CHANNEL)(chosen)
    app.action(views.WORKSPACE)(chosen)
    app.view(views.FORM)(saved)


async def show(_rest: str, said: Asking, context: Context) -> Page:
    """Open the form."""
    role = await context.roles.lately(said.team, said.user)
    view = _form(said, "", role, context)
    opened = await forms.opened(context.errands.client, said, view)
    return Page(words.OPENED() if opened else self_service.NO_MODAL())


ADMIN_ACTS: Final[Mapping[str, AdminActing]] = {"settings": show}


def _form(said: Asking, channel: str, role: Role, context: Context) -> dict[str, Any]:
    place, rulebook = Place(said.team, channel), context.ears.rulebook
    now, below = held(rulebook, place), inherited(rulebook, place)
    admin = allows(role, Who.ADMINS)
    return views.form(views.Shown(place.declared, now, below, channel, admin))


async def _saved(said: Asking, filled: Filled, context: Context) -> dict[str, Any]:
    """Store what was changed; return what Slack is to do with the form."""
    role = await permissions.role_of(context, said)
    if refused := permissions.denied(role, said, ACTION, Who.MANAGERS):
        return _told([refused])
    place = Place(said.team, filled.channel)
    read = _read(filled, place)
    if read is None:
        permissions.note(said, ACTION, "misshapen")
        return {}
    owners = any(place.declared[name].who is Who.ADMINS for name in read.names)
    if owners and (refused := permissions.denied(role, said, ACTION, Who.ADMINS)):
        return _told([refused])
    wrong = read.wrong or dict(filter(None, [clash(context.ears.rulebook, place, read.wanted)]))
    if wrong:
        return _errors({name: words.wrong(unfit) for name, unfit in wrong.items()}, place)
    return await _decided(said, place, read.wanted, context)


def _read(filled: Filled, place: Place) -> Read | None:
    """Return what was changed since the form was opened; None where it is no form of ours."""
    wanted: dict[str, Any] = {}
    wrong: dict[str, Unfit] = {}
    inherits = bool(place.channel)
    if not filled.shown.keys() <= place.declared.keys():
        return None
    for name, field in filled.given.items():
        setting = place.declared[name]
        try:
            found = given(setting, field, inherits=inherits)
            changed = mark(setting, field, inherits=inherits) != filled.shown[name]
        except ValueError:
            return None
        if changed:
            (wrong if isinstance(found, Unfit) else wanted)[name] = found
    return Read(wanted, wrong)


async def _decided(
    said: Asking, place: Place, wanted: Mapping[str, Any], context: Context
) -> dict[str, Any]:
    started, ears = time.perf_counter(), context.ears
    try:
        changes = await decide(ears.database, ears.rulebook, place, said.user, wanted)
    except UnavailableError:
        _log.warning("settings.not_stored", team=said.team, reason="database away")
        return _errors({next(iter(place.declared)): usage.AWAY()}, place)
    if changes:
        names = [name for name, _, _ in changes]
        ms = round((time.perf_counter() - started) * 1000, 1)
        _log.info("settings.changed", team=said.team, channel=place.channel, names=names, ms=ms)
    return _told(words.saved(place.channel, changes))


def _errors(told: Mapping[str, str], place: Place) -> dict[str, Any]:
    fields = {views.block_of(name, place.channel): said for name, said in told.items()}
    return {"response_action": "errors", "errors": fields}


def _told(lines: list[str]) -> dict[str, Any]:
    return {"response_action": "update", "view": views.told(lines)}
