"""`/leaderboard chart` and the buttons below a chart."""

import re
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.commands import leaderboard
from app.core.commands.leaderboard import ShowChart
from app.slack.charts.delivery import ChartAsked
from app.slack.listeners.context import Context
from app.slack.outbound.answers import answer
from app.slack.payloads import requests
from app.slack.payloads.requests import Asking
from app.slack.views.charts import EVERYONE, SWITCH
from app.slack.views.leaderboard import Page
from app.store.database import UnavailableError
from app.words import charts as words
from app.words import usage

_log = structlog.get_logger()

_PRESSED: Final = re.compile(rf"{SWITCH}_[a-z]{{1,16}}|{EVERYONE}")


def register(app: AsyncApp, context: Context) -> None:
    """Answer the buttons below a chart."""

    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        press = requests.button(body)
        known = context.boards.seasons(press.team) if press else {}
        show = leaderboard.leaderboard(press.text, known) if press else None
        if press is None or not isinstance(show, ShowChart) or requests.stranger(body, press.team):
            _log.info("action.refused", action="chart")
            return
        await _answer(press, show, public=requests.action(body) == EVERYONE, context=context)

    app.action(_PRESSED)(pressed)


async def asked(said: Asking, show: ShowChart, context: Context) -> Page:
    """Return what is said at once to whoever asks for a chart; the picture follows."""
    return await _begun(said, show, public=False, context=context) or Page(words.DRAWING())


async def _begun(said: Asking, show: ShowChart, *, public: bool, context: Context) -> Page | None:
    if context.charts is None:
        return Page(words.NOT_DRAWN())
    chart = ChartAsked(said.team, said.user, said.channel, show, said.url, public=public)
    try:
        return await context.charts.begin(chart)
    except UnavailableError:
        return Page(usage.AWAY())


async def _answer(said: Asking, show: ShowChart, *, public: bool, context: Context) -> None:
    """Say why there is no picture, in place of another one if there are buttons to the next."""
    page = await _begun(said, show, public=public, context=context)
    if page is None:
        return
    content = {"text": page.text, "blocks": page.blocks, "response_type": "ephemeral"}
    replaced = bool(page.blocks) and not public
    failed = await answer(
        context.errands.client, said.url, content | {"replace_original": replaced}
    )
    if failed:
        _log.warning("answer.failed", action="chart", reason=failed.reason)
