"""What people do by `/karma`: undo, opt out and in, export, and being forgotten.

Who acts is who Slack's signature says, and nobody else: what buttons and forms carry is checked
like anything from outside, and refused with one line in the log.
"""

import re
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.commands.karma import Act, Export, ForgetMe, OptIn, OptOut, Undo
from app.core.vote import is_thing
from app.slack.listeners.context import Context
from app.slack.listeners.karma import Acting
from app.slack.outbound import forms
from app.slack.outbound.answers import answer
from app.slack.outbound.background_tasks import Begun
from app.slack.outbound.failures import FAILURES, failure
from app.slack.outbound.files import Sharing, share
from app.slack.payloads import requests
from app.slack.payloads.requests import Asking
from app.slack.views import self_service as views
from app.slack.views.leaderboard import Page
from app.store.boards import standings
from app.store.database import UnavailableError
from app.store.people.own_data import Of
from app.store.votes.undo import Given
from app.usecases import privacy, undo
from app.usecases.undo import Refused, Undone
from app.words import self_service as words
from app.words import usage
from app.words.votes import mentioned

_log = structlog.get_logger()

SOON: Final = 2.0
"""Seconds for which the answer to a form waits; Slack waits for 3."""
_ROW: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def register(app: AsyncApp, context: Context) -> None:
    """Answer the button that takes votes back, and the form of who wants to be forgotten."""

    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        said = requests.button(body)
        fits = said is not None and _ROW.fullmatch(said.text)
        if said is None or not fits or requests.stranger(body, said.team):
            _refused(body, said, "stranger" if fits else "misshapen")
            return
        page = await _undo_named(body, said, context)
        content = {"text": page.text, "blocks": page.blocks, "replace_original": True}
        failed = await answer(context.errands.client, said.url, content)
        if failed:
            _log.warning("answer.failed", team=said.team, reason=failed.reason)

    async def submitted(body: dict[str, Any], ack: AsyncAck) -> None:
        said = requests.submission(body, views.CONFIRM)
        if said is None or requests.stranger(body, said.team):
            _refused(body, said, "stranger" if said else "misshapen")
            await ack()
        elif " ".join(said.text.casefold().split()) != words.FORGET_WORDS:
            errors = {views.CONFIRM_BLOCK: words.forget_mistyped()}
            await ack(response_action="errors", errors=errors)
        else:
            view = views.forget_told(await _forget(said, requests.view(body), context))
            await ack(response_action="update", view=view)

    app.action(views.UNDO)(pressed)
    app.view(views.FORGET)(submitted)


async def undo_last(said: Asking, context: Context) -> Page:
    """Take back the last votes of whoever asks."""
    started = time.perf_counter()
    done = await undo.undo_last(context.ears, said.team, said.user, _now())
    return await _undone(done, said, context, started)


async def opt_out(said: Asking, context: Context) -> Page:
    """Count and show whoever asks no more."""
    ears = context.ears
    new = await privacy.opt_out(ears.database, ears.absent, said.team, said.user)
    if new:
        _log.info("member.opted_out", team=said.team)
    return Page(words.OPTED_OUT() if new else words.WAS_OUT())


async def opt_in(said: Asking, context: Context) -> Page:
    """Count and show whoever asks again."""
    ears = context.ears
    new = await privacy.opt_in(ears.database, ears.absent, said.team, said.user)
    if new:
        _log.info("member.opted_in", team=said.team)
    return Page(words.OPTED_IN() if new else words.WAS_IN())


async def export(said: Asking, context: Context) -> Page:
    """Send whoever asks their own data, after this answer."""
    key = ("export", said.team, said.user)
    match context.errands.begin(key, _exported(said, context)):
        case Begun.YES:
            return Page(words.ON_ITS_WAY())
        case Begun.ALREADY:
            return Page(words.ALREADY_ON_ITS_WAY())
        case Begun.BUSY:
            return Page(words.BUSY())


async def forget_me(said: Asking, context: Context) -> Page:
    """Open the form that says what being forgotten means."""
    shown = await forms.opened(context.errands.client, said, views.forget_form())
    return Page(words.FORM_OPENED() if shown else words.NO_MODAL())


ACTS: Final[Mapping[type[Act], Acting]] = {
    Undo: undo_last,
    OptOut: opt_out,
    OptIn: opt_in,
    Export: export,
    ForgetMe: forget_me,
}
"""What answers each command that changes something."""


async def undo_buttons(said: Asking, context: Context) -> list[dict[str, Any]]:
    """Return the button that takes back the last votes of whoever asks, if it is not too late."""
    given = await undo.fresh(context.ears, said.team, said.user, _now())
    return [views.undo_button(given.id, words.UNDO_LAST())] if given else []


async def _undo_named(body: dict[str, Any], said: Asking, context: Context) -> Page:
    started, row = time.perf_counter(), int(said.text)
    try:
        done = await undo.undo_named(context.ears, said.team, said.user, row, _now())
        if done is Refused.NOT_YOURS:
            _refused(body, said, str(done))
        return await _undone(done, said, context, started)
    except UnavailableError:
        return Page(usage.AWAY())


