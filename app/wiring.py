"""Builds the objects that talk to Slack, starts their background tasks, and closes them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Final

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
from app.slack.client import JsonResponse, SlackClient
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
from app.slack.render_context import RenderContext
from app.store.boards.rank_index import RankIndexes
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
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, response_class=JsonResponse
    ) as session:
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
    identity, members = Identity(client), ChannelMembers(client)
    people, channels = People(database, client, identity), Channels(database, client)
    await channels.mark_privacy_unknown()
    rendering = RenderContext(client, database, rulebook, identity, people, channels)
    boards = Boards(rendering, RankIndexes(database))
    roles = Roles(client, rulebook, identity)
    sender = Sender(ReplyRenderer(rendering, boards), config.slack_posts_at_once)
    tasks, chart_pool = BackgroundTasks(), ChartPool(patience=client.timings.picture)
    on_time = partial(client.watch.compare_clock, "database")
    votes = VoteContext(
        database=database, rulebook=rulebook, batcher=VoteBatcher(database), people=people,
        members=members, channels=channels, newcomers=None, watch=client.watch,
    )  # fmt: skip
    history = ChannelHistory(client, identity)
    catch_up = CatchUp(votes, history, on_replies=sender.wake) if config.catch_up == "on" else None
    context = Context(
        database=database, rulebook=rulebook, batcher=votes.batcher, people=people,
        members=members, channels=channels, watch=client.watch,
        newcomers=Newcomers(database, sender.wake, client.timings.greetings),
        client=client, identity=identity, sender=sender, boards=boards, tasks=tasks, roles=roles,
        member_sync=MemberSync(client, identity, people, roles),
        listening=Listening(database, catch_up.start if catch_up else None, channels),
        homes=Homes(boards, roles, Invitations(client)),
        scheduler=Scheduler(database, rulebook, JOBS, sender.wake, on_time=on_time),
        charts=Charts(boards, tasks, chart_pool),
    )  # fmt: skip
    _start(stack, context, catch_up, chart_pool)
    return context


def _start(
    stack: contextlib.AsyncExitStack,
    context: Context,
    catch_up: CatchUp | None,
    chart_pool: ChartPool,
) -> None:
    """Start all that runs in the background; *stack* ends it, in reverse order."""
    database, timings = context.database, context.client.timings
    _run(stack, partial(repeat, context.rulebook.follow, CHANGES, "rules.wait"))
    stack.push_async_callback(context.boards.rank_indexes.close)
    _run(stack, context.sender.run, context.sender.stop)
    follow = partial(follow_votes, database)
    for work in (
        partial(_learn_identity, context.identity, database),
        partial(keep_tidy, database),
        partial(repeat, follow, timings.long_boards, "long_boards.skipped"),
        partial(keep_statistics, database, lambda: context.batcher.stored, timings.statistics),
        partial(repeat, context.scheduler.run_due, timings.timers, "timers.wait"),
        context.member_sync.run,
        context.channels.recheck_forever,
    ):
        _run(stack, work)
    if catch_up:
        _run(stack, catch_up.run, catch_up.stop)
    _run(stack, context.listening.run, context.listening.stop)
    stack.push_async_callback(context.newcomers.close)
    stack.push_async_callback(chart_pool.close)
    stack.push_async_callback(context.tasks.close)
    _run(stack, context.homes.run, context.homes.stop)


async def _learn_identity(identity: Identity, database: Database) -> None:
    """Learn the app's identity, then assign scores imported before that to its workspace."""
    await identity.learn()
    if identity.team:
        await adopt(database, identity.team)


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
