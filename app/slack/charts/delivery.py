"""A chart as a picture in Slack: whether it may be shown there, drawn, uploaded, and delivered.

A file cannot be shared with one person in a channel. So it is uploaded and shared with nobody, and
the answer, which one person sees, shows it in an image block. Where Slack does not take that, the
picture goes as a file into the direct conversation with that person.
"""

import asyncio
import io
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from app.core.boards.chart_series import Chart
from app.core.commands.leaderboard import HERE, ShowChart
from app.slack.charts.chart_pool import DrawingError, Studio
from app.slack.outbound.answers import answer
from app.slack.outbound.background_tasks import Begun, Errands
from app.slack.outbound.board_messages import Boards
from app.slack.outbound.failures import FAILURES, Failure, failure
from app.slack.outbound.files import Sharing, share
from app.slack.outbound.table_support import REFUSALS
from app.slack.views import charts as views
from app.slack.views.leaderboard import Page
from app.usecases.chart_series import series
from app.words import boards as board_words
from app.words import charts as words

_log = structlog.get_logger()

PAUSES: Final = (0.0, 0.8, 1.6)
"""Seconds before each try to show a file: Slack looks at it for a moment after its upload."""


@dataclass(frozen=True, slots=True)
class ChartAsked:
    """A chart that somebody wants to see, where they ask, and where the answer goes."""

    team: str
    reader: str
    channel: str
    show: ShowChart
    url: str
    public: bool = False
    """Whether everybody in the channel sees it, since the reader shows it to them."""


class Charts:
    """Answers who asks for a chart."""

    def __init__(self, boards: Boards, errands: Errands, studio: Studio) -> None:
        self._boards = boards
        self._errands = errands
        self._studio = studio

    async def begin(self, asked: ChartAsked) -> Page | None:
        """Begin to draw what is *asked*; return why nothing is drawn, None if the picture comes.

        Raises UnavailableError when the database does not answer in time.
        """
        started, show = time.perf_counter(), asked.show
        if show.channel == HERE:
            asked = replace(asked, show=replace(show, channel=asked.channel))
        if not await self._boards.may_show(asked.team, asked.show.channel, asked.channel):
            return Page(board_words.NO_SUCH_CHANNEL())
        drawn = await self._read(asked)
        if isinstance(drawn, Page):
            return drawn
        key = ("chart", asked.team, asked.reader)
        match self._errands.begin(key, self._sent(drawn, asked, started)):
            case Begun.YES:
                return None
            case Begun.ALREADY:
                return Page(words.ALREADY())
            case Begun.BUSY:
                return Page(words.BUSY())

    async def _read(self, asked: ChartAsked) -> Chart | Page:
        calendar = self._boards.rulebook.calendar(asked.team, datetime.now(UTC))
        found = await series(self._boards.ladders.database, asked.team, asked.show, calendar)
        if found.empty:
            said = words.empty(asked.show, found.periods, found.zone)
            return views.nothing(said, asked.show)
        names = await self._boards.named(asked.team, list(found.scores))
        return words.picture(asked.show, found.periods, found.zone, found.scores, names)

    async def _sent(self, chart: Chart, asked: ChartAsked, started: float) -> None:
        """Draw *chart* and deliver it, or say why not."""
        try:
            picture = await self._studio.picture(chart)
            await self._delivered(picture, chart, asked)
        except DrawingError as error:
            await self._failed(words.NOT_DRAWN(), str(error), asked)
        except FAILURES as error:
            told = words.NOT_POSTED() if asked.public else words.NOT_SENT()
            await self._failed(told, failure(error).reason, asked)
        else:
            ms = round((time.perf_counter() - started) * 1000, 1)
            _log.info("chart.sent", team=asked.team, public=asked.public, ms=ms)

    async def _delivered(self, picture: bytes, chart: Chart, asked: ChartAsked) -> None:
        client = self._errands.client
        sharing = Sharing(words.FILE_NAME, chart.title, alt_text=words.told(chart))
        by = await self._reader(asked) if asked.public else None
        file = await share(client, io.BytesIO(picture), sharing)
        failed = await self._shown(views.page(chart, asked.show, file, by), asked)
        if failed is None or (failed.unsure and asked.public):
            return
        _log.info("chart.not_shown", team=asked.team, reason=failed.reason)
        where = asked.channel if asked.public else await self._direct(asked.reader)
        sharing = replace(sharing, channel=where, comment=words.comment(chart, by))
        await share(client, io.BytesIO(picture), sharing)
        if not asked.public:
            await self._say(words.SENT_DIRECTLY(), asked)

    async def _shown(self, page: Page, asked: ChartAsked) -> Failure | None:
        """Return why Slack does not show *page*, or None when it does."""
        how = {"response_type": "in_channel" if asked.public else "ephemeral"}
        content: dict[str, Any] = {"text": page.text, "blocks": page.blocks}
        content |= how | {"replace_original": not asked.public}
        failed = None
        for pause in PAUSES:
            await asyncio.sleep(pause)
            failed = await answer(self._errands.client, asked.url, content)
            if failed is None or failed.reason not in REFUSALS:
                return failed
        return failed

    async def _direct(self, reader: str) -> str:
        opened = await self._errands.client.conversations_open(users=reader)
        return str((opened.get("channel") or {}).get("id"))

    async def _reader(self, asked: ChartAsked) -> str:
        names = await self._boards.named(asked.team, [asked.reader])
        return names.get(asked.reader, asked.reader)

    async def _failed(self, told: str, reason: str, asked: ChartAsked) -> None:
        _log.warning("chart.not_sent", team=asked.team, public=asked.public, reason=reason)
        await self._say(told, asked)

    async def _say(self, told: str, asked: ChartAsked) -> None:
        said = {"text": told, "response_type": "ephemeral", "replace_original": False}
        await answer(self._errands.client, asked.url, said)