async def _undone(done: Undone | Refused, said: Asking, context: Context, started: float) -> Page:
    window = context.ears.rulebook.of(said.team).undo_window
    match done:
        case Refused.NOTHING:
            return Page(words.nothing_to_undo(window))
        case Refused.TOO_OLD:
            return Page(words.too_old(window))
        case Refused.NOT_YOURS:
            return Page(words.REFUSED())
        case _:
            return await _taken_back(done, said, context, started)


async def _taken_back(done: Undone, said: Asking, context: Context, started: float) -> Page:
    if done.outcome and done.outcome.waiting:
        context.sender.wake()
    if done.outcome and done.outcome.counted:
        ms = round((time.perf_counter() - started) * 1000, 1)
        where = {"team": said.team, "channel": done.given.channel}
        _log.info("vote.undone", **where, votes=done.outcome.counted, ms=ms)
    more = await undo.fresh(context.ears, said.team, said.user, _now())
    names = await _names([*done.votes, *(more.votes if more else ())], said.team, context)
    told = words.undone(done.votes, names, *_place(done.given, said))
    if more is None:
        return views.undone(told, None)
    return views.undone(told, (more.id, words.fresh(more.votes, names, *_place(more, said))))


async def _names(votes: Any, team: str, context: Context) -> dict[str, str]:
    """Return what those are called that *votes* went to, or that their reasons mention."""
    targets = [vote.target for vote in votes]
    things = [target for target in targets if is_thing(target)]
    people = [target for target in targets if not is_thing(target)]
    people += [user for vote in votes for user in mentioned(vote.reason or "")]
    names = await context.people.names(team, people)
    if not things:
        return names
    return names | await context.ears.database.run(lambda c: standings.spellings(c, team, things))


def _place(given: Given, said: Asking) -> tuple[str, float]:
    """Return where *given* was written, as far as it may be said there, and seconds since."""
    age = (_now() - given.at).total_seconds()
    if given.channel == said.channel:
        return words.HERE(), age
    return (f"<#{given.channel}>" if given.public else ""), age


async def _exported(said: Asking, context: Context) -> None:
    """Gather the data of whoever asks, send it, or tell them why not."""
    started, of = time.perf_counter(), Of(said.team, said.user)
    calendar = context.ears.rulebook.calendar(said.team, _now())
    try:
        with tempfile.TemporaryFile() as file:
            got = await privacy.gather(context.ears.database, of, file, calendar)
            await _sent(file, got, said, context)
    except UnavailableError:
        await _failed(words.NOT_GATHERED(), "database away", said, context)
    except FAILURES as error:
        await _failed(words.NOT_DELIVERED(), failure(error).reason, said, context)
    else:
        ms = round((time.perf_counter() - started) * 1000, 1)
        _log.info("member.exported", team=said.team, votes=got.received + got.given, ms=ms)


async def _sent(file: Any, got: privacy.Gathered, said: Asking, context: Context) -> None:
    client = context.errands.client
    opened = await client.conversations_open(users=said.user)
    comment = words.file_comment(got.received, got.given, privacy.MOST, cut=got.cut)
    channel = str((opened.get("channel") or {}).get("id"))
    await share(client, file, Sharing(words.FILE_NAME, words.FILE_TITLE(), channel, comment))


async def _failed(told: str, reason: str, said: Asking, context: Context) -> None:
    _log.warning("member.not_exported", team=said.team, reason=reason)
    await answer(context.errands.client, said.url, {"text": told, "response_type": "ephemeral"})


async def _forget(said: Asking, view: str, context: Context) -> str:
    """Forget whoever asks; return what became of it by now."""
    key, told = ("forget", said.team, said.user), [words.FORGET_WAIT()]
    begun = context.errands.begin(key, _forgotten(said, view, told, context))
    if begun is Begun.BUSY:
        return words.BUSY()
    await context.errands.ended(key, SOON)
    return told.pop()


async def _forgotten(said: Asking, view: str, told: list[str], context: Context) -> None:
    """Forget whoever asks; say so in *told*, or, once that was taken, in the form *view*."""
    started = time.perf_counter()
    try:
        ears = context.ears
        done = await privacy.forget(ears.database, ears.rulebook, said.team, said.user)
    except UnavailableError:
        _log.warning("member.not_forgotten", team=said.team, reason="database away")
        outcome = words.NOT_FORGOTTEN()
    else:
        ms = round((time.perf_counter() - started) * 1000, 1)
        _log.info("member.forgotten", team=said.team, rows=done.rows, ms=ms)
        outcome = words.FORGOTTEN_OUT() if done.out else words.FORGOTTEN()
    if told:
        told[:] = [outcome]
    else:
        await _tell_later(outcome, said, view, context)


async def _tell_later(outcome: str, said: Asking, view: str, context: Context) -> None:
    """Say it in the form that is open, or, where it is closed, in a direct message."""
    client = context.errands.client
    ways = (
        partial(client.views_update, view_id=view, view=views.forget_told(outcome)),
        partial(client.chat_postMessage, channel=said.user, text=outcome),
    )
    for say in ways:
        try:
            await say()
        except FAILURES as error:
            _log.info("form.not_updated", team=said.team, reason=failure(error).reason)
        else:
            return


def _refused(body: dict[str, Any], said: Asking | None, reason: str) -> None:
    action = requests.action(body) or requests.view(body)
    who = {"team": said.team, "user": said.user} if said else {}
    _log.info("action.refused", action=action[:255], reason=reason, **who)


def _now() -> datetime:
    return datetime.now(UTC)
