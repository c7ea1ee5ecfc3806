"""What a card shows: somebody's points and ranks, and what they were thanked for lately."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.core.boards.calendar import Calendar
from app.core.boards.periods import Period
from app.core.boards.shares import GIVERS, USERS, main_board
from app.core.ledger import Entry
from app.core.vote import is_thing
from app.store.boards.rank_index import Ladders
from app.store.database import Conn
from app.store.votes import history
from app.store.votes.history import NOTHING, Asked, Sums

LAST: Final = 5
"""The votes that a card shows."""
_TOP: Final = 3


@dataclass(frozen=True, slots=True)
class Score:
    """Points on a board, and the rank they have there."""

    board: str
    """Without its period."""
    period: Period
    points: int
    rank: int | None = None
    """None for who has no place on it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody's card, as far as its reader may see it."""

    target: str
    own: bool
    hidden: Collection[str] = ()
    """Why the target is shown on no board; then nothing else is told to others."""
    scores: Sequence[Score] = ()
    """All time, the season if one was begun, this month, this week; then what a person gave."""
    sums: Sums = NOTHING
    last: Sequence[Entry] = ()
    spellings: Sequence[tuple[str, str]] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was ever given to or by the target."""
        return not (self.last or any(s.points or s.rank for s in self.scores))

    @property
    def people(self) -> list[str]:
        """Return everybody whose name may be needed to show it."""
        ids = [self.target, *(entry.voter for entry in self.last)]
        ids += [which for which, _ in (*self.sums.voters, *self.sums.targets)]
        return [which for which in dict.fromkeys(ids) if which and not is_thing(which)]


async def card(ladders: Ladders, asked: Asked, calendar: Calendar) -> Shown:
    """Return the card that *asked* is about, with the periods that are now.

    Raises UnavailableError when the database does not answer in time.
    """
    own = asked.target == asked.reader

    async def read(conn: Conn) -> Shown:
        hidden = await history.hidden(conn, asked.team, asked.target)
        if hidden and not own:
            return Shown(asked.target, own, hidden)
        person = not is_thing(asked.target)
        scores = await _scores(conn, asked, calendar)
        sums = await history.lately(conn, asked, _TOP, given=person)
        last = await history.history(conn, asked, LAST, given=False, withdrawn=False)
        spelled = await history.spellings(conn, asked, [which for which, _ in sums.targets])
        return Shown(asked.target, own, hidden, scores, sums, last, spelled)

    shown = await ladders.database.run(read)
    if shown.hidden:
        return shown
    return replace(shown, scores=[await _ranked(ladders, asked.team, s) for s in shown.scores])


async def _scores(conn: Conn, asked: Asked, calendar: Calendar) -> list[Score]:
    """Return the points on each board that a card shows, without ranks."""
    main = main_board(asked.target)
    ever, month, week, _ = calendar.around()
    wanted = [(main, period) for period in (ever, calendar.season, month, week) if period]
    wanted += [(GIVERS, ever)] if main == USERS else []
    points = await history.scores(conn, asked, [period.of(board) for board, period in wanted])
    return [Score(board, period, points.get(period.of(board), 0)) for board, period in wanted]


async def _ranked(ladders: Ladders, team: str, score: Score) -> Score:
    """Return *score* with its rank; a score of 0 has none."""
    if not score.points:
        return score
    ranks = await ladders.ranks(team, score.period.of(score.board), [score.points])
    return replace(score, rank=ranks[score.points])
