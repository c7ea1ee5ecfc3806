"""The buttons with which a voter says whom a typed name means.

Slack's signature vouches for the user. A button carries only the id of an offer; a press that
doesn't fit is refused and logged, and changes nothing.
"""

import re
from datetime import UTC, datetime
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.slack.listeners import permissions
from app.slack.listeners.context import Context, resolve_names_or_ids
from app.slack.outbound.answers import send_page
from app.slack.payloads import requests
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.slack.views.offers import PERSON, THING
from app.store.database import UnavailableError
from app.store.votes import offers
from app.usecases.typed_names import AcceptedAnswer, Answer, DeclinedAnswer, InvalidAnswer, decide
from app.words import names as identity
from app.words.catalog import say
from app.words.refusals import explain_refusals
from app.words.text import find_name

_PRESSED: Final = re.compile(rf"{PERSON}_[0-9]{{1,2}}|{THING}", re.ASCII)


def register(app: AsyncApp, context: Context) -> None:
    """Register the buttons."""

    async def handle_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request = requests.read_button(body)
        if request is None or request.row is None:
            permissions.log_refusal(request, requests.read_action(body), "misshapen")
            return
        try:
            choice = offers.AS_THING if request.action == THING else offers.PERSON
            now = datetime.now(UTC)
            answer = await decide(request.team, request.user, request.row, choice, now, context)
        except UnavailableError:
            await send_page(context.client, request, Page(say("offer-again")), "offer")
            return
        if isinstance(answer, InvalidAnswer):
            permissions.log_refusal(request, request.action, answer)
        if isinstance(answer, AcceptedAnswer):
            where = (request.team, answer.offer.channel_id)
            context.record_votes("vote.meant", *where, answer.outcome)
        text = await _describe_answer(answer, request, context)
        replaces = answer is not InvalidAnswer.NOT_YOURS
        await send_page(context.client, request, Page(text), "offer", replaces=replaces)

    app.action(_PRESSED)(handle_button)


async def _describe_answer(answer: Answer, request: UserRequest, context: Context) -> str:
    match answer:
        case InvalidAnswer.NOT_YOURS:
            return say("self-service-refused")
        case InvalidAnswer():
            return say("offer-gone")
        case DeclinedAnswer(offer, reason, ban):
            settings = context.rulebook.get_settings(request.team, offer.channel_id)
            return explain_refusals([reason], ban, settings)
        case AcceptedAnswer(offer) if request.action == THING:
            return identity.confirm_thing(offer.spelling)
        case AcceptedAnswer(offer):
            names = await resolve_names_or_ids(request.team, [offer.user_id], context)
            return identity.confirm_person(find_name(offer.user_id, names))
