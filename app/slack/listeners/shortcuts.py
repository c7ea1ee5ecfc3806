"""The "Give karma" shortcuts: a form for the author of a message, and one for anybody.

Slack's signature vouches for the giver. The contents of a form are untrusted input; an error is
shown at its field, and nothing changes.
"""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.grammar.reasons import MAX_REASON
from app.core.refusals import Refusal
from app.slack.listeners import permissions
from app.slack.listeners.context import Context
from app.slack.outbound import answers
from app.slack.payloads import forms, requests
from app.slack.payloads.forms import GiftForm, SourceMessage
from app.slack.payloads.requests import UserRequest
from app.slack.views import gift_forms as views
from app.store.database import UnavailableError
from app.usecases.giving import (
    Gift,
    GiftResult,
    explain_gift,
    give,
    read_form_gift,
)
from app.words.catalog import say
from app.words.text import strip_marks

# The field at which each refusal is shown; all others are shown at the points.
_FIELDS: Final = {
    Refusal.SELF: views.WHOM,
    Refusal.OPTED_OUT: views.WHOM,
    Refusal.MINUS_REASON: views.REASON,
}
Answer = dict[str, Any]
FormError = tuple[str, str]
"""The field with an error that somebody made, and the text to show at it."""


def register(app: AsyncApp, context: Context) -> None:
    """Register the shortcuts and their forms."""

    async def handle_message_shortcut(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        about = forms.read_source_message(body)
        request = await _read_request(body, context, fits=about is not None)
        if request and about:
            view = await _render_for_message(request, about, context)
            await answers.open_form(context.client, request, view)

    async def handle_global_shortcut(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        if request := await _read_request(body, context):
            view = views.render_free_form(context.rulebook.get_settings(request.team))
            await answers.open_form(context.client, request, view)

    async def handle_form(body: dict[str, Any], ack: AsyncAck) -> None:
        filled = forms.read_gift_form(body)
        request = await _read_request(body, context, fits=filled is not None)
        if request and filled:
            await ack(**await _give_submitted(request, filled, context))
        else:
            problem = say("form-not-yours" if filled else "form-unreadable")
            await ack(response_action="update", view=views.render_notice(problem))

    app.message_shortcut("give_karma_to_author")(handle_message_shortcut)
    app.global_shortcut("give_karma")(handle_global_shortcut)
    app.view(views.FOR_MESSAGE)(handle_form)
    app.view(views.FREE)(handle_form)


async def _read_request(
    body: dict[str, Any], context: Context, *, fits: bool = True
) -> UserRequest | None:
    """Return the request if it *fits* and its user is admitted, else None."""
    request, action = requests.read_user(body), requests.read_action(body)
    return await permissions.admit(request, action, context, fits=fits)


async def _render_for_message(
    request: UserRequest, about: SourceMessage, context: Context
) -> dict[str, Any]:
    """Return the form for the author of a message, or a notice why it can't be used."""
    if about.author is None:
        return views.render_notice(say("giving-unknown-author"))
    if about.author == request.user:
        return views.render_notice(say("giving-own-message"))
    if problem := await context.explain_absence(request.team, about.channel, request.user):
        return views.render_notice(problem)
    try:
        before = await read_form_gift(_build_gift(request, about, about.author), context)
    except UnavailableError:
        return views.render_notice(say("away"))
    if before.closed:
        return views.render_notice(say("giving-closed"))
    settings = context.rulebook.get_settings(request.team, about.channel)
    return views.render_message_form(asdict(about), settings, before)


def _build_gift(request: UserRequest, about: SourceMessage, author: str) -> Gift:
    now = datetime.now(UTC)
    return Gift(
        request.team, about.channel, request.user, author, 0, None, about.ts, now, about.thread
    )


async def _give_submitted(request: UserRequest, filled: GiftForm, context: Context) -> Answer:
    """Give the points in the form; return the response to Slack."""
    try:
        gift = await _check_form(request, filled, context)
        if not isinstance(gift, Gift):
            return _show_error(*gift)
        result = await give(gift, context)
    except UnavailableError:
        return _show_error(views.POINTS, say("away"))
    if result.closed:
        return {"response_action": "update", "view": views.render_notice(say("giving-closed"))}
    if result.refusals:
        return _show_refusal(result, gift, context)
    context.record_votes("vote.given", gift.team, gift.channel, result.outcome)
    return {}


async def _check_form(request: UserRequest, filled: GiftForm, context: Context) -> Gift | FormError:
    """Return the gift in the form, or what is wrong with it."""
    if filled.receiver is None:
        return views.WHOM, say("giving-nobody")
    problem = say("giving-not-there")
    if filled.channel:
        problem = await context.explain_absence(request.team, filled.channel, request.user)
    if problem:
        return views.POINTS if filled.about else views.CHANNEL, problem
    settings = context.rulebook.get_settings(request.team, filled.channel or "")
    if filled.points is None or abs(filled.points) > settings.max_points:
        least = views.find_least_points(settings)
        return views.POINTS, say("giving-wrong-points", least=least, most=settings.max_points)
    if not filled.points and filled.about is None:
        return views.POINTS, say("giving-no-zero")
    if filled.reason and len(filled.reason) > MAX_REASON:
        return views.REASON, say("giving-long-reason", most=MAX_REASON)
    about = filled.about or SourceMessage(
        filled.channel or "", f"shortcut/{filled.view}", filled.receiver
    )
    gift = _build_gift(request, about, filled.receiver)
    return replace(gift, points=filled.points, reason=filled.reason)


def _show_refusal(result: GiftResult, gift: Gift, context: Context) -> Answer:
    field = _FIELDS.get(result.refusals[0], views.POINTS)
    if gift.on_message and field == views.WHOM:
        field = views.POINTS
    return _show_error(field, explain_gift(result, gift.team, gift.channel, context))


def _show_error(field: str, text: str) -> Answer:
    return {"response_action": "errors", "errors": {field: strip_marks(text)}}
