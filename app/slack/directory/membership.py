"""Channel membership: points can be given where both the app and the person are members."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import partial
from typing import Any, Final

import structlog
from cachetools import TLRUCache, TTLCache

from app.core.channel_ids import NOT_SEEN
from app.core.grammar import richtext
from app.core.person import PersonKind
from app.slack.client import Failure, SlackClient, read_cursor, read_pages, try_call
from app.slack.directory.channels import Channels
from app.slack.directory.lookups import Lookup
from app.slack.payloads.identifiers import as_dict
from app.slack.payloads.user_payload import has_left, read_person
from app.store.database import UnavailableError

_log = structlog.get_logger()

_PAGE: Final = 1000
"""Members per page, Slack's limit."""
_MEMORY: Final = 300.0
"""Seconds for which a member's presence or absence is cached."""
_MOST_KNOWN: Final = 10_000
_SOON: Final = 10.0
"""Seconds before Slack is asked again whether the app has been invited."""


class Membership(StrEnum):
    """Whether the app and a person are both in a channel."""

    BOTH = "both"
    NOT_BOTH = "not_both"
    UNKNOWN = "unknown"
    """Slack didn't answer."""


class ChannelMembers:
    """Recent channel memberships according to Slack."""

    def __init__(self, client: SlackClient) -> None:
        self.client = client
        self._lookup = Lookup(client)
        self._known: TTLCache[tuple[str, str], bool] = TTLCache(_MOST_KNOWN, _MEMORY)

    async def has(self, team: str, channel: str, user: str) -> bool:
        """Return whether *user* is in *channel*; also True if Slack doesn't say in time."""
        known = self._known.get((channel, user))
        if known is not None:
            return known
        search = self.search(team, channel, user)
        is_member = await try_call(search, self.client.timings.lookup)
        if isinstance(is_member, Failure):
            _log.info("channel.unchecked", channel=channel, reason=is_member.reason)
            return True
        return is_member

    async def search(self, team: str, channel: str, user: str) -> bool:
        """Return whether *user* is in *channel*, or was in the last minutes.

        The search goes on if the caller gives up, and what it finds is remembered. Raises one of
        FAILURES.
        """
        if self._known.get((channel, user)):
            return True
        found = partial(self._find, team, channel, user)
        return bool(await self._lookup.ask((team, channel, user), found))

    async def _find(self, team: str, channel: str, user: str) -> bool:
        """Search *channel*; raise TimeoutError if it's too large to be searched in time."""
        async with asyncio.timeout(self.client.timings.call):
            is_member = await self._is_listed(team, channel, user)
        self._known[channel, user] = is_member
        return is_member

    async def _is_listed(self, team: str, channel: str, user: str) -> bool:
        ask = partial(self.client.conversations_members, channel=channel, limit=_PAGE)
        async for answer in read_pages(ask):
            self._lookup.note_success(team)
            if user in (answer.get("members") or ()):
                return True
        return False


async def check_membership(
    members: ChannelMembers, channels: Channels, team: str, channel: str, user: str
) -> Membership:
    """Return whether the app is in *channel* and *user* may be; UNKNOWN if Slack doesn't say.

    Every member of the workspace may be in a public channel; for a private one, Slack is asked,
    which takes longer than there is time if it's large: then the next call knows. *channels* knows
    which it is. In direct messages and archived channels they never are.
    """
    check = _are_both_in(members, channels, team, channel, user)
    both = await try_call(check, members.client.timings.answer)
    if isinstance(both, Failure):
        _log.info("channel.unchecked", channel=channel, reason=both.reason)
        return Membership.NOT_BOTH if both.reason == NOT_SEEN else Membership.UNKNOWN
    return Membership.BOTH if both else Membership.NOT_BOTH


async def is_active_member(
    client: SlackClient, team: str, user: str, enterprise: str | None
) -> bool:
    """Return whether *user* is an active full member of *team*, or of its *enterprise*.

    Guests, apps and deactivated people aren't. Raises UnavailableError if Slack doesn't answer in
    time.
    """
    answer = await try_call(client.users_info(user=user), client.timings.answer)
    if isinstance(answer, Failure):
        _log.info("member.unchecked", user=user, reason=answer.reason)
        if answer.final:
            return False
        raise UnavailableError("whether somebody is a member")
    payload = answer.get("user")
    if not isinstance(payload, dict) or has_left(payload):
        return False
    person = read_person(payload, team, enterprise)
    return person is not None and person.kind is PersonKind.MEMBER


async def _are_both_in(
    members: ChannelMembers, channels: Channels, team: str, channel: str, user: str
) -> bool:
    at = channels.read_clock(team, channel)
    info = as_dict((await members.client.conversations_info(channel=channel)).get("channel"))
    closed = info.get("is_im") or info.get("is_mpim") or info.get("is_archived")
    if not info or closed or info.get("is_member") is False:
        return False
    channels.note(team, channel, private=bool(info.get("is_private")), at=at)
    # read again: it may have turned private since the call
    return await channels.is_public(team, channel) or await members.search(team, channel, user)


class Invitations:
    """Caches whether the app is in a channel; it's assumed to be if Slack doesn't say."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client
        self._known: TLRUCache[tuple[str, str], bool] = TLRUCache(
            _MOST_KNOWN, lambda _where, invited, now: now + (_MEMORY if invited else _SOON)
        )
        self._lookup = Lookup(client)

    async def is_invited(self, team: str, channel: str = "") -> bool:
        """Return whether the app is in *channel* (not archived), or in any channel of *team*."""
        invited = self._known.get((team, channel))
        if invited is None:
            ask = self._ask_about(team, channel) if channel else self._ask_about_any(team)
            invited = self._known[team, channel] = await ask
        return invited

    async def _ask_about(self, team: str, channel: str) -> bool:
        call = partial(self._client.conversations_info, channel=channel)
        answer = await self._ask(team, channel, call)
        if isinstance(answer, Failure):
            return answer.reason != NOT_SEEN
        info = as_dict(answer.get("channel"))
        return info.get("is_member") is not False and info.get("is_archived") is not True

    async def _ask_about_any(self, team: str) -> bool:
        ask, kinds = self._client.users_conversations, "public_channel,private_channel"
        call = partial(ask, types=kinds, team_id=team, exclude_archived=True, limit=200)
        answer = await self._ask(team, "", call)
        channels = None if isinstance(answer, Failure) else answer.get("channels")
        if isinstance(answer, Failure) or not isinstance(channels, list):
            return True
        # a page may be empty without being the last
        return bool(richtext.list_dicts(channels)) or bool(read_cursor(answer))

    async def _ask(
        self, team: str, channel: str, call: Callable[[], Awaitable[Any]]
    ) -> Any | Failure:
        answer = await try_call(
            self._lookup.ask((team, channel), call), self._client.timings.lookup
        )
        if isinstance(answer, Failure):
            _log.info("channels.unknown", reason=answer.reason)
        return answer
