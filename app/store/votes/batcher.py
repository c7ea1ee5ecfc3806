"""Stores votes of messages that arrive together in one statement, and a lone message at once.

Each workspace has its own queue and writers, so a flood in one doesn't delay the others. No message
waits for others to fill a batch: messages that arrive while statements of their workspace are in
flight are queued, and the next statement takes them. Callers get the outcome after the commit.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import psycopg

from app.store.database import Database, UnavailableError
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.cast import cast_all

WRITERS: Final = 2
"""Maximum statements in flight per workspace."""
BATCH_SIZE: Final = 16
"""Maximum messages per statement."""


@dataclass(frozen=True, slots=True)
class _PendingBallot:
    ballot: Ballot
    outcome: asyncio.Future[Outcome | None]

    @property
    def limits(self) -> tuple[int | None, int]:
        """Allowance and cooldown, which must be equal for all ballots of one statement."""
        return self.ballot.allowance, self.ballot.cooldown


@dataclass(slots=True)
class _Queue:
    """The pending ballots of one workspace, and the number of its writers."""

    waiting: deque[_PendingBallot] = field(default_factory=deque)
    writers: int = 0

    def take_batch(self) -> list[_PendingBallot]:
        """Remove and return the next ballots that one statement may store (see `cast_all`)."""
        batch: list[_PendingBallot] = []
        givers: set[str] = set()
        while self.waiting and len(batch) < BATCH_SIZE:
            pending = self.waiting[0]
            if batch and pending.limits != batch[0].limits:
                break
            if pending.ballot.is_limited and pending.ballot.giver in givers:
                break
            self.waiting.popleft()
            if not pending.outcome.done():  # else its caller has given up
                batch.append(pending)
                if pending.ballot.is_limited:
                    givers.add(pending.ballot.giver)
        return batch


class VoteBatcher:
    """Stores ballots in a database, batched by workspace."""

    def __init__(self, database: Database) -> None:
        self.stored = 0
        """Messages that statements have processed, repeated deliveries included."""
        self._database = database
        self._queues: dict[str, _Queue] = {}
        self._writers: set[asyncio.Task[None]] = set()

    async def cast(self, ballot: Ballot) -> Outcome | None:
        """Store *ballot* once; return None if its message was heard before.

        Raises StaleRulesError if it must be judged again, and UnavailableError if the outcome isn't
        known in time: it may be stored nevertheless.
        """
        team = ballot.message.team
        queue = self._queues.setdefault(team, _Queue())
        if not queue.writers:
            return await self._cast_alone(team, queue, ballot)
        outcome: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        queue.waiting.append(_PendingBallot(ballot, outcome))
        if queue.writers < WRITERS:
            queue.writers += 1
            self._start_writer(team, queue)
        try:
            async with asyncio.timeout(self._database.limits.patience):
                return await outcome
        except TimeoutError:
            raise UnavailableError("no answer in time") from None

    async def _cast_alone(self, team: str, queue: _Queue, ballot: Ballot) -> Outcome | None:
        """Store *ballot* in the caller's task, which saves waiting for a new task to be run."""
        queue.writers += 1
        try:
            result = (await self._run([ballot]))[0]
        finally:
            self._hand_on(team, queue)
        if isinstance(result, Exception):
            raise result
        return result

    def _hand_on(self, team: str, queue: _Queue) -> None:
        """Hand the writer's slot to a new task if ballots are pending, or else free it."""
        if queue.waiting:
            self._start_writer(team, queue)
        else:
            self._release(team, queue)

    def _start_writer(self, team: str, queue: _Queue) -> None:
        writer = asyncio.create_task(self._write_batches(team, queue))
        self._writers.add(writer)
        writer.add_done_callback(self._writers.discard)

    def _release(self, team: str, queue: _Queue) -> None:
        queue.writers -= 1
        if not (queue.writers or queue.waiting):
            self._queues.pop(team, None)

    async def _write_batches(self, team: str, queue: _Queue) -> None:
        try:
            while batch := queue.take_batch():
                try:
                    await self._store(batch)
                except psycopg.Error:
                    # One ballot can't be stored: try each alone, so that the others are.
                    for pending in batch:
                        await self._store_alone(pending)
        finally:
            self._release(team, queue)

    async def _store(self, batch: list[_PendingBallot]) -> None:
        try:
            outcomes = await self._run([one.ballot for one in batch])
        except UnavailableError as error:
            _set_results((one, error) for one in batch)
        else:
            _set_results(zip(batch, outcomes, strict=True))

    async def _run(self, ballots: list[Ballot]) -> Sequence[Outcome | Exception | None]:
        outcomes = await self._database.run(cast_all, ballots)
        self.stored += len(ballots)
        return outcomes

    async def _store_alone(self, pending: _PendingBallot) -> None:
        try:
            await self._store([pending])
        except psycopg.Error as error:
            _set_results([(pending, error)])


def _set_results(results: Iterable[tuple[_PendingBallot, Outcome | Exception | None]]) -> None:
    for pending, result in results:
        if pending.outcome.done():
            continue
        if isinstance(result, Exception):
            pending.outcome.set_exception(result)
        else:
            pending.outcome.set_result(result)
