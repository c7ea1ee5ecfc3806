"""What a chart tells: the first places of a board, week by week or in one period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core import charts, periods
from app.core.boards import channel_board
from app.core.charts import MOST_BARS, MOST_LINES
from app.core.commands import ShowChart
from app.core.periods import EVER, Period
from app.core.settings import Settings
from app.store import boards
from app.store.database import Conn, Database


@dataclass(frozen=True, slots=True)
class Series:
    """The scores of the first places of a board."""

    show: ShowChart
    periods: Sequence[Period]
    """The weeks that lines go over, the oldest first, or the one period of bars."""
    zone: str
    """What the time zone is called in which their days begin."""
    scores: Mapping[str, tuple[int, ...]]
    """One for each period, by target, the leader first."""

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not any(any(scores) for scores in self.scores.values())


async def series(
    database: Database, team: str, show: ShowChart, now: datetime, settings: Settings
) -> Series:
    """Return what the chart that *show* asks for tells as it is at *now*.

    Who leads over the weeks are those who lead of all time. Who is shown on no board is not in it.
    Raises UnavailableError when the database does not answer in time.
    """
    today = settings.day(now)
    zone = getattr(settings.time_zone, "key", "UTC")
    board = channel_board(show.channel) if show.channel else show.board
    if show.span is None:
        weeks = charts.weeks(today)
        names = [week.of(board) for week in weeks]
        over = await database.run(lambda conn: _over_time(conn, team, board, names))
        return Series(show, weeks, zone, over)
    period = periods.spoken(show.span, today) or EVER
    top = await database.run(lambda conn: boards.top(conn, team, period.of(board), MOST_BARS))
    return Series(show, (period,), zone, {place.target: (place.score,) for place in top})


async def _over_time(
    conn: Conn, team: str, board: str, names: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    targets = [place.target for place in await boards.top(conn, team, board, MOST_LINES)]
    scores = await boards.on_each(conn, team, names, targets)
    return charts.over_time(scores, names, targets)
