"""The boards: which scores a message's votes change, and where somebody stands on one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.core.boards.calendar import VoteTime
from app.core.boards.kinds import CHANNEL, GIVERS, KEPT, THINGS, USERS
from app.core.vote import Vote, is_thing


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
    """As in a RankedScore."""


def name_main_board(target: str) -> str:
    """Return the board that holds the all-time score of *target*."""
    return THINGS if is_thing(target) else USERS


def name_channel_board(channel: str) -> str:
    """Return the board of people by the votes cast in *channel*."""
    return f"{CHANNEL}/{channel}"


def compute_shares(votes: Iterable[Vote], voter: str, channel: str, when: VoteTime) -> list[Share]:
    """Return what *votes* of *voter* add to each board, in key order.

    Each kind of board is also kept for periods that *when* is in: see `kinds.KEPT`. What they got
    is multiplied where a boost ran then; what was given is not.
    """
    ends = _list_ends(when)
    added: Counter[tuple[str, str]] = Counter()
    for vote in votes:
        main, got = name_main_board(vote.target), when.multiply(vote.points)
        for end in ends[main]:
            added[main + end, vote.target] += got
        if main == USERS:
            for end in ends[CHANNEL]:
                added[name_channel_board(channel) + end, vote.target] += got
        for end in ends[GIVERS]:
            added[GIVERS + end, voter] += abs(vote.points)
    return sorted(Share(board, target, n) for (board, target), n in added.items())


def compute_difference(before: Iterable[Share], after: Iterable[Share]) -> list[Share]:
    """Return what turns the shares *before* into those *after*, in key order."""
    added: Counter[tuple[str, str]] = Counter()
    for sign, many in ((-1, before), (1, after)):
        for share in many:
            added[share.board, share.target] += sign * share.points
    return sorted(Share(board, target, n) for (board, target), n in added.items() if n)


@lru_cache(maxsize=256)
def _list_ends(when: VoteTime) -> Mapping[str, tuple[str, ...]]:
    """Return how the names of the boards of each kind end that hold votes of *when*."""
    around = when.periods
    return {
        kind: tuple(period.name_board("") for period in around if period.kind in kept)
        for kind, kept in KEPT.items()
    }
