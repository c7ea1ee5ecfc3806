"""What a chart tells: the first places of a board, week by week or in one period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.boards import chart_series
from app.core.boards.calendar import Calendar
from app.core.boards.chart_series import MOST_BARS, MOST_LINES
from app.core.boards.kinds import is_kept
from app.core.boards.periods import Period
from app.core.boards.shares import name_channel_board
from app.core.commands.leaderboard import ShowChart
from app.store.boards import ledger_boards, standings
from app.store.boards.ledger_boards import BoardOf, Excerpt
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
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not any(any(scores) for scores in self.scores.values())


async def read_series(database: Database, team: str, show: ShowChart, calendar: Calendar) -> Series:
    """Return what the chart that *show* asks for tells as it is now.

    Who leads over the weeks are those who lead of all time. Who is shown on no board is not in it.
    Raises UnavailableError when the database does not answer in time.
    """
    zone = calendar.zone_name
    board = name_channel_board(show.channel) if show.channel else show.board
    if show.span is None:
        weeks = chart_series.list_weeks(calendar.today, calendar.week_shift)
        over = await database.run(lambda conn: _read_weekly_scores(conn, team, board, weeks))
        return Series(show, weeks, zone, over)
    period = calendar.resolve_span(show.span)
    rows = calendar.find_rows(period)
    top = await database.run(lambda conn: _read_bars(conn, team, board, rows))
    return Series(show, (period,), zone, {target: (score,) for target, score in top.items()})


async def _read_bars(conn: Conn, team: str, board: str, period: Period) -> dict[str, int]:
    if not await ledger_boards.has_rows(conn, team, board, period):
        found = await ledger_boards.read_places(
            conn, BoardOf(team, board, period), Excerpt(MOST_BARS)
        )
        return {place.target: place.score for place in found.shown}
    top = await standings.read_top(conn, team, period.name_board(board), MOST_BARS)
    return {place.target: place.score for place in top}


async def _read_weekly_scores(
    conn: Conn, team: str, board: str, weeks: Sequence[Period]
) -> dict[str, tuple[int, ...]]:
    targets = [place.target for place in await standings.read_top(conn, team, board, MOST_LINES)]
    if is_kept(board, weeks[0]):
        names = [week.name_board(board) for week in weeks]
        scores = await standings.read_scores_on_boards(conn, team, names, targets)
        return chart_series.collect_scores(scores, names, targets)
    each = [
        await ledger_boards.read_scores(conn, BoardOf(team, board, week, targets)) for week in weeks
    ]
    return {target: tuple(week.get(target, 0) for week in each) for target in targets}
