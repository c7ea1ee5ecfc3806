"""What leaderboards show: places, how they moved, and the reader's own standing; and charts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.boards import chart_series
from app.core.boards.calendar import Calendar
from app.core.boards.chart_series import MOST_BARS, MOST_LINES
from app.core.boards.definitions import OF_THINGS, find_kind, is_kept
from app.core.boards.periods import Period
from app.core.boards.shares import RankedScore, Standing, name_channel_board
from app.core.commands.leaderboard import ShowBoard, ShowChart
from app.store.boards import computed_boards, standings
from app.store.boards.computed_boards import BoardOf, Excerpt, TooLargeError
from app.store.boards.rank_index import RankIndexes
from app.store.database import Conn, Database
from app.store.people.members import is_hidden


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The requested places of a board, and the reader's own."""

    show: ShowBoard
    """The request, with the default period filled in."""
    period: Period
    zone: str
    """The name of the time zone in which the period's days begin."""
    places: Sequence[RankedScore]
    own: Standing | None
    hidden: bool = False
    """Whether the reader is hidden from boards."""
    pruned: bool = False
    """Whether there are no places because boards of that time are no longer kept."""
    seasons: bool = False
    """Whether there are seasons to choose from."""

    @property
    def targets(self) -> list[str]:
        """Return all ids whose names are needed to show the board."""
        ahead = [self.own.ahead.target] if self.own and self.own.ahead else []
        return [place.target for place in self.places] + ahead

    @property
    def has_comparison(self) -> bool:
        """Return whether it shows how places moved."""
        return any(place.before is not None for place in self.places)


@dataclass(frozen=True, slots=True)
class BoardRequest:
    """A board that somebody asks for."""

    team: str
    reader: str
    account: str
    """The account whose place is the reader's: their own, or what it's merged into."""
    show: ShowBoard
    calendar: Calendar
    members: Collection[str] | None = None
    """The only people to show; None for everybody."""

    @property
    def span(self) -> str:
        """The period in words, the default if none was asked for."""
        return self.show.span or self.calendar.span

    @property
    def period(self) -> Period:
        """The board's period."""
        return self.calendar.resolve_span(self.span)

    @property
    def name(self) -> str:
        """The board's name without its period."""
        return name_channel_board(self.show.channel) if self.show.channel else self.show.board

    def build_board(self, period: Period) -> BoardOf:
        """Return the same board for *period*."""
        return BoardOf(self.team, self.name, self.calendar.find_rows(period), self.members)


async def read_leaderboard(rank_indexes: RankIndexes, request: BoardRequest) -> Leaderboard:
    """Return the requested board, and its reader's standing unless they're hidden.

    Raises TooLargeError if it would take too long.
    """
    run, team, period = rank_indexes.database.run, request.team, request.period
    whole = request.members is None and await run(
        computed_boards.has_rows, team, request.name, period
    )
    read = _read_kept if whole else _read_computed
    places, own = await read(rank_indexes, request)
    may_be_out = own is None or request.account != request.reader
    out = may_be_out and await run(is_hidden, team, request.reader)
    gone = not places and await run(standings.may_be_pruned, team, period)
    calendar = request.calendar
    return Leaderboard(
        replace(request.show, span=request.span), period, calendar.zone_name, places,
        None if out else own, hidden=out, pruned=gone, seasons=bool(calendar.seasons),
    )  # fmt: skip


_Found = tuple[Sequence[RankedScore], Standing | None]


async def _read_kept(ranks: RankIndexes, request: BoardRequest) -> _Found:
    """Return the places of a stored board, and the reader's own."""
    board = request.calendar.find_rows(request.period).name_board(request.name)
    places = await _read_places(ranks, request, board)
    own = await _find_own(ranks, request, board, places)
    before = request.period.find_previous()
    if not (before and places):
        return places, own
    earlier = await _read_ranks(ranks, request, before.name_board(request.name), places)
    if earlier is None:
        return places, own
    return _compare_ranks(places, own, request.account, earlier)


async def _read_computed(ranks: RankIndexes, request: BoardRequest) -> _Found:
    """Return the same for a board that is computed from others, or from votes."""
    run, before = ranks.database.run, request.period.find_previous()
    board, count = request.build_board(request.period), request.show.count
    wanted = Excerpt(
        0 if request.show.bottom else count, count if request.show.bottom else 0, request.account
    )
    found = await run(computed_boards.read_places, board, wanted)
    if not (before and found.shown):
        return found.shown, found.own
    earlier = await _find_earlier_ranks(ranks, request, before, found.shown)
    if not earlier:
        return found.shown, found.own
    return _compare_ranks(found.shown, found.own, request.account, earlier)


