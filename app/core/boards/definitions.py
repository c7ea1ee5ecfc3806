"""Which boards there are, and for which periods each is kept as rows.

All that counts votes goes by this one table: votes, edits, merges and adjustments by Python
(`shares`, `adjustments`), and what reads the whole ledger by SQL that is made from it
(`app.store.boards.board_sql`). What has no rows is answered from the ledger
(`app.store.boards.ledger_boards`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.core.boards.periods import ALL, QUARTER, YEAR, Period
from app.core.boards.retention import DAY, MONTH, WEEK, Horizons, lies_before

USERS: Final = "users"
"""People, by the points they got."""
THINGS: Final = "things"
"""Things, by the points they got."""
GIVERS: Final = "givers"
"""People, by the points they gave, plus and minus alike."""
CHANNEL: Final = "channel"
"""People, by the votes cast in one channel: `channel/C…`."""

OF_THINGS: Final = frozenset({THINGS})
"""Those on which no person can stand."""

SEASON: Final = "season"

KEPT: Final[Mapping[str, Collection[str]]] = {
    USERS: (ALL, SEASON, MONTH, WEEK, DAY),
    THINGS: (ALL, SEASON, MONTH, WEEK, DAY),
    GIVERS: (ALL, SEASON, MONTH, WEEK),
    CHANNEL: (ALL, SEASON),
}
"""The kinds of periods for which boards of each kind are kept.

Those of seasons only once one was begun: before, the first is all time.
"""

MADE: Final[Mapping[str, Collection[str]]] = dict.fromkeys((USERS, THINGS, GIVERS), (QUARTER, YEAR))
"""Those whose boards no vote writes: they follow later (`app.store.boards.long_boards`)."""

ROWS: Final[Mapping[str, Collection[str]]] = {
    kind: (*kept, *MADE.get(kind, ())) for kind, kept in KEPT.items()
}
"""All whose boards are rows, in one way or the other."""


def find_kind(board: str) -> str:
    """Return of which kind *board* is, with a period or without."""
    return board.partition("/")[0]


def is_kept(board: str, period: Period) -> bool:
    """Tell whether *board*, named without a period, has rows for *period*."""
    return period.kind in KEPT.get(find_kind(board), ())


def is_made(board: str, period: Period) -> bool:
    """Tell whether *board*, named without a period, has rows for *period* that follow the votes."""
    return period.kind in MADE.get(find_kind(board), ())


@dataclass(frozen=True, slots=True)
class KeptBoards:
    """Which boards of a workspace the votes keep."""

    seasons: bool = False
    """Whether a season was begun."""
    horizons: Horizons = field(default_factory=dict)

    def includes(self, board: str) -> bool:
        """Tell whether *board*, named with its period, has rows."""
        kind, *rest = board.split("/")
        period = Period("".join(rest[1:] if kind == CHANNEL else rest))
        if period.kind not in KEPT.get(kind, ()) or (period.kind == SEASON and not self.seasons):
            return False
        return not lies_before(board, self.horizons)
