"""Writes the votes of messages that arrive together in one statement, and alone what is alone.

Each workspace has a queue and writers of its own, so that one that floods holds up nobody else.
Nothing waits for company: while statements of a workspace are under way, what arrives there is
collected, and its next statement takes it. An answer is given only after its COMMIT.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import psycopg

from app.store.database import Database, UnavailableError
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.cast import cast_all

WRITERS: Final = 2
"""Statements of one workspace under way at once."""
BATCH_SIZE: Final = 16
"""Messages in one statement."""


@dataclass(frozen=True, slots=True)
class _PendingBallot:
    ballot: Ballot
    allowance: int | None
    outcome: asyncio.Future[Outcome | None]

    @property
    def giver(self) -> str:
        return self.ballot.rules.identify(self.ballot.message.author)

    @property
    def kind(self) -> tuple[int | None, int]:
        """What all in one statement have in common."""
        return self.allowance, self.ballot.cooldown

    @property
    def is_limited(self) -> bool:
        return self.allowance is not None or self.ballot.cooldown > 0


@dataclass(slots=True)
class _Queue:
    """What waits to be stored in one workspace, and how many are writing there."""

    waiting: deque[_PendingBallot] = field(default_factory=deque)
    writers: int = 0

    def take_batch(self) -> list[_PendingBallot]:
        """Take what one statement may hold: see `cast_all`."""
        batch: list[_PendingBallot] = []
        givers: set[str] = set()
        while self.waiting and len(batch) < BATCH_SIZE:
            first = self.waiting[0]
            if batch and first.kind != batch[0].kind:
                break
            if first.is_limited and first.giver in givers:
                break
            self.waiting.popleft()
            if not first.outcome.done():  # else its caller has given up
                batch.append(first)
                if first.is_limited:
                    givers.add(first.giver)
        return batch


class VoteBatcher:
    """Casts votes into one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queues: dict[str, _Queue] = {}
        self._writers: set[asyncio.Task[None]] = set()

    async def cast(self, ballot: Ballot, allowance: int | None) -> Outcome | None:
        """Store *ballot* once; return None if its message was heard before.

        Raises StaleRulesError when it is to be judged anew, and UnavailableError when it was not
        known to be stored in time.
        """
        outcome: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        team = ballot.message.team
        queue = self._queues.setdefault(team, _Queue())
        queue.waiting.append(_PendingBallot(ballot, allowance, outcome))
        if queue.writers < WRITERS:
            queue.writers += 1
            writer = asyncio.create_task(self._write_batches(team, queue))
            self._writers.add(writer)
            writer.add_done_callback(self._writers.discard)
        try:
            return await asyncio.wait_for(outcome, self._database.limits.patience)
        except TimeoutError:
            raise UnavailableError("no answer in time") from None

    async def _write_batches(self, team: str, queue: _Queue) -> None:
        try:
            while batch := queue.take_batch():
                try:
                    await self._store(batch)
                except psycopg.Error:
                    # One of them cannot be stored; alone, the others can.
                    for one in batch:
                        await self._store_alone(one)
        finally:
            queue.writers -= 1
            if not (queue.writers or queue.waiting):
                self._queues.pop(team, None)

    async def _store(self, batch: list[_PendingBallot]) -> None:
        ballots, allowance = [one.ballot for one in batch], batch[0].allowance
        try:
            outcomes = await self._database.run(
                partial(cast_all, ballots=ballots, allowance=allowance)
            )
        except UnavailableError as error:
            _settle((one, error) for one in batch)
        else:
            _settle(zip(batch, outcomes, strict=True))

    async def _store_alone(self, one: _PendingBallot) -> None:
        try:
            await self._store([one])
        except psycopg.Error as error:
            _settle([(one, error)])


def _settle(results: Iterable[tuple[_PendingBallot, Outcome | Exception | None]]) -> None:
    for one, result in results:
        if one.outcome.done():
            continue
        if isinstance(result, Exception):
            one.outcome.set_exception(result)
        else:
            one.outcome.set_result(result)
