"""Whether the app and a person are both in a channel: only there can points be given."""

import asyncio
from enum import StrEnum
from typing import Any, Final

import structlog

from app.core.person import PersonKind
from app.slack.client import SlackClient
from app.slack.outbound.failures import FAILURES, classify_failure
from app.slack.payloads.user_payload import has_left, read_person
from app.store.database import UnavailableError

_log = structlog.get_logger()

_PAGE: Final = 1000
_MOST_PAGES: Final = 5


class Membership(StrEnum):
    """Whether both are there."""

    BOTH = "both"
    NOT_BOTH = "not_both"
    UNKNOWN = "unknown"
    """Slack did not say."""


async def check_membership(client: SlackClient, channel: str, user: str) -> Membership:
    """Tell whether the app is in *channel*, no direct message, and *user* may be.

    Whoever is in the workspace may be in a public channel; of a private one Slack is asked.
    """
    try:
        async with asyncio.timeout(client.timings.answer):
            there = await _are_both_in(client, channel, user)
    except FAILURES as error:
        failed = classify_failure(error)
        _log.info("channel.unchecked", channel=channel, reason=failed.reason)
        return Membership.NOT_BOTH if failed.permanent else Membership.UNKNOWN
    return Membership.BOTH if there else Membership.NOT_BOTH


async def is_active_member(client: SlackClient, team: str, user: str) -> bool:
    """Tell whether *user* is a full member of *team* now: no guest, no app, nobody who has left.

    Raises UnavailableError when Slack does not say so in time.
    """
    try:
        async with asyncio.timeout(client.timings.answer):
            payload = (await client.users_info(user=user)).get("user")
    except FAILURES as error:
        failed = classify_failure(error)
        _log.info("member.unchecked", user=user, reason=failed.reason)
        if failed.permanent:
            return False
        raise UnavailableError("whether somebody is a member") from error
    if not isinstance(payload, dict) or has_left(payload):
        return False
    person = read_person(payload, team)
    return person is not None and person.kind is PersonKind.MEMBER


async def _are_both_in(client: SlackClient, channel: str, user: str) -> bool:
    answer = await client.conversations_info(channel=channel)
    info = answer.get("channel")
    if not isinstance(info, dict) or info.get("is_im") or info.get("is_mpim"):
        return False
    if info.get("is_member") is not True or info.get("is_archived"):
        return False
    return not info.get("is_private") or await _is_member(client, channel, user)


async def _is_member(client: SlackClient, channel: str, user: str) -> bool:
    page: dict[str, Any] = {"channel": channel, "limit": _PAGE}
    for _ in range(_MOST_PAGES):
        answer = await client.conversations_members(**page)
        if user in (answer.get("members") or ()):
            return True
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
        page["cursor"] = cursor
    return False
