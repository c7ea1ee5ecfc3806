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
    AdminCommand,
    CardTarget,
    ExplainVoting,
    KarmaCommand,
    PersonalAction,
    SearchReasons,
    ShowCard,
    ShowHistory,
    ShowKarmaHelp,
    UnclearCommand,
)
from app.core.settings.kinds import RequiredRole
from app.core.vote import MAX_KEY_BYTES, THING, is_thing
from app.slack.directory.roles import allows
from app.slack.listeners import merge_forms, permissions
from app.slack.listeners.context import Context
from app.slack.outbound.answers import answer
from app.slack.payloads import events, requests
from app.slack.payloads.requests import UserRequest
from app.slack.views import karma as views
from app.slack.views.karma import Block, CardContext
from app.slack.views.leaderboard import Page
from app.store.database import UnavailableError
from app.store.votes.history import HistoryQuery
from app.usecases.cards import Card, read_card
from app.usecases.vote_history import PastVotes, read_history, search
from app.words import admin as admin_words
from app.words import karma as words
from app.words import usage
from app.words.votes import find_mentioned

_log = structlog.get_logger()

MOST_FOUND: Final = 10
"""The votes that a search shows."""
_MOST_MENTIONED: Final = 30
"""People in reasons whose names are asked for; those beyond are shown by id."""

CommandHandler = Callable[[UserRequest, Context], Awaitable[Page]]
"""What answers a command that changes something."""
AdminCommandHandler = Callable[[str, UserRequest, Context], Awaitable[Page]]
"""What answers a command for admins, told what was typed after its word.

Whoever asks was found to be an admin or a manager then.
"""
ReadCommand = (
    ShowCard | ShowHistory | SearchReasons | ShowKarmaHelp | ExplainVoting | UnclearCommand
)
"""A command that only reads."""
OwnCardButtons = Callable[[UserRequest, Context], Awaitable[Sequence[Block]]]
"""What gives the buttons that one's own card has beside those of every card."""


def register(
    app: AsyncApp,
    context: Context,
    handlers: Mapping[type[PersonalAction], CommandHandler],
    admin_handlers: Mapping[str, AdminCommandHandler],
    own_buttons: OwnCardButtons,
) -> None:
    """Answer the command and the buttons of its answers.

    *handlers* answer what changes something, *admin_handlers*, by their word, what admins and
    managers do.
    """

    async def answer_command(command: KarmaCommand, request: UserRequest) -> Page:
        try:
            if isinstance(command, AdminCommand):
                return await _run_admin_command(command, request, context, admin_handlers)
            if isinstance(command, PersonalAction):
                return await handlers[type(command)](request, context)
            return await _answer(command, request, context, own_buttons)
        except UnavailableError:
            return Page(usage.AWAY())

    async def handle_command(body: dict[str, Any], ack: AsyncAck) -> None:
        started = time.perf_counter()
        request = requests.read_command(body)
        command = karma.read_command(request.text) if request else ShowKarmaHelp()
        page = (
            await answer_command(command, request)
            if request
            else Page(_advise(ShowKarmaHelp(), "", context))
        )
        await ack(text=page.text, blocks=page.blocks, response_type="ephemeral")
        _log_answer(command, request, started)

    async def handle_button(body: dict[str, Any], ack: AsyncAck, client: AsyncWebClient) -> None:
        started = time.perf_counter()
        await ack()
        request = requests.read_button(body)
        fits = request is not None and not requests.is_stranger(body, request.team)
        command = _parse_button(request.text, body) if request and fits else None
        if request and command:
            page = await answer_command(command, request)
            content = {"text": page.text, "blocks": page.blocks, "replace_original": True}
            failed = await answer(client, body.get("response_url"), content)
            _log_answer(command, request, started, failed.reason if failed else None)

    app.command("/karma")(handle_command)
    app.action(views.CARD)(handle_button)
    app.action(views.HISTORY)(handle_button)


async def _run_admin_command(
    command: AdminCommand,
    request: UserRequest,
    context: Context,
    admin_handlers: Mapping[str, AdminCommandHandler],
) -> Page:
    """Let those who may do what *command* asks for; nobody else learns more than that."""
    if command.word not in admin_handlers:
        return Page(_advise(ShowKarmaHelp(), request.team, context))
    refused = await permissions.check_permission(context, request, f"karma {command.word}")
    if refused:
        return Page(refused)
    return await admin_handlers[command.word](command.rest, request, context)


