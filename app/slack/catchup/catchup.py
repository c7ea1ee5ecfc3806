"""Catching up: what was written while nobody listened is read, and heard as if just delivered."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from app.core.message import Message
from app.slack.catchup.channel_history import History, HistoryError, Pause, StoppedError
from app.slack.catchup.missed import DenseError, Missed, asks, found, heard
from app.store.database import UnavailableError
from app.store.workspace import heard_channels
from app.usecases.votes import Ears

_log = structlog.get_logger()

AGAIN: Final = 60.0
"""Seconds after which a catch-up that could not be done, or was another's, is tried again."""
_OLD: Final = 3600.0
_REACH: Final = 86_400.0
_MANY: Final = 12_000


@dataclass(frozen=True, slots=True)
class Manner:
    """How is caught up; times are in seconds."""

    quiet: bool = False
    """Whether nothing is told, however new it is."""
    old: float = _OLD
    """The age from which a message is counted without a word."""
    reach: float = _REACH
    """How long before what was missed a thread with missed replies may have begun."""
    many: int = _MANY
    """The messages of a channel that are held at once, about."""


@dataclass(slots=True)
class Progress:
    """How far a channel was read; *done* grows from 0 to 1."""

    channel: str
    done: float = 0.0
    messages: int = 0
    votes: int = 0
    skipped: str = ""


@dataclass(slots=True)
class Summary:
    """What a catch-up came to, by channel."""

    read: list[Progress] = field(default_factory=list)
    """The channels in the order in which they were read, skipped ones too."""

    @property
    def messages(self) -> int:
        """The messages heard."""
        return sum(channel.messages for channel in self.read)

    @property
    def votes(self) -> int:
        """The rows added to the ledger."""
        return sum(channel.votes for channel in self.read)

    @property
    def skipped(self) -> list[Progress]:
        """The channels that Slack did not let us read."""
        return [channel for channel in self.read if channel.skipped]


class CatchUp:
    """Reads what the channels' rows say is unread; one process at a time does."""

    def __init__(  # noqa: PLR0913 (its parts, and who is told)
        self,
        ears: Ears,
        history: History,
        pause: Pause,
        manner: Manner = Manner(),
        *,
        told: Callable[[], None] = lambda: None,
        follow: Callable[[Progress], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ears = ears
        self._history = history
        self._pause = pause
        self._manner = manner
        self._told = told
        self._follow = follow
        self._clock = clock
        self._wanted = asyncio.Event()
        self._rested = asyncio.Event()

    def start(self) -> None:
        """Let `run` catch up now."""
        self._rested.clear()
        self._wanted.set()

    def stop(self) -> None:
        """Let `run` and `read` end; the next time goes on where they were."""
        self._pause.stop()
        self._wanted.set()

    async def settled(self) -> None:
        """Wait until `run` has caught up."""
        await self._rested.wait()

    async def run(self) -> None:
        """Catch up whenever started, until stopped."""
        with contextlib.suppress(StoppedError):
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                while not await self._tried():
                    await self._pause.wait(AGAIN)
                if not self._wanted.is_set():
                    self._rested.set()

    async def _tried(self) -> bool:
        """Catch up; return whether there is nothing left to do, or nothing that would help."""
        await self._pause.wait()
        try:
            return await self.read() is not None
        except (HistoryError, UnavailableError) as error:
            permanent = isinstance(error, HistoryError) and error.permanent
            _log.warning("catchup.stopped", reason=str(error), permanent=permanent)
            return permanent

    async def read(
        self, only: Collection[str] | None = None, since: float | None = None
    ) -> Summary | None:
        """Hear what is unread, in the channels *only* or in all; None if another process does.

        With *since* (Unix seconds), all that was written from then on is to be read.
        Raises HistoryError, UnavailableError or StoppedError; the next time goes on from there.
        """
        started, summary = time.monotonic(), Summary()
        team, bot = await self._history.whoami()
        async with heard_channels.alone(self._ears.database, team) as alone:
            if not alone:
                _log.info("catchup.elsewhere", team=team)
                return None
            if since is not None:
                only = await self._want(team, only, since)
            while left := await self._unread(team, only):
                for channel, begin in left:
                    summary.read.append(await self._channel(Missed(team, bot, channel, begin)))
        _log.info(
            "catchup.done",
            channels=len(summary.read) - len(summary.skipped),
            skipped=len(summary.skipped),
            messages=summary.messages,
            votes=summary.votes,
            seconds=round(time.monotonic() - started, 1),
        )
        return summary

    async def _want(self, team: str, only: Collection[str] | None, since: float) -> Collection[str]:
        """Let the channels *only*, or all that the app is in, be read; return which these are."""
        wanted = sorted(only if only is not None else await self._history.channels())
        await self._ears.database.run(lambda conn: heard_channels.want(conn, team, wanted, since))
        return wanted

    async def _unread(self, team: str, only: Collection[str] | None) -> list[tuple[str, float]]:
        left = await self._ears.database.run(lambda conn: heard_channels.unread(conn, team))
        return [(c, since) for c, since in left if only is None or c in only]

    async def _channel(self, missed: Missed) -> Progress:
        """Hear what was missed in a channel, or note why Slack does not show it."""
        progress = Progress(missed.channel)
        self._follow(progress)
        try:
            await self._caught_up(missed, progress)
        except HistoryError as error:
            if not error.permanent:
                raise
            progress.skipped = str(error)
            _log.warning("catchup.skipped", channel=missed.channel, reason=str(error))
        else:
            _log.info(
                "catchup.channel",
                channel=missed.channel,
                messages=progress.messages,
                votes=progress.votes,
            )
        await self._stored(missed, None)
        self._follow(progress)
        return progress

    async def _caught_up(self, missed: Missed, progress: Progress) -> None:
        """Read a channel span by span, oldest first, and store how far after each.

        Mostly one span is all; where it holds too much, it shrinks to what the channel allows.
        """
        begin, end = missed.since - self._manner.reach, self._clock()
        at, span = begin, end - begin
        while at < end:
            until = min(at + span, end)
            try:
                messages = await found(self._history, missed, (at, until), self._manner.many)
            except DenseError as dense:
                span = dense.span
                continue
            progress.messages += len(messages)
            progress.votes += await self._heard(missed, messages)
            progress.done = (until - begin) / (end - begin)
            if until < end:
                await self._stored(missed, max(until, missed.since))
                _log.info("catchup.progress", channel=missed.channel, done=f"{progress.done:.0%}")
                self._follow(progress)
            at, span = until, span * 1.5

    async def _stored(self, missed: Missed, until: float | None) -> None:
        run = self._ears.database.run
        await run(lambda conn: heard_channels.read(conn, missed.team, missed.channel, until))

    async def _heard(self, missed: Missed, messages: Sequence[Message]) -> int:
        """Hear *messages*, the old ones without a word; return how many rows they add."""
        old = self._clock() - self._manner.old
        manner = [replace(m, quiet=self._manner.quiet or m.at.timestamp() < old) for m in messages]
        outcome = await heard(
            [m for m in manner if not asks(m, missed.bot)], self._ears, self._pause
        )
        if outcome.waiting:
            self._told()
        return outcome.counted
