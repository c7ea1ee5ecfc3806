"""Posts the waiting replies of one workspace, independently of all others."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import structlog

from app.core.timings import Timings
from app.slack.background_tasks import wait_for_event
from app.slack.outbound.delivery import ReplyDelivery
from app.store.database import UnavailableError
from app.store.outbox import claims
from app.store.outbox.claims import NextReply, Settlement
from app.store.outbox.outbox import ClaimedReply

_log = structlog.get_logger()

_SOON: Final = 0.02
_EXTENDED_AFTER: Final = timedelta(seconds=claims.LEASE / 3)
_STEP: Final = 1.0
"""Seconds by which a clock may seem to be set back because a query took long."""


class DatabaseClock:
    """The database's time, which all processes share, extrapolated from the last reading.

    Elapsed time comes from a monotonic *clock*, since this machine's wall clock may jump. *trusted*
    are the workspaces in which no reply waits since before the database's clock was set back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.trusted: set[str] = set()
        self._now, self._read_at = datetime.now(UTC), self.read_seconds()

    def read_seconds(self) -> float:
        """Return the local monotonic time, to pass to `adjust` as *read_at*."""
        return self._clock()

    def adjust(self, now: datetime, read_at: float) -> None:
        """Set the database's time to *now*, as read at local time *read_at*."""
        if now < self._extrapolate(read_at) - timedelta(seconds=_STEP):
            self.trusted.clear()
        self._now, self._read_at = now, read_at

    def read(self) -> datetime:
        """Return the current time."""
        return self._extrapolate(self._clock())

    def _extrapolate(self, at: float) -> datetime:
        return self._now + timedelta(seconds=at - self._read_at)


