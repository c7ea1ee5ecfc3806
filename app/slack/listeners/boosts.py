"""`/karma boost`: managers run boosts, during which points count double or triple."""

from app.core.boosts import BoostEvent, BoostRefusal, BoostState, UnfitBoost
from app.core.commands.boost import BeginBoost, BoostCommand, ChangeBoost, ListBoosts, UnclearBoost
from app.slack.directory.membership import Membership
from app.slack.listeners.context import Context
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.usecases import boosts
from app.usecases.boosts import EVENTS, BoostOrder
from app.words import boosts as words


async def answer(command: BoostCommand, request: UserRequest, context: Context) -> Page:
    """Begin or change a boost, or list boosts."""
    match command:
        case UnclearBoost():
            return Page(words.explain_misread(command))
        case ListBoosts(only_open):
            found, now = await boosts.read_boosts(context.database, request.team)
            return Page(words.list_boosts(found, now, only_open=only_open))
        case BeginBoost():
            return await _begin(command, request, context)
        case ChangeBoost():
            order = BoostOrder(
                request.team, request.user, request.channel, request.build_key("boost")
            )
            result = await boosts.change(context.rulebook, order, command)
            if isinstance(result, BoostRefusal):
                return Page(words.explain_unfit(result, command.action))
            return _report(EVENTS[command.action], result, request, context)


async def _begin(command: BeginBoost, request: UserRequest, context: Context) -> Page:
    membership = await context.check_membership(request.team, request.channel, request.user)
    if command.here and membership is not Membership.BOTH:
        unknown = membership is Membership.UNKNOWN
        why = UnfitBoost.UNCHECKED if unknown else UnfitBoost.NO_CHANNEL
        return Page(words.explain_unfit(BoostRefusal(why)))
    told_in = _choose_channel(command, request, membership, context)
    key = request.build_key("boost")
    order = BoostOrder(request.team, request.user, request.channel, key, told_in)
    result = await boosts.change(context.rulebook, order, command)
    return _report(BoostEvent.BEGUN, result, request, context)


def _choose_channel(
    command: BeginBoost, request: UserRequest, membership: Membership, context: Context
) -> str:
    """Return the channel for announcements; empty for none, or if the app must be quiet there."""
    settings = context.rulebook.get_settings(request.team)
    told_in = request.channel if membership is Membership.BOTH else ""
    if not command.here:
        told_in = settings.recap_channel or told_in
    return "" if told_in in settings.quiet_channels else told_in


def _report(
    event: BoostEvent, result: BoostState | BoostRefusal, request: UserRequest, context: Context
) -> Page:
    """Wake the sender to announce *event*; return a reply unless it's announced in this channel."""
    if isinstance(result, BoostRefusal):
        return Page(words.explain_unfit(result))
    context.sender.wake(request.team)
    is_here = result.boost.told_in == request.channel
    return Page("" if is_here else words.report(event, result))
