"""Catches up after an outage: reads missed messages, and processes them like deliveries."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from app.core.message import Message
from app.slack.catchup.channel_history import ChannelHistory, HistoryError, StoppedError
from app.slack.catchup.missed import DenseError, UnreadChannel, asks_app, hear_all, read_missed
from app.slack.catchup.progress import CatchUpSummary, ChannelProgress
from app.slack.client import TOKEN_REFUSED
from app.store.database import UnavailableError
from app.store.workspace import stored_channels
from app.usecases.vote_context import VoteContext

_log = structlog.get_logger()

RETRY_AFTER: Final = 60.0
"""Seconds before a retry if a catch-up failed, or another process was catching up."""
_CLOCKS_APART: Final = 86_400.0
"""Seconds by which Slack's clock may be ahead, which dates the messages to read."""
_OLD: Final = 3600.0
_REACH: Final = 86_400.0
_MANY: Final = 12_000
_FAILING_IN_A_ROW: Final = 3
"""Channels whose reading fails one after another, from which Slack itself seems to be away."""


@dataclass(frozen=True, slots=True)
class CatchUpOptions:
    """How to catch up; times are in seconds."""

    quiet: bool = False
    """Whether to count without replying, however new a message is."""
    old: float = _OLD
    """The age from which messages are counted without a reply."""
    reach: float = _REACH
    """How far before the gap to look for threads with missed replies."""
    many: int = _MANY
    """Roughly how many messages of a channel to hold in memory at once."""


