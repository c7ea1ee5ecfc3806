"""Finds a channel's missed messages in its history, and processes them like any other."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from app.core.commands import mention
from app.core.message import FIRST, Message
from app.core.settings.definitions import Settings
from app.slack.catchup.channel_history import ChannelHistory, HistoryError, Pause, RawMessage
from app.slack.payloads import events
from app.slack.payloads.identifiers import parse_timestamp
from app.store.database import UnavailableError
from app.store.votes.ballot import Outcome
from app.usecases.vote_context import VoteContext
from app.usecases.votes import hear
from app.words.catalog import WORDS

_log = structlog.get_logger()

_AT_ONCE: Final = 4
_TRIES: Final = 5
"""How often a message is tried, with pauses of 1, 2, 4 and 8 seconds."""
_SHORTEST: Final = 0.01
"""Seconds of the shortest span; what it holds is read whole."""
_NO_THREAD: Final = "thread_not_found"
"""Slack's error for a thread that has been deleted since."""


@dataclass(frozen=True, slots=True)
class UnreadChannel:
    """A channel to read; everything new since *since* (Unix seconds) is unread."""

    team: str
    channel: str
    since: float
    bot: str | None
    """The app's own user."""
    enterprise: str | None
    """The organization that the workspace belongs to, if any."""


class DenseError(Exception):
    """Too many messages to hold at once; a *span* of that many seconds should have fewer."""

    def __init__(self, span: float) -> None:
        super().__init__(span)
        self.span = span


async def read_missed(
    history: ChannelHistory, missed: UnreadChannel, span: tuple[float, float], many: int
) -> list[Message]:
    """Return the messages missed in *span* (Unix seconds), and in threads begun there.

    Raises DenseError if *span* has more than *many* messages and can be shortened.
    """
    messages: dict[str, Message] = {}
    threads: list[str] = []
    count = 0
    async for page in history.read_messages(missed.channel, *span):
        count += len(page)
        reach = span[1] - _parse_time(page[-1].get("ts")) if page else 0.0
        if count > many and reach < span[1] - span[0] and reach > _SHORTEST:
            raise DenseError(reach * 0.8)
        messages |= _select_missed(page, missed)
        threads += _find_threads(page, missed)
    for thread in threads:
        try:
            async for page in history.read_replies(missed.channel, thread, missed.since):
                messages |= _select_missed(page, missed)
        except HistoryError as error:
            if str(error) != _NO_THREAD:
                raise
    return sorted(messages.values(), key=lambda message: message.ts)


def asks_app(message: Message, bot: str | None, settings: Settings) -> bool:
    """Return whether *message* is a request to the app, whose answer nobody awaits anymore."""
    if bot is None or message.revision != FIRST:
        return False
    return mention.read_request(message.lines, bot, settings, WORDS) is not None


async def hear_all(messages: Sequence[Message], context: VoteContext, pause: Pause) -> Outcome:
    """Process *messages* in order, a few at a time; return their combined outcome.

    Raises UnavailableError if some can't be stored after several tries, StoppedError if stopped.
    """
    total = Outcome()
    for batch in _split_batches(messages):
        total = sum(await _hear_batch(batch, context, pause), total)
    return total


def _split_batches(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """Yield *messages* in small batches; each comes in a later batch than those it depends on."""
    batch: list[Message] = []
    for message in messages:
        if len(batch) == _AT_ONCE or any(_affects(other, message) for other in batch):
            yield batch
            batch = []
        batch.append(message)
    if batch:
        yield batch


def _affects(first: Message, later: Message) -> bool:
    """Return whether *later* depends on *first*: it may join its votes or share its limits."""
    return first.ts == later.thread_ts or first.author == later.author


async def _hear_batch(
    messages: Sequence[Message], context: VoteContext, pause: Pause
) -> list[Outcome]:
    """Process *messages* concurrently; retry those that can't be stored yet."""
    outcomes: list[Outcome] = []
    for tries in range(_TRIES):
        await pause.wait(2.0**tries / 2 if tries else 0)
        calls = (hear(message, context) for message in messages)
        results = list(
            zip(messages, await asyncio.gather(*calls, return_exceptions=True), strict=True)
        )
        outcomes += [result for _, result in results if isinstance(result, Outcome)]
        for message, result in results:  # the others are processed regardless
            if isinstance(result, Exception) and not isinstance(result, UnavailableError):
                where = message.channel
                _log.error("catchup.failed", channel=where, ts=message.ts, exc_info=result)
        messages = [message for message, result in results if isinstance(result, UnavailableError)]
        if not messages:
            return outcomes
    raise UnavailableError("could not be stored")


def _select_missed(page: Sequence[RawMessage], missed: UnreadChannel) -> dict[str, Message]:
    """Return the messages of *page* written or edited since then, and all deletions, by ts."""
    read = (
        events.read_historic_message(missed.team, missed.enterprise, missed.channel, raw)
        for raw in page
        if max(_parse_time(raw.get("ts")), _parse_time(events.read_edit_time(raw))) >= missed.since
        or raw.get("subtype") == "tombstone"
    )
    return {message.ts: message for message in read if message is not None}


def _find_threads(page: Sequence[RawMessage], missed: UnreadChannel) -> list[str]:
    """Return threads begun on *page* with replies since then, unless all replies are our own."""
    return [
        ts
        for raw in page
        if raw.get("reply_count") and (ts := parse_timestamp(raw.get("ts")))
        if _parse_time(raw.get("latest_reply")) >= missed.since
        if raw.get("reply_users") != [missed.bot]
    ]


def _parse_time(ts: object) -> float:
    return float(parse_timestamp(ts) or 0)
