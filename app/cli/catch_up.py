"""`bin/catch-up`: hears what channels' histories hold, from a date on, and shows how it goes."""

import argparse
import re
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from app import server, wiring
from app.config import Config, ConfigError
from app.core.settings.definitions import Settings
from app.slack.catchup.catchup import CatchUp, Manner, Progress, Summary
from app.slack.catchup.channel_history import History, HistoryError, Pause, StoppedError
from app.slack.directory.people import People
from app.store import migrations
from app.store.database import Database, UnavailableError
from app.store.workspace.rulebook import Rulebook
from app.usecases.votes import Ears

_HINTS: Final = {
    "invalid_auth": "check SLACK_BOT_TOKEN",
    "not_authed": "check SLACK_BOT_TOKEN",
    "missing_scope": "the app needs channels:read and groups:read, or name each --channel",
}
_STOPPED: Final = "stopped; what was read is counted, and counts once"
_EPILOG: Final = (
    "Votes count once, for the boards of the time when they were written, so that it can be run"
    " again, also beside the server. What is older than an hour is counted without a word."
)


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what *arguments* ask for; exits with 2 when they cannot be understood."""
    parser = argparse.ArgumentParser(
        prog="bin/catch-up",
        description="Counts the votes of messages that the app has not heard.",
        epilog=_EPILOG,
    )
    begin = parser.add_mutually_exclusive_group(required=True)
    begin.add_argument("--since", type=_date, metavar="DATE", help="2026-01-31, or ISO; UTC")
    begin.add_argument("--resume", action="store_true", help="go on where the last one stopped")
    parser.add_argument(
        "--channel", type=_channel, action="append", metavar="C…", dest="channels",
        help="a channel's id, once or more (default: all that the app is in)",
    )  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="say nothing in Slack")
    return parser.parse_args(arguments)


def checked(given: Config) -> Config:
    """Return *given* if it is enough to read Slack's history; raise ConfigError if not."""
    if given.slack_bot_token is None:
        raise ConfigError(["SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token (xoxb-…)"])
    return given


async def run(wanted: argparse.Namespace, given: Config, url: str) -> int:
    """Catch up as *wanted*; return the exit status, and say what was done or why it was not."""
    screen = Screen(Console(highlight=False, soft_wrap=True))
    try:
        with screen.bar:
            summary = await _caught_up(wanted, given, url, screen)
    except StoppedError:
        return _ended(_STOPPED + screen.again(wanted), 130)
    except HistoryError as error:
        hint = _HINTS.get(str(error))
        return _ended(f"Slack: {error}" + (f" ({hint})" if hint else screen.again(wanted)))
    except UnavailableError as error:
        return _ended(f"the database is away ({error})" + screen.again(wanted))
    if summary is None:
        return _ended("another process is catching up; try again when it is done")
    screen.say(summary)
    if summary.read and len(summary.skipped) == len(summary.read):
        return _ended("Slack does not show any of these channels")
    return 0


async def _caught_up(
    wanted: argparse.Namespace, given: Config, url: str, screen: "Screen"
) -> Summary | None:
    async with AsyncExitStack() as stack:
        database = Database(url, server.limits(given))
        stack.push_async_callback(database.close)
        await database.open()
        await _migrated(database)
        client = await stack.enter_async_context(wiring.web_client(given))
        people = People(database, client)
        stack.push_async_callback(people.close)
        rulebook = Rulebook(Settings(daily_allowance=given.daily_allowance))
        ears = Ears(database, rulebook, people.members_of)
        for learner in (ears.absent, rulebook):
            await learner.learn(database)
        pause = Pause()
        manner = Manner(quiet=wanted.quiet)
        catch_up = CatchUp(ears, History(client, pause), pause, manner, follow=screen.follow)
        server.on_signals(catch_up.stop)
        return await catch_up.read(wanted.channels, wanted.since)


async def _migrated(database: Database) -> None:
    state = await database.run(migrations.state)
    if state.pending:
        raise server.StartError("the database lacks migrations: run bin/migrate first")


class Screen:
    """What the operator sees: a bar on a terminal, and a line for each channel."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (BarColumn(), TextColumn("{task.percentage:3.0f} % {task.description}"))
        self.bar = Bar(
            *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
        )
        self._task = self.bar.add_task("", total=1.0)
        self._begun = False

    def follow(self, progress: Progress) -> None:
        """Show how far a channel is read."""
        self._begun = True
        line = f"{progress.channel}: {_counts(progress)}"
        self.bar.update(self._task, completed=progress.done, description=line)
        if progress.skipped:
            self._console.print(f"{progress.channel}: skipped, {progress.skipped}")
        elif progress.done >= 1.0:
            self._console.print(line)

    def again(self, wanted: argparse.Namespace) -> str:
        """Tell how to go on where this run stopped."""
        if not self._begun:
            return "; then run the same again"
        named = [word for channel in wanted.channels or () for word in ("--channel", channel)]
        words = ["--resume", *named, *(["--quiet"] if wanted.quiet else [])]
        return f"; to go on: bin/catch-up {' '.join(words)}"

    def say(self, summary: Summary) -> None:
        """Tell what all channels came to."""
        places = len(summary.read) - len(summary.skipped)
        self._console.print(f"{_many(places, 'channel')}, {_counts(summary)}")
        if summary.skipped:
            named = ", ".join(f"{c.channel} ({c.skipped})" for c in summary.skipped)
            self._console.print(f"skipped {_many(len(summary.skipped), 'channel')}: {named}")


def _counts(of: Progress | Summary) -> str:
    return f"{_many(of.messages, 'message')} read, {_many(of.votes, 'vote')} counted"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _ended(line: str, status: int = 1) -> int:
    sys.stderr.write(f"bin/catch-up: {line}\n")
    return status


def _date(word: str) -> float:
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is no date like 2026-01-31") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at > datetime.now(UTC):
        raise argparse.ArgumentTypeError(f"{word} is still to come")
    return max(at.timestamp(), 0.0)


def _channel(word: str) -> str:
    if not re.fullmatch(r"[CG][A-Z0-9]{1,63}", word):
        raise argparse.ArgumentTypeError(f"{word!r} is no channel's id, which is like C0123ABCD")
    return word
