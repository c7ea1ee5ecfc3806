"""Seasons: the list of them, and the form by which admins begin the next."""

import re
import time
from collections.abc import Mapping
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.boards.seasons import FIRST, Unfit, folded, read
from app.core.commands.karma import Act, Seasons
from app.slack.listeners import permissions
from app.slack.listeners.context import Context
from app.slack.listeners.karma import Acting, AdminActing
from app.slack.outbound import forms
from app.slack.payloads import requests
from app.slack.payloads.requests import Asking
from app.slack.views import season_form as views
from app.slack.views.leaderboard import Page
from app.store.database import UnavailableError
from app.usecases import seasons
from app.words import seasons as words
from app.words import self_service, usage
from app.words.text import escaped

_log = structlog.get_logger()

ACTION: Final = "season"
"""What is refused, as the log names it."""
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


def register(app: AsyncApp, context: Context) -> None:
    """Answer the form that begins a season."""

    async def submitted(body: dict[str, Any], ack: AsyncAck) -> None:
        said, number = requests.submission(body, views.NAME), requests.metadata(body)
        if said is None or not _NUMBER.fullmatch(number):
            permissions.note(said, ACTION, "misshapen")
            await ack()
        else:
            await ack(**await _begun(said, int(number), context))

    app.view(views.FORM)(submitted)


async def listed(said: Asking, context: Context) -> Page:
    """List the seasons and their days."""
    return Page(words.listed(seasons.known(context.ears.rulebook, said.team)))


async def form(typed: str, said: Asking, context: Context) -> Page:
    """Open the form that begins the next season, by the name that was *typed*."""
    name = read(typed, context.boards.seasons(said.team))
    if isinstance(name, Unfit):
        return Page(words.unfit(name))
    now = seasons.known(context.ears.rulebook, said.team)
    view = views.form(len(now) + FIRST.number, name, words.what(now[-1]))
    opened = await forms.opened(context.errands.client, said, view)
    return Page(words.OPENED() if opened else self_service.NO_MODAL())


ACTS: Final[Mapping[type[Act], Acting]] = {Seasons: listed}
ADMIN_ACTS: Final[Mapping[str, AdminActing]] = {"season": form}


async def _begun(said: Asking, number: int, context: Context) -> dict[str, Any]:
    """Begin the season of that *number* by the name in the form; return what becomes of that."""
    started, ears = time.perf_counter(), context.ears
    if refused := await permissions.refused(context, said, ACTION):
        return _told(refused)
    if seasons.has(ears.rulebook, said.team, number):
        return _since(said, context)
    name = read(escaped(said.text), context.boards.seasons(said.team))
    if isinstance(name, Unfit):
        return _wrong(words.unfit(name))
    try:
        begun = await seasons.begin(ears, said.team, said.user, number, name)
    except UnavailableError:
        return _wrong(usage.AWAY())
    if begun:
        ms = round((time.perf_counter() - started) * 1000, 1)
        _log.info("season.begun", team=said.team, season=number, ms=ms)
    return _since(said, context)


def _since(said: Asking, context: Context) -> dict[str, Any]:
    """Tell that the season in the form is the one that is now, or that it is another."""
    now = seasons.known(context.ears.rulebook, said.team)[-1]
    same = folded(now.called) == folded(said.text)
    return _told(words.begun(now) if same else words.late(now))


def _told(told: str) -> dict[str, Any]:
    return {"response_action": "update", "view": views.told(told)}


def _wrong(told: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {views.NAME_BLOCK: told}}