async def _find_earlier_ranks(
    ranks: RankIndexes, request: BoardRequest, before: Period, places: Sequence[RankedScore]
) -> Mapping[str, int] | None:
    """Return the ranks of *places* and the reader in the period *before*.

    None if nobody had a place, or finding them would take too long.
    """
    run, team, name = ranks.database.run, request.team, request.name
    if request.members is None and await run(computed_boards.has_rows, team, name, before):
        return await _read_ranks(ranks, request, before.name_board(name), places)
    board = request.build_board(before)
    # Asks for the first place too, which shows whether anybody had points then.
    wanted = Excerpt(1, targets=[request.account, *(place.target for place in places)])
    try:
        return (await run(computed_boards.read_places, board, wanted)).ranks
    except TooLargeError:
        return None


async def _read_places(ranks: RankIndexes, request: BoardRequest, board: str) -> list[RankedScore]:
    team, show = request.team, request.show
    if not show.bottom:
        return await ranks.database.run(standings.read_top, team, board, show.count)
    last = await ranks.database.run(standings.read_bottom, team, board, show.count)
    found = await ranks.find_ranks(team, board, {score for _, score in last})
    return [RankedScore(found[score], target, score) for target, score in last]


async def _find_own(
    ranks: RankIndexes, request: BoardRequest, board: str, places: Sequence[RankedScore]
) -> Standing | None:
    """Return the reader's standing; None on boards of things, which have no people."""
    if find_kind(board) in OF_THINGS:
        return None
    shown = next((place for place in places if place.target == request.account), None)
    if shown is None or places[0].rank > 1:
        return await ranks.find_standing(request.team, board, request.account)
    above = [place for place in places if place.score > shown.score]
    return Standing(shown.rank, shown.score, above[-1] if above else None)


async def _read_ranks(
    ranks: RankIndexes, request: BoardRequest, board: str, places: Sequence[RankedScore]
) -> Mapping[str, int] | None:
    """Return the ranks of *places* and the reader on *board*; None if nobody had a place."""
    targets = [*(place.target for place in places), request.account]

    async def read(conn: Conn) -> dict[str, int] | None:
        scores = await standings.read_board_scores(conn, request.team, board, targets)
        return scores if scores or await standings.has_places(conn, request.team, board) else None

    scores = await ranks.database.run(read)
    if scores is None:
        return None
    found = await ranks.find_ranks(request.team, board, set(scores.values()), settled=True)
    return {target: found[score] for target, score in scores.items()}


def _compare_ranks(
    places: Sequence[RankedScore], own: Standing | None, reader: str, before: Mapping[str, int]
) -> _Found:
    """Add to *places* and *own* their ranks *before*, 0 for none."""
    moved = [replace(place, before=before.get(place.target, 0)) for place in places]
    return moved, replace(own, before=before.get(reader, 0)) if own else None


@dataclass(frozen=True, slots=True)
class Series:
    """The scores of a board's first places, for a chart."""

    show: ShowChart
    periods: Sequence[Period]
    """The weeks of lines, oldest first, or the one period of bars."""
    zone: str
    """The name of the time zone in which their days begin."""
    scores: Mapping[str, tuple[int, ...]]
    """One for each period, by target, leader first."""

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to draw."""
        return not any(any(scores) for scores in self.scores.values())


async def read_series(database: Database, team: str, show: ShowChart, calendar: Calendar) -> Series:
    """Return the current data for the chart that *show* asks for.

    Lines over weeks are those of the all-time leaders. People hidden from boards are left out.
    """
    zone = calendar.zone_name
    board = name_channel_board(show.channel) if show.channel else show.board
    if show.span is None:
        weeks = chart_series.list_weeks(calendar.today, calendar.week_shift)
        over = await database.run(_read_weekly_scores, team, board, weeks)
        return Series(show, weeks, zone, over)
    period = calendar.resolve_span(show.span)
    rows = calendar.find_rows(period)
    top = await database.run(_read_bars, team, board, rows)
    return Series(show, (period,), zone, {target: (score,) for target, score in top.items()})


async def _read_bars(conn: Conn, team: str, board: str, period: Period) -> dict[str, int]:
    if not await computed_boards.has_rows(conn, team, board, period):
        found = await computed_boards.read_places(
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
        return {t: tuple(scores.get((name, t), 0) for name in names) for t in targets}
    each = [
        await computed_boards.read_scores(conn, BoardOf(team, board, week, targets))
        for week in weeks
    ]
    return {target: tuple(week.get(target, 0) for week in each) for target in targets}
