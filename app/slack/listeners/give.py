"""`/karma give`: points without a message, announced in the channel like those of a message."""

from dataclasses import replace
from datetime import UTC, datetime

from app.core.commands.give import GiveCommand
from app.core.commands.karma import read_target
from app.core.grammar.tokens import Atoms
from app.core.message import build_wordless
from app.slack.listeners.context import Context
from app.slack.listeners.targets import ask_person_or_thing, find_person
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.usecases.giving import GiftResult, explain_gift, give_votes
from app.words.catalog import WORDS, say


async def give(command: GiveCommand, request: UserRequest, context: Context) -> Page:
    """Give the points of *command* in the channel where it's used."""
    if problem := await context.explain_absence(request.team, request.channel, request.user):
        return Page(problem)
    own = await _find_own_names(command, request, context)
    if isinstance(own, str):
        return Page(own)
    settings = context.rulebook.get_settings(request.team, request.channel)
    votes = [
        replace(vote, target=request.user, spelling="", handle="") if vote.target in own else vote
        for vote in command.read_votes(settings, WORDS)
    ]
    key = request.build_key("give")
    where, now = (request.team, request.channel), datetime.now(UTC)
    result = await give_votes(build_wordless(*where, key, request.user, now), votes, context)
    context.record_votes("vote.given", *where, result.outcome)
    return Page(_describe_result(result, request, context))


async def _find_own_names(
    command: GiveCommand, request: UserRequest, context: Context
) -> list[str] | str:
    """Return the thing ids that mean the giver; for another member's name, a question to ask."""
    own: list[str] = []
    for target in filter(None, (read_target(name, Atoms()) for name in command.names)):
        person = await find_person(target, request, context)
        if person not in ("", request.user):
            as_thing = f"give {command.quote(target.spelling)}"
            return await ask_person_or_thing(person, request, as_thing, context)
        own += [target.id] if person else []
    return own


def _describe_result(result: GiftResult, request: UserRequest, context: Context) -> str:
    """Return why votes don't count, or a confirmation if no reply is posted, or else nothing."""
    if result.refusals:
        return explain_gift(result, request.team, request.channel, context)
    silent = result.outcome and not result.outcome.waiting
    return say("giving-counted") if silent else ""
