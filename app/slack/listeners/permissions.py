"""Who may do what admins do: asked of Slack anew each time, since what was true may be no more."""

import structlog

from app.core.settings.kinds import Who
from app.slack.directory.roles import Role, allows
from app.slack.listeners.context import Context
from app.slack.payloads.requests import Asking
from app.words import settings as words

_log = structlog.get_logger()


async def refused(
    context: Context, said: Asking, action: str, who: Who = Who.MANAGERS
) -> str | None:
    """Return what to tell whoever asks if *action* is not for them; None: they are one of *who*.

    Each refusal is a line in the log.
    """
    return denied(await role_of(context, said), said, action, who)


async def role_of(context: Context, said: Asking) -> Role:
    """Return what Slack says now that whoever asks is."""
    return Role.STRANGER if said.foreign else await context.roles.now(said.team, said.user)


def denied(role: Role, said: Asking, action: str, who: Who) -> str | None:
    """Return what to tell whoever asks, whose *role* is known, as `refused` does."""
    if allows(role, who):
        return None
    note(said, action, role)
    if role is Role.UNKNOWN:
        return words.UNCHECKED()
    return words.ADMINS_ONLY() if who is Who.ADMINS else words.MANAGERS_ONLY()


def note(said: Asking | None, action: str, reason: str) -> None:
    """Write down that *action* was refused, and to whom."""
    who = {"team": said.team, "user": said.user} if said else {}
    _log.info("action.refused", action=action[:255], reason=str(reason), **who)
