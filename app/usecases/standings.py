"""What the leaderboard shows: its places, how they moved, and where the person who asks stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.boards.calendar import Calendar
from app.core.boards.periods import Period
from app.core.boards.shares import THINGS, Place, Standing, channel_board
from app.core.commands.leaderboard import ShowBoard
from app.store.boards import standings
from app.store.boards.rank_index import Ladders
from app.store.database import Conn


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The places of a board that were asked for, and the reader's own."""

    show: ShowBoard
    """What was asked for, with the time that was meant where none was said."""
    period: Period
    zone: str
    """What the time zone is called in which the period's days begin."""
    places: Sequence[Place]
    own: Standing | None
    hidden: bool = False
    """Whether the reader is shown on no board."""
    pruned: bool = False
    """Whether there are no places because boards of that time are no longer kept."""
    seasons: bool = False
    """Whether there are seasons to choose from."""

    @property
    def targets(self) -> list[str]:
        """Return everybody and everything whose name is needed to show it."""
        ahead = [self.own.ahead.target] if self.own and self.own.ahead else []
        return [place.target for place in self.places] + ahead

    @property
    def compared(self) -> bool:
        """Tell whether it says how places moved."""
        return any(place.before is not None for place in self.places)


async def leaderboard(
    ladders: Ladders, team: str, reader: str, show: ShowBoard, calendar: Calendar
) -> Leaderboard:
    """Return what *show* asks for as it is now, and where *reader* stands.

    Raises UnavailableError when the database does not answer in time.
    """
    span = show.span or calendar.span
    period = calendar.meant(span)
    name = channel_board(show.channel) if show.channel else show.board
    board = period.of(name)
    places = await _places(ladders, team, board, show)
    own = await _own(ladders, team, board, reader, places)
    before = period.before()
    if before and places:
        places, own = await _moved(ladders, team, before.of(name), reader, places, own)
    out = own is None and await ladders.database.run(lambda c: standings.hidden(c, team, reader))
    gone = not places and await ladders.database.run(lambda c: standings.pruned(c, team, period))
    return Leaderboard(
        replace(show, span=span), period, calendar.zone_name, places, own, hidden=out,
        pruned=gone, seasons=bool(calendar.seasons),
    )  # fmt: skip


async def _places(ladders: Ladders, team: str, board: str, show: ShowBoard) -> list[Place]:
    run = ladders.database.run
    if not show.bottom:
        return await run(lambda c: standings.top(c, team, board, show.count))
    last = await run(lambda c: standings.bottom(c, team, board, show.count))
    ranks = await ladders.ranks(team, board, {score for _, score in last})
    return [Place(ranks[score], target, score) for target, score in last]


async def _own(
    ladders: Ladders, team: str, board: str, reader: str, places: Sequence[Place]
) -> Standing | None:
    """Return where *reader* stands; no person stands among things."""
    if board.partition("/")[0] == THINGS:
        return None
    shown = next((place for place in places if place.target == reader), None)
    if shown is None or places[0].rank > 1:
        return await ladders.standing(team, board, reader)
    above = [place for place in places if place.score > shown.score]
    return Standing(shown.rank, shown.score, above[-1] if above else None)


async def _moved(
    ladders: Ladders,
    team: str,
    board: str,
    reader: str,
    places: Sequence[Place],
    own: Standing | None,
) -> tuple[list[Place], Standing | None]:
    """Add to *places* and *own* their ranks on *board*, of the period before, if there is one."""
    targets = [*(place.target for place in places), reader]

    async def read(conn: Conn) -> dict[str, int] | None:
        scores = await standings.among(conn, team, board, targets)
        return scores if scores or await standings.exists(conn, team, board) else None

    scores = await ladders.database.run(read)
    if scores is None:
        return list(places), own
    ranks = await ladders.ranks(team, board, set(scores.values()), settled=True)
    before = {target: ranks[score] for target, score in scores.items()}
    moved = [replace(place, before=before.get(place.target, 0)) for place in places]
    return moved, replace(own, before=before.get(reader, 0)) if own else None
