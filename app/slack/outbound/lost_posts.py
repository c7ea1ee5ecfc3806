"""Looks for replies that an earlier attempt may have posted, by the ids in each post's metadata."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

import structlog

from app.core.grammar import richtext
from app.core.message import TIMESTAMP
from app.slack.client import FAILURES, SlackClient, classify_failure
from app.store.outbox.outbox import ClaimedReply

_log = structlog.get_logger()

POSTED: Final = "pptbot_replies"
"""The event type of the metadata that lists a post's replies."""

_MOST: Final = 999
"""Messages to search, which is Slack's limit."""
_CLOCKS_APART: Final = 300.0
"""Seconds by which the clocks of Slack, the database and this process may differ."""


def build_metadata(ids: Sequence[int]) -> dict[str, Any]:
    """Return metadata by which a later process recognizes a post whose response was lost.

    The ids are one string because Slack doesn't accept lists of numbers there.
    """
    return {"event_type": POSTED, "event_payload": {"ids": ",".join(map(str, ids))}}


async def find_posted(
    client: SlackClient, batch: Sequence[ClaimedReply], author: str | None
) -> dict[int, str]:
    """Return the ts of the message for each reply that an earlier attempt posted, by reply id.

    *author* is the app's user, None if not known yet. A final failure counts as nothing found.
    Raises one of FAILURES on any other.
    """
    span: dict[str, Any] = {
        "channel": batch[0].channel_id,
        "include_all_metadata": True,
        # Slack pages a thread from its start and a channel from its end; a bound keeps both
        # complete
        "oldest": min(map(_find_oldest, batch), key=float),
        "limit": _MOST,
    }
    threads = {reply.own_thread for reply in batch if reply.own_thread}
    reads = [partial(client.conversations_replies, **span, ts=ts) for ts in threads]
    reads.append(partial(client.conversations_history, **span))
    found: dict[str, str] = {}
    for read in reads:
        found |= await _find_in(read, author, client.timings.call)
    return {reply.id: found[str(reply.id)] for reply in batch if str(reply.id) in found}


def _find_oldest(reply: ClaimedReply) -> str:
    """Return a time before *reply* can have been posted; some replies don't answer a message."""
    if TIMESTAMP.fullmatch(reply.message_ts):
        return reply.message_ts
    return f"{time.time() - reply.age - _CLOCKS_APART:.6f}"


async def _find_in(
    read: Callable[[], Awaitable[Any]], author: str | None, patience: float
) -> dict[str, str]:
    try:
        async with asyncio.timeout(patience):
            answer = await read()
    except FAILURES as error:
        failed = classify_failure(error)
        if not failed.final:
            raise
        _log.info("reply.not_found", reason=failed.reason)
        return {}
    messages = richtext.list_dicts(answer.get("messages"))
    # another installation, with a database of its own, uses the same ids
    own = [message for message in messages if author in (None, message.get("user"))]
    return {i: str(message.get("ts")) for message in own for i in _read_reply_ids(message)}


def _read_reply_ids(message: dict[str, Any]) -> list[str]:
    """Return the ids in the metadata of *message*, which may be another app's and hold anything."""
    match message.get("metadata"):
        case {"event_type": kind, "event_payload": {"ids": str(ids)}} if kind == POSTED:
            return ids.split(",")
        case _:
            return []
