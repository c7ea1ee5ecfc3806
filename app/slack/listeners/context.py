"""The dependencies that all listeners get, and how they look up names of people and things."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog

from app.core.commands.karma import CardTarget
from app.core.vote import THING
from app.slack.background_tasks import BackgroundTasks
from app.slack.catchup.listening import Listening
from app.slack.charts.chart_requests import Charts
from app.slack.directory.member_sync import MemberSync
from app.slack.directory.membership import ChannelMembers, Membership, check_membership
from app.slack.directory.roles import Roles
from app.slack.outbound.board_messages import Boards
from app.slack.outbound.homes import Homes
from app.slack.outbound.sender import Sender
from app.slack.payloads.requests import UserRequest
from app.slack.render_context import RenderContext
from app.slack.views.blocks import Page
from app.store.database import UnavailableError
from app.store.outbox import outbox
from app.store.outbox.outbox import ReplyToWrite
from app.store.votes.ballot import Outcome
from app.usecases.newcomers import Newcomers
from app.usecases.timers import Scheduler
from app.usecases.vote_context import VoteContext
from app.usecases.watch import measure_ms
from app.words.catalog import say
from app.words.text import find_name

_log = structlog.get_logger()

T = TypeVar("T")

INTERRUPTIONS: Final = (UnavailableError, asyncio.CancelledError)
"""What ends background work early: the database is away, or the app is stopping."""


@dataclass(frozen=True, kw_only=True)
class Context(RenderContext, VoteContext):
    """Dependencies of listeners: what voting needs, and the app's parts that talk to Slack."""

    members: ChannelMembers
    newcomers: Newcomers
    member_sync: MemberSync
    sender: Sender
    boards: Boards
    tasks: BackgroundTasks
    roles: Roles
    listening: Listening
    homes: Homes
    scheduler: Scheduler
    charts: Charts

    def record_votes(self, event: str, team: str, channel: str, outcome: Outcome | None) -> None:
        """Log the canonical line of votes that changed the ledger; wake the sender for replies."""
        if outcome and outcome.waiting:
            self.sender.wake(team)
        if outcome and outcome.counted:
            votes, ms = outcome.counted, measure_ms()
            _log.info(event, team=team, channel=channel, votes=votes, ms=ms)

    async def check_membership(self, team: str, channel: str, user: str) -> Membership:
        """Return whether the app and *user* are in *channel*, and remember the channel's kind."""
        return await check_membership(self.members, self.channels, team, channel, user)

    async def explain_absence(self, team: str, channel: str, user: str) -> str:
        """Return why *user* can't give points in *channel*; empty if they can."""
        match await self.check_membership(team, channel, user):
            case Membership.BOTH:
                return ""
            case Membership.NOT_BOTH:
                return say("giving-not-there")
            case Membership.UNKNOWN:
                return say("giving-unchecked")

    async def queue_reply(self, reply: ReplyToWrite) -> None:
        """Queue *reply* to its message, once per kind of reply."""
        await self.database.run(outbox.write, reply)
        self.sender.wake(reply.key.team)


def log_done(event: str, request: UserRequest, **fields: Any) -> None:
    """Log the canonical line of a finished request."""
    _log.info(event, team=request.team, **fields, ms=measure_ms())


async def render_or_away(page: Awaitable[T]) -> T | Page:
    """Return the result of *page*, or a page that says that the database is away."""
    try:
        return await page
    except UnavailableError:
        return Page(say("away"))


def name_interruption(error: BaseException) -> str:
    """Return the reason to log for *error*, one of INTERRUPTIONS."""
    return "database away" if isinstance(error, UnavailableError) else "stopping"


class TargetNames(dict[str, str]):
    """Names by target; a target without one is shown by its id or key."""

    def __missing__(self, target: str) -> str:
        """Return the id or key of *target*, which has no name."""
        return target.removeprefix(THING)


async def resolve_names(
    team: str,
    targets: Iterable[str],
    context: Context,
    *typed: CardTarget,
    reasons: Iterable[str | None] = (),
) -> TargetNames:
    """Return the names of *targets*, of what was *typed*, and of people in *reasons*."""
    wanted = [*targets, *(target.id for target in typed)]
    spellings = {target.id: target.spelling for target in typed if target.spelling}
    return TargetNames(spellings | await context.people.read_names(team, wanted, reasons))


async def resolve_names_or_ids(
    team: str,
    targets: Sequence[str],
    context: Context,
    *typed: CardTarget,
    reasons: Iterable[str | None] = (),
) -> TargetNames:
    """Return what `resolve_names` does or, if that fails or takes long, spellings and ids.

    It's for reporting a finished action, which people repeat if they get an error or no reply.
    """
    try:
        async with asyncio.timeout(context.client.timings.answer):
            return await resolve_names(team, targets, context, *typed, reasons=reasons)
    except (UnavailableError, TimeoutError):
        spellings = {target.id: target.spelling for target in typed}
        return TargetNames(
            {target: find_name(target, spellings) for target in (*targets, *spellings)}
        )
