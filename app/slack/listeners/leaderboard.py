"""`/leaderboard`, its charts and buttons: seen only by the requester unless they share them."""

import re
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.commands import leaderboard
from app.core.commands.karma import read_target
from app.core.commands.leaderboard import ShowBoard, ShowChart, ShowHelp
from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.core.grammar.tokens import Atoms
from app.core.message import SlotKey
from app.core.replies import BoardReply
from app.slack.charts.chart_requests import ChartQuery
from app.slack.client import Failure
from app.slack.listeners import help_pages, permissions
from app.slack.listeners.context import Context, log_done, render_or_away
from app.slack.listeners.karma_subcommands import ROWS
from app.slack.listeners.targets import find_namesake
from app.slack.outbound.answers import respond, send_page
from app.slack.outbound.board_messages import BoardQuery
from app.slack.payloads import requests
from app.slack.payloads.identifiers import parse_timestamp
from app.slack.payloads.requests import UserRequest
from app.slack.views import charts as chart_views
from app.slack.views.blocks import Page
from app.slack.views.leaderboard import EVERYONE, OPEN, SWITCH
from app.store.database import UnavailableError
from app.store.outbox import outbox
from app.store.outbox.outbox import ReplyToWrite
from app.words import usage
from app.words.catalog import say

_log = structlog.get_logger()

_PRESSED: Final = re.compile(rf"{SWITCH}_[a-z]{{1,16}}|{EVERYONE}|{OPEN}")
_CHART_PRESSED: Final = re.compile(rf"{chart_views.SWITCH}_[a-z]{{1,16}}|{chart_views.EVERYONE}")
_Shown = TypeVar("_Shown", ShowBoard, ShowChart)


