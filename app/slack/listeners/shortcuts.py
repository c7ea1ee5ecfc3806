"""The shortcuts "Give karma": a form for the author of a message, and one for anybody.

Who gives is who Slack's signature says. What a form carries and holds is checked like anything
from outside; what is wrong is said at its field, and nothing has changed then.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.grammar.reasons import MAX_REASON
from app.core.rules import Refusal
from app.slack.directory.membership import Joined, joined
from app.slack.listeners.context import Context
from app.slack.listeners.gift_answers import declined, noted, plainly
from app.slack.outbound import forms
from app.slack.payloads import gift_forms, requests
from app.slack.payloads.gift_forms import About, Filled
from app.slack.payloads.requests import Asking
from app.slack.views import gift_forms as views
from app.slack.views.gift_forms import Range
from app.store.database import UnavailableError
from app.store.votes.reactions import Filled as Before
from app.usecases.giving import Closed, Declined, Gift, Given, give, standing
from app.words import giving as words
from app.words import usage

_log = structlog.get_logger()

# At which field each refusal is said; all others at the points.
_FIELDS: Final = {
    Refusal.SELF: views.WHOM,
    Refusal.OPTED_OUT: views.WHOM,
    Refusal.MINUS_REASON: views.REASON,
}
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Wrong(Exception):  # noqa: N818 (a refusal, no error of ours)
    """What is wrong with a form, and at which field."""

    field: str
    said: str


def register(app: AsyncApp, context: Context) -> None:
    """Open the forms, and take what is submitted with them."""

    async def on_message(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        about = gift_forms.about(body)
        said = _asked(body, context, about)
        if said and about:
            view = await _for_message(said, about, context)
            await forms.opened(context.errands.client, said, view)

    async def anywhere(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        if said := _asked(body, context, body):
            range_ = Range.of(context.ears.rulebook.of(said.team))
            await forms.opened(context.errands.client, said, views.free(range_))

    async def submitted(body: dict[str, Any], ack: AsyncAck) -> None:
        filled = gift_forms.filled(body)
        said = _asked(body, context, filled)
        await ack(**(await _submitted(said, filled, context) if said and filled else {}))

    app.message_shortcut("give_karma_to_author")(on_message)
    app.global_shortcut("give_karma")(anywhere)
    app.view(views.FOR_MESSAGE)(submitted)
    app.view(views.FREE)(submitted)


def _asked(body: dict[str, Any], context: Context, what: object) -> Asking | None:
    """Return who asks for *what* could be read, if they are of this workspace."""
    said = requests.anybody(body)
    if said is None or what is None:
        _refused(body, said, "misshapen")
        return None
    if requests.stranger(body, said.team) or context.identity.team not in (None, said.team):
        _refused(body, said, "stranger")
        return None
    return said


async def _for_message(said: Asking, about: About, context: Context) -> dict[str, Any]:
    """Return the form for the author of a message, or why nobody can be given points for it."""
    if about.author is None:
        return views.told(words.UNKNOWN_AUTHOR())
    if about.author == said.user:
        return views.told(words.OWN_MESSAGE())
    if problem := _nowhere(await joined(context.errands.client, about.channel, said.user)):
        return views.told(problem)
    try:
        before = await standing(_gift(said, about, about.author), context.ears)
    except UnavailableError:
        return views.told(usage.AWAY())
    return views.told(words.CLOSED()) if before.closed else _form(said, about, before, context)


def _form(said: Asking, about: About, before: Before, context: Context) -> dict[str, Any]:
    settings = context.ears.rulebook.of(said.team, about.channel)
    range_ = Range.of(settings, zero=bool(before.points))
    points = max(range_.least, min(range_.most, before.points or 1))
    return views.for_message(about.parts, range_, points, before.reason or "", before.points)


def _gift(said: Asking, about: About, author: str) -> Gift:
    now = datetime.now(UTC)
    return Gift(said.team, about.channel, said.user, author, 0, None, about.ts, now, about.thread)


async def _submitted(said: Asking, filled: Filled, context: Context) -> Answer:
    """Give what the form holds; return what Slack is to show then."""
    started = time.perf_counter()
    try:
        gift = await _checked(said, filled, context)
        done = await give(gift, context.ears)
    except _Wrong as wrong:
        return _errors(wrong.field, wrong.said)
    except UnavailableError:
        return _errors(views.POINTS, usage.AWAY())
    match done:
        case Given():
            noted(gift, done, context, started)
            return {}
        case Closed():
            return {"response_action": "update", "view": views.told(words.CLOSED())}
        case Declined():
            return _declined(done, gift, context)


async def _checked(said: Asking, filled: Filled, context: Context) -> Gift:
    """Return what the form gives; raises _Wrong for what cannot be given."""
    free = filled.about is None
    if filled.receiver is None:
        raise _Wrong(views.WHOM, words.NOBODY())
    there = Joined.NOT_BOTH
    if filled.channel:
        there = await joined(context.errands.client, filled.channel, said.user)
    if problem := _nowhere(there):
        raise _Wrong(views.CHANNEL if free else views.POINTS, problem)
    points = _points(said, filled, context)
    if filled.reason and len(filled.reason) > MAX_REASON:
        raise _Wrong(views.REASON, words.long_reason())
    about = filled.about or About(filled.channel or "", f"shortcut/{filled.view}", filled.receiver)
    now = datetime.now(UTC)
    return Gift(
        said.team, about.channel, said.user, filled.receiver, points, filled.reason,
        about.ts, now, about.thread,
    )  # fmt: skip


def _points(said: Asking, filled: Filled, context: Context) -> int:
    settings = context.ears.rulebook.of(said.team, filled.channel or "")
    may = Range.of(settings)
    if filled.points is None or abs(filled.points) > may.most:
        raise _Wrong(views.POINTS, words.wrong_points(may.least, may.most))
    if not filled.points and filled.about is None:
        raise _Wrong(views.POINTS, words.NO_ZERO())
    return filled.points


def _nowhere(there: Joined) -> str:
    """Return why points cannot be given in a channel, an empty text where they can."""
    match there:
        case Joined.BOTH:
            return ""
        case Joined.NOT_BOTH:
            return words.NOT_THERE()
        case Joined.UNKNOWN:
            return words.UNCHECKED()


def _declined(done: Declined, gift: Gift, context: Context) -> Answer:
    field = _FIELDS.get(done.reason, views.POINTS)
    if gift.on_message and field == views.WHOM:
        field = views.POINTS
    return _errors(field, declined(done, gift, context))


def _errors(field: str, said: str) -> Answer:
    return {"response_action": "errors", "errors": {field: plainly(said)}}


def _refused(body: dict[str, Any], said: Asking | None, reason: str) -> None:
    named = body.get("callback_id")
    action = named if isinstance(named, str) else "give_karma"
    who = {"team": said.team, "user": said.user} if said else {}
    _log.info("action.refused", action=action[:255], reason=reason, **who)
