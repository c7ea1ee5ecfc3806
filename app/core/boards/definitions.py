"""Defines the boards, and the periods for which each is stored as rows.

Everything that counts votes uses this one table: votes, edits, merges and adjustments in Python
(`shares`, `adjustments`), and whatever reads the whole ledger through SQL generated from it
(`app.store.boards.board_sql`). Boards without rows are computed from the ledger
(`app.store.boards.computed_boards`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.core.boards.periods import ALL, QUARTER, YEAR, Period
from app.core.boards.retention import DAY, MONTH, WEEK, Horizons, lies_before

USERS: Final = "users"
"""People, by the points they received."""
THINGS: Final = "things"
"""Things, by the points they received."""
GIVERS: Final = "givers"
"""People, by the points they gave, counting plus and minus alike."""
CHANNEL: Final = "channel"
"""People, by the votes for them in one channel: `channel/C…`."""

OF_THINGS: Final = frozenset({THINGS})
"""The boards that list no people."""

SEASON: Final = "season"

KEPT: Final[Mapping[str, Collection[str]]] = {
    USERS: (ALL, SEASON, MONTH, WEEK, DAY),
    THINGS: (ALL, SEASON, MONTH, WEEK, DAY),
    GIVERS: (ALL, SEASON, MONTH, WEEK),
    CHANNEL: (ALL, SEASON),
}
"""The kinds of periods for which votes write boards of each kind.

Season boards exist only once a season was begun; until then, the first season is all time.
"""

MADE: Final[Mapping[str, Collection[str]]] = dict.fromkeys((USERS, THINGS, GIVERS), (QUARTER, YEAR))
"""Periods whose boards aren't written by votes, but later (`app.store.boards.long_boards`)."""

ROWS: Final[Mapping[str, Collection[str]]] = {
    kind: (*kept, *MADE.get(kind, ())) for kind, kept in KEPT.items()
}
"""All periods whose boards are stored as rows, whether from KEPT or MADE."""


def find_kind(board: str) -> str:
    """Return the kind of *board*, a name with or without a period."""
    return board.partition("/")[0]


def is_kept(board: str, period: Period) -> bool:
    """Return whether votes write rows of *board*, named without a period, for *period*."""
    return period.kind in KEPT.get(find_kind(board), ())


def is_made(board: str, period: Period) -> bool:
    """Return whether *board*, named without a period, has rows for *period* that are made later."""
    return period.kind in MADE.get(find_kind(board), ())


@dataclass(frozen=True, slots=True)
class KeptBoards:
    """The boards that the votes of a workspace write."""

    seasons: bool = False
    """Whether a season was begun."""
    horizons: Horizons = field(default_factory=dict)

    def includes(self, board: str) -> bool:
        """Return whether votes write rows of *board*, named with its period."""
        kind, *rest = board.split("/")
        period = Period("".join(rest[1:] if kind == CHANNEL else rest))
        if period.kind not in KEPT.get(kind, ()) or (period.kind == SEASON and not self.seasons):
            return False
        return not lies_before(board, self.horizons)
