"""Posts what waits in the outbox: per channel at most one post a second, each reply once.

The pace is `Timings.posts`, that of a whole workspace `Timings.posts_apart`.
"""

import asyncio
import contextvars
from typing import Final

import structlog

from app.slack.client import SlackClient
from app.slack.outbound.background_tasks import wait_for_event
from app.slack.outbound.delivery import ReplyDelivery
from app.slack.outbound.posts import ReplyRenderer
from app.slack.outbound.workspace_sender import DatabaseClock, WorkspaceSender
from app.store.database import UnavailableError
from app.store.outbox import claims

_log = structlog.get_logger()

IDLE: Final = 5.0
"""Seconds between two looks for what another process has left, while nothing waits."""


class Sender:
    """Takes replies from the outbox to Slack, beside as many other senders as there are."""

    def __init__(self, client: SlackClient, renderer: ReplyRenderer, at_once: int) -> None:
        self._client = client
        self._renderer = renderer
        self._at_once = at_once
        self._clock = DatabaseClock()
        self._workspaces: dict[str, tuple[WorkspaceSender, asyncio.Task[None]]] = {}
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._stopping = False
        self._began = False

    def wake(self, team: str | None = None) -> None:
        """Look now for what waits in *team*, or in all workspaces."""
        self._idle.clear()
        if team is None or not self._began:
            self._woken.set()
        elif not self._stopping:
            self._start(team)

    async def wait_idle(self) -> None:
        """Wait until nothing is left to be said."""
        await self._idle.wait()

    async def run(self) -> None:
        """Post until stopped; what is being posted then is finished."""
        while not self._stopping:
            self._woken.clear()
            try:
                await self._look()
            except UnavailableError as error:
                _log.info("outbox.waits", reason=str(error))
            waiting = self._workspaces or not self._began
            soon = self._client.timings.waiting_looks
            await wait_for_event(self._woken, soon if waiting else IDLE)
        await asyncio.gather(*(task for _, task in self._workspaces.values()))

    def stop(self) -> None:
        """Let `run` end after what is being posted."""
        self._stopping = True
        self._woken.set()
        for sender, _ in self._workspaces.values():
            sender.stop()

    async def _look(self) -> None:
        """Begin to post what waits in any workspace, whichever process wrote it."""
        asked = self._clock.read_seconds()
        now, teams = await self._renderer.boards.database.run(claims.read_waiting_teams)
        self._clock.adjust(now, asked)
        self._began = True
        if self._stopping:
            return
        for team in teams:
            self._start(team)
        if not self._workspaces and not self._woken.is_set():
            self._idle.set()

    def _start(self, team: str) -> None:
        """Let what waits in *team* be said now."""
        if team in self._workspaces:
            self._workspaces[team][0].woken.set()
            return
        delivery = ReplyDelivery(self._client, self._renderer)
        sender = WorkspaceSender(team, delivery, self._clock, self._at_once)
        # Not in the context of whoever's vote woke it: names are asked for on nobody's behalf.
        task = asyncio.create_task(sender.run(), context=contextvars.Context())
        self._workspaces[team] = sender, task
        task.add_done_callback(lambda _: self._finish(team))

    def _finish(self, team: str) -> None:
        sender, _ = self._workspaces.pop(team)
        if sender.woken.is_set() and not self._stopping:
            self._start(team)
        elif not self._workspaces:
            self._idle.set()
