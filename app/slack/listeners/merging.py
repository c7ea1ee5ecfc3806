"""`/karma merge` and `unmerge`: a form confirms a merge, and its result has a button to undo it.

Slack is asked for the user's role each time: for the command, the form and the button.
"""

import json
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, NamedTuple

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.commands.admin import MergeCommand, MisreadCommand, UnfitCommand
from app.core.commands.karma import CardTarget
from app.core.grammar.targets import MAX_NAME
from app.core.vote import is_thing
from app.slack.background_tasks import StartResult
from app.slack.listeners import permissions
from app.slack.listeners.context import (
    INTERRUPTIONS,
    Context,
    log_done,
    name_interruption,
    resolve_names,
    resolve_names_or_ids,
)
from app.slack.listeners.targets import ask_person_or_thing, find_person, is_me, resolve_person
from app.slack.outbound import answers
from app.slack.payloads import requests
from app.slack.payloads.identifiers import parse_target
from app.slack.payloads.requests import UserRequest
from app.slack.views import admin as views
from app.slack.views.blocks import MOST_METADATA, Page
from app.store.people.merge_transfer import Transfer
from app.store.people.merging import UnmergeRequest
from app.usecases import administration
from app.words import admin as words
from app.words.catalog import say

_log = structlog.get_logger()

_ROWS: Final = re.compile(r"merge/[0-9a-f]{24}", re.ASCII)


class MergeAnswer(NamedTuple):
    """What became of a merge."""

    text: str
    undo: str = ""
    """The value of the button that undoes it; empty for no button."""


Work = Callable[[], Awaitable[MergeAnswer]]
AnswerCallback = Callable[[MergeAnswer], Awaitable[None]]


def register(app: AsyncApp, context: Context) -> None:
    """Register the form that merges, and the button that undoes a merge."""

    async def handle_form(body: dict[str, Any], ack: AsyncAck) -> None:
        request = requests.read_user(body)
        plan = _read_plan(request, body) if request else None
        if request is None or plan is None:
            permissions.log_refusal(request, views.MERGE, "misshapen")
            view = views.render_outcome(say("form-unreadable"))
            await ack(response_action="update", view=view)
            return
        refused = await permissions.check_permission(request, views.MERGE, context)
        answer = MergeAnswer(refused) if refused else await _start_merge(request, *plan, context)
        await ack(response_action="update", view=views.render_outcome(*answer))

    async def handle_unmerge_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request = requests.read_button(body)
        if request is None or not request.view or not _ROWS.fullmatch(request.text):
            permissions.log_refusal(request, views.UNMERGE, "misshapen")
            return
        refused = await permissions.check_permission(request, views.UNMERGE, context)
        if refused:
            answer = MergeAnswer(refused)
        else:
            work = partial(_run_unmerge, request, "", request.text, context)
            later = partial(_update_form, request, context=context)
            answer = await _finish_soon(request, work, later, context)
        # a result that came later may be shown already
        await _update_form(request, answer, context, unchanged=request.view_hash)

    app.view(views.MERGE)(handle_form)
    app.action(views.UNMERGE)(handle_unmerge_button)


async def merge(command: MergeCommand, request: UserRequest, context: Context) -> Page:
    """Open a form that asks to confirm the merge."""
    resolved = await _resolve_sides(command, request, context)
    if not isinstance(resolved, MergeCommand):
        return Page(resolved)
    return await _ask_to_merge(resolved, request, context)


async def _resolve_sides(
    command: MergeCommand, request: UserRequest, context: Context
) -> MergeCommand | str:
    """Return the two targets that are meant, or the text of a reply.

    A member's name means the member if the other side is a person.
    """
    typed = (command.source, command.into)
    people = [await find_person(side, request, context) for side in typed]
    source, into = typed
    if any(not is_thing(side.id) or is_me(side) for side in typed):
        source, into = (
            CardTarget(person) if person else side
            for person, side in zip(people, typed, strict=True)
        )
    elif all(people):
        as_things = f'merge "{source.spelling}" into "{into.spelling}"'
        return await ask_person_or_thing(people[0], request, as_things, context)
    if is_thing(source.id) is not is_thing(into.id):
        return words.explain_misread(MisreadCommand.MIXED)
    if source.id == into.id:
        return words.explain_misread(MisreadCommand.ITSELF)
    return MergeCommand(source, into)


async def _ask_to_merge(command: MergeCommand, request: UserRequest, context: Context) -> Page:
    source, into = command.source.id, command.into.id
    transfer = Transfer(request.team, source, into, "")
    preview = await administration.preview_merge(context.database, context.rulebook, transfer)
    merged_into = context.rulebook.resolve_alias(request.team, source)
    names = await resolve_names(request.team, [merged_into], context, command.source, command.into)
    if isinstance(preview, UnfitCommand):
        other = merged_into if preview is UnfitCommand.ALREADY else into
        return Page(words.explain_unfit(preview, names[source], names[other]))
    plan = {"source": source, "into": into, "spelling": command.into.spelling}
    form_data = json.dumps(plan, ensure_ascii=False)
    if len(form_data) > MOST_METADATA:
        return Page(words.explain_unfit(UnfitCommand.TOO_LONG))
    question = words.ask_to_merge(names[source], names[into], preview.score, preview.into_score)
    view = views.render_merge_form(question, form_data)
    return await answers.open_form_or_explain(context.client, request, view)


