"""`/karma merge` and `unmerge`: a form asks before, and the answer has a button that takes it back.

Who may, Slack is asked each time: for the command, the form and the button alike.
"""

import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.commands import admin
from app.core.commands.admin import Unfit
from app.slack.directory.names import named
from app.slack.listeners import permissions
from app.slack.listeners.admin import logged, unread
from app.slack.listeners.context import Context
from app.slack.listeners.karma import AdminActing
from app.slack.listeners.merge_forms import Plan, metadata, plan
from app.slack.outbound import forms
from app.slack.outbound.answers import answer
from app.slack.outbound.background_tasks import Begun
from app.slack.payloads import requests
from app.slack.payloads.requests import Asking
from app.slack.views import admin as views
from app.slack.views.leaderboard import Page
from app.store.database import UnavailableError
from app.store.people.merge_transfer import Way
from app.store.people.merging import Merged, Unmerging
from app.usecases import administration
from app.words import admin as words
from app.words import self_service as act_words
from app.words import usage

_log = structlog.get_logger()

SOON: Final = 1.5
"""Seconds for which an answer waits for a merge; Slack waits for 3, and was asked before."""
_ROWS: Final = re.compile(r"merge/[0-9a-f]{24}", re.ASCII)

Told = tuple[str, str]
"""What became of a merge, and the value of a button that takes it back, if there is one."""
Work = Callable[[], Awaitable[Told]]
Telling = Callable[[Told], Awaitable[None]]


def register(app: AsyncApp, context: Context) -> None:
    """Answer the form that merges, and the button that takes a merge back."""

    async def submitted(body: dict[str, Any], ack: AsyncAck) -> None:
        said, wanted = requests.anybody(body), plan(body)
        if said is None or wanted is None:
            permissions.note(said, views.MERGE, "misshapen")
            await ack()
            return
        refused = await permissions.refused(context, said, views.MERGE)
        told = (refused, "") if refused else await _merge(said, wanted, body, context)
        await ack(response_action="update", view=views.told(*told))

    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        said, view = requests.button(body), requests.view(body)
        if said is None or not view or not _ROWS.fullmatch(said.text):
            permissions.note(said, views.UNMERGE, "misshapen")
            return
        refused = await permissions.refused(context, said, views.UNMERGE)
        told = (refused, "") if refused else await _taken_back(said, said.text, view, context)
        await forms.updated(context.errands.client, said, view, views.told(*told))

    app.view(views.MERGE)(submitted)
    app.action(views.UNMERGE)(pressed)


async def merge(typed: str, said: Asking, context: Context) -> Page:
    """Ask, in a form, whether one is to be merged into another."""
    command = admin.merge(typed)
    if not isinstance(command, admin.Merge):
        return unread(command)
    source, into = command.source.id, command.into.id
    way = Way(said.team, source, into, "")
    found = await administration.planned(context.ears.database, way)
    meant = context.ears.rulebook.meant(said.team, source)
    names = await named(context, said.team, [meant], command.source, command.into)
    if isinstance(found, Unfit):
        other = meant if found is Unfit.ALREADY else into
        return Page(words.unfit(found, names[source], names[other]))
    kept = metadata(Plan(source, into, command.into.spelling))
    if kept is None:
        return Page(words.unfit(Unfit.TOO_LONG))
    asked = words.merge_question(names[source], names[into], found.score, found.into_score)
    shown = await forms.opened(context.errands.client, said, views.merge_form(asked, kept))
    return Page(act_words.FORM_OPENED() if shown else act_words.NO_MODAL())


async def unmerge(typed: str, said: Asking, context: Context) -> Page:
    """Take a merge back."""
    command = admin.unmerge(typed)
    if not isinstance(command, admin.Unmerge):
        return unread(command)
    source = command.target.id

    async def later(told: Told) -> None:
        content = {"text": told[0], "response_type": "ephemeral"}
        await answer(context.errands.client, said.url, content)

    async def work() -> Told:
        return await _unmerged(said, source, "", context)

    return Page((await _soon(said, work, later, context))[0])


ADMIN_ACTS: Final[Mapping[str, AdminActing]] = {"merge": merge, "unmerge": unmerge}
"""What answers each of these commands."""


async def _merge(said: Asking, wanted: Plan, body: dict[str, Any], context: Context) -> Told:
    way = Way(said.team, wanted.source, wanted.into, f"merge/{secrets.token_hex(12)}")

    async def work() -> Told:
        return await _merged(said, way, wanted.spelling, context)

    return await _soon(said, work, _in_form(said, requests.view(body), context), context)


async def _taken_back(said: Asking, rows: str, view: str, context: Context) -> Told:
    async def work() -> Told:
        return await _unmerged(said, "", rows, context)

    return await _soon(said, work, _in_form(said, view, context), context)


def _in_form(said: Asking, view: str, context: Context) -> Telling:
    async def tell(told: Told) -> None:
        await forms.updated(context.errands.client, said, view, views.told(*told))

    return tell


async def _soon(said: Asking, work: Work, later: Telling, context: Context) -> Told:
    """Do *work*; return what became of it, or, where that takes long, tell it *later*."""
    key, told = ("merge", said.team), [(words.MERGE_WAIT(), "")]

    async def do() -> None:
        try:
            outcome = await work()
        except UnavailableError:
            _log.warning("admin.not_merged", team=said.team, reason="database away")
            outcome = (usage.AWAY(), "")
        if told:
            told[:] = [outcome]
        else:
            await later(outcome)

    if context.errands.begin(key, do()) is not Begun.YES:
        return act_words.BUSY(), ""
    await context.errands.ended(key, SOON)
    return told.pop()


async def _merged(said: Asking, way: Way, spelling: str, context: Context) -> Told:
    started, ears = time.perf_counter(), context.ears
    done = await administration.merge(ears.database, ears.rulebook, way, said.user, spelling)
    meant = ears.rulebook.meant(way.team, way.source)
    names = await named(context, way.team, [way.source, way.into, meant])
    if isinstance(done, Unfit):
        other = meant if done is Unfit.ALREADY else way.into
        return words.unfit(done, names[way.source], names[other]), ""
    logged("admin.merged", said, started)
    late = administration.follow_late(ears.database, way)
    context.errands.begin(("merge", way.team, way.ts), late)
    scores = (done.before.into_score, done.after.into_score)
    return words.merged(names[way.source], names[way.into], *scores), way.ts


async def _unmerged(said: Asking, source: str, rows: str, context: Context) -> Told:
    started, ears = time.perf_counter(), context.ears
    wanted = Unmerging(said.team, said.user, source, rows)
    done = await administration.unmerge(ears.database, ears.rulebook, wanted)
    if isinstance(done, Unfit):
        into = ears.rulebook.meant(said.team, source)
        names = await named(context, said.team, [source, into])
        return words.unfit(done, names[source], names[into]), ""
    logged("admin.unmerged", said, started)
    return _told_apart(done, await named(context, said.team, [done.way.source, done.way.into])), ""


def _told_apart(done: Merged, names: Mapping[str, str]) -> str:
    scores = (done.after.score, done.after.into_score)
    return words.unmerged(names[done.way.source], names[done.way.into], *scores)
