"""Reads channel history page by page, within Slack's rate limits and with retries."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

import structlog

from app.core.grammar import richtext
from app.slack.background_tasks import wait_for_event
from app.slack.client import Failure, SlackClient, read_pages, try_call
from app.slack.directory.identity import Identity
from app.slack.payloads.identifiers import parse_slack_id

_log = structlog.get_logger()

RawMessage = dict[str, Any]
"""A message as Slack's history returns it."""

PAGE: Final = 999
"""Messages per page, Slack's limit: a channel with 10,000 messages takes eleven calls."""
CALLS_PER_MINUTE: Final = 45
"""Calls in any minute. Slack allows 50 per method (tier 3), and the search for posted replies needs
some of them."""
TRIES: Final = 8
_LONGEST_WAIT: Final = 60.0
# A cursor that expired while we waited; reading the same span again gets a new one.
_TEMPORARY: Final = ("invalid_cursor",)


class HistoryError(Exception):
    """A call to Slack failed; *permanent* if retrying is pointless."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class StoppedError(Exception):
    """The work was stopped; nothing is lost."""


class Pause:
    """A sleep that can be stopped, after which current and later waits raise StoppedError."""

    def __init__(self) -> None:
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """End all current and later waits."""
        self._stopped.set()

    async def wait(self, seconds: float = 0.0) -> None:
        """Wait for *seconds*; raise StoppedError if stopped."""
        if seconds > 0:
            await wait_for_event(self._stopped, seconds)
        if self._stopped.is_set():
            raise StoppedError


class ChannelHistory:
    """Reads the app's channels and their messages, within Slack's rate limits."""

    def __init__(
        self,
        client: SlackClient,
        identity: Identity,
        pause: Pause | None = None,
        *,
        calls_per_minute: int = CALLS_PER_MINUTE,
        page: int = PAGE,
        on_wait: Callable[[str, float], None] = lambda _reason, _seconds: None,
    ) -> None:
        self._client = client
        self.identity = identity
        self.pause = pause or Pause()
        self._page = page
        self._on_wait = on_wait
        self._called_at: deque[float] = deque(maxlen=calls_per_minute)

    async def identify(self) -> Sequence[str]:
        """Learn the app's identity; return its workspaces, several in an organization."""
        self.identity.update(await self._call_slack(self._client.auth_test))
        own = parse_slack_id(self.identity.team)
        teams = [own] if own else await self._list_teams()
        if not teams:
            raise HistoryError("no team", permanent=True)
        return teams

    async def list_channels(self, team: str) -> Sequence[str]:
        """Return the channels of *team* that the app is in."""
        kinds = "public_channel,private_channel"
        ask = partial(
            self._client.users_conversations, types=kinds, team_id=team, exclude_archived=True
        )
        return await self._list_ids(ask, "channels")

    async def _list_teams(self) -> Sequence[str]:
        is_org_wide = self.identity.enterprise is not None
        return await self._list_ids(self._client.auth_teams_list, "teams") if is_org_wide else ()

    async def _list_ids(self, ask: Callable[..., Awaitable[Any]], key: str) -> Sequence[str]:
        pages = [page async for page in self._read_pages(ask, key)]
        return [
            slack_id
            for page in pages
            for item in page
            if (slack_id := parse_slack_id(item.get("id")))
        ]

    def read_messages(
        self, channel: str, oldest: float, latest: float
    ) -> AsyncIterator[list[RawMessage]]:
        """Yield pages of *channel* from *oldest* to *latest*, newest first, without replies."""
        span: dict[str, Any] = {
            "oldest": f"{oldest:.6f}",
            "latest": f"{latest:.6f}",
            "inclusive": True,
        }
        ask = partial(self._client.conversations_history, channel=channel, **span)
        return self._read_pages(ask, "messages")

    def read_replies(
        self, channel: str, thread: str, oldest: float
    ) -> AsyncIterator[list[RawMessage]]:
        """Yield pages of *thread* from *oldest* on, including the message that began it."""
        span: dict[str, Any] = {"oldest": f"{oldest:.6f}", "inclusive": True}
        ask = partial(self._client.conversations_replies, channel=channel, ts=thread, **span)
        return self._read_pages(ask, "messages")

    async def _read_pages(
        self, ask: Callable[..., Awaitable[Any]], key: str
    ) -> AsyncIterator[list[RawMessage]]:
        def call(cursor: str | None) -> Awaitable[Any]:
            return self._call_slack(partial(ask, limit=self._page, cursor=cursor))

        async for answer in read_pages(call):
            yield richtext.list_dicts(answer.get(key))

    async def _call_slack(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Return Slack's response; raise HistoryError once retries have run out or can't help."""
        tries = 0
        while True:
            await self._wait_for_room()
            answer = await try_call(call(), self._client.timings.call)
            if not isinstance(answer, Failure):
                return answer
            tries += 1
            if answer.permanent or tries == TRIES:
                permanent = answer.permanent and answer.reason not in _TEMPORARY
                raise HistoryError(answer.reason, permanent=permanent)
            wait = answer.wait if answer.wait is not None else min(2.0**tries / 2, _LONGEST_WAIT)
            _log.info("catchup.waits", reason=answer.reason, wait=round(wait, 1))
            self._on_wait(answer.reason, wait)
            await self.pause.wait(wait)

    async def _wait_for_room(self) -> None:
        """Wait until the rate limit allows another call."""
        at = now = time.monotonic()
        if len(self._called_at) == self._called_at.maxlen:
            at = max(now, self._called_at[0] + 60.0)
        self._called_at.append(at)
        await self.pause.wait(at - now)
