"""Delivers charts in Slack: checks permissions, draws, uploads and posts.

Slack can't share a file in a channel with just one person. So the picture is uploaded without
sharing it, and a response that only the reader sees shows it in an image block. If Slack refuses
the block, the file is sent to the reader as a direct message.
"""

import asyncio
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from app.core.boards.chart_series import Chart
from app.core.commands.leaderboard import HERE, ShowChart
from app.slack.background_tasks import BackgroundTasks, StartResult
from app.slack.charts.chart_pool import ChartPool, DrawingError
from app.slack.client import FAILURES, Failure, classify_failure
from app.slack.outbound.answers import Sharing, open_direct, respond, share
from app.slack.outbound.board_messages import REFUSALS, Boards
from app.slack.views import charts as views
from app.slack.views.blocks import Page
from app.store.boards.computed_boards import TooLargeError
from app.usecases.standings import read_series
from app.usecases.watch import measure_ms
from app.words import charts as words
from app.words.catalog import say

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ChartQuery:
    """A request for a chart, where it was made, and the response_url."""

    team: str
    reader: str
    channel: str
    show: ShowChart
    url: str
    public: bool = False
    """Whether everyone in the channel sees it, because the reader shares it."""


class Charts:
    """Handles requests for charts."""

    def __init__(self, boards: Boards, tasks: BackgroundTasks, pool: ChartPool) -> None:
        self._context = boards.context
        self._client = boards.context.client
        self._boards = boards
        self._tasks = tasks
        self._pool = pool

    async def begin(self, query: ChartQuery) -> Page | None:
        """Start drawing a chart to be posted later; return an explanation if it can't be started.

        Raises UnavailableError when the database doesn't answer in time.
        """
        if query.show.channel == HERE:
            query = replace(query, show=replace(query.show, channel=query.channel))
        where = (query.team, query.channel)
        if refused := await self._boards.explain_refusal(*where, query.show, public=query.public):
            return Page(refused)
        chart = await self._read_chart(query)
        if isinstance(chart, Page):
            return chart
        by = await self._read_reader_name(query) if query.public else None
        key = ("chart", query.team, query.reader)
        match self._tasks.start(key, self._send(chart, by, query), query.reader):
            case StartResult.STARTED:
                return None
            case StartResult.ALREADY:
                return Page(say("chart-already"))
            case StartResult.BUSY:
                return Page(say("chart-busy"))

    async def _read_chart(self, query: ChartQuery) -> Chart | Page:
        calendar = self._context.rulebook.build_calendar(query.team, datetime.now(UTC))
        database = self._context.database
        try:
            found = await read_series(database, query.team, query.show, calendar)
        except TooLargeError:
            return views.render_no_chart(say("board-too-large"), query.show)
        if found.is_empty:
            text = words.explain_empty_chart(query.show, found.periods, found.zone)
            return views.render_no_chart(text, query.show)
        names = await self._context.people.read_names(query.team, list(found.scores))
        return words.build_chart(query.show, found.periods, found.zone, found.scores, names)

    async def _send(self, chart: Chart, by: str | None, query: ChartQuery) -> None:
        """Draw and deliver *chart*, or report why that failed; *by* is who shares it, if anyone."""
        try:
            picture = await self._pool.draw(chart)
            await self._deliver(picture, chart, by, query)
        except DrawingError as error:
            await self._report_failure(say("chart-not-drawn"), str(error), query)
        except asyncio.CancelledError:
            await self._report_failure(say("chart-not-drawn"), "stopping", query)
        except FAILURES as error:
            text = say("chart-not-posted" if query.public else "chart-not-sent")
            await self._report_failure(text, classify_failure(error).reason, query)
        else:
            _log.info("chart.sent", team=query.team, public=query.public, ms=measure_ms())

    async def _deliver(
        self, picture: bytes, chart: Chart, by: str | None, query: ChartQuery
    ) -> None:
        client = self._client
        sharing = Sharing(words.FILE_NAME, chart.title, alt_text=words.describe_chart(chart))
        file = await share(client, io.BytesIO(picture), sharing)
        failed = await self._show(views.render_chart(chart, query.show, file, by), query)
        if failed is None or (failed.unsure and query.public):
            return
        _log.info("chart.not_shown", team=query.team, reason=failed.reason)
        where = query.channel if query.public else await open_direct(self._client, query.reader)
        sharing = replace(sharing, channel=where, comment=words.format_comment(chart, by))
        await share(client, io.BytesIO(picture), sharing)
        if not query.public:
            await self._say(say("chart-sent-directly"), query)

    async def _show(self, page: Page, query: ChartQuery) -> Failure | None:
        """Show *page* through the response_url; return Slack's error, or None on success."""
        failed = None
        for pause in self._client.timings.charts:
            await asyncio.sleep(pause)
            failed = await respond(
                self._client, query.url, page, public=query.public, replaces=not query.public
            )
            if failed is None or failed.reason not in REFUSALS:
                return failed
        return failed

    async def _read_reader_name(self, query: ChartQuery) -> str:
        names = await self._context.people.read_names(query.team, [query.reader])
        return names.get(query.reader, query.reader)

    async def _report_failure(self, text: str, reason: str, query: ChartQuery) -> None:
        _log.warning("chart.not_sent", team=query.team, public=query.public, reason=reason)
        await self._say(text, query)

    async def _say(self, text: str, query: ChartQuery) -> None:
        await respond(self._client, query.url, Page(text))
