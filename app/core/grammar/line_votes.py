"""Finds the votes of one line: which candidates count, and for which reasons.

Whether one counts may depend on the next vote, so that a line is read from the right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.core.grammar.candidates import Candidate
from app.core.grammar.line import Line
from app.core.grammar.reasons import Reason, read_reason
from app.core.grammar.strictness import Surroundings, counts
from app.core.grammar.targets import TargetKind
from app.core.vote import Vote


@dataclass(frozen=True, slots=True)
class PlacedVote:
    """Where a vote stands on its line."""

    candidate: Candidate
    reason: Reason | None
    """Its own, or that of the votes that it joins."""
    is_filled: bool
    """Whether nothing but votes and filler comes after it."""
    limit: int | None
    """Where at the latest a reason before it ends."""

    @property
    def start(self) -> int:
        """Where its target begins."""
        return self.candidate.target.start


@dataclass
class LineVotes:
    """The votes of *line*, from right to left."""

    line: Line
    places: Sequence[PlacedVote]

    @cached_property
    def is_filled(self) -> bool:
        """Whether the line holds nothing but votes and filler."""
        if not self.places:
            return self.line.is_filler(0)
        first = self.places[-1]
        return first.is_filled and self.line.is_filler(0, first.start)

    def __iter__(self) -> Iterator[Vote]:
        """Yield the votes from right to left."""
        for place in self.places:
            yield from reversed(_build_votes(place))


def read_line(line: Line, candidates: Sequence[Candidate], *, is_filled_below: bool) -> LineVotes:
    """Return which *candidates* of *line* count.

    A minus on a bare thing does only where the whole line is nothing but votes and filler.
    """
    votes = LineVotes(line, _find_places(line, candidates, is_filled_below=is_filled_below))
    if votes.is_filled or not any(_is_bare_minus(place.candidate) for place in votes.places):
        return votes
    others = [candidate for candidate in candidates if not _is_bare_minus(candidate)]
    return LineVotes(line, _find_places(line, others, is_filled_below=is_filled_below))


def _is_bare_minus(candidate: Candidate) -> bool:
    return candidate.target.kind is TargetKind.BARE and not candidate.operator.is_plus


def _find_places(
    line: Line, candidates: Sequence[Candidate], *, is_filled_below: bool
) -> Sequence[PlacedVote]:
    places: list[PlacedVote] = []
    for candidate in reversed(candidates):
        following = places[-1] if places else None
        reason, joins = _read_reason(line, candidate, following)
        rest = _is_filled_after(line, candidate.operator.end, following)
        around = Surroundings(joins, reason is not None, rest, is_filled_below)
        if not counts(line, candidate, around):
            continue
        end = candidate.operator.end if joins or reason is None else reason.end
        # A bare word inside a reason isn't a vote; all others end the reason (section 4).
        while places and places[-1].start < end:
            places.pop()
        filled = _is_filled_after(line, end, places[-1] if places else None)
        limit = _find_limit(line, candidate, following)
        places.append(PlacedVote(candidate, reason, filled, limit))
    return places


def _read_reason(
    line: Line, candidate: Candidate, following: PlacedVote | None
) -> tuple[Reason | None, bool]:
    """Return the reason of *candidate*, and whether it shares that of the *following* vote."""
    operator, target = candidate.operator, candidate.target
    if following and line.is_filler(operator.end, following.start):
        return following.reason, True
    return read_reason(
        line,
        operator,
        people=target.kind is TargetKind.PEOPLE,
        near=candidate.touches,
        limit=following.limit if following else None,
    ), False


def _is_filled_after(line: Line, end: int, following: PlacedVote | None) -> bool:
    """Tell whether nothing but votes and filler stands on *line* after *end*."""
    if following is None:
        return line.is_filler(end)
    return following.is_filled and line.is_filler(end, following.start)


def _find_limit(line: Line, candidate: Candidate, following: PlacedVote | None) -> int | None:
    """Return where a reason before *candidate* ends: a bare word ends one as a sentence only."""
    start = candidate.target.start
    if candidate.target.kind is not TargetKind.BARE:
        return start
    return line.sentence_starts.get(start, following.limit if following else None)


def _build_votes(place: PlacedVote) -> list[Vote]:
    target, points, reason = place.candidate.target, place.candidate.operator.points, place.reason
    text = reason.text if reason else None
    word = reason.word if reason and text else None
    handle, has_at = target.name, bool(target.handle)
    return [Vote(id_, points, text, word, spelling, handle, has_at) for id_, spelling in target.ids]
