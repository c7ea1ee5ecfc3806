"""`/leaderboard`: answered at once, and only to the person who asks."""

import time
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core import commands
from app.core.commands import Help, ShowBoard
from app.core.replies import usage
from app.slack import events
from app.slack.context import Context
from app.slack.views.leaderboard import Page, page
from app.standings import leaderboard
from app.store.database import UnavailableError

_log = structlog.get_logger()


def register(app: AsyncApp, context: Context) -> None:
    """Answer the command, on whatever name the manifest gives it."""

    async def asked(body: dict[str, Any], ack: AsyncAck) -> None:
        started = time.perf_counter()
        content = await _content(body, context)
        await ack(text=content.text, blocks=content.blocks, response_type="ephemeral")
        ms = round((time.perf_counter() - started) * 1000, 1)
        _log.info("leaderboard.shown", team=events.team_id(body), ms=ms)

    app.command("/leaderboard")(asked)


async def _content(body: dict[str, Any], context: Context) -> Page:
    text = body.get("text")
    team, reader = events.team_id(body), events.slack_id(body.get("user_id"))
    match commands.leaderboard(text if isinstance(text, str) else ""):
        case ShowBoard(count) if team and reader:
            return await _board(team, reader, count, context)
        case Help():
            return Page(usage.HELP)
        case _:
            return Page(usage.USAGE)


async def _board(team: str, reader: str, count: int, context: Context) -> Page:
    try:
        board = await leaderboard(context.ears.database, team, reader, count)
        return page(board, await context.people.names(team, board.people))
    except UnavailableError:
        return Page(usage.AWAY)
