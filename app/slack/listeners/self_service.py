"""`/karma` commands for one's own votes and data: undo, opt out and in, export, be forgotten.

Slack's signature vouches for the user. The contents of buttons and forms are untrusted input;
malformed ones are refused and logged.
"""

import asyncio
import tempfile
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.slack.background_tasks import StartResult
from app.slack.client import FAILURES, Failure, classify_failure, try_call
from app.slack.listeners import permissions
from app.slack.listeners.context import (
    INTERRUPTIONS,
    Context,
    log_done,
    name_interruption,
    render_or_away,
    resolve_names_or_ids,
)
from app.slack.outbound import answers
from app.slack.outbound.answers import Sharing, open_direct, share
from app.slack.payloads import requests
from app.slack.payloads.requests import UserRequest
from app.slack.views import self_service as views
from app.slack.views.blocks import Page
from app.store.database import UnavailableError
from app.store.people.personal_data import DataSubject
from app.store.votes.undo import GivenVote
from app.usecases import privacy, undo
from app.usecases.undo import UndoneVotes, UndoRefusal
from app.words import self_service as words
from app.words.catalog import say

_log = structlog.get_logger()


def register(app: AsyncApp, context: Context) -> None:
    """Register the undo button, and the form that confirms being forgotten."""

    async def handle_undo_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request, action = requests.read_button(body), requests.read_action(body)
        row = request.row if request else None
        request = await permissions.admit(request, action, context, fits=row is not None)
        if request and row:
            page = await render_or_away(_undo_by_button(request, row, context))
            await answers.send_page(context.client, request, page, action, replaces=True)

    async def handle_forget_form(body: dict[str, Any], ack: AsyncAck) -> None:
        submitted = requests.read_submission(body, views.CONFIRM)
        request = await permissions.admit(submitted, requests.read_action(body), context)
        if request is None:
            problem = say("form-not-yours" if submitted else "form-unreadable")
            await ack(response_action="update", view=views.render_forget_outcome(problem))
        elif " ".join(request.text.casefold().split()) != words.FORGET_WORDS:
            mistyped = say("self-service-forget-mistyped", words=words.FORGET_WORDS)
            errors = {views.CONFIRM_BLOCK: mistyped}
            await ack(response_action="errors", errors=errors)
        else:
            view = views.render_forget_outcome(await _forget(request, context))
            await ack(response_action="update", view=view)

    app.action(views.UNDO)(handle_undo_button)
    app.view(views.FORGET)(handle_forget_form)


async def undo_last(_: None, request: UserRequest, context: Context) -> Page:
    """Undo the requester's last votes."""
    done = await undo.undo_last(request.team, request.user, _now(), context)
    return await _answer_undo(done, request, context)


async def opt_out(_: None, request: UserRequest, context: Context) -> Page:
    """Stop counting and showing the requester."""
    changed = await privacy.opt(context.rulebook, request.team, request.user, out=True)
    if changed:
        _log.info("member.opted_out", team=request.team)
    return Page(say("self-service-opted-out" if changed else "self-service-was-out"))


async def opt_in(_: None, request: UserRequest, context: Context) -> Page:
    """Count and show the requester again."""
    changed = await privacy.opt(context.rulebook, request.team, request.user, out=False)
    if changed:
        _log.info("member.opted_in", team=request.team)
    return Page(say("self-service-opted-in" if changed else "self-service-was-in"))


async def export(_: None, request: UserRequest, context: Context) -> Page:
    """Start sending the requester's own data; return the reply."""
    key = ("export", request.team, request.user)
    match context.tasks.start(key, _send_export(request, context), request.user):
        case StartResult.STARTED:
            return Page(say("self-service-on-its-way"))
        case StartResult.ALREADY:
            return Page(say("self-service-already-on-its-way"))
        case StartResult.BUSY:
            return Page(say("self-service-busy"))


async def forget_me(_: None, request: UserRequest, context: Context) -> Page:
    """Open the form that explains and confirms being forgotten."""
    return await answers.open_form_or_explain(context.client, request, views.render_forget_form())


async def render_undo_buttons(request: UserRequest, context: Context) -> list[dict[str, Any]]:
    """Return the button that undoes the requester's last votes, unless it's too late."""
    given = await undo.find_undoable(request.team, request.user, _now(), context)
    return [views.render_undo_button(given.id, say("self-service-undo-last"))] if given else []


async def _undo_by_button(request: UserRequest, row: int, context: Context) -> Page:
    done = await undo.undo_row(request.team, request.user, row, _now(), context)
    if done is UndoRefusal.NOT_YOURS:
        permissions.log_refusal(request, request.action, str(done))
    return await _answer_undo(done, request, context)


