"""`bin/catch-up`: counts votes from channel histories since a date, and shows progress."""

import argparse
import sys
from contextlib import AsyncExitStack
from typing import Final

import uvloop
from psycopg import AsyncConnection
from psycopg.errors import ReadOnlySqlTransaction
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from app import CommandError, log, server, wiring
from app.cli import session
from app.cli.session import pluralize, print_error
from app.config import Config
from app.slack.catchup.catchup import CatchUp, CatchUpOptions
from app.slack.catchup.channel_history import ChannelHistory, HistoryError, StoppedError
from app.slack.catchup.progress import CatchUpSummary, ChannelProgress
from app.slack.client import TOKEN_REFUSED
from app.slack.directory.channels import Channels
from app.slack.directory.identity import Identity
from app.slack.directory.membership import ChannelMembers
from app.slack.directory.people import People
from app.store import migrations
from app.store.connections import build_connection_options
from app.store.database import Database, UnavailableError
from app.store.server.signals import find_exit_status, handle_signals
from app.store.votes.batcher import VoteBatcher
from app.usecases.vote_context import VoteContext

_HINTS: Final = dict.fromkeys(TOKEN_REFUSED, "check SLACK_BOT_TOKEN") | {
    "missing_scope": "add the scopes channels:read and groups:read, or name each --channel",
}
_NO_BOT: Final = "SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token (xoxb-…)"
_STOPPED: Final = "stopped; the votes read so far are counted"


def start(options: argparse.Namespace) -> int:
    """Check the configuration and catch up as *options* say; return the exit status.

    Raises ConfigError if the token or the database is missing, CommandError as `run` does.
    """
    config = session.read_config()
    problems = [] if config.slack_bot_token else [_NO_BOT]
    session.require_database(options, config, *problems)
    log.configure("error", config.log_format, sys.stderr)
    return session.run_on_database(
        "catch-up", options, config, lambda url: uvloop.run(run(options, config, url))
    )


async def run(options: argparse.Namespace, config: Config, url: str) -> int:
    """Catch up as *options* say; return 0, or a signal's status if stopped.

    Raises CommandError if Slack or the database fails, or another process is catching up;
    ReadOnlySqlTransaction if the database is a standby.
    """
    screen = CatchUpProgress(Console(highlight=False, soft_wrap=True))
    try:
        with screen.bar:
            summary = await _catch_up(options, config, url, screen)
    except StoppedError:
        print_error("catch-up", f"{_STOPPED}{screen.describe_resume(options)}")
        return find_exit_status()
    except HistoryError as error:
        hint = _HINTS.get(str(error))
        rest = f" ({hint})" if hint else screen.describe_resume(options)
        raise CommandError(f"Slack: {error}{rest}") from error
    except UnavailableError as error:
        if isinstance(error.__cause__, ReadOnlySqlTransaction):
            raise error.__cause__ from error
        resume = screen.describe_resume(options)
        raise CommandError(f"the database is away ({error}){resume}") from error
    if summary is None:
        raise CommandError("another process is catching up; try again when it has finished")
    screen.print_summary(summary)
    if summary.refused:
        named = ", ".join(f"{team} ({reason})" for team, reason in summary.refused.items())
        raise CommandError(f"Slack does not list the channels of {named}; the rest is counted")
    if summary.failed:
        named = ", ".join(f"{channel} ({why})" for channel, why in summary.failed.items())
        resume = screen.describe_resume(options)
        raise CommandError(f"Slack did not let the app read {named}; the rest is counted{resume}")
    if summary.read and len(summary.skipped) == len(summary.read):
        raise CommandError("Slack does not show any of these channels")
    return 0


async def _catch_up(
    options: argparse.Namespace, config: Config, url: str, progress: "CatchUpProgress"
) -> CatchUpSummary | None:
    async with AsyncExitStack() as stack:
        database = Database(url, server.make_limits(config))
        stack.push_async_callback(database.close)
        await database.open()
        await _require_current(database)
        client = await stack.enter_async_context(wiring.open_web_client(config))
        identity = Identity(client)
        people = People(database, client, identity)
        rulebook = wiring.make_rulebook(config, database)
        context = VoteContext(
            database=database,
            rulebook=rulebook,
            batcher=VoteBatcher(database),
            people=people,
            members=ChannelMembers(client),
            channels=Channels(database, client),
            newcomers=None,
        )
        await rulebook.learn()
        catch_up_options = CatchUpOptions(quiet=options.quiet)
        history = ChannelHistory(client, identity, on_wait=_print_wait)
        catch_up = CatchUp(context, history, catch_up_options, on_progress=progress.update)
        handle_signals(catch_up.stop)
        return await catch_up.read(options.channels, options.since)


async def _require_current(database: Database) -> None:
    """Raise CommandError if migrations are pending, and psycopg.Error if connecting fails."""
    options = build_connection_options(database.url, database.limits.connect)
    async with await AsyncConnection.connect(database.url, **options):
        pass  # the pool wouldn't say why it can't connect
    (await database.run(migrations.read_state)).require_current()


def _print_wait(reason: str, seconds: float) -> None:
    print_error("catch-up", f"Slack: {reason}; trying again in {seconds:.0f} s")


class CatchUpProgress:
    """Progress output: a bar on a terminal, and a line for each channel."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (BarColumn(), TextColumn("{task.percentage:3.0f} % {task.description}"))
        self.bar = Bar(
            *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
        )
        self._task = self.bar.add_task("", total=1.0)
        self._begun = False

    def update(self, progress: ChannelProgress) -> None:
        """Show how far a channel has been read."""
        self._begun = True
        line = f"{progress.channel}: {_format_counts(progress)}"
        self.bar.update(self._task, completed=progress.done, description=line)
        if progress.skipped:
            self._console.print(f"{progress.channel}: skipped, {progress.skipped}")
        elif progress.done >= 1.0:
            self._console.print(line)

    def describe_resume(self, options: argparse.Namespace) -> str:
        """Return the end of an error message: how to resume this run."""
        if not self._begun:
            return "; then run the same command again"
        channels = [word for channel in options.channels or () for word in ("--channel", channel)]
        flags = [f"--{name}" for name in ("quiet", "embedded") if getattr(options, name)]
        return f"; to continue: bin/catch-up {' '.join(['--resume', *channels, *flags])}"

    def print_summary(self, summary: CatchUpSummary) -> None:
        """Print the totals of all channels, and the skipped ones with reasons."""
        read = len(summary.read) - len(summary.skipped)
        self._console.print(f"{pluralize(read, 'channel')}, {_format_counts(summary)}")
        if summary.skipped:
            skipped = ", ".join(f"{c.channel} ({c.skipped})" for c in summary.skipped)
            self._console.print(f"skipped {pluralize(len(summary.skipped), 'channel')}: {skipped}")


def _format_counts(total: ChannelProgress | CatchUpSummary) -> str:
    return f"{pluralize(total.messages, 'message')} read, {pluralize(total.votes, 'vote')} counted"
