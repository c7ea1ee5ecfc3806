"""`/leaderboard chart` and the buttons below a chart."""

import re
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.commands import leaderboard
from app.core.commands.leaderboard import ShowChart
from app.slack.charts.delivery import ChartQuery
from app.slack.listeners import permissions
from app.slack.listeners.context import Context
from app.slack.outbound.answers import answer
from app.slack.payloads import requests
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.slack.views.charts import EVERYONE, SWITCH
from app.store.database import UnavailableError
from app.words import charts as words
from app.words import usage

_log = structlog.get_logger()

_PRESSED: Final = re.compile(rf"{SWITCH}_[a-z]{{1,16}}|{EVERYONE}")


def register(app: AsyncApp, context: Context) -> None:
    """Answer the buttons below a chart."""

    async def handle_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        press = requests.read_button(body)
        known = context.boards.read_season_names(press.team) if press else {}
        show = leaderboard.read_leaderboard(press.text, known) if press else None
        if (
            press is None
            or not isinstance(show, ShowChart)
            or await permissions.is_foreign(context, press)
        ):
            reason = "stranger" if press and show else "misshapen"
            permissions.log_refusal(press, "chart", reason)
            return
        await _answer(
            press, show, public=requests.read_action_id(body) == EVERYONE, context=context
        )

    app.action(_PRESSED)(handle_button)


async def begin_chart(request: UserRequest, show: ShowChart, context: Context) -> Page:
    """Return what is said at once to whoever asks for a chart; the picture follows."""
    return await _begin(request, show, public=False, context=context) or Page(words.DRAWING())


async def _begin(
    request: UserRequest, show: ShowChart, *, public: bool, context: Context
) -> Page | None:
    if context.charts is None:
        return Page(words.NOT_DRAWN())
    chart = ChartQuery(
        request.team, request.user, request.channel, show, request.url, public=public
    )
    try:
        return await context.charts.begin(chart)
    except UnavailableError:
        return Page(usage.AWAY())


async def _answer(request: UserRequest, show: ShowChart, *, public: bool, context: Context) -> None:
    """Say why there is no picture, in place of another one if there are buttons to the next."""
    page = await _begin(request, show, public=public, context=context)
    if page is None:
        return
    content = {"text": page.text, "blocks": page.blocks, "response_type": "ephemeral"}
    replaced = bool(page.blocks) and not public
    failed = await answer(
        context.tasks.client, request.url, content | {"replace_original": replaced}
    )
    if failed:
        _log.warning("answer.failed", action="chart", reason=failed.reason)