class PostPace:
    """Spaces the starts of posts: on average *apart* seconds, by a monotonic *clock*."""

    def __init__(self, apart: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._apart = apart
        self._clock = clock
        self._next = float("-inf")

    def count_within(self, seconds: float, most: int) -> int:
        """Return how many posts may start within the next *seconds*, at most *most*."""
        left = seconds - self.get_wait()
        if left < 0 or most <= 0:
            return 0
        return min(most, int(left / self._apart) + 1) if self._apart else most

    def get_wait(self) -> float:
        """Return the seconds until the next post may start."""
        return max(self._next - self._clock(), 0.0)

    def note_start(self) -> None:
        """Record that a post has started."""
        self._next = self._clock() + self.get_wait() + self._apart


class WorkspaceSender:
    """Posts the replies of *team*, in at most *at_once* channels at a time."""

    def __init__(
        self, team: str, delivery: ReplyDelivery, clock: DatabaseClock, at_once: int
    ) -> None:
        self.woken = asyncio.Event()
        self._team = team
        self._delivery = delivery
        self._lease = delivery.lease
        self._database = delivery.database
        self._clock = clock
        self._at_once = at_once
        self._pace = PostPace(delivery.client.timings.posts_apart)
        self._posting: dict[asyncio.Task[list[Settlement]], Sequence[ClaimedReply]] = {}
        self._settlements: list[Settlement] = []
        self._extended_at = clock.read()
        self._stopping = False

    @property
    def _timings(self) -> Timings:
        return self._delivery.client.timings

    def stop(self) -> None:
        """Stop `run` once in-flight posts have finished."""
        self._stopping = True
        self.woken.set()

    async def run(self) -> None:
        """Post until no reply is waiting, or until stopped; in-flight posts are finished.

        Their outcomes are stored, unless the database is away when the last one ends.
        """
        try:
            await self._run_loop()
        finally:
            for task in self._posting:
                task.cancel()

    async def _run_loop(self) -> None:
        is_away = False
        while True:
            self.woken.clear()
            started = time.monotonic()
            try:
                pause = await self._poll()
                is_away = False
            except UnavailableError as error:
                if not is_away:
                    _log.warning("outbox.waits", reason=str(error))
                is_away, pause = True, self._pause_after_failure()
            except Exception:  # noqa: BLE001 (nothing else posts in this workspace)
                _log.exception("outbox.failed")
                pause = self._pause_after_failure()
            if pause is None:
                return
            await wait_for_event(self.woken, pause)
            await asyncio.sleep(started + self._timings.poll - time.monotonic())

    def _pause_after_failure(self) -> float | None:
        """Return the seconds until the next poll; None if stopped with no post in flight."""
        return None if self._stopping and not self._posting else self._timings.waiting_poll

    async def _poll(self) -> float | None:
        """Settle finished posts and start new ones; return the seconds until the next poll.

        None if no reply is waiting, or if stopped and all posts are settled.
        """
        next_reply, longest = await self._settle(), self._timings.waiting_poll
        if await self._limit_waits():
            next_reply = None
        if self._stopping:
            return longest if self._posting or self._settlements else None
        if not self._posting:
            self._lease.renew(time.monotonic())
        elif self._lease.has_expired():
            return longest  # another process may have claimed what is in flight
        now = self._clock.read()  # once: after a jump, claims are extended before others are made
        await self._extend_claims(now)
        free, claimed = self._at_once - len(self._posting), 0
        room = self._pace.count_within(self._timings.poll, free)
        if room and _may_be_due(next_reply):
            claimed, next_reply = await self._claim(room, now)
        if claimed == room < free and _may_be_due(next_reply):
            return self._pace.get_wait()
        if self._posting or next_reply is None:
            return longest
        if next_reply.waiting:
            return longest if next_reply.due is None else min(max(next_reply.due, _SOON), longest)
        # 0 if a reply was written since the last query
        return 0.0 if self.woken.is_set() else None

    async def _limit_waits(self) -> bool:
        """Shorten waits that began before the database's clock was set back; return if done now."""
        if self._team in self._clock.trusted:
            return False
        limit = partial(claims.limit_waits, team=self._team)
        self._clock.trusted.add(self._team)  # first: the clock may be set back during the query
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self._clock.trusted.discard, self._team)
            await self._database.run(lambda conn: limit(conn, now=self._clock.read()))
            on_failure.pop_all()
        return True

    async def _claim(self, room: int, now: datetime) -> tuple[int, NextReply]:
        """Start posting in up to *room* channels; return how many, and what is due next."""
        held = self._delivery.retries.list_held()
        claimed, next_reply = await self._database.run(claims.claim, self._team, room, now, held)
        by_channel = _group_by_channel(claimed)
        for batch in by_channel:
            self._begin(batch, now)
        return len(by_channel), next_reply

    def _begin(self, batch: Sequence[ClaimedReply], claimed_at: datetime) -> None:
        if not self._posting:
            self._extended_at = claimed_at
        self._pace.note_start()
        task = asyncio.create_task(self._delivery.deliver(batch))
        self._posting[task] = batch
        task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[list[Settlement]]) -> None:
        del self._posting[task]
        if not task.cancelled():
            now = self._clock.read()
            self._settlements += [replace(one, ended_at=now) for one in task.result()]
        self.woken.set()

    async def _settle(self) -> NextReply | None:
        """Settle finished posts; return what is due next, None if no post had finished."""
        settled = list(self._settlements)  # more may finish during the query
        if not settled:
            return None
        now, held = self._clock.read(), self._delivery.retries.list_held()
        next_reply = await self._database.run(claims.settle, self._team, settled, now, held)
        del self._settlements[: len(settled)]
        return next_reply

    async def _extend_claims(self, now: datetime) -> None:
        """Extend the claims of in-flight posts before they expire, or after the clock jumped."""
        if self._posting and abs(now - self._extended_at) > _EXTENDED_AFTER:
            in_flight = [reply for batch in self._posting.values() for reply in batch]
            since = time.monotonic()
            await self._database.run(claims.extend_claims, self._team, in_flight, now)
            self._lease.renew(since)
            self._extended_at = now


def _may_be_due(next_reply: NextReply | None) -> bool:
    """Return whether a reply may be due now; None means unknown, so it may."""
    if next_reply is None:
        return True
    return next_reply.waiting and next_reply.due is not None and next_reply.due <= 0


def _group_by_channel(claimed: Sequence[ClaimedReply]) -> list[list[ClaimedReply]]:
    grouped: dict[str, list[ClaimedReply]] = {}
    for reply in claimed:
        grouped.setdefault(reply.channel_id, []).append(reply)
    return list(grouped.values())
