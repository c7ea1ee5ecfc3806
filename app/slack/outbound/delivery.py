"""Delivers claimed replies: makes the Slack call for each and reports the outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import structlog
from slack_sdk.errors import SlackApiError

from app.core.replies import DIRECT, BoardReply, VotesReply
from app.slack.client import FAILURES, Failure, SlackClient, classify_failure, try_call
from app.slack.outbound import lost_posts
from app.slack.outbound.lease import ClaimExpiredError, Lease
from app.slack.outbound.reaction_ack import list_changes
from app.slack.outbound.reply_renderer import ReplyRenderer, build_arguments
from app.slack.outbound.retries import SEARCH, Retries
from app.slack.outbound.unasked_posts import UnknownRecipientError
from app.slack.views.blocks import Page
from app.store.database import Database, UnavailableError
from app.store.outbox.claims import Settlement
from app.store.outbox.outbox import POST, POST_ASIDE, REACT, UPDATE, ClaimedReply
from app.store.votes import joins

_log = structlog.get_logger()

_TOO_OLD: Final = 24 * 3600.0
"""Seconds after which nobody awaits a reply any more."""
_THREADS_ONLY: Final = "restricted_action_thread_only_channel"
"""Slack's error for a post outside of threads, such as one that answers several messages."""
_NO_THREADS: Final = "restricted_action_non_threadable_channel"
"""Slack's error for a post in a thread."""
_TOO_LONG: Final = "msg_blocks_too_long"
"""Slack's error for a post whose blocks have over some 12,000 characters; its text may have."""
_UNCHANGEABLE: Final = frozenset({"cant_update_message", "edit_window_closed"})
"""Slack's errors for posts that can't be changed, such as those of the app's former user."""
_MAY_NOT_POST: Final = (
    "restricted_action", "ekm_access_denied", "no_permission", "posting_to_general_channel_denied",
    "team_access_not_granted",
)  # fmt: skip
"""How Slack's errors begin for a channel in which the app hears votes but may not answer."""

_Work = Callable[[Sequence[ClaimedReply]], Awaitable[list[Settlement]]]


