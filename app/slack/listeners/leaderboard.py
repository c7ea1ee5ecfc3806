"""`/leaderboard` and its buttons: answered at once, and only to the person who asks."""

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from app.core.commands import leaderboard
from app.core.commands.leaderboard import Help, ShowBoard, ShowChart, Unclear
from app.slack.listeners import charts
from app.slack.listeners.context import Context
from app.slack.outbound.answers import answer
from app.slack.outbound.board_messages import Asked
from app.slack.outbound.failures import Failure
from app.slack.payloads import events, requests
from app.slack.payloads.requests import Asking
from app.slack.views.leaderboard import EVERYONE, SWITCH, Page
from app.store.database import UnavailableError
from app.store.outbox import outbox
from app.words import usage

_log = structlog.get_logger()

_PRESSED: Final = re.compile(rf"{SWITCH}_[a-z]{{1,16}}|{EVERYONE}")


def register(app: AsyncApp, context: Context) -> None:
    """Answer the command, on whatever name the manifest gives it, and the buttons below it."""

    async def asked(body: dict[str, Any], ack: AsyncAck) -> None:
        started = time.perf_counter()
        content = await _content(requests.command(body), context)
        await ack(text=content.text, blocks=content.blocks, response_type="ephemeral")
        _tell("leaderboard.shown", body, started)

    async def pressed(body: dict[str, Any], ack: AsyncAck, client: AsyncWebClient) -> None:
        started = time.perf_counter()
        await ack()
        press = _press(body, client, context)
        if press is not None:
            await _answer(press, context)
            _tell("leaderboard.switched", body, started)

    app.command("/leaderboard")(asked)
    app.action(_PRESSED)(pressed)


def _tell(event: str, body: dict[str, Any], started: float) -> None:
    ms = round((time.perf_counter() - started) * 1000, 1)
    team = body.get("team")
    team = team.get("id") if isinstance(team, dict) else events.team_id(body)
    _log.info(event, team=team, ms=ms)


async def _content(asked: Asking | None, context: Context) -> Page:
    known = context.boards.seasons(asked.team) if asked else {}
    match leaderboard.leaderboard(asked.text if asked else "", known):
        case ShowBoard() as show if asked:
            return await _board(asked, show, context)
        case ShowChart() as chart if asked:
            return await charts.asked(asked, chart, context)
        case Help():
            return Page(usage.HELP())
        case Unclear() as unclear:
            return Page(usage.unclear(unclear))
        case _:
            return Page(usage.unclear(Unclear()))


async def _board(asked: Asking, show: ShowBoard, context: Context) -> Page:
    try:
        return await context.boards.page(Asked(asked.team, asked.user, asked.channel, show))
    except UnavailableError:
        return Page(usage.AWAY())


@dataclass(frozen=True, slots=True)
class _Press:
    """A button that was pressed: what it asks for, where the answer goes, and when it was."""

    asked: Asked
    answer: Callable[[dict[str, Any]], Awaitable[Failure | None]]
    at: str | None


def _press(body: dict[str, Any], client: AsyncWebClient, context: Context) -> _Press | None:
    """Return what a button asks for, or None where *body* is nothing that Slack would send.

    Whatever the button says, it is shown as to the person who pressed it.
    """
    pressed = requests.button(body)
    known = context.boards.seasons(pressed.team) if pressed else {}
    show = leaderboard.leaderboard(pressed.text, known) if pressed else None
    if pressed is None or not isinstance(show, ShowBoard) or requests.stranger(body, pressed.team):
        _log.info("action.refused", action="leaderboard")
        return None
    action = body["actions"][0]
    public = action.get("action_id") == EVERYONE
    asked = Asked(pressed.team, pressed.user, pressed.channel, show, public=public, shown=public)
    back = partial(answer, client, body.get("response_url"))
    return _Press(asked, back, events.timestamp(action.get("action_ts")))


async def _answer(press: _Press, context: Context) -> None:
    """Show what is asked for: in place of what was there, or to everybody."""
    try:
        failed = await _sent(press, context)
        if failed:
            _log.warning("answer.failed", action="leaderboard", reason=failed.reason)
        if failed and not (failed.unsure and press.asked.public):
            await _put_out(press, context)
    except UnavailableError:
        away = {"response_type": "ephemeral", "replace_original": False, "text": usage.AWAY()}
        await press.answer(away)


async def _sent(press: _Press, context: Context) -> Failure | None:
    """Return why Slack takes the answer in no way, or None when it has."""
    while True:
        page = await context.boards.page(press.asked)
        public = press.asked.public
        how = {"response_type": "in_channel" if public else "ephemeral"}
        said = {"text": page.text, "blocks": page.blocks, "replace_original": not public}
        failed = await press.answer(how | said)
        if failed is None or not context.boards.tables.refused(page.kind, failed.reason):
            return failed


async def _put_out(press: _Press, context: Context) -> None:
    """Let the outbox post it, once, where the response_url is no way any more."""
    asked = press.asked
    if press.at is None or not asked.channel:
        return
    body = {"words": asked.show.words, "reader": asked.reader, "shown": asked.shown}
    only_for = outbox.EVERYONE if asked.public else asked.reader
    key = asked.team, asked.channel, press.at, ""
    await context.ears.database.run(
        lambda conn: outbox.write(conn, key, None, "board", body, only_for)
    )
    context.sender.wake()
