"""What a chart tells: the first places of a board, week by week or in one period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.boards import chart_series
from app.core.boards.calendar import Calendar
from app.core.boards.chart_series import MOST_BARS, MOST_LINES
from app.core.boards.periods import Period
from app.core.boards.shares import channel_board
from app.core.commands.leaderboard import ShowChart
from app.store.boards import standings
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


async def series(database: Database, team: str, show: ShowChart, calendar: Calendar) -> Series:
    """Return what the chart that *show* asks for tells as it is now.

    Who leads over the weeks are those who lead of all time. Who is shown on no board is not in it.
    Raises UnavailableError when the database does not answer in time.
    """
    zone = calendar.zone_name
    board = channel_board(show.channel) if show.channel else show.board
    if show.span is None:
        weeks = chart_series.weeks(calendar.today, calendar.week_shift)
        names = [week.of(board) for week in weeks]
        over = await database.run(lambda conn: _over_time(conn, team, board, names))
        return Series(show, weeks, zone, over)
    period = calendar.meant(show.span)
    top = await database.run(lambda conn: standings.top(conn, team, period.of(board), MOST_BARS))
    return Series(show, (period,), zone, {place.target: (place.score,) for place in top})


async def _over_time(
    conn: Conn, team: str, board: str, names: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    targets = [place.target for place in await standings.top(conn, team, board, MOST_LINES)]
    scores = await standings.on_each(conn, team, names, targets)
    return chart_series.over_time(scores, names, targets)