async def _answer_undo(
    done: UndoneVotes | UndoRefusal, request: UserRequest, context: Context
) -> Page:
    minutes = context.rulebook.get_settings(request.team).undo_window // 60
    match done:
        case UndoRefusal.NOTHING:
            return Page(say("self-service-nothing-to-undo", minutes=minutes))
        case UndoRefusal.TOO_OLD:
            return Page(say("self-service-too-old", minutes=minutes))
        case UndoRefusal.NOT_YOURS:
            return Page(say("self-service-refused"))
        case _:
            return await _report_undone(done, request, context)


async def _report_undone(done: UndoneVotes, request: UserRequest, context: Context) -> Page:
    context.record_votes("vote.undone", request.team, done.given.channel, done.outcome)
    try:
        async with asyncio.timeout(context.client.timings.answer):
            more = await undo.find_undoable(request.team, request.user, _now(), context)
    except (UnavailableError, TimeoutError):  # report the undo without offering another
        more = None
    votes = [*done.votes, *(more.votes if more else ())]
    reasons = [vote.reason for vote in votes]
    names = await resolve_names_or_ids(
        request.team, [vote.target for vote in votes], context, reasons=reasons
    )
    text = words.report_undo(done.votes, names, *_describe_place(done.given, request))
    if more is None:
        return views.render_undo(text, None)
    return views.render_undo(
        text,
        (more.id, words.list_undoable_votes(more.votes, names, *_describe_place(more, request))),
    )


def _describe_place(vote: GivenVote, request: UserRequest) -> tuple[str, float]:
    """Return where *vote* was given, empty if that can't be shown, and its age in seconds."""
    age = (_now() - vote.at).total_seconds()
    if vote.channel == request.channel:
        return say("self-service-here"), age
    return (f"<#{vote.channel}>" if vote.public else ""), age


async def _send_export(request: UserRequest, context: Context) -> None:
    """Gather the requester's data and send it, or tell them why that failed."""
    calendar = context.rulebook.build_calendar(request.team, _now())
    try:
        rules = await context.rulebook.read_rules(request.team)
        subject = DataSubject(request.team, request.user, rules.identify(request.user))
        with tempfile.TemporaryFile() as file:
            summary = await privacy.gather(context.database, subject, file, calendar)
            await _send_file(file, summary, request, context)
    except INTERRUPTIONS as error:
        reason = name_interruption(error)
        await _report_failure(say("self-service-not-gathered"), reason, request, context)
    except FAILURES as error:
        await _report_failure(
            say("self-service-not-delivered"), classify_failure(error).reason, request, context
        )
    else:
        log_done("member.exported", request, votes=summary.received + summary.given)


async def _send_file(
    file: Any, summary: privacy.DataSummary, request: UserRequest, context: Context
) -> None:
    channel = await open_direct(context.client, request.user)
    comment = words.describe_file(summary.received, summary.given, privacy.MOST, cut=summary.cut)
    sharing = Sharing(words.FILE_NAME, say("self-service-file-title"), channel, comment)
    await share(context.client, file, sharing)


async def _report_failure(text: str, reason: str, request: UserRequest, context: Context) -> None:
    _log.warning("member.not_exported", team=request.team, reason=reason)
    await answers.send_page(context.client, request, Page(text), "export")


async def _forget(request: UserRequest, context: Context) -> str:
    """Forget the requester; return the result, or a notice if it takes long and follows later."""
    key = ("forget", request.team, request.user)
    work = partial(_forget_now, request, context)
    later = partial(_report_later, request, context=context)
    outcome: str | StartResult = await context.tasks.finish_soon(
        key, work, later, context.client.timings.work, request.user
    )
    if not isinstance(outcome, StartResult):
        return outcome
    return say("self-service-busy" if outcome is StartResult.BUSY else "self-service-forget-wait")


async def _forget_now(request: UserRequest, context: Context) -> str:
    """Forget the requester; return the text that reports it."""
    try:
        done = await privacy.forget(context.rulebook, request.team, request.user)
    except INTERRUPTIONS as error:
        _log.warning("member.not_forgotten", team=request.team, reason=name_interruption(error))
        return say("self-service-not-forgotten")
    log_done("member.forgotten", request, rows=done.rows)
    return say("self-service-forgotten-out" if done.opted_out else "self-service-forgotten")


async def _report_later(request: UserRequest, outcome: str, context: Context) -> None:
    """Show *outcome* in the open form or, if it's closed, in a direct message."""
    client = context.client
    calls = (
        partial(
            client.views_update, view_id=request.view, view=views.render_forget_outcome(outcome)
        ),
        partial(client.chat_postMessage, channel=request.user, text=outcome),
    )
    for call in calls:
        result = await try_call(call(), client.timings.call)
        if not isinstance(result, Failure):
            return
        _log.info("form.not_updated", team=request.team, reason=result.reason)


def _now() -> datetime:
    return datetime.now(UTC)
