"""Roles of people in a workspace according to Slack, which decide what they may do."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import structlog
from cachetools import TLRUCache

from app.core.settings.setting import RequiredRole
from app.slack.client import Failure, SlackClient, try_call
from app.slack.directory.identity import Identity
from app.slack.payloads.user_payload import belongs_to, is_bot, read_preferences
from app.store.workspace.rulebook import Rulebook

_log = structlog.get_logger()

_MEMORY: Final = 300.0
"""Seconds for which a role may be shown without asking."""
_SOON: Final = 10.0
"""Seconds before Slack is asked again after it didn't answer."""
_MOST_REMEMBERED: Final = 50_000
_NOT_FOUND: Final = ("user_not_found", "user_not_visible")
_ADMIN: Final = ("is_admin", "is_owner", "is_primary_owner")


class Role(StrEnum):
    """Someone's role in the workspace."""

    ADMIN = "admin"
    """An admin or owner in Slack."""
    MANAGER = "manager"
    """A full member named in the setting `managers`."""
    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    GONE = "deactivated"
    MISSING = "missing"
    """Slack knows no such account."""
    STRANGER = "stranger"
    """A member of another workspace."""
    UNKNOWN = "unchecked"
    """Slack didn't answer."""


_MAY: Final = {
    RequiredRole.ADMINS: (Role.ADMIN,),
    RequiredRole.MANAGERS: (Role.ADMIN, Role.MANAGER),
}


def allows(role: Role, who: RequiredRole) -> bool:
    """Return whether *role* is sufficient for *who*."""
    return role in _MAY[who]


class Roles:
    """Roles of people: current for decisions, recent for choosing which buttons to show."""

    def __init__(self, client: SlackClient, rulebook: Rulebook, identity: Identity) -> None:
        self._client = client
        self._rulebook = rulebook
        self._identity = identity
        self._known: TLRUCache[tuple[str, str], Role] = TLRUCache(
            _MOST_REMEMBERED,
            lambda _, role, now: now + (_SOON if role is Role.UNKNOWN else _MEMORY),
        )
        self._admins: dict[str, dict[str, None]] = {}
        self._unfit: dict[str, set[str]] = {}
        self._preferences: dict[tuple[str, str], dict[str, str]] = {}

    async def ask_role(self, team: str, user: str) -> Role:
        """Return the role of *user* in *team*, asking Slack now."""
        role = await self._ask_slack(team, user)
        self._known[team, user] = role
        if role is not Role.UNKNOWN:
            self._note_role(team, user, role)
        return self._promote_manager(role, team, user)

    async def read_recent_role(self, team: str, user: str) -> Role:
        """Return a role at most minutes old; don't base permissions on it."""
        role = self._known.get((team, user))
        if role is None:
            return await self.ask_role(team, user)
        return self._promote_manager(role, team, user)

    def read_preferences(self, team: str, user: str) -> Mapping[str, str]:
        """Return an admin's language and time zone as known from Slack, by setting name as JSON.

        Empty before Slack was asked for their role.
        """
        return self._preferences.get((team, user), {})

    def list_deciders(self, team: str, who: RequiredRole) -> list[str]:
        """Return the ids of known people who are *who*, managers first.

        Managers who have left or become guests are left out, as far as that's known.
        """
        managers = self._rulebook.get_settings(team).managers
        named = managers if who is RequiredRole.MANAGERS else ()
        fit = [one for one in named if one not in self._unfit.get(team, ())]
        return [*dict.fromkeys([*fit, *self._admins.get(team, ())])]

    def update(self, team: str, users: Iterable[dict[str, Any]]) -> None:
        """Note the roles of *users*, members from `users.list` or an event."""
        for user in users:
            self._note_role(
                team, str(user.get("id")), _read_role(user, team, self._identity.enterprise)
            )

    def _note_role(self, team: str, user: str, role: Role) -> None:
        """Note whether *user* is an admin, or a manager who can't be one."""
        admins, unfit = self._admins.setdefault(team, {}), self._unfit.setdefault(team, set())
        if role is Role.ADMIN:
            admins[user] = None
        else:
            admins.pop(user, None)
        if role in (Role.ADMIN, Role.MEMBER):
            unfit.discard(user)
        elif user in self._rulebook.get_settings(team).managers:
            unfit.add(user)

    def _promote_manager(self, role: Role, team: str, user: str) -> Role:
        manages = role is Role.MEMBER and user in self._rulebook.get_settings(team).managers
        return Role.MANAGER if manages else role

    async def _ask_slack(self, team: str, user: str) -> Role:
        call = self._client.users_info(user=user, include_locale=True)
        answer = await try_call(call, self._client.timings.lookup)
        if isinstance(answer, Failure):
            if answer.reason in _NOT_FOUND:
                return Role.MISSING
            _log.info("role.unknown", team=team, reason=answer.reason)
            return Role.UNKNOWN
        payload = answer.get("user")
        if not isinstance(payload, dict) or payload.get("id") != user:
            return Role.UNKNOWN
        role = _read_role(payload, team, self._identity.enterprise)
        if role is Role.ADMIN:
            self._preferences[team, user] = read_preferences(payload)
        return role


def _read_role(payload: dict[str, Any], team: str, enterprise: str | None) -> Role:
    if payload.get("is_stranger") or not belongs_to(payload, team, enterprise):
        return Role.STRANGER
    if payload.get("deleted"):
        return Role.GONE
    if is_bot(payload):
        return Role.BOT
    if payload.get("is_restricted") or payload.get("is_ultra_restricted"):
        return Role.GUEST
    # an admin of another workspace in the organization isn't one here
    looks_after = belongs_to(payload, team) and any(payload.get(kind) is True for kind in _ADMIN)
    return Role.ADMIN if looks_after else Role.MEMBER
