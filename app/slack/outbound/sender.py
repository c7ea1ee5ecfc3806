"""Posts what waits in the outbox: per channel at most one post a second, each reply once."""

import asyncio
import contextlib
import random
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from app.core.audience import Way
from app.slack.outbound import posted
from app.slack.outbound.failures import FAILURES, Failure, classify_failure
from app.slack.outbound.posts import ReplyRenderer, build_arguments
from app.slack.outbound.reaction_ack import set_ack_reaction
from app.slack.views.leaderboard import Page
from app.store.database import Database, UnavailableError
from app.store.outbox import outbox
from app.store.outbox.outbox import ClaimedReply
from app.words.catalogue import set_language

_log = structlog.get_logger()

PACE: Final = 1.0
"""Seconds between two posts in a channel, as Slack asks of chat.postMessage."""
_AT_ONCE: Final = 8
_POLL: Final = 1.0
_CALL: Final = 10.0
_LONGEST_WAIT: Final = 60.0
_TOO_OLD: Final = 24 * 3600.0


class Sender:
    """Takes replies from the outbox to Slack, beside as many other senders as there are."""

    def __init__(
        self,
        database: Database,
        client: AsyncWebClient,
        renderer: ReplyRenderer,
        pace: float = PACE,
    ) -> None:
        self._database = database
        self._client = client
        self._renderer = renderer
        # A hair more, for what the network may take from the distance between two posts.
        self._pace = pace * 1.05
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._posting: dict[asyncio.Task[None], Sequence[ClaimedReply]] = {}
        self._stopping = False

    def wake(self, team: str = "") -> None:  # noqa: ARG002
        """Look into the outbox now."""
        self._idle.clear()
        self._woken.set()

    async def wait_idle(self) -> None:
        """Wait until nothing is left to be said."""
        await self._idle.wait()

    async def run(self) -> None:
        """Post until stopped; what is being posted then is finished."""
        away = False
        async with asyncio.TaskGroup() as tasks:
            beat = tasks.create_task(self._keep_claims())
            while not self._stopping:
                self._woken.clear()
                looked = time.monotonic()
                try:
                    await self._post_due(tasks)
                    pause = await self._choose_pause()
                    away = False
                except UnavailableError:
                    if not away:
                        _log.warning("outbox.waits", reason="database away")
                    away, pause = True, _POLL
                except Exception:  # noqa: BLE001 (this loop is all that speaks)
                    _log.exception("outbox.failed")
                    pause = _POLL
                # Under load each vote wakes us: looking takes at most a sixth of the time.
                await asyncio.sleep(min(5 * (time.monotonic() - looked), _POLL))
                await _wait_until(self._woken, pause)
            beat.cancel()

    def stop(self) -> None:
        """Let `run` end after what is being posted."""
        self._stopping = True
        self.wake()

    async def _post_due(self, tasks: asyncio.TaskGroup) -> None:
        room = _AT_ONCE - len(self._posting)
        claimed = await self._database.run(lambda c: outbox.claim(c, room)) if room else []
        for together in _group_by_channel(claimed):
            task = tasks.create_task(self._deliver(together))
            self._posting[task] = together
            task.add_done_callback(self._finish_posting)

    def _finish_posting(self, task: asyncio.Task[None]) -> None:
        self._posting.pop(task, None)
        self.wake()

    async def _choose_pause(self) -> float:
        due = await self._database.run(outbox.read_next_due)
        if due is None and not self._posting and not self._woken.is_set():
            self._idle.set()
        return _POLL if due is None or self._posting else min(max(due, 0.01), _POLL)

    async def _keep_claims(self) -> None:
        while True:
            await asyncio.sleep(outbox.LEASE / 3)
            held = [reply for together in self._posting.values() for reply in together]
            if held:
                with contextlib.suppress(UnavailableError):
                    await self._database.run(partial(outbox.extend_claims, replies=held))

    async def _deliver(self, together: Sequence[ClaimedReply]) -> None:
        set_language(self._renderer.read_language(together[0].team_id))
        try:
            await self._settle(together)
        except UnavailableError:
            # The claim runs out, and whoever takes it up looks first whether it was posted.
            _log.warning("reply.waits", channel=together[0].channel_id, reason="database away")
        except Exception:  # noqa: BLE001 (one reply that cannot be said must not silence the rest)
            _log.exception("reply.failed", channel=together[0].channel_id)
            with contextlib.suppress(UnavailableError):
                await self._handle_failure(together, Failure("failed"))

    async def _settle(self, together: Sequence[ClaimedReply]) -> None:
        if together[0].way == Way.REACTION:
            await self._mark(together[0])
            return
        for reply in together:
            if reply.posted_ts:
                await self._update(reply, reply.posted_ts)
        together = await self._find_unposted([r for r in together if not r.posted_ts])
        if together and together[0].age > _TOO_OLD:
            await self._drop(together, "too old")
        elif together:
            await self._say(together)

    async def _say(self, together: Sequence[ClaimedReply]) -> None:
        try:
            content, fitting = await self._renderer.render(together)
        except TimeoutError as error:  # what has to be known first is asked for again
            await self._handle_failure(together, classify_failure(error))
            return
        if not content.text:
            await self._skip(together)
            return
        together, later = together[:fitting], together[fitting:]
        if later:
            await self._database.run(lambda c: outbox.postpone(c, later, 0.0))
        try:
            ts = await self._post(together, content)
        except FAILURES as error:
            await self._handle_failure(together, classify_failure(error))
        else:
            await self._record_posted(together, ts)

    async def _mark(self, reply: ClaimedReply) -> None:
        """React to the message of *reply*, or take the reaction back, as its votes are now."""
        if reply.age > _TOO_OLD:
            await self._drop([reply], "too old")
            return
        stands = await self._database.run(lambda c: outbox.has_standing_votes(c, reply))
        try:
            async with asyncio.timeout(_CALL):
                await set_ack_reaction(self._client, reply, stands=stands)
        except FAILURES as error:
            await self._handle_failure([reply], classify_failure(error))
        else:
            await self._record_posted([reply], None)

    async def _update(self, reply: ClaimedReply, ts: str) -> None:
        """Let the message in which *reply* stands follow an edit or a deletion."""
        content = await self._renderer.render_update(reply)
        try:
            async with asyncio.timeout(_CALL):
                await self._client.chat_update(channel=reply.channel_id, ts=ts, text=content.text)
        except FAILURES as error:
            await self._handle_failure([reply], classify_failure(error))
        else:
            await self._record_posted([reply], ts)

    async def _record_posted(self, together: Sequence[ClaimedReply], ts: str | None) -> None:
        first = together[0]
        await self._database.run(lambda c: outbox.mark_posted(c, together, ts, self._pace))
        _log.info("reply.posted", channel=first.channel_id, kind=first.kind, replies=len(together))

    async def _post(self, together: Sequence[ClaimedReply], content: Page) -> str | None:
        """Post *content*, in simpler blocks where Slack refuses those."""
        while True:
            try:
                return await self._call(together, content)
            except SlackApiError as error:
                if not self._renderer.note_refusal(content, classify_failure(error)):
                    raise
            content, _ = await self._renderer.render(together)

    async def _call(self, together: Sequence[ClaimedReply], content: Page) -> str | None:
        first = together[0]
        threads = {reply.thread_ts for reply in together}
        # Replies to several threads, put together, are for the channel.
        thread = first.thread_ts if len(threads) == 1 else None
        given = build_arguments(first, content, [reply.id for reply in together])
        async with asyncio.timeout(_CALL):
            if first.only_for:
                # A hint in a thread that nobody has opened would not be seen.
                in_thread = thread if thread != first.message_ts else None
                answer = await self._client.chat_postEphemeral(**given, thread_ts=in_thread)
                return None
            answer = await self._client.chat_postMessage(**given, thread_ts=thread)
        ts = answer.get("ts")
        return ts if isinstance(ts, str) else None

    async def _find_unposted(self, together: Sequence[ClaimedReply]) -> Sequence[ClaimedReply]:
        """Return what of *together* is still to be posted, after looking where it is not sure."""
        if not posted.may_be_posted(together):
            return together
        found = await posted.find_posted(self._client, together)
        for reply in together:
            if reply.id in found:
                await self._record_posted([reply], found[reply.id])
        return [reply for reply in together if reply.id not in found]

    async def _handle_failure(self, together: Sequence[ClaimedReply], failed: Failure) -> None:
        first = together[0]
        if failed.permanent:
            await self._drop(together, failed.reason)
            return
        wait = failed.wait if failed.wait is not None else _choose_backoff(first.attempts)
        _log.info(
            "reply.again", channel=first.channel_id, reason=failed.reason, wait=round(wait, 1)
        )
        if failed.wait is not None:
            await self._database.run(lambda c: outbox.pause_workspace(c, first.team_id, wait))
        await self._database.run(lambda c: outbox.postpone(c, together, wait, unsure=failed.unsure))

    async def _skip(self, together: Sequence[ClaimedReply]) -> None:
        """Say nothing of what there is nothing to say of any more."""
        first = together[0]
        _log.info("reply.skipped", kind=first.kind, replies=len(together))
        await self._database.run(
            lambda c: outbox.mark_dropped(c, together, "not wanted", self._pace)
        )

    async def _drop(self, together: Sequence[ClaimedReply], reason: str) -> None:
        first = together[0]
        _log.warning(
            "reply.dropped", channel=first.channel_id, reason=reason, replies=len(together)
        )
        await self._database.run(lambda c: outbox.mark_dropped(c, together, reason, self._pace))


def _group_by_channel(claimed: Sequence[ClaimedReply]) -> list[list[ClaimedReply]]:
    grouped: dict[tuple[str, str], list[ClaimedReply]] = {}
    for reply in claimed:
        grouped.setdefault((reply.team_id, reply.channel_id), []).append(reply)
    return list(grouped.values())


def _choose_backoff(attempts: int) -> float:
    return min(2.0 ** min(attempts - 1, 10), _LONGEST_WAIT) * random.uniform(0.8, 1.2)


async def _wait_until(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
