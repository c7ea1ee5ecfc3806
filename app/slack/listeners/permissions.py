"""Who may use admins' features: asked of Slack each time, because roles change."""

import structlog

from app.core.settings.setting import RequiredRole
from app.slack.directory.roles import Role, allows
from app.slack.listeners.context import Context
from app.slack.outbound.answers import send_page
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.words import settings as words
from app.words.catalog import say

_log = structlog.get_logger()


async def check_permission(
    request: UserRequest, action: str, context: Context, who: RequiredRole = RequiredRole.MANAGERS
) -> str | None:
    """Return the text that refuses *action*, or None if the requester is one of *who*.

    Each refusal is logged.
    """
    return check_role(request, await ask_role(request, context), action, who, context)


async def is_foreign(request: UserRequest, context: Context) -> bool:
    """Return whether the requester is external; people of the same organization aren't."""
    if not request.home:
        return not context.identity.serves(request.team)
    if not (request.enterprise and context.identity.is_in(request.enterprise)):
        return True
    return await context.people.is_stranger(request.team, request.user)


async def admit(
    request: UserRequest | None, action: str, context: Context, *, fits: bool = True
) -> UserRequest | None:
    """Return *request* if it and its contents (*fits*) are valid and its user isn't external.

    Otherwise log the refusal, tell somebody external who has pressed a button, and return None.
    """
    if request is None or not fits:
        log_refusal(request, action, "misshapen")
        return None
    if not await is_foreign(request, context):
        return request
    log_refusal(request, action, Role.STRANGER)
    if request.url:
        await send_page(context.client, request, Page(say("self-service-refused")), action)
    return None


async def ask_role(request: UserRequest, context: Context) -> Role:
    """Return the requester's current role, asked of Slack."""
    return (
        Role.STRANGER
        if await is_foreign(request, context)
        else await context.roles.ask_role(request.team, request.user)
    )


def check_role(
    request: UserRequest, role: Role, action: str, who: RequiredRole, context: Context
) -> str | None:
    """Return what `check_permission` does, for a requester whose *role* is already known."""
    if allows(role, who):
        return None
    log_refusal(request, action, role)
    if role is Role.UNKNOWN:
        return say("settings-unchecked")
    return words.name_deciders(who, context.roles.list_deciders(request.team, who))


def log_refusal(request: UserRequest | None, action: str, reason: str) -> None:
    """Log that *action* was refused, why, and to whom."""
    requester = {"team": request.team, "user": request.user} if request else {}
    _log.info("action.refused", action=action[:255], reason=str(reason), **requester)
