"""Builds the objects that talk to Slack, starts their background tasks, and closes them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Final

import aiohttp
from slack_bolt.async_app import AsyncApp

from app.config import Config
from app.core.settings.definitions import Settings
from app.core.timings import PRODUCTION, Timings
from app.slack.background_tasks import BackgroundTasks, keep_running
from app.slack.catchup.catchup import CatchUp
from app.slack.catchup.channel_history import ChannelHistory
from app.slack.catchup.listening import Listening
from app.slack.charts.chart_pool import ChartPool
from app.slack.charts.chart_requests import Charts
from app.slack.client import SlackClient
from app.slack.directory.channels import Channels
from app.slack.directory.identity import Identity
from app.slack.directory.member_sync import MemberSync
from app.slack.directory.membership import ChannelMembers, Invitations
from app.slack.directory.people import People
from app.slack.directory.roles import Roles
from app.slack.inbound.sockets import Sockets
from app.slack.listeners.context import Context
from app.slack.outbound.board_messages import Boards
from app.slack.outbound.homes import Homes
from app.slack.outbound.reply_renderer import ReplyRenderer
from app.slack.outbound.sender import Sender
from app.slack.sources import Sources
from app.store.database import Database
from app.store.votes.batcher import VoteBatcher
from app.store.workspace.rulebook import Rulebook
from app.usecases.jobs import JOBS
from app.usecases.newcomers import Newcomers
from app.usecases.timers import Scheduler
from app.usecases.upkeep import CHANGES, adopt, follow_votes, keep_statistics, keep_tidy, repeat
from app.usecases.vote_context import VoteContext

Work = Callable[[], Awaitable[None]]
_MOST_CONNECTIONS: Final = 500
"""Connections to Slack; half of the 1,024 open files that a process usually may have."""


@contextlib.asynccontextmanager
async def open_web_client(
    config: Config, timings: Timings = PRODUCTION
) -> AsyncIterator[SlackClient]:
    """Open the client, with its HTTP session, that makes every Web API call."""
    token = config.slack_bot_token.get_secret_value() if config.slack_bot_token else None
    timeout = aiohttp.ClientTimeout(total=30, connect=5)
    # calls are limited where they're made, per workspace; these are the process's open files
    connector = aiohttp.TCPConnector(limit=_MOST_CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        client = SlackClient(timings, token=token, base_url=config.slack_api_url, session=session)
        try:
            yield client
        finally:
            await client.end_tasks()


def make_rulebook(config: Config, database: Database) -> Rulebook:
    """Return an empty rulebook; call its `learn` before use."""
    secret = config.secret_key.get_secret_value() if config.secret_key else None
    return Rulebook(database, Settings(daily_allowance=config.daily_allowance), secret)


async def make_context(
    stack: contextlib.AsyncExitStack, config: Config, database: Database, client: SlackClient
) -> Context:
    """Build the listeners' shared context, closed by *stack*; may raise UnavailableError."""
    rulebook = make_rulebook(config, database)
    await rulebook.learn()  # before the first vote arrives
    _run(stack, partial(repeat, rulebook.follow, CHANGES, "rules.wait"))
    identity = Identity(client)
    people = People(database, client, identity)
    channels = Channels(database, client)
    await channels.mark_privacy_unknown()
    sources = Sources(client, database, rulebook, identity, people, channels)
    boards = Boards.create(sources)
    stack.push_async_callback(boards.rank_indexes.close)
    roles = Roles(client, rulebook, identity)
    sender = Sender(ReplyRenderer(sources, boards), config.slack_posts_at_once)
    _run(stack, sender.run, sender.stop)
    member_sync = MemberSync(client, identity, people, roles)
    on_time = partial(client.watch.compare_clock, "database")
    scheduler = Scheduler(database, rulebook, JOBS, sender.wake, on_time=on_time)
    members = ChannelMembers(client)
    votes = _make_vote_parts(database, client, rulebook, people, channels, members)
    keep_analyzed = partial(keep_statistics, database, lambda: votes["batcher"].stored)
    follow, timings = partial(follow_votes, database), client.timings
    for work in (
        partial(_learn_identity, identity, database),
        partial(keep_tidy, database),
        partial(repeat, follow, timings.long_boards, "long_boards.skipped"),
        partial(keep_analyzed, timings.statistics),
        partial(repeat, scheduler.run_due, timings.timers, "timers.wait"),
        member_sync.run,
        channels.recheck_forever,
    ):
        _run(stack, work)
    listening = _start_listening(stack, config, VoteContext(**votes), client, sender, channels)
    chart_pool, tasks = ChartPool(patience=timings.picture), BackgroundTasks()
    newcomers = Newcomers(database, sender.wake, timings.greetings)
    stack.push_async_callback(newcomers.close)
    stack.push_async_callback(chart_pool.close)
    stack.push_async_callback(tasks.close)
    invitations = Invitations(client)
    homes = Homes(sources, boards.rank_indexes, roles, invitations)
    _run(stack, homes.run, homes.stop)
    return Context(
        **votes, client=client, identity=identity, member_sync=member_sync, sender=sender, boards=boards,
        tasks=tasks, roles=roles, newcomers=newcomers, listening=listening, homes=homes,
        scheduler=scheduler, charts=Charts(sources, boards, tasks, chart_pool),
    )  # fmt: skip


def _make_vote_parts(
    database: Database,
    client: SlackClient,
    rulebook: Rulebook,
    people: People,
    channels: Channels,
    members: ChannelMembers,
) -> dict[str, Any]:
    """Return the fields of a VoteContext."""
    return {
        "database": database, "rulebook": rulebook, "batcher": VoteBatcher(database),
        "people": people, "members": members, "channels": channels, "watch": client.watch,
    }  # fmt: skip


async def _learn_identity(identity: Identity, database: Database) -> None:
    """Learn the app's identity, then assign scores imported before that to its workspace."""
    await identity.learn()
    if identity.team:
        await adopt(database, identity.team)


def _start_listening(
    stack: contextlib.AsyncExitStack,
    config: Config,
    context: VoteContext,
    client: SlackClient,
    sender: Sender,
    channels: Channels,
) -> Listening:
    """Start recording each channel's last received message and, with CATCH_UP, catching up."""
    start = None
    if config.catch_up == "on":
        catch_up = CatchUp(context, ChannelHistory(client), on_replies=sender.wake)
        _run(stack, catch_up.run, catch_up.stop)
        start = catch_up.start
    listening = Listening(context.database, start, channels)
    _run(stack, listening.run, listening.stop)
    return listening


def connect_sockets(
    stack: contextlib.AsyncExitStack, config: Config, app: AsyncApp, client: SlackClient
) -> Sockets | None:
    """Connect *app* through Socket Mode; return None if SLACK_APP_TOKEN isn't set."""
    if config.slack_app_token is None:
        return None
    token = config.slack_app_token.get_secret_value()
    sockets = Sockets(app, client, token, config.slack_sockets)
    _run(stack, sockets.run, sockets.stop, client.timings.sockets.drain)
    return sockets


def _run(
    stack: contextlib.AsyncExitStack,
    work: Work,
    stop: Callable[[], None] | None = None,
    patience: float = 2.5,
) -> None:
    """Run *work* as a task, restarting it after failures, until *stack* closes.

    Then call *stop* and wait *patience* seconds before canceling; without *stop*, cancel at once.
    """
    closing = asyncio.Event()
    task = asyncio.create_task(keep_running(work, closing))

    async def end() -> None:
        closing.set()
        stop() if stop else task.cancel()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(task, timeout=patience)

    stack.push_async_callback(end)