async def unmerge(target: CardTarget, request: UserRequest, context: Context) -> Page:
    """Undo a merge."""
    resolved = await _find_merged(target, request, context)
    if isinstance(resolved, str):
        return Page(resolved)
    source = resolved.id

    async def send(answer: MergeAnswer) -> None:
        await answers.send_page(context.client, request, Page(answer.text), "unmerge")

    work = partial(_run_unmerge, request, source, "", context)
    return Page((await _finish_soon(request, work, send, context)).text)


async def _find_merged(
    typed: CardTarget, request: UserRequest, context: Context
) -> CardTarget | str:
    """Return the target that *typed* means; a question if only a member has that name."""
    if context.rulebook.resolve_alias(request.team, typed.id) != typed.id:
        return typed
    return await resolve_person(typed, request, context) or typed


async def _start_merge(
    request: UserRequest, transfer: Transfer, spelling: str, context: Context
) -> MergeAnswer:
    work = partial(_run_merge, request, transfer, spelling, context)
    later = partial(_update_form, request, context=context)
    return await _finish_soon(request, work, later, context)


async def _update_form(
    request: UserRequest, answer: MergeAnswer, context: Context, *, unchanged: str | None = None
) -> None:
    view = views.render_outcome(*answer)
    await answers.update_form(context.client, request, view, unchanged)


async def _finish_soon(
    request: UserRequest, work: Work, later: AnswerCallback, context: Context
) -> MergeAnswer:
    """Do *work*; return its result, or a notice if it takes long and is reported by *later*."""

    async def do() -> MergeAnswer:
        try:
            return await work()
        except INTERRUPTIONS as error:
            reason = name_interruption(error)
            _log.warning("admin.not_merged", team=request.team, reason=reason)
            return MergeAnswer(say("away"))

    patience = context.client.timings.work
    outcome = await context.tasks.finish_soon(("merge", request.team), do, later, patience)
    if not isinstance(outcome, StartResult):
        return outcome
    return MergeAnswer(say("admin-wait" if outcome is StartResult.STARTED else "self-service-busy"))


async def _run_merge(
    request: UserRequest, transfer: Transfer, spelling: str, context: Context
) -> MergeAnswer:
    result = await administration.merge(context.rulebook, transfer, request.user, spelling)
    merged_into = context.rulebook.resolve_alias(transfer.team, transfer.source)
    names = await resolve_names_or_ids(
        transfer.team, [transfer.source, transfer.into, merged_into], context
    )
    if isinstance(result, UnfitCommand):
        other = merged_into if result is UnfitCommand.ALREADY else transfer.into
        return MergeAnswer(words.explain_unfit(result, names[transfer.source], names[other]))
    log_done("admin.merged", request, user=request.user)
    scores = (result.before.into_score, result.after.into_score)
    report = words.report_merge(names[transfer.source], names[transfer.into], *scores)
    return MergeAnswer(report, undo=transfer.ts)


async def _run_unmerge(
    request: UserRequest, source: str, rows: str, context: Context
) -> MergeAnswer:
    key = request.build_key("unmerge")
    unmerge_request = UnmergeRequest(request.team, request.user, source, rows, key)
    result = await administration.unmerge(context.rulebook, unmerge_request)
    if isinstance(result, UnfitCommand):
        source = source or await administration.find_merged(context.database, request.team, rows)
        into = context.rulebook.get_rules(request.team).find_merged_into(source)
        names = await resolve_names(request.team, [source, into], context)
        return MergeAnswer(words.explain_unfit(result, names[source], names[into]))
    log_done("admin.unmerged", request, user=request.user)
    sides, scores = (result.transfer.source, result.transfer.into), result.after
    names = await resolve_names_or_ids(request.team, sides, context)
    source, into = (names[side] for side in sides)
    return MergeAnswer(words.report_unmerge(source, into, scores.score, scores.into_score))


def _read_plan(request: UserRequest, body: dict[str, Any]) -> tuple[Transfer, str] | None:
    """Return the transfer in the submission *body*, and the spelling of a thing; None if malformed.

    The spelling is that of the target that stays.
    """
    fields = requests.read_fields(body)
    source, into = (parse_target(fields.get(side)) for side in ("source", "into"))
    spelling = fields.get("spelling")
    if not (source and into and isinstance(spelling, str)) or len(spelling) > MAX_NAME:
        return None
    if source == into or is_thing(source) is not is_thing(into) or "\x00" in spelling:
        return None
    return Transfer(request.team, source, into, request.build_key("merge")), spelling
