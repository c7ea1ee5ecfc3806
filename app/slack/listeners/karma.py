"""`/karma`: cards, histories and searches, answered at once and only to the person who asks."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from app.core.commands import karma
from app.core.commands.karma import (
    Act,
    Admin,
    Card,
    Command,
    Help,
    History,
    Search,
    Target,
    Unclear,
    Voting,
)
from app.core.settings.kinds import Who
from app.core.vote import MAX_KEY_BYTES, THING, is_thing
from app.slack.directory.roles import allows
from app.slack.listeners import merge_forms, permissions
from app.slack.listeners.context import Context
from app.slack.outbound.answers import answer
from app.slack.payloads import events, requests
from app.slack.payloads.requests import Asking
from app.slack.views import karma as views
from app.slack.views.karma import Block, Known
from app.slack.views.leaderboard import Page
from app.store.database import UnavailableError
from app.store.votes.history import Asked
from app.usecases.cards import Shown, card
from app.usecases.vote_history import Past, history, search
from app.words import admin as admin_words
from app.words import karma as words
from app.words import usage
from app.words.votes import mentioned

_log = structlog.get_logger()

FOUND: Final = 10
"""The votes that a search shows."""
_MOST_MENTIONED: Final = 30
"""People in reasons whose names are asked for; those beyond are shown by id."""

Acting = Callable[[Asking, Context], Awaitable[Page]]
"""What answers a command that changes something."""
AdminActing = Callable[[str, Asking, Context], Awaitable[Page]]
"""What answers a command for admins, told what was typed after its word.

Whoever asks was found to be an admin or a manager then.
"""
Reading = Card | History | Search | Help | Voting | Unclear
"""A command that only reads."""
Offering = Callable[[Asking, Context], Awaitable[Sequence[Block]]]
"""What gives the buttons that one's own card has beside those of every card."""


def register(
    app: AsyncApp,
    context: Context,
    acts: Mapping[type[Act], Acting],
    admin_acts: Mapping[str, AdminActing],
    offer: Offering,
) -> None:
    """Answer the command and the buttons of its answers.

    *acts* answer what changes something, *admin_acts*, by their word, what admins and managers do.
    """

    async def _answered(command: Command, said: Asking) -> Page:
        try:
            if isinstance(command, Admin):
                return await _administered(command, said, context, admin_acts)
            if isinstance(command, Act):
                return await acts[type(command)](said, context)
            return await _answer(command, said, context, offer)
        except UnavailableError:
            return Page(usage.AWAY())

    async def asked(body: dict[str, Any], ack: AsyncAck) -> None:
        started = time.perf_counter()
        said = requests.command(body)
        command = karma.karma(said.text) if said else Help()
        page = await _answered(command, said) if said else Page(_advice(Help(), "", context))
        await ack(text=page.text, blocks=page.blocks, response_type="ephemeral")
        _tell(command, said, started)

    async def pressed(body: dict[str, Any], ack: AsyncAck, client: AsyncWebClient) -> None:
        started = time.perf_counter()
        await ack()
        said = requests.button(body)
        fits = said is not None and not requests.stranger(body, said.team)
        command = _pressed(said.text, body) if said and fits else None
        if said and command:
            page = await _answered(command, said)
            content = {"text": page.text, "blocks": page.blocks, "replace_original": True}
            failed = await answer(client, body.get("response_url"), content)
            _tell(command, said, started, failed.reason if failed else None)

    app.command("/karma")(asked)
    app.action(views.CARD)(pressed)
    app.action(views.HISTORY)(pressed)


async def _administered(
    command: Admin, said: Asking, context: Context, admin_acts: Mapping[str, AdminActing]
) -> Page:
    """Let those who may do what *command* asks for; nobody else learns more than that."""
    if command.word not in admin_acts:
        return Page(_advice(Help(), said.team, context))
    refused = await permissions.refused(context, said, f"karma {command.word}")
    if refused:
        return Page(refused)
    return await admin_acts[command.word](command.rest, said, context)


