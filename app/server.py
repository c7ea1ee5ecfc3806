"""Starts the whole app (database, Slack, HTTP server) and shuts it down in reverse order."""

import asyncio
import contextlib
import os
import random
import secrets
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import structlog
from psycopg.errors import ReadOnlySqlTransaction

from app import CommandError, wiring
from app.config import Config
from app.core.settings.definitions import ENGLISH
from app.core.timings import PRODUCTION, Timings
from app.slack.inbound.bolt_app import create_bolt_app
from app.slack.inbound.http import EventsEndpoint
from app.slack.listeners.context import Context
from app.slack.outbound.sender import Sender
from app.store import migrations
from app.store.database import Conn, Database, Limits, UnavailableError
from app.store.server.address import advise
from app.store.server.rights import RightsError, require_rights
from app.store.server.signals import handle_signals, ignore_signals
from app.store.workspace import stored_channels
from app.web.routes import list_routes
from app.web.server import listen, make_application
from app.words.catalog import load_bundle

_log = structlog.get_logger()


class StartError(CommandError):
    """A failed start; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Running:
    """A running app."""

    port: int
    database: Database
    sender: Sender
    context: Context

    async def wait_idle(self) -> None:
        """Wait until background tasks, greetings and the outbox are done."""
        await self.context.tasks.wait_idle()
        await self.context.newcomers.wait_idle()
        await self.sender.wait_idle()


def make_limits(config: Config, timings: Timings = PRODUCTION) -> Limits:
    """Return the connection pool's limits, from the environment and *timings*."""
    return Limits(
        config.db_pool_min,
        config.db_pool_max,
        config.db_pool_idle_timeout_ms / 1000,
        config.db_connection_timeout_ms / 1000,
        config.db_statement_timeout_ms / 1000,
        lifetime=config.db_pool_max_lifetime_ms / 1000,
        patience=timings.database,
        page=timings.page,
        slow=config.db_slow_statement_ms / 1000,
    )


FIRST_STEP: Final = "in a channel in Slack, type /invite @{name}, then @colleague++"


async def run(config: Config, url: str) -> None:
    """Serve with the database at *url* until told to stop, then finish in-flight work.

    If that takes too long, the process exits with status 0. Raises StartError if the database can't
    be used or the port can't be bound.
    """
    stop = asyncio.Event()
    starting = asyncio.current_task()
    handle_signals(starting.cancel if starting else stop.set)
    with contextlib.suppress(asyncio.CancelledError):
        async with serve(config, url, PRODUCTION) as running:
            handle_signals(stop.set)
            _log.info("server.ready", host=config.host, port=running.port)
            first_step = asyncio.create_task(_tell_first_step(running))
            await stop.wait()
            first_step.cancel()
            _log.info("server.stopping")
            _limit_shutdown()
    ignore_signals()
    _log.info("server.stopped")


def _limit_shutdown() -> None:
    """Exit after the time for shutdown, wherever it waits.

    By a thread, since closing the loop waits for name lookups in flight, which can't be canceled.
    """
    late = threading.Timer(PRODUCTION.shutdown, _exit_late)
    late.daemon = True
    late.start()


def _exit_late() -> None:
    """Exit at once: what is left waits for a database, a client or Slack that doesn't respond.

    Waits at shutdown follow each other, so together they could exceed any limit. Votes in flight
    have been answered by now: none waits for the database longer than Slack waits for us.
    """
    _log.warning("server.stopped", reason="timeout")
    sys.stdout.flush()
    os._exit(0)


async def _tell_first_step(running: Running) -> None:
    """Log the next step once Slack accepts the token, if the app has never received anything."""
    await running.context.identity.known.wait()
    with contextlib.suppress(UnavailableError):
        if await running.database.run(stored_channels.has_no_channels):
            _log.info(
                "server.first_start", next=FIRST_STEP.format(name=running.context.identity.name)
            )