@dataclass(frozen=True, slots=True)
class ReplyDelivery:
    """Dependencies for posting one workspace's replies."""

    renderer: ReplyRenderer
    retries: Retries = field(default_factory=Retries)
    lease: Lease = field(default_factory=Lease)

    @property
    def client(self) -> SlackClient:
        """The client that posts."""
        return self.renderer.context.client

    @property
    def database(self) -> Database:
        """The database that holds the outbox."""
        return self.renderer.context.database

    async def deliver(self, batch: Sequence[ClaimedReply]) -> list[Settlement]:
        """Deliver *batch*, replies of one kind in one channel; return the outcome of each."""
        settled = await self._try(self._settle_known, batch)
        known = {one.reply.id for one in settled}
        left = [reply for reply in batch if reply.id not in known]
        # apart, so that a failure with these doesn't repeat the others
        return settled + (await self._try(self._deliver, left) if left else [])

    async def _try(self, work: _Work, batch: Sequence[ClaimedReply]) -> list[Settlement]:
        """Return the outcomes from *work*; if it fails, all of *batch* is tried again."""
        first = batch[0]
        try:
            with self.renderer.use_language(first.team_id):
                return await work(batch)
        except UnavailableError as error:
            _log.warning("reply.waits", channel=first.channel_id, reason=str(error))
            return [Settlement(reply, wait=self.client.timings.waiting_poll) for reply in batch]
        except ClaimExpiredError:
            return self._handle_failure(batch, Failure("claim expired"))
        except Exception:  # noqa: BLE001 (one broken reply must not block the rest)
            _log.exception("reply.failed", channel=first.channel_id)
            return self._handle_failure(batch, Failure("failed"))

    async def _settle_known(self, batch: Sequence[ClaimedReply]) -> list[Settlement]:
        """Return the outcomes of replies that mustn't be posted: too old, or posted already.

        Those that may be posted wait while Slack can't say.
        """
        dropped = _drop([reply for reply in batch if reply.age > _TOO_OLD], "too old")
        left = [reply for reply in batch if reply.age <= _TOO_OLD]
        if batch[0].method in (UPDATE, REACT) or not left:
            return dropped
        return dropped + await self._find_posted(left)

    async def _deliver(self, batch: Sequence[ClaimedReply]) -> list[Settlement]:
        if batch[0].method == UPDATE:
            return await self._update(batch)
        if batch[0].method == REACT:
            return await self._react(batch[0])
        if self.retries.tries_alone(batch):
            others = [Settlement(reply) for reply in batch[1:]]
            return await self._render_and_post(batch[:1]) + others
        return await self._render_and_post(batch)

    async def _render_and_post(
        self, batch: Sequence[ClaimedReply], *, in_thread: bool = False
    ) -> list[Settlement]:
        try:
            content, fitting = await self.renderer.render(batch)
        except UnknownRecipientError:
            return self._handle_failure(batch, Failure("recipient unknown"))
        if not content.text:
            _log.info("reply.skipped", kind=batch[0].kind, replies=len(batch))
            return [Settlement(reply, done=True, dropped="not wanted") for reply in batch]
        batch, later = batch[:fitting], batch[fitting:]
        waiting = [Settlement(reply) for reply in later]
        try:
            ts = await self._post(batch, content, _find_thread(batch, in_thread=in_thread))
        except FAILURES as error:
            failed = classify_failure(error)
            if failed.reason != _THREADS_ONLY or in_thread:
                return self._handle_failure(batch, failed) + waiting
            alone, others = _move_into_thread(batch)
            waiting += [Settlement(reply) for reply in others]
            return await self._render_and_post(alone, in_thread=True) + waiting
        return self._record_posted(batch, ts, self.client.timings.posts) + waiting

    async def _react(self, reply: ClaimedReply) -> list[Settlement]:
        """Bring the app's reactions in line with the current votes of *reply*."""
        accounts = self.renderer.list_joining_accounts(reply)
        found = await self.database.run(joins.read_marks, reply, accounts)
        settings = self.renderer.get_settings(reply)
        for change in (one for mark in found for one in list_changes(reply, mark, settings)):
            if wait := self.retries.get_wait(change.method):
                return [Settlement(reply, wait=wait)]
            self.lease.require()
            call = change.make(self.client, reply.channel_id)
            if failed := await try_call(call, self.client.timings.call):
                return self._handle_failure([reply], failed, change.method)
            self.retries.note_success(change.method)
        joined = joins.is_joined(reply) and found
        return self._record_posted([reply], found[-1].ts if joined else None)

    async def _update(self, batch: Sequence[ClaimedReply]) -> list[Settlement]:
        """Update the message that contains *batch*, or delete it if nothing is left to tell.

        If Slack no longer lets it change, *batch* is posted again, by itself.
        """
        first, client = batch[0], self.client
        channel, ts = first.channel_id, first.posted_ts or ""
        text = (await self.renderer.render_update(first)).text
        self.lease.require()
        update = (
            client.chat_update(channel=channel, ts=ts, text=text)
            if text
            else client.chat_delete(channel=channel, ts=ts)
        )
        updated = await try_call(update, client.timings.call)
        if isinstance(updated, Failure):
            if updated.reason in _UNCHANGEABLE:
                return await self.deliver([replace(reply, method=POST) for reply in batch])
            return self._handle_failure(batch, updated)
        return self._record_posted(batch, ts)

    async def _post(
        self, batch: Sequence[ClaimedReply], content: Page, thread: str | None
    ) -> str | None:
        """Post *content*; fall back to the channel or to simpler blocks if Slack refuses them."""
        while True:
            try:
                return await self._call(batch, content, thread)
            except SlackApiError as error:
                tables, reason = self.renderer.boards.tables, classify_failure(error).reason
                if reason == _NO_THREADS and thread:
                    thread = None
                elif reason == _TOO_LONG and content.blocks:
                    content = Page(content.text)
                elif tables.note_refusal(batch[0].team_id, content.kind, reason):
                    content, _ = await self.renderer.render(batch)
                else:
                    raise

    async def _call(
        self, batch: Sequence[ClaimedReply], content: Page, thread: str | None
    ) -> str | None:
        first = batch[0]
        arguments = build_arguments(first, content, [reply.id for reply in batch])
        self.lease.require()
        async with asyncio.timeout(self.client.timings.call):
            if first.only_for:
                # nobody would see an ephemeral message in a thread that has no replies yet
                in_thread = thread if thread != first.message_ts else None
                await self.client.chat_postEphemeral(**arguments, thread_ts=in_thread)
                return None
            answer = await self.client.chat_postMessage(**arguments, thread_ts=thread)
        ts = answer.get("ts")
        return ts if isinstance(ts, str) else None

    async def _find_posted(self, batch: Sequence[ClaimedReply]) -> list[Settlement]:
        """Return settlements for replies that are posted, or may be and can't be looked up.

        An app can't look up what only one person sees, so a private reply that a dead process may
        have posted is dropped.
        """
        if _is_private(batch[0]):
            return _drop([reply for reply in batch if reply.orphaned], "may have been said")
        unsure = [reply for reply in batch if reply.unsure]
        if not unsure:
            return []
        if wait := self.retries.get_wait(SEARCH):
            return [Settlement(reply, wait=wait, unsure=True) for reply in unsure]
        try:
            bot_user = self.renderer.context.identity.bot_user
            found = await lost_posts.find_posted(self.client, unsure, bot_user)
        except FAILURES as error:
            settled = self._handle_failure(unsure, classify_failure(error), SEARCH)
            return [replace(one, unsure=True) for one in settled]
        self.retries.note_success(SEARCH)
        return [
            # what was posted may be an earlier version, so a later one updates it
            replace(one, done=not reply.version)
            for reply in unsure
            if reply.id in found
            for one in self._record_posted([reply], found[reply.id], self.client.timings.posts)
        ]

    def _handle_failure(
        self, batch: Sequence[ClaimedReply], failed: Failure, method: str = ""
    ) -> list[Settlement]:
        if failed.final:
            if failed.reason.startswith(_MAY_NOT_POST):
                self._note_post(batch[0], failed.reason)
            return _drop(batch, failed.reason)
        method, pauses = method or batch[0].method, self.client.timings.retries
        wait, pause = self.retries.note_failure(batch, failed, method, pauses)
        return [Settlement(one, wait=wait, pause=pause, unsure=failed.unsure) for one in batch]

    def _record_posted(
        self, batch: Sequence[ClaimedReply], ts: str | None, pause: float = 0.0
    ) -> list[Settlement]:
        first = batch[0]
        self._note_post(first)
        self.retries.note_success(first.method)
        _log.info("reply.posted", channel=first.channel_id, kind=first.kind, replies=len(batch))
        return [Settlement(reply, done=True, posted=ts, pause=pause) for reply in batch]

    def _note_post(self, reply: ClaimedReply, refusal: str = "") -> None:
        if reply.method == POST and not _is_private(reply):
            self.renderer.context.channels.note_post(reply.team_id, reply.channel_id, refusal)


