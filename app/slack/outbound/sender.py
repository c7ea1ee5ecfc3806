"""Posts the outbox: at most one post a second in each channel, and each reply once.

`Timings.posts` is the pace of a channel, `Timings.posts_apart` that of a workspace.
"""

import asyncio
import contextvars
from typing import Final

import structlog

from app.slack.background_tasks import wait_for_event
from app.slack.outbound.delivery import ReplyDelivery
from app.slack.outbound.reply_renderer import ReplyRenderer
from app.slack.outbound.workspace_sender import DatabaseClock, WorkspaceSender
from app.store.database import UnavailableError
from app.store.outbox import claims

_log = structlog.get_logger()

IDLE: Final = 5.0
"""Seconds between checks for replies of other processes while nothing is waiting."""


class Sender:
    """Posts replies from the outbox, alongside any number of other senders."""

    def __init__(self, renderer: ReplyRenderer, at_once: int) -> None:
        self._renderer = renderer
        self._context = renderer.context
        self._at_once = at_once
        self._clock = DatabaseClock()
        self._workspaces: dict[str, tuple[WorkspaceSender, asyncio.Task[None]]] = {}
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._stopping = False
        self._began = False

    def wake(self, team: str | None = None) -> None:
        """Look for waiting replies now, in *team* or in all workspaces."""
        self._idle.clear()
        if team is None or not self._began:
            self._woken.set()
        elif not self._stopping:
            self._start(team)

    async def wait_idle(self) -> None:
        """Wait until no reply is waiting."""
        await self._idle.wait()

    async def run(self) -> None:
        """Post replies until stopped; in-flight posts are finished."""
        while not self._stopping:
            self._woken.clear()
            try:
                await self._poll()
            except UnavailableError as error:
                _log.info("outbox.waits", reason=str(error))
            waiting = self._workspaces or not self._began
            soon = self._context.client.timings.waiting_poll
            await wait_for_event(self._woken, soon if waiting else IDLE)
        await asyncio.gather(*(task for _, task in self._workspaces.values()))

    def stop(self) -> None:
        """Stop `run` once in-flight posts have finished."""
        self._stopping = True
        self._woken.set()
        for sender, _ in self._workspaces.values():
            sender.stop()

    async def _poll(self) -> None:
        """Start posting in every workspace with waiting replies, whichever process wrote them."""
        read_at = self._clock.read_seconds()
        now, teams = await self._context.database.run(claims.read_waiting_teams)
        self._clock.adjust(now, read_at)
        self._began = True
        if self._stopping:
            return
        for team in teams:
            self._start(team)
        if not self._workspaces and not self._woken.is_set():
            self._idle.set()

    def _start(self, team: str) -> None:
        """Start posting the waiting replies of *team*, or wake its sender."""
        if team in self._workspaces:
            self._workspaces[team][0].woken.set()
            return
        delivery = ReplyDelivery(self._renderer)
        sender = WorkspaceSender(team, delivery, self._clock, self._at_once)
        # a fresh context: name lookups must not use the budget of the voter who woke it
        task = asyncio.create_task(sender.run(), context=contextvars.Context())
        self._workspaces[team] = sender, task
        task.add_done_callback(lambda _: self._finish(team))

    def _finish(self, team: str) -> None:
        sender, _ = self._workspaces.pop(team)
        if sender.woken.is_set() and not self._stopping:
            self._start(team)
        elif not self._workspaces:
            self._idle.set()
