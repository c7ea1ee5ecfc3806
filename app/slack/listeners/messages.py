"""Messages and mentions of the app, which are read for votes and for requests to the app."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from app.core.audience import is_quiet
from app.core.commands import mention
from app.core.commands.leaderboard import ShowBoard, ShowHelp
from app.core.commands.mention import MentionRequest
from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.core.message import DELETED, FIRST, Message
from app.core.replies import BoardReply, HelpReply, UnclearReply
from app.slack.directory.roles import Role
from app.slack.listeners import permissions
from app.slack.listeners.context import Context
from app.slack.listeners.karma_subcommands import ROWS
from app.slack.payloads import events
from app.slack.payloads.requests import UserRequest
from app.store.outbox import outbox
from app.store.outbox.outbox import ReplyToWrite
from app.usecases.votes import hear
from app.words.catalog import WORDS


def register(app: AsyncApp, context: Context) -> None:
    """Register messages and mentions; a message that mentions the app arrives as both."""

    async def handle_message(body: dict[str, Any]) -> None:
        context.listening.note(body)
        message = events.read_message(body)
        bot = context.identity.find_bot_user(body)
        if message is not None and message.author != bot:
            await _hear(message, bot, context)

    app.event("message")(handle_message)
    app.event("app_mention")(handle_message)


async def _hear(message: Message, bot: str | None, context: Context) -> None:
    command = _read_command(message, bot, context)
    if command is not None:
        await _answer(message, command, context)
        return
    outcome = await hear(message, context)
    kind = {FIRST: "vote.cast", DELETED: "vote.withdrawn"}.get(message.revision, "vote.edited")
    context.record_votes(kind, message.team, message.channel, outcome)


def _read_command(message: Message, bot: str | None, context: Context) -> MentionRequest | None:
    """Return what *message* asks of the app, or None."""
    if bot is None or message.revision != FIRST or not mention.is_addressed(message.lines, bot):
        return None
    settings = context.rulebook.get_settings(message.team, message.channel)
    if is_quiet(settings, message):
        return None
    known = context.boards.read_season_names(message.team)
    return mention.read_request(message.lines, bot, settings, WORDS, known, ROWS.keys())


async def _answer(message: Message, command: MentionRequest, context: Context) -> None:
    """Answer *command* through the outbox, once per message."""
    reply: BoardReply | HelpReply | UnclearReply
    match command:
        case ShowBoard() if await context.is_external(message):
            request = UserRequest(message.team, message.author, message.channel, command.words)
            permissions.log_refusal(request, "leaderboard", Role.STRANGER)
            return
        case ShowBoard():
            reply = BoardReply(command.words, message.author)
        case ShowHelp() | UnclearQuery(why=UnclearReason.TALK):
            reply = HelpReply()
        case UnclearQuery():
            reply = UnclearReply(command)
    only_for = outbox.EVERYONE if isinstance(reply, BoardReply) else message.author
    await context.queue_reply(ReplyToWrite(message.key, reply, only_for, message.thread))
