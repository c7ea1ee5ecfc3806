"""Computes which scores change on which boards, by a message's votes or by points given otherwise.

An adjustment gives points to one target; a merge moves points from one target to another.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from app.core.boards import periods
from app.core.boards.calendar import VoteTime
from app.core.boards.definitions import CHANNEL, GIVERS, KEPT, THINGS, USERS, KeptBoards
from app.core.boards.periods import EVER, Period
from app.core.vote import Vote, is_thing


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """Points added to one score."""

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
    """The rank in the previous period: 0 if unranked, None if there's nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A target's place on a board, and the one next above."""

    rank: int
    score: int
    ahead: RankedScore | None = None
    """The nearest row with a higher score; None for the leaders."""
    before: int | None = None
    """As in RankedScore."""


def name_main_board(target: str) -> str:
    """Return the board that holds the all-time score of *target*."""
    return THINGS if is_thing(target) else USERS


def name_channel_board(channel: str) -> str:
    """Return the board of people by the votes cast in *channel*."""
    return f"{CHANNEL}/{channel}"


def compute_shares(votes: Iterable[Vote], voter: str, channel: str, when: VoteTime) -> list[Share]:
    """Return what *voter*'s *votes* add to each board, in key order.

    They count for each period of *when* that the kind of board is kept for (`definitions.KEPT`).
    A boost multiplies points received, but not the points on the board of givers.
    """
    suffixes = _list_suffixes(when)
    added: Counter[tuple[str, str]] = Counter()
    for vote in votes:
        main, got = name_main_board(vote.target), when.multiply(vote.points)
        for suffix in suffixes[main]:
            added[main + suffix, vote.target] += got
        if main == USERS:
            for suffix in suffixes[CHANNEL]:
                added[name_channel_board(channel) + suffix, vote.target] += got
        for suffix in suffixes[GIVERS]:
            added[GIVERS + suffix, voter] += abs(vote.points)
    return sorted(Share(board, target, n) for (board, target), n in added.items())


def compute_difference(before: Iterable[Share], after: Iterable[Share]) -> list[Share]:
    """Return the shares that turn *before* into *after*, in key order."""
    added: Counter[tuple[str, str]] = Counter()
    for sign, many in ((-1, before), (1, after)):
        for share in many:
            added[share.board, share.target] += sign * share.points
    return sorted(Share(board, target, n) for (board, target), n in added.items() if n)


@lru_cache(maxsize=256)
def _list_suffixes(when: VoteTime) -> Mapping[str, tuple[str, ...]]:
    """Return, by kind of board, the name suffixes of boards that count votes of *when*."""
    periods_of_vote = when.periods
    return {
        kind: tuple(period.name_board("") for period in periods_of_vote if period.kind in kept)
        for kind, kept in KEPT.items()
    }


@dataclass(frozen=True, slots=True)
class ScorePart:
    """Points that one target received in one channel on one day."""

    target: str
    points: int
    channel: str = ""
    """Empty for points given outside channels, which count on no channel's board."""
    day: date | None = None
    """None for points without a day: imports, and sums of archived votes."""
    season: int = 1
    week_shift: int = 0

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods that the points count for."""
        if self.day is None:
            return EVER, periods.build_season(self.season)
        return VoteTime(self.day, self.season, self.week_shift, has_seasons=True).periods

    @property
    def boards(self) -> Iterator[str]:
        """The boards that the points count on, without periods."""
        yield name_main_board(self.target)
        if self.channel and not is_thing(self.target):
            yield name_channel_board(self.channel)


def compute_part_shares(parts: Iterable[ScorePart], kept: KeptBoards) -> list[Share]:
    """Return what *parts* add to each board in *kept*, in key order."""
    added: Counter[tuple[str, str]] = Counter()
    for part in parts:
        for board in part.boards:
            for period in part.periods:
                added[period.name_board(board), part.target] += part.points
    stored = {board for board, _ in added if kept.includes(board)}
    return sorted(Share(b, t, n) for (b, t), n in added.items() if n and b in stored)


def transfer_parts(parts: Iterable[ScorePart], into: str) -> list[ScorePart]:
    """Return the parts that move *parts* from their targets to the target *into*."""
    return [
        piece
        for part in parts
        if part.points
        for piece in (replace(part, points=-part.points), replace(part, target=into))
    ]


def allot_votes(
    votes: Sequence[Vote], held_votes: Mapping[str, Vote], meanings: Mapping[str, str]
) -> list[Vote]:
    """Return *votes* split among the targets that the message's votes were for before a merge.

    *meanings* maps each merged target of *held_votes* to the one it was merged into. Unchanged
    points stay with the targets in *held_votes*. If points for several merged targets changed, it's
    unknown whose changed, so all of them go to the target that remains.
    """
    return [allotted for vote in votes for allotted in _allot_vote(vote, held_votes, meanings)]


def _allot_vote(
    vote: Vote, held_votes: Mapping[str, Vote], meanings: Mapping[str, str]
) -> list[Vote]:
    merged = [target for target in held_votes if meanings.get(target) == vote.target]
    if not merged:
        return [vote]
    if len(merged) == 1 and vote.target not in held_votes:
        return [replace(vote, target=merged[0])]
    both = [*merged, vote.target] if vote.target in held_votes else merged
    if sum(held_votes[target].points for target in both) != vote.points:
        return [vote]
    return [replace(vote, target=target, points=held_votes[target].points) for target in both]


def resolve_held_votes(
    held_votes: Mapping[str, Vote], meanings: Mapping[str, str]
) -> dict[str, Vote]:
    """Return *held_votes* by the target each now means, adding up votes for merged targets."""
    resolved: dict[str, Vote] = {}
    for target, vote in held_votes.items():
        now = meanings.get(target, target)
        points = vote.points + (resolved[now].points if now in resolved else 0)
        resolved[now] = replace(vote, target=now, points=points)
    return resolved
