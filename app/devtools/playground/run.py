"""The playground: the real app, an embedded PostgreSQL and a local stand-in for Slack."""

import argparse
import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TextIO

import aiohttp
import uvloop
from pydantic import SecretStr
from rich.console import Console

from app import CommandError, log, server
from app.cli import commands, session
from app.cli.whole_files import describe_error
from app.config import Config
from app.core.timings import PRODUCTION
from app.devtools.fake_slack.delivery import Delivery
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.playground.conversation import converse
from app.devtools.playground.identity import PlaygroundIdentity, choose_first_identity
from app.devtools.playground.lines import read_script_lines, read_typed_lines
from app.devtools.playground.phrases import print_banner
from app.devtools.playground.picture import create_recorder, render_picture
from app.devtools.temporary import run_temporary
from app.store import migrations
from app.store.server.address import explain_errors
from app.store.server.embedded import InUseError, run_postgres

SIGNING_SECRET = "playground"  # noqa: S105 (used on this machine only)
_PATIENCE: Final = 60.0
"""Timeout in seconds; Slack gives up after 3, but slow machines still get an answer here."""
_TIMINGS: Final = replace(
    PRODUCTION, database=_PATIENCE, lookup=_PATIENCE, answer=_PATIENCE, form=_PATIENCE
)


def start(options: argparse.Namespace) -> int:
    """Run the playground with *options*; return the exit status."""
    session.enter_calling_folder()
    with explain_errors():
        return main(options, commands.LOCAL)


def main(options: argparse.Namespace, local: Path) -> int:
    """Run a conversation, typed or scripted, with the app's data kept below *local*."""
    script = _read_script(options.script) if options.script else None
    if options.picture:
        _require_writable(options.picture)
    with _open_log(local) as stream:
        log.configure("info", "json", stream)
        with _open_database(options, local) as url:
            migrations.apply(url)
            return uvloop.run(_play(options, url, local, script))


def _read_script(path: Path) -> str:
    """Return the text of the file *path*; raise CommandError if it can't be read or isn't text."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {describe_error(error)}") from error
    except ValueError:
        raise CommandError(f"{path}: not text") from None


def _require_writable(path: Path) -> None:
    """Raise CommandError if *path* can't be written, before the conversation starts."""
    try:
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise CommandError(f"{path} cannot be written to: {describe_error(error)}") from error


def _open_log(local: Path) -> TextIO:
    try:
        local.mkdir(exist_ok=True)
        return (local / "playground.log").open("a", encoding="utf-8")
    except OSError as error:
        raise CommandError(
            f"{local} cannot be written to ({describe_error(error)}):"
            " copy pptbot to a folder of your own"
        ) from error


@contextlib.contextmanager
def _open_database(options: argparse.Namespace, local: Path) -> Iterator[str]:
    folder = local / "playground"
    try:
        with run_temporary() if options.fresh else run_postgres(folder, shared=False) as url:
            yield url
    except InUseError:
        raise CommandError(
            f"another playground is using {folder}: close it, or start without its points:"
            " bin/playground --fresh"
        ) from None


async def _play(options: argparse.Namespace, url: str, local: Path, script: str | None) -> int:
    console = _make_console(options)
    async with LocalSlack(enforce_pace=True) as slack, aiohttp.ClientSession() as session:
        identity = choose_first_identity(slack.workspace)
        if not options.picture:
            print_banner(console, identity.member, identity.channel)
        async with server.serve(_make_config(slack), url, _TIMINGS) as running:
            await running.context.member_sync.read_first()
            events = f"http://127.0.0.1:{running.port}/slack/events"
            await converse(
                slack,
                Delivery(events, SIGNING_SECRET, session, patience=_PATIENCE),
                lines=_read_lines(script, identity, slack, local),
                console=console,
                wait_idle=running.wait_idle,
                identity=identity,
                echo=script is not None or not sys.stdin.isatty(),
                keep=local / "files",
            )
    if options.picture:
        options.picture.write_text(render_picture(console), encoding="utf-8")
    return 0


def _make_config(slack: LocalSlack) -> Config:
    return Config.model_construct(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_api_url=slack.api_url,
        port=0,
    )


def _read_lines(
    script: str | None, identity: PlaygroundIdentity, slack: LocalSlack, local: Path
) -> AsyncIterator[str]:
    if script is not None:
        return read_script_lines(script)
    return read_typed_lines(identity, slack.workspace, history=local / "history")


def _make_console(options: argparse.Namespace) -> Console:
    return create_recorder() if options.picture else Console(highlight=False, soft_wrap=False)
