"""Seasons: the list of them, and the form with which managers begin the next."""

import re
from functools import partial
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.boards.seasons import FIRST, LONGEST, UnfitSeason, fold_name, read_name
from app.slack.background_tasks import StartResult
from app.slack.listeners import permissions
from app.slack.listeners.context import INTERRUPTIONS, Context, log_done
from app.slack.outbound import answers
from app.slack.payloads import requests
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page, field_block, form, notice, section
from app.store.database import UnavailableError
from app.usecases import seasons
from app.words import seasons as words
from app.words.catalog import say
from app.words.text import escape

FORM: Final = "season"
"""The form's callback id, also in logged refusals; its metadata is the number of the season."""
NAME: Final = "season_name"
"""The form's field, and the block that holds it."""
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


def register(app: AsyncApp, context: Context) -> None:
    """Register the form that begins a season."""

    async def handle_form(body: dict[str, Any], ack: AsyncAck) -> None:
        request, number = requests.read_submission(body, NAME), requests.read_metadata(body)
        if request is None or not _NUMBER.fullmatch(number):
            permissions.log_refusal(request, FORM, "misshapen")
            await ack(**_show_outcome(say("form-unreadable")))
        else:
            await ack(**await _begin_season(request, int(number), context))

    app.view(FORM)(handle_form)


async def list_seasons(_: None, request: UserRequest, context: Context) -> Page:
    """List the seasons and their dates."""
    return Page(words.list_seasons(seasons.list_seasons(context.rulebook, request.team)))


async def open_season_form(typed: str, request: UserRequest, context: Context) -> Page:
    """Open the form that begins the next season, with the *typed* name filled in."""
    name = read_name(typed, context.boards.read_season_names(request.team))
    if isinstance(name, UnfitSeason):
        return Page(words.explain_unfit_name(name))
    now = seasons.list_seasons(context.rulebook, request.team)
    what = say("season-form-what", season=words.name_season(now[-1]))
    view = _render_form(len(now) + FIRST.number, name, what)
    return await answers.open_form_or_explain(context.client, request, view)


async def _begin_season(request: UserRequest, number: int, context: Context) -> dict[str, Any]:
    """Begin season *number* with the name in the form; return the response to Slack."""
    if refused := await permissions.check_permission(request, FORM, context):
        return _show_outcome(refused)
    if seasons.has_begun(context.rulebook, request.team, number):
        return _describe_season(request, context)
    name = read_name(escape(request.text), context.boards.read_season_names(request.team))
    if isinstance(name, UnfitSeason):
        return _show_error(words.explain_unfit_name(name))
    try:
        # the season itself may wait much longer for a connection than Slack does for a response
        await context.rulebook.follow()
    except UnavailableError:
        return _show_error(say("away"))
    return await _begin_soon(request, number, name, context)


async def _begin_soon(
    request: UserRequest, number: int, name: str, context: Context
) -> dict[str, Any]:
    """Begin the season; return the response, or a notice if it takes long and follows later.

    While the same form is handled, or too much else, it stays open with an error.
    """
    outcome: dict[str, Any] | StartResult = await context.tasks.finish_soon(
        ("season", request.team, request.view),
        partial(_begin_now, request, number, name, context),
        partial(_update_form, request, context=context),
        context.client.timings.work,
    )
    if not isinstance(outcome, StartResult):
        return outcome
    if outcome is StartResult.STARTED:
        return _show_outcome(say("admin-wait"))
    return _show_error(say("self-service-busy"))


async def _begin_now(
    request: UserRequest, number: int, name: str, context: Context
) -> dict[str, Any]:
    try:
        begun = await seasons.begin(request.team, request.user, number, name, context)
    except INTERRUPTIONS:
        return _show_outcome(say("away"))
    if begun:
        log_done("season.begun", request, season=number)
    return _describe_season(request, context)


async def _update_form(request: UserRequest, response: dict[str, Any], context: Context) -> None:
    await answers.update_form(context.client, request, response["view"])


def _describe_season(request: UserRequest, context: Context) -> dict[str, Any]:
    """Report whether the current season is the one in the form, or another."""
    now = seasons.list_seasons(context.rulebook, request.team)[-1]
    name = read_name(escape(request.text), {})  # without quotation marks, as it's stored
    same = not isinstance(name, UnfitSeason) and fold_name(now.title) == fold_name(name)
    season = words.name_season(now)
    return _show_outcome(say("season-begun" if same else "season-late", season=season))


def _show_outcome(text: str) -> dict[str, Any]:
    view = notice(say("season-form-title"), [section(text)])
    return {"response_action": "update", "view": view}


def _show_error(text: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {NAME: text}}


def _render_form(number: int, name: str, what: str) -> dict[str, Any]:
    """Return the form that begins season *number*; *what* explains the consequences."""
    typed = {"type": "plain_text_input", "action_id": NAME, "max_length": LONGEST}
    name_field = field_block(NAME, say("season-form-label"), typed | {"initial_value": name})
    blocks = [name_field, section(what)]
    view = form(FORM, say("season-form-title"), say("season-form-submit"), blocks)
    return view | {"private_metadata": str(number)}