class CatchUp:
    """Reads what is marked unread in the channels' rows, in one process at a time."""

    def __init__(
        self,
        context: VoteContext,
        history: ChannelHistory,
        options: CatchUpOptions = CatchUpOptions(),
        *,
        on_replies: Callable[[], None] = lambda: None,
        on_progress: Callable[[ChannelProgress], None] = lambda _: None,
    ) -> None:
        self._context = context
        self._history = history
        self._pause = history.pause
        self._options = options
        self._on_replies = on_replies
        self._on_progress = on_progress
        self._failing = set[str]()
        self._requested = asyncio.Event()
        self._idle = asyncio.Event()

    def start(self) -> None:
        """Make `run` catch up now."""
        self._idle.clear()
        self._requested.set()

    def stop(self) -> None:
        """Stop `run` and `read`; the next catch-up resumes where they stopped."""
        self._pause.stop()
        self._requested.set()

    async def wait_idle(self) -> None:
        """Wait until `run` has caught up."""
        await self._idle.wait()

    async def run(self) -> None:
        """Catch up whenever started, until stopped."""
        with contextlib.suppress(StoppedError):
            while True:
                await self._requested.wait()
                self._requested.clear()
                with contextlib.ExitStack() as on_error:
                    on_error.callback(self._requested.set)
                    while not await self._try_once():
                        await self._pause.wait(RETRY_AFTER)
                    on_error.pop_all()
                if not self._requested.is_set():
                    self._idle.set()

    async def _try_once(self) -> bool:
        """Catch up; return whether it is done, or failed so that a retry is pointless."""
        await self._pause.wait()
        try:
            summary = await self.read()
        except (HistoryError, UnavailableError) as error:
            permanent = isinstance(error, HistoryError) and error.permanent
            _log.warning("catchup.stopped", reason=str(error), permanent=permanent)
            return permanent
        return summary is not None and not summary.failed

    async def read(
        self, only: Collection[str] | None = None, since: float | None = None
    ) -> CatchUpSummary | None:
        """Process unread messages of the channels *only*, or of all; None if another process does.

        With *since* (Unix seconds), everything written from then on is marked unread first.
        Raises HistoryError (if no channel can be read, or several in a row), UnavailableError or
        StoppedError; the next catch-up resumes where this one stopped.
        """
        started, summary, run = time.monotonic(), CatchUpSummary(), self._context.database.run
        teams = await self._history.identify()
        wanted = dict.fromkeys(teams, only)
        if since is not None:
            wanted = await self._choose_channels(teams, only, summary.refused)
        for team in wanted:
            async with stored_channels.try_catch_up_lock(self._context.database, team) as has_lock:
                if not has_lock:
                    _log.info("catchup.elsewhere", team=team)
                    return None
                if since is not None:
                    channels = sorted(set(wanted[team] or ()))
                    await run(stored_channels.mark_unread, team, channels, since)
                await self._read_unread(team, wanted[team], summary)
        if summary.failed and not summary.read:
            raise HistoryError(next(iter(summary.failed.values())), permanent=False)
        _log.info(
            "catchup.done",
            channels=len(summary.read) - len(summary.skipped),
            skipped=len(summary.skipped),
            messages=summary.messages,
            votes=summary.votes,
            seconds=round(time.monotonic() - started, 1),
        )
        return summary

    async def _read_unread(
        self, team: str, only: Collection[str] | None, summary: CatchUpSummary
    ) -> None:
        """Read the unread channels of *team*; one that fails stays unread, and the others go on."""
        in_a_row, own = 0, self._history.identity
        while unread := await self._list_unread(team, only, summary.failed):
            for channel, begin in unread:
                missed = UnreadChannel(team, channel, begin, own.bot_user, own.enterprise)
                try:
                    read = await self._read_channel(missed)
                except HistoryError as error:
                    self._failing.add(channel)
                    in_a_row += 1
                    if error.permanent or in_a_row == _FAILING_IN_A_ROW:
                        raise
                    summary.failed[channel] = str(error)
                    _log.warning("catchup.postponed", channel=channel, reason=str(error))
                else:
                    self._failing.discard(channel)
                    in_a_row = 0
                    summary.read.append(read)

    async def _choose_channels(
        self, teams: Sequence[str], only: Collection[str] | None, refused: dict[str, str]
    ) -> dict[str, Collection[str] | None]:
        """Return the channels *only*, or all that the app is in, grouped by workspace.

        A channel shared by several workspaces of an organization is read for the first of them that
        has received events from it. Workspaces that Slack refuses are added to *refused* and left
        out, with the channels that are or may be theirs: another workspace would count them again.
        """
        if len(teams) == 1 and only is not None:
            return {teams[0]: only}
        run, list_heard = self._context.database.run, stored_channels.list_heard
        listed = await self._list_channels(teams, refused)
        heard = {team: await run(list_heard, team) for team in teams}
        wanted = {c for found in listed.values() for c in found} if only is None else set(only)
        team_of = dict.fromkeys(wanted, next(iter(refused), teams[0]))
        for by_team in (listed, heard):
            for team in reversed(by_team):
                team_of |= dict.fromkeys(wanted.intersection(by_team[team]), team)
        return {team: [c for c in team_of if team_of[c] == team] for team in listed}

    async def _list_channels(
        self, teams: Sequence[str], refused: dict[str, str]
    ) -> dict[str, Sequence[str]]:
        """Return each workspace's channels; raise HistoryError if Slack refuses all of them."""
        listed = {}
        for team in teams:
            try:
                listed[team] = await self._history.list_channels(team)
            except HistoryError as error:
                refused[team] = str(error)
                if not error.permanent or len(refused) == len(teams):
                    raise
        return listed

    async def _list_unread(
        self, team: str, only: Collection[str] | None, failed: Collection[str]
    ) -> list[tuple[str, float]]:
        """Return the channels to read and from when, those that failed the last time at the end."""
        unread = await self._context.database.run(stored_channels.list_unread, team)
        wanted = [one for one in unread if only is None or one[0] in only]
        return sorted(
            (one for one in wanted if one[0] not in failed), key=lambda one: one[0] in self._failing
        )

    async def _read_channel(self, missed: UnreadChannel) -> ChannelProgress:
        """Process a channel's missed messages, or record why Slack doesn't show them."""
        progress = ChannelProgress(missed.channel)
        self._on_progress(progress)
        try:
            await self._read_spans(missed, progress)
        except HistoryError as error:
            if not error.permanent or str(error) in TOKEN_REFUSED:
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
        await self._store_progress(missed, None)
        self._on_progress(progress)
        return progress

    async def _read_spans(self, missed: UnreadChannel, progress: ChannelProgress) -> None:
        """Read a channel span by span, oldest first, and store the progress after each.

        Usually one span covers everything; one with too many messages is shortened.
        """
        begin = missed.since - self._options.reach
        end = max(time.time(), missed.since) + _CLOCKS_APART
        at, span = begin, end - begin
        while at < end:
            until = min(at + span, end)
            try:
                messages = await read_missed(self._history, missed, (at, until), self._options.many)
            except DenseError as dense:
                span = dense.span
                continue
            progress.messages += len(messages)
            progress.votes += await self._hear(missed, messages)
            progress.done = (until - begin) / (end - begin)
            if until < end:
                await self._store_progress(missed, max(until, missed.since))
                _log.info("catchup.progress", channel=missed.channel, done=f"{progress.done:.0%}")
                self._on_progress(progress)
            at, span = until, span * 1.5

    async def _store_progress(self, missed: UnreadChannel, until: float | None) -> None:
        run = self._context.database.run
        await run(stored_channels.mark_read, missed.team, missed.channel, until)

    async def _hear(self, missed: UnreadChannel, messages: Sequence[Message]) -> int:
        """Process *messages*, old ones without replies; return how many ledger rows they add."""
        old = time.time() - self._options.old
        marked = [replace(m, quiet=self._options.quiet or m.at.timestamp() < old) for m in messages]
        settings = self._context.rulebook.get_settings(missed.team, missed.channel)
        relevant = [m for m in marked if not asks_app(m, missed.bot, settings)]
        outcome = await hear_all(relevant, self._context, self._pause)
        if outcome.waiting:
            self._on_replies()
        return outcome.counted