def _tell(command: Command, said: Asking | None, started: float, failed: str | None = None) -> None:
    ms = round((time.perf_counter() - started) * 1000, 1)
    named = command.word if isinstance(command, Admin) else type(command).__name__.lower()
    team, what = said.team if said else None, named
    _log.info("karma.shown", team=team, what=what, ms=ms, **({"failed": failed} if failed else {}))


async def _answer(command: Reading, said: Asking, context: Context, offer: Offering) -> Page:
    """Return what is shown to whoever asks."""
    match command:
        case Card(target):
            page = await _card(merge_forms.meant(target, said, context), said, context, offer)
            return await merge_forms.told(page, target, said, context)
        case History(target, count):
            page = await _history(merge_forms.meant(target, said, context), count, said, context)
            return await merge_forms.told(page, target, said, context)
        case Search():
            return await _search(command, said, context)
        case Help():
            return Page(_advice(command, said.team, context) + await _for_admins(said, context))
        case _:
            return Page(_advice(command, said.team, context))


async def _for_admins(said: Asking, context: Context) -> str:
    """Return what else those may do who look after the workspace; nothing for others."""
    role = await context.roles.lately(said.team, said.user)
    return f"\n{admin_words.HELP()}" if allows(role, Who.MANAGERS) and not said.foreign else ""


def _advice(asked: Help | Voting | Unclear, team: str, context: Context) -> str:
    return words.advice(asked, context.ears.rulebook.of(team).undo_window)


async def _card(target: Target | None, said: Asking, context: Context, offer: Offering) -> Page:
    asked = _asked(target, said)
    calendar = context.ears.rulebook.calendar(said.team, datetime.now(UTC))
    shown = await card(context.boards.ladders, asked, calendar)
    if shown.is_empty and target and target.handle and not shown.hidden:
        return Page(words.unknown(target.spelling))
    known = await _known(shown, target, said, context)
    return views.card(shown, known, await offer(said, context) if shown.own else ())


async def _history(target: Target | None, count: int, said: Asking, context: Context) -> Page:
    past = await history(context.ears.database, _asked(target, said), count)
    if target and target.handle and not past.entries:
        return Page(words.unknown(target.spelling))
    return views.history(past, await _known(past, target, said, context))


async def _search(command: Search, said: Asking, context: Context) -> Page:
    pattern = words.pattern(*command.parts)
    if not pattern:
        return Page(words.NO_SEARCH_WORDS())
    past = await search(context.ears.database, _asked(None, said), command, FOUND)
    known = await _known(past, None, said, context)
    return views.found(past, command.words, pattern, known)


def _asked(target: Target | None, said: Asking) -> Asked:
    return Asked(said.team, said.user, said.channel, target.id if target else said.user)


async def _known(
    page: Shown | Past, target: Target | None, said: Asking, context: Context
) -> Known:
    """Return the names that *page* needs, those of things as they were last written."""
    votes = page.last if isinstance(page, Shown) else page.entries
    said_in = [vote.reason for vote in votes]
    if isinstance(page, Shown):
        said_in += [reason for reason, _ in page.sums.reasons]
    named = [who for reason in said_in if reason for who in mentioned(reason)]
    people = page.people + named[:_MOST_MENTIONED]
    typed = {target.id: target.spelling} if target and target.spelling else {}
    names = typed | dict(page.spellings) | await context.people.names(said.team, people)
    return Known(names, context.identity.address, said.user)


def _pressed(value: str, body: dict[str, Any]) -> Card | History | None:
    """Return what a button asks for, or None where its *value* can be no target."""
    if is_thing(value):
        key = value.removeprefix(THING)
        fit = bool(key) and len(key.encode()) <= MAX_KEY_BYTES and "\x00" not in key
    else:
        fit = events.slack_id(value) is not None
    if not fit:
        return None
    target = Target(value)
    return History(target) if requests.action(body) == views.HISTORY else Card(target)
