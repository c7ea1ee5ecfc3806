"""The boards: which scores a message's votes change, and where somebody stands on one."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.core.boards.calendar import VoteTime
from app.core.vote import Vote, is_thing

USERS: Final = "users"
THINGS: Final = "things"
GIVERS: Final = "givers"


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """What one message adds to one score."""

    board: str
    target: str
    points: int


@dataclass(frozen=True, slots=True)
class RankedScore:
    """One row of a board; people with the same score share a rank (1, 1, 3)."""

    rank: int
    target: str
    score: int
    before: int | None = None
    """The rank in the period before: 0 for none, None where there is nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands on a board, and who is next above."""

    rank: int
    score: int
    ahead: RankedScore | None = None
    """The nearest place with a higher score; None for those who lead."""
    before: int | None = None
    """As in a Place."""


def name_main_board(target: str) -> str:
    """Return the board that holds the all-time score of *target*."""
    return THINGS if is_thing(target) else USERS


def name_channel_board(channel: str) -> str:
    """Return the board of people by the votes cast in *channel*."""
    return f"channel/{channel}"


def compute_shares(votes: Iterable[Vote], voter: str, channel: str, when: VoteTime) -> list[Share]:
    """Return what *votes* of *voter* add to each board, in key order.

    Each board is also kept for the season, the month, the week and the day of *when*.
    """
    added: Counter[tuple[str, str]] = Counter()
    for vote in votes:
        for board in _list_boards(vote.target, channel):
            added[board, vote.target] += vote.points
        added[GIVERS, voter] += abs(vote.points)
    around = when.periods
    return sorted(Share(p.name_board(b), t, n) for (b, t), n in added.items() for p in around)


def compute_difference(before: Iterable[Share], after: Iterable[Share]) -> list[Share]:
    """Return what turns the shares *before* into those *after*, in key order."""
    added: Counter[tuple[str, str]] = Counter()
    for sign, many in ((-1, before), (1, after)):
        for share in many:
            added[share.board, share.target] += sign * share.points
    return sorted(Share(board, target, n) for (board, target), n in added.items() if n)


def _list_boards(target: str, channel: str) -> Iterator[str]:
    yield name_main_board(target)
    if not is_thing(target):
        yield name_channel_board(channel)
