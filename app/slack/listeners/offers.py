"""The buttons with which a voter says whom a typed name means.

Who answers is who Slack's signature says. A button carries the number of an offer and nothing else;
what does not fit is refused, with one line in the log, and changes nothing.
"""

import re
import time
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.slack.listeners.context import Context
from app.slack.outbound.answers import answer
from app.slack.payloads import requests
from app.slack.payloads.requests import Asking
from app.slack.views.offers import PERSON, THING
from app.store.database import UnavailableError
from app.store.votes import offers
from app.usecases.answer_offers import Answer, Answered, Declined, Unasked, decide
from app.words import names as identity
from app.words import refusals, self_service

_log = structlog.get_logger()

_PRESSED: Final = re.compile(rf"{PERSON}_[0-9]{{1,2}}|{THING}", re.ASCII)
_ROW: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def register(app: AsyncApp, context: Context) -> None:
    """Take the answers."""

    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        started = time.perf_counter()
        await ack()
        said = requests.button(body)
        fits = said is not None and _ROW.fullmatch(said.text)
        if said is None or not fits:
            _refused(body, said, "misshapen")
            return
        try:
            done = await _decided(body, said, context)
        except UnavailableError:
            await _tell(identity.AGAIN(), said, context, replaces=False)
            return
        if isinstance(done, Unasked):
            _refused(body, said, done)
        _note(done, said, context, started)
        told = await _told(done, requests.action(body), said, context)
        await _tell(told, said, context, replaces=done is not Unasked.NOT_YOURS)

    app.action(_PRESSED)(pressed)


async def _decided(body: dict[str, Any], said: Asking, context: Context) -> Answer:
    meant = offers.AS_THING if requests.action(body) == THING else offers.PERSON
    row, now = int(said.text), datetime.now(UTC)
    return await decide(context.ears, said.team, said.user, row, meant, now)


def _refused(body: dict[str, Any], said: Asking | None, reason: str) -> None:
    """Write down that a press was refused, and whose."""
    who = {"team": said.team, "user": said.user} if said else {}
    _log.info("action.refused", action=requests.action(body)[:255], reason=str(reason), **who)


def _note(done: Answer, said: Asking, context: Context, started: float) -> None:
    """Write down that a vote counts, and let what it has to say be said."""
    if not isinstance(done, Answered) or done.outcome is None:
        return
    if done.outcome.waiting:
        context.sender.wake()
    if done.outcome.counted:
        ms = round((time.perf_counter() - started) * 1000, 1)
        where = {"team": said.team, "channel": done.offer.channel_id}
        _log.info("vote.meant", **where, votes=done.outcome.counted, ms=ms)


async def _told(done: Answer, action: str, said: Asking, context: Context) -> str:
    match done:
        case Unasked.NOT_YOURS:
            return self_service.REFUSED()
        case Unasked():
            return identity.GONE()
        case Declined(offer, reason, ban):
            settings = context.ears.rulebook.of(said.team, offer.channel_id)
            until = ban.until.isoformat() if ban and ban.until else None
            return refusals.refusal(reason, settings, until=until)
        case Answered(offer) if action == THING:
            return identity.as_thing(offer.spelling)
        case Answered(offer):
            names = await context.people.names(said.team, [offer.user_id])
            return identity.counted(names.get(offer.user_id, offer.user_id))


async def _tell(text: str, said: Asking, context: Context, *, replaces: bool) -> None:
    """Answer, in the place of the question where that is settled."""
    content = {"text": text, "replace_original": replaces, "response_type": "ephemeral"}
    failed = await answer(context.errands.client, said.url, content)
    if failed:
        _log.warning("answer.failed", team=said.team, reason=failed.reason)