def register(app: AsyncApp, context: Context) -> None:
    """Register the command and the buttons below its boards and charts."""

    async def handle_command(body: dict[str, Any], ack: AsyncAck) -> None:
        request = requests.read_command(body)
        if request is None:
            await ack(text=usage.explain_unclear(UnclearQuery()), response_type="ephemeral")
            return
        known = context.boards.read_season_names(request.team)
        show = leaderboard.read_leaderboard(request.text, known, ROWS.keys())
        if isinstance(show, ShowBoard) and request.url:
            # Slack doesn't report a refusal of what is in the acknowledgment.
            await ack()
            question = _Question(
                _build_query(request, show), request.url, request.build_key("leaderboard")
            )
            await _answer(question, context)
        else:
            page = await _render_page(request, show, context)
            await ack(text=page.text, blocks=page.blocks, response_type="ephemeral")
        log_done("leaderboard.shown", request)

    async def handle_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        if pressed := await _read_button(body, ShowBoard, "leaderboard", context):
            await _answer(_read_question(body, *pressed), context)
            log_done("leaderboard.switched", pressed[0])

    async def handle_chart_button(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        if pressed := await _read_button(body, ShowChart, "chart", context):
            request, show = pressed
            public = request.action == chart_views.EVERYONE
            await _answer_chart(request, show, context, public=public)

    app.command("/leaderboard")(handle_command)
    app.action(_PRESSED)(handle_button)
    app.action(_CHART_PRESSED)(handle_chart_button)


async def _render_page(
    request: UserRequest,
    show: ShowBoard | ShowChart | ShowHelp | UnclearQuery,
    context: Context,
) -> Page:
    match show:
        case ShowBoard():
            return await render_or_away(context.boards.render(_build_query(request, show)))
        case ShowChart():
            problem = await _begin_chart(request, show, context, public=False)
            return problem or Page(say("chart-drawing"))
        case ShowHelp():
            return help_pages.render_help(request.team, context)
        case UnclearQuery():
            return Page(usage.explain_unclear(await _recognize_person(request, show, context)))


def _build_query(request: UserRequest, show: ShowBoard) -> BoardQuery:
    return BoardQuery(request.team, request.user, request.channel, show)


async def _recognize_person(
    request: UserRequest, unclear: UnclearQuery, context: Context
) -> UnclearQuery:
    """Return *unclear* as a question about one person, if its word is a member's name."""
    typed = read_target(unclear.word, Atoms()) if unclear.why is UnclearReason.UNKNOWN else None
    if typed is None or unclear.nearest:
        return unclear
    try:
        person = await find_namesake(typed, request.team, context)
    except UnavailableError:
        return unclear
    return replace(unclear, why=UnclearReason.PERSON) if person else unclear


@dataclass(frozen=True, slots=True)
class _Question:
    """The board that a command or button asks for, and where the reply goes."""

    query: BoardQuery
    url: str
    key: str | None
    """Stands in for the ts of the message that the reply answers; None if malformed."""
    replaces: bool = False
    """Whether the reply replaces the message with the button."""


def _read_question(body: dict[str, Any], request: UserRequest, show: ShowBoard) -> _Question:
    """Return what a button asks for, as seen by the person who pressed it."""
    public = request.action == EVERYONE
    query = BoardQuery(
        request.team, request.user, request.channel, show, public=public, shared=public
    )
    pressed = parse_timestamp(requests.read_pressed(body).get("action_ts"))
    key = f"press/{pressed}" if pressed else None
    return _Question(query, request.url, key, replaces=request.action not in {EVERYONE, OPEN})


async def _read_button(
    body: dict[str, Any], kind: type[_Shown], action: str, context: Context
) -> tuple[UserRequest, _Shown] | None:
    """Return the press of a button and the *kind* of thing it shows, or None if it's refused."""
    request = requests.read_button(body)
    known = context.boards.read_season_names(request.team) if request else {}
    show = leaderboard.read_leaderboard(request.text, known) if request else None
    request = await permissions.admit(request, action, context, fits=isinstance(show, kind))
    return (request, show) if request and isinstance(show, kind) else None


async def _answer(question: _Question, context: Context) -> None:
    """Reply with the board; if Slack refuses it, leave it to the outbox.

    A public reply that Slack may have posted isn't repeated.
    """
    try:
        failure = await _send(question, context)
        if failure:
            team = question.query.team
            _log.warning("answer.failed", action="leaderboard", team=team, reason=failure.reason)
        if failure and not (failure.unsure and question.query.public):
            await _queue_reply(question, context)
    except UnavailableError:
        await respond(context.client, question.url, Page(say("away")))


async def _send(question: _Question, context: Context) -> Failure | None:
    """Send the reply, in a simpler form if Slack refuses one; return the failure if all fail."""
    team, tables = question.query.team, context.boards.tables
    while True:
        page = await context.boards.render(question.query)
        public = question.query.public
        failure = await respond(
            context.client, question.url, page, public=public, replaces=question.replaces
        )
        if failure is None or not tables.note_refusal(team, page.kind, failure.reason):
            return failure


async def _queue_reply(question: _Question, context: Context) -> None:
    """Queue the reply in the outbox, once, because the response_url no longer works."""
    query = question.query
    if question.key is None or not query.channel:
        return
    reply = BoardReply(query.show.words, query.reader, query.shared)
    only_for = outbox.EVERYONE if query.public else query.reader
    key = SlotKey(query.team, query.channel, question.key)
    await context.queue_reply(ReplyToWrite(key, reply, only_for))


async def _begin_chart(
    request: UserRequest, show: ShowChart, context: Context, *, public: bool
) -> Page | None:
    """Start drawing a chart to be posted later; return an explanation if it can't be started."""
    chart = ChartQuery(
        request.team, request.user, request.channel, show, request.url, public=public
    )
    return await render_or_away(context.charts.begin(chart))


async def _answer_chart(
    request: UserRequest, show: ShowChart, context: Context, *, public: bool
) -> None:
    """Start a chart; on failure, explain it, replacing the old chart if the page has buttons."""
    page = await _begin_chart(request, show, context, public=public)
    if page is None:
        return
    replaces = bool(page.blocks) and not public
    await send_page(context.client, request, page, "chart", replaces=replaces)
