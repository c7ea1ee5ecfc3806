"""Reactions, which count as votes on any message, whatever its author and age."""

import asyncio
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from slack_bolt.async_app import AsyncApp

from app.core.person import PersonKind
from app.core.reactions import Reaction
from app.slack.client import Failure, try_call
from app.slack.listeners.context import Context
from app.slack.payloads import events
from app.slack.payloads.identifiers import parse_timestamp
from app.store.votes.joins import ThankYou
from app.usecases.joining import UnjoinedReaction, find_thank_you, join_by_reaction
from app.usecases.reaction_votes import find_reaction_target, react

_log = structlog.get_logger()


def register(app: AsyncApp, context: Context) -> None:
    """Register added and removed reactions."""

    async def handle_reaction(body: dict[str, Any]) -> None:
        reaction = events.read_reaction(body)
        bot = context.identity.find_bot_user(body)
        if reaction is not None and reaction.voter != bot:
            await _hear(reaction, bot, context)

    app.event("reaction_added")(handle_reaction)
    app.event("reaction_removed")(handle_reaction)


async def _hear(reaction: Reaction, bot: str | None, context: Context) -> None:
    match await find_thank_you(reaction, bot, context):
        case ThankYou() as thanked:
            count = partial(join_by_reaction, reaction, thanked, context)
        case UnjoinedReaction.ORDINARY if author := await find_reaction_target(reaction, context):
            count = partial(react, reaction, author, context)
        case _:
            return
    if await _is_bot(reaction, context):
        return
    thread = await _look_up_thread(reaction, context) if reaction.added else None
    outcome = await count(thread=thread)
    context.record_votes("vote.reacted", reaction.team, reaction.channel, outcome)


async def _is_bot(reaction: Reaction, context: Context) -> bool:
    """Return whether a bot reacted; False if Slack doesn't say so in time."""
    known = await context.people.read_people(reaction.team, [reaction.voter])
    person = known.get(reaction.voter)
    return person is not None and person.kind is PersonKind.BOT


async def _look_up_thread(reaction: Reaction, context: Context) -> str | None:
    """Return the message's thread, if any, and look up the channel's kind at the same time."""
    is_public = context.channels.is_public(reaction.team, reaction.channel)
    return (await asyncio.gather(_find_thread(reaction, context), is_public))[0]


async def _find_thread(reaction: Reaction, context: Context) -> str | None:
    """Return the message's thread, if any, from its permalink: the event doesn't name it."""
    client = context.client
    call = client.chat_getPermalink(channel=reaction.channel, message_ts=reaction.ts)
    answer = await try_call(call, client.timings.lookup)
    if isinstance(answer, Failure):
        _log.info("thread.unknown", channel=reaction.channel, reason=answer.reason)
        return None
    link = answer.get("permalink")
    parameters = parse_qs(urlsplit(link).query) if isinstance(link, str) else {}
    thread = parse_timestamp(parameters.get("thread_ts", [""])[0])
    return thread if thread != reaction.ts else None
