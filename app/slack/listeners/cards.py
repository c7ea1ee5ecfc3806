"""`/karma` cards, histories and searches."""

from datetime import UTC, datetime
from typing import Final

from app.core.boards.calendar import Calendar
from app.core.commands.karma import (
    CardTarget,
    SearchReasons,
    ShowCard,
    ShowHistory,
    drop_marks,
    read_target,
)
from app.core.grammar.tokens import Atoms
from app.core.settings.definitions import BoardAccess
from app.core.vote import is_thing
from app.slack.listeners import self_service
from app.slack.listeners.context import Context, resolve_names
from app.slack.listeners.targets import explain_unknown, find_namesake
from app.slack.payloads.requests import UserRequest
from app.slack.views import admin as admin_views
from app.slack.views import karma as views
from app.slack.views.blocks import Page
from app.slack.views.karma import CardContext
from app.store.votes.history import HistoryQuery
from app.usecases.allowance import Limit, find_limit
from app.usecases.cards import Card, PastVotes, build_query, read_card, read_history, search
from app.words import admin as admin_words
from app.words import entries
from app.words.catalog import say
from app.words.votes import find_mentioned

MOST_FOUND: Final = 10
"""Maximum votes that a search shows."""
_MOST_MENTIONED: Final = 30
"""Maximum people mentioned in reasons whose names are looked up; others are shown by id."""


async def show_card(command: ShowCard, request: UserRequest, context: Context) -> Page:
    """Show the card of a person or thing: their scores and ranks."""
    target = _resolve_target(command.target, request, context)
    page = await _read_card(target, command.near, request, context)
    return await _add_merge_note(page, command.target, request, context)


async def show_history(command: ShowHistory, request: UserRequest, context: Context) -> Page:
    """Show the latest votes of a person or thing."""
    named = command.target
    if command.whole and await _has_history(command.whole, request, context):
        named = command.whole
    target = _resolve_target(named, request, context)
    page = await _read_history(target, command.count, request, context)
    return await _add_merge_note(page, named, request, context)


async def search_reasons(
    command: SearchReasons | ShowHistory, request: UserRequest, context: Context
) -> Page:
    """Show the votes whose reasons contain the words searched for, or those of a person."""
    if isinstance(command, ShowHistory):
        return await show_history(command, request, context)
    pattern = entries.build_pattern(*command.parts)
    if not pattern:
        return Page(say("karma-no-search-words"))
    query = await _build_query(None, request, context)
    past = await search(context.database, query, command, MOST_FOUND)
    if not past.entries:
        typed = read_target(command.words, Atoms())
        member = await find_namesake(typed, request.team, context) if typed else ""
        if member and _is_private(CardTarget(member), request, context):
            member = ""
        found_names = await context.people.read_names(request.team, [member], [command.words])
        return views.render_not_found(command.words, member, found_names)
    names = await _read_context(past, None, request, context)
    return views.render_search(past, command.words, pattern, names)


async def _read_card(
    target: CardTarget | None, near: str | None, request: UserRequest, context: Context
) -> Page:
    if _is_private(target, request, context):
        return Page(say("karma-private"))
    query = await _build_query(target, request, context)
    calendar, limit = await _read_day(query, request.user, context)
    card = await read_card(context.boards.rank_indexes, query, calendar, limit)
    if card.is_empty and target and target.spelling and not card.hidden:
        if other := await _find_other(target, request, context):
            return await show_card(ShowCard(other, near), request, context)
        if target.handle:
            return await explain_unknown(target.spelling, request, context)
    names = await _read_context(card, target, request, context)
    own = await self_service.render_undo_buttons(request, context) if card.is_own else ()
    return views.render_card(card, names, own, near)


async def _read_day(
    query: HistoryQuery, user: str, context: Context
) -> tuple[Calendar, Limit | None]:
    """Return the current calendar and, for the own card of *user*, their daily limit, if any."""
    now, rulebook = datetime.now(UTC), context.rulebook
    calendar = rulebook.build_calendar(query.team, now)
    if not query.is_own:
        return calendar, None
    return calendar, await find_limit(rulebook, context.people, query.team, user, now)


