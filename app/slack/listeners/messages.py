"""Messages and mentions of the app: heard for votes, and for what the app is asked."""

import time
from dataclasses import asdict
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from app.core.audience import hushed
from app.core.commands import leaderboard
from app.core.commands.leaderboard import ShowBoard, ShowHelp, UnclearQuery
from app.core.grammar.parse import parse
from app.core.message import DELETED, FIRST, Message
from app.slack.listeners.context import Context
from app.slack.payloads import events
from app.store.outbox import outbox
from app.usecases.votes import hear

_log = structlog.get_logger()


def register(app: AsyncApp, context: Context) -> None:
    """Hear every message that *app* is told of; a mention of it arrives as both events."""

    async def handle_message(body: dict[str, Any]) -> None:
        if context.listening:
            context.listening.note(body)
        message = events.read_message(body)
        bot = context.identity.bot_user or events.read_bot_user(body)
        if message is not None and message.author != bot:
            await _hear(message, bot, context)

    app.event("message")(handle_message)
    app.event("app_mention")(handle_message)


async def _hear(message: Message, bot: str | None, context: Context) -> None:
    command = _read_command(message, bot, context)
    if command is not None:
        await _answer(message, command, context)
        return
    started = time.perf_counter()
    outcome = await hear(message, context)
    if outcome is None:
        return
    if outcome.waiting:
        context.sender.wake()
    if outcome.counted:
        _log_votes(message, outcome.counted, started)


def _read_command(
    message: Message, bot: str | None, context: Context
) -> leaderboard.BoardCommand | None:
    """Return what *message* asks of the app; votes are votes, also of or beside the app."""
    settings = context.rulebook.get_settings(message.team, message.channel)
    if bot is None or message.revision != FIRST or hushed(settings, message):
        return None
    command = leaderboard.read_mention(
        message.lines, bot, context.boards.read_season_names(message.team)
    )
    if isinstance(command, UnclearQuery):
        heard = parse(message.lines, settings)
        return None if heard.votes or heard.query else command
    return command


def _log_votes(message: Message, votes: int, started: float) -> None:
    """Log the canonical line of a message that changed the ledger."""
    kind = {FIRST: "vote.cast", DELETED: "vote.withdrawn"}.get(message.revision, "vote.edited")
    ms = round((time.perf_counter() - started) * 1000, 1)
    _log.info(kind, team=message.team, channel=message.channel, votes=votes, ms=ms)


async def _answer(message: Message, command: leaderboard.BoardCommand, context: Context) -> None:
    """Put the answer to *command* into the outbox; the same mention is answered once."""
    match command:
        case ShowBoard():
            kind, body = "board", {"words": command.words, "reader": message.author}
        case ShowHelp():
            kind, body = "help", {}
        case _:
            kind, body = "usage", asdict(command)
    only_for = outbox.EVERYONE if kind == "board" else message.author
    await context.database.run(
        lambda conn: outbox.write(conn, message.key, message.thread, kind, body, only_for)
    )
    context.sender.wake()
