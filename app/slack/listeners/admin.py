"""`/karma` commands of managers that need no form: `adjust`, `ban`, `unban`, `bans` and `audit`.

Slack is asked for the user's role each time. A button's value is untrusted input; a malformed one
is refused and logged.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.commands.admin import (
    MOST_ACTIONS,
    AdjustCommand,
    AuditCommand,
    BanCommand,
    MisreadCommand,
    UnfitCommand,
)
from app.core.commands.karma import CardTarget
from app.slack.directory.roles import Role
from app.slack.listeners import permissions
from app.slack.listeners.context import (
    Context,
    log_done,
    render_or_away,
    resolve_names,
    resolve_names_or_ids,
)
from app.slack.listeners.targets import find_person, resolve_person, resolve_target
from app.slack.outbound.answers import send_page
from app.slack.payloads import requests
from app.slack.payloads.identifiers import parse_target
from app.slack.payloads.requests import UserRequest
from app.slack.views import admin as views
from app.slack.views.blocks import Page
from app.store.people.bans import Ban, store_ban
from app.store.votes import adjustments
from app.store.votes.adjustments import Adjustment, ScoreChange
from app.store.workspace import audit
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases import administration
from app.usecases.vote_context import apply_rules
from app.words import admin as words
from app.words import audit as audit_words

_OLDER: Final = re.compile(r"([1-9][0-9]?) ([1-9][0-9]{0,17}) (.*)", re.ASCII)


def register(app: AsyncApp, context: Context) -> None:
    """Register the button that shows earlier actions."""

    async def handle_older_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        request = requests.read_button(body)
        older = _parse_older(request.text) if request else None
        if request is None or older is None:
            permissions.log_refusal(request, views.OLDER, "misshapen")
            return
        if refused := await permissions.check_permission(request, views.OLDER, context):
            page = Page(refused)
        else:
            page = await render_or_away(_read_audit(request, *older, context))
        await send_page(context.client, request, page, views.OLDER, replaces=True)

    app.action(views.OLDER)(handle_older_button)


async def adjust(command: AdjustCommand, request: UserRequest, context: Context) -> Page:
    """Give or take points by hand."""
    why = f" for {command.reason}" if command.reason else ""
    as_thing = f'adjust "{command.target.spelling}" {command.points:+d}{why}'
    typed = await resolve_target(command.target, request, as_thing, context)
    if isinstance(typed, str):
        return Page(typed)
    ts, reason, now = request.build_key("adjust"), command.reason, datetime.now(UTC)

    async def apply(rules: WorkspaceRules) -> tuple[str, ScoreChange | UnfitCommand]:
        target = rules.resolve_alias(typed.id)
        spelling = typed.spelling if target == typed.id else ""
        adjustment = Adjustment(
            request.team, request.user, ts, target, spelling, command.points, reason,
            rules.locate_time("", now), rules,
        )  # fmt: skip
        return target, await context.database.run(adjustments.adjust, adjustment)

    target, result = await apply_rules(context.rulebook, request.team, apply)
    if isinstance(result, UnfitCommand):
        return Page(words.explain_unfit(result))
    log_done("admin.adjusted", request, user=request.user)
    names = await resolve_names_or_ids(request.team, [target], context, typed, reasons=[reason])
    return Page(words.report_adjustment(target, result.before, result.after, reason, names))


async def ban(command: BanCommand, request: UserRequest, context: Context) -> Page:
    """Ban somebody, so that their votes no longer count."""
    typed = await _find_banned(command, request, context)
    if isinstance(typed, str):
        return Page(typed or words.explain_misread(MisreadCommand.BAN))
    user = typed.id
    names = await resolve_names(request.team, [user], context)
    problem = await _check_ban(user, request, context)
    if problem:
        return Page(words.explain_unfit(problem, names[user]))
    until = datetime.now(UTC) + command.span if command.span else None
    wanted = Ban(request.team, request.user, user, until)
    await context.rulebook.change(store_ban, wanted)
    log_done("admin.banned", request, user=request.user)
    return Page(words.report_ban(names[user], until))


async def unban(target: CardTarget, request: UserRequest, context: Context) -> Page:
    """Lift somebody's ban, so that their votes count again."""
    typed = await resolve_person(replace(target, quoted=False), request, context)
    if isinstance(typed, str):
        return Page(typed or words.explain_misread(MisreadCommand.UNBAN))
    user = typed.id
    if await _is_own_ban(user, request, context):
        return Page(words.explain_unfit(UnfitCommand.YOURSELF))
    wanted = Ban(request.team, request.user, user)
    lifted = await administration.unban(context.rulebook, wanted, datetime.now(UTC))
    names = await resolve_names_or_ids(request.team, [user], context)
    if not lifted:
        return Page(words.explain_unfit(UnfitCommand.NOT_BANNED, names[user]))
    log_done("admin.unbanned", request, user=request.user)
    return Page(words.report_unban(names[user]))