async def _read_history(
    target: CardTarget | None, count: int, request: UserRequest, context: Context
) -> Page:
    if _is_private(target, request, context):
        return Page(say("karma-private"))
    query = await _build_query(target, request, context)
    past = await read_history(context.database, query, count)
    if target and target.spelling and not past.entries:
        if other := await _find_other(target, request, context):
            return await show_history(ShowHistory(other, count), request, context)
        if target.handle:
            return await explain_unknown(target.spelling, request, context)
    return views.render_history(past, await _read_context(past, target, request, context))


async def _find_other(
    typed: CardTarget, request: UserRequest, context: Context
) -> CardTarget | None:
    """Return what *typed*, a thing without votes, may mean instead; None if nothing."""
    if member := await find_namesake(typed, request.team, context):
        return CardTarget(member)
    bare = drop_marks(typed)
    return bare if bare and await _has_history(bare, request, context) else None


async def _has_history(typed: CardTarget, request: UserRequest, context: Context) -> bool:
    """Return whether *typed* is the name of a thing with votes, or of a member."""
    query = await _build_query(_resolve_target(typed, request, context), request, context)
    past = await read_history(context.database, query, 1)
    return bool(past.entries or await find_namesake(typed, request.team, context))


def _is_private(target: CardTarget | None, request: UserRequest, context: Context) -> bool:
    """Return whether *target* is somebody else, and people may see only their own points."""
    own = context.rulebook.resolve_alias(request.team, request.user)
    if target is None or target.id in {own, request.user} or is_thing(target.id):
        return False
    return context.rulebook.get_settings(request.team).boards is not BoardAccess.EVERYONE


async def _build_query(
    target: CardTarget | None, request: UserRequest, context: Context
) -> HistoryQuery:
    rules, about = context.rulebook.get_rules(request.team), target.id if target else request.user
    return await build_query(context.database, rules, request.user, request.channel, about)


async def _read_context(
    page: Card | PastVotes, target: CardTarget | None, request: UserRequest, context: Context
) -> CardContext:
    """Return the names that *page* needs; a thing has the spelling of its last use."""
    votes = page.last if isinstance(page, Card) else page.entries
    reasons = [vote.reason for vote in votes]
    if isinstance(page, Card):
        reasons += [reason for reason, _ in page.sums.reasons]
    mentioned = [user for reason in reasons if reason for user in find_mentioned(reason)]
    wanted = page.targets + mentioned[:_MOST_MENTIONED]
    typed = {target.id: target.spelling} if target and target.spelling else {}
    names = typed | await context.people.read_names(request.team, wanted)
    rules = context.rulebook.get_rules(request.team)
    return CardContext(names, context.identity.address, rules.list_accounts(request.user))


def _resolve_target(
    target: CardTarget | None, request: UserRequest, context: Context
) -> CardTarget | None:
    """Return *target*, or what it has been merged into; None means the requester."""
    requested = target or CardTarget(request.user)
    current = context.rulebook.resolve_alias(request.team, requested.id)
    return target if current == requested.id else CardTarget(current)


async def _add_merge_note(
    page: Page, about: CardTarget | None, request: UserRequest, context: Context
) -> Page:
    """Return *page* with a note on merges from or into *about*; None means the requester."""
    requested = about or CardTarget(request.user)
    rules = context.rulebook.get_rules(request.team)
    into = rules.resolve_alias(requested.id)
    if into != requested.id:
        names = await resolve_names(rules.team, [into], context, requested)
        return admin_views.add_note(
            page, admin_words.describe_merge_target(names[requested.id], names[into])
        )
    merged = rules.list_merged(requested.id)
    if not merged:
        return page
    names = await resolve_names(rules.team, merged, context)
    return admin_views.add_note(
        page, admin_words.list_merge_sources([names[target] for target in merged])
    )
