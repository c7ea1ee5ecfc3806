"""Builds the whole app and runs it: database, Slack and HTTP server, in that order and back."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import structlog
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from app.config import Config
from app.core.settings import Settings
from app.slack.app import bolt
from app.slack.context import Context
from app.slack.http import Door
from app.slack.identity import Identity
from app.slack.outbox import PACE, Sender
from app.slack.people import People
from app.slack.posts import Wording
from app.store import migrations
from app.store.database import Database, Limits, UnavailableError
from app.votes import Ears
from app.web import health
from app.web.server import application, serving

_log = structlog.get_logger()

START_PATIENCE: Final = 30.0
"""Seconds that a start waits for the database."""


class StartError(Exception):
    """The app cannot start; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Running:
    """The app while it serves."""

    port: int
    database: Database
    sender: Sender
    ears: Ears


def limits(config: Config) -> Limits:
    """Return the pool's limits as the environment gives them."""
    return Limits(
        config.db_pool_min,
        config.db_pool_max,
        config.db_pool_idle_timeout_ms / 1000,
        config.db_connection_timeout_ms / 1000,
        config.db_statement_timeout_ms / 1000,
    )


async def run(config: Config, url: str) -> None:
    """Serve on *url*'s database until SIGTERM or SIGINT; what is under way is finished first.

    Raises StartError when the database or the port cannot be had.
    """
    stop = asyncio.Event()
    starting = asyncio.current_task()
    on_signals(starting.cancel if starting else stop.set)
    with contextlib.suppress(asyncio.CancelledError):
        async with serve(config, url) as running:
            on_signals(stop.set)
            _log.info("server.ready", host=config.host, port=running.port)
            await stop.wait()
            _log.info("server.stopping")
    _log.info("server.stopped")


def on_signals(act: Callable[[], object]) -> None:
    """Let SIGTERM and SIGINT *act*, and nothing else."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, act)


@contextlib.asynccontextmanager
async def serve(config: Config, url: str, pace: float = PACE) -> AsyncIterator[Running]:
    """Run the app while inside; *pace* is the seconds between two posts in a channel."""
    async with contextlib.AsyncExitStack() as stack:
        database = Database(url, limits(config))
        stack.push_async_callback(database.close)
        await database.open()
        await _ready(database)
        client = await stack.enter_async_context(_web_client(config))
        context = await _context(stack, config, database, client, pace)
        door = Door(bolt(context, client), _secret(config))
        app = application([
            web.post("/slack/events", door.answer), *health.routes(database),
        ])  # fmt: skip
        try:
            port = await stack.enter_async_context(serving(app, config.host, config.port))
        except OSError as error:
            raise StartError(
                f"cannot listen on {config.host}:{config.port}: {error.strerror}"
            ) from error
        yield Running(port, database, context.sender, context.ears)


async def _ready(database: Database) -> None:
    """Wait for the database and make sure that it has every migration."""
    state = await _patiently(database)
    if state.pending:
        names = ", ".join(state.pending)
        raise StartError(
            f"the database lacks migrations ({names}): run bin/migrate, then start again"
        )


async def _patiently(database: Database) -> migrations.State:
    deadline = time.monotonic() + START_PATIENCE
    while True:
        try:
            return await database.run(migrations.state)
        except UnavailableError:
            reason = await database.trouble()
        if time.monotonic() > deadline:
            raise StartError(
                f"the database did not answer within {START_PATIENCE:.0f} s ({reason}):"
                " check DATABASE_URL and that PostgreSQL is up"
            )
        _log.warning("database.away", reason=reason)
        await asyncio.sleep(1.0)


@contextlib.asynccontextmanager
async def _web_client(config: Config) -> AsyncIterator[AsyncWebClient]:
    """Give the one client, on the one session, that makes every Web API call."""
    token = config.slack_bot_token.get_secret_value() if config.slack_bot_token else None
    timeout = aiohttp.ClientTimeout(total=30, connect=5)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield AsyncWebClient(
            token=token, base_url=config.slack_api_url, session=session, retry_handlers=[]
        )


async def _context(
    stack: contextlib.AsyncExitStack,
    config: Config,
    database: Database,
    client: AsyncWebClient,
    pace: float,
) -> Context:
    settings = Settings(daily_allowance=config.daily_allowance)
    people = People(database, client)
    stack.push_async_callback(people.close)
    sender = Sender(database, client, Wording(database, people, settings), pace)
    identity = Identity(client)
    await stack.enter_async_context(_background(sender.run(), sender.stop))
    learning = await stack.enter_async_context(_background(identity.learn()))
    learning.add_done_callback(_forgotten)
    return Context(Ears(database, settings, people.members_of), people, identity, sender)


@contextlib.asynccontextmanager
async def _background(
    work: Coroutine[Any, Any, None], stop: Any = None
) -> AsyncIterator[asyncio.Task[None]]:
    """Run *work* while inside; on leaving it is asked to *stop*, or cancelled."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        stop() if stop else task.cancel()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(task, timeout=3.0)


def _forgotten(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception():
        _log.error("background.failed", exc_info=task.exception())


def _secret(config: Config) -> str:
    # Without one (Socket Mode), nothing that is posted can be genuine.
    secret = config.slack_signing_secret
    return secret.get_secret_value() if secret else "unset: refuses every signature"