@contextlib.asynccontextmanager
async def serve(config: Config, url: str, timings: Timings = PRODUCTION) -> AsyncIterator[Running]:
    """Run the app for the duration of the context.

    Raises StartError if the database can't be used or the port can't be bound.
    """
    async with contextlib.AsyncExitStack() as stack:
        database = Database(url, make_limits(config, timings))
        stack.push_async_callback(database.close)
        await database.open()
        load_bundle(ENGLISH)  # takes 0.2 s, which the first messages would wait for
        await _wait_until_ready(database, timings)
        client = await stack.enter_async_context(wiring.open_web_client(config, timings))
        try:
            context = await wiring.make_context(stack, config, database, client)
        except UnavailableError as error:
            raise StartError(_explain_unavailable(error)) from error
        app = create_bolt_app(context, client)
        sockets = wiring.connect_sockets(stack, config, app, client)
        count = sockets.count_connections if sockets else None
        endpoint = EventsEndpoint(app, _read_signing_secret(config), timings.body, client.watch)
        token = config.admin_token.get_secret_value() if config.admin_token else None
        pages = make_application(list_routes(endpoint.answer, database, client.watch, count, token))
        try:
            port = await stack.enter_async_context(listen(pages, config.host, config.port))
        except (OSError, UnicodeError) as error:
            raise StartError(
                f"cannot listen on {config.host}:{config.port}: {_explain_listening(error)}"
                " (see docs/operate/troubleshoot.md#configuration)"
            ) from error
        if sockets:  # stop both inputs together, or the second would exceed the shutdown time
            stack.callback(sockets.stop)
        yield Running(port, database, context.sender, context)


def _explain_listening(error: OSError | UnicodeError) -> str | None:
    if isinstance(error, UnicodeError):  # like "a..b" or a label of 70 letters
        return "not a valid host name"
    known = error.errno and not isinstance(error, socket.gaierror)
    return os.strerror(error.errno or 0) if known else error.strerror


async def _wait_until_ready(database: Database, timings: Timings) -> None:
    """Wait for the database; raise StartError if migrations are pending."""
    state = await _wait_for_state(database, timings)
    if state.pending:
        names = ", ".join(state.pending)
        raise StartError(
            f"the database lacks migrations ({names}): run bin/migrate, then start again"
            " (see docs/operate/troubleshoot.md#migrations-missing)"
        )


async def _wait_for_state(database: Database, timings: Timings) -> migrations.State:
    deadline, (pause, longest) = time.monotonic() + timings.start, timings.start_pauses
    while True:
        try:
            return await database.run(_read_state)
        except RightsError as error:
            raise StartError(_explain_unavailable(error)) from error
        except UnavailableError as error:
            reason = database.pool.trouble or str(error)
        if hint := advise(reason):
            raise StartError(f"cannot connect to the database ({reason}): {hint}")
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise StartError(
                f"the database did not answer within {timings.start:.0f} s ({reason}):"
                " check DATABASE_URL and that PostgreSQL is up"
                " (see docs/operate/troubleshoot.md#database-away)"
            )
        wait = min(pause * random.uniform(0.8, 1.2), remaining)
        _log.warning("database.away", reason=reason, again_in=round(wait, 1))
        await asyncio.sleep(wait)
        pause = min(2 * pause, longest)


async def _read_state(conn: Conn) -> migrations.State:
    await require_rights(conn)
    return await migrations.read_state(conn)


def _explain_unavailable(error: UnavailableError) -> str:
    """Return one line saying why a reachable database can't be used, and what to do."""
    if isinstance(error.__cause__, ReadOnlySqlTransaction):
        return (
            "the database is read-only: DATABASE_URL must name the primary"
            " (see docs/operate/deploy.md#a-replica-for-reading)"
        )
    if isinstance(error, RightsError):
        return (
            f"{error}: grant that, or set DATABASE_URL to a role that has it"
            " (see docs/operate/deploy.md#the-role-of-the-server)"
        )
    return (
        f"the database stopped answering ({error}): see docs/operate/troubleshoot.md#database-away"
    )


def _read_signing_secret(config: Config) -> str:
    # Without one (Socket Mode), no POST can be genuine, so use a secret that nobody knows.
    secret = config.slack_signing_secret
    return secret.get_secret_value() if secret else secrets.token_hex(32)
