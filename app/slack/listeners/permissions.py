"""Who may do what admins do: asked of Slack anew each time, since what was true may be no more."""

import structlog

from app.core.settings.setting import RequiredRole
from app.slack.directory.roles import Role, allows
from app.slack.listeners.context import Context
from app.slack.payloads.requests import UserRequest
from app.words import settings as words

_log = structlog.get_logger()


async def check_permission(
    context: Context, request: UserRequest, action: str, who: RequiredRole = RequiredRole.MANAGERS
) -> str | None:
    """Return what to tell whoever asks if *action* is not for them; None: they are one of *who*.

    Each refusal is a line in the log.
    """
    return check_role(context, await ask_role(context, request), request, action, who)


async def is_foreign(context: Context, request: UserRequest) -> bool:
    """Tell whether whoever asks is of another organization; a sister workspace is none."""
    if not request.home:
        return not context.identity.serves(request.team)
    if not request.enterprise:
        return True
    return await context.people.is_stranger(request.team, request.user)


async def admit(
    context: Context, request: UserRequest | None, action: str, *, fits: bool = True
) -> UserRequest | None:
    """Return *request* if it and what came with it *fits*, and whoever asks is of this workspace.

    Each refusal is a line in the log.
    """
    if request and fits and not await is_foreign(context, request):
        return request
    log_refusal(request, action, Role.STRANGER if request and fits else "misshapen")
    return None


async def ask_role(context: Context, request: UserRequest) -> Role:
    """Return what Slack says now that whoever asks is."""
    return (
        Role.STRANGER
        if await is_foreign(context, request)
        else await context.roles.ask_role(request.team, request.user)
    )


def check_role(
    context: Context, role: Role, request: UserRequest, action: str, who: RequiredRole
) -> str | None:
    """Return what to tell whoever asks, whose *role* is known, as `check_permission` does."""
    if allows(role, who):
        return None
    log_refusal(request, action, role)
    if role is Role.UNKNOWN:
        return words.UNCHECKED()
    return words.name_deciders(who, context.roles.list_deciders(request.team, who))


def log_refusal(request: UserRequest | None, action: str, reason: str) -> None:
    """Write down that *action* was refused, and to whom."""
    who = {"team": request.team, "user": request.user} if request else {}
    _log.info("action.refused", action=action[:255], reason=str(reason), **who)