def _log_answer(
    command: KarmaCommand, request: UserRequest | None, started: float, failed: str | None = None
) -> None:
    ms = round((time.perf_counter() - started) * 1000, 1)
    named = command.word if isinstance(command, AdminCommand) else type(command).__name__.lower()
    team, what = request.team if request else None, named
    _log.info("karma.shown", team=team, what=what, ms=ms, **({"failed": failed} if failed else {}))


async def _answer(
    command: ReadCommand, request: UserRequest, context: Context, own_buttons: OwnCardButtons
) -> Page:
    """Return what is shown to whoever asks."""
    match command:
        case ShowCard(target):
            page = await _read_card(
                merge_forms.resolve_card_target(target, request, context),
                request,
                context,
                own_buttons,
            )
            return await merge_forms.add_merge_note(page, target, request, context)
        case ShowHistory(target, count):
            page = await _read_history(
                merge_forms.resolve_card_target(target, request, context), count, request, context
            )
            return await merge_forms.add_merge_note(page, target, request, context)
        case SearchReasons():
            return await _search(command, request, context)
        case ShowKarmaHelp():
            return Page(
                _advise(command, request.team, context)
                + await _describe_admin_commands(request, context)
            )
        case _:
            return Page(_advise(command, request.team, context))


async def _describe_admin_commands(request: UserRequest, context: Context) -> str:
    """Return what else those may do who look after the workspace; nothing for others."""
    role = await context.roles.read_recent_role(request.team, request.user)
    return (
        f"\n{admin_words.HELP()}"
        if allows(role, RequiredRole.MANAGERS) and not request.foreign
        else ""
    )


def _advise(
    command: ShowKarmaHelp | ExplainVoting | UnclearCommand, team: str, context: Context
) -> str:
    return words.advise(command, context.rulebook.get_settings(team).undo_window)


async def _read_card(
    target: CardTarget | None, request: UserRequest, context: Context, own_buttons: OwnCardButtons
) -> Page:
    query = _build_query(target, request)
    calendar = context.rulebook.build_calendar(request.team, datetime.now(UTC))
    shown = await read_card(context.boards.ladders, query, calendar)
    if shown.is_empty and target and target.handle and not shown.hidden:
        return Page(words.explain_unknown(target.spelling))
    known = await _read_context(shown, target, request, context)
    return views.render_card(
        shown, known, await own_buttons(request, context) if shown.is_own else ()
    )


async def _read_history(
    target: CardTarget | None, count: int, request: UserRequest, context: Context
) -> Page:
    past = await read_history(context.database, _build_query(target, request), count)
    if target and target.handle and not past.entries:
        return Page(words.explain_unknown(target.spelling))
    return views.render_history(past, await _read_context(past, target, request, context))


async def _search(command: SearchReasons, request: UserRequest, context: Context) -> Page:
    pattern = words.build_pattern(*command.parts)
    if not pattern:
        return Page(words.NO_SEARCH_WORDS())
    past = await search(context.database, _build_query(None, request), command, MOST_FOUND)
    known = await _read_context(past, None, request, context)
    return views.render_search(past, command.words, pattern, known)


def _build_query(target: CardTarget | None, request: UserRequest) -> HistoryQuery:
    return HistoryQuery(
        request.team, request.user, request.channel, target.id if target else request.user
    )


async def _read_context(
    page: Card | PastVotes, target: CardTarget | None, request: UserRequest, context: Context
) -> CardContext:
    """Return the names that *page* needs, those of things as they were last written."""
    votes = page.last if isinstance(page, Card) else page.entries
    said_in = [vote.reason for vote in votes]
    if isinstance(page, Card):
        said_in += [reason for reason, _ in page.sums.reasons]
    named = [who for reason in said_in if reason for who in find_mentioned(reason)]
    people = page.people + named[:_MOST_MENTIONED]
    typed = {target.id: target.spelling} if target and target.spelling else {}
    names = typed | dict(page.spellings) | await context.people.read_names(request.team, people)
    return CardContext(names, context.identity.address, request.user)


def _parse_button(value: str, body: dict[str, Any]) -> ShowCard | ShowHistory | None:
    """Return what a button asks for, or None where its *value* can be no target."""
    if is_thing(value):
        key = value.removeprefix(THING)
        fit = bool(key) and len(key.encode()) <= MAX_KEY_BYTES and "\x00" not in key
    else:
        fit = events.parse_slack_id(value) is not None
    if not fit:
        return None
    target = CardTarget(value)
    return (
        ShowHistory(target) if requests.read_action_id(body) == views.HISTORY else ShowCard(target)
    )
