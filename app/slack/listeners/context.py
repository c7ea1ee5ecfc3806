"""What the listeners share: each gets it when it registers."""

import time
from dataclasses import dataclass

import structlog

from app.core.reply_body import ReplyBody
from app.core.timings import to_ms
from app.slack.catchup.listening import Listening
from app.slack.charts.delivery import Charts
from app.slack.directory.identity import Identity
from app.slack.directory.people import People
from app.slack.directory.roles import Roles
from app.slack.outbound.background_tasks import BackgroundTasks
from app.slack.outbound.board_messages import Boards
from app.slack.outbound.homes import Homes
from app.slack.outbound.recaps import RecapWriter
from app.slack.outbound.sender import Sender
from app.store.outbox import outbox
from app.store.votes.ballot import Outcome
from app.usecases.timers import Scheduler
from app.usecases.vote_context import VoteContext

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(VoteContext):
    """What listeners use: what a vote needs, and the app's parts that talk to Slack."""

    people: People
    identity: Identity
    sender: Sender
    boards: Boards
    tasks: BackgroundTasks
    roles: Roles
    recaps: RecapWriter
    listening: Listening | None = None
    homes: Homes | None = None
    scheduler: Scheduler | None = None
    charts: Charts | None = None

    def record_votes(
        self, event: str, team: str, channel: str, outcome: Outcome | None, started: float
    ) -> None:
        """Log the canonical line of votes that changed the ledger; let what waits be said.

        *started* is when they were heard, by the performance counter.
        """
        if outcome and outcome.waiting:
            self.sender.wake(team)
        if outcome and outcome.counted:
            ms = to_ms(time.perf_counter() - started)
            _log.info(event, team=team, channel=channel, votes=outcome.counted, ms=ms)

    async def queue_reply(
        self,
        message: tuple[str, str, str, str],
        thread: str | None,
        reply: ReplyBody,
        only_for: str,
    ) -> None:
        """Let *reply* to *message*, a key, be said: once of each kind."""
        await self.database.run(lambda c: outbox.write(c, message, thread, reply, only_for))
        self.sender.wake(message[0])