def _find_thread(batch: Sequence[ClaimedReply], *, in_thread: bool) -> str | None:
    """Return the thread to post *batch* in; None for the channel, as for several threads."""
    if in_thread:
        return batch[0].own_thread
    return batch[0].thread_ts if len({reply.thread_ts for reply in batch}) == 1 else None


def _move_into_thread(
    batch: Sequence[ClaimedReply],
) -> tuple[Sequence[ClaimedReply], Sequence[ClaimedReply]]:
    """Return the replies to post in the thread of the first one's message, and the others.

    Without a message, only the person who caused the reply is told: who gave points by
    `/karma give`, or wanted to show a board.
    """
    first, *others = batch
    if first.own_thread is None:
        return [replace(first, only_for=_find_cause(first))], others
    thread = first.own_thread
    alone = [reply for reply in batch if reply.own_thread == thread]
    return alone, [reply for reply in others if reply.own_thread != thread]


def _find_cause(reply: ClaimedReply) -> str:
    """Return who caused *reply* without a message; empty for replies that nobody did."""
    match reply.content:
        case VotesReply(votes):
            return votes[0].by or ""
        case BoardReply(reader=reader):
            return reader
    return ""


def _is_private(reply: ClaimedReply) -> bool:
    return reply.method == POST_ASIDE or (reply.method == POST and reply.kind in DIRECT)


def _drop(batch: Sequence[ClaimedReply], reason: str) -> list[Settlement]:
    if batch:
        channel = batch[0].channel_id
        _log.warning("reply.dropped", channel=channel, reason=reason, replies=len(batch))
    return [Settlement(reply, done=True, dropped=reason) for reply in batch]