async def _is_own_ban(user: str, request: UserRequest, context: Context) -> bool:
    """Return whether a manager asks to lift a ban on themselves; admins can't be banned."""
    rules = context.rulebook.get_rules(request.team)
    is_own = request.user in rules.list_accounts(user) and rules.find_ban(user, datetime.now(UTC))
    return bool(is_own) and await permissions.ask_role(request, context) is not Role.ADMIN


async def list_bans(_: None, request: UserRequest, context: Context) -> Page:
    """List the current bans and when they end."""
    rules = await context.rulebook.read_rules(request.team)
    bans = rules.list_bans(datetime.now(UTC))
    shown = bans[: words.MOST_BANS]
    names = await resolve_names(request.team, [user for user, _ in shown], context)
    lines = [(names[user], until) for user, until in shown]
    return Page(words.list_bans(lines, len(bans) - len(shown)))


async def show_audit(command: AuditCommand, request: UserRequest, context: Context) -> Page:
    """Show the latest admin actions."""
    about = await _find_audited(command.target, request, context) if command.target else ""
    return await _read_audit(request, command.count, audit.NEWEST, about, context)


async def _find_audited(typed: CardTarget, request: UserRequest, context: Context) -> str:
    """Return the target that *typed* means: the thing if the audit has it, else the person."""
    person = await find_person(typed, request, context)
    if person in ("", typed.id):
        return typed.id
    last = await context.database.run(audit.read_last_acts, request.team, 1, typed.id)
    return typed.id if last else person


async def _find_banned(
    command: BanCommand, request: UserRequest, context: Context
) -> CardTarget | str:
    """Return whom to ban, or what to ask; a name may end like a duration: `Kim 2 D`."""
    whole = await resolve_person(command.whole, request, context) if command.whole else ""
    typed = replace(command.target, quoted=False)
    return whole or await resolve_person(typed, request, context)


async def _check_ban(user: str, request: UserRequest, context: Context) -> UnfitCommand | None:
    """Return why the requester can't ban *user*, with all of their accounts, or None."""
    accounts = context.rulebook.get_rules(request.team).list_accounts(user)
    if request.user in accounts:
        return UnfitCommand.YOURSELF
    # Concurrently, because each waits for Slack, and Slack for the response.
    asked = (context.roles.ask_role(request.team, account) for account in accounts)
    roles = dict(zip(accounts, await asyncio.gather(*asked), strict=True))
    if Role.ADMIN in roles.values():
        return UnfitCommand.AN_ADMIN
    # Slack may no longer know an account that was merged into another.
    is_unchecked = Role.UNKNOWN in roles.values() or roles[user] is Role.MISSING
    return UnfitCommand.UNCHECKED if is_unchecked else None


async def _read_audit(
    request: UserRequest, count: int, before: int, about: str, context: Context
) -> Page:
    actions = await context.database.run(
        audit.read_last_acts, request.team, count + 1, about, before
    )
    shown, older = actions[:count], before != audit.NEWEST
    targets = [target for action in shown for target in action.targets]
    reasons = [action.note for action in shown]
    names = await resolve_names(request.team, [*targets, about], context, reasons=reasons)
    name = names[about] if about else ""
    if not shown:
        return Page(audit_words.explain_no_actions(name, older=older))
    heading = audit_words.format_heading(len(shown), name, older=older)
    former = context.rulebook.get_rules(request.team).former_channels
    lines = [_name_channels(audit_words.format_line(action, names), former) for action in shown]
    more = f"{count} {shown[-1].id} {about}" if len(actions) > count else ""
    return views.render_audit(heading, lines, more)


def _name_channels(line: str, former: Mapping[str, str]) -> str:
    """Return *line* with channels' current ids, because the audit itself is never changed."""
    for before, now in former.items():
        line = line.replace(f"<#{before}>", f"<#{now}>")
    return line


def _parse_older(value: str) -> tuple[int, int, str] | None:
    """Return the count, the id to list actions before, and the target in a button's *value*.

    The target is empty for actions on anybody. None if *value* is malformed.
    """
    match = _OLDER.fullmatch(value)
    if match is None or int(match[1]) > MOST_ACTIONS:
        return None
    about = match[3]
    fits = not about or parse_target(about) is not None
    return (int(match[1]), int(match[2]), about) if fits else None
